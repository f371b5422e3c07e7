"""Words: what the tables of text say agrees with Unicode."""

from __future__ import annotations

import re
import unicodedata

from bot.core.text.combining import COMBINING


def test_combining_signs_are_those_of_unicode() -> None:
    sign = re.compile(f"[{COMBINING}]")
    for code in range(0x300, 0x10000):
        category = unicodedata.category(chr(code))
        if sign.fullmatch(chr(code)):
            # Cn: assigned by a newer Unicode than this Python's.
            assert category[0] == "M" or category == "Cn", hex(code)
        else:
            assert category[0] != "M", hex(code)
