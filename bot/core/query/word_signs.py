"""A word of a rule → its parts with the signs that belong to them: `$ORB`, `C++23`, `50%`, `40°C`, `5%-10%`.

The law of this file: a sign is asked for where the rule writes it. A currency, a percent or a degree may stand a space
away from its figure (`50 %`, `€ 50`), and be of another width or script (`％`, `٪`); of a percent and a currency each
language has its own side (`%50`, `50 €`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

CURRENCIES = f"$¢£¤¥฿৳₹៛﷼＄￡￥￦{''.join(map(chr, range(0x20A0, 0x20C1)))}"
BEFORE_WORDS = f"{CURRENCIES}§№°%"
"""What may stand before a word as part of it, besides the full stop of `.NET`."""
BEHIND_FIGURES = f"{CURRENCIES}%‰°℃℉"
_LETTER = r"[^\W\d_]"
_SIGNED_PART = re.compile(
    rf"(?P<before>(?:(?<![^\W_])[{BEFORE_WORDS}]|\A\.)?)"
    rf"(?P<word>(?:[^{BEFORE_WORDS}‰℃℉+#]|(?<={_LETTER})[{CURRENCIES}](?=[^\W_]))+)"
    rf"(?P<after>\+\+?|\#|(?<=\d)[{BEHIND_FIGURES}]|)"
)
_EITHER_SIDE = frozenset(f"{CURRENCIES}%")
_OF_FIGURES = frozenset(BEHIND_FIGURES)
_MAY_STAND_APART = frozenset(BEFORE_WORDS + BEHIND_FIGURES)
_LONG_FIGURE = 24
"""Characters of a figure with commas that are looked at."""
_REST_OF_FIGURE = re.compile(r"(?:,\d\w*)+")
_BEGIN_OF_FIGURE = re.compile(r"(?<![\d,])(?:\d+,)+\Z")
_DEGREES_OF = {sign: re.compile(rf"[°º˚]\s?{unit}(?!\w)") for sign, unit in (("℃", "C"), ("℉", "F"))}
_ALIKE = str.maketrans("％﹪٪＄￡￥￦º˚", "%%%$£¥₩°°")


class SignedPart(NamedTuple):
    """A part of a word, and the signs that must stand before and behind it ("": any or none)."""

    before: str
    word: str
    after: str


def signed_parts(text: str) -> tuple[SignedPart, ...]:
    """The parts of a word of a rule, in order; one without signs, where it has none."""
    return tuple([SignedPart(*part.group("before", "word", "after")) for part in _SIGNED_PART.finditer(text)])


def has_signs(text: str, start: int, end: int, before: str, after: str) -> bool:
    """Whether signs stand before and behind a word of a text. `start`, `end`: its offsets."""
    if (before in _EITHER_SIDE or after in _OF_FIGURES) and _is_part_of_figure(text, start, end):
        return False
    if before and not _stands_before(text, start, before):
        return before in _EITHER_SIDE and text[start].isdigit() and _is_its_own_behind(text, end, before)
    if after and not _stands_behind(text, end, after):
        return after in _EITHER_SIDE and text[start].isdigit() and _is_its_own_before(text, start, after)
    return True


def _is_its_own_behind(text: str, offset: int, sign: str) -> bool:
    """`100€`, `100 €`, `100,50 €` for `€100`; not `100 €50`."""
    if (rest := _REST_OF_FIGURE.match(text, offset)) is not None:
        offset = rest.end()
    apart = text[offset : offset + 1].isspace()
    return _stands_behind(text, offset, sign) and not text[offset + apart + 1 : offset + apart + 2].isdigit()


def _is_its_own_before(text: str, offset: int, sign: str) -> bool:
    """`€100`, `€ 100` for `100€`, `€1,5` for the 5 of `1,5€`; not `50 € 100`."""
    if (begun := _BEGIN_OF_FIGURE.search(text, max(offset - _LONG_FIGURE, 0), offset)) is not None:
        offset = begun.start()
    apart = text[max(offset - 1, 0) : offset].isspace()
    others = text[max(offset - apart - 3, 0) : max(offset - apart - 1, 0)].rstrip()
    return _stands_before(text, offset, sign) and not (apart and others[-1:].isdigit())


def _is_part_of_figure(text: str, start: int, end: int) -> bool:
    """Whether a figure goes on behind its full stop, or began before one: `5.5%` is not `5%`, `$5.50` not `$5`."""
    if not text[start : start + 1].isdigit():
        return False
    return (text[start - 1 : start] == "." and text[max(start - 2, 0) : start - 1].isdigit()) or (
        text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit()
    )


def _stands_before(text: str, offset: int, sign: str) -> bool:
    if sign not in _MAY_STAND_APART:
        return text[max(offset - 1, 0) : offset] == sign
    apart = text[max(offset - 1, 0) : offset].isspace() and text[offset : offset + 1].isdigit()
    offset -= apart
    return _is_sign(text[max(offset - 1, 0) : offset], sign)


def _stands_behind(text: str, offset: int, sign: str) -> bool:
    """And not one more of its kind: `C+` is not `C++`."""
    if sign in _MAY_STAND_APART:
        offset += text[offset : offset + 1].isspace()
        unit = _DEGREES_OF.get(sign)
        return _is_sign(text[offset : offset + 1], sign) or (unit is not None and unit.match(text, offset) is not None)
    end = offset + len(sign)
    return text[offset:end] == sign and text[end : end + 1] != sign[-1]


def _is_sign(char: str, sign: str) -> bool:
    return char.translate(_ALIKE) == sign.translate(_ALIKE)
