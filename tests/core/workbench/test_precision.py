"""Precision: what samples say, and nothing else."""

from __future__ import annotations

import random

import pytest

from bot.core.workbench.precision import MarkCounts, mark_counts, precision, precision_text, wilson_interval
from bot.model import Mark
from tests.builders import MINUTE, NOW, mark

VERDICTS = {True: "relevant", False: "not_relevant"}


def samples(*answers: bool) -> list[Mark]:
    return [mark(number, verdict=VERDICTS[answer], kind="sample") for number, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R: binom::binom.wilson(x, n), and Brown, Cai, DasGupta (2001) for n = 10.
        pytest.param(0, 5, 0.0, 0.4345, id="none"),
        pytest.param(5, 5, 0.5655, 1.0, id="all"),
        pytest.param(8, 10, 0.4902, 0.9433, id="most"),
        pytest.param(50, 100, 0.4038, 0.5962, id="half"),
    ],
)
def test_wilson(successes: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(successes, n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_below_five_samples_nothing_is_measured() -> None:
    assert precision(samples(True, True, True, True)) is None
    assert precision_text(None) == "unmeasured"
    measured = precision(samples(True, True, True, True, False))
    assert measured is not None
    assert (measured.n, measured.mid) == (5, 0.8)
    assert precision_text(measured) == "80 % (38–96 %, 5 samples)"


def test_a_story_counts_once_by_its_first_answer() -> None:
    """Two stories that were asked about apart, and merged since."""
    answers = samples(True, True, True, True, False)
    later = mark(0, verdict="not_relevant", kind="sample", at=NOW + MINUTE)
    assert precision([later, *answers]) == precision(answers)


def test_counts_name_samples_apart() -> None:
    marks = [*samples(True, True, False), mark(1, by="U2"), mark(7, verdict="not_relevant")]
    assert mark_counts(marks) == MarkCounts(relevant=3, not_relevant=2, sampled=3, precision=None)
    assert mark_counts([]) == MarkCounts()
    assert mark_counts(samples(True, True, True, True, False)).to_json() == {
        "relevant": 4,
        "not_relevant": 1,
        "sampled": 5,
        "precision": {"n": 5, "low": 0.3755, "mid": 0.8, "high": 0.9638},
    }


@pytest.mark.parametrize("rules", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_intervals_cover_the_truth_and_volunteered_marks_move_nothing(rules: int) -> None:
    """Each rule with its own share of relevant stories among what it told; a week's samples or many weeks'."""
    covered = 0
    for seed in range(rules):
        chance = random.Random(seed)
        share = chance.uniform(0.02, 0.98)
        stories = [chance.random() < share for _ in range(chance.randint(400, 2000))]
        truth = sum(stories) / len(stories)
        asked = chance.sample(range(len(stories)), chance.choice([5, 10, 20, 50]))
        marks = [mark(number, verdict=VERDICTS[stories[number]], kind="sample") for number in asked]
        annoyed = [
            mark(number, verdict="not_relevant") for number, is_relevant in enumerate(stories) if not is_relevant
        ]
        measured = precision(marks)
        assert measured is not None
        assert precision([*annoyed, *marks]) == measured
        covered += measured.low <= truth <= measured.high
    assert covered >= 0.93 * rules


def test_an_interval_is_inside_0_to_1_and_holds_its_middle() -> None:
    for n in range(1, 60):
        for successes in range(n + 1):
            low, high = wilson_interval(successes, n)
            assert 0 <= low <= successes / n <= high <= 1
            assert high - low < 1
