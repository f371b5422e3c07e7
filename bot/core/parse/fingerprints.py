"""What was in a feed's last document, in 24 bytes an entry; what that tells about the next one.

Four names are kept of each entry: `guid` (else its address, else its title), `address` (else its title), `content`
(all that it says) and `source` (its very text in the document, where that can be cut out). The law: this never decides
what is news (the store does, from every id ever seen). It tells a feed that rolled over from one that renamed
everything, and leaves out entries that stand in the document exactly as they stood in the last, which was kept together
with this memory.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from bot.model import Entry

KEPT = 200
"""Entries remembered of one document: as many as are taken of one."""
_VERSION = b"\x01"
_HEAD = 8
_SIZE = 24
NO_SOURCE = bytes(8)


@dataclass(frozen=True, slots=True)
class Name:
    """What an entry is known by."""

    guid: bytes
    address: bytes
    content: bytes
    source: bytes = NO_SOURCE


@dataclass(frozen=True, slots=True)
class Memory:
    """The names of a document's entries, in its order. `head`: a hash of what stands around them."""

    names: tuple[Name, ...] = ()
    head: bytes = bytes(_HEAD)
    by_source: dict[bytes, Name] = field(default_factory=dict, compare=False)

    @classmethod
    def load(cls, text: object) -> Memory:
        """From `dump`; anything else is no memory."""
        if not isinstance(text, str):
            return cls()
        try:
            raw = b64decode(text)
        except ValueError:
            return cls()
        if raw[:1] != _VERSION or (len(raw) - 1 - _HEAD) % _SIZE:
            return cls()
        names = tuple(
            Name(raw[at : at + 4], raw[at + 4 : at + 8], raw[at + 8 : at + 16], raw[at + 16 : at + 24])
            for at in range(1 + _HEAD, len(raw), _SIZE)
        )
        return cls(names, raw[1 : 1 + _HEAD], {name.source: name for name in names if name.source != NO_SOURCE})

    def dump(self) -> str:
        """As text, for the state."""
        parts = [name.guid + name.address + name.content + name.source for name in self.names[:KEPT]]
        return b64encode(b"".join((_VERSION, self.head, *parts))).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A document against the one before."""

    total: int = 0
    """Entries in it."""
    new: int = 0
    """Entries known under neither guid nor address."""
    rewritten: bool = False
    """Most entries kept their addresses (or titles) and changed their guids."""
    comparable: bool = False
    """There was a document with entries before."""

    @property
    def rolled_over(self) -> bool:
        """Nothing of the document before is left: entries in between may have been missed."""
        return self.comparable and self.total > 0 and self.new == self.total


def name_of(entry: Entry, source: bytes = NO_SOURCE) -> Name:
    """The names of an entry."""
    said = "\x00".join(
        (entry.guid or "", entry.url or "", entry.title, entry.summary, entry.body, entry.author, *entry.tags)
    )
    return Name(
        _hash(entry.guid or entry.url or entry.title, 4), _hash(entry.url or entry.title, 4), _hash(said, 8), source
    )


def compare(before: Memory, names: Sequence[Name]) -> Comparison:
    """A new document's `names` against the document before."""
    guids = {name.guid for name in before.names}
    addresses = {name.address for name in before.names}
    new = renamed = 0
    for name in names:
        if name.guid in guids:
            continue
        if name.address in addresses:
            renamed += 1
        else:
            new += 1
    return Comparison(
        total=len(names),
        new=new,
        rewritten=renamed > 1 and renamed * 2 > len(names),
        comparable=bool(before.names),
    )


def changed(before: Memory, entries: Iterable[Entry], names: Iterable[Name]) -> tuple[Entry, ...]:
    """Entries that do not stand in the document before, word for word."""
    known = {name.content for name in before.names}
    return tuple(entry for entry, name in zip(entries, names, strict=True) if name.content not in known)


def source_name(text: str) -> bytes:
    """The name of an entry's text in its document."""
    return _hash(text, 8)


def _hash(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()
