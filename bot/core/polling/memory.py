"""What was in a feed's last document, in eight bytes an entry; what that tells about the next one.

Two names are kept of each entry: A, its guid (else its address, else its title), and B, its address (else its title).
The law: this never decides which entries are new (the store does, from every id ever seen); it only tells a feed that
rolled over from one that renamed everything, and counts arrivals for the rhythm.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from bot.model import Entry

KEPT = 100
"""Entries remembered of one document."""
SIZE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A document against the one before."""

    new: int
    """Entries known under neither name."""
    known: int
    rewritten: bool
    """Most entries kept their addresses (or titles) and changed their guids."""
    comparable: bool
    """There was a document before."""

    @property
    def rolled_over(self) -> bool:
        """Nothing of the document before is left: entries in between may have been missed."""
        return self.comparable and self.new > 0 and not self.known


def names(entries: Iterable[Entry]) -> str:
    """The memory of a document, as text for the state."""
    parts = [part for entry in list(entries)[:KEPT] for part in _pair(entry)]
    return b64encode(b"".join(parts)).decode("ascii")


def compare(memory: object, entries: Iterable[Entry]) -> Comparison:
    """A new document's `entries` against the `memory` of the last."""
    raw = b64decode(memory) if isinstance(memory, str) else b""
    seen_a = {raw[start : start + SIZE] for start in range(0, len(raw), 2 * SIZE)}
    seen_b = {raw[start + SIZE : start + 2 * SIZE] for start in range(0, len(raw), 2 * SIZE)}
    new = known = renamed = 0
    for entry in entries:
        first, second = _pair(entry)
        if first in seen_a:
            known += 1
        elif second in seen_b:
            known += 1
            renamed += 1
        else:
            new += 1
    return Comparison(new=new, known=known, rewritten=renamed > 1 and renamed * 2 > known + new, comparable=bool(raw))


def _pair(entry: Entry) -> tuple[bytes, bytes]:
    return _hash(entry.guid or entry.url or entry.title), _hash(entry.url or entry.title)


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=SIZE).digest()
