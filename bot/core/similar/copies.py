"""Two texts in, whether one is a copy of the other out, with the score and why (or why not).

Law: rapidfuzz says how alike, `vetoes` says whether that deceives. Symmetric: the order of the two never matters.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.core.similar.shingles import containment
from bot.core.similar.vetoes import veto

ALIKE = 70.0
"""rapidfuzz score (0–100) of two forms from which they may be one headline."""
CONTAINED = 0.5
"""Share of the smaller text's triples found in the larger from which the texts are copies, whatever their titles."""
RESTS_ON = 12
"""Triples that a containment must rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two texts: `form` is its title's tokens joined by a space."""

    form: str
    names: frozenset[str]
    cut: bool
    sketch: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`score` 0–1. `copy`: one is a copy of the other. `why` names what speaks for it or against it."""

    copy: bool
    score: float
    why: str


def likeness(one: Side, other: Side) -> Likeness:
    """Compares two texts."""
    share, rests_on = containment(one.sketch, other.sketch)
    if rests_on >= RESTS_ON and share >= CONTAINED:
        return Likeness(copy=True, score=share, why=f"{share:.0%} of its text stands in the other")
    title = _title_score(one, other)
    if title < ALIKE:
        return Likeness(copy=False, score=max(title / 100, share), why="")
    against = veto(tuple(one.form.split()), one.names, tuple(other.form.split()), other.names)
    if against:
        return Likeness(copy=False, score=title / 100, why=against)
    same = "the same title" if one.form == other.form else f"titles alike by {title:.0f} of 100"
    return Likeness(copy=True, score=title / 100, why=same)


def _title_score(one: Side, other: Side) -> float:
    left, right = one.form, other.form
    if not left or not right:
        return 0.0
    if left == right:
        return 100.0
    score = max(fuzz.token_sort_ratio(left, right), fuzz.ratio(left, right))
    shorter, longer = (left, right) if len(left) <= len(right) else (right, left)
    if (one.cut or other.cut) and len(shorter) >= 12:
        score = max(score, fuzz.ratio(shorter, longer[: len(shorter)]))
    return float(score)
