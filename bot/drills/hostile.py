"""Good feeds among hostile ones: every good story is posted, no hostile one costs more than its own polls."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import closing

from bot.drills.publisher import FEEDS, HARMS
from bot.drills.stage import Outcome, Stage
from bot.model import FeedHealth, FeedId

_READABLE = frozenset({"nul", "charset", "attributes", "entity-bomb", "noise"})
"""Documents that a forgiving parser may read something from; the others must count as failing."""
_ROUND = 1.0


async def hostile(stage: Stage, rounds: int, progress: Callable[[int], None] = lambda done: None) -> Outcome:
    """`rounds` seconds of news, hostile feeds beside. `progress` hears how many are over."""
    life = await stage.start()
    await life.hears("worker_started", 30)
    for number in range(rounds):
        stage.publish()
        await asyncio.sleep(_ROUND)
        progress(number + 1)
    await stage.settle()
    if life.process.returncode is not None:
        stage.outcome.problems.append(f"the worker ended ({life.process.returncode}): {life.words[-3:]}")
    await life.end(signal.SIGTERM)
    with closing(stage.open_store()) as store:
        states = store.feed_states()
    for name in HARMS:
        state = states.get(FeedId(name))
        health = state.health if state is not None else FeedHealth.NEW
        stage.died(f"{name}: {health.value}")
        if health in (FeedHealth.OK, FeedHealth.NEW) and name not in _READABLE:
            stage.outcome.problems.append(f"the hostile feed {name} counts as {health.value}")
    for feed in FEEDS:
        state = states.get(FeedId(feed))
        if state is None or state.health is not FeedHealth.OK:
            stage.outcome.problems.append(f"the good feed {feed} is not ok")
    return await stage.count()
