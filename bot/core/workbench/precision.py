"""Marks → how often a rule is right, as far as that was measured.

The law: only samples measure, for they were drawn at random; what people volunteer is counted apart and moves no
figure. Below LEAST_SAMPLES nothing is measured: never 0 or 100 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from bot.model import Mark, MarkKind, MarkVerdict, RuleId, StoryId

LEAST_SAMPLES = 5
"""Fewer say nothing: of four that are all relevant, half of all stories may be noise."""
_Z = 1.959963984540054
"""The normal distribution's two-sided 95 % quantile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """The share of relevant stories among what a rule told: measured on `n` samples, between `low` and `high` with 95 %
    confidence. All are 0 to 1."""

    n: int
    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCounts:
    """What people said of one rule's stories. `precision` None: unmeasured."""

    relevant: int = 0
    not_relevant: int = 0
    """Samples and volunteered ones together; `sampled` of both are samples."""
    sampled: int = 0
    precision: Precision | None = None

    def to_json(self) -> dict[str, object]:
        """The fields as they stand here, precision rounded to four places."""
        measured = self.precision
        interval = (
            {name: round(getattr(measured, name), 4) for name in ("n", "low", "mid", "high")} if measured else None
        )
        return {
            "relevant": self.relevant,
            "not_relevant": self.not_relevant,
            "sampled": self.sampled,
            "precision": interval,
        }


def precision(marks: Iterable[Mark]) -> Precision | None:
    """Of one rule's marks, its samples alone; None below LEAST_SAMPLES. A story counts once, by its first answer."""
    answers: dict[tuple[StoryId, RuleId], MarkVerdict] = {}
    for mark in sorted(marks, key=lambda one: one.at):
        if mark.kind is MarkKind.SAMPLE:
            answers.setdefault((mark.story, mark.rule), mark.verdict)
    n = len(answers)
    if n < LEAST_SAMPLES:
        return None
    relevant = sum(verdict is MarkVerdict.RELEVANT for verdict in answers.values())
    low, high = wilson_interval(relevant, n)
    return Precision(n=n, low=low, mid=relevant / n, high=high)


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share, `n` > 0.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927). It covers as it
    promises from the smallest n, and never runs below 0 or above 1 (Brown, Cai, DasGupta, Stat. Science 16, 2001).
    """
    share, square = successes / n, _Z * _Z / n
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    # At the ends the sum is 0 or 1 but for rounding.
    low = 0.0 if successes == 0 else max(middle - half, 0.0)
    return low, 1.0 if successes == n else min(middle + half, 1.0)


def mark_counts(marks: Iterable[Mark]) -> MarkCounts:
    """What people said of one rule's stories."""
    of_rule = list(marks)
    return MarkCounts(
        relevant=sum(mark.verdict is MarkVerdict.RELEVANT for mark in of_rule),
        not_relevant=sum(mark.verdict is MarkVerdict.NOT_RELEVANT for mark in of_rule),
        sampled=sum(mark.kind is MarkKind.SAMPLE for mark in of_rule),
        precision=precision(of_rule),
    )


def marks_by_rule(marks: Iterable[Mark]) -> Mapping[RuleId, list[Mark]]:
    """The marks of each rule that has any, in their order."""
    by_rule: dict[RuleId, list[Mark]] = {}
    for mark in marks:
        by_rule.setdefault(mark.rule, []).append(mark)
    return by_rule


def precision_text(measured: Precision | None) -> str:
    """`82 % (52–95 %, 11 samples)`, or `unmeasured`."""
    if measured is None:
        return "unmeasured"
    low, mid, high = (round(100 * share) for share in (measured.low, measured.mid, measured.high))
    return f"{mid} % ({low}–{high} %, {measured.n} samples)"
