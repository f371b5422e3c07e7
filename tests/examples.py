"""How much of what is made up at random, and of what several tables make together, a run tries: some of it in
`make test`, all of it in `make test-slow`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence, Set
from typing import Any, TypeVar

import pytest
from hypothesis import settings

Row = TypeVar("Row")
Meeting = tuple[Hashable, Hashable]
"""A row of one table and a row of another."""
_OF_ALL = 100
"""What the profile `all` states in tests/conftest.py, and hypothesis by itself."""
_FEWEST = 10


def examples(stated: int) -> int:
    """How many examples a property gets, always others: `stated`, or the share that the profile of this run allows."""
    return max(stated * settings().max_examples // _OF_ALL, min(stated, _FEWEST))


def seeds(some: int, stated: int) -> list[Any]:
    """Parameters from 0 to `stated`, of which each run has the first."""
    return [pytest.param(seed, marks=[] if seed < some else pytest.mark.slow) for seed in range(stated)]


def superfluous(rows: Sequence[tuple[Row, Set[Meeting]]]) -> Iterator[Row]:
    """The rows without which all meetings of the rows still take place: the others are chosen one by one, each for the
    most that are missing, of equals the first."""
    left, missing = list(rows), set[Meeting]().union(*(meetings for _, meetings in rows))
    while missing:
        chosen = max(left, key=lambda row: len(row[1] & missing))
        left.remove(chosen)
        missing -= chosen[1]
    for row, _ in left:
        yield row
