"""A text → a sketch of its word triples; two sketches → how much of the smaller text stands in the larger.

Law: FracMinHash (Irber et al. 2022): a sketch holds the hashes of all word 3-grams below a bound; the bound halves
until at most `_SKETCH` remain. Two sketches are compared below the lower of their bounds, so texts of any two lengths
compare without bias, and a short text is held whole.
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from bisect import bisect_left
from dataclasses import dataclass

from bot.core.similarity.headline import fold_headline

_SKETCH = 96
"""Hashes a text keeps at most: 384 bytes."""
_MAX_TEXT = 4_000
"""Characters of a text that are looked at: copies agree at the beginning."""
_SHORTEST = 8
"""Words a text must have to be told from another by its triples."""

_BOUNDS = 8
"""Bounds that a sketch is counted below. `_MAX_TEXT` characters hold fewer than `_SKETCH` << 7 triples: only a text
whose triples were chosen by their hashes reaches none of them."""
_UNKNOWN = 255

_WORD = re.compile(r"\w+")
_APART = {code: " " for code in range(128) if not _WORD.match(chr(code))}
"""Leaves the words of plain text between spaces."""
_FULL = 1 << 32
_LOW = 0 if sys.byteorder == "little" else 1
_DATELINE = re.compile(r"^[^.!?]{0,40}\((?:[^()]{2,24})\)\s*[-–—]+\s*|^[A-Z][A-Z .,'/]{2,40}\s+[-–—]+\s+")


def sketch(text: str) -> bytes:
    """The sketch of a text (4 bytes a hash, the bound last), empty for one that is too short to tell."""
    folded = fold_headline(_DATELINE.sub("", text[:_MAX_TEXT]))
    words = folded.translate(_APART).split() if folded.isascii() else _WORD.findall(folded)
    if len(words) < _SHORTEST:
        return b""
    triples = map(" ".join, zip(words, words[1:], words[2:], strict=False))
    hashes = sorted(set(map(zlib.crc32, map(str.encode, triples))))
    bound = _FULL
    while len(hashes) > _SKETCH:
        bound >>= 1
        del hashes[bisect_left(hashes, bound) :]
    return array("I", [*hashes, bound - 1]).tobytes()


@dataclass(slots=True, kw_only=True)
class Opened:
    """A sketch made ready to be compared with many: `counts` and `halves` as in `packed`, `held` all halves."""

    counts: bytes
    halves: array[int]
    held: frozenset[int]


def packed(held: bytes) -> bytes:
    """A sketch for keeping in memory, at half the size: how many of its hashes lie below each of the `_BOUNDS` (2**32
    first, each half of the one before; 255 where the sketch does not reach that far), then the hashes' low halves, the
    lowest hash first. Of 96 hashes against 96, one in seven pairs of texts meets a low half by chance: 1 % of share."""
    if not held:
        return b""
    hashes = array("I", held)
    bound = hashes.pop() + 1
    reached = [bisect_left(hashes, _FULL >> level) for level in range(_FULL.bit_length() - bound.bit_length(), _BOUNDS)]
    counts = bytes((*[_UNKNOWN] * (_BOUNDS - len(reached)), *reached))
    return counts + bytes(memoryview(held).cast("H")[_LOW : 2 * len(hashes) : 2])


def opened(pack: bytes) -> Opened:
    """Opens a packed sketch."""
    halves = array("H", pack[_BOUNDS:])
    return Opened(counts=pack[:_BOUNDS], halves=halves, held=frozenset(halves))


def containment(one: Opened, other: bytes) -> tuple[float, int]:
    """(share of the smaller text's triples that stand in the larger, how many triples that rests on); `other` is
    packed."""
    if not one.counts or not other:
        return 0.0, 0
    # Below the first bound that both sketches reach; none: a text made to hash low, which tells nothing.
    level = max(one.counts.count(_UNKNOWN), other.count(_UNKNOWN, 0, _BOUNDS))
    if level == _BOUNDS:
        return 0.0, 0
    left, right = one.counts[level], other[level]
    smaller = min(left, right)
    if not smaller:
        return 0.0, 0
    held = one.held if left == len(one.halves) else frozenset(one.halves[:left])
    shared = len(held.intersection(array("H", other[_BOUNDS : _BOUNDS + 2 * right])))
    return min(1.0, shared / smaller), smaller
