"""A digest → the blocks of one message, in full or in brief. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby

from bot.core.digests.compose import cut_quote
from bot.core.digests.shown import news_of
from bot.core.text.sanitize import harmless, short_line, web_address
from bot.model import Digest, DigestStory, Evidence, MessageKind, Spike
from bot.sinks import plain_text
from bot.sinks.slack.elements import (
    Block,
    button,
    context,
    escape,
    header,
    isolated,
    isolated_pieces,
    link,
    mention,
    menu,
    mrkdwn_of_ours,
    paragraph,
    piece,
    plain_object,
    preformatted,
    quotation,
    rich_text,
    unformatted,
)
from bot.sinks.slack.question_blocks import question_blocks

_MAX_NOTICE = 2900
"""Characters of a notice; a section holds three thousand."""
_MAX_LINKED_URL = 300
"""Longer URLs of further outlets cost more room than they are worth."""
_MAX_MENTIONS = 10
"""People and groups that one message calls."""
_MAX_CHOICES = 25
"""Of a menu of rules: a hundred weigh more than Slack takes, and the whole message would be told as plain text."""
_WORD = re.compile(r"^[\w'’&./ -]{1,40}$")


@dataclass(frozen=True, slots=True)
class Density:
    """How much is said of each story: characters of title and quote, reports beneath the headline, outlets by name."""

    title: int
    quote: int
    beneath: int
    sources: int
    linked: bool
    why: bool


def digest_blocks(digest: Digest, density: Density) -> list[Block]:
    """Every block of the message, its stories shown as fully as `density` says."""
    if digest.kind is MessageKind.NOTICE:
        return [rich_text(*_notice(digest.title))]
    if digest.questions:
        return question_blocks(digest, density.title)
    if digest.spike is not None:
        return _spike(digest, digest.spike, density)
    blocks: list[Block] = []
    if digest.title:
        blocks.append(header(digest.title))
    mentions = called_by(digest)
    if mentions:
        blocks.append(rich_text(paragraph(*(part for name in mentions for part in (mention(name), piece(" "))))))
    window = plain_text.window_line(digest) if digest.kind is MessageKind.DIGEST or digest.title else ""
    if window:
        blocks.append(context([escape(window)]))
    with_dividers = 1 < len(digest.stories) <= 5 and digest.kind is not MessageKind.REPLY
    for number, story in enumerate(digest.stories, digest.number_from):
        if with_dividers:
            blocks.append({"type": "divider"})
        blocks += story_blocks(story, number if digest.title else None, digest, density)
    foot = plain_text.foot_line(digest)
    if foot:
        blocks.append(context([escape(foot)]))
    # An edit whose blocks keep their ids may be shown as it was: each revision has ids of its own.
    return [
        block if "block_id" in block else block | {"block_id": f"b{index}:r{digest.revision}"}
        for index, block in enumerate(blocks)
    ]


def called_by(digest: Digest) -> list[str]:
    """Who is called by the message, each once; nobody by a reply."""
    if digest.kind is MessageKind.REPLY:
        return []
    of_stories = [name for story in digest.stories for name in story.mentions]
    return list(dict.fromkeys([*of_stories, *(digest.spike.mentions if digest.spike else ())]))[:_MAX_MENTIONS]


def _spike(digest: Digest, spike: Spike, density: Density) -> list[Block]:
    """A burst: how many outlets; the first of them with links; the last 24 hours."""
    blocks = [header(digest.title)]
    if spike.mentions:
        blocks.append(rich_text(paragraph(*(part for name in spike.mentions for part in (mention(name), piece(" "))))))
    parts: list[Block] = []
    for number, report in enumerate(spike.reports, 1):
        title = short_line(report.title, density.title) or "(no title)"
        about = _named(f"{plain_text.about(report, digest)}\n", report.source_name)
        parts += [piece(f"{number}. "), link(web_address(report.url), title), *about]
    more = plain_text.and_more(spike)
    if parts or more:
        blocks.append(rich_text(paragraph(*parts, *([piece(more)] if more else []))))
    blocks.append(context([escape(plain_text.last_day_line(spike))]))
    return blocks


def story_blocks(story: DigestStory, number: int | None, digest: Digest, density: Density) -> list[Block]:
    """One story: headline, quote; what is known of its spread; buttons."""
    revision = f"{story.story}:r{digest.revision}"
    parts = _headline(story, number, digest, density)
    elements: list[Block] = []
    quote = _quote(story.quote, density.quote)
    for label, line in plain_text.beneath(story, density.beneath):
        if quote:
            elements += [paragraph(*parts), quotation(*quote)]
            parts = []
        shown = link(web_address(line.url), short_line(line.title, density.title) or "(no title)")
        between = "\n" if parts else ""
        parts += [piece(f"{between}{label}: "), shown, *_named(plain_text.about(line, digest), line.source_name)]
        quote = _quote(line.quote, density.quote)
    elements.append(paragraph(*parts))
    if quote:
        elements.append(quotation(*quote))
    blocks = [rich_text(*elements) | {"block_id": f"story:{revision}"}]
    if digest.kind is MessageKind.REPLY:
        return blocks
    # What people did: our own words, in which only ids of people are more than text.
    state = mrkdwn_of_ours(short_line(story.state.text, 400))
    lines = [_sources(story, density), _why(story) if density.why else "", state]
    if any(lines):
        blocks.append(context([line for line in lines if line]) | {"block_id": f"why:{revision}"})
    if digest.buttons:
        blocks.append(_actions(story, digest))
    return blocks


def _headline(story: DigestStory, number: int | None, digest: Digest, density: Density) -> list[Block]:
    pieces = [piece(f"{number}. ")] if number is not None else []
    is_reply = digest.kind is MessageKind.REPLY
    if is_reply:
        told = news_of(story.changes)[1]
        pieces += _named("New on this story: " + (f"{told}\n" if told else ""), told)
    elif flags := plain_text.flags(story):
        pieces.append(piece(flags, bold=True))
    title = short_line(story.title, density.title) or "(no title)"
    by_line = _named("\n" + plain_text.by_line(story, digest), story.source_name)
    pieces += [link(web_address(story.url), title, bold=True), *by_line]
    if story.changes and not is_reply:
        label, told = news_of(story.changes)
        pieces += [piece(f"\n{label}: ", bold=True), *isolated_pieces([piece(told)])]
    return pieces


def _named(line: str, name: str) -> list[Block]:
    """A line of ours, the outlet (or the news) in it by itself where it is written from right to left."""
    before, named, behind = line.partition(name) if name else (line, "", "")
    if isolated(named) == named:
        return [piece(line)]
    return [piece(before), *isolated_pieces([piece(named)]), piece(behind)]


def _quote(quote: Evidence | None, room: int) -> list[Block]:
    if quote is None or room <= 0:
        return []
    pieces = [piece(text, bold=is_match) for text, is_match in plain_text.pieces(cut_quote(quote, room))]
    return isolated_pieces(pieces) if pieces else pieces


def _sources(story: DigestStory, density: Density) -> str:
    """Our own words and what outlets are called, escaped."""
    if len(story.sources) < 2:
        return ""
    count = plain_text.spread(story)
    if not density.sources:
        return count
    names = []
    for source in story.sources[: density.sources]:
        name = isolated(unformatted(short_line(source.name, 60)).replace("|", "¦") or "?")
        url = web_address(source.url) if density.linked else None
        if url is not None and len(url) <= _MAX_LINKED_URL:
            name = f"<{escape(url.replace('|', '%7C'))}|{name}>"
        names.append(name)
    return f"{count}, {plain_text.in_order(names, len(story.sources) - len(names))}"


def _why(story: DigestStory) -> str:
    if not story.rule_names:
        return ""
    names = ", ".join(f"*{isolated(unformatted(short_line(name, 75)))}*" for name in story.rule_names[:5])
    if len(story.rule_names) > 5:
        names += f" +{len(story.rule_names) - 5}"
    words = "; ".join(
        f"*{isolated(unformatted(word))}* in {zones}"
        for word, zones in plain_text.words_by_zone(story)
        if _WORD.match(word)
    )
    return f"Why: {names}" + (f" ({words})" if words else "") + _pace(story)


def _pace(story: DigestStory) -> str:
    """`; 7 outlets in 52 min`, for stories that spread."""
    if len(story.sources) < 3 or story.first_at is None or story.last_at is None:
        return ""
    minutes = max(int((story.last_at - story.first_at).total_seconds() // 60), 1)
    span = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    return f"; {len(story.sources)} outlets in {span}"


def _actions(story: DigestStory, digest: Digest) -> Block:
    value = _value(c=digest.channel, s=story.story)
    elements: list[Block] = []
    if story.state.active:
        elements.append(button("story_undo", "Undo", value))
    if "mute_story" not in story.state.active:
        elements.append(button("story_mute", "Mute story", value))
    elements += _snooze(story, digest)
    elements += _not_relevant(story, digest)
    elements.append(button("story_more", "More coverage", value))
    # The channel's key and the story stand in the block's id, too: a menu's options have no room for both.
    return {
        "type": "actions",
        "block_id": f"act:{digest.channel}:{story.story}:r{digest.revision}"[-255:],
        "elements": elements,
    }


def _snooze(story: DigestStory, digest: Digest) -> list[Block]:
    """A button for the one rule, a menu for several; nothing for ids too long for Slack to bring back."""
    if len(story.rules) == 1:
        value = _value(c=digest.channel, s=story.story, r=story.rules[0])
        return [button("rule_snooze", "Snooze rule", value)] if len(value) <= 2000 else []
    options = _rule_options(story)
    return [menu("rule_snooze_menu", options, placeholder=plain_object("Snooze rule"))] if options else []


def _not_relevant(story: DigestStory, digest: Digest) -> list[Block]:
    """A button for the one rule, a menu for several, as far as nobody has said so."""
    if "irrelevant" in story.state.active:
        return []
    options = [
        option
        for option in _rule_options(story)
        if f"irrelevant:{option[0].partition('|')[2]}" not in story.state.active
    ]
    if len(story.rules) < 2 or len(_rule_options(story)) < 2:
        return [button("story_irrelevant", "Not relevant", _value(c=digest.channel, s=story.story))]
    if len(options) > 1:
        options.insert(0, (f"{story.story}|*", "for all its rules"))
    return [menu("story_irrelevant_menu", options, placeholder=plain_object("Not relevant"))] if options else []


def _rule_options(story: DigestStory) -> list[tuple[str, str]]:
    """A choice for each rule whose id is short enough for Slack to bring back; `/watch` knows the others."""
    choices = [
        (choice, name)
        for rule, name in zip(story.rules, story.rule_names, strict=False)
        if len(choice := f"{story.story}|{rule}") <= 150
    ]
    return choices[:_MAX_CHOICES]


def _value(**fields: object) -> str:
    """What a button brings back; `v`: the form, for what builds to come may change."""
    return json.dumps({"v": 1, **fields}, separators=(",", ":"))


def _notice(text: str) -> list[Block]:
    """Lines of our own, each cleaned; those that are indented, a place in the rules file with a caret below, in letters
    of one width: elsewhere the caret pointed at nothing."""
    elements: list[Block] = []
    room = _MAX_NOTICE
    for is_excerpt, group in groupby(text.splitlines(), lambda line: line.startswith("    ")):
        lines = [harmless(line[4:]).rstrip() if is_excerpt else short_line(line, room) for line in group]
        part = "\n".join(lines)
        shown = part if len(part) <= room else part[: max(room - 1, 0)] + "…"
        elements.append((preformatted if is_excerpt else paragraph)(piece(shown)))
        room -= len(shown)
        if shown is not part or not room:
            break
    return elements or [paragraph(piece(""))]
