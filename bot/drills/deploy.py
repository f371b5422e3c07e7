"""The new worker starts before the old one has stopped, as platforms do at a deploy; again and again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from bot.app import stopwatch
from bot.drills.stage import START_WITHIN, Outcome, Stage, slowdown

_TAKEOVER = 5.0
"""Seconds from SIGTERM to the next worker at work (docs/scale.md, "Measured"), on a machine with nothing else to do."""


async def deploy(stage: Stage, overlaps: int, progress: Callable[[int], None] = lambda done: None) -> Outcome:
    """`overlaps` deploys in a row, news all the while. `progress` hears how many are done."""
    old = await stage.start()
    await old.hears("worker_started", START_WITHIN)
    for number in range(overlaps):
        stage.publish(stage.dice.randint(1, 2))
        new = await stage.start()
        if not await new.hears("worker_waiting", START_WITHIN):
            stage.outcome.problems.append(f"deploy {number + 1}: the new worker did not wait")
        await asyncio.sleep(stage.dice.uniform(0, 1.5))
        stage.publish()
        asked, before = stopwatch(), slowdown()
        if await old.end(signal.SIGTERM) != 0:
            stage.outcome.problems.append(f"deploy {number + 1}: the old worker did not stop cleanly")
        await new.hears("worker_started", START_WITHIN)
        took = stopwatch() - asked
        stage.outcome.takeovers.append(took)
        if took > _TAKEOVER * max(before, slowdown()):
            stage.outcome.problems.append(f"deploy {number + 1}: the takeover took {took:.1f} s")
        stage.died("SIGTERM")
        old = new
        progress(number + 1)
    await old.end(signal.SIGTERM)
    return await stage.count()
