"""Percentiles and buckets of seconds."""

from __future__ import annotations

import pytest

from bot.core.latency import BUCKETS, buckets, percentiles


@pytest.mark.parametrize(
    "seconds, p50, p95",
    [
        ([], None, None),
        ([7.0], 7.0, 7.0),
        ([1.0, 2.0], 1.0, 2.0),
        ([float(number) for number in range(100, 0, -1)], 50.0, 95.0),
        ([0.04] * 19 + [9.0], 0.0, 0.0),
        ([0.04] * 18 + [9.0] * 2, 0.0, 9.0),
    ],
)
def test_percentiles_are_by_nearest_rank(seconds: list[float], p50: float | None, p95: float | None) -> None:
    assert percentiles(seconds) == {"p50": p50, "p95": p95}


def test_buckets_count_upwards_and_end_with_all() -> None:
    counted = dict(buckets([1.0, 5.0, 5.1, 10**9]))
    assert (counted["5.0"], counted["15.0"], counted["+Inf"]) == (2, 3, 4)
    assert list(counted.values()) == sorted(counted.values())
    assert len(counted) == len(BUCKETS) + 1
