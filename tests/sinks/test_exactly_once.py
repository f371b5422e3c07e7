"""The drill that `wirewatch drill slack` runs: Slack fails, workers are killed; nothing is lost, nothing doubled."""

from __future__ import annotations

import pytest

from bot.drills.slack import SlackDrill


def check(runs: int, seed: int) -> None:
    result = SlackDrill(seed).run(runs)
    assert result.is_good, result
    assert result.runs == runs
    assert result.deaths > runs / 2
    assert result.faults > runs / 2


@pytest.mark.timeout(1800)
def test_nothing_is_lost_or_doubled_in_15_runs() -> None:
    check(15, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nothing_is_lost_or_doubled_in_600_runs() -> None:
    check(600, seed=2)
