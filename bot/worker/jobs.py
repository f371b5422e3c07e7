"""The jobs that drive a process: each at its interval, one run at a time, failures reported and tried again.

APScheduler reckons with the system clock: put back by an hour, it would run nothing for an hour. So a watch by the
monotonic clock starts every job anew when the system clock takes a step. Put on, it would count one by one the runs
that were missed meanwhile, two thousand million on a machine that begins in 1970: so our interval counts none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.app import clock, stopwatch
from bot.errors import LeaseLost, WirewatchError, machine_short
from bot.logs import report_fault

_STEP = 2.0
"""Seconds that the system clock may gain or lose against the monotonic one in a second before that is a step."""
_AGAIN = 60.0
"""Seconds after which a failure that goes on is logged again."""
Job = Callable[[], Awaitable[object]]

log = structlog.get_logger()


class Jobs:
    """APScheduler's AsyncIOScheduler with its traps closed (no job is dropped for being late)."""

    def __init__(self, stopping: asyncio.Event, *, is_debug: bool = False) -> None:
        self._stopping = stopping
        self._is_debug = is_debug
        self._failed: WirewatchError | None = None
        self._told: dict[str, tuple[str, float]] = {}
        """Job -> what it failed of, and when that was logged."""
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def add(self, name: str, job: Job, seconds: float, first: datetime | None = None) -> None:
        """Runs `job` every so many seconds, from `first` (now) on."""
        guarded = self._guarded(name, job)
        self._scheduler.add_job(guarded, _Every(seconds), id=name, next_run_time=first or clock())

    def _guarded(self, name: str, job: Job) -> Job:
        """A job whose failure is logged in one line and tried again at its next turn; a lost lease ends the process."""

        async def run() -> None:
            if self._stopping.is_set():
                return
            try:
                await job()
            except LeaseLost as error:
                self._failed = error
                self._stopping.set()
            except Exception as error:  # the one place: a fault of ours must not end the worker
                error = machine_short(error) or error
                is_expected = isinstance(error, WirewatchError)
                what = str(error) if is_expected else f"{type(error).__name__}: {error}"
                if self.is_news(name, what):
                    log.error("job_failed", job=name, error=what, exc_info=self._is_debug)
                    if not is_expected:
                        report_fault(error)
            else:
                self._told.pop(name, None)

        return run

    def is_news(self, name: str, what: str) -> bool:
        """The same failure of the same job is logged once a minute: an outage must not fill the log."""
        before, at = self._told.get(name, ("", 0.0))
        if what == before and stopwatch() - at < _AGAIN:
            return False
        self._told[name] = (what, stopwatch())
        return True

    def nudge(self, name: str) -> None:
        """Lets a job run now instead of at its next turn."""
        if self._scheduler.running and not self._stopping.is_set() and self._scheduler.get_job(name):
            self._scheduler.modify_job(name, next_run_time=clock())

    async def run(self) -> None:
        """Until a stop is asked for. Raises LeaseLost when that was why."""
        self._scheduler.start()
        ahead = _clock_ahead()
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1.0)
            before, ahead = ahead, _clock_ahead()
            if abs(ahead - before) > _STEP:
                log.warning("clock_stepped", seconds=round(ahead - before))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=clock())
        self._scheduler.remove_all_jobs()
        if self._failed is not None:
            raise self._failed

    def shut_down(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _clock_ahead() -> float:
    """Seconds by which the system clock is ahead of the monotonic one; as long as it is not set, always the same."""
    return clock().timestamp() - stopwatch()


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """APScheduler's interval, without the runs that were missed: a suspended laptop has them by the million."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._length = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        following = (previous_fire_time or now) + self._length
        return following if following > now else now + self._length
