"""Which message keeps its channel silent, and which others go past it.

The law: posts of a channel go out in order, and nothing is sent past one whose outcome nobody knows. A message that a
gateway in between refuses for its words (a filter of a company's, a proxy with a limit) would hold its channel up for
ever. So one that Slack's history shows not to have arrived, try after try, steps aside, and now and then one of those
behind it has a try, each in its turn (the next one may hold the same words): if that arrives, it is the message and not
the channel, and whatever follows goes past it. If nothing gets through, order stays but for the one that is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.model import Delivery, DeliveryState, MessageKind

_TRIES = 4
"""Tries of which nothing arrived (two minutes) before another message is tried, and between two such."""


class Overtaking:
    """By delivery key; after a restart one more try tells. What stands aside goes first whenever it can be sent: only
    while the outcome of its next try is open, too, may another one be tried."""

    def __init__(self) -> None:
        self._absences: dict[str, int] = {}
        """Tries that were surely not posted, though nobody said no."""
        self._aside: dict[str, str] = {}
        """What stepped aside and was not overtaken yet, and for which address: one of each."""
        self._others: dict[str, int] = {}
        """Tries of others while it stood aside."""
        self._overtaken: set[str] = set()
        self._movable: Mapping[str, Delivery] = {}
        """Rows that move by themselves just now: nobody waits for one that waits for a person or for quiet hours."""

    def look(self, movable: Mapping[str, Delivery]) -> None:
        self._movable = movable

    def keep(self, keys: Collection[str]) -> None:
        """Only these rows are open still: a person may have given up the others."""
        for key in [key for key in (*self._absences, *self._aside, *self._overtaken) if key not in keys]:
            self.forget(key)

    def note_stored(self, row: Delivery) -> None:
        """A row that an earlier process left: of a worker that is run by the clock none lives for four tries."""
        if row.state in (DeliveryState.SENDING, DeliveryState.UNKNOWN) or row.absent:
            self._absences.setdefault(row.key, min(row.attempts, _TRIES) - 1)

    def note_absent(self, row: Delivery) -> None:
        """A try of this row's did not arrive: the history says so."""
        tries = self._absences[row.key] = self._absences.get(row.key, 0) + 1
        if row.key in self._overtaken:
            return
        if (key := self._before(row)) is not None:
            self._others[key] = self._others.get(key, 0) + 1
        elif tries >= _TRIES:
            self._aside[row.key] = row.address

    def note_arrived(self, row: Delivery) -> None:
        """What stands aside for this row's address is overtaken by it. Its last try may have been the last of an
        outage: it is tried twice more before its form is believed to be at fault."""
        for key in [key for key, address in self._aside.items() if address == row.address and key != row.key]:
            del self._aside[key]
            self._overtaken.add(key)
            self._absences[key] = _TRIES - 2

    def is_aside(self, key: str) -> bool:
        return key in self._aside or key in self._overtaken

    def is_overtaken(self, key: str) -> bool:
        """Whether another message of its channel arrived while this one did not, however often it was tried in the form
        that it has now."""
        return key in self._overtaken and self._absences[key] >= _TRIES

    def is_behind(self, row: Delivery) -> bool:
        """Whether one stands aside that goes before this row; edits, which ring no bell, are behind none."""
        is_free = row.kind is MessageKind.UPDATE or row.key in self._aside
        return not is_free and self._before(row) is not None

    def turn(self, row: Delivery) -> int:
        """Of those behind one that stands aside the lowest has the next try."""
        return self._absences.get(row.key, 0)

    def may_go(self, row: Delivery) -> bool:
        """Whether one behind another may have a try now."""
        key = self._before(row)
        if key is None or self._movable[key].state is not DeliveryState.UNKNOWN:
            return key is None
        return self._absences[key] >= _TRIES * (self._others.get(key, 0) + 1)

    def note_form(self, row: Delivery, rest: str | None = None) -> None:
        """The row has another form now, its rest is another one (`rest`: its key); both go on beside the others."""
        for key in filter(None, (row.key, rest)):
            self._absences[key] = 0
            self._overtaken.add(key)

    def forget(self, key: str) -> None:
        """The row is done, or begins anew."""
        self._absences.pop(key, None)
        self._aside.pop(key, None)
        self._others.pop(key, None)
        self._overtaken.discard(key)

    def _before(self, row: Delivery) -> str | None:
        """What else stands aside for this address and was not overtaken yet."""
        for key, address in self._aside.items():
            if address == row.address and key != row.key and key in self._movable:
                return key
        return None
