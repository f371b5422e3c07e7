"""A digest in, the frozen payload of one Slack call out. Pure.

The law:
- text from feeds stands only in rich_text (literal, nothing to escape, no mentions) and in mrkdwn that is escaped;
- only http and https become links; nothing is unfurled; every message has a fallback text;
- whatever comes in, what goes out is inside Slack's limits: a digest is split, then thinned, never refused.

Limits: https://docs.slack.dev/reference/block-kit/blocks and, for the sum of all texts, which Slack does not document,
measured refusals at 13,200 characters and, with rich_text, at 11,300.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.text.plural import counted
from bot.core.text.sanitize import harmless, short_line, web_address
from bot.model import Digest, DigestStory, MessageKind
from bot.sinks import plain_text

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_FALLBACK = 4000
MAX_CONTEXT = 1900
MAX_LINKED_URL = 300
"""Longer addresses of further outlets cost more room than they are worth."""
TEXT_BUDGET = 9000
"""All texts of a message together; a divider costs about 125."""
TOTAL_BUDGET = 11000
"""The same with the addresses of links."""
DIVIDER = 125
OVERHEAD_BLOCKS = 7
"""Header, times, mentions, cut-off line, foot and two to spare."""
OVERHEAD_TEXT = 900
EVENT_TYPE = "wirewatch_delivery"
NAMES = {"here": "here", "channel": "channel", "everyone": "everyone"}
_USER = re.compile(r"^<?@?([UW][A-Z0-9]{2,20})>?$")
_GROUP = re.compile(r"^(?:<!subteam\^)?(S[A-Z0-9]{2,20})(?:\|[^>]*)?>?$")
_RANGE = re.compile(r"^<?!?@?(here|channel|everyone)>?$")
_WORD = re.compile(r"^[\w'’&./ -]{1,40}$")
_OWN_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]{2,20}|!date\^\d{1,12}\^[^&<>]{1,80})&gt;")

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Density:
    """How much is said of each story."""

    title: int
    quote: int
    sources: int
    linked: bool
    why: bool


DENSITIES = (
    Density(title=300, quote=400, sources=4, linked=True, why=True),
    Density(title=200, quote=200, sources=3, linked=False, why=True),
    Density(title=150, quote=0, sources=2, linked=False, why=True),
    Density(title=100, quote=0, sources=0, linked=False, why=False),
)
MANY = 14
SPLIT_DENSITY = 1
"""A digest is split until every part can be shown this fully."""


def payload(delivery_key: str, digest: Digest, level: int = 0) -> dict[str, Any]:
    """The arguments of `chat.postMessage` (or `chat.update`), all but channel, ts and thread_ts.

    Args:
        level: 0 as full as fits; 1 smaller (after Slack refused level 0); 2 plain text without blocks.
    """
    # An edit keeps the message's own key: a store restored from a backup still knows it by that.
    key = digest.thread_of if digest.kind is MessageKind.UPDATE and digest.thread_of else delivery_key
    made: dict[str, Any] = {
        "text": fallback_text(digest),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"delivery_key": key, "rev": digest.revision}},
    }
    if digest.kind is not MessageKind.UPDATE:
        made |= {"unfurl_links": False, "unfurl_media": False}
    if level >= 2:
        # An edit that drops its blocks must say so, or the old ones stay.
        return made | ({"blocks": []} if digest.kind is MessageKind.UPDATE else {})
    # More stories than this have never fitted at full length: not worth trying.
    fullest = 0 if len(digest.stories) <= MANY else 1
    for density in DENSITIES[2 if level else fullest :]:
        blocks = _blocks(digest, density)
        if fits(blocks):
            return made | {"blocks": blocks}
    return made


def split_digest(digest: Digest) -> list[Digest]:
    """The digest in parts that each fit into one message. Edits and replies are never split: they have one place."""
    if digest.kind is not MessageKind.DIGEST or len(digest.stories) < 2:
        return [digest]
    groups: list[list[DigestStory]] = [[]]
    start: tuple[int, ...] = (OVERHEAD_BLOCKS, OVERHEAD_TEXT, OVERHEAD_TEXT)
    filled = start
    for story in digest.stories:
        made = _story_blocks(story, 1, digest, DENSITIES[SPLIT_DENSITY])
        cost = (len(made), *_cost(made))
        after = tuple(have + more for have, more in zip(filled, cost, strict=True))
        if groups[-1] and (after[0] > MAX_BLOCKS or after[1] > TEXT_BUDGET or after[2] > TOTAL_BUDGET):
            groups.append([])
            after = tuple(have + more for have, more in zip(start, cost, strict=True))
        groups[-1].append(story)
        filled = after
    if len(groups) == 1:
        return [digest]
    parts = []
    first = digest.number_from
    everybody = tuple(dict.fromkeys(mention for story in digest.stories for mention in story.mentions))
    for number, group in enumerate(groups, 1):
        last = number == len(groups)
        stories = [replace(story, mentions=()) for story in group]
        if number == 1:
            # Whoever is to be called is called once, by the first part.
            stories[0] = replace(stories[0], mentions=everybody)
        parts.append(
            replace(
                digest,
                stories=tuple(stories),
                title=f"{digest.title} ({number} of {len(groups)})",
                omitted=digest.omitted if last else 0,
                held_back=digest.held_back if number == 1 else 0,
                next_at=digest.next_at if last else None,
                number_from=first,
            )
        )
        first += len(group)
    return parts


def fits(blocks: list[Block]) -> bool:
    """Whether Slack takes these blocks together."""
    text, total = _cost(blocks)
    return 0 < len(blocks) <= MAX_BLOCKS and text <= TEXT_BUDGET and total <= TOTAL_BUDGET


def escape(text: str) -> str:
    """Text as it stands in mrkdwn: https://docs.slack.dev/messaging/formatting-message-text#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback_text(digest: Digest) -> str:
    """What notifications and old clients show: at most 4,000 characters, escaped."""
    if digest.kind is MessageKind.NOTICE:
        return _cut(escape(digest.title), MAX_FALLBACK)
    head = escape(digest.title)
    if head and digest.window is not None:
        head += f" ({escape(plain_text.window_line(digest))})"
    foot = escape(plain_text.foot_line(digest))
    lines = [head] if head else []
    room = MAX_FALLBACK - len(head) - len(foot) - 40
    shown = 0
    for number, story in enumerate(digest.stories, digest.number_from):
        text = plain_text.label(story) + story.title
        link = story.url.replace("|", "%7C") if story.url and len(story.url) < MAX_LINKED_URL else None
        line = f"<{escape(link)}|{escape(text).replace('|', '¦')}>" if link else escape(text)
        if digest.kind is MessageKind.DIGEST:
            line = f"{number}. {line}"
        if len(story.sources) > 1:
            line += f" ({len(story.sources)} sources)"
        if story.changes:
            line += escape(" New: " + "; ".join(story.changes))
        if len(line) > room and shown:
            break
        lines.append(_cut(line, room) if len(line) <= room else _cut(escape(text), min(room, 600)))
        room -= len(lines[-1]) + 1
        shown += 1
    if shown < len(digest.stories):
        lines.append(f"… and {counted(len(digest.stories) - shown, 'more story', 'more stories')}")
    if foot:
        lines.append(foot)
    return "\n".join(lines) or "Wirewatch"


# --- blocks ---


def _blocks(digest: Digest, density: Density) -> list[Block]:
    if digest.kind is MessageKind.NOTICE:
        return [_rich([_section([_text(clean_lines(digest.title, 2900))])])]
    blocks: list[Block] = []
    if digest.title:
        blocks.append(
            {
                "type": "header",
                "text": {"type": "plain_text", "text": short_line(digest.title, MAX_HEADER), "emoji": False},
            }
        )
    mentions = list(dict.fromkeys(mention for story in digest.stories for mention in story.mentions))
    if mentions and digest.kind is not MessageKind.REPLY:
        blocks.append(_rich([_section([piece for mention in mentions[:10] for piece in _mention(mention)])]))
    meta = plain_text.window_line(digest) if digest.kind is MessageKind.DIGEST or digest.title else ""
    if meta:
        blocks.append(_context([escape(meta)]))
    with_dividers = 1 < len(digest.stories) <= 5 and digest.kind is not MessageKind.REPLY
    for number, story in enumerate(digest.stories, digest.number_from):
        if with_dividers:
            blocks.append({"type": "divider"})
        blocks += _story_blocks(story, number if digest.title else None, digest, density)
    foot = plain_text.foot_line(digest)
    if foot:
        blocks.append(_context([escape(foot)]))
    return [
        block | {"block_id": f"b{index}:r{digest.revision}"} if "block_id" not in block else block
        for index, block in enumerate(blocks)
    ]


def _story_blocks(story: DigestStory, number: int | None, digest: Digest, density: Density) -> list[Block]:
    pieces = [_text(f"{number}. ")] if number is not None else []
    label = plain_text.label(story)
    if digest.kind is MessageKind.REPLY:
        pieces.append(_text("New on this story: " + ("; ".join(story.changes) + "\n" if story.changes else "")))
    elif label:
        pieces.append(_text(label, bold=True))
    title = short_line(story.title, density.title) or "(no title)"
    url = web_address(story.url)
    if url is not None:
        pieces.append({"type": "link", "url": url, "text": title, "style": {"bold": True}})
    else:
        pieces.append(_text(title, bold=True))
    pieces.append(_text("\n" + plain_text.by_line(story, digest)))
    if story.changes and digest.kind is not MessageKind.REPLY:
        pieces += [_text("\nNew: ", bold=True), _text("; ".join(story.changes))]
    elements = [_section(pieces)]
    if density.quote and story.quote is not None:
        quote = _quote(story, density.quote)
        if quote:
            elements.append({"type": "rich_text_quote", "elements": quote})
    blocks = [_rich(elements) | {"block_id": f"story:{story.story}:r{digest.revision}"}]
    if digest.kind is MessageKind.REPLY:
        return blocks
    lines = [_sources(story, density), _why(story) if density.why else "", _state(story)]
    if any(lines):
        blocks.append(
            _context([line for line in lines if line]) | {"block_id": f"why:{story.story}:r{digest.revision}"}
        )
    if digest.buttons:
        blocks.append(_actions(story, digest))
    return blocks


def _quote(story: DigestStory, limit: int) -> list[Block]:
    assert story.quote is not None
    made: list[Block] = []
    room = limit
    for piece, matched in plain_text.pieces(story.quote):
        text = piece if len(piece) <= room else piece[: max(room - 2, 0)].rstrip() + " …"
        if text:
            made.append(_text(text, bold=matched))
        room -= len(piece)
        if room <= 0:
            break
    return made


def _sources(story: DigestStory, density: Density) -> str:
    """Our own words and what outlets are called, escaped."""
    if len(story.sources) < 2:
        return ""
    count = plain_text.spread(story)
    if not density.sources:
        return count
    names = []
    for source in story.sources[: density.sources]:
        name = escape(short_line(source.name, 60)).replace("|", "¦") or "?"
        url = web_address(source.url)
        if density.linked and url is not None and len(url) <= MAX_LINKED_URL:
            names.append(f"<{escape(url.replace('|', '%7C'))}|{name}>")
        else:
            names.append(name)
    more = len(story.sources) - len(names)
    return f"{count}, {plain_text.in_order(names, more)}"


def _why(story: DigestStory) -> str:
    if not story.rule_names:
        return ""
    names = ", ".join(f"*{escape(short_line(name, 75)).replace('*', '∗')}*" for name in story.rule_names[:5])
    if len(story.rule_names) > 5:
        names += f" +{len(story.rule_names) - 5}"
    words = "; ".join(
        f"*{escape(word)}* in {zones}" for word, zones in plain_text.words_by_zone(story) if _WORD.match(word)
    )
    return f"Why: {names}" + (f" ({words})" if words else "") + _pace(story)


def _pace(story: DigestStory) -> str:
    """`; 7 outlets in 52 min`, for stories that spread."""
    if len(story.sources) < 3 or story.first_at is None or story.last_at is None:
        return ""
    minutes = max(int((story.last_at - story.first_at).total_seconds() // 60), 1)
    span = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    return f"; {len(story.sources)} outlets in {span}"


def _state(story: DigestStory) -> str:
    """What people did: our own words, in which only ids of people are more than text."""
    return _OWN_MENTION.sub(r"<\1>", escape(short_line(story.state.text, 400)))


def _actions(story: DigestStory, digest: Digest) -> Block:
    value = json.dumps({"v": 1, "c": digest.channel, "s": story.story}, separators=(",", ":"))
    elements: list[Block] = []
    if story.state.active:
        elements.append(_button("story_undo", "Undo", value))
    if "mute_story" not in story.state.active:
        elements.append(_button("story_mute", "Mute story", value))
    if len(story.rules) == 1:
        with_rule = json.dumps(
            {"v": 1, "c": digest.channel, "s": story.story, "r": story.rules[0]}, separators=(",", ":")
        )
        if len(with_rule) <= 2000:
            elements.append(_button("rule_snooze", "Snooze rule", with_rule))
    elif story.rules:
        options = []
        for rule, name in list(zip(story.rules, story.rule_names, strict=False))[:100]:
            choice = f"{story.story}|{rule}"
            if len(choice) <= 150:
                shown = {"type": "plain_text", "text": short_line(name, 75) or "rule", "emoji": False}
                options.append({"text": shown, "value": choice})
        if options:
            placeholder = {"type": "plain_text", "text": "Snooze rule", "emoji": False}
            menu = {"type": "static_select", "action_id": "rule_snooze_menu", "placeholder": placeholder}
            elements.append(menu | {"options": options})
    if "irrelevant" not in story.state.active:
        elements.append(_button("story_irrelevant", "Not relevant", value))
    elements.append(_button("story_more", "More coverage", value))
    # The channel's key and the story stand in the block's id, too: a menu's options have no room for both.
    where = f"act:{digest.channel}:{story.story}:r{digest.revision}"
    return {"type": "actions", "block_id": where if len(where) <= 255 else where[-255:], "elements": elements}


# --- pieces ---


def _button(action: str, label: str, value: str) -> Block:
    text = {"type": "plain_text", "text": label, "emoji": False}
    return {"type": "button", "action_id": action, "text": text, "value": value}


def _mention(mention: str) -> list[Block]:
    """A mention from rules.yaml as its own element; what is none stays text."""
    text = mention.strip()
    if found := _RANGE.match(text):
        return [{"type": "broadcast", "range": NAMES[found[1]]}, _text(" ")]
    if found := _USER.match(text):
        return [{"type": "user", "user_id": found[1]}, _text(" ")]
    if found := _GROUP.match(text):
        return [{"type": "usergroup", "usergroup_id": found[1]}, _text(" ")]
    return [_text(short_line(text, 80) + " ")]


def _rich(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, bold: bool = False) -> Block:
    return {"type": "text", "text": harmless_lines(text)} | ({"style": {"bold": True}} if bold else {})


def _context(lines: Sequence[str]) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": _cut(line, MAX_CONTEXT), "verbatim": True} for line in lines[:10]],
    }


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, without a torn entity or link at the end."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    for opening, closing in (("&", ";"), ("<", ">")):
        at = cut.rfind(opening)
        if at >= 0 and closing not in cut[at:] and (opening == "<" or len(cut) - at < 6):
            cut = cut[:at]
    return cut + "…"


def harmless_lines(text: str) -> str:
    """Literal text for rich_text, never empty."""
    return "\n".join(map(harmless, text.split("\n"))) or " "


def clean_lines(text: str, limit: int) -> str:
    """Several lines of our own, each cleaned."""
    lines = "\n".join(short_line(line, limit) for line in text.splitlines())
    return (lines if len(lines) <= limit else lines[: limit - 1] + "…") or " "


def _cost(value: object) -> tuple[int, int]:
    """(characters of all texts, the same with the addresses of links)."""
    text = total = 0
    stack = [value]
    while stack:
        here = stack.pop()
        if isinstance(here, list):
            stack += here
        elif isinstance(here, dict):
            for key, inner in here.items():
                if key == "text" and isinstance(inner, str):
                    text += len(inner)
                elif key == "url":
                    total += len(inner)
                elif key == "type" and inner == "divider":
                    text += DIVIDER
                elif isinstance(inner, (list, dict)):
                    stack.append(inner)
    return text, text + total
