"""Seconds that news took → percentiles for people, buckets for Prometheus."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta

LATENCY_WINDOW = timedelta(days=1)
"""How far back it is looked at: `status`, the desk and `/metrics` give the same figures."""

BUCKETS = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 10_800.0, 43_200.0)
"""Upper bounds in seconds: from a post at once to a digest twice a day."""


def percentiles(seconds: Sequence[float]) -> dict[str, float | None]:
    """`{"p50": …, "p95": …}` by nearest rank, in seconds; None where nothing was measured."""
    ordered = sorted(seconds)
    ranks = {"p50": 0.5, "p95": 0.95}
    if not ordered:
        return dict.fromkeys(ranks)
    return {name: round(ordered[math.ceil(rank * len(ordered)) - 1], 1) for name, rank in ranks.items()}


def buckets(seconds: Sequence[float]) -> list[tuple[str, float]]:
    """(upper bound as text, how many took at most so long), as Prometheus wants a histogram."""
    ordered = sorted(seconds)
    counted = [(str(bound), float(bisect_right(ordered, bound))) for bound in BUCKETS]
    return [*counted, ("+Inf", float(len(ordered)))]
