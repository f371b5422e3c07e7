"""A text in, a sketch of its word triples out; two sketches in, how much of the smaller text stands in the larger.

Law: FracMinHash (Irber et al. 2022): a sketch holds the hashes of all word 3-grams below a bound; the bound halves
until at most `SKETCH` remain. Two sketches are compared below the lower of their bounds, so texts of any two lengths
compare without bias, and a short text is held whole.
"""

from __future__ import annotations

import re
import zlib
from array import array
from functools import lru_cache

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
        hashes = [item for item in hashes if item < bound]
    return array("I", [*hashes, bound - 1]).tobytes()


def containment(one: bytes, other: bytes) -> tuple[float, int]:
    """(share of the smaller text's triples that stand in the larger, how many triples that rests on)."""
    if not one or not other:
        return 0.0, 0
    (left, low), (right, high) = _opened(one), _opened(other)
    if low != high:
        bound = min(low, high)
        left, right = (frozenset(item for item in side if item <= bound) for side in (left, right))
    smaller = min(len(left), len(right))
    if not smaller:
        return 0.0, 0
    return len(left & right) / smaller, smaller


@lru_cache(maxsize=512)
def _opened(held: bytes) -> tuple[frozenset[int], int]:
    hashes = array("I", held)
    bound = hashes.pop()
    return frozenset(hashes), bound
