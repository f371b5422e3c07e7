"""The initials of a name, written apart → one run: `J. K. Rowling`, `U. S.`, `M K Stalin`.

The law of this file: outlets write one name as `J.K.`, `J. K.`, `JK` and `J K`; who looks for one looks for all. Single
letters with a full stop behind each belong together, and single capitals before a word with a capital. In a text they
become a run with two parts, `J.-K.`, which holds `jk` and counts as two words; in a rule `J.K.`
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

_SPACES = " \u00a0\u2009\u202f"
_DOTTED = re.compile(rf"\.(?<=(?<![^\W_])[^\W\d_]\.)[{_SPACES}](?=[^\W\d_]\.)")
"""It begins with a full stop, which is looked for quickest."""
_CAPITAL = "A-ZÀ-ÖØ-ÞĀĆČĎĐĞĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽΑ-ΩЀ-Я"
_BARE = re.compile(rf" (?=[{_CAPITAL}] )(?<=(?<![\w.])[{_CAPITAL}] )(?=(?:[{_CAPITAL}] ){{1,5}}[{_CAPITAL}]\w)")
_LETTERS = frozenset(map(chr, (*range(ord("a"), ord("z") + 1), *range(ord("α"), ord("ω") + 1), *range(0x430, 0x460))))
_FEW = 3


def join_initials(text: str, sign: str = "-") -> str:
    """A text whose initials stand together; as long as it was, unless another `sign` is to stand for the space."""
    return _BARE.sub(sign, _DOTTED.sub(f".{sign}", text))


def may_hold_initials(words: AbstractSet[str], spaced: str) -> bool:
    """A quick look, at a text in lower case with spaces for what stands between its words."""
    letters = words & _LETTERS
    if len(letters) > _FEW:
        return True
    return any(f" {one} {two} " in spaced or f" {one}  {two} " in spaced for one in letters for two in letters)
