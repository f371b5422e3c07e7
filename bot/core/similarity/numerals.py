"""A number as people write it, with its scales → its value: `2,4 Mrd`, `1.5 lakh crore`, `3万5000`, `3½`.

The law of this file: a value is the same however it is written, and a letter that may be something else (`5 m`, `12B`)
is a scale of amounts of money alone.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from bot.core.similarity.folding import MARK_CLASS, SPACELESS
from bot.core.similarity.lexicon import lexicon

MONEY_CODES = ("Rp", "Rs", "RM", "USD", "EUR", "GBP", "CHF", "INR", "PKR", "NGN", "KSh", "PHP", "JPY", "CNY", "BRL")
"""What stands right before an amount (`Rp1,5 miliar`), not a name's number."""
MONEY_SIGNS = tuple("$€£¥₹₽₩₺")
_MONEY_BEFORE = re.compile(rf"(?:[{''.join(MONEY_SIGNS)}]|\b(?:{'|'.join(MONEY_CODES)}))\.?\s?\Z")
_FRACTION = re.compile(r"(?:(?<!\d)(\d{1,3})\s|(\d+))?([\u00bc-\u00be])")
_SCALE = re.compile(rf"[\s\u00a0]?(?P<word>[^\W\d_][{MARK_CLASS}\w]*)(?P<stop>\.?)")
_APART = ("K", "M")
"""Letters that are scales behind a space, too: `1,2 M€`."""
_SUMMAND = re.compile(r"\d{1,4}(?![\d.,])")
_SIGN_BEHIND = re.compile(r"[%％-]")


def without_fractions(text: str) -> str:
    """A text whose figures with a fraction are written with a decimal sign: `3½`, `3.5`."""
    return _FRACTION.sub(_decimal, text)


def _decimal(found: re.Match[str]) -> str:
    return f"{found[1] or found[2] or 0}{format(unicodedata.numeric(found[3]), '.2f').rstrip('0')[1:]}"


def scaled(text: str, raw: str, end: int) -> tuple[str, int]:
    """(value of a number, which ends there, with the scales that follow it; where they end). A larger one multiplies:
    `1.5 lakh crore`, `50 mil millones`, `5천억`. In a script without spaces what a smaller one, or none, counts is
    added: `1兆2000億`."""
    is_money = _MONEY_BEFORE.search(text, max(0, end - len(raw) - 6), end - len(raw)) is not None
    scale, end = _scales_at(text, end, is_money=is_money)
    value = number_value(raw, scale)
    if scale and SPACELESS.match(text, end - 1) and (further := _SUMMAND.match(text, end)) is not None:
        smaller, stop = _scales_at(text, further.end())
        if smaller < scale and (smaller or not _SIGN_BEHIND.match(text, stop)):
            total = Decimal(value) + Decimal(number_value(further.group(), smaller))
            return format(total.normalize(), "f"), stop
    return value, end


def _scales_at(text: str, end: int, *, is_money: bool = False) -> tuple[int, int]:
    """(the power of ten of the scale at a place, and of a larger one behind it; where they end); 0: none is there."""
    scale, end = _scale_at(text, end, is_money=is_money)
    larger, stop = _scale_at(text, end) if scale else (0, end)
    return (scale + larger, stop) if larger > scale else (scale, end)


def _scale_at(text: str, end: int, *, is_money: bool = False) -> tuple[int, int]:
    """(the power of ten of one scale, where it ends)."""
    for width in (2, 1):
        if SPACELESS.match(text, end) and (scale := lexicon().scales.get(text[end : end + width])) is not None:
            return scale, end + width
    found = _SCALE.match(text, end)
    if found is not None:
        word = found["word"].lower()
        if word.isascii() and len(word) == 1 and not (is_money or text[found.end("word") :].startswith(MONEY_SIGNS)):
            is_glued = found.start("word") == end
            if word == "b" or not (is_glued or found["word"] in _APART):
                return 0, end  # `waves of 5 m`, `gate 12B`
        # With its stop it may be another one: `26 mil.` are millions in Czech, `26 mil` thousands in Spanish.
        for written_so in dict.fromkeys((word + found["stop"], word)):
            if (scale := lexicon().scales.get(written_so)) is not None:
                return scale, found.end("word")
    return 0, end


@lru_cache(maxsize=16_384)
def number_value(raw: str, scale: int = 0) -> str:
    """The plain form of a number: (`1.200`) → `1200`, (`2,4`, 9) → `2400000000`. A sign before three digits parts
    thousands, unless it is the only one and follows a zero."""
    digits = "".join(str(unicodedata.digit(sign, 0)) if sign.isdigit() else sign for sign in raw)
    digits = re.sub(r"['’\s]", "", digits.replace("٫", ",").replace("٬", "."))
    groups = re.split("[.,]", digits)
    if len(groups) > 1:
        grouped = len(groups[-1]) == 3 and {len(group) for group in groups[1:-1]} <= {2, 3} and len(groups[0]) <= 3
        grouped = grouped and groups[0] != "0"
        # Nobody writes a zero at the end of a fraction of three digits: `2,400 million`.
        is_scaled = len(groups) == 2 and scale and not groups[1].endswith("0")
        decimal = ("." in digits and "," in digits) or not grouped or is_scaled
        digits = "".join(groups[:-1]) + "." * bool(decimal) + groups[-1]
    try:
        return format(Decimal(digits[:40]).scaleb(scale).normalize(), "f")
    except InvalidOperation:
        return digits
