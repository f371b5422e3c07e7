"""Entries of a document → 34 bytes each, to be compared with the next document of the feed.

The law: this never decides what is news (the store does, from every id ever seen). It distinguishes a feed that rolled
over from one that renamed everything, and leaves out entries that stand in the document exactly as they stood in the
last, which was kept in the same transaction; and those that only changed their guid and URL (see `returned`).
"""

from __future__ import annotations

import html
import re
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import pairwise, takewhile
from struct import Struct

from bot.model import Entry

_VERSION = b"\x03"
_HEAD = 8
_TIME = 5
"""Bytes of an instant, in seconds."""
_ITEM = Struct(">4s4s8s8s6sI")
"""One entry, as `Fingerprint` has it."""
_ITEM_BEFORE = Struct("4s4s8s8s")
"""The same in the forms before: without words and date."""
_SEEN = 6
"""Bytes of the hash of an entry that was seen and not read: beside 100,000, one new one in 10⁹ would look known."""
_NO_SOURCE = bytes(8)
_NO_WORDS = bytes(6)
_MAX_TEXT = 1_000
"""Characters of an entry's text whose words are compared."""
_MANY_LETTERS = 100
"""Letters from which an entry without a date is one that we know, and no column that has the same title each week."""
_TAG = re.compile(r"<[^<>]*>")
_URL = re.compile(r"https?://\S+")
_NO_LETTERS = re.compile(r"[\u00a0-\u00a9\u00ab-\u00b1\u00b4-\u00b8\u00bb\u00bf\u2000-\u206f\u3000-\u303f]+")
"""Signs and spaces beyond ASCII; the vowel signs of Indic scripts are letters."""
_NO_ASCII_LETTERS = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes of one entry, and its date."""

    guid: bytes
    """Of its guid, else its URL, else its title."""
    url: bytes
    """Of its URL, else its title."""
    content: bytes
    """Of all that it says."""
    source: bytes = _NO_SOURCE
    """Of its very text in the document, where that can be cut out."""
    words: bytes = _NO_WORDS
    """Of its words alone, without markup and URLs."""
    published: int = 0
    """Its date in seconds; 0 without one, or with one that was not believed (see `late`)."""

    @property
    def form(self) -> tuple[bytes, bytes]:
        """What it goes by."""
        return self.guid, self.url


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Those of a document's entries, in its order. `head`: a hash of what stands around them."""

    items: tuple[Fingerprint, ...] = ()
    head: bytes = bytes(_HEAD)
    seen: frozenset[bytes] = frozenset()
    """Beginnings of the source hashes of entries that were there, beyond the number that is read of one document."""
    at: datetime | None = None
    """When the document was read; None in the forms before, which hold no words either."""

    @classmethod
    def load(cls, text: str | None) -> Fingerprints:
        """From `dump`; anything else is none."""
        try:
            raw = b64decode(text or "")
        except ValueError:
            return cls()
        start, end, at = 1 + _HEAD, len(raw), None
        item = _ITEM if raw[:1] == _VERSION else _ITEM_BEFORE
        if raw[:1] == _VERSION:
            at = datetime.fromtimestamp(int.from_bytes(raw[start : start + _TIME], "big"), UTC)
            start += _TIME
        if raw[:1] in (_VERSION, b"\x02"):
            start += 4
            end = start + item.size * int.from_bytes(raw[start - 4 : start], "big")
        elif raw[:1] != b"\x01":  # the first form: without `seen`
            return cls()
        if end > len(raw) or (end - start) % item.size or (len(raw) - end) % _SEEN:
            return cls()
        items = tuple(Fingerprint(*fields) for fields in item.iter_unpack(raw[start:end]))
        seen = frozenset(raw[place : place + _SEEN] for place in range(end, len(raw), _SEEN))
        return cls(items, raw[1 : 1 + _HEAD], seen, at)

    def dump(self) -> str:
        """As text, for the state."""
        parts = [
            _ITEM.pack(item.guid, item.url, item.content, item.source, item.words, item.published)
            for item in self.items
        ]
        at = (0 if self.at is None else int(self.at.timestamp())).to_bytes(_TIME, "big")
        count = len(parts).to_bytes(4, "big")
        return b64encode(b"".join((_VERSION, self.head, at, count, *parts, *sorted(self.seen)))).decode("ascii")

    def by_source(self) -> dict[bytes, Fingerprint]:
        """Those whose text could be cut out."""
        return {item.source: item for item in self.items if item.source != _NO_SOURCE}


def seen_hash(source: bytes) -> bytes:
    """What is remembered of an entry that was seen and not read; `source`: the hash of its text."""
    return source[:_SEEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A document against the one before."""

    total: int = 0
    """Entries in it."""
    new: int = 0
    """Entries that the document before had under neither guid nor URL."""
    comparable: bool = False
    """There was a document with entries before."""

    @property
    def rolled_over(self) -> bool:
        """Nothing of the document before is left: entries in between may have been missed."""
        return self.comparable and self.total > 0 and self.new == self.total


def fingerprint_of(entry: Entry, source: bytes = _NO_SOURCE) -> Fingerprint:
    """The hashes of an entry; `source`: of its text."""
    content = "\x00".join(
        (entry.guid or "", entry.url or "", entry.title, entry.summary, entry.body, entry.author, *entry.tags)
    )
    words = _words(entry)
    return Fingerprint(
        _hash(entry.guid or entry.url or entry.title, 4),
        _hash(entry.url or entry.title, 4),
        _hash(content, 8),
        source,
        blake2b(words, digest_size=6).digest() if words else _NO_WORDS,
        _seconds(entry.published_at),
    )


def _words(entry: Entry) -> bytes:
    """The letters and digits of what an entry says, in one case."""
    text = f"{entry.title}\n{entry.summary[:_MAX_TEXT]}\n{entry.body[:_MAX_TEXT]}"
    text = html.unescape(_TAG.sub(" ", text))
    text = (_URL.sub(" ", text) if "://" in text else text).casefold()
    if not text.isascii():
        text = _NO_LETTERS.sub("", text)
    return text.encode("utf-8", "replace").translate(None, _NO_ASCII_LETTERS)


def _seconds(date: datetime | None) -> int:
    return 0 if date is None else min(max(0, int(date.timestamp())), 0xFFFF_FFFF)


def compare(
    before: Fingerprints, fingerprints: Sequence[Fingerprint], again: Collection[Fingerprint] = ()
) -> Comparison:
    """A new document's `fingerprints` against the document before. `again`: those that only changed guid and URL."""
    guids, urls = _marks(before)
    new = sum(1 for item in fingerprints if item.guid not in guids and item.url not in urls and item not in again)
    return Comparison(total=len(fingerprints), new=new, comparable=bool(before.items))


def _marks(before: Fingerprints) -> tuple[set[bytes], set[bytes]]:
    """The guids, and the URLs, by which entries are known. One that several had, a home page, names none of them."""
    urls = Counter(item.url for item in before.items)
    return {item.guid for item in before.items}, {url for url, count in urls.items() if count == 1}


def returned(
    before: Fingerprints, document: Sequence[Fingerprint], entries: Sequence[Entry], fingerprints: Sequence[Fingerprint]
) -> frozenset[Fingerprint]:
    """Those of some `entries` of a new `document` that are entries of the document before under another guid and URL:
    sites that move, aggregators that make a new guid with every fetch.

    The words are the same, no entry of these words stands where it stood, and no date is later than the reading of the
    document before: a column may have one title each week. Without a date, or with a later one than it had, an entry is
    believed where it has many words, where its guid was another one's before (a guid by position), or where the
    document as a whole has changed its guids. Where in doubt it is news.
    """
    if before.at is None:
        return frozenset()
    forms, old_forms = {item.form for item in document}, {item.form for item in before.items}
    old_guids = {item.guid for item in before.items}
    shifted = _shifted(before.items, document)
    gone: dict[bytes, list[Fingerprint]] = defaultdict(list)
    standing = {_NO_WORDS}
    for item in before.items:
        if item.form not in forms or item.words in shifted:
            gone[item.words].append(item)
        else:
            standing.add(item.words)
    arrivals: dict[bytes, list[tuple[Entry, Fingerprint]]] = defaultdict(list)
    for entry, item in zip(entries, fingerprints, strict=True):
        is_marked = bool(entry.guid or entry.url)  # else nothing but what it says could be another
        is_elsewhere = item.form not in old_forms or item.words in shifted
        if is_marked and is_elsewhere and item.words in gone and item.words not in standing:
            arrivals[item.words].append((entry, item))
    sure: set[Fingerprint] = set()
    likely: set[Fingerprint] = set()
    for words, pairs in arrivals.items():
        if len(pairs) > len(gone[words]):
            continue  # there are more of them than there were: one is new
        pairs.sort(key=lambda pair: pair[1].published)
        for (entry, item), old in zip(pairs, sorted(gone[words], key=lambda item: item.published), strict=False):
            if words not in shifted and (item.guid == old.guid or (entry.url and item.url == old.url)):
                continue  # the store knows it by one of them, and is to learn the other
            if entry.published_at is not None and entry.published_at > before.at:
                continue
            is_dated = 0 < item.published <= old.published
            is_long = not item.published and len(_words(entry)) >= _MANY_LETTERS
            is_by_place = not item.published and item.guid in old_guids  # `item2`: the second is the third now
            (sure if is_dated or is_long or is_by_place else likely).add(item)
    arrived = sum(item.form not in old_forms for item in document)
    as_a_whole = len(sure) + len(likely) > 1 and 2 * (len(sure) + len(likely)) >= arrived
    return frozenset(sure | likely if as_a_whole else sure)


def _shifted(before: Sequence[Fingerprint], document: Sequence[Fingerprint]) -> frozenset[bytes]:
    """The words of entries that stand under the marks of another entry now: one URL leads to all, and the guids number
    the places. All go one way, and none behind the first of them stays, as where a new one comes in before them: two
    that change places are two notices, and a part of a service may say what another said."""
    was, now = ({item.words: place for place, item in enumerate(items)} for items in (before, document))
    old_forms, urls = {item.form for item in before}, Counter(item.url for item in document)
    places = {item.form for item in document if urls[item.url] > 1}
    moves = {
        words: now[words] - place
        for words, place in was.items()
        if words in now and (one := before[place]).form != (other := document[now[words]]).form
        if one.form in places and other.form in places and (other.form in old_forms or other.published)
    }
    stand = {(item.form, item.words) for item in document if item.form in places}
    is_shift = len({move > 0 for move in moves.values()}) == 1 and stand.isdisjoint(
        (item.form, item.words) for item in before[min(map(was.__getitem__, moves)) :]
    )
    return frozenset(moves) if is_shift else frozenset()


def late(before: Fingerprints, document: Sequence[Fingerprint]) -> frozenset[Fingerprint]:
    """Those of a new `document` that are dated before the last one was read, and were not in it where that had them.

    Feeds give one date to all that they hold, a wrong year, the day of the event: what came in between entries that we
    know, or above the newest of them, is published now. Only where the entries we know stand in the order of their
    dates, all but a few: elsewhere (the most read, the last edited) an old one may come up anywhere. An entry of a date
    that one old entry alone had, which left, is that one under other marks.
    """
    order = _in_order(before, document)
    if before.at is None or order is None:
        return frozenset()
    oldest = order.dates[-1] if order.dates else _seconds(before.at)
    forms = {item.form for item in document}
    had = Counter(item.published for item in before.items)
    left = {item.published for item in before.items if item.form not in forms and had[item.published] == 1}
    latecomers: set[Fingerprint] = set()
    earliest = 1  # above the newest that we know, any date
    for item, is_known in order.items:
        if is_known:
            earliest = oldest
        elif earliest <= item.published <= _seconds(before.at) and item.published not in left:
            latecomers.add(item)
    return frozenset(latecomers)


def from_behind(before: Fingerprints, document: Sequence[Fingerprint]) -> frozenset[Fingerprint]:
    """Those of a new `document` that stand behind all that the last one had, and are dated before that: a publisher
    shows more of them, or took a newer one away. Only of a document in the order of its dates, of two at least; or
    where nothing of the last one is left: a page of older ones, a copy of days ago."""
    dates = [item.published for item in before.items if item.published]
    old_forms = {mark for item in before.items for mark in item.form}
    if len(dates) > 1 and all(old_forms.isdisjoint(item.form) for item in document):
        return frozenset(item for item in document if 0 < item.published < min(dates))
    order = _in_order(before, document)
    if order is None or len(order.dates) < 2:
        return frozenset()
    unknown = takewhile(lambda pair: not pair[1], reversed(order.items))
    return frozenset(item for item, _ in unknown if 0 < item.published < order.dates[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A document that is in the order of its dates, the newest first: its entries, and whether the last one had them;
    the dates of those, as far as they were believed."""

    items: list[tuple[Fingerprint, bool]]
    dates: list[int]


def _in_order(before: Fingerprints, document: Sequence[Fingerprint]) -> _Order | None:
    """None: there is no order in what is known of it, or nothing is known."""
    guids, urls = _marks(before)
    items = [(item, item.guid in guids or item.url in urls) for item in document]
    believed = {item.form: item.published for item in before.items}
    known_dates = [believed.get(item.form, item.published) for item, is_known in items if is_known]
    dates = [*filter(None, known_dates)]
    falls = sum(earlier < later for later, earlier in pairwise(dates))
    rises = sum(earlier < later for earlier, later in pairwise(dates))
    if not known_dates or 4 * min(falls, rises) >= max(len(dates), 2):
        return None
    return _Order(items=items, dates=dates) if rises <= falls else _Order(items=items[::-1], dates=dates[::-1])


def remade(before: Fingerprints, document: Sequence[Fingerprint]) -> frozenset[Fingerprint]:
    """Those of a new `document` that may be an item of the document before under another guid and another URL, though
    not word for word (see `returned`): they alone have the date that an item alone had which has left. And those that
    stand where they stood, with their date: they may have `returned` there, unknown to the archive by what they bear.

    What they say is compared where the archive is.
    """
    forms, old_forms = {item.form for item in document}, {item.form for item in before.items}
    had, has = (Counter(item.published for item in items) for items in (before.items, document))
    dated = {item.published: item.form for item in before.items if item.published and had[item.published] == 1}
    return frozenset(
        item
        for item in document
        if has[item.published] == 1
        and (form := dated.get(item.published)) is not None
        and (form == item.form or (form not in forms and item.form not in old_forms))
    )


def remembered(
    before: Fingerprints, document: Iterable[Fingerprint], latecomers: Collection[Fingerprint]
) -> tuple[Fingerprint, ...]:
    """A new document's fingerprints as they are kept: without dates that were not believed, now or earlier."""
    undated = {item.form for item in (*latecomers, *before.items) if item in latecomers or not item.published}
    return tuple(replace(item, published=0) if item.form in undated else item for item in document)


def changed(
    before: Fingerprints,
    entries: Iterable[Entry],
    fingerprints: Iterable[Fingerprint],
    again: Collection[Fingerprint] = (),
    latecomers: Collection[Fingerprint] = (),
    may_be_remade: Collection[Fingerprint] = (),
    behind: Collection[Fingerprint] = (),
) -> tuple[Entry, ...]:
    """Entries that do not stand in the document before, word for word, and are none of those that are there `again`."""
    contents = {item.content for item in before.items}
    guids, urls = _marks(before)

    def is_arrival(item: Fingerprint) -> bool:
        return bool(before.items) and item.guid not in guids and item.url not in urls

    # An item that has lost its guid since another one bears it, too, stands there as it stood.
    sources = {(item.source, item.url) for item in before.items if item.source != _NO_SOURCE}
    return tuple(
        replace(
            entry,
            is_late=item in latecomers,
            may_be_remade=item in may_be_remade,
            is_arrival=is_arrival(item),
            is_from_behind=item in behind,
        )
        for entry, item in zip(entries, fingerprints, strict=True)
        if item.content not in contents and (item.source, item.url) not in sources and item not in again
    )


def text_hash(text: str) -> bytes:
    """Of an entry's text in its document."""
    return _hash(text, 8)


def _hash(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()
