"""A store → what the web pages know. Reads only, never makes or migrates a store, one call at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.app import Environment, clock, stopwatch
from bot.core.heartbeat import Heartbeat
from bot.core.latency import LATENCY_WINDOW
from bot.doctor import store_file
from bot.errors import StoreError
from bot.model import Latency, StoreCounts
from bot.reports.status import worker_beat
from bot.store import SqlStore, open_store

_FRESH = 5.0
"""Seconds that an answer is good for: a scraper must not keep the database busy."""
_PATIENCE = 2.5
"""Seconds that who asks is kept waiting: probes give up after few."""
_BELIEVED = 60.0
"""Seconds that an answer is given again while the store says nothing: as long as a worker may say nothing."""
_WAIT = timedelta(seconds=1.5)
"""For a connection to a server that is away: less than `_PATIENCE`, so that the answer says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state of things at one moment. `problem`: why there is nothing to say, of the worker neither."""

    problem: str | None = None
    worker: Heartbeat = field(default_factory=lambda: Heartbeat(state="unknown"))
    counts: StoreCounts = field(default_factory=StoreCounts)
    feeds: Mapping[str, int] = field(default_factory=dict)
    """How many feeds are in each state of health."""
    taken: int = 0
    """Entries ever taken from all feeds."""
    rules: int = 0
    rules_rejected: bool = False
    latency: Latency = field(default_factory=Latency)
    """Of the last day."""

    @property
    def is_healthy(self) -> bool:
        """Nothing that calls for a person at night."""
        return not self.what_to_do

    @property
    def what_to_do(self) -> str:
        """Where to look; empty where all is well. The reason itself names the server, and is not for everybody."""
        if self.problem is not None:
            return "The store cannot be read: the log (event health) and `wirewatch doctor` say why."
        if self.worker.state == "silent":
            return "The worker gives no sign of life: its log says why (event job_failed, where it runs all the same)."
        return ""


class SnapshotReader:
    """Takes snapshots of the environment's store. A SQLite file is opened anew each time: a restore replaces it."""

    def __init__(self, environment: Environment, fresh: float = _FRESH, patience: float = _PATIENCE) -> None:
        self._environment = environment
        self._fresh, self._patience = fresh, patience
        self._was_there = False
        """A file that was there and is gone (a disk that was unmounted) is no first look at a new place."""
        self._server: SqlStore | None = None
        self._reading: asyncio.Task[Snapshot] | None = None
        self._last: tuple[float, Snapshot] | None = None

    async def snapshot(self) -> Snapshot:
        """The state of things, as it was read at most five seconds ago; where the store is slow to say it, as it was
        read within the last minute, and then as a problem."""
        if (last := self._read_within(self._fresh)) is not None:
            return last
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        # One reading is for all who wait, and goes on when they do not.
        done, _ = await asyncio.wait({self._reading}, timeout=self._patience)
        for reading in done:
            return reading.result()
        return self._read_within(_BELIEVED) or Snapshot(problem="The store has not answered for some time.")

    def _read_within(self, seconds: float) -> Snapshot | None:
        return None if self._last is None or stopwatch() - self._last[0] > seconds else self._last[1]

    async def _read(self) -> Snapshot:
        try:
            taken = await asyncio.to_thread(self._take)
            # From its end on: where it took longer than it is good for, each in line asked anew.
            self._last = (stopwatch(), taken)
            return taken
        finally:
            self._reading = None

    def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._server is not None:
            self._server.close()

    def _take(self) -> Snapshot:
        try:
            file = store_file(self._environment)
            if file is None:
                if self._server is None:
                    self._server = open_store(self._environment.database_url or "", wait=_WAIT)
                return _read(self._server, clock())
            if not file.exists():
                gone = f"The store {file} is gone." if self._was_there else None
                return Snapshot(problem=gone) if gone else Snapshot(worker=Heartbeat())
            self._was_there = True
            with closing(open_store(file)) as store:
                return _read(store, clock())
        except StoreError as error:
            return Snapshot(problem=str(error))


def _read(store: SqlStore, now: datetime) -> Snapshot:
    return Snapshot(
        worker=worker_beat(store, now),
        counts=store.counts(),
        feeds=Counter(state.health.value for state in store.feed_states().values()),
        taken=sum(store.feed_counts().values()),
        rules=int(store.get_fact("rules:count") or 0),
        latency=store.latency(now - LATENCY_WINDOW),
        rules_rejected=store.get_fact("rules:rejected") is not None,
    )
