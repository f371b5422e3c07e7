"""How many examples a property gets: some in each run of `make test`, always others, and all in `make test-slow`."""

from __future__ import annotations

from hypothesis import settings

_OF_ALL = 100
"""What the profile `all` states in tests/conftest.py, and hypothesis by itself."""
_FEWEST = 10


def examples(stated: int) -> int:
    """`stated`, or the share of it that the profile of this run allows."""
    return max(stated * settings().max_examples // _OF_ALL, min(stated, _FEWEST))
