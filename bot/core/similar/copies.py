"""Two texts in, whether one is a copy of the other out, with the score and why (or why not).

Law: rapidfuzz says how alike the titles are, `shingles` how much text they share, `vetoes` whether the likeness deceives.
Symmetric: the order of the two never matters, so the order in which copies arrive does not either.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.core.similar.background import FUNCTION_STEMS, rate
from bot.core.similar.shingles import containment
from bot.core.similar.vetoes import Veto, veto
from bot.core.similar.wording import tokens_of

ALIKE = 70.0
"""rapidfuzz score (0–100) of two forms from which they may be one headline."""
AGREEING = 0.6
"""Share of the lighter title's weight that must stand in the other: alike in letters is not alike in news."""
CONTAINED = 0.5
"""Share of the smaller text's triples found in the larger from which the texts are copies, whatever their titles."""
RESTS_ON = 12
"""Triples that a containment must rest on."""
OWN_TEXT = 0.2
LONG = 40
"""Two texts with at least `LONG` triples to compare that share less than `OWN_TEXT` are texts of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two texts: `form` and `marks` as in `wording.Wording`, `sketch` as in `shingles`."""

    form: str
    marks: int
    edition: int
    cut: bool
    sketch: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`score` 0–1. `copy`: one is a copy of the other. `why` says what speaks for it; `veto` what tells alike ones apart."""

    copy: bool
    score: float
    title: float
    why: str = ""
    veto: Veto | None = None
    other_text: bool = False
    """Both have a text, and not the same one."""


def likeness(one: Side, other: Side) -> Likeness:
    """Compares two texts."""
    title, left, right = _title_score(one, other)
    share, rests_on = containment(one.sketch, other.sketch)
    contained = rests_on >= RESTS_ON and share >= CONTAINED
    other_text = bool(one.sketch and other.sketch) and share < CONTAINED
    if title < ALIKE:
        if contained:
            return Likeness(copy=True, score=share, title=title, why=f"{share:.0%} of the text is the same")
        return Likeness(copy=False, score=max(title / 100, share), title=title)
    against = veto(left, one.marks, right, other.marks)
    if against is not None:
        return Likeness(copy=False, score=title / 100, title=title, veto=against)
    if contained:
        return Likeness(
            copy=True, score=max(share, title / 100), title=title, why=f"{share:.0%} of the text is the same"
        )
    if rests_on >= LONG and share < OWN_TEXT:
        return Likeness(copy=False, score=title / 100, title=title)
    if one.edition and other.edition and one.edition != other.edition:
        return Likeness(copy=False, score=title / 100, title=title)
    if not agreeing(left, right):
        return Likeness(copy=False, score=title / 100, title=title)
    why = "the same title" if left == right else f"titles alike by {title:.0f} of 100"
    return Likeness(copy=True, score=title / 100, title=title, why=why, other_text=other_text)


def agreeing(one: str, other: str) -> bool:
    """Whether two forms share most of what they say: `AGREEING` of the lighter one's weight, half of the heavier's."""
    left, right = Counter(tokens_of(one)), Counter(tokens_of(other))
    weights = sorted((_weight(left), _weight(right)))
    shared = _weight(left & right)
    return shared >= AGREEING * weights[0] and 2 * shared >= weights[1] * AGREEING


def _weight(tokens: Counter[str]) -> float:
    return sum(-math.log(rate(token)) * count for token, count in tokens.items() if token not in FUNCTION_STEMS)


def _title_score(one: Side, other: Side) -> tuple[float, str, str]:
    """(score 0–100, the two forms as far as they are compared: a headline cut short against as much of the other)."""
    left, right = one.form, other.form
    if not left or not right:
        return 0.0, left, right
    if left == right:
        return 100.0, left, right
    score = max(fuzz.token_sort_ratio(left, right), fuzz.ratio(left, right))
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    is_cut = one.cut if short == left else other.cut
    if is_cut or (long.startswith(short + " ") and short.count(" ") >= 4):
        words = short.split()
        if is_cut and words[-1].startswith("#"):
            words.pop()  # `$14 ...` may be the beginning of `$14 million`
        head = long.split()[: len(words)]
        short, long = " ".join(words), " ".join(head)
        begun = fuzz.ratio(short, long)
        if len(words) >= 2 and begun > score:
            return (float(begun), short, long) if len(left) <= len(right) else (float(begun), long, short)
    return float(score), left, right
