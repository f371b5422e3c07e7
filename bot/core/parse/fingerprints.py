"""Entries of a document → 24 bytes each, to be compared with the next document of the feed.

The law: this never decides what is news (the store does, from every id ever seen). It distinguishes a feed that rolled
over from one that renamed everything, and leaves out entries that stand in the document exactly as they stood in the
last, which was kept in the same transaction.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct

from bot.model import Entry

_VERSION = b"\x02"
_HEAD = 8
_ITEM = Struct("4s4s8s8s")
"""The hashes of one entry, as `Fingerprint` has them."""
_SEEN = 6
"""Bytes of the hash of an entry that was seen and not read: beside 100,000, one new one in 10⁹ would look known."""
_NO_SOURCE = bytes(8)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Four hashes of one entry."""

    guid: bytes
    """Of its guid, else its URL, else its title."""
    url: bytes
    """Of its URL, else its title."""
    content: bytes
    """Of all that it says."""
    source: bytes = _NO_SOURCE
    """Of its very text in the document, where that can be cut out."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Those of a document's entries, in its order. `head`: a hash of what stands around them."""

    items: tuple[Fingerprint, ...] = ()
    head: bytes = bytes(_HEAD)
    seen: frozenset[bytes] = frozenset()
    """Beginnings of the source hashes of entries that were there, beyond the number that is read of one document."""

    @classmethod
    def load(cls, text: str | None) -> Fingerprints:
        """From `dump`; anything else is none."""
        try:
            raw = b64decode(text or "")
        except ValueError:
            return cls()
        start, end = 1 + _HEAD, len(raw)
        if raw[:1] == _VERSION:
            start += 4
            end = start + _ITEM.size * int.from_bytes(raw[start - 4 : start], "big")
        elif raw[:1] != b"\x01":  # the form before: without `seen`
            return cls()
        if end > len(raw) or (end - start) % _ITEM.size or (len(raw) - end) % _SEEN:
            return cls()
        items = tuple(Fingerprint(*hashes) for hashes in _ITEM.iter_unpack(raw[start:end]))
        seen = frozenset(raw[at : at + _SEEN] for at in range(end, len(raw), _SEEN))
        return cls(items, raw[1 : 1 + _HEAD], seen)

    def dump(self) -> str:
        """As text, for the state."""
        parts = [item.guid + item.url + item.content + item.source for item in self.items]
        count = len(parts).to_bytes(4, "big")
        return b64encode(b"".join((_VERSION, self.head, count, *parts, *sorted(self.seen)))).decode("ascii")

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
    return Fingerprint(
        _hash(entry.guid or entry.url or entry.title, 4), _hash(entry.url or entry.title, 4), _hash(content, 8), source
    )


def compare(before: Fingerprints, fingerprints: Sequence[Fingerprint]) -> Comparison:
    """A new document's `fingerprints` against the document before."""
    guids = {item.guid for item in before.items}
    urls = {item.url for item in before.items}
    new = sum(1 for item in fingerprints if item.guid not in guids and item.url not in urls)
    return Comparison(total=len(fingerprints), new=new, comparable=bool(before.items))


def changed(before: Fingerprints, entries: Iterable[Entry], fingerprints: Iterable[Fingerprint]) -> tuple[Entry, ...]:
    """Entries that do not stand in the document before, word for word."""
    contents = {item.content for item in before.items}
    return tuple(entry for entry, item in zip(entries, fingerprints, strict=True) if item.content not in contents)


def text_hash(text: str) -> bytes:
    """Of an entry's text in its document."""
    return _hash(text, 8)


def _hash(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()
