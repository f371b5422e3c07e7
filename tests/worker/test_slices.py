"""How many entries one ingest takes: enough to share a commit, few enough to leave the writer thread free."""

from __future__ import annotations

import pytest

from bot.worker.ingesting import next_slice


@pytest.mark.parametrize(
    ("size", "taken", "seconds", "after"),
    [
        (50, 50, 0.1, 50),
        (50, 50, 0.2, 25),
        (50, 50, 0.05, 100),
        (50, 50, 2.0, 25),
        (400, 400, 0.01, 500),
        (12, 12, 5.0, 10),
        (50, 7, 0.001, 50),
    ],
    ids=[
        "right",
        "slow: half",
        "quick: double",
        "very slow: at most half",
        "at most 500",
        "at least 10",
        "nearly empty inbox",
    ],
)
def test_the_next_slice_goes_towards_a_tenth_of_a_second(size: int, taken: int, seconds: float, after: int) -> None:
    assert next_slice(size, taken, seconds) == after


def test_where_nobody_waits_a_slice_goes_towards_a_second() -> None:
    assert next_slice(100, 100, 0.2, once=True) == 200
    assert next_slice(100, 100, 2.0, once=True) == 50
