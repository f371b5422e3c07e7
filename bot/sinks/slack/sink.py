"""Outbox rows → messages in Slack, each exactly once.

The law:
- `sending` is committed before the call; what became of it is committed after. A row whose outcome nobody knows (also
  every `sending` row of a worker that died) is settled from the channel's history before anything else goes there;
- posts of one channel go out in the order they were made, but for one that does not get through while others do (see
  `overtaking`); channels do not wait for one another;
- a refused token holds everything, a refused channel that channel; both are tried again at most once a minute, and at
  start; nothing is dropped;
- what waits goes where the rules in force say, and not into a channel's quiet hours.

What one row goes through is in `sending` and `settling`; what Slack's answers mean, in `answers`. See docs/delivery.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.core.digests.quiet_hours import QuietHours
from bot.model import ChannelId, Delivery, DeliveryState, Digest
from bot.ports import Store, Writer
from bot.sinks.slack.answers import error_text
from bot.sinks.slack.attempt import Attempt, Tools
from bot.sinks.slack.calls import Pace, SlackCalls
from bot.sinks.slack.channels import ChannelIds
from bot.sinks.slack.history import SlackHistory
from bot.sinks.slack.holds import Holds
from bot.sinks.slack.outbox import Outbox
from bot.sinks.slack.patience import Patience
from bot.sinks.slack.payload import payload, split_digest
from bot.sinks.slack.queue import Queue, destination, method_of
from bot.sinks.slack.sending import send_row
from bot.sinks.slack.sent_here import SentHere
from bot.sinks.slack.settling import settle_row

RETRY_FACT = "slack_retry_at"
"""`wirewatch slack retry` writes the time here: holds end."""
_REREAD = 1.0
"""Seconds after which the outbox is looked at again while deliveries are under way."""


class SlackSink:
    def __init__(
        self,
        *,
        token: str,
        api_url: str | None,
        clock: Callable[[], datetime],
        buttons: bool = False,
        pace: Pace | None = None,
    ) -> None:
        self.buttons = buttons
        self.calls = SlackCalls(token, api_url, pace or Pace(), clock)
        self._channel_ids = ChannelIds(self.calls)
        self._history = SlackHistory(self.calls, self._channel_ids)
        self._sent_here = SentHere()
        self._holds = Holds(self.calls.pacer.pace.token)
        self._patience = Patience(self.calls.pacer, clock)
        self._queue = Queue(clock, self.calls.pacer.pace.unsettled)
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        """Attempts under way, by lane."""
        self._tried: dict[str, str] = {}
        """Of those of messages that are held: where to. One at a time: they stand in line with all others."""
        self._seen_retry: str | None = None

    def split(self, digest: Digest) -> list[Digest]:
        return split_digest(digest)

    def render(self, delivery_key: str, digest: Digest, level: int = 0) -> Mapping[str, object]:
        return payload(delivery_key, digest, level)

    async def close(self, grace: float = 0.0) -> None:
        """Begins nothing more; calls under way get `grace` seconds, the rest stays `sending` for the next start."""
        self._holds.is_closed = True
        tasks = list(self._tasks.values())
        if tasks and grace > 0:
            await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await self.calls.close()

    async def deliver(
        self,
        writer: Writer,
        store: Store,
        addresses: Mapping[ChannelId, str] | None = None,
        quiet_hours: Callable[[datetime], QuietHours] | None = None,
    ) -> None:
        """Moves on every row that is due; returns when none is (some may be due again later: see `not_before_at`)."""
        loop, outbox = asyncio.get_running_loop(), Outbox(store=store, write=writer)
        tools = Tools(
            calls=self.calls,
            channel_ids=self._channel_ids,
            history=self._history,
            sent_here=self._sent_here,
            holds=self._holds,
            queue=self._queue,
            clock=self._clock,
            outbox=outbox,
        )
        read_at = -_REREAD
        quiet = QuietHours()
        while True:
            if not self._tasks or loop.time() - read_at >= _REREAD:
                await self._look(outbox, addresses or {})
                if quiet_hours is not None and self._queue.waiting():
                    quiet = quiet_hours(self._clock())
                read_at = loop.time()
            for name, row in self._queue.heads(quiet).items():
                if name not in self._tasks and not self._holds.is_closed and self._is_due(row):
                    if row.state is DeliveryState.PAUSED:
                        self._tried[name] = destination(row)
                    self._tasks[name] = asyncio.create_task(_move(Attempt(row, tools)))
            if not self._tasks:
                return
            await asyncio.wait(self._tasks.values(), timeout=_REREAD, return_when=asyncio.FIRST_COMPLETED)
            self._clear_away()

    async def _look(self, outbox: Outbox, addresses: Mapping[ChannelId, str]) -> None:
        """What is new in the outbox, and whether what was refused still is."""
        await self._patience.keep(outbox)
        await self._hear_retry(outbox)
        await self._queue.read(outbox)
        await self._queue.readdress(addresses, self._tasks, outbox)
        await self._ask_for_token()
        await self._hold_new(outbox)

    def _clear_away(self) -> None:
        """Attempts that are over. Raises what one of them raised."""
        for name, task in list(self._tasks.items()):
            if not task.done():
                continue
            del self._tasks[name]
            self._tried.pop(name, None)
            if not task.cancelled() and task.exception() is not None:
                # The store did not keep what is remembered here: it is right.
                self._queue.forget(self._tasks)
            task.result()

    async def _ask_for_token(self) -> None:
        """Once a minute, while the token is refused: the messages wait until Slack says that it is good."""
        if self._holds.token_is_due and not self._holds.is_closed:
            error = await self.calls.token_error()
            if error is None:
                self._holds.accept_token()
            else:
                self._holds.refuse_token(error_text(error))

    async def _hold_new(self, outbox: Outbox) -> None:
        """New rows for what is refused just now: they are held, too, and counted so."""
        rows: dict[str | None, list[Delivery]] = {}
        for row in self._queue.waiting():
            to, is_busy = destination(row), self._queue.lane(row) in self._tasks
            if row.state is DeliveryState.PENDING and not is_busy and self._holds.is_held(to):
                rows.setdefault(self._holds.reason(to), []).append(row)
        for reason, held_rows in rows.items():
            await self._queue.hold(held_rows, reason, self._clock(), outbox)

    def _is_due(self, row: Delivery) -> bool:
        if self._holds.token_error is not None or not self._queue.is_due(row):
            return False
        if not row.state.is_waiting:
            return self.calls.pacer.held_for("conversations.history") <= _REREAD
        if self.calls.pacer.held_for(method_of(row)) > _REREAD:
            return False
        to = destination(row)
        return not self._holds.is_held(to) and (row.state is not DeliveryState.PAUSED or to not in self._tried.values())

    async def _hear_retry(self, outbox: Outbox) -> None:
        """After `slack retry`: holds end, and the rows it changed are read anew."""
        asked = await outbox.write(outbox.store.get_fact, RETRY_FACT)
        if asked != self._seen_retry:
            self._seen_retry = asked
            self._holds.release()
            self._queue.forget(self._tasks)


async def _move(attempt: Attempt) -> None:
    """One step further: what waits is sent, what nobody knows the outcome of is settled."""
    await (send_row(attempt) if attempt.row.state.is_waiting else settle_row(attempt))
