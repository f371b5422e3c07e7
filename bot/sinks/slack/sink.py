"""Outbox rows in, messages in Slack out: each exactly once.

The law:
- `sending` is committed before the call; what became of it is committed after. A row whose outcome nobody knows (also
  every `sending` row of a worker that died) is settled from the channel's history before anything else goes there;
- posts of one channel go out in the order they were made; channels do not wait for one another;
- a refused token pauses everything, a refused channel that channel; both are tried again at most once a minute, and at
  start; nothing is dropped.

What one row goes through is in `slack_move`; what Slack's answers mean, in `slack_calls`. See docs/delivery.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.model import Delivery, DeliveryState, Digest, MessageKind
from bot.ports import Store, Writer
from bot.sinks.slack import blocks
from bot.sinks.slack.attempt import DONE, Move, is_unsettled, method_of
from bot.sinks.slack.calls import Pace, SlackCalls
from bot.sinks.slack.history import SlackHistory

REREAD = 1.0
"""Seconds after which the outbox is looked at again while deliveries are under way."""
PAGE = 20
"""Rows that are read in one call on the writer thread: some 50 ms for long digests."""
RETRY_FACT = "slack_retry_at"
"""`wirewatch slack retry` writes the time here: holds end."""


@dataclass(slots=True)
class _Holds:
    """Since when and until when nothing goes out, in seconds of the event loop's clock."""

    token: float = 0.0
    channels: dict[str, float] = field(default_factory=dict)
    refused_token: bool = False
    token_error: str = ""
    channel_errors: dict[str, str] = field(default_factory=dict)
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
        self._read_to = 0
        """The id up to which rows were read."""
        self.closing = False
        self.log = structlog.get_logger()

    def split(self, digest: Digest) -> list[Digest]:
        """Parts that each fit into a message."""
        return blocks.split(digest)

    def render(self, delivery_key: str, digest: object, level: int = 0) -> Mapping[str, object]:
        assert isinstance(digest, Digest)
        return blocks.payload(delivery_key, digest, level)

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
            if not self._tasks or loop.time() - read_at >= REREAD:
                await self._hear_retry(writer, store)
                await self._read(writer, store)
                await self._pause_held(writer, store)
                read_at = loop.time()
            for lane, row in self._heads(self._rows).items():
                if lane not in self._tasks and not self.closing and self._is_due(row):
                    self._tasks[lane] = asyncio.create_task(self._move(row, writer, store))
            if not self._tasks:
                return
            await asyncio.wait(self._tasks.values(), timeout=REREAD, return_when=asyncio.FIRST_COMPLETED)
            for lane, task in list(self._tasks.items()):
                if task.done():
                    del self._tasks[lane]
                    if not task.cancelled() and task.exception() is not None:
                        # The store did not keep what is remembered here: it is right.
                        self._forget()
                    task.result()

    async def _read(self, writer: Writer, store: Store) -> None:
        """Rows that are new in the store. What is known of the others is here: nobody else moves them, save a person
        with `slack retry`, who leaves a fact."""
        while True:
            page = await writer(store.open_deliveries, self._read_to, PAGE)
            for row in page:
                # What could not be settled may be by now: a scope was added, the app was invited.
                self._rows.setdefault(row.key, replace(row, error=None) if is_unsettled(row) else row)
                self._read_to = row.id
            if len(page) < PAGE:
                return

    async def _pause_held(self, writer: Writer, store: Store) -> None:
        """New rows for what is refused just now: they are held, too, and counted so."""
        for row in self.rows():
            if row.state is DeliveryState.PENDING and _lane(row) not in self._tasks and not self.may_send(row.address):
                why = (
                    self._holds.token_error
                    if self._holds.refused_token
                    else self._holds.channel_errors.get(row.address)
                )
                held = replace(row, state=DeliveryState.PAUSED, error=why)
                self.moved(held)
                await writer(store.save_delivery, held)

    # --- what is due ---

    def _heads(self, rows: Mapping[str, Delivery]) -> dict[str, Delivery]:
        """The row of each lane that must move before any other of it."""
        heads: dict[str, Delivery] = {}
        for row in rows.values():
            if row.state in DONE or is_unsettled(row):
                continue
            parent = rows.get(row.thread_of) if row.thread_of is not None else None
            if parent is not None and is_unsettled(parent):
                # It waits for what only a person can settle; the others do not.
                continue
            heads.setdefault(_lane(row), row)
        return heads

    def _is_due(self, row: Delivery) -> bool:
        if (
            row.not_before_at is not None
            and row.not_before_at > self._clock()
            and row.state is not DeliveryState.PAUSED
        ):
            return False
        if row.state in (DeliveryState.SENDING, DeliveryState.UNKNOWN):
            return self.calls.pacer.held_for("conversations.history") <= REREAD
        if self.calls.pacer.held_for(method_of(row)) > REREAD:
            return False
        # With a refused token one row at a time asks whether it is good again.
        return self.may_send(row.address) and not (self._holds.refused_token and self._tasks)

    async def _hear_retry(self, writer: Writer, store: Store) -> None:
        """After `slack retry`: holds end, and the rows it changed are read anew."""
        asked = await writer(store.get_fact, RETRY_FACT)
        if asked == self._holds.seen_retry:
            return
        self._holds = _Holds(seen_retry=asked)
        self._forget()

    def _forget(self) -> None:
        """Rows are read anew, except in channels where one is under way."""
        self._rows = {key: row for key, row in self._rows.items() if _lane(row) in self._tasks}
        self._read_to = 0

    # --- one row ---

    async def _move(self, row: Delivery, writer: Writer, store: Store) -> None:
        """Moves one row one step on."""
        move = Move(self, row, writer, store)
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
        if row.state in DONE:
            self._rows.pop(row.key, None)
        else:
            self._rows[row.key] = row

    def may_send(self, address: str) -> bool:
        """Whether neither the token nor this channel is refused just now."""
        now = asyncio.get_running_loop().time()
        return now >= max(self._holds.token, self._holds.channels.get(address, 0.0))

    def refuse_token(self, error: str) -> None:
        """The token was refused: one try a minute from now on."""
        self._holds.refused_token = True
        self._holds.token_error = error
        self._holds.token = asyncio.get_running_loop().time() + self.pace.token

    def refuse_channel(self, address: str, error: str) -> None:
        """The channel was refused: one try a minute from now on."""
        self._holds.channel_errors[address] = error
        self._holds.channels[address] = asyncio.get_running_loop().time() + self.pace.token

    def accept(self, address: str) -> None:
        """A call went through: token and channel are good."""
        self._holds.refused_token = False
        self._holds.token = 0.0
        self._holds.channels.pop(address, None)


def _lane(row: Delivery) -> str:
    """What goes out in order: the posts of a channel; and each message's edits, which must not hold up a post.

    An edit waits for its own message anyhow (see `slack_move`).
    """
    return f"edits of {row.thread_of}" if row.kind is MessageKind.UPDATE else row.address
