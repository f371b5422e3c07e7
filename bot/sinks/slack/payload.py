"""A digest → the frozen arguments of one Slack call, in as many parts as it needs. Pure.

The law:
- text from feeds is literal or escaped (see `elements`); only http and https become links; nothing is unfurled; every
  message has a fallback text;
- whatever comes in, what goes out is inside Slack's limits: a digest is split, then shortened, never refused.

Limits: https://docs.slack.dev/reference/block-kit/blocks and, for the sum of all texts, which Slack does not document,
docs/slack.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.digests.shown import news_of
from bot.core.text.plural import counted
from bot.model import Digest, DigestStory, MessageKind
from bot.sinks import plain_text
from bot.sinks.slack.blocks import Density, called_by, digest_blocks, story_blocks
from bot.sinks.slack.elements import Block, cut_mrkdwn, escape, mention_in_mrkdwn

EVENT_TYPE = "wirewatch_delivery"
"""Of a message's metadata: it is ours, and its payload holds the delivery key."""
_KEY_BLOCK = "wirewatch:"
"""So begins the id of a message's first block, which holds the key, too: a history may hold back the metadata."""
MAX_FALLBACK = 4000
"""Characters of `text`, from which on Slack cuts (docs.slack.dev, chat.postMessage)."""
TEXT_BUDGET = 9000
"""Characters of all texts of a message together."""
_WEIGHT_BUDGET = 12_500
"""The same with the URLs of links, and what blocks and elements count for; refused from about 13,200."""
_BLOCK, _ELEMENT = 125, 20
"""What a block, and each part of one, counts for beside its text: reckoned high, since Slack does not document it."""
_MAX_BLOCKS = 50
"""Blocks of one message (docs.slack.dev, Block Kit)."""
_CONTINUED = " (continued)"
_MAX_FALLBACK_URL = 300
"""Characters; a longer address is left to the blocks."""
_DENSITIES = (
    Density(title=300, quote=400, beneath=5, sources=4, linked=True, why=True),
    Density(title=200, quote=200, beneath=3, sources=3, linked=False, why=True),
    Density(title=150, quote=0, beneath=2, sources=2, linked=False, why=True),
    Density(title=100, quote=0, beneath=1, sources=0, linked=False, why=False),
)
_SPLIT_DENSITY = _DENSITIES[1]
"""A digest is split until every part can be shown this fully."""
_SMALLER = 2
"""The density to begin with after Slack refused a message."""
_MANY = 14
"""More stories than this have never fitted at full length: not worth trying."""


def payload(delivery_key: str, digest: Digest, level: int = 0) -> dict[str, Any]:
    """The arguments of `chat.postMessage` (or `chat.update`), all but channel, ts and thread_ts.

    Args:
        level: 0 as full as fits; 1 smaller (after Slack refused level 0); 2 plain text without blocks.
    """
    is_edit = digest.kind is MessageKind.UPDATE
    # An edit keeps the message's own key: a store restored from a backup still knows it by that.
    key = digest.thread_of if is_edit and digest.thread_of else delivery_key
    arguments: dict[str, Any] = {
        "text": _fallback_text(digest),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"delivery_key": key, "rev": digest.revision}},
    }
    if not is_edit:
        arguments |= {"unfurl_links": False, "unfurl_media": False}
    if level >= 2:
        return _without_blocks(arguments, digest)
    first = _SMALLER if level else int(len(digest.stories) > _MANY)
    for density in _DENSITIES[first:]:
        blocks = digest_blocks(digest, density)
        if blocks and _size(blocks).fits:
            blocks[0] = blocks[0] | {"block_id": f"{_KEY_BLOCK}{key}:r{digest.revision}"}
            return arguments | {"blocks": blocks}
    return _without_blocks(arguments, digest)


def _without_blocks(arguments: dict[str, Any], digest: Digest) -> dict[str, Any]:
    """The fallback text is all there is: whoever is to be called is called in it."""
    if digest.kind is MessageKind.UPDATE:
        # An edit that drops its blocks must say so, or the old ones stay.
        return arguments | {"blocks": []}
    called = " ".join(map(mention_in_mrkdwn, called_by(digest)))
    return arguments | {"text": cut_mrkdwn(f"{called}\n{arguments['text']}".strip(), MAX_FALLBACK)}


def posted_key(message: Mapping[str, Any]) -> str | None:
    """The delivery key of a message as Slack's history shows it; None: it is none of ours; "": it is one of ours, and
    nobody can say which (a history that names the event and holds back what it says)."""
    metadata = message.get("metadata")
    is_ours = isinstance(metadata, Mapping) and metadata.get("event_type") == EVENT_TYPE
    said = metadata.get("event_payload") if isinstance(metadata, Mapping) and is_ours else None
    if isinstance(said, Mapping) and said.get("delivery_key"):
        return str(said["delivery_key"])
    blocks = message.get("blocks")
    for block in blocks if isinstance(blocks, list) else []:
        name = block.get("block_id") if isinstance(block, Mapping) else None
        if isinstance(name, str) and name.startswith(_KEY_BLOCK):
            return name.removeprefix(_KEY_BLOCK).partition(":")[0] or None
    return "" if is_ours else None


def split_digest(digest: Digest) -> list[Digest]:
    """The digest in parts that each fit into one message. Edits and replies are never split: they have one place."""
    if digest.kind is not MessageKind.DIGEST or len(digest.stories) < 2:
        return [digest]
    groups: list[list[DigestStory]] = [[]]
    filled = _OVERHEAD
    for story in digest.stories:
        size = _size(story_blocks(story, 1, digest, _SPLIT_DENSITY))
        if groups[-1] and not (filled + size).fits:
            groups.append([])
            filled = _OVERHEAD
        groups[-1].append(story)
        filled += size
    return _parts(digest, groups)


def split_in_halves(digest: Digest) -> tuple[Digest, Digest]:
    """A digest of two stories or more that was too long for Slack: its first half, and the rest."""
    middle = (len(digest.stories) + 1) // 2
    first, rest = _parts(digest, [list(digest.stories[:middle]), list(digest.stories[middle:])])
    title = digest.title if not digest.title or digest.title.endswith(_CONTINUED) else digest.title + _CONTINUED
    return replace(first, title=digest.title), replace(rest, title=title)


def _parts(digest: Digest, groups: list[list[DigestStory]]) -> list[Digest]:
    """The digest, its stories grouped; whoever is to be called is called once, by the first part."""
    if len(groups) == 1:
        return [digest]
    everybody = tuple(dict.fromkeys(name for story in digest.stories for name in story.mentions))
    parts = []
    number_from = digest.number_from
    for number, group in enumerate(groups, 1):
        is_first, is_last = number == 1, number == len(groups)
        stories = [replace(story, mentions=()) for story in group]
        if is_first:
            stories[0] = replace(stories[0], mentions=everybody)
        parts.append(
            replace(
                digest,
                stories=tuple(stories),
                title=f"{digest.title} ({number} of {len(groups)})",
                omitted=digest.omitted if is_last else 0,
                held_back=digest.held_back if is_first else 0,
                next_at=digest.next_at if is_last else None,
                number_from=number_from,
            )
        )
        number_from += len(group)
    return parts


def _fallback_text(digest: Digest) -> str:
    """What notifications and old clients show: at most 4,000 characters, escaped."""
    if digest.kind is MessageKind.NOTICE:
        return cut_mrkdwn(escape(digest.title), MAX_FALLBACK)
    if digest.questions or digest.spike is not None:
        return cut_mrkdwn(escape(plain_text.digest_text(digest)), MAX_FALLBACK)
    head = escape(digest.title)
    if head and digest.window is not None:
        head += f" ({escape(plain_text.window_line(digest))})"
    foot = escape(plain_text.foot_line(digest))
    lines = [head] if head else []
    room = MAX_FALLBACK - len(head) - len(foot) - 40
    shown = 0
    for number, story in enumerate(digest.stories, digest.number_from):
        line, short = _fallback_line(story, number, digest)
        if len(line) > room and shown:
            break
        lines.append(line if len(line) <= room else cut_mrkdwn(short, min(room, 600)))
        room -= len(lines[-1]) + 1
        shown += 1
    if shown < len(digest.stories):
        lines.append(f"… and {counted(len(digest.stories) - shown, 'more story', 'more stories')}")
    if foot:
        lines.append(foot)
    return "\n".join(lines) or "Wirewatch"


def _fallback_line(story: DigestStory, number: int, digest: Digest) -> tuple[str, str]:
    """(a story's line, its bare title)."""
    text = escape(plain_text.flags(story) + story.title)
    line = text
    if story.url and len(story.url) < _MAX_FALLBACK_URL:
        line = f"<{escape(story.url.replace('|', '%7C'))}|{text.replace('|', '¦')}>"
    if digest.kind is MessageKind.DIGEST:
        line = f"{number}. {line}"
    if len(story.sources) > 1:
        line += f" ({len(story.sources)} outlets)"
    if story.changes:
        line += escape(" " + ": ".join(news_of(story.changes)))
    return line, text


# --- how much fits ---


@dataclass(frozen=True, slots=True)
class _Size:
    blocks: int
    text: int
    """Characters of all texts."""
    weight: int
    """What Slack counts, as far as can be known."""

    def __add__(self, other: _Size) -> _Size:
        return _Size(self.blocks + other.blocks, self.text + other.text, self.weight + other.weight)

    @property
    def fits(self) -> bool:
        """Whether Slack takes that much in one message."""
        return self.blocks <= _MAX_BLOCKS and self.text <= TEXT_BUDGET and self.weight <= _WEIGHT_BUDGET


_OVERHEAD = _Size(7, 900, 1_500)
"""Header, times, mentions, cut-off line, foot: what they have at most."""


def _size(blocks: list[Block]) -> _Size:
    text, urls, parts = 0, 0, 0
    for element in _elements_of(blocks):
        parts += "type" in element or "value" not in element  # a menu's option counts with its text, once
        said = element.get("text")
        text += len(said) if isinstance(said, str) else 0
        urls += len(element.get("url", ""))
    weight = text + urls + _BLOCK * len(blocks) + _ELEMENT * (parts - len(blocks))
    return _Size(len(blocks), text, weight)


def _elements_of(part: object) -> Iterator[dict[str, Any]]:
    """Every object in blocks, at any depth."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        if isinstance(inner, (list, dict)):
            yield from _elements_of(inner)
