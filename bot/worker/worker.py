"""The worker's life: it claims the lease, runs a handful of APScheduler jobs, and stops within four seconds.

One process polls, ingests and delivers. The event loop does I/O only; the writer thread owns the store and the story
index. Due times live in the store, so timers survive restarts; the jobs only tick. SIGTERM and SIGINT: no new work,
calls in flight get two seconds, the rest stays as the store has it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import structlog

from bot import doctor, messages, pipeline
from bot.app import (
    Environment,
    clock,
    heed_signals,
    make_fetcher,
    make_sink,
    open_environment_archive,
    open_environment_store,
    process_name,
    prune_store,
    stopwatch,
    version,
)
from bot.core.codec import dumps
from bot.core.doctor import Level
from bot.core.heartbeat import Heartbeat
from bot.core.text.reading import MAX_ZONE, cut_zones
from bot.errors import UsageError, WirewatchError
from bot.fetch.websub import WebSub
from bot.logs import flush_logs
from bot.model import DeliveryState
from bot.pipeline import IngestState
from bot.ports import HEARTBEAT, Companion, Sink, Store, Workplace
from bot.worker.ingesting import Ingesting, next_slice
from bot.worker.jobs import Jobs
from bot.worker.opening import forget_last_worker, started, stop_looking_back, waiting_for_store
from bot.worker.polls import PollRunner
from bot.worker.pulse import Pulse
from bot.worker.quiet_rules import QuietRules
from bot.worker.rules import RulesInForce
from bot.worker.weekly import WeeklyQuestions
from bot.worker.writer_thread import WriterThread

_LEASE_TTL = timedelta(seconds=45)
"""How long a killed worker keeps a standby waiting on PostgreSQL; renewed every 10 s."""
_GRACE = 2.0
"""Seconds that calls in flight get at a stop; a dyno gives 30 s, Fly 5 s."""
_RELEASE = 1.0
"""Seconds that handing over the lease gets after that."""
_LAST_DELIVERIES = 60.0
"""Seconds that `run --once` gives its deliveries."""

_NEEDS_A_PERSON = (DeliveryState.PAUSED, DeliveryState.UNSETTLED)
"""States that waiting does not change."""

log = structlog.get_logger()


class Worker:
    """One worker process. `run` returns the exit code."""

    def __init__(self, environment: Environment, *, once: bool = False, companions: Sequence[Companion] = ()) -> None:
        self.environment = environment
        self._companions = tuple(companions)
        self.once = once
        self._write = WriterThread()
        self._stopping = asyncio.Event()
        self._started_at = clock()
        self._jobs = Jobs(self._stopping, is_debug=environment.log_level == "debug")
        self._slice = pipeline.INGEST_SLICE
        self._has_store = False
        self._is_writer = False
        self._is_up = False
        self._store: Store
        self._rules: RulesInForce
        self._polls: PollRunner
        self._ingesting: Ingesting
        self._sink: Sink
        self._websub: WebSub
        self._weekly: WeeklyQuestions

    def stop(self) -> None:
        """Asks for the same clean stop as SIGTERM."""
        self._stopping.set()

    async def run(self) -> int:
        """Works until a signal comes (`once`: until what is due is done). Raises WirewatchError if it cannot start."""
        heed_signals(self._stopping)
        doctor.refuse_lossy(self.environment)
        try:
            # A store or a rules file that takes long must not hold up a stop.
            if not await started(self._start(), self._stopping):
                return 0
            return await (self._run_once() if self.once else self._run_jobs())
        finally:
            await self._end()

    async def _start(self) -> None:
        """Opens the store, claims the lease and makes what the jobs work with."""
        if not self.once:
            self._write.when_busy = waiting_for_store(self._jobs)
        self._store = await self._write(open_environment_store, self.environment)
        self._has_store = True
        await self._become_writer()
        self._rules = RulesInForce(self.environment, self._store, self._write)
        await self._rules.load()
        self._sink = make_sink(self.environment, sys.stdout)
        fetcher = make_fetcher(self.environment, self._rules.ruleset.settings)
        self._polls = PollRunner(self._store, self._write, self._rules, fetcher, self._jobs.nudge, once=self.once)
        self._weekly = WeeklyQuestions(
            self.environment, self._store, self._write, self._rules, self._sink, self._jobs.nudge
        )
        self._websub = WebSub(
            self._store,
            self._write,
            public_url=self.environment.variables.get("PUBLIC_URL"),
            clock=clock,
            with_outlet=pipeline.with_outlet,
        )
        self._ingesting = await self._write(Ingesting, self._store, self._rules.ruleset)
        await self._write(self._ingesting.take_back, version())
        max_age, has_slack = self._rules.ruleset.settings.max_age, self.environment.slack_bot_token is not None
        await self._write(forget_last_worker, self._store, clock(), max_age, has_slack=has_slack)
        await self._polls.declare()
        log.info(
            "worker_started",
            version=version(),
            process=process_name(),
            rules=len(self._rules.ruleset.rules),
            feeds=len(self._rules.feeds),
            slack=self.environment.slack_bot_token is not None,
            once=self.once,
        )
        self._write.when_busy = None
        self._is_up = True

    async def _look_around(self) -> None:
        """The checks of `doctor`, beside the work: Slack may be slow, and news does not wait."""
        for finding in await doctor.look_around(self.environment, self._rules.ruleset):
            if finding.level is Level.BAD:
                log.warning("checkup", finding=finding.text)

    async def _take_pushes(self) -> None:
        if await self._websub.tick(self._polls.fetcher, self._rules.feeds):
            self._jobs.nudge("ingest")

    async def _become_writer(self) -> None:
        is_logged = False
        while not await self._write(self._store.claim_lease, process_name(), clock(), _LEASE_TTL):
            if self.once:
                raise UsageError(
                    "Another worker is running on this store; `run --once` would post beside it. Stop it first, or let "
                    "it do the work."
                )
            if not is_logged:
                is_logged = True
                log.warning("worker_waiting", why="another worker holds the store; this one takes over when it stops")
            await self._pause(0.5)
        self._is_writer = True

    async def _pause(self, seconds: float) -> None:
        """Sleeps, but not through a stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    # --- the jobs ---

    async def _run_jobs(self) -> int:
        jobs = self._jobs
        jobs.add("poll", self._polls.tick, 1.0)
        if self._websub.is_wanted:
            jobs.add("websub", self._take_pushes, 2.0)
        jobs.add("ingest", self._ingest, 1.0)
        jobs.add("digest", self._digest, 1.0)
        jobs.add("deliver", self._deliver, 1.0)
        jobs.add("reload", self._reload, 2.0)
        jobs.add("renew", self._renew, 10.0)
        jobs.add("heartbeat", self._beat, 5.0)
        jobs.add("pulse", Pulse(self._store, self._write, self._rules, self._started_at).beat, 600.0)
        jobs.add("weekly", self._weekly.tick, 5.0)
        quiet_rules = QuietRules(self.environment, self._store, self._write, self._rules)
        jobs.add("expect", quiet_rules.tick, 60.0, clock() + timedelta(minutes=5))  # news of a pause comes in first
        jobs.add("retention", self._prune, 3600.0, clock() + timedelta(minutes=5))
        place = Workplace(
            store=self._store,
            write=self._write,
            ruleset=lambda: self._rules.ruleset,
            sink=self._sink,
            archive=partial(open_environment_archive, self.environment),
            nudge=jobs.nudge,
        )
        for companion in self._companions:
            await companion.start(place)
        looking = asyncio.get_running_loop().create_task(self._look_around())
        try:
            await jobs.run()
        finally:
            looking.cancel()
        return 0

    async def _ingest(self) -> None:
        total = 0
        while not self._stopping.is_set() or self.once:
            started = stopwatch()
            done = await self._write(self._ingesting.take, clock(), self._slice)
            if not done.taken:
                break
            total += done.new
            self._slice = next_slice(self._slice, done.taken, stopwatch() - started, once=self.once)
            log.info(
                "entries_ingested",
                taken=done.taken,
                new=done.new,
                stories=done.stories,
                matches=len(done.matches),
                waiting=done.waiting,
                ms=(ms := round((stopwatch() - started) * 1000)),
            )
            for entry, rule in done.matches:
                log.info("rules_matched", entry=entry, rule=rule, ms=ms)
            for new in done.entries:
                if zones := cut_zones(new.reading):
                    log.warning("text_cut", entry=new.decision.entry, feed=new.entry.feed, zones=zones, read=MAX_ZONE)
        if total:
            self._jobs.nudge("digest")

    async def _digest(self) -> None:
        ruleset = self._rules.ruleset
        for notice in await self._write(messages.announce, self._store, ruleset, self._sink, clock(), self.once):
            log.warning("notice", text=notice.text)
        started = stopwatch()
        digested = await self._write(
            pipeline.digest,
            self._store,
            ruleset,
            self._sink,
            clock(),
            once=self.once,
            started_at=self._started_at,
            buttons=self.environment.slack_app_token is not None,
        )
        for delivery in digested.deliveries:
            log.info(
                "digest_built",
                channel=delivery.channel,
                kind=delivery.kind,
                stories=len(delivery.digest.stories),
                key=delivery.key[:12],
                ms=round((stopwatch() - started) * 1000),
            )
        if digested.deliveries:
            self._jobs.nudge("deliver")

    async def _deliver(self) -> None:
        await pipeline.deliver(self._sink, self._write, self._store, self._rules.ruleset)

    async def _reload(self) -> None:
        changed = await self._rules.changed()
        if changed is None:
            return
        ruleset, data = changed
        state = await asyncio.to_thread(IngestState.build, ruleset, self._ingesting.state.index)

        def swap() -> None:
            state.index = self._ingesting.state.index
            state.memory.spikes = self._ingesting.state.memory.spikes
            self._ingesting.state = state

        await self._write(swap)
        self._polls.adopt(ruleset.settings)
        await self._rules.accept(ruleset, data)
        await self._polls.declare()

    async def _renew(self) -> None:
        await self._write(self._store.renew_lease, clock(), _LEASE_TTL)

    async def _beat(self) -> None:
        flush_logs()
        await self._write(self._store.save_facts, self._heartbeat())

    def _heartbeat(self, state: str = "running") -> Mapping[str, str]:
        beat = Heartbeat(
            state=state,
            process=process_name(),
            version=version(),
            started_at=self._started_at,
            beat_at=clock(),
            polling=len(self._polls.running),
        )
        return {HEARTBEAT: dumps(beat)}

    async def _prune(self) -> None:
        deleted, settings = 0, self._rules.ruleset.settings
        await self._write(stop_looking_back, self._store, clock(), settings.max_age)
        while more := await self._write(prune_store, self._store, settings.keep, clock(), 500):
            deleted += more
        if deleted:
            log.info("archive_pruned", rows=deleted)

    # --- once ---

    async def _run_once(self) -> int:
        """Everything that is due, once: poll, ingest, digests, deliveries. Exit code 1: messages were due, and not one
        could be delivered; or feeds were, and this machine had nothing left to ask one with."""
        stop = asyncio.ensure_future(self._stopping.wait())
        while not self._stopping.is_set():
            await self._polls.tick()
            if not self._polls.running:
                break
            room = asyncio.ensure_future(self._polls.has_room.wait())
            await asyncio.wait({room, stop}, return_when=asyncio.FIRST_COMPLETED)
            room.cancel()
        stop.cancel()
        await self._polls.finish()
        await self._ingest()
        await QuietRules(self.environment, self._store, self._write, self._rules).tick()
        await self._digest()
        await self._weekly.tick()
        before = (await self._write(self._store.counts)).outbox
        end = stopwatch() + _LAST_DELIVERIES
        while True:
            await self._deliver()
            undelivered = await self._write(pipeline.undelivered, self._store, self._rules.ruleset, clock())
            can_wait = any(row.state not in _NEEDS_A_PERSON for row in undelivered)
            if not can_wait or stopwatch() > end or self._stopping.is_set():
                break
            await self._pause(0.25)
        after = (await self._write(self._store.counts)).outbox
        await self._write(self._store.save_facts, self._heartbeat("done"))
        sent, dead = (after.get(state, 0) - before.get(state, 0) for state in ("sent", "dead"))
        if not (undelivered or dead) or self._stopping.is_set():
            return int(self._polls.could_ask_none)
        why = next((row.error for row in undelivered if row.error), None)
        log.error("messages_left", held=len(undelivered), dead=dead, sent=sent, why=why)
        return int(not sent or self._polls.could_ask_none)

    # --- stop ---

    async def _end(self) -> None:
        self._jobs.shut_down()
        if self._is_up:
            await self._close()
        if not self._has_store:
            return
        try:
            # Whatever took too long: a standby must not wait for this lease to run out.
            async with asyncio.timeout(_RELEASE):
                await self._write(self._store.release_lease)
        except (TimeoutError, WirewatchError) as error:
            log.warning("worker_stopping", why=str(error) or "the store is busy; the lease runs out by itself")
        if self._is_writer:
            log.info("worker_stopped", process=process_name())

    async def _close(self) -> None:
        """Calls in flight get their grace; what they leave undone is settled by the next start."""
        self._polls.cancel()
        try:
            async with asyncio.timeout(_GRACE):
                for companion in self._companions:
                    await companion.stop()
                await self._sink.close(_GRACE * 0.6)
                await self._polls.fetcher.close()
                await self._polls.finish()
                if not self.once:
                    await self._write(self._store.save_facts, self._heartbeat("stopped"))
        except (TimeoutError, WirewatchError) as error:
            log.warning(
                "worker_stopping", why=str(error) or "calls in flight took too long; the next start settles them"
            )
