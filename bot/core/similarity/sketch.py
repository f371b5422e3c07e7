"""A text → a sketch of its word triples; two sketches → how much of the smaller text stands in the larger.

Law: FracMinHash (Irber et al. 2022): a sketch holds the hashes of all triples below a bound; the bound halves until at
most `_SKETCH` remain. Two sketches are compared below the lower of their bounds, so texts of any two lengths compare
without bias, and a short text is held whole. In scripts without spaces a triple is of characters.
"""

from __future__ import annotations

import re
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.similarity.folding import MARK_CLASS, SPACELESS_CLASS, folded_text

_SKETCH = 96
"""Hashes a text keeps at most: 384 bytes."""
_MAX_TEXT = 4_000
"""Characters of a text that are looked at: copies agree at the beginning."""

_WORD = re.compile(rf"[{SPACELESS_CLASS}]|(?:[^\W{SPACELESS_CLASS}]+|[{MARK_CLASS}]+)+")
_APART = bytes(code if code > 127 or _WORD.match(chr(code)) else 32 for code in range(256))
"""Leaves the words of plain text between spaces."""
_SIGNS = "’“”‘–—…«»\u00a0"
"""What stands between words in texts that are plain otherwise, which are read quickest."""
_FULL = 1 << 32


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
    while len(hashes) > _SKETCH:
        bound >>= 1
        hashes = set(filter(bound.__gt__, hashes))
    return array("I", [*sorted(hashes), bound - 1]).tobytes()


@dataclass(slots=True, kw_only=True)
class OpenSketch:
    """A sketch made ready to be compared with many: its hashes in order, as a set, and the bound below which it holds
    all."""

    hashes: array[int]
    all: frozenset[int]
    bound: int


def opened(stored: bytes) -> OpenSketch:
    """Opens a sketch."""
    hashes = array("I", stored)
    bound = hashes.pop() if hashes else 0
    return OpenSketch(hashes=hashes, all=frozenset(hashes), bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How much of the smaller of two texts stands in the larger (`share`), how much of the `one` in the other
    (`of_one`), and on how many triples the smaller text's share rests (0: nothing to compare); `exact`: both texts are
    held whole."""

    share: float = 0.0
    of_one: float = 0.0
    rests_on: int = 0
    exact: bool = False


NO_OVERLAP = Overlap()


def overlap(one: OpenSketch, other: bytes) -> Overlap:
    """How much two texts share; `other` is a sketch."""
    if not one.hashes or not other:
        return NO_OVERLAP
    theirs = array("I", other)
    bound = min(one.bound, theirs.pop())
    left, right = bisect_right(one.hashes, bound), bisect_right(theirs, bound)
    smaller = min(left, right)
    if not smaller:
        return NO_OVERLAP
    shared = len(one.all.intersection(theirs))  # each holds nothing above its own bound
    return Overlap(share=shared / smaller, of_one=shared / left, rests_on=smaller, exact=bound == _FULL - 1)


def unit_key(unit: str) -> int:
    """Two bytes that a vocabulary knows a unit by."""
    return zlib.crc32(unit.encode("utf-8", "surrogatepass")) & 0xFFFF


def unit_keys(units: Iterable[str]) -> list[int]:
    """The keys of some units, those of each of its words where a unit is of several."""
    return [zlib.crc32(word) & 0xFFFF for word in " ".join(units).encode("utf-8", "surrogatepass").split()]


def vocabulary(keys: Iterable[int]) -> bytes:
    """The words of a text, by their keys, for asking later whether it says a word: wrongly yes one time in 400."""
    return array("H", sorted(set(keys))).tobytes()


def says(words: bytes, unit: str) -> bool:
    """Whether a text whose `vocabulary` is `words` says a unit."""
    at = unit_key(unit)
    sorted_words = memoryview(words).cast("H")
    place = bisect_left(sorted_words, at)
    return place < len(sorted_words) and sorted_words[place] == at
