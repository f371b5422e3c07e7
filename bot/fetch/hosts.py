"""Turns: who may ask which host when, and how many ask at once.

The law: at most two requests to a host at a time, `per_host` apart, none while the host wants quiet (429); `per_host:
0s` lifts the first two. Nobody holds a slot while waiting for a turn, and a request that drips gives its slot back,
so one host, however many its feeds or slow its answers, never starves the others. A wait longer than the caller's
patience is refused at once: the feed is then due at its turn, which survives a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from bot.fetch.open_files import connections_allowed

_A_HOST = 2
"""Requests to one host at a time."""
_ANSWER_WITHIN = 1.0
"""Seconds after which a request that waits for an answer gives its slot to others."""
BODY_WITHIN = 0.25
"""Seconds that a body may take before its request gives its slot to others."""
_LOOK_EVERY = 0.1
"""Seconds between two looks for slow requests while somebody waits for a slot."""
_SLOW_LANE = 4
"""How many times `concurrency` may be under way in all, slow ones included."""


class HostBusy(Exception):
    """Not now: the host has its next free turn in `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"host busy for {wait}")
        self.wait = wait


@dataclass(slots=True)
class _Host:
    started: float = float("-inf")
    """When the last request began."""
    next_turn: float = 0.0
    line: float = 0.0
    """The turn promised last to a poll that was put off."""
    quiet_until: float = 0.0
    active: int = 0
    waiting: int = 0
    free: asyncio.Event | None = None


class Hosts:
    """The turns of all hosts. Times are the event loop's, so a clock jump changes nothing here."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def quiet(self, url: str, length: timedelta) -> None:
        """No request to the host of `url` for `length`."""
        host = self._host(url)
        host.quiet_until = max(host.quiet_until, asyncio.get_running_loop().time() + length.total_seconds())

    @asynccontextmanager
    async def turn(self, url: str, gap: timedelta, patience: timedelta | None) -> AsyncIterator[None]:
        """Waits for a turn at the host of `url`, and holds it for the request.

        Raises: HostBusy when the wait would be longer than `patience` (None: waits as long as it takes, except for
        a host that wants quiet).
        """
        loop = asyncio.get_running_loop()
        host = self._host(url)
        if host.quiet_until > loop.time():
            raise HostBusy(timedelta(seconds=host.quiet_until - loop.time()))
        if not gap:
            yield
            return
        wait = max(0.0, host.next_turn - loop.time())
        if patience is not None and (wait > patience.total_seconds() or host.active >= _A_HOST):
            host.line = max(host.line, loop.time() + wait) + gap.total_seconds()
            raise HostBusy(timedelta(seconds=host.line - loop.time()))
        host.next_turn = loop.time() + wait + gap.total_seconds()
        host.waiting += 1
        try:
            if wait:
                await asyncio.sleep(wait)
            while True:  # the promised turn may come late, and then too close to the one before
                if host.active >= _A_HOST:
                    host.free = host.free or asyncio.Event()
                    await host.free.wait()
                elif (early := host.started + gap.total_seconds() - loop.time()) > 0:
                    await asyncio.sleep(early)
                else:
                    break
            host.started = loop.time()
            if host.quiet_until > loop.time():
                raise HostBusy(timedelta(seconds=host.quiet_until - loop.time()))
        finally:
            host.waiting -= 1
        host.active += 1
        try:
            yield
        finally:
            host.active -= 1
            if host.free is not None:
                host.free.set()
                host.free = None

    def _host(self, url: str) -> _Host:
        key = _host_key(url)
        host = self._hosts.get(key)
        if host is None:
            if len(self._hosts) > 20_000:
                self._forget()
            host = self._hosts[key] = _Host()
        return host

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        idle = [
            key
            for key, host in self._hosts.items()
            if not host.active and not host.waiting and max(host.next_turn, host.quiet_until) < now
        ]
        for key in idle:
            del self._hosts[key]


@lru_cache(maxsize=20_000)
def _host_key(url: str) -> str:
    """What counts as one host: the name, with the port where it is an unusual one."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        port = None
    return name if port in (None, 80, 443) else f"{name}:{port}"


class Slot:
    """One request's slot among the `concurrency` at once: kept while the request is brisk."""

    __slots__ = ("_holds", "_lane", "late_at", "status")

    def __init__(self, lane: asyncio.Semaphore) -> None:
        self.status: int | None = None
        """Of the answer, once there is one."""
        self.late_at = float("inf")
        """From when on others need not wait for this request."""
        self._lane = lane
        self._holds = True
        self.within(_ANSWER_WITHIN)

    def within(self, seconds: float) -> None:
        """The slot is others' for the asking unless the request is over in `seconds`."""
        self.late_at = asyncio.get_running_loop().time() + seconds

    def make_room(self) -> None:
        """Gives the slot back before the request is over."""
        self._holds = False
        self._lane.release()

    def leave(self) -> None:
        """The request is over."""
        if self._holds:
            self._lane.release()


class Slots:
    """`concurrency` slots for requests; while some wait, slow ones make room, up to `_SLOW_LANE` times as many."""

    def __init__(self, concurrency: int) -> None:
        self._concurrency = max(1, min(concurrency, connections_allowed() // _SLOW_LANE))
        self._free = asyncio.Semaphore(self._concurrency)
        self._suspects = asyncio.Semaphore(self._concurrency)
        self._holding: set[Slot] = set()
        self._slow = 0
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def slot(self, *, suspect: bool) -> AsyncIterator[Slot]:
        """A slot for one request. `suspect`: its last poll failed, it has a lane where nobody healthy waits."""
        lane = self._suspects if suspect else self._free
        if lane is self._free and lane.locked():
            self._look()
        await lane.acquire()
        slot = Slot(lane)
        if not suspect:
            self._holding.add(slot)
        try:
            yield slot
        finally:
            slot.leave()
            if slot in self._holding:
                self._holding.discard(slot)
            elif not suspect:
                self._slow -= 1

    def _look(self) -> None:
        """Somebody waits: slow requests make room, now or as soon as one is late."""
        now = asyncio.get_running_loop().time()
        for slot in [slot for slot in self._holding if slot.late_at <= now]:
            if self._slow >= (_SLOW_LANE - 1) * self._concurrency:
                break
            self._holding.discard(slot)
            self._slow += 1
            slot.make_room()
        if self._timer is None and self._free.locked():
            self._timer = asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        if self._free.locked():
            self._look()
