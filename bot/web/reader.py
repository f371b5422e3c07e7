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
from bot.doctor import store_file
from bot.errors import StoreError
from bot.model import Latency, StoreCounts
from bot.store import SqlStore, open_store

_LATENCY_WINDOW = timedelta(days=1)
_FRESH = 5.0
"""Seconds that an answer is good for: a scraper must not keep the database busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state of things at one moment. `problem`: why there is nothing to say."""

    problem: str | None = None
    worker: Heartbeat = field(default_factory=Heartbeat)
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
        return self.problem is None and self.worker.state != "silent"


class SnapshotReader:
    """Takes snapshots of the environment's store. A SQLite file is opened anew each time: a restore replaces it."""

    def __init__(self, environment: Environment, fresh: float = _FRESH) -> None:
        self._environment = environment
        self._fresh = fresh
        self._was_there = False
        """A file that was there and is gone (a disk that was unmounted) is no first look at a new place."""
        self._lock = asyncio.Lock()
        self._server: SqlStore | None = None
        self._last: tuple[float, Snapshot] | None = None

    async def snapshot(self) -> Snapshot:
        """The state of things, as it was read at most five seconds ago."""
        async with self._lock:
            if self._last is None or stopwatch() - self._last[0] > self._fresh:
                taken = await asyncio.to_thread(self._take)
                # From its end on: where it took longer than it is good for, each in line asked anew.
                self._last = (stopwatch(), taken)
            return self._last[1]

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _take(self) -> Snapshot:
        try:
            file = store_file(self._environment)
            if file is None:
                if self._server is None:
                    self._server = open_store(self._environment.database_url or "")
                return _read(self._server, clock())
            if not file.exists():
                return Snapshot(problem=f"The store {file} is gone." if self._was_there else None)
            self._was_there = True
            with closing(open_store(file)) as store:
                return _read(store, clock())
        except StoreError as error:
            return Snapshot(problem=str(error))


def _read(store: SqlStore, now: datetime) -> Snapshot:
    return Snapshot(
        worker=Heartbeat.load(store.get_fact("worker")).as_of(now),
        counts=store.counts(),
        feeds=Counter(state.health.value for state in store.feed_states().values()),
        taken=sum(store.feed_counts().values()),
        rules=int(store.get_fact("rules:count") or 0),
        latency=store.latency(now - _LATENCY_WINDOW),
        rules_rejected=store.get_fact("rules:rejected") is not None,
    )
