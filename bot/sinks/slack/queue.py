"""The outbox as this process knows it: open rows, and which of them must move before the others of their lane.

The law: rows are read from the store once, then remembered (nobody else moves them, save a person with `slack retry`,
who leaves a fact); whoever changes a row here commits the same to the store at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.model import Delivery, DeliveryState, MessageKind
from bot.ports import Store, Writer

_PAGE = 20
"""Rows that are read in one call on the writer thread: some 50 ms for long digests."""


class Queue:
    """Open rows, oldest first."""

    def __init__(self) -> None:
        self._rows: dict[str, Delivery] = {}
        self._read_to = 0
        """The id up to which rows were read."""

    async def read(self, writer: Writer, store: Store) -> None:
        """Takes in the rows that are new in the store."""
        while True:
            page = await writer(store.open_deliveries, self._read_to, _PAGE)
            for row in page:
                if row.state is DeliveryState.UNSETTLED:
                    # It may be settled by now: a scope was added, the app was invited.
                    row = replace(row, state=DeliveryState.UNKNOWN, error=None)
                self._rows.setdefault(row.key, row)
                self._read_to = row.id
            if len(page) < _PAGE:
                return

    def forget(self, busy_lanes: Collection[str]) -> None:
        """Rows are read anew, except in lanes where one is under way."""
        self._rows = {key: row for key, row in self._rows.items() if lane(row) in busy_lanes}
        self._read_to = 0

    async def save(self, row: Delivery, writer: Writer, store: Store) -> None:
        """Keeps a row's new state, here and in the store."""
        self.note(row)
        await writer(store.save_delivery, row)

    def note(self, row: Delivery) -> None:
        """A row's new state, which the store is about to keep."""
        if row.state.is_done:
            self._rows.pop(row.key, None)
        else:
            self._rows[row.key] = row

    def waiting(self, address: str | None = None) -> list[Delivery]:
        """Rows that go out as soon as they may, to `address` or anywhere."""
        return [row for row in self._rows.values() if row.state.is_waiting and address in (None, row.address)]

    def heads(self) -> dict[str, Delivery]:
        """The row of each lane that must move before any other of it."""
        heads: dict[str, Delivery] = {}
        for row in self._rows.values():
            parent = self._rows.get(row.thread_of) if row.thread_of is not None else None
            # What waits for a person, and what belongs to such a message, holds up nobody else.
            if all(one.state is not DeliveryState.UNSETTLED for one in (row, parent) if one is not None):
                heads.setdefault(lane(row), row)
        return heads


def lane(row: Delivery) -> str:
    """What goes out in order: the posts of a channel; and each message's edits, which must not hold up a post.

    An edit waits for its own message anyhow (see `attempt`).
    """
    return f"edits of {row.thread_of}" if row.kind is MessageKind.UPDATE else row.address


def method_of(row: Delivery) -> str:
    """Slack's method for a row."""
    return "chat.update" if row.kind is MessageKind.UPDATE else "chat.postMessage"
