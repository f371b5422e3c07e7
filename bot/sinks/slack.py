"""Outbox rows in, messages in Slack out: each exactly once.

The law:
- `sending` is committed before the call; what became of it is committed after. A row whose outcome nobody knows (also
  every `sending` row of a worker that died) is settled from the channel's history before anything else goes there;
- rows of one channel go out in the order they were made; channels do not wait for one another;
- a refused token pauses everything, a refused channel that channel; both are tried again at most once a minute, and at
  start; nothing is dropped. A refused form is made smaller, then plain text, then dead, and ops is told.

States: pending → sending → sent | unknown | paused | dead; unknown → sent | pending. See docs/delivery.md.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.errors import SinkError
from bot.model import Delivery, DeliveryState, Digest, MessageKind
from bot.ports import Notice, Store, Writer
from bot.sinks import slack_blocks
from bot.sinks.slack_calls import NotSent, Pace, RateLimited, Refused, SlackCalls, Unclear, error_text
from bot.sinks.slack_history import SlackHistory, Unreadable

REREAD, REREAD_A_ROW = 1.0, 0.02
"""Seconds after which the outbox is read again while deliveries are under way, and more for each row in it."""
RETRY_FACT = "slack_retry_at"
"""`wirewatch slack retry` writes the time here: holds end."""
UNSETTLED = "cannot be settled: "
"""Begins the error of an unknown row that only a person can decide."""
DONE = (DeliveryState.SENT, DeliveryState.DEAD)


@dataclass(slots=True)
class _Holds:
    """Since when and until when nothing goes out, in seconds of the event loop's clock."""

    token: float = 0.0
    channels: dict[str, float] = field(default_factory=dict)
    refused_token: bool = False
    seen_retry: str | None = None


class SlackSink:
    """Takes deliveries over to Slack."""

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
        self.pace = pace or Pace()
        self.calls = SlackCalls(token, api_url, self.pace)
        self.history = SlackHistory(self.calls)
        self._clock = clock
        self._holds = _Holds()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._rows: dict[str, Delivery] = {}
        """Open rows by key, oldest first; moves change it as they change the store."""
        self._moved: set[str] = set()
        """Keys that moved since the store was last read."""
        self.closing = False
        self.log = structlog.get_logger()

    def split(self, digest: Digest) -> list[Digest]:
        """Parts that each fit into a message."""
        return slack_blocks.split(digest)

    def render(self, delivery_key: str, digest: object, level: int = 0) -> Mapping[str, object]:
        assert isinstance(digest, Digest)
        return slack_blocks.payload(delivery_key, digest, level)

    async def close(self, grace: float = 0.0) -> None:
        """Begins nothing more; calls under way get `grace` seconds, the rest stays `sending` for the next start."""
        self.closing = True
        tasks = list(self._tasks.values())
        if tasks and grace > 0:
            await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await self.calls.close()

    async def deliver(self, writer: Writer, store: Store) -> None:
        """Moves on every row that is due; returns when none is (some may be due again later: see `next_due`)."""
        loop = asyncio.get_running_loop()
        read_at = -REREAD
        while True:
            if not self._tasks or loop.time() - read_at >= REREAD + len(self._rows) * REREAD_A_ROW:
                await self._hear_retry(writer, store)
                await self._read(writer, store)
                read_at = loop.time()
            for address, row in self._heads(self._rows).items():
                if address not in self._tasks and not self.closing and self._is_due(row):
                    self._tasks[address] = asyncio.create_task(self._move(row, writer, store))
            if not self._tasks:
                return
            await asyncio.wait(self._tasks.values(), timeout=REREAD, return_when=asyncio.FIRST_COMPLETED)
            for address, task in list(self._tasks.items()):
                if task.done():
                    del self._tasks[address]
                    task.result()

    async def _read(self, writer: Writer, store: Store) -> None:
        """Open rows as the store has them; what moved while they were read is newer than what was read."""
        self._moved.clear()
        read = {row.key: row for row in await writer(store.open_deliveries)}
        newer = {key: row for key, row in self._rows.items() if key in self._moved}
        self._rows.clear()
        self._rows.update(read | newer)

    # --- what is due ---

    def _heads(self, rows: Mapping[str, Delivery]) -> dict[str, Delivery]:
        """The row of each channel that must move before any other of that channel."""
        heads: dict[str, Delivery] = {}
        for row in rows.values():
            if row.state in DONE or _is_unsettled(row):
                continue
            heads.setdefault(row.address, row)
        return heads

    def _is_due(self, row: Delivery) -> bool:
        if (
            row.not_before_at is not None
            and row.not_before_at > self._clock()
            and row.state is not DeliveryState.PAUSED
        ):
            return False
        if self.calls.pacer.held_for(_method(row)) > REREAD:
            return False
        if row.state in (DeliveryState.SENDING, DeliveryState.UNKNOWN):
            return True
        # With a refused token one row at a time asks whether it is good again.
        return self.may_send(row.address) and not (self._holds.refused_token and self._tasks)

    async def _hear_retry(self, writer: Writer, store: Store) -> None:
        asked = await writer(store.get_fact, RETRY_FACT)
        if asked != self._holds.seen_retry:
            self._holds = _Holds(seen_retry=asked)

    # --- one row ---

    async def _move(self, row: Delivery, writer: Writer, store: Store) -> None:
        """Moves one row one step on."""
        move = _Move(self, row, writer, store)
        if row.state is DeliveryState.SENDING or row.state is DeliveryState.UNKNOWN:
            await move.settle()
        else:
            await move.send()

    def now(self) -> datetime:
        return self._clock()

    def rows(self) -> list[Delivery]:
        """Every open row, as it stands."""
        return list(self._rows.values())

    def moved(self, row: Delivery) -> None:
        """A row's new state, which the store is about to keep."""
        self._rows[row.key] = row
        self._moved.add(row.key)

    def may_send(self, address: str) -> bool:
        """Whether neither the token nor this channel is refused just now."""
        now = asyncio.get_running_loop().time()
        return now >= max(self._holds.token, self._holds.channels.get(address, 0.0))

    def refuse_token(self) -> None:
        """The token was refused: one try a minute from now on."""
        self._holds.refused_token = True
        self._holds.token = asyncio.get_running_loop().time() + self.pace.token

    def refuse_channel(self, address: str) -> None:
        self._holds.channels[address] = asyncio.get_running_loop().time() + self.pace.token

    def accept(self, address: str) -> None:
        """A call went through: token and channel are good."""
        self._holds.refused_token = False
        self._holds.token = 0.0
        self._holds.channels.pop(address, None)


class _Move:
    """One step of one row, with what it needs at hand."""

    def __init__(self, sink: SlackSink, row: Delivery, writer: Writer, store: Store) -> None:
        self.sink, self.row, self.writer, self.store = sink, row, writer, store
        self.started = asyncio.get_running_loop().time()

    async def send(self) -> None:
        """pending (or paused) → sending → what came of it."""
        row = self.row
        target = await self._target()
        if target is None:
            return
        if await self._was_posted_before(target):
            return
        method = _method(row)
        try:
            await self.sink.calls.pacer.turn(method, row.address)
        except RateLimited as error:
            await self._failed(error)
            return
        if self.sink.closing or not self.sink.may_send(row.address):
            # Refused while this row stood in line.
            return
        if not await self._begin():
            return
        try:
            answer = await self.sink.calls.call_now(method, target | dict(row.payload))
        except SinkError as error:
            await self._failed(error)
            return
        self.sink.accept(row.address)
        await self._sent(str(answer.get("ts") or ""), str(answer.get("channel") or "") or None)

    async def _begin(self) -> bool:
        """pending → sending, committed; only if the store still says pending: whoever sends, sends alone."""
        sending = replace(
            self.row,
            state=DeliveryState.SENDING,
            started_at=self.sink.now(),
            attempts=self.row.attempts + 1,
            absent=0,
        )

        def begin() -> Delivery | None:
            kept = self.store.delivery(self.row.key)
            if kept is not None and not _is_waiting(kept):
                return kept
            self.store.save_delivery(sending)
            return None

        self.sink.moved(sending)
        kept = await self.writer(begin)
        self.row = sending if kept is None else kept
        self.sink.moved(self.row)
        return kept is None

    async def settle(self) -> None:
        """A row whose outcome nobody knows: found in the history, or absent long enough to be sent again."""
        row = self.row
        if row.kind is MessageKind.UPDATE:
            # The same edit twice is the same message.
            await self._save(replace(row, state=DeliveryState.PENDING, not_before_at=None))
            return
        now = self.sink.now()
        since = row.started_at or row.created_at
        if row.state is DeliveryState.SENDING:
            row = replace(row, state=DeliveryState.UNKNOWN, error="the worker stopped during the call")
            await self._save(row)
        try:
            channel = row.slack_channel or await self.sink.history.channel_id(row.address, self.writer, self.store)
            thread = await self._thread_ts()
            found = await self.sink.history.find(row.key, channel, since, thread)
        except RateLimited as error:
            await self._save(replace(row, not_before_at=now + timedelta(seconds=error.after)))
            return
        except (Unreadable, Refused) as error:
            if isinstance(error, Refused) and error.stops_all and error.word != "missing_scope":
                self.sink.refuse_token()
                await self._save(replace(row, not_before_at=now + timedelta(seconds=self.sink.pace.token)))
                return
            await self._unsettled(row, error)
            return
        except SinkError as error:
            wait = timedelta(seconds=self.sink.pace.look)
            await self._save(replace(row, not_before_at=now + wait, error=error_text(error)))
            return
        if found is not None:
            self.row = row
            await self._sent(found, channel, settled=True)
            return
        over = since + timedelta(seconds=self.sink.pace.settle)
        absent = row.absent + 1
        if absent >= 2 and now >= over:
            await self._save(replace(row, state=DeliveryState.PENDING, absent=absent, not_before_at=None))
            return
        again = max(over, now + timedelta(seconds=self.sink.pace.look))
        await self._save(replace(row, absent=absent, not_before_at=again))

    # --- where to ---

    async def _target(self) -> dict[str, Any] | None:
        """channel, ts and thread_ts of the call; None when the row cannot go out now (its new state is kept)."""
        row = self.row
        if row.thread_of is None:
            # Posting needs no id; only settling an unknown outcome does.
            with contextlib.suppress(SinkError):
                await self.sink.history.learn_id(row.address, self.writer, self.store)
            return {"channel": row.address}
        parent = await self._parent()
        if parent is not None and parent.ts and parent.slack_channel:
            key = "ts" if row.kind is MessageKind.UPDATE else "thread_ts"
            return {"channel": parent.slack_channel, key: parent.ts}
        if parent is None or parent.state in DONE:
            await self._save(replace(row, state=DeliveryState.DEAD, error="its message was never posted in Slack"))
        else:
            wait = timedelta(seconds=self.sink.pace.retry)
            await self._save(replace(row, state=DeliveryState.PENDING, not_before_at=self.sink.now() + wait))
        return None

    async def _parent(self) -> Delivery | None:
        if self.row.thread_of is None:
            return None
        return await self.writer(self.store.delivery, self.row.thread_of)

    async def _thread_ts(self) -> str | None:
        parent = await self._parent() if self.row.kind is MessageKind.REPLY else None
        return parent.ts if parent is not None else None

    async def _was_posted_before(self, target: Mapping[str, Any]) -> bool:
        """After `store restore`: what was posted since the backup is in the channel's history."""
        row = self.row
        if row.attempts or row.kind is MessageKind.UPDATE:
            return False
        try:
            thread = await self._thread_ts()
            found = await self.sink.history.posted_since_backup(row.key, row.address, self.writer, self.store, thread)
        except (Unreadable, Refused):
            # No history, now or later: better told twice than never.
            return False
        except SinkError as error:
            wait = timedelta(seconds=getattr(error, "after", 0.0) or self.sink.pace.look)
            await self._save(replace(row, not_before_at=self.sink.now() + wait, error=error_text(error)))
            return True
        if found is None:
            return False
        await self._sent(found[1], found[0], settled=True)
        return True

    # --- what came of it ---

    async def _sent(self, ts: str, channel: str | None, settled: bool = False) -> None:
        row = self.row
        done = replace(
            row,
            state=DeliveryState.SENT,
            ts=ts or row.ts,
            slack_channel=channel or row.slack_channel,
            settled_at=self.sink.now(),
            not_before_at=None,
            error=None,
        )
        await self._save(done)
        if channel is not None and not settled:
            await self.sink.history.learnt(row.address, channel, self.writer, self.store)
        self._tell("delivered", settled=settled)

    async def _failed(self, error: SinkError) -> None:
        row = self.row
        now = self.sink.now()
        text = error_text(error)
        pace = self.sink.pace
        if isinstance(error, RateLimited):
            later = now + timedelta(seconds=error.after)
            await self._save(replace(row, state=DeliveryState.PENDING, not_before_at=later, error=text))
        elif isinstance(error, NotSent):
            wait = min(pace.retry * 2 ** min(row.attempts - 1, 10), pace.token)
            await self._save(
                replace(row, state=DeliveryState.PENDING, not_before_at=now + timedelta(seconds=wait), error=text)
            )
        elif isinstance(error, Unclear):
            look = now + timedelta(seconds=pace.look)
            await self._save(replace(row, state=DeliveryState.UNKNOWN, not_before_at=look, error=text))
        elif isinstance(error, Refused) and error.is_gone and row.thread_of is not None:
            await self._save(replace(row, state=DeliveryState.DEAD, settled_at=now, error=text))
        elif isinstance(error, Refused) and error.is_payload:
            await self._thinner(text)
        elif isinstance(error, Refused) and error.stops_all:
            self.sink.refuse_token()
            await self._pause(text, [other for other in self.sink.rows() if _is_waiting(other)])
        else:
            self.sink.refuse_channel(row.address)
            same = [other for other in self.sink.rows() if _is_waiting(other) and other.address == row.address]
            await self._pause(text, same)
            await self._notice(
                f"paused:{row.address}:{text}:{row.key}",
                f"Slack refuses messages to {row.address} ({text}). They are kept and tried again once a minute. "
                f"{_mend(error)}",
            )
        self._tell("delivery_failed", error=text)

    async def _thinner(self, text: str) -> None:
        row = self.row
        if row.render >= 2:
            await self._save(replace(row, state=DeliveryState.DEAD, settled_at=self.sink.now(), error=text))
            await self._notice(
                f"dead:{row.key}",
                f"A message to {row.address} could not be posted in any form ({text}): "
                + ", ".join(story.title for story in row.digest.stories[:3]),
            )
            return
        level = row.render + 1
        payload = self.sink.render(row.key, row.digest, level)
        await self._save(replace(row, state=DeliveryState.PENDING, render=level, payload=payload, error=text))

    async def _pause(self, text: str, others: list[Delivery]) -> None:
        await self._save(replace(self.row, state=DeliveryState.PAUSED, error=text, not_before_at=None))
        for other in others:
            if other.key != self.row.key:
                await self._keep(replace(other, state=DeliveryState.PAUSED, error=text, not_before_at=None))

    async def _unsettled(self, row: Delivery, error: SinkError) -> None:
        text = UNSETTLED + error_text(error)
        await self._save(replace(row, state=DeliveryState.UNKNOWN, error=text, not_before_at=None))
        await self._notice(
            f"unknown:{row.key}",
            f"Whether a message reached {row.address} is not known, and the channel's history cannot be read "
            f"({error_text(error)}). It is not sent again by itself: look, then run "
            f"`wirewatch slack retry {row.key[:12]}` to settle it, with --resend to post it again. {_mend(error)}",
        )
        self._tell("delivery_unknown", error=text)

    async def _save(self, row: Delivery) -> None:
        self.row = row
        await self._keep(row)

    async def _keep(self, row: Delivery) -> None:
        self.sink.moved(row)
        await self.writer(self.store.save_delivery, row)

    async def _notice(self, key: str, text: str) -> None:
        await self.writer(self.store.add_notices, [Notice(key=key, text=text, at=self.sink.now())])

    def _tell(self, event: str, **fields: object) -> None:
        self.sink.log.info(
            event,
            channel=self.row.channel,
            kind=str(self.row.kind),
            key=self.row.key[:12],
            state=str(self.row.state),
            stories=len(self.row.digest.stories),
            attempts=self.row.attempts,
            ms=int((asyncio.get_running_loop().time() - self.started) * 1000),
            **fields,
        )


def _method(row: Delivery) -> str:
    return "chat.update" if row.kind is MessageKind.UPDATE else "chat.postMessage"


def _is_waiting(row: Delivery) -> bool:
    return row.state in (DeliveryState.PENDING, DeliveryState.PAUSED)


def _is_unsettled(row: Delivery) -> bool:
    return row.state is DeliveryState.UNKNOWN and (row.error or "").startswith(UNSETTLED)


def _mend(error: SinkError) -> str:
    if not isinstance(error, Refused):
        return ""
    if error.needed:
        return f"Add the scope {error.needed} to the app and install it again."
    return {
        "not_in_channel": "Invite the app into the channel (/invite).",
        "channel_not_found": "Check the channel's name in rules.yaml, and invite the app if it is private.",
        "is_archived": "Unarchive the channel, or name another one in rules.yaml.",
    }.get(error.word, "")
