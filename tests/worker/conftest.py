"""Fixtures for tests that run the real worker as a process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import clock
from bot.drills.slack_standin import SlackStandIn
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


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """A stand-in on a loop and thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(work: Coroutine[Any, Any, object]) -> object:
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    server = SlackStandIn(clock=clock)
    server.add_channel("desk", "C0DESK")
    wait(server.start())
    yield server
    wait(server.stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
