"""Two headlines that look alike → what tells them apart: a period, a figure, a direction, a name, a weekday.

Law: a veto names the words that differ, so that a person can follow it; it never asks how alike the rest is. Words that
only one of the two has (a headline cut short, a word dropped) tell nothing apart: something must stand against them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from bot.core.language.antonyms import NEGATIONS, opposites
from bot.core.language.background import FUNCTION_STEMS, RATES, rate
from bot.core.language.names import PROPER_NAMES
from bot.core.language.stems import stem
from bot.core.similarity.figures import figure_text, is_figure, is_period
from bot.core.similarity.headline import tokens_of

_WEEKDAYS = frozenset(
    stem(day) for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
_MONTHS = frozenset(
    stem(month)
    for month in (
        "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
        "december",
        "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    )
)  # fmt: skip
_SEASONS = frozenset(stem(word) for word in ("spring", "summer", "autumn", "winter"))
_ORDER = frozenset(stem(word) for word in ("first", "second"))
_DEGREES = frozenset(
    stem(word) for word in ("primary", "secondary", "junior", "senior", "morning", "evening", "midday")
)
_SPELLINGS = 75.0
"""rapidfuzz ratio (0–100) from which two words are one name spelt in two ways (Gaddafi, Qaddafi)."""


class VetoKind(StrEnum):
    """What tells two headlines apart."""

    PERIOD = "period"
    FIGURE = "figure"
    WHEN = "day"
    OPPOSITE = "opposite"
    NEGATION = "negation"
    NAME = "name"
    IN_PLACE = "name in place"
    """A name on one side only, against other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """What tells two headlines apart, and the sentence that says so."""

    kind: VetoKind
    why: str


def veto(one: str, marks_one: int, other: str, marks_other: int) -> Veto | None:
    """What tells two alike forms apart; None: nothing. Symmetric but for the order in which words are named."""
    if one == other:
        return None
    tokens_one, tokens_other = tokens_of(one), tokens_of(other)
    count_one, count_other = Counter(tokens_one), Counter(tokens_other)
    left, right = frozenset(count_one - count_other), frozenset(count_other - count_one)
    words = dict(zip((*tokens_one, *tokens_other), (*one.split(), *other.split()), strict=True))
    if not left or not right:
        return _only_one_side(left or right, words)
    figures = (frozenset(filter(_numeral, left)), frozenset(filter(_numeral, right)))
    periods = (frozenset(filter(is_period, left)), frozenset(filter(is_period, right)))
    if periods[0] and periods[1]:
        return Veto(
            kind=VetoKind.PERIOD, why=f"another period, {_list(periods[0], words)} against {_list(periods[1], words)}"
        )
    if figures[0] and figures[1] and not _one_amount(figures[0], figures[1]):
        return Veto(
            kind=VetoKind.FIGURE, why=f"another figure, {_list(figures[0], words)} against {_list(figures[1], words)}"
        )
    for kinds in (_WEEKDAYS, _MONTHS, _SEASONS, _ORDER, _DEGREES):
        if left & kinds and right & kinds:
            return Veto(kind=VetoKind.WHEN, why=f"{_list(left & kinds, words)} against {_list(right & kinds, words)}")
    against = opposites(left, right)
    if against:
        return Veto(kind=VetoKind.OPPOSITE, why=f"the opposite, {words[against[0]]} against {words[against[1]]}")
    denied = _only_one_side((left | right) & NEGATIONS, words)
    if denied is not None and not (left & NEGATIONS and right & NEGATIONS):
        return denied
    return _names(left, right, (tokens_one, marks_one), (tokens_other, marks_other), words)


def _only_one_side(only: frozenset[str], words: dict[str, str]) -> Veto | None:
    denied = only & NEGATIONS
    if denied:
        return Veto(kind=VetoKind.NEGATION, why=f"a denial in one only, {_list(denied, words)}")
    return None


def _names(
    left: frozenset[str],
    right: frozenset[str],
    one: tuple[tuple[str, ...], int],
    other: tuple[tuple[str, ...], int],
    words: dict[str, str],
) -> Veto | None:
    """A name on one side that stands against other words on the other."""
    named_left = _named(left, *one)
    named_right = _named(right, *other)
    loose_left = frozenset(word for word in left if not is_figure(word))
    loose_right = frozenset(word for word in right if not is_figure(word))
    if not (named_left and loose_right) and not (named_right and loose_left):
        return None
    if named_left and named_right:
        if all(any(fuzz.ratio(name, twin) >= _SPELLINGS for twin in named_right) for name in named_left):
            return None
        return Veto(
            kind=VetoKind.NAME, why=f"another name, {_list(named_left, words)} against {_list(named_right, words)}"
        )
    named, loose = (named_left, loose_right) if named_left else (named_right, loose_left)
    if any(fuzz.ratio(name, twin) >= _SPELLINGS for name in named for twin in loose):
        return None
    return Veto(kind=VetoKind.IN_PLACE, why=f"another name, {_list(named, words)} in place of {_list(loose, words)}")


def _named(words: frozenset[str], tokens: tuple[str, ...], marks: int) -> frozenset[str]:
    """Those of `words` that are names: known as such, or rare and written with a capital."""
    found = {word for word in words if word in PROPER_NAMES}
    for at, token in enumerate(tokens):
        if token in words and marks >> at & 1 and rate(token) <= RATES[-1] and token not in FUNCTION_STEMS:
            found.add(token)
    return frozenset(word for word in found if not is_figure(word))


@lru_cache(maxsize=4_096)
def _numeral(token: str) -> bool:
    return is_figure(token) or token[:1].isdigit() or token in _ORDER


def _one_amount(left: frozenset[str], right: frozenset[str]) -> bool:
    """`$2.1` beside `$2.1m`: a scale word was dropped, the amount is the same."""
    if len(left) != 1 or len(right) != 1:
        return False
    one, other = ("".join(sign for sign in next(iter(side)) if sign.isdigit()) for side in (left, right))
    return one.rstrip("0") == other.rstrip("0") and abs(len(one) - len(other)) >= 3 and min(len(one), len(other)) <= 3


def _list(tokens: frozenset[str], words: dict[str, str]) -> str:
    return ", ".join(figure_text(token) if is_figure(token) else words[token] for token in sorted(tokens)[:4])
