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
from tests.worker.feeds import FeedServer
from tests.worker.installation import Installation


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    """A feed server on loopback."""
    with FeedServer() as server:
        yield server


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Makes installations; whatever runs on them is killed at the end of the test."""
    installations: list[Installation] = []

    def make(rules: str, **environment: str) -> Installation:
        folder = tmp_path / f"installation{len(installations)}"
        folder.mkdir()
        installations.append(Installation(folder, rules, environment))
        return installations[-1]

    yield make
    for installation in installations:
        installation.close()


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
