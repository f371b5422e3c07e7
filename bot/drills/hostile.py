"""Good feeds among hostile ones: every good story is posted, no hostile one costs more than its own polls."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import closing

from bot.app import stopwatch
from bot.drills.publisher import FEEDS, HARMS
from bot.drills.stage import LONGEST_WAIT, START_WITHIN, Outcome, Stage
from bot.model import FeedHealth, FeedId

_READABLE = frozenset({"nul", "charset", "attributes", "entity-bomb", "noise"})
"""Documents that a forgiving parser may read something from; the others must count as failing."""
_ROUND = 1.0
"""Seconds between two looks at what the worker has done."""
_ALL = (*HARMS, *FEEDS)


async def hostile(stage: Stage, rounds: int, progress: Callable[[int], None] = lambda done: None) -> Outcome:
    """`rounds` seconds of news, hostile feeds beside. `progress` hears how many are over."""
    life = await stage.start()
    await life.hears("worker_started", START_WITHIN)
    for number in range(rounds):
        stage.publish()
        await asyncio.sleep(_ROUND)
        progress(number + 1)
    await stage.settle()
    if life.process.returncode is not None:
        stage.outcome.problems.append(f"the worker ended ({life.process.returncode}): {life.words[-3:]}")
    # A poll that a busy machine cut off says nothing of its feed; the next one does.
    began = stopwatch()
    while _misjudged(_healths(stage)) and stopwatch() - began < LONGEST_WAIT:
        await asyncio.sleep(_ROUND)
    await life.end(signal.SIGTERM)
    healths = _healths(stage)
    for name in HARMS:
        stage.died(f"{name}: {healths[name].value}")
    stage.outcome.problems += _misjudged(healths)
    return await stage.count()


def _healths(stage: Stage) -> dict[str, FeedHealth]:
    with closing(stage.open_store()) as store:
        states = store.feed_states()
    return {name: states[feed].health if (feed := FeedId(name)) in states else FeedHealth.NEW for name in _ALL}


def _misjudged(healths: Mapping[str, FeedHealth]) -> list[str]:
    """Feeds that count as what they are not."""
    well = {name for name, health in healths.items() if not health.is_bad}
    hostile_ones = [name for name in HARMS if name in well and name not in _READABLE]
    return [
        *(f"the hostile feed {name} counts as {healths[name].value}" for name in hostile_ones),
        *(f"the good feed {name} is not ok" for name in FEEDS if healths[name] is not FeedHealth.OK),
    ]
