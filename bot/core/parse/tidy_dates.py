"""A date in an odd order, or with odd signs between its parts → the same in a form that `dates` reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.core.parse.offsets import is_zone


def _without_day(found: re.Match[str]) -> str:
    """Nothing, for the day of the week in brackets; behind a clock time a zone may stand in them (`10:00 (EST)`)."""
    is_zone_there = is_zone(found["day"]) and re.search(r":\d\d$", found.string[: found.start()]) is not None
    return found[0] if is_zone_there else " " if found.string[found.end() :][:1].isdigit() else ""


def _day_of_year(found: re.Match[str]) -> str:
    return f"{date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)}"


def _day_of_week(found: re.Match[str]) -> str:
    return f"{date.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1))}"


_NAMES = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN = {name: number for number, name in enumerate(_NAMES, start=1)}
"""Months as Poles and Hungarians number them."""


def _roman_month(found: re.Match[str]) -> str:
    return f"{found[1]}.{_ROMAN[found[2]]}.{found[3]}"


def _clock(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}:{found[3]}:{found[4] or '00'}"


_TIDY: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\s+,", ","),
        (r"^\{(?:ts|d) '([^']*)'\}$", r"\1"),  # as ODBC and ColdFusion write: {ts '2026-11-28 10:00:00'}
        (r"^(\d{4})-(\d\d?)-(\d\d?)(?= \D)", r"\1/\2/\3"),  # 2026-11-28 下午8:00
        (r"^(\d{4})-(\d{3})(?=T|$)", _day_of_year),  # 2026-327, as ISO 8601 has it, too
        (r"^(\d{4})-?W(\d\d)(?:-?([1-7]))?(?=T|$)", _day_of_week),  # 2026-W48-1
        (r"\s+m=[+-][\d.]+$", ""),  # as Go writes: 10:00:00 +0100 CET m=+0.5
        (r"(?<!\d)(\d{1,2}) (\d{1,2})[月월]? (\d{4})(?= |$)", r"\3-\2-\1"),  # 27 11月 2026
        (r"(?<=\d)[/-](?=[^\W\d_]{3})|(?<=[^\W\d_]{3})[/-](?=\d)", " "),  # 28/Nov/2026, 2026-Nov-28
        (r"^(\d{4}):(\d\d):(\d\d)(?=[T ]|$)", r"\1-\2-\3"),  # as cameras write: 2026:11:28 10:00:00
        (r"(?<=[^\W\d_]{3} \d{4}):(?=\d\d:\d\d)|(?<=^\d{4}),", " "),  # 28/Nov/2026:10:00:00
        (r"(?<=-\d\d)T?(\d\d)(\d\d)(\d\d)(?=Z|[+-]|$)", r"T\1:\2:\3"),
        (r"^(\d{4})(\d\d)(\d\d)(?= \d\d?:)", r"\1-\2-\3"),
        (r"\s?[(（](?P<day>[^\W\d]{1,3})[)）]", _without_day),
        (r"(?<=\d)([A-Za-z]{3})(?=\d{4}(?: |$))", r" \1 "),  # 27Oct2026
        (r"^(\d\d)(\d\d)(\d\d)Z ([A-Za-z]{3}) (\d{4}|\d\d)$", r"\1 \4 \5 \2:\3 UTC"),  # 271000Z NOV 2026
        (r"^(\d{1,2})([0-5]\d) ([AP]M) ([A-Z]{3,4}) (?:[A-Z][a-z]{2} )?(.*)$", r"\5 \1:\2 \3 \4"),  # 430 PM EST Tue …
        (rf"^(\d{{4}})\. ({'|'.join(_ROMAN)})\. (\d\d?)\.", r"\3.\2.\1"),  # 2026. XI. 24.
        (rf"(?<!\d)(\d\d?)[. ] ?({'|'.join(_ROMAN)})[. ] ?(\d{{4}})(?=\D|$)", _roman_month),  # 24 XI 2026
        (r"^(\d{4}-\d\d-\d\d)/\d{4}-\d\d-\d\d$", r"\1"),  # from … to …
        (r"(?<=\d)h(?=\d\d\b)", ":"),
        (r"\((?:GMT|UTC) ?([+-]\d{1,2}(?::?\d\d)?)\)", r"\1"),
        (r"^(\d{4}-\d\d-\d\d)([T ]\d\d)\.(\d\d)(?:\.(\d\d))?(?= |$|Z|[+-])", _clock),  # 2026-11-28 10.00.00
        (r"(?<=\d:\d\d:\d\d) (\d\d:?\d\d)$", r"+\1"),  # the + of a zone, as an address would read it
        (r"(?<=\d:\d\d)([+-])(\d)(?=:?[0-5]\d$|$)", r"\g<1>0\2"),  # 10:00:00-5, 10:00:00+5:30
        (r"^[^\d<>]{2,30},\s+(?=\d)", ""),
    )
)
"""What stands otherwise than in the forms that are read; tried where nothing else was."""


def tidied(text: str) -> str:
    """`text` with what stands otherwise than in the forms that are read put right."""
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    return text
