"""Figures as headlines write them → one form: `$1.2bn` and `$1.2 billion`, `three` and `3`, `first quarter` and
`Q1`.

Law: a figure token begins with `#`, so that it can never meet a word. Its kinds, by the second character: `q` a
period (`#q1`, `#fy2026`, `#h1`), `$` money, `%` a share, `:` a score, `~` an ordinal, digits otherwise. A value is
normalised by text arithmetic on `Decimal`, so `1,200` and `1.2k` are one value and nothing is rounded.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

CARDINALS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30",
    "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
}  # fmt: skip
ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
    "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12",
}  # fmt: skip
SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mln": 6, "mio": 6, "million": 6, "millions": 6, "b": 9, "bn": 9, "bln": 9,
    "billion": 9, "billions": 9, "t": 12, "tn": 12, "trn": 12, "trillion": 12, "hundred": 2,
}  # fmt: skip
CURRENCIES = {
    "$": "$", "us$": "$", "usd": "$", "dollar": "$", "dollars": "$", "a$": "a$", "c$": "c$", "hk$": "hk$", "nz$": "nz$",
    "£": "£", "gbp": "£", "pound": "£", "pounds": "£", "€": "€", "eur": "€", "euro": "€", "euros": "€", "¥": "¥",
    "yen": "¥", "yuan": "cny", "rmb": "cny", "₹": "₹", "rs": "₹", "rupees": "₹", "chf": "chf", "francs": "chf",
}  # fmt: skip


def value(digits: str, scale: int = 0) -> str:
    """A number in its shortest plain form: `1,200` → `1200`, (`1.2`, 9) → `1200000000`. Unreadable: as it stands."""
    text = digits.replace(",", "")
    try:
        number = Decimal(text) * (Decimal(10) ** scale)
    except InvalidOperation:
        return digits
    if len(text) > 30:
        return text
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0" if not plain.startswith("0.") else plain


def is_figure(token: str) -> bool:
    """Whether a token is a number, a sum of money, a share, a score, an ordinal or a period."""
    return token.startswith("#")


def is_period(token: str) -> bool:
    """Whether a token names a reporting period or a year: `#q1`, `#h2`, `#fy2026`, `#2026`."""
    return token.startswith(("#q", "#h", "#fy", "#y")) or is_year(token)


def is_year(token: str) -> bool:
    """Whether a token is a bare year between 1900 and 2099."""
    return len(token) == 5 and token[0] == "#" and token[1:].isdigit() and token[1:3] in ("19", "20")


def figure_text(token: str) -> str:
    """A figure token as a person writes it: `#$1200000000` → `$1.2bn`, `#3%` → `3%`, `#q1` → `Q1`."""
    body = token.removeprefix("#")
    if body.startswith(("q", "h", "fy")):
        return body.upper()
    if body.startswith("~"):
        return body[1:] + {"1": "st", "2": "nd", "3": "rd"}.get(body[-1], "th")
    if body.startswith(":"):
        return body[1:]
    unit = ""
    while body and not body[0].isdigit():
        unit, body = unit + body[0], body[1:]
    tail = "%" if body.endswith("%") else ""
    body = body.removesuffix("%")
    if body.isdigit() and not is_year(token):
        number = int(body) if len(body) < 16 else 0
        for scale, name in ((10**12, "tn"), (10**9, "bn"), (10**6, "m")):
            if number >= scale and number * 100 % scale == 0:
                body = (
                    format(Decimal(number) / scale, "f").rstrip("0").rstrip(".")
                    if number % scale
                    else str(number // scale)
                )
                return f"{unit}{body}{name}{tail}"
        if number >= 1000:
            body = f"{number:,}"
    return f"{unit}{body}{tail}"
