"""Due feeds → poll records: feeds are claimed, polled side by side, and what came of it is kept.

Polls that brought nothing are kept in batches; one that brought entries is kept at once, together with all that are
done by then (group commit: a commit is a wait for the disk, whatever stands in it). While the store is away what is
done waits in memory; what a killed process had in hand is polled again when its claim runs out: nothing is lost.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot import pipeline
from bot.app import clock, stopwatch
from bot.core.polling import NetworkWatch, ShortageWatch, declared, due_in_single_run, postponed, resettled
from bot.errors import MachineShort, StoreError, WirewatchError, is_own_fault
from bot.fetch import HttpFetcher
from bot.logs import report_fault
from bot.model import FeedId, FeedState, Notice, PollRecord, Settings
from bot.ports import Store, Writer
from bot.worker.rules import RulesInForce

_CLAIM = timedelta(minutes=5)
"""How long a feed stays claimed by a poll: longer than any total deadline."""
_BRISK = 1.0
"""Seconds after which a poll no longer counts towards the room (as `hosts.Slots` has it of requests)."""
_SLOW_ROOM = 8
"""How many times `concurrency` may be in hand in all: the last of them still has its turn before its claim runs out."""
_JUMP = 60.0
"""Seconds that the clock may gain on the stopwatch between two ticks before that is a jump."""
_SHORT = timedelta(seconds=10)
"""After which a feed is due again that this machine had no open file or thread for; up to twice as long."""
_SAY_AGAIN = 60.0
"""Seconds between two lines about that."""
_FLUSH_AT = 50
"""Polls that changed nothing are kept this many at a time (or at the next tick)."""


class PollRunner:
    """`tick` starts what is due; `flush` keeps what is done. `once`: each feed that is due now is polled once.

    `nudge` lets a job run at once: `poll` while feeds wait for room, `ingest` when entries have come.
    """

    def __init__(
        self,
        store: Store,
        write: Writer,
        rules: RulesInForce,
        fetcher: HttpFetcher,
        nudge: Callable[[str], None],
        *,
        once: bool = False,
        shortage: ShortageWatch | None = None,
    ) -> None:
        self._store = store
        self._write = write
        self._rules = rules
        self._nudge = nudge
        self._once = once
        self._left: set[FeedId] | None = None
        """In a single run: the feeds still to be polled. A feed leaves it when it is claimed, whatever its next due
        time is: with `min: 0s` a feed is due again at once, and a run went on for ever."""
        self._tasks: dict[asyncio.Task[None], float] = {}
        """Polls under way, and when they began."""
        self._done: list[PollRecord] = []
        self._committing = asyncio.Lock()
        self._network = NetworkWatch()
        self._shortage = shortage or ShortageWatch()
        self._drift: float | None = None
        self._short_at = float("-inf")
        self._backlog_at: datetime | None = None
        """When more feeds were due than there was room for. They come before any that fall due since: however quickly a
        backlog is worked off, no feed is asked twice in it."""
        self.has_room = asyncio.Event()
        """Another `tick` has something to do: half the room is free again, or nothing is under way any more."""
        self._log = structlog.get_logger().bind()  # bound once: it is told of every poll
        self.fetcher = fetcher
        if once:
            fetcher.patience = None  # there is no later turn for a feed whose host is busy

    @property
    def running(self) -> frozenset[asyncio.Task[None]]:
        """Polls that are under way."""
        return frozenset(self._tasks)

    def adopt(self, settings: Settings) -> None:
        """Settings of rules that are about to be in force."""
        if settings != self._rules.ruleset.settings:
            self.fetcher.adopt(settings)

    async def declare(self) -> None:
        """Takes in the feeds of the rules file; those that are known keep their due times, within their settings."""
        now = clock()
        settings = self._rules.ruleset.settings.fetch
        feeds = self._rules.feeds
        before = await self._write(self._store.feed_states)
        await self._write(self._store.add_feeds, declared(feeds, before, now, settings))
        states = await self._write(self._store.feed_states)
        mine = [state for state in states.values() if state.feed in feeds]
        after = [resettled(feeds[state.feed], state, now, settings, random.random()) for state in mine]  # noqa: S311  # spread
        if self._once and self._left is None:
            after = [due_in_single_run(state, now) for state in after]
            self._left = {state.feed for state in after if state.next_due_at <= now}
        changed = [PollRecord(state=new) for new, old in zip(after, mine, strict=True) if new is not old]
        if changed:
            await self._write(self._store.record_polls, changed)
        self.fetcher.remember(after, now)
        self._network.learn(after)
        self._shortage.forget()

    async def tick(self) -> None:
        """Claims due feeds as far as there is room, starts their polls, keeps finished ones."""
        self._done += self._network.judged(clock(), self._rules.ruleset.settings)
        await self.flush()
        await self._mind_the_clock()
        concurrency = self._rules.ruleset.settings.fetch.concurrency
        room = min(2 * concurrency - self._brisk(), _SLOW_ROOM * concurrency - len(self._tasks))
        if room <= 0:
            return
        now = clock()
        due_by = self._backlog_at or now
        feeds = list(self._rules.feeds if self._left is None else self._left)
        due = await self._write(self._store.claim_feeds, feeds, due_by, now + _CLAIM, room)
        self._backlog_at = due_by if len(due) == room else None
        self.has_room.clear()
        if self._left is not None:
            self._left -= {state.feed for state in due}
        for state in due:
            task = asyncio.get_running_loop().create_task(self._poll(state))
            self._tasks[task] = stopwatch()
            task.add_done_callback(self._end)

    def _brisk(self) -> int:
        """Polls under way that have not taken long yet. Those that have leave their room to others: hundreds of hosts
        that take connections and never answer kept all healthy feeds waiting."""
        since = stopwatch() - _BRISK
        return sum(began > since for began in self._tasks.values())

    def _end(self, task: asyncio.Task[None]) -> None:
        """With half the room free again, a backlog need not wait for the next turn."""
        self._tasks.pop(task, None)
        is_backlog_waiting = self._backlog_at is not None and not self.has_room.is_set()
        if is_backlog_waiting and self._brisk() <= self._rules.ruleset.settings.fetch.concurrency:
            self.has_room.set()
            self._nudge("poll")
        if not self._tasks:
            self.has_room.set()

    async def _mind_the_clock(self) -> None:
        """After a jump of the system's clock, due times are set anew: one spread poll each, no storm and no silence."""
        drift = clock().timestamp() - stopwatch()
        if self._drift is not None and abs(drift - self._drift) > _JUMP:
            self._log.warning("clock_jumped", seconds=round(drift - self._drift))
            self._backlog_at = None
            await self.declare()
        self._drift = drift

    async def _poll(self, state: FeedState) -> None:
        feed = self._rules.feeds.get(state.feed)
        if feed is None:
            return
        started = stopwatch()
        try:
            record = await pipeline.poll(self.fetcher, feed, state, self._rules.ruleset, clock())
        except MachineShort as error:
            self._done.append(postponed(state, clock() + _SHORT * (1 + random.random())))  # noqa: S311  # spread
            await self._say_short(feed.id, str(error))
            return
        except WirewatchError as error:
            self._log.error("feed_polled", feed=feed.id, ok=False, error=str(error))
            return
        fault = {"error": record.state.error} if record.state.error else {}
        if record.postponed:
            self._log.debug(
                "feed_postponed", feed=feed.id, next_due=record.state.next_due_at.isoformat(timespec="seconds")
            )
            self._done.append(record)
            return
        self._shortage.served(feed.id)
        self._log.info(
            "feed_polled",
            feed=feed.id,
            ok=record.state.error is None,
            status=record.state.status,
            entries=len(record.entries),
            **fault,
            **({"problems": list(record.problems)} if record.problems else {}),
            next_due=record.state.next_due_at.isoformat(timespec="seconds"),
            ms=round((stopwatch() - started) * 1000),
        )
        self._done += self._network.judge(feed, record, clock(), self._rules.ruleset.settings)
        if record.entries or record.notices or len(self._done) >= _FLUSH_AT:
            with suppress(StoreError):  # the next tick logs it, and tries again
                await self.flush()

    @property
    def could_ask_none(self) -> bool:
        """Whether feeds were due, and this machine had nothing left to ask a single one with."""
        return self._shortage.has_served_none

    async def _say_short(self, feed: FeedId, error: str) -> None:
        """That the machine has nothing left to read a feed with: once a minute, not of every feed."""
        notice = self._shortage.short(feed, error, clock(), self._rules.ruleset.settings.timezone)
        if stopwatch() - self._short_at <= _SAY_AGAIN:
            return
        self._short_at = stopwatch()
        self._log.error("feed_postponed", feed=feed, error=error)
        if notice is not None:
            with suppress(StoreError):  # the next minute tries again
                await self._write(self._store.add_notices, [notice])

    async def flush(self) -> None:
        """Keeps what is done: all of it in one transaction, and what ends while that is written in the next.

        Raises StoreError; what could not be kept is kept with the next flush.
        """
        # Not this task's alone: a stop that cancels a poll must not take the others' out of the hand of the writer.
        await asyncio.shield(self._commit())

    async def _commit(self) -> None:
        async with self._committing:
            records, self._done = self._done, []
            batches = [records] if records else []
            while batches:
                batch = batches[0]
                try:
                    await self._write(self._store.record_polls, batch)
                except Exception as fault:
                    if not is_own_fault(fault):
                        self._done = [record for left in batches for record in left] + self._done
                        raise
                    if len(batch) > 1:  # one of them is what the store refuses: the others must not wait for it
                        batches[:1] = [[record] for record in batch]
                        continue
                    await self._refuse(batch[0], fault)
                del batches[0]
        if any(record.entries for record in records):
            self._nudge("ingest")

    async def _refuse(self, record: PollRecord, fault: Exception) -> None:
        """The store does not take this poll: the feed keeps its validators and is asked again when its claim ends."""
        feed, error = record.state.feed, f"{type(fault).__name__}: {fault}"
        self._log.error("poll_refused", feed=feed, entries=len(record.entries), error=error)
        report_fault(fault)
        now = clock()
        notice = Notice(
            key=f"refused:{feed}:{now:%Y-%m-%d}",
            text=f"What the feed {feed} brought could not be kept ({error[:200]}). This is a fault of Wirewatch's: "
            "please report it. The feed is asked again every few minutes; all others go on.",
            at=now,
        )
        with suppress(StoreError):  # the log has it
            await self._write(self._store.add_notices, [notice])

    async def finish(self) -> None:
        """Keeps all that is done, also what waits for others to answer. Raises StoreError."""
        self._done += self._network.judged(clock(), self._rules.ruleset.settings, at_once=True)
        await self.flush()

    def cancel(self) -> None:
        """Ends the polls under way; what they would have brought comes with the next one."""
        for task in self._tasks:
            task.cancel()
