"""The initials of a name, written apart → one run: `J. K. Rowling`, `U. S.`, `M K Stalin`.

The law of this file: outlets write one name as `J.K.`, `J. K.`, `JK` and `J K`; who looks for one looks for all. Single
capitals with a full stop behind each belong together, and single capitals before a word with a capital. In a text they
become a run with two parts, `J.-K.`, which holds `jk` and counts as two words; in a rule `J.K.`, bare ones only where a
phrase begins: `"Series A B Shares"` is to find *series A B shares*.
"""

from __future__ import annotations

import re

from bot.core.late_pattern import late_pattern

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĆČĎĐĞĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽΑ-ΩЀ-Я"
_OTHER_SPACES = re.compile("[\u00a0\u2009\u202f]")
"""What careful typesetting puts between initials."""
_DOTTED = late_pattern(rf"\.(?<=(?<![^\W_])[{_CAPITAL}]\.)[ \u00a0\u2009\u202f](?=[{_CAPITAL}]\.)")
_BARE = late_pattern(rf" (?=[{_CAPITAL}] )(?<=(?<![\w.])[{_CAPITAL}] )(?=(?:[{_CAPITAL}] ){{1,5}}[{_CAPITAL}]\w)")
_LEADING = late_pattern(rf"(?:[{_CAPITAL}] ){{2,6}}(?=[{_CAPITAL}]\w)")
_SHAPE = bytes(ord("X") if chr(code).isupper() or code == ord("?") else code for code in range(128)) + bytes(128)
"""Capitals, and what is not ASCII (a `?` then), as X."""


def join_initials(text: str) -> str:
    """A text, as long as it was, whose initials stand together."""
    shape = text.encode("ascii", "replace").translate(_SHAPE)  # most texts hold none, which is seen so in a tenth
    if b"X. X." not in shape and b"X X X" not in shape and (text.isascii() or not _OTHER_SPACES.search(text)):
        return text
    return _BARE.sub("-", _DOTTED.sub(".-", text))


def join_initials_of_phrase(text: str) -> str:
    """A phrase of a rule whose initials are one word."""
    text = _DOTTED.sub(".", text)
    if (leading := _LEADING.match(text)) is None:
        return text
    return f"{leading[0].replace(' ', '')} {text[leading.end() :]}"
