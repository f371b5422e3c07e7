"""Fixtures for tests that run the real worker as a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.worker.desk import Desk
from tests.worker.feeds import FeedServer


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    """A feed server on loopback."""
    with FeedServer() as server:
        yield server


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks; whatever runs on them is killed at the end of the test."""
    desks: list[Desk] = []

    def make(rules: str, **environment: str) -> Desk:
        folder = tmp_path / f"desk{len(desks)}"
        folder.mkdir()
        desks.append(Desk(folder, rules, environment))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()
