"""How much of what is made up at random a run tries: some of it in `make test`, all of it in `make test-slow`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings

_OF_ALL = 100
"""What the profile `all` states in tests/conftest.py, and hypothesis by itself."""
_FEWEST = 10


def examples(stated: int) -> int:
    """How many examples a property gets, always others: `stated`, or the share that the profile of this run allows."""
    return max(stated * settings().max_examples // _OF_ALL, min(stated, _FEWEST))


def seeds(some: int, stated: int) -> list[Any]:
    """Parameters from 0 to `stated`, of which each run has the first."""
    return [pytest.param(seed, marks=[] if seed < some else pytest.mark.slow) for seed in range(stated)]
