"""Two texts → whether one is a copy of the other, with the score and why (or why not).

Law: rapidfuzz says how alike the titles are, `sketch` how much text they share, `vetoes` whether the likeness
deceives. Symmetric: the order of the two never matters, so the order in which copies arrive does not either.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from rapidfuzz import fuzz

from bot.core.language.background import FUNCTION_STEMS, rarity
from bot.core.similarity.headline import tokens_of
from bot.core.similarity.sketch import containment, opened
from bot.core.similarity.vetoes import Veto, VetoKind, veto

_ALIKE = 78.0
"""rapidfuzz score (0–100) of two forms from which they may be one headline."""
_UNLIKE = 55.0
"""Score below which two titles are unlike, and how unlike does not matter."""
_REORDERED = 10.0
"""What the words in another order take off the score: copyists cut and drop, writers turn sentences round."""
_RETOLD = 60.0
"""The same from which a veto counts over a short shared text (a teaser)."""
_AGREEING = 0.6
"""Share of the lighter title's weight that must stand in the other: alike in letters is not alike in news."""
CONTAINED = 0.55
"""Share of the smaller text's triples found in the larger from which the texts are copies, whatever their titles."""
_RESTS_ON = 8
"""Triples that a containment must rest on."""
_CONTAINED_SHORT = 0.6
"""The same share where it rests on fewer than `_LONG` triples."""
_SWAPPED = 85.0
"""rapidfuzz score from which another name over the same text is a swap, and not a headline written anew."""
_OWN_TEXT = 0.5
"""Share of text below which two texts are texts of their own …"""
_LONG = 30
"""… when this many triples say so: then titles do not matter. Of shorter ones (teasers) some outlets write their own
…"""
_TEASERS = 3
_SAME_TITLE = 90.0
"""… so with at least `_TEASERS` triples to compare, the titles must be alike by this much."""


class Comparable(Protocol):
    """What is compared: `form`, `marks`, `edition`, `cut` of a title as in `headline.Wording`, `sketch` as in
    `sketch.packed`."""

    @property
    def form(self) -> str: ...
    @property
    def marks(self) -> int: ...
    @property
    def edition(self) -> int: ...
    @property
    def cut(self) -> bool: ...
    @property
    def sketch(self) -> bytes: ...


@dataclass(slots=True, kw_only=True)
class Side:
    """A text made ready to be compared."""

    form: str
    marks: int
    edition: int
    cut: bool
    sketch: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`score` 0–1. `copy`: one is a copy of the other. `why` says what speaks for it; `veto` what tells alike ones
    apart."""

    copy: bool
    score: float
    title: float
    why: str = ""
    veto: Veto | None = None
    share: float = 0.0
    rests_on: int = 0
    """How much of the smaller text stands in the other (0–1), and how many triples that rests on (0: nothing)."""


def likeness(one: Comparable, other: Comparable, shared: tuple[float, int] | None = None) -> Likeness:
    """Compares two texts. `shared`: the `containment` of their sketches, where it is known already."""
    title, left, right = _title_score(one, other)
    share, rests_on = shared if shared is not None else containment(opened(one.sketch), other.sketch)
    contained = rests_on >= _RESTS_ON and share >= (CONTAINED if rests_on >= _LONG else _CONTAINED_SHORT)
    found = partial(Likeness, title=title, share=share, rests_on=rests_on)
    if title < _ALIKE:
        doubtful = contained and rests_on < _LONG and title >= _RETOLD
        if contained and not (doubtful and veto(left, one.marks, right, other.marks)):
            return found(copy=True, score=share, why=f"{share:.0%} of the text is the same")
        return found(copy=False, score=max(title / 100, share))
    against = veto(left, one.marks, right, other.marks)
    if (
        against is not None
        and contained
        and rests_on >= _LONG
        and title < _SWAPPED
        and against.kind in (VetoKind.NAME, VetoKind.IN_PLACE)
    ):
        against = None  # the same text under a headline written anew
    if against is not None:
        return found(copy=False, score=title / 100, veto=against)
    if contained:
        return found(copy=True, score=max(share, title / 100), why=f"{share:.0%} of the text is the same")
    if share < _OWN_TEXT and (rests_on >= _LONG or (rests_on >= _TEASERS and title < _SAME_TITLE)):
        return found(copy=False, score=title / 100)
    if one.edition and other.edition and one.edition != other.edition:
        return found(copy=False, score=title / 100)
    if not agreeing(left, right):
        return found(copy=False, score=title / 100)
    why = "the same title" if left == right else f"titles alike by {title:.0f} of 100"
    return found(copy=True, score=title / 100, why=why)


def agreeing(one: str, other: str) -> bool:
    """Whether two forms share most of what they say: `_AGREEING` of the lighter one's weight, half of the heavier's."""
    left, right = Counter(tokens_of(one)), Counter(tokens_of(other))
    weights = sorted((_weight(left), _weight(right)))
    shared = _weight(left & right)
    return shared >= _AGREEING * weights[0] and 2 * shared >= weights[1] * _AGREEING


def _weight(tokens: Counter[str]) -> float:
    return sum(rarity(token) * count for token, count in tokens.items() if token not in FUNCTION_STEMS)


def _title_score(one: Comparable, other: Comparable) -> tuple[float, str, str]:
    """(score 0–100, the two forms as far as they are compared: a headline cut short against as much of the other)."""
    left, right = one.form, other.form
    if not left or not right:
        return 0.0, left, right
    if left == right:
        return 100.0, left, right
    score = fuzz.ratio(left, right, score_cutoff=_UNLIKE)
    score = max(score, fuzz.token_sort_ratio(left, right, score_cutoff=max(score, _UNLIKE) + _REORDERED) - _REORDERED)
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
