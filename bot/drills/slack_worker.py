"""Deliveries of a drill, in a process made to die: jobs on stdin (one JSON object a line), their ends on stdout.

Each job is run by a fork of this process, which has everything imported and nothing open: a drill needs thousands of
workers. A job names the store, the Slack to talk to, who holds the simulated time, and the point at which the worker
kills itself with SIGKILL: `{"number": 3, "when": "before"}` is before the third call to the store.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.drills.simulated_time import SimulatedLoop
from bot.model import DeliveryState
from bot.sinks.slack.sink import SlackSink
from bot.store import SqliteStore

_T = TypeVar("_T")
_PAUSE = 1.0
"""Seconds between two looks at the outbox."""


class _DyingWriter:
    """Runs store calls; dies before or after the one that it should die at."""

    def __init__(self, death: Mapping[str, Any] | None) -> None:
        self._death = death or {}
        self._count = 0

    async def __call__(self, call: Callable[..., _T], /, *args: object, **kwargs: object) -> _T:
        self._count += 1
        self._maybe_die("before")
        result = call(*args, **kwargs)
        self._maybe_die("after")
        return result

    def _maybe_die(self, when: str) -> None:
        if self._death.get("when") == when and self._death.get("number") == self._count:
            os.kill(os.getpid(), signal.SIGKILL)


async def _deliver(job: Mapping[str, Any], clock: Callable[[], datetime]) -> None:
    """Delivers everything in the job's store, or dies trying."""
    store = SqliteStore(Path(job["store"]))
    store.migrate()
    writer = _DyingWriter(job.get("death"))
    sink = SlackSink(token=job["token"], api_url=job["url"], clock=clock)
    while any(row.state is not DeliveryState.DEAD for row in store.open_deliveries()):
        await sink.deliver(writer, store)
        await asyncio.sleep(_PAUSE)
    await sink.close()
    store.close()


def _run_jobs() -> None:
    """Reads jobs until stdin ends; forks for each; writes the exit status of each."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                loop = SimulatedLoop(datetime.fromisoformat(job["begins_at"]), job["port"])
                loop.run_until_complete(_deliver(job, loop.clock))
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _run_jobs()
