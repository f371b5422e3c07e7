"""A text in, a sketch of its word triples out; two sketches in, how much of the smaller text stands in the larger.

Law: FracMinHash (Irber et al. 2022): a sketch holds the hashes of all word 3-grams below a bound; the bound halves
until at most `SKETCH` remain. Two sketches are compared below the lower of their bounds, so texts of any two lengths
compare without bias, and a short text is held whole.
"""

from __future__ import annotations

import re
import zlib
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from bot.core.similar.wording import fold

SKETCH = 96
"""Hashes a text keeps at most: 384 bytes."""
MAX_TEXT = 4_000
"""Characters of a text that are looked at: copies agree at the beginning."""
SHORTEST = 8
"""Words a text must have to be told from another by its triples."""

_WORD = re.compile(r"\w+")
_FULL = 1 << 32
_DATELINE = re.compile(r"^[^.!?]{0,40}\((?:[^()]{2,24})\)\s*[-–—]+\s*|^[A-Z][A-Z .,'/]{2,40}\s+[-–—]+\s+")


def sketch(text: str) -> bytes:
    """The sketch of a text (4 bytes a hash, the bound last), empty for one that is too short to tell."""
    words = _WORD.findall(fold(_DATELINE.sub("", text[:MAX_TEXT])))
    if len(words) < SHORTEST:
        return b""
    hashes = sorted({zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2)})
    bound = _FULL
    while len(hashes) > SKETCH:
        bound >>= 1
        del hashes[bisect_left(hashes, bound) :]
    return array("I", [*hashes, bound - 1]).tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A sketch made ready to be compared with many."""

    hashes: array[int]
    held: frozenset[int]
    bound: int


def opened(held: bytes) -> Opened:
    """Opens a sketch."""
    hashes = array("I", held)
    bound = hashes.pop() if hashes else 0
    return Opened(hashes=hashes, held=frozenset(hashes), bound=bound)


def containment(one: Opened, other: bytes) -> tuple[float, int]:
    """(share of the smaller text's triples that stand in the larger, how many triples that rests on)."""
    if not one.hashes or not other:
        return 0.0, 0
    hashes = array("I")
    hashes.frombytes(other)
    bound, left = hashes.pop(), len(one.hashes)
    if bound > one.bound:
        del hashes[bisect_right(hashes, one.bound) :]
    elif bound < one.bound:
        left = bisect_right(one.hashes, bound)
    smaller = min(left, len(hashes))
    return (len(one.held.intersection(hashes)) / smaller, smaller) if smaller else (0.0, 0)
