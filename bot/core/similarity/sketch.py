"""A text → a sketch of its word triples; two sketches → how much of the smaller text stands in the larger.

Law: FracMinHash (Irber et al. 2022): a sketch holds the hashes of all triples below a bound; the bound halves until at
most `SKETCH` remain. Two sketches are compared below the lower of their bounds, so texts of any two lengths compare
without bias, and a short text is held whole. In scripts without spaces a triple is of characters.
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.similarity.folding import MARK_CLASS, SPACELESS_CLASS, folded_text

SKETCH = 96
"""Hashes a text keeps at most: 384 bytes stored, half of that in memory."""
_MAX_TEXT = 4_000
"""Characters of a text that are looked at: copies agree at the beginning."""
_BOUNDS = 8
"""Bounds that a sketch is counted below. `_MAX_TEXT` characters hold fewer than `SKETCH` << 7 triples: only a text
whose triples were chosen by their hashes reaches none of them."""
_UNKNOWN = 255

_WORD = re.compile(rf"[{SPACELESS_CLASS}]|(?:[^\W{SPACELESS_CLASS}]+|[{MARK_CLASS}]+)+")
_APART = bytes(code if code > 127 or _WORD.match(chr(code)) else 32 for code in range(256))
"""Leaves the words of plain text between spaces."""
_SIGNS = "’“”‘–—…«»\u00a0"
"""What stands between words in texts that are plain otherwise, which are read quickest."""
_FULL = 1 << 32
_LOW = 0 if sys.byteorder == "little" else 1


def sketch(text: str) -> bytes:
    """The sketch of a text (4 bytes a hash, the bound last), empty for one of fewer than three words."""
    text = text[:_MAX_TEXT]
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, " ")
    text = folded_text(text)
    words = (
        text.encode().translate(_APART).split() if text.isascii() else " ".join(_WORD.findall(text)).encode().split()
    )
    hashes = set(map(zlib.crc32, map(b" ".join, zip(words, words[1:], words[2:], strict=False))))
    if not hashes:
        return b""
    bound = _FULL
    while len(hashes) > SKETCH:
        bound >>= 1
        hashes = set(filter(bound.__gt__, hashes))
    return array("I", [*sorted(hashes), bound - 1]).tobytes()


@dataclass(slots=True, kw_only=True)
class OpenSketch:
    """A sketch made ready to be compared with many: `counts` and `halves` as in `packed`, `all` the halves as a set."""

    counts: bytes
    halves: array[int]
    all: frozenset[int]


def packed(stored: bytes) -> bytes:
    """A sketch for keeping in memory, at half the size: how many of its hashes lie below each of the `_BOUNDS` (2**32
    first, each half of the one before; 255 where the sketch does not reach that far), then the hashes' low halves, the
    lowest hash first. Of 96 hashes against 96, one in seven pairs of texts meets a low half by chance: 1 % of share."""
    if not stored:
        return b""
    hashes = array("I", stored)
    bound = hashes.pop() + 1
    reached = [bisect_left(hashes, _FULL >> level) for level in range(_FULL.bit_length() - bound.bit_length(), _BOUNDS)]
    counts = bytes((*[_UNKNOWN] * (_BOUNDS - len(reached)), *reached))
    return counts + bytes(_low_halves(hashes))


def opened(pack: bytes) -> OpenSketch:
    """Opens a packed sketch."""
    halves = array("H", pack[_BOUNDS:])
    return OpenSketch(counts=pack[:_BOUNDS], halves=halves, all=frozenset(halves))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How much of the smaller of two texts stands in the larger (`share`), how much of the `one` in the other
    (`of_one`), and on how many triples the smaller text's share rests (0: nothing to compare)."""

    share: float = 0.0
    of_one: float = 0.0
    rests_on: int = 0
    exact: bool = False
    """Whether both texts are held whole."""


NO_OVERLAP = Overlap()


def overlap(one: OpenSketch, other: bytes) -> Overlap:
    """How much two texts share; `other` is packed."""
    if not one.counts or not other:
        return NO_OVERLAP
    # Below the first bound that both sketches reach; none: a text made to hash low, which tells nothing.
    level = max(one.counts.count(_UNKNOWN), other.count(_UNKNOWN, 0, _BOUNDS))
    if level == _BOUNDS:
        return NO_OVERLAP
    left, right = one.counts[level], other[level]
    smaller = min(left, right)
    if not smaller:
        return NO_OVERLAP
    mine = one.all if left == len(one.halves) else frozenset(one.halves[:left])
    shared = len(mine.intersection(array("H", other[_BOUNDS : _BOUNDS + 2 * right])))
    return Overlap(share=min(1.0, shared / smaller), of_one=min(1.0, shared / left), rests_on=smaller, exact=not level)


def unit_key(unit: str) -> int:
    """Two bytes that a vocabulary knows a unit by."""
    return zlib.crc32(unit.encode("utf-8", "surrogatepass")) & 0xFFFF


def unit_keys(units: Iterable[str]) -> list[int]:
    """The keys of some units, those of each of its words where a unit is of several."""
    return [zlib.crc32(word) & 0xFFFF for word in " ".join(units).encode("utf-8", "surrogatepass").split()]


def vocabulary(keys: Iterable[int]) -> bytes:
    """The words of a text, by their keys, for asking later whether it says a word: wrongly yes one time in 400."""
    return array("H", sorted(set(keys))).tobytes()


def _low_halves(hashes: array[int]) -> memoryview:
    return memoryview(hashes).cast("B").cast("H")[_LOW::2]


def says(words: bytes, unit: str) -> bool:
    """Whether a text whose `vocabulary` is `words` says a unit."""
    at = unit_key(unit)
    sorted_words = memoryview(words).cast("H")
    place = bisect_left(sorted_words, at)
    return place < len(sorted_words) and sorted_words[place] == at
