"""Two texts → whether the later one is a copy, whatever outlet prints it and whatever it puts around it.

The law of this file: what stands beneath the headline decides where there is enough of it; else the headline, without
the outlet's name behind it. It is asked beside the decision on an entry's arrival, which knows stories, not voices.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from bot.core.text.words import folded_words
from bot.model.news import Reading

_SHINGLE = 4
"""Words."""
_MOST_WORDS = 400
"""Words of one entry that are counted: a lead and the paragraphs behind it."""
_SHORT, _ENOUGH = 5, 20
"""Shingles: of fewer than the first a text says nothing; up to the second it must be the same nearly word by word."""
_SHARED, _SHARED_OF_SHORT = 0.5, 0.8
"""Share of a text's shingles that it has from another one, to be a copy of it."""
_NAME_BEHIND = re.compile(r"\s+[|–—·-]\s+[^|–—·]{2,40}$")
_HEADLINE_WORDS, _HEADLINE_SIGNS = 4, 8
"""Words, or characters of a script without spaces, from which on the same headline is no accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPrint:
    """What is remembered of a text to know copies of it; words as numbers (CRC-32)."""

    headline: int | None = None
    """None: too short to mean anything."""
    shingles: frozenset[int] = frozenset()
    """Stretches of four words of what stands beneath the headline."""

    def copies(self, earlier: TextPrint) -> bool:
        """Whether this text is mostly the earlier one."""
        if len(self.shingles) >= _SHORT and earlier.shingles:
            needed = _SHARED if len(self.shingles) >= _ENOUGH else _SHARED_OF_SHORT
            return len(self.shingles & earlier.shingles) > needed * len(self.shingles)
        return self.headline is not None and self.headline == earlier.headline


def text_print(reading: Reading) -> TextPrint:
    """The print of a text."""
    words = [*_words(reading.summary), *_words(reading.body)][:_MOST_WORDS]
    stretches = (" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
    headline = _words(_NAME_BEHIND.sub("", reading.title))
    text = " ".join(headline)
    says_enough = len(headline) >= _HEADLINE_WORDS or (not text.isascii() and len(text) >= _HEADLINE_SIGNS)
    return TextPrint(headline=_number(text) if says_enough else None, shingles=frozenset(map(_number, stretches)))


def _words(text: str) -> list[str]:
    return folded_words(text[: _MOST_WORDS * 8])


def _number(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
