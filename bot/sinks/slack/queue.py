"""The outbox as this process knows it: open rows, and which of them must move before the others of their lane.

The law: rows are read from the store once, then remembered (nobody else moves them, save a person with `slack retry`,
who leaves a fact); whoever changes a row here commits the same to the store at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.digests.quiet_hours import QuietHours
from bot.model import ChannelId, Delivery, DeliveryState, MessageKind
from bot.ports import Store
from bot.sinks.slack.answers import LONGEST_PATIENCE
from bot.sinks.slack.outbox import Outbox
from bot.sinks.slack.overtaking import Overtaking

_PAGE = 20
"""Rows that are read in one call on the writer thread: some 50 ms for long digests."""


class Queue:
    """Open rows, oldest first."""

    def __init__(self, clock: Callable[[], datetime], read_anew: float) -> None:
        """`read_anew`: seconds after which the store is asked for rows that were overlooked."""
        self._clock = clock
        self._read_anew = read_anew
        self._asked_at: float | None = None
        self._rows: dict[str, Delivery] = {}
        self._due: dict[str, float] = {}
        """When a row may move, in seconds of the event loop's clock: ours may jump meanwhile."""
        self.overtaking = Overtaking()
        self._read_to = 0
        """The id up to which rows were read."""
        self._addresses: Mapping[ChannelId, str] = {}

    async def read(self, outbox: Outbox) -> None:
        """Takes in the rows that are new in the store."""
        self._look_again()
        await self._read_overlooked(outbox)
        while True:
            page = await outbox.write(outbox.store.open_deliveries, self._read_to, _PAGE)
            for row in page:
                self._take_in(row)
                self._read_to = row.id
            if len(page) < _PAGE:
                break
        self.overtaking.keep(self._rows)

    async def _read_overlooked(self, outbox: Outbox) -> None:
        """A server that was behind at a failover gives numbers away that this process has read past. Only what is not
        known here is read: ten thousand messages that are held took 14 s, in which nothing else went out."""
        now = asyncio.get_running_loop().time()
        if self._asked_at is None or now - self._asked_at < self._read_anew:
            self._asked_at = now if self._asked_at is None else self._asked_at
            return
        self._asked_at = now
        overlooked = [key for key in await outbox.write(outbox.store.open_keys) if key not in self._rows]
        for start in range(0, len(overlooked), _PAGE):
            for row in await outbox.write(_rows_of, outbox.store, overlooked[start : start + _PAGE]):
                if not row.state.is_done:
                    self._take_in(row)

    def _take_in(self, row: Delivery) -> None:
        """A row as the store has it, unless it is known here."""
        if row.key in self._rows:
            return
        if row.state is DeliveryState.UNSETTLED:
            # It may be settled by now: a scope was added, the app was invited.
            row = _looked_for(row)
        self.note(row)
        self.overtaking.note_stored(row)
        if not row.state.is_waiting:
            # What is unclear is looked for at once after a start, whatever the clock of then said.
            del self._due[row.key]

    def _look_again(self) -> None:
        now = asyncio.get_running_loop().time()
        for row in list(self._rows.values()):
            if row.state is DeliveryState.UNSETTLED and now >= self._due.get(row.key, 0.0):
                self.note(_looked_for(row))

    def forget(self, busy_lanes: Collection[str]) -> None:
        """Rows are read anew, except in lanes where one is under way."""
        self._rows = {key: row for key, row in self._rows.items() if self.lane(row) in busy_lanes}
        self._read_to = 0

    async def save(self, row: Delivery, outbox: Outbox) -> None:
        """Keeps a row's new state, here and in the store."""
        self.note(row)
        await outbox.write(outbox.store.save_delivery, row)

    def note(self, row: Delivery) -> None:
        """A row's new state, which the store is about to keep."""
        if row.state.is_done:
            self._rows.pop(row.key, None)
            self._due.pop(row.key, None)
            self.overtaking.forget(row.key)
        else:
            wait = (row.not_before_at - self._clock()).total_seconds() if row.not_before_at is not None else 0.0
            self._rows[row.key] = row
            self._due[row.key] = asyncio.get_running_loop().time() + min(wait, LONGEST_PATIENCE)

    def is_due(self, row: Delivery) -> bool:
        """Whether its time has come; what is held waits for no time of its own."""
        return row.state is DeliveryState.PAUSED or asyncio.get_running_loop().time() >= self._due.get(row.key, 0.0)

    async def hold(self, rows: Iterable[Delivery], error: str | None, at: datetime, outbox: Outbox) -> None:
        """Pauses rows that wait, unless the store says that they wait no more (`slack drop`)."""
        held = [row for row in rows if row.state is not DeliveryState.PAUSED or row.error != error]
        for start in range(0, len(held), _PAGE):
            for row in await outbox.write(_hold, outbox.store, held[start : start + _PAGE], error, at):
                self.note(row)

    async def readdress(self, addresses: Mapping[ChannelId, str], busy_lanes: Collection[str], outbox: Outbox) -> None:
        """What waits for a channel goes where the rules in force say; a message that was posted stays where it is."""
        self._addresses = addresses
        for row in self.waiting():
            address = addresses.get(row.channel, row.address)
            is_posted = row.thread_of is not None and row.thread_of not in self._rows
            if address != row.address and not is_posted and self.lane(row) not in busy_lanes:
                self.overtaking.forget(row.key)
                await self.save(released(row, address), outbox)

    def address_of(self, row: Delivery) -> str:
        """That of its channel in the rules in force."""
        return self._addresses.get(row.channel, row.address)

    def waiting(self, to: str | None = None) -> list[Delivery]:
        """Rows that go out as soon as they may, to the destination `to` or anywhere."""
        return [row for row in self._rows.values() if row.state.is_waiting and to in (None, destination(row))]

    def edits_of(self, key: str) -> list[Delivery]:
        return [row for row in self.waiting() if row.kind is MessageKind.UPDATE and row.thread_of == key]

    def heads(self, quiet_hours: QuietHours) -> dict[str, Delivery]:
        """The row of each lane that must move before any other of it. What `quiet_hours` holds steps aside for now."""
        quiet = quiet_hours.held(self._rows.values())
        heads: dict[str, Delivery] = {}
        edited: set[str | None] = set()
        behind: dict[str, Delivery] = {}
        # What waits for a person or for the end of quiet hours holds up nobody else; nor does what belongs to a message
        # that is not posted yet.
        movable = {
            row.key: row
            for row in sorted(self._rows.values(), key=_turn)
            if row.thread_of not in self._rows and row.state is not DeliveryState.UNSETTLED and row.key not in quiet
        }
        self.overtaking.look(movable)
        for row in movable.values():
            if row.kind is MessageKind.UPDATE:
                edited.add(row.thread_of)
            elif row.kind is MessageKind.REPLY and row.thread_of in edited:
                # The edit shows whether the message is still there: Slack would post the reply into the channel.
                continue
            name = self.lane(row)
            if not row.state.is_waiting or not self.overtaking.is_behind(row):
                heads.setdefault(name, row)
            elif name not in behind or self.overtaking.turn(row) < self.overtaking.turn(behind[name]):
                behind[name] = row
        for name, row in behind.items():
            if name not in heads and self.overtaking.may_go(row):
                heads[name] = row
        return heads

    def lane(self, row: Delivery) -> str:
        """What goes out in order: the posts of a channel, except one that does not get through while others do; and
        each message's edits, which must not hold up a post.

        An edit waits for its own message anyhow (see `heads`); so does a reply, which steps aside while refused.
        """
        if row.kind is MessageKind.UPDATE:
            return f"edits of {row.thread_of}"
        if row.kind is MessageKind.REPLY and row.state is DeliveryState.PAUSED:
            return f"replies to {row.thread_of}"
        return f"{row.key} alone" if self.overtaking.is_aside(row.key) else row.address


def _turn(row: Delivery) -> tuple[int, int, int]:
    """Rows go out in the order of their ids; the rest of a message that was too long right after it."""
    return row.place or row.id, row.digest.number_from, row.id


def _looked_for(row: Delivery) -> Delivery:
    """A row that waits for a person, as it is while it is looked for once more."""
    return replace(row, state=DeliveryState.UNKNOWN, error=None, not_before_at=None)


def _rows_of(store: Store, keys: Iterable[str]) -> list[Delivery]:
    return list(filter(None, map(store.delivery, keys)))


def _hold(store: Store, held: Sequence[Delivery], error: str | None, at: datetime) -> list[Delivery]:
    """With what was learnt of where they go."""
    channels = {row.key: row.slack_channel for row in held}
    rows = []
    for row in _rows_of(store, channels):
        if row.state.is_waiting:
            row = replace(
                row,
                state=DeliveryState.PAUSED,
                error=error,
                not_before_at=None,
                held_since_at=row.held_since_at or at,
                slack_channel=channels[row.key] or row.slack_channel,
            )
            store.save_delivery(row)
        rows.append(row)
    return rows


def released(row: Delivery, address: str | None = None) -> Delivery:
    """The row as it is when it may go out again, to `address` if that has changed. Since when it was held is told once
    it has gone out."""
    return replace(
        row,
        state=DeliveryState.PENDING,
        address=address or row.address,
        not_before_at=None,
        error=None,
    )


def destination(row: Delivery) -> str:
    """What a refusal of this row speaks of: the channel's name or id as the rules have it; for an edit or a reply what
    was posted in its channel: a thread that is locked says nothing of new messages."""
    return row.address if row.thread_of is None else f"posted in {row.slack_channel or ''}"


def method_of(row: Delivery) -> str:
    """The method of Slack's Web API that takes a row."""
    return "chat.update" if row.kind is MessageKind.UPDATE else "chat.postMessage"
