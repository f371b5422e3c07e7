"""A thread that no stop waits for."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import pytest

from bot.daemon_thread import in_daemon_thread


def test_results_and_errors_come_back() -> None:
    assert asyncio.run(in_daemon_thread(max, 1, 2)) == 2
    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(in_daemon_thread(int, "x"))


def test_a_loop_ends_while_the_call_goes_on() -> None:
    """With `asyncio.to_thread` this would never end."""
    release = threading.Event()

    async def stopped() -> None:
        task = asyncio.create_task(in_daemon_thread(release.wait))
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(stopped())
    assert "wait" in [thread.name for thread in threading.enumerate()]
    release.set()
