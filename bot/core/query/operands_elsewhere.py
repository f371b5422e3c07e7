"""An operand as other tools write it, all of it → ours.

The law of this file: what is taken here is a mistake wherever it stands, and says one thing; what may be meant in two
ways (`apple pie in:title`) is left to the reports of its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.query.fields_elsewhere import OF_SPELLING, field_called, field_meant
from bot.core.query.word_signs import CURRENCIES
from bot.model.query import FIELDS, VALUE_FIELDS

LEFT_OUT = "…"
_TERM = r"(?:\"[^\"]+\"|[^\W_](?:[\w'’&.-]*\w)?)"
"""A plain phrase or word."""
_NUMBER = r"(?:,\s*)?(?:(?:distance|n)\s*=\s*)?(?P<reach>\d+)\s*"
_COMPARISON = r"(?:(?P<not>NOT\s+I?LIKE|!=|!~|<>)|I?LIKE|contains|==?|=~|~)"
_QUOTED = r"(?P<open>\()?(?P<quote>[\"'])(?P<text>[^\"'()]+)(?P=quote)(?(open)\))"
_SCALES = (
    "(?:m|b|tr)illions?|million(?:en|er)|milliarde[nr]?|milliards?|mil(?:l)?ones|milion[iy]|miliard[iyów]+|milhões|bilhões"
    "|mln|mrd|crore|lakh|per[ ]?cent|prozent|procent"
)
"""What counts a figure on, in the languages that spell it much alike."""
SCALED_FIGURE = rf"[{CURRENCIES}]?\d[\d.,]*\s+(?i:{_SCALES})(?![\w'’&/‐‑-])"
"""Not `5 million-dollar`."""
_COUNT = re.compile(r"\b(?:ATLEAST|FIRST)\s+\Z")
"""Behind it stands its own figure."""
_ELSEWHERE = re.compile(
    rf"""
    (?P<first>{_TERM})/[fF](?P<count>\d+)/(?![\w/])
  | (?P<spelling>{"|".join(OF_SPELLING)})\(\s*(?P<spelled>\"[^\"]+\"|[^\W_][\w'’&.-]+)\s*\)
  | (?P<field>[^\W\d_]\w+)(?:\s*{_COMPARISON}\s*|\.(?:contains|includes|has)(?=\()){_QUOTED}
  | (?P<listed>[^\W\d_]\w+)\s+(?P<notin>NOT\s+)?IN\s*\((?P<values>[^()"]*)\)
  | (?P<within>{_TERM})\s+in:(?P<zone>[a-z]+)(?![\w:])
  | NEAR\(\s*(?:\(\s*)?(?P<left>{_TERM})(?:\s*,\s*|\s+)(?P<right>{_TERM})\s*(?:\)\s*)?(?:{_NUMBER})?\)
  | (?P<beginning>[^\W_]{{2,}}):\*(?![\w*?])
  | (?P<one>[^\W_]{{3,}})\((?P<ending>(?-i:e?s))\)(?!\w)
  | (?P<figure>{SCALED_FIGURE})
  | \"\"(?P<doubled>[^\"\s][^\"]*)\"\"
  | \\\"(?P<escaped>[^\"\\]+)\\\"
  | (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_JOINED = re.compile(r"(?:\A|[(]|(?<!\w)(?:AND|OR|NOT))\s*\Z")
"""Before a term that what follows it speaks of alone."""


def operand_elsewhere(text: str, start: int) -> tuple[int, str, str] | None:
    """Where the operand of another tool that begins here ends, what is wrong, and how a rule says it; None: none
    begins here. Where LEFT_OUT stands in it, the rest is for a person to say."""
    match = _ELSEWHERE.match(text, start)
    if match is None:
        return None
    kind = next(name for name in _SAID if match[name] is not None)
    meant = _SAID[kind](match)
    return (match.end(), _WRONG.get(kind, "other tools write it so"), meant) if meant else None


def _first(match: re.Match[str]) -> str:
    return f"FIRST/{match['count']} {match['first']}"


def _spelled(match: re.Match[str]) -> str:
    """`cs(NASA)`, `ALLCAPS(aids)`."""
    kind, word = match["spelling"].lower(), match["spelled"]
    return "=" + (word.upper() if kind.endswith("caps") and kind != "nocaps" else word)


def _compared(match: re.Match[str]) -> str:
    """`title LIKE '%Huawei%'`, `title =~ "Huawei"`, `title.contains('Huawei')`."""
    if not (field := _field(match["field"])):
        return ""
    written = match["text"].strip()
    value = written.strip("%* ")
    is_part = field in VALUE_FIELDS and value != written
    if not value or is_part or re.search(r"[%\\^$|\[\]{}+]", value) or re.search(r"\.[*?]", written):
        return f"{field}:{LEFT_OUT}"
    return f'{"NOT " if match["not"] else ""}{field}:"{value}"'


def _listed(match: re.Match[str]) -> str:
    """`source IN (bbc, cnn)`."""
    field = _field(match["listed"])
    values = [value.strip("' ") for value in match["values"].split(",")]
    if not field or not all(re.fullmatch(r"[\w.'’& -]+", value) for value in values):
        return ""
    quoted = [f'"{value}"' if " " in value else value for value in values]
    return f"{'NOT ' if match['notin'] else ''}{field}:({' OR '.join(quoted)})"


def _within(match: re.Match[str]) -> str:
    """`Huawei in:title`."""
    is_alone = _JOINED.search(match.string[max(0, match.start() - 20) : match.start()])
    return f"{match['zone']}:{match['within']}" if is_alone and match["zone"] in FIELDS else ""


def _near(match: re.Match[str]) -> str:
    """`NEAR(Huawei contract, 5)`, `NEAR((Huawei, contract), 5)`."""
    if {match["left"], match["right"]} & {"AND", "OR", "NOT"} or (match["right"].isdigit() and not match["reach"]):
        return ""
    return f"({match['left']} NEAR/{match['reach'] or 10} {match['right']})"


def _beginning(match: re.Match[str]) -> str:
    """`huaw:*`."""
    return "" if field_called(match["beginning"]) else f"{match['beginning']}*"


def _one_or_several(match: re.Match[str]) -> str:
    """`layoff(s)`."""
    return f"({match['one']} OR {match['one']}{match['ending']})"


def _quoted(match: re.Match[str]) -> str:
    """`€5 million`, `""Huawei deal""` out of a table, `\\"Huawei deal\\"` out of JSON."""
    if _COUNT.search(match.string, max(0, match.start() - 20), match.start()):
        return ""
    return f'"{match["figure"] or match["doubled"] or match["escaped"]}"'


def _mail(match: re.Match[str]) -> str:
    return f'"{match["mail"]}"'


_SAID: dict[str, Callable[[re.Match[str]], str]] = {
    "first": _first,
    "spelling": _spelled,
    "field": _compared,
    "listed": _listed,
    "within": _within,
    "left": _near,
    "beginning": _beginning,
    "one": _one_or_several,
    "figure": _quoted,
    "doubled": _quoted,
    "escaped": _quoted,
    "mail": _mail,
}
_WRONG = {
    "figure": "a figure and what it counts stand together in quotes",
    "doubled": "quotes stand once on each side of a phrase",
    "escaped": "quotes need no backslash",
    "one": "an ending in brackets stands for nothing",
    "mail": "an address of mail goes in quotes",
}


def _field(name: str) -> str:
    """Ours, where a name says just what it does elsewhere."""
    return field_meant(name.lower()) if name.islower() or name.isupper() or name.istitle() else ""
