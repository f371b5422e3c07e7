"""One outbox row under way: whatever becomes of it is kept before anything else happens.

`sending` takes a row that waits to Slack; `settling` finds out about one of which nobody knows the outcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.core.codec import instant_text
from bot.core.text.times import zoned_time
from bot.errors import SinkError
from bot.model import Delivery, DeliveryState, MessageKind, Notice
from bot.sinks.slack.answers import Refused, error_text, token_fix_of
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.channels import ChannelIds
from bot.sinks.slack.history import SlackHistory
from bot.sinks.slack.holds import Holds
from bot.sinks.slack.outbox import Outbox
from bot.sinks.slack.queue import Queue
from bot.sinks.slack.sent_here import SentHere

_FREED_AT = "slack_freed:"
"""Facts: when the first message went out to an address that had been refused."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all attempts work with."""

    calls: SlackCalls
    channel_ids: ChannelIds
    history: SlackHistory
    sent_here: SentHere
    holds: Holds
    queue: Queue
    clock: Callable[[], datetime]
    outbox: Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time by both clocks. The monotonic one stands while a machine is suspended, the other may be set."""

    at: datetime
    seconds: float

    def since(self, earlier: Moment) -> float:
        """Seconds that passed: by the clock that says more."""
        return max(self.seconds - earlier.seconds, (self.at - earlier.at).total_seconds())


class Attempt:
    """A row on its way: its last state, and what is done about it by sending and settling alike."""

    def __init__(self, row: Delivery, tools: Tools) -> None:
        self.row = row
        self.tools = tools
        self.pace = tools.calls.pacer.pace
        self._time = asyncio.get_running_loop().time
        """Also asked in the writer's thread."""
        self._began = self._time()

    def now(self) -> datetime:
        return self.tools.clock()

    def told(self, at: datetime) -> str:
        """An instant as ops read it: in the zone of the rules file."""
        timezone = self.row.digest.timezone
        return zoned_time(at, timezone)

    def moment(self) -> Moment:
        return Moment(at=self.now(), seconds=self._time())

    def after(self, seconds: float) -> datetime:
        return self.now() + timedelta(seconds=seconds)

    async def save(self, **changes: Any) -> None:
        """Keeps the row with these fields changed, here and in the store."""
        self.row = replace(self.row, **changes)
        await self.tools.queue.save(self.row, self.tools.outbox)

    async def sent(self, ts: str, channel: str | None, settled: bool = False) -> None:
        """The message is in Slack as `ts`, in the channel of this id; `settled`: the history says so."""
        row, tools = self.row, self.tools
        if row.kind is MessageKind.UPDATE:
            tools.sent_here.forget(row.key)
        elif ts and channel:  # before the store keeps it, which may fail
            tools.sent_here.post(row.key, channel, ts)
        await self.save(
            state=DeliveryState.SENT,
            ts=ts or row.ts,
            slack_channel=channel or row.slack_channel,
            settled_at=self.now(),
            not_before_at=None,
            error=None,
            held_since_at=None,
        )
        if row.kind is not MessageKind.UPDATE:
            tools.queue.overtaking.note_arrived(row)
        if channel is not None and not settled:
            await tools.channel_ids.learn(row.address, channel, tools.outbox)
        if row.held_since_at is not None:
            await tools.outbox.write(self._end_hold, row.held_since_at)
        self.report("delivered", settled=settled)

    def _end_hold(self, since: datetime) -> None:
        """Ops hear once that a hold is over. A weekend's messages were held since many moments, and go out one a
        second, perhaps by several workers: until when the last hold of this address was, the store says."""
        store, fact, now = self.tools.outbox.store, f"{_FREED_AT}{self.row.address}", self.now()
        freed_at = store.get_fact(fact)
        if freed_at is not None and since <= datetime.fromisoformat(freed_at):
            return
        if self.row.kind is not MessageKind.NOTICE:  # see `notice`
            where = f"{self.row.address} (since {self.told(since)})"
            text = f"Slack takes again what was held: {where}. It goes out by itself."
            key = f"freed:{self.row.address}:{since:%Y-%m-%dT%H}"
            store.add_notices([Notice(key=key, text=text, at=now)])
        store.save_facts({fact: instant_text(max(now, since))})

    async def was_sent_here(self) -> bool:
        """Whether this process knows more of the row than the store does: then the row says so now."""
        sent = self.tools.sent_here.get(self.row.key)
        if sent is not None and sent.ts:
            await self.sent(sent.ts, sent.channel, settled=True)
            return True
        if sent is None or not sent.is_unknown_to(self.row):
            return False
        await self.save(
            state=DeliveryState.UNKNOWN,
            started_at=sent.started_at,
            attempts=sent.attempts,
            not_before_at=None,
            error="the store was behind",
        )
        return True

    async def hold(self, text: str, to: str | None) -> None:
        """Holds this row, and whatever else waits for `to` (None: for any destination)."""
        tools, now = self.tools, self.now()
        since = self.row.held_since_at or now
        await self.save(state=DeliveryState.PAUSED, error=text, not_before_at=None, held_since_at=since)
        await tools.queue.hold(tools.queue.waiting(to), text, now, tools.outbox)

    async def is_token_refused(self, error: SinkError) -> bool:
        """Whether Slack refuses every call, which holds everything: `auth.test` says so, whatever the word. Words are
        no witness: `account_inactive` was said of one channel, and there will be new ones."""
        if not isinstance(error, Refused):
            return False
        refused = await self.tools.calls.token_error()
        if refused is None:
            return False
        token_error = error_text(refused)
        self.tools.holds.refuse_token(token_error)
        # Ops read it in the log, and in Slack once the token is good: why all came late.
        text = (
            f"Slack refuses SLACK_BOT_TOKEN since {self.told(self.now())} ({token_error}): nothing is posted, all is "
            f"kept, and Slack asked once a minute. {token_fix_of(refused)}"
        )
        await self._add_notice(f"token:{token_error}:{self.now().date()}", text)
        return True

    async def give_up(self, error: str) -> None:
        """The message that this row belongs to is gone; whatever else belongs to it need not ask Slack any more."""
        tools, key = self.tools, self.row.thread_of

        def note() -> None:
            parent = tools.outbox.store.delivery(key) if key is not None else None
            if parent is not None:
                tools.outbox.store.save_delivery(replace(parent, is_gone=True))

        await tools.outbox.write(note)
        await self.save(state=DeliveryState.DEAD, settled_at=self.now(), error=error)

    async def parent(self) -> Delivery | None:
        """The row of the message that this one edits or answers."""
        if self.row.thread_of is None:
            return None
        return await self.tools.outbox.write(self.tools.outbox.store.delivery, self.row.thread_of)

    async def thread_ts(self) -> str | None:
        """Of a reply, the `ts` of the message that it answers."""
        parent = await self.parent() if self.row.kind is MessageKind.REPLY else None
        return parent.ts if parent is not None else None

    async def notice(self, key: str, text: str) -> None:
        """Ops hear of it."""
        if self.row.kind is MessageKind.NOTICE:
            # A message to ops about a message to ops would never end.
            return
        await self._add_notice(key, text)

    async def _add_notice(self, key: str, text: str) -> None:
        await self.tools.outbox.write(self.tools.outbox.store.add_notices, [Notice(key=key, text=text, at=self.now())])

    def report(self, event: str, **fields: object) -> None:
        """One log line."""
        row = self.row
        _log.info(
            event,
            channel=row.channel,
            kind=str(row.kind),
            key=row.key[:12],
            state=str(row.state),
            stories=len(row.digest.stories),
            attempts=row.attempts,
            ms=int((self._time() - self._began) * 1000),
            **fields,
        )
