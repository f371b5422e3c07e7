"""An entry and what is known under its keys → the item again, an edit of it, or something new.

Law: an identity mark (guid, address) is believed only as far as the text bears it out. Feeds give one guid to all
items, rewrite all guids, and put one URL under everything; none of that may join strangers or raise old news from
the dead. What is known is handed in by the caller, and handed back by `known_after`; nothing here remembers.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from rapidfuzz import fuzz

from bot.core.parse.spellings import canonical_url, names_an_item
from bot.core.similarity.difference import difference
from bot.core.similarity.headlines import read_headline
from bot.core.similarity.signs import tells_apart
from bot.core.similarity.titles import is_same_headline
from bot.core.similarity.tokens import FIGURE, IDENTIFIER, PLAIN_WORD, TextToken
from bot.core.stories.identity import MAX_OPENING, TITLE_KEY, Identity, date_key
from bot.core.text.sanitize import short_line
from bot.model import Decision, Entry, EntryId, Reading, StoryId, Verdict

_TITLE = 160
"""Characters of a title that are remembered."""
_ALIKE = 60.0
"""rapidfuzz score (0–100) of two forms from which a mark in doubt is believed."""
_MOVED = 85.0
"""The same where the URL says otherwise: it may be made of the headline (`/drivr-dies`, then `/driver-dies`)."""
_TEASER = 40
"""Letters of a text that say which one it is."""
_DOUBTS = 3
"""Rewritings beyond recognition, or to another figure or name, after which a mark stands for a place (a live page, a
column), not for an item; so it does once it has had two."""


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What is remembered of an item, under each of its keys. `entry`: its first; `story`: its story at the time, whose
    merges are the caller's to follow. Of its last version, as `identity` has them: `content`, `title` (cut), `place`
    and `guid` (empty without one), `opening`, `version`; `earlier`: the `version` before, if it said something else.
    `doubts`: how often its marks were under words that hardly are its."""

    entry: EntryId
    story: StoryId
    content: str
    title: str
    place: str
    guid: str
    doubts: int = 0
    opening: str = ""
    version: str = ""
    earlier: str = ""

    def has_title(self, title: str) -> bool:
        """Whether it is that of its last version."""
        return self.title == title[:_TITLE]

    def to_bytes(self) -> bytes:
        """A compact JSON list, as the store keeps it."""
        fields = list(_FIELDS(self))
        while fields[-1] == "":  # `doubts` are none
            fields.pop()
        return _to_json(fields).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> KnownItem:
        """Reads `to_bytes` back."""
        return cls(**dict(zip(cls.__slots__, json.loads(data), strict=False)))


_FIELDS = attrgetter(*KnownItem.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """An item that was known: which, as what, and why.

    `is_version`: an edit if it comes from the item's own feed; from another one, which has a text of its own, a copy.
    `is_renamed`: it has a guid of its own beside the item's, or one that says nothing, or it had ended: a version only
    as far as its text says so. `is_rewritten`: under another headline. `is_page`: on a page of one message
    (`Entry.is_alone`), or at a place, under a headline like the last one. `is_place`: its marks have had two items.
    `is_state`: its guid is that of a state (`quiet`, `gale`) of such a page, which has had another one since.
    `asks_text`: of its marks the guid alone is the item's, or they stand for a place: it is the item only with its date
    and its text.
    """

    known: KnownItem
    verdict: Verdict
    reason: str
    is_version: bool = False
    is_renamed: bool = False
    is_rewritten: bool = False
    is_page: bool = False
    is_place: bool = False
    is_state: bool = False
    asks_text: bool = False


def _alike(title: str, other: str, bound: float = _ALIKE) -> bool:
    """Whether two titles are nearly one, so that a mark in doubt is believed."""
    forms = (" ".join(token.form for token in read_headline(one[:_TITLE]).words) for one in (title, other))
    return fuzz.token_sort_ratio(*forms) >= bound


def _is_same_title(title: str, other: str) -> bool:
    """Whether two titles are one, as those of copies are."""
    return is_same_headline(read_headline(other), read_headline(title[:_TITLE]))


def _is_hardly_changed(title: str, other: str) -> bool:
    """Whether two titles are one, or nearly, and nothing tells one from the other: a slip was corrected."""
    return _is_same_title(title, other) or (_alike(title, other, _MOVED) and not _told_apart(title, other))


def _told_apart(title: str, other: str) -> bool:
    """Whether a figure, a word with a capital or a sign stands in another's place."""
    signs = (read_headline(other).signs, read_headline(title[:_TITLE]).signs)
    return tells_apart(*signs) or _stands_for_another(
        title, other, lambda token: token.kind != PLAIN_WORD or token.capital
    )


def _has_another_figure(title: str, other: str) -> bool:
    """Whether a figure stands in another's place: a day, an issue, a version (`2.4.1`, which counted as an edit)."""
    return _stands_for_another(title, other, lambda token: token.kind in (FIGURE, IDENTIFIER))


def _stands_for_another(title: str, other: str, tells: Callable[[TextToken], bool]) -> bool:
    """Whether a token that tells stands in another one's place."""
    between = difference(read_headline(other).words, read_headline(title[:_TITLE]).words)
    return any(all(any(map(tells, tokens)) for tokens in pair) for pair in between.replaced)


def recognise(entry: Entry, identity: Identity, title: str, known: Mapping[str, KnownItem]) -> Recognition | None:
    """Whether an entry is an item that is known already. `title`: as read."""
    for key in identity.keys:
        if key.startswith("t") and (same := known.get(key)) is not None:
            return _same(same, "same feed, title, text and date")
    by_guid = known.get(identity.guid_key) if identity.guid_key else None
    by_url = known.get(identity.url_key) if identity.url_key else None
    for item in (by_guid, by_url):
        if item is not None and identity.version and identity.version == item.earlier and identity.guid == item.guid:
            return _same(item, "the version before the last, under its date")  # two headlines that are tried by turns
    recognition = _by_guid(entry, identity, title, by_guid) if by_guid is not None else None
    if (recognition is None or recognition.asks_text) and by_url is not None:
        recognition = _by_url(entry, identity, title, by_url, is_known_here=by_guid is not None) or recognition
    if recognition is None and identity.keys[-1].startswith(TITLE_KEY):
        recognition = _by_title(entry, identity, known.get(identity.keys[-1]))
    if entry.may_be_remade:
        is_of_another = by_guid is None or recognition is None
        remade = known.get(date_key(entry)) if is_of_another else None
        recognition = _in_its_place(entry, recognition, by_url, remade)
        if recognition is not None and bool(recognition.known.guid) == bool(identity.guid):
            # It stood in the feed's last document, too: no other outlet's version, though the site may have moved. A
            # feed has guids or none: what differs there is another feed's.
            recognition = replace(recognition, is_version=False)
    recognition = recognition or _under_another_headline(entry, identity, title, by_guid if identity.guid else by_url)
    if recognition is not None and entry.is_arrival:
        # Without a guid, what another feed has at its address since then says nothing of what this one had there.
        own = None if identity.guid else known.get(identity.feed_key)
        if recognition.known.guid == identity.guid or (own is not None and own.content != identity.content):
            recognition = replace(recognition, is_renamed=True)  # `Gale warning` for one area, once more
    if recognition is not None and recognition.known.guid == identity.guid:
        is_place = recognition.known.doubts >= _DOUBTS
        # `Ferry warning, Kenora`: the next one has that headline, too
        is_page = (entry.is_alone or is_place) and _alike(title, recognition.known.title)
        is_state = is_page and _is_state(entry, title, by_guid, by_url)
        recognition = replace(recognition, is_page=is_page, is_place=is_place, is_state=is_state)
    return recognition


def _is_state(entry: Entry, title: str, item: KnownItem | None, at_address: KnownItem | None) -> bool:
    """Whether a guid that names no item is that of a state (`quiet`, `gale`): on a page of one message, another guid
    has stood at its address since, under another headline."""
    if not entry.is_alone or item is None or at_address is None or names_an_item(entry.guid):
        return False
    is_other = at_address.entry != item.entry and at_address.guid not in ("", item.guid)
    return is_other and not _alike(title, at_address.title)


def _in_its_place(
    entry: Entry, recognition: Recognition | None, by_url: KnownItem | None, remade: KnownItem | None
) -> Recognition | None:
    """The same of what stands where an item of its date stood, `remade`, in the feed's last document."""
    is_unsure = recognition is None or recognition.verdict == Verdict.NEAR_DUPLICATE
    if remade is not None and by_url is None:
        return _edit(remade, "same feed and date, in its place, under another guid and address")
    if remade is not None and by_url is not None and by_url.entry == remade.entry and is_unsure:
        return _edit(remade, f"{_shown(entry)} in its place, with its date, under another guid")
    return recognition


def _under_another_headline(entry: Entry, identity: Identity, title: str, item: KnownItem | None) -> Recognition | None:
    """What stands at a place under other words than the last that it had, and may be that all the same: headlines are
    tried by turns."""
    if item is None or not identity.place or (identity.place, identity.guid) != (item.place, item.guid):
        return None
    if _alike(title, item.title) or not (names_an_item(entry.guid) or names_an_item(entry.url)):
        return None
    return _edit(item, "same place, date and text, another title", is_rewritten=True, asks_text=True)


def is_remade(
    entry: Entry, reading: Reading, original: Reading, *, has_its_address: bool, is_one_of_many: bool
) -> bool:
    """Whether what stands in the place of an item that left (`Entry.may_be_remade`) is that item: its text begins as
    the item's did, or it has the item's headline, or an address that was made for it. A date of a full hour, in any
    time zone, may be that of a whole day, and one that several items of the feed have (`is_one_of_many`) that of a
    batch: then it takes headline and text, warnings have one headline all day, and the jobs of a batch one form letter.
    """
    texts = sorted((_opening(reading), _opening(original)), key=len)
    has_text = len(texts[0]) >= _TEASER and texts[1].startswith(texts[0])
    has_title = _is_hardly_changed(reading.title, original.title)
    if may_be_a_day_s(entry) or is_one_of_many:
        return has_text and has_title
    return has_text or has_title or (has_its_address and names_an_item(entry.url))


def may_be_a_day_s(entry: Entry) -> bool:
    """Whether its date may be that of a whole day, in any time zone, or there is none."""
    return entry.published_at is None or (entry.published_at.minute % 15, entry.published_at.second) == (0, 0)


def _opening(reading: Reading) -> str:
    """Its letters and digits, as far as two texts are compared."""
    text = f"{reading.summary} {reading.body}"[:MAX_OPENING].casefold()
    return "".join(filter(str.isalnum, text))


def _by_title(entry: Entry, identity: Identity, item: KnownItem | None) -> Recognition | None:
    """`Service disruption`, twice a day: another item, unless it says what the earlier one said, or goes on from there
    under the date of one moment, or counts as all of its feed does (`12 comments`)."""
    if item is None:
        return None
    if item.content == identity.content:
        return _same(item, "same feed, title, date and words")
    if entry.is_recounted:
        return _edit(item, "same feed, title and date, other figures, as in most of its feed")
    is_whole = len(identity.opening) < MAX_OPENING  # else the news may stand below
    goes_on = bool(item.opening) and identity.opening.startswith(item.opening)
    if is_whole and goes_on and not may_be_a_day_s(entry):
        return _edit(item, "same feed, title and date, a text that goes on")
    return None


def _by_guid(entry: Entry, identity: Identity, title: str, item: KnownItem) -> Recognition | None:
    if item.content == identity.content:
        return _same(item, "same guid, same text")
    place, alike = identity.place, _alike(title, item.title)
    is_named = names_an_item(entry.guid) or names_an_item(entry.url)
    if alike and not is_named and _has_another_figure(title, item.title):
        return None  # `prices.pdf`, `current`: today's, where yesterday's was
    believed = item.doubts < _DOUBTS and (alike or is_named)
    if place and place == item.place and believed:
        return _edit(item, "same guid and address", is_rewritten=not alike, is_renamed=not is_named)
    if place == item.place or not place or not item.place:
        if alike and (item.doubts < _DOUBTS or not _told_apart(title, item.title)):
            return _edit(item, "same guid, a title like the earlier one", is_renamed=not is_named)
    elif _is_hardly_changed(title, item.title):
        return _edit(item, "same guid and title, another address", is_renamed=True)
    elif believed and names_an_item(entry.guid):  # a headline that is written anew, and its address with it
        return _edit(item, "same guid, date and text, another title and address", asks_text=True)
    return None


def _by_url(
    entry: Entry, identity: Identity, title: str, item: KnownItem, *, is_known_here: bool
) -> Recognition | None:
    """`is_known_here`: its feed has had its guid, by which it is another: `SNOW WARNING`, then `WIND WARNING`."""
    guid, alike, where = identity.guid, _alike(title, item.title), f"same address ({_shown(entry)})"
    if item.content == identity.content:
        return _same(item, f"{where}, same text")
    is_place = not names_an_item(entry.url)  # the home page, `/current`, a list
    if is_place and (guid != item.guid or not alike or _told_apart(title, item.title)):
        return None
    if not guid and not item.guid and (alike or item.doubts < _DOUBTS):
        return _edit(item, f"{where} in a feed without guids", is_rewritten=not alike, is_renamed=is_place)
    if alike and guid != item.guid and _is_headline(entry):
        return _edit(item, f"{where}, a title like the earlier one that is its guid, too", is_version=True)
    if _is_same_title(title, item.title):
        is_renamed = bool(guid and item.guid and guid != item.guid)
        return _edit(item, f"{where} and title, another text", is_version=True, is_renamed=is_renamed)
    if not alike:
        return None
    if guid == item.guid:
        return None if is_known_here else _edit(item, f"{where} and guid in another feed")
    is_renamed = bool(guid and item.guid) and not _is_of_address(entry)
    reason = f"{where}, a title like the earlier one"
    return Recognition(known=item, verdict=Verdict.NEAR_DUPLICATE, reason=reason, is_renamed=is_renamed)


def _is_of_address(entry: Entry) -> bool:
    """Whether the guid is the address with a mark of its own (`…/c4g2z2xl#3`): that of a version, not of an item."""
    return canonical_url(entry.guid or "").startswith(canonical_url(entry.url or ""))


def _is_headline(entry: Entry) -> bool:
    """Whether the guid is the headline over again (or made of it): it says no more than that."""
    guid, title = (
        "".join(filter(str.isalnum, text)).casefold() for text in (entry.guid or "", html.unescape(entry.title))
    )
    return bool(guid) and guid == title


def _same(known: KnownItem, reason: str) -> Recognition:
    return Recognition(known=known, verdict=Verdict.SAME_ITEM, reason=reason)


def _edit(known: KnownItem, reason: str, **flags: bool) -> Recognition:
    return Recognition(known=known, verdict=Verdict.EDIT, reason=reason, **flags)


def _shown(entry: Entry) -> str:
    return short_line(canonical_url(entry.url or ""), 80)


def known_after(
    identity: Identity, reading: Reading, known: Mapping[str, KnownItem], decision: Decision
) -> dict[str, KnownItem]:
    """What to remember under which key once `decision` has been made about an entry; empty where it says nothing new.

    `known` is what was handed to `decide`. Remember it before the next entry is decided.
    """
    content = identity.content
    title = reading.title
    again = decision.verdict in (Verdict.SAME_ITEM, Verdict.EDIT)
    first = decision.duplicate_of if again and decision.duplicate_of is not None else decision.entry
    after: dict[str, KnownItem] = {}
    new: KnownItem | None = None
    for key in identity.keys:
        before = known.get(key)
        if before is None and new is not None and not key.startswith(TITLE_KEY):
            after[key] = new  # as under the key before
            continue
        if before is not None and decision.verdict == Verdict.SAME_ITEM and before.entry == first:
            # A shorter version in a second feed does not replace what is known. `No alerts in effect`, dated as ever,
            # stands between two warnings that say the same.
            if before.doubts >= _DOUBTS and identity.version and identity.version == before.earlier:
                turns = replace(before, version=before.earlier, earlier=before.version)
                after[key] = replace(turns, content=content, title=title[:_TITLE])
            continue
        doubts = before.doubts if before is not None else 0
        if before is not None and before.content != content:
            doubts += not _alike(title, before.title) or _told_apart(title, before.title)
        if before is not None and not again and decision.verdict != Verdict.NEAR_DUPLICATE:
            doubts = max(doubts, _DOUBTS)  # a second item: the next warning of a page was an edit of the last
        after[key] = KnownItem(
            entry=first,
            story=decision.story,
            content=content,
            title=title[:_TITLE],
            place=identity.place,
            guid=identity.guid,
            doubts=doubts,
            opening=identity.opening if key.startswith(TITLE_KEY) else "",
            version=identity.version,
            earlier=_version_before(before, identity),
        )
        new = after[key] if before is None else new
    return after


def _version_before(before: KnownItem | None, identity: Identity) -> str:
    if before is None:
        return ""
    return before.earlier if before.version == identity.version else before.version
