"""The worker: a handful of APScheduler jobs drive the pipeline; due times live in the store, not in the scheduler.

One process polls, ingests and delivers. The event loop does I/O only; the writer thread owns the store and the story
index. SIGTERM and SIGINT: no new work, calls in flight get two seconds, the rest stays as the store has it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import pipeline
from bot.app import (
    Environment,
    WriterThread,
    clock,
    make_fetcher,
    make_sink,
    open_environment_store,
    problems_text,
    process_name,
    read_rules,
    read_rules_text,
    stopwatch,
    version,
)
from bot.core.polling import first_state
from bot.errors import LeaseLost, RulesError, StoreError, UsageError, WirewatchError
from bot.fetch import Fetcher
from bot.model import Feed, FeedId, FeedState, RuleSet
from bot.pipeline import Desk
from bot.ports import Notice, PollRecord, Sink, Store

LEASE_TTL = timedelta(seconds=45)
CLAIM = timedelta(minutes=5)
"""How long a feed stays claimed by a poll: longer than any total deadline."""
SEEN_KEPT = timedelta(days=400)
"""Ids of seen items outlive the archive by at least this (feeds that bring back last year's items exist)."""
GRACE = timedelta(seconds=2)
"""What calls in flight get at a stop; a dyno gives 30 s, Fly 5 s."""
FLUSH_AT = 50
"""Polls that changed nothing are kept this many at a time."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Rules:
    """The rules in force, and what became of the last edit."""

    ruleset: RuleSet
    file_hash: str = ""
    rejected: str | None = None
    feeds: dict[FeedId, Feed] = field(default_factory=dict)


class Worker:
    """One worker process. `run` returns the exit code."""

    def __init__(self, environment: Environment, *, once: bool = False, role: str = "full") -> None:
        self.environment = environment
        self.once = once
        self.role = role
        self._write = WriterThread()
        self._stopping = asyncio.Event()
        self._polls: set[asyncio.Task[None]] = set()
        self._polled: list[PollRecord] = []
        self._started_at = clock()
        self._store: Store
        self._desk: Desk
        self._rules: _Rules
        self._sink: Sink
        self._fetcher: Fetcher
        self._scheduler: AsyncIOScheduler | None = None

    async def run(self) -> int:
        """Works until a signal comes (`once`: until all that is due is done). Raises WirewatchError before it starts."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._stopping.set)
        self._store = await self._write(open_environment_store, self.environment)
        if not await self._become_writer():
            return 0
        await self._load_first_rules()
        self._sink = make_sink(self.environment, sys.stdout)
        self._fetcher = make_fetcher(self._rules.ruleset.settings)
        self._desk = await self._write(pipeline.open_desk, self._store, self._rules.ruleset)
        await self._write(self._store.release_feeds)
        await self._declare_feeds()
        log.info(
            "worker_started",
            version=version(),
            process=process_name(),
            rules=len(self._rules.ruleset.rules),
            feeds=len(self._rules.feeds),
            slack=self.environment.slack_bot_token is not None,
            once=self.once,
        )
        try:
            code = await (self._run_once() if self.once else self._run_jobs())
        finally:
            await self._stop()
        return code

    def stop(self) -> None:
        """Asks for the same clean stop as SIGTERM."""
        self._stopping.set()

    async def _become_writer(self) -> bool:
        waited = False
        while not self._stopping.is_set():
            if await self._write(self._store.claim_lease, process_name(), clock(), LEASE_TTL):
                return True
            if self.once:
                raise UsageError(
                    "Another worker is running on this store; `run --once` would post beside it. Stop it first, or let "
                    "it do the work."
                )
            if not waited:
                waited = True
                log.warning("worker_waiting", why="another worker holds the store; this one takes over when it stops")
            await self._pause(1.0)
        return False

    async def _pause(self, seconds: float) -> None:
        """Sleeps, but not through a stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    # --- rules ---

    async def _load_first_rules(self) -> None:
        kept = await self._write(self._store.get_fact, "rules:text")
        problem = None
        try:
            data = await asyncio.to_thread(read_rules_text, self.environment.config)
            ruleset, problems = await asyncio.to_thread(read_rules, data, self.environment)
            file_hash = sha256(data).hexdigest()
            if ruleset is None:
                problem = problems_text(self.environment.config, problems)
        except UsageError as error:
            ruleset, file_hash, problem = None, "", str(error)
            problems = ()
        if ruleset is None and kept is not None:
            ruleset, _ = await asyncio.to_thread(read_rules, kept.encode(), self.environment)
            if ruleset is not None:
                self._rules = _Rules(ruleset=ruleset, file_hash=file_hash)
                self._rules.feeds = {feed.id: feed for feed in ruleset.feeds}
                await self._reject(problem or "")
                return
        if ruleset is None:
            if problems:
                raise RulesRejected(problem or "", problems)
            raise UsageError(problem or "The rules file cannot be used.")
        self._rules = _Rules(ruleset=ruleset, file_hash=file_hash)
        await self._accept(ruleset, data)

    async def _accept(self, ruleset: RuleSet, data: bytes) -> None:
        self._rules.ruleset = ruleset
        self._rules.rejected = None
        self._rules.feeds = {feed.id: feed for feed in ruleset.feeds}
        await self._write(
            self._store.save_facts,
            {
                "rules:text": data.decode("utf-8-sig"),
                "rules:version": ruleset.version,
                "rules:count": str(len(ruleset.rules)),
                "rules:rejected": None,
            },
        )
        log.info(
            "rules_loaded",
            rules=len(ruleset.rules),
            feeds=len(ruleset.feeds),
            channels=len(ruleset.channels),
            version=ruleset.version,
        )

    async def _reject(self, problem: str) -> None:
        self._rules.rejected = problem
        now = clock()
        await self._write(
            self._store.save_facts,
            {
                "rules:rejected": problem,
                "rules:version": self._rules.ruleset.version,
                "rules:count": str(len(self._rules.ruleset.rules)),
            },
        )
        key = "rules:" + sha256(problem.encode("utf-8", "replace")).hexdigest()[:16] + f":{now:%Y-%m-%dT%H:%M}"
        text = f"The edited rules file was not taken over; the rules before it stay in force.\n{problem}"
        await self._write(self._store.add_notices, [Notice(key=key, text=text[:2500], at=now)])
        log.error("rules_rejected", problem=problem, version=self._rules.ruleset.version)

    async def _reload_rules(self) -> None:
        try:
            data = await asyncio.to_thread(read_rules_text, self.environment.config)
        except UsageError as error:
            if self._rules.file_hash != "":
                self._rules.file_hash = ""
                await self._reject(str(error))
            return
        file_hash = sha256(data).hexdigest()
        if file_hash == self._rules.file_hash:
            return
        self._rules.file_hash = file_hash
        ruleset, problems = await asyncio.to_thread(read_rules, data, self.environment)
        if ruleset is None:
            await self._reject(problems_text(self.environment.config, problems))
            return
        desk = await asyncio.to_thread(pipeline.with_rules, ruleset, self._desk.index)
        fetcher = make_fetcher(ruleset.settings) if ruleset.settings != self._rules.ruleset.settings else None

        def swap() -> None:
            desk.index = self._desk.index
            self._desk = desk

        await self._write(swap)
        await self._accept(ruleset, data)
        if fetcher is not None:
            old, self._fetcher = self._fetcher, fetcher
            await old.close()
        await self._declare_feeds()

    async def _declare_feeds(self) -> None:
        now = clock()
        fetch = self._rules.ruleset.settings.fetch
        states = [first_state(feed, now, fetch) for feed in self._rules.feeds.values()]
        await self._write(self._store.add_feeds, states)

    # --- the jobs ---

    async def _run_jobs(self) -> int:
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler = scheduler
        jobs: list[tuple[str, Callable[[], Awaitable[object]], float]] = [
            ("poll", self._poll_tick, 1.0),
            ("ingest", self._ingest, 1.0),
            ("digest", self._digest, 1.0),
            ("deliver", self._deliver, 1.0),
            ("reload", self._reload_rules, 2.0),
            ("renew", self._renew, 10.0),
            ("heartbeat", self._beat, 5.0),
            ("retention", self._prune, 3600.0),
        ]
        failed: list[Exception] = []
        for name, job, seconds in jobs:
            scheduler.add_job(
                self._guarded(name, job, failed),
                "interval",
                seconds=seconds,
                id=name,
                next_run_time=clock() if name != "retention" else clock() + timedelta(minutes=5),
            )
        scheduler.start()
        await self._stopping.wait()
        scheduler.remove_all_jobs()
        if failed:
            raise failed[0]
        return 0

    def _guarded(
        self, name: str, job: Callable[[], Awaitable[object]], failed: list[Exception]
    ) -> Callable[[], Awaitable[None]]:
        """A job whose failure is told in one line and tried again at its next turn; a lost lease ends the worker."""

        async def run() -> None:
            if self._stopping.is_set():
                return
            try:
                await job()
            except LeaseLost as error:
                failed.append(error)
                self._stopping.set()
            except WirewatchError as error:
                log.error("job_failed", job=name, error=str(error))
                if name == "ingest":
                    await self._reopen_desk()
            except Exception as error:  # noqa: BLE001  # the one place: a fault of ours must not end the worker
                log.error("job_failed", job=name, error=f"{type(error).__name__}: {error}", exc_info=_debug(self))
                if name == "ingest":
                    await self._reopen_desk()

        return run

    async def _reopen_desk(self) -> None:
        """The index ran ahead of a commit that failed: make it anew from the store."""
        try:
            self._desk = await self._write(pipeline.open_desk, self._store, self._rules.ruleset)
        except StoreError as error:
            log.error("job_failed", job="reopen", error=str(error))

    def _nudge(self, name: str) -> None:
        if self._scheduler is not None and not self._stopping.is_set() and self._scheduler.get_job(name):
            self._scheduler.modify_job(name, next_run_time=clock())

    async def _poll_tick(self) -> None:
        fetch = self._rules.ruleset.settings.fetch
        free = fetch.concurrency * 2 - len(self._polls)
        if free <= 0:
            return
        now = clock()
        due = await self._write(self._store.claim_feeds, list(self._rules.feeds), now, now + CLAIM, free)
        for state in due:
            self._start_poll(state)
        if self._polled:
            await self._flush_polls()

    def _start_poll(self, state: FeedState) -> None:
        task = asyncio.get_running_loop().create_task(self._poll(state))
        self._polls.add(task)
        task.add_done_callback(self._polls.discard)

    async def _poll(self, state: FeedState) -> None:
        feed = self._rules.feeds.get(state.feed)
        if feed is None:
            return
        started = stopwatch()
        try:
            record = await pipeline.poll(self._fetcher, feed, state, self._rules.ruleset, clock())
        except WirewatchError as error:
            log.error("feed_polled", feed=feed.id, ok=False, error=str(error))
            return
        log.info(
            "feed_polled",
            feed=feed.id,
            ok=record.state.error is None,
            status=record.state.status,
            entries=len(record.entries),
            **({"error": record.state.error} if record.state.error else {}),
            next_due=record.state.next_due_at.isoformat(timespec="seconds"),
            ms=_ms(started),
        )
        self._polled.append(record)
        if record.entries or record.notices or len(self._polled) >= FLUSH_AT:
            await self._flush_polls()

    async def _flush_polls(self) -> None:
        records, self._polled = self._polled, []
        if not records:
            return
        try:
            await self._write(self._store.record_polls, records)
        except StoreError as error:
            # Not kept: the claims run out and the feeds are polled again; nothing is lost.
            log.error("job_failed", job="poll", error=str(error))
            if self.once:
                raise
            return
        if any(record.entries for record in records):
            self._nudge("ingest")

    async def _ingest(self) -> int:
        total = 0
        while not self._stopping.is_set() or self.once:
            started = stopwatch()
            done = await self._write(self._ingest_slice)
            if not done.taken:
                break
            total += done.taken
            log.info(
                "entries_ingested",
                taken=done.taken,
                new=done.new,
                stories=done.stories,
                matches=len(done.matches),
                waiting=done.waiting,
                ms=_ms(started),
            )
            for entry, rule in done.matches:
                log.info("rules_matched", entry=entry, rule=rule)
        if total:
            self._nudge("digest")
        return total

    def _ingest_slice(self) -> pipeline.Ingested:
        return pipeline.ingest(self._store, self._desk, clock())

    async def _digest(self) -> None:
        for notice in await self._write(pipeline.announce, self._store, self._rules.ruleset, self._sink):
            log.warning("notice", text=notice.text)
        made = await self._write(
            pipeline.digest,
            self._store,
            self._rules.ruleset,
            self._sink,
            clock(),
            once=self.once,
            started_at=self._started_at,
        )
        for delivery in made.deliveries:
            log.info(
                "digest_built",
                channel=delivery.channel,
                kind=delivery.kind,
                stories=len(delivery.digest.stories),
                key=delivery.key[:12],
            )
        if made.deliveries:
            self._nudge("deliver")

    async def _deliver(self) -> None:
        await pipeline.deliver(self._sink, self._write, self._store)

    async def _renew(self) -> None:
        await self._write(self._store.renew_lease, clock(), LEASE_TTL)

    async def _beat(self) -> None:
        await self._write(self._store.save_facts, {"worker": self._heartbeat(clock())})

    def _heartbeat(self, now: datetime, state: str = "running") -> str:
        return json.dumps(
            {
                "state": state,
                "process": process_name(),
                "version": version(),
                "started_at": self._started_at.isoformat(timespec="seconds"),
                "beat_at": now.isoformat(timespec="seconds"),
                "polling": len(self._polls),
            }
        )

    async def _prune(self) -> None:
        now = clock()
        keep = self._rules.ruleset.settings.keep
        deleted = await self._write(self._store.prune, now - keep, now - max(keep * 2, SEEN_KEPT))
        if deleted:
            log.info("archive_pruned", rows=deleted)

    # --- once ---

    async def _run_once(self) -> int:
        """Everything that is due, once: poll, ingest, digests, deliveries."""
        while not self._stopping.is_set():
            await self._poll_tick()
            if not self._polls:
                break
            await asyncio.wait({*self._polls, asyncio.ensure_future(self._stopping.wait())}, return_when="FIRST_COMPLETED")
        await self._flush_polls()
        await self._ingest()
        await self._digest()
        await self._deliver_all(timedelta(seconds=60))
        await self._write(self._store.save_facts, {"worker": self._heartbeat(clock(), "done")})
        return 0

    async def _deliver_all(self, within: timedelta) -> None:
        """Delivers until the outbox has nothing left that can move, for at most `within`."""
        end = stopwatch() + within.total_seconds()
        while stopwatch() < end and not self._stopping.is_set():
            await self._deliver()
            left = [d for d in await self._write(self._store.open_deliveries) if d.state not in ("paused",)]
            if not left:
                return
            await self._pause(0.25)

    # --- stop ---

    async def _stop(self) -> None:
        if self._scheduler is not None and self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for task in self._polls:
            task.cancel()
        try:
            async with asyncio.timeout(GRACE.total_seconds()):
                await self._fetcher.close()
                await self._flush_polls()
                await self._write(self._store.save_facts, {"worker": self._heartbeat(clock(), "stopped")})
                await self._write(self._store.release_lease)
        except (TimeoutError, WirewatchError) as error:
            log.warning("worker_stopping", why=str(error) or "calls in flight took too long; they go on at the next start")
        log.info("worker_stopped", process=process_name())


class RulesRejected(RulesError):
    """At start there is neither a sound rules file nor an earlier one to fall back on."""

    exit_code = 2


def _ms(started: float) -> int:
    return round((stopwatch() - started) * 1000)


def _debug(worker: Worker) -> bool:
    return worker.environment.log_level == "debug"
