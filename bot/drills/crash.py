"""kill -9 at random moments of ingest and delivery; what is lost, what is doubled."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from bot.drills.stage import START_WITHIN, Life, Outcome, Stage

_MOMENTS = ("feed_polled", "entries_ingested", "digest_built", "delivered")
"""Log lines right after which a worker is killed; half of all deaths come at any time instead."""
_LONGEST = 4.0
"""Seconds after which a worker is killed whatever it does."""


async def crash(stage: Stage, kills: int, progress: Callable[[int], None] = lambda done: None) -> Outcome:
    """Stories come in, workers die; the last one is left in peace. `progress` hears how many have died."""
    for number in range(kills):
        stage.publish(stage.dice.randint(1, 2))
        life = await stage.start()
        await life.hears("worker_started", START_WITHIN)
        await kill_at_random(stage, life)
        progress(number + 1)
    return await stage.count()


async def kill_at_random(stage: Stage, life: Life) -> None:
    """A worker dies at any time, or right after a line of its log."""
    if stage.dice.random() < 0.5:
        moment = "any time"
        await asyncio.sleep(stage.dice.uniform(0, 2.0))
    else:
        moment = "after " + (event := stage.dice.choice(_MOMENTS))
        await life.hears(event, _LONGEST)
        await asyncio.sleep(stage.dice.uniform(0, 0.02))
    await life.end(signal.SIGKILL)
    stage.died(moment)
    stage.let_the_lease_run_out()
