"""A field as another tool or language calls it → ours, and what to write."""

from __future__ import annotations

import re

from bot.core.language.word_lists import word_list
from bot.core.text.suggest import nearest
from bot.model.query import FIELDS

OF_SPELLING = frozenset(["case", "exact", "raw", "cs", "caps", "allcaps", "nocaps", "casesensitive"])
"""What other tools call an exact spelling."""
_WHOLE_HEADLINE = ("allintitle", "hlp", "hlead")
"""Speak of all words behind them, or of the lead, too."""
_DATES = frozenset(
    ["date", "pubdate", "published", "after", "before", "since", "until", "time", "age", "newer_than", "older_than"]
)
"""Fields of archives: a rule judges what comes in."""


_NAME_BEHIND_A_COLON = re.compile(r" ?\w+(?:[.-]\w+)*(?: (?!(?:AND|OR|NOT|O?NEAR|NOTNEAR)\b)\w+)*")


def field_called(name: str) -> str:
    """Our name of a field of another tool; "": there is none."""
    if name.lower() in FIELDS:
        return name.lower()
    return next((field for field, names in word_list("fields").items() if name.lower() in names), "")


def field_meant(name: str, following: str = "") -> str:
    """Our field, where one says just what `name:` does elsewhere, or is what was mistyped; "": none is known, it may be
    one of two, or the beginning of a headline (`LA: fires`, `Tax:pie`). `following`: what stands behind its colon."""
    if name.lower() in (*_WHOLE_HEADLINE, *_DATES, *OF_SPELLING) or (name[0].isupper() and following[:1].isspace()):
        return ""
    if called := field_called(name):
        return called
    near = "" if name[0].isupper() else _mistyped(name)
    return near if near and not nearest(name.lower(), [field for field in FIELDS if field != near]) else ""


def _mistyped(name: str) -> str:
    """The field of which a name is a slip; not of `sourceCountry`, which asks for something else."""
    near = nearest(name.lower(), FIELDS)
    return near if len(name) - len(near) <= _FEW_LETTERS else ""


_FEW_LETTERS = 2
_DATE = re.compile(r"\s*(?:[\[{][^\]}]*[\]}]|(?=[^\s()]*\d|(?i:now|today|yesterday)\b)[<>=]*[\w.:*+-]+)")
"""Not `After:hours`."""
_NOT_BY_AND = re.compile(r"(?:(?<!\w)(?:NOT|OR|(?:O|NOT)?NEAR(?:/\w+)?)|(?:\A|[\s(])[-–—!])\s*\Z")
"""Before a date that cannot just go: what follows would be excluded in its place (`NOT date:2025 AND Huawei`)."""


def date_behind(name: str, text: str, start: int, end: int) -> tuple[int, tuple[int, int, str] | None] | None:
    """Where `name:`, from `start` to `end`, speaks of dates: where the date ends, and the edit that leaves both out,
    with the AND that joins them (None: it is not joined by AND)."""
    date = _DATE.match(text, end) if name.lower() in _DATES else None
    if date is None:
        return None
    if _NOT_BY_AND.search(text[:start]):
        return date.end(), None
    if joined := re.compile(r"\s+AND\s+").match(text, date.end()):
        return date.end(), (start, joined.end(), "")
    before = text[:start].rstrip()
    return date.end(), (len(before.removesuffix(" AND")), date.end(), "")


def field_hint(name: str, following: str) -> str:
    """What to write instead of a field that there is not. `following`: what stands behind its colon."""
    name_with_colon = f'"{name}:{words.group()}"' if (words := _NAME_BEHIND_A_COLON.match(following)) else ""
    near = field_called(name) or _mistyped(name)
    if following[:1].isspace() and name_with_colon and not near:
        return f"a name with a colon goes in quotes: {name_with_colon}"
    if name.lower() in _DATES:
        return "a rule judges only what comes in, settings.max_age how old it may be; `search` has --since"
    if name.lower() in ("feed", "feeds"):
        return "feeds: is a key of the rule, beside when:; source: compares outlets, domain: hosts"
    if name.lower() == "allintitle":
        return "write title:( … AND … )"
    if name.lower() in OF_SPELLING:
        word = re.match(r"[^\W_][\w'’.&-]*", following)
        return f"of exactly this spelling write = before the word: ={word.group() if word else 'Apple'}"
    if name.lower() in ("re", "regex", "regexp"):
        return "a regular expression stands between slashes: /…/"
    hint = f"did you mean {near}:?" if near else "fields are " + ", ".join(FIELDS)
    is_field = near and not (name[0].isupper() and following[:1].isspace())
    return hint if is_field or not name_with_colon else f"{hint}; a name with a colon goes in quotes: {name_with_colon}"
