"""`run --role poll`: an extra poller beside a full worker on the same PostgreSQL.

It leases feeds, fetches and parses them, and puts their entries into the inbox; the worker that holds the lease takes
them from there. It needs no lease, posts nothing, and may come and go: a feed it had in hand is free again when its
claim runs out. The gap between two requests to one host holds for each process by itself.
"""

from __future__ import annotations

import asyncio
import json

import structlog

from bot.app import Environment, clock, heed_signals, make_fetcher, open_environment_store, process_name, version
from bot.doctor import store_file
from bot.errors import UsageError, WirewatchError
from bot.logs import flush_logs
from bot.ports import Store
from bot.worker.jobs import Jobs
from bot.worker.opening import started, waiting_for_store
from bot.worker.polls import PollRunner
from bot.worker.rules import RulesInForce
from bot.worker.writer_thread import WriterThread

_GRACE = 2.0
"""Seconds that a stop takes at most."""

_log = structlog.get_logger()


class Poller:
    """One poller process. `run` returns the exit code."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._write = WriterThread()
        self._stopping = asyncio.Event()
        self._started_at = clock()
        self._store: Store
        self._rules: RulesInForce
        self._polls: PollRunner

    async def run(self) -> int:
        """Polls until a signal comes. Raises WirewatchError if it cannot start."""
        if store_file(self.environment) is not None:
            raise UsageError(
                "`run --role poll` needs a store that several processes share: set DATABASE_URL to a PostgreSQL. On "
                "SQLite the one worker polls by itself."
            )
        heed_signals(self._stopping)
        jobs = Jobs(self._stopping, is_debug=self.environment.log_level == "debug")
        self._write.when_busy = waiting_for_store(jobs)
        if not await started(self._start(), self._stopping):
            return 0
        self._write.when_busy = None
        fetcher = make_fetcher(self.environment, self._rules.ruleset.settings)
        self._polls = PollRunner(self._store, self._write, self._rules, fetcher, jobs.nudge)
        _log.info(
            "worker_started", version=version(), process=process_name(), role="poll", feeds=len(self._rules.feeds)
        )
        jobs.add("poll", self._polls.tick, 1.0)
        jobs.add("reload", self._reload, 2.0)
        jobs.add("heartbeat", self._beat, 5.0)
        try:
            await jobs.run()
        finally:
            jobs.shut_down()
            await self._end()
        return 0

    async def _start(self) -> None:
        """Opens the store and reads the rules."""
        self._store = await self._write(open_environment_store, self.environment)
        self._rules = RulesInForce(self.environment, self._store, self._write, keeps=False)
        await self._rules.load()

    async def _reload(self) -> None:
        changed = await self._rules.changed()
        if changed is None:
            return
        ruleset, data = changed
        self._polls.adopt(ruleset.settings)
        await self._rules.accept(ruleset, data)

    async def _beat(self) -> None:
        flush_logs()
        await self._write(self._store.save_facts, {f"poller:{process_name()}": self._heartbeat()})

    def _heartbeat(self) -> str:
        return json.dumps(
            {
                "started_at": self._started_at.isoformat(timespec="seconds"),
                "beat_at": clock().isoformat(timespec="seconds"),
                "polling": len(self._polls.running),
            }
        )

    async def _end(self) -> None:
        self._polls.cancel()
        try:
            async with asyncio.timeout(_GRACE):
                await self._polls.fetcher.close()
                await self._polls.finish()
                await self._write(self._store.save_facts, {f"poller:{process_name()}": None})
        except (TimeoutError, WirewatchError) as error:
            _log.warning("worker_stopping", why=str(error) or "it took too long; claims on feeds run out by themselves")
        _log.info("worker_stopped", process=process_name(), role="poll")
