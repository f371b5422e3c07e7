"""An entry and what is known under its keys → the item again, an edit of it, or something new.

Law: an identity mark (guid, address) is believed only as far as the text bears it out. Feeds give one guid to all
items, rewrite all guids, and put one URL under everything; none of that may join strangers or raise old news from
the dead. What is known is handed in by the caller, and handed back by `known_after`; nothing here remembers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.core.similarity.titles import difference, read_headline
from bot.core.similarity.tokens import PLAIN_WORD
from bot.core.stories.identity import Identity, canonical_url
from bot.model import Decision, Entry, EntryId, Reading, StoryId, Verdict

_TITLE = 160
"""Characters of a title that are remembered."""
_ALIKE = 60.0
"""rapidfuzz score (0–100) of two forms from which a mark in doubt is believed."""
_MOVED = 85.0
"""The same where the URL says otherwise."""
_DOUBTS = 3
"""Rewritings beyond recognition, or to another figure or name, after which a mark stands for a place (a live page, a
column), not for an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What is remembered of an item, under each of its keys."""

    entry: EntryId
    """The item's first entry."""
    story: StoryId
    """Its story at the time; merges since then are the caller's to follow."""
    content: str
    """`identity.content_hash` of its last version."""
    title: str
    """Its last title, cut."""
    place: str
    """Its URL in one form, hashed; empty without one."""
    guid: str
    """Its guid, hashed without its feed; empty without one."""
    doubts: int = 0

    def to_bytes(self) -> bytes:
        """A compact JSON list, as the store keeps it."""
        fields = [self.entry, self.story, self.content, self.title, self.place, self.guid, self.doubts]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> KnownItem:
        """Reads `to_bytes` back."""
        entry, story, content, title, place, guid, doubts = json.loads(data)
        return cls(
            entry=EntryId(entry),
            story=StoryId(story),
            content=content,
            title=title,
            place=place,
            guid=guid,
            doubts=doubts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """An item that was known: which, as what, and why."""

    known: KnownItem
    verdict: Verdict
    reason: str


def _form(title: str) -> str:
    return " ".join(token.form for token in read_headline(title[:_TITLE]).words)


def _alike(title: str, known: KnownItem, bound: float = _ALIKE) -> bool:
    return fuzz.token_sort_ratio(_form(title), _form(known.title)) >= bound


def _told_apart(title: str, known: KnownItem) -> bool:
    """Whether a figure, or a word with a capital, stands in another's place."""
    between = difference(read_headline(known.title).words, read_headline(title[:_TITLE]).words)
    return any(
        all(any(token.kind != PLAIN_WORD or token.capital for token in tokens) for tokens in pair)
        for pair in between.replaced
    )


def recognise(entry: Entry, identity: Identity, title: str, known: Mapping[str, KnownItem]) -> Recognition | None:
    """Whether an entry is an item that is known already. `title`: as read."""
    content, place, guid = identity.content, identity.place, identity.guid
    by_guid = known.get(identity.guid_key) if identity.guid_key else None
    if by_guid is not None:
        if by_guid.content == content:
            return _same(by_guid, "same guid, same text")
        one_place = place == by_guid.place
        if one_place and place and by_guid.doubts < _DOUBTS:
            return _edit(by_guid, "same guid and address")
        if one_place or not place or not by_guid.place:
            if _alike(title, by_guid) and (by_guid.doubts < _DOUBTS or not _told_apart(title, by_guid)):
                return _edit(by_guid, "same guid, a title like the earlier one")
        elif _form(by_guid.title) == _form(title) or (
            _alike(title, by_guid, _MOVED) and not _told_apart(title, by_guid)
        ):
            return _edit(by_guid, "same guid and title, another address")
    by_url = known.get(identity.url_key) if identity.url_key else None
    if by_url is not None:
        if by_url.content == content:
            return _same(by_url, f"same address ({_shown(entry)}), same text")
        if not guid and not by_url.guid and by_url.doubts < _DOUBTS:
            return _edit(by_url, f"same address ({_shown(entry)}) in a feed without guids")
        if _form(by_url.title) == _form(title):
            if not guid and not by_url.guid:
                return _edit(by_url, f"same address ({_shown(entry)}) and title")
            return _same(by_url, f"same address ({_shown(entry)}) and title")
        if _alike(title, by_url):
            if guid and guid == by_url.guid:
                return _edit(by_url, f"same address ({_shown(entry)}) and guid in another feed")
            return Recognition(
                known=by_url,
                verdict=Verdict.NEAR_DUPLICATE,
                reason=f"same address ({_shown(entry)}), a title like the earlier one",
            )
    for key in identity.keys:
        found = known.get(key)
        if key.startswith("t") and found is not None:
            return _same(found, "same feed, title, text and date")
    return None


def _same(known: KnownItem, reason: str) -> Recognition:
    return Recognition(known=known, verdict=Verdict.SAME_ITEM, reason=reason)


def _edit(known: KnownItem, reason: str) -> Recognition:
    return Recognition(known=known, verdict=Verdict.EDIT, reason=reason)


def _shown(entry: Entry) -> str:
    text = canonical_url(entry.url or "")
    return text if len(text) <= 80 else text[:79] + "…"


def known_after(
    identity: Identity, reading: Reading, known: Mapping[str, KnownItem], decision: Decision
) -> dict[str, KnownItem]:
    """What to remember under which key once `decision` has been made about an entry; empty when nothing changed.

    `known` is what was handed to `decide`. Remember it before the next entry is decided.
    """
    content = identity.content
    title = reading.title
    again = decision.verdict in (Verdict.SAME_ITEM, Verdict.EDIT)
    first = decision.duplicate_of if again and decision.duplicate_of is not None else decision.entry
    after: dict[str, KnownItem] = {}
    for key in identity.keys:
        before = known.get(key)
        doubts = before.doubts if before is not None else 0
        if before is not None and before.content != content:
            doubts += not _alike(title, before) or _told_apart(title, before)
        item = KnownItem(
            entry=first,
            story=decision.story,
            content=content,
            title=title[:_TITLE],
            place=identity.place,
            guid=identity.guid,
            doubts=doubts,
        )
        if (
            before is not None
            and decision.verdict == Verdict.SAME_ITEM
            and before.entry == first
            and (before.content == content or before.story == item.story)
        ):
            continue  # a shorter version in a second feed does not replace what is known
        if before != item:
            after[key] = item
    return after
