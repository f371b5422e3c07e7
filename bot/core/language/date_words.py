"""A date as it is written anywhere → the same in plain words, ASCII digits and years of our era, as far as lists go.

The law of this file: what knows a language is data (`months.txt`, `halves.txt`, `eras.txt`). Nothing is guessed: what
no list knows stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from bot.core.language.word_lists import word_list

PERSIAN = "persian"
"""The line of the months of Iran's calendar."""
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FOLD = str.maketrans("يك،", "یک,")
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_LEAST = 33
"""Years of two digits from which a Buddhist one is meant (2533 is 1990); one of ours would lie ahead."""
_FIRST = "元"
"""What the first year of an era in East Asia is called."""


def month_of(name: str) -> int | None:
    """The number of a month, by its name in any language; None: it is none of our calendar's."""
    return _months().get(_form(name)) or _months().get(_form(name.replace("I", "ı")))  # as Turks write capitals


def persian_month_of(name: str) -> int | None:
    """The number of a month of Iran's calendar, by its name."""
    return _persian().get(_form(name))


def in_plain_words(text: str) -> str:
    """The date with ASCII digits, with months of several words, or of a language that leaves out the era, in English,
    years of eras in ours, and the halves of the day behind a clock time as AM and PM."""
    if text.isascii():
        return text
    text = "".join(_digit(character) for character in text.translate(_FOLD))
    text = _era().sub(_year, text)
    text = _long_month().sub(_month, text)
    text = _two_names().sub(_one_name, text)
    return _half_behind().sub(_half, text)


@cache
def halves(part: int) -> tuple[str, ...]:
    """What East Asian scripts say of a half of the day, where it stands before the clock time: 0 before noon, 1 after
    noon, 2 about noon."""
    return tuple(word for parts in _halves() if len(parts) > part for word in parts[part] if _is_han(word))


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _form(name: str) -> str:
    return name.lower().translate(_FOLD).rstrip("'’׳")


def _groups(words: Iterable[str]) -> Iterator[list[str]]:
    group: list[str] = []
    for word in (*words, "/"):
        if word == "/":
            yield group
            group = []
        else:
            group.append(word)


@cache
def _months() -> dict[str, int]:
    return {
        _form(name): number
        for code, words in word_list("months").items()
        if code != PERSIAN
        for number, names in enumerate(_groups(words), start=1)
        for name in names
    }


@cache
def _persian() -> dict[str, int]:
    groups = _groups(word_list("months")[PERSIAN])
    return {_form(name): number for number, names in enumerate(groups, start=1) for name in names}


@cache
def _short_years() -> dict[str, int]:
    """What is left out of a year of two digits, by the month's name."""
    eras = word_list("eras")
    return {
        _form(name): int(eras[code][0])
        for code, words in word_list("months").items()
        if code in eras
        for name in words
        if name != "/"
    }


@cache
def _long_month() -> re.Pattern[str]:
    names = sorted({*_short_years(), *(name for name in _months() if "_" in name)}, key=len, reverse=True)
    each = "|".join(re.escape(name).replace("_", r"\s+") for name in names)
    return re.compile(rf"(?<![^\W\d_])(?P<name>{each})(?![^\W\d_])\.?(?P<year>\s*\d{{2}}(?![\d:.]))?", re.IGNORECASE)


def _month(found: re.Match[str]) -> str:
    name = _form("_".join(found["name"].split()))
    year = found["year"] or ""
    if year and int(year) >= _LEAST:
        year = str(_short_years().get(name, 0) + int(year))
    return f" {_ENGLISH[_months()[name] - 1]} {year.strip()} "


@cache
def _two_names() -> re.Pattern[str]:
    return re.compile(r"([^\W\d_]{3,30})\s*[/(]\s*([^\W\d_]{3,30})(?:\s*\))?")


def _one_name(found: re.Match[str]) -> str:
    """`تشرين الثاني/نوفمبر`: one month by its two names."""
    return found[1] if (month_of(found[1]) or 0) == month_of(found[2]) else found[0]


@cache
def _era() -> re.Pattern[str]:
    each = "|".join(re.escape(name) for name in word_list("eras") if not name.isascii())
    return re.compile(rf"({each})\.?\s*(\d{{1,4}}|{_FIRST})(?!\d)")


def _year(found: re.Match[str]) -> str:
    before = int(word_list("eras")[found[1]][0])
    return str(before + (1 if found[2] == _FIRST else int(found[2])))


@cache
def _halves() -> list[list[list[str]]]:
    return [list(_groups(words)) for words in word_list("halves").values()]


def _is_han(word: str) -> bool:
    return not word.isascii() and unicodedata.name(word[0]).startswith(("CJK", "HANGUL"))


@cache
def _half_words() -> dict[str, str]:
    return {
        _form(word): half
        for parts in _halves()
        for half, words in zip(("AM", "PM"), parts, strict=False)
        for word in words
    }


@cache
def _half_behind() -> re.Pattern[str]:
    each = "|".join(re.escape(word) for word in sorted(_half_words(), key=len, reverse=True))
    return re.compile(rf"({_CLOCK})\s*({each})\.?(?!\w)", re.IGNORECASE)


def _half(found: re.Match[str]) -> str:
    return f"{found[1]} {_half_words()[_form(found[2])]}"
