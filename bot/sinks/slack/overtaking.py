"""Which message keeps its channel silent, and which others go past it.

The law: posts of a channel go out in order, and nothing is sent past one whose outcome nobody knows. A message that a
gateway in between refuses for its words (a filter of a company's, a proxy with a limit) would hold its channel up for
ever. So one that Slack's history shows not to have arrived, try after try, steps aside, and the next of its channel has
a try now and then: if that arrives, it is the message and not the channel, and whatever follows goes past it. If
nothing gets through, order stays: no third one is tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Delivery, DeliveryState

_TRIES = 4
"""Tries of which nothing arrived (two minutes) before another message is tried, and between two such."""


class Overtaking:
    """By delivery key; a restart begins anew. What stands aside goes first whenever it can be sent: only while the
    outcome of its next try is open, too, may another one be tried."""

    def __init__(self) -> None:
        self._absences: dict[str, int] = {}
        """Tries that were surely not posted, though nobody said no."""
        self._aside: dict[str, str] = {}
        """What stepped aside, and for which address: one of each, and those that were overtaken."""
        self._overtaken: set[str] = set()

    def note_absent(self, row: Delivery) -> None:
        """A try of this row's did not arrive: the history says so."""
        tries = self._absences[row.key] = self._absences.get(row.key, 0) + 1
        if tries >= _TRIES and self._before(row) is None:
            self._aside[row.key] = row.address

    def note_arrived(self, row: Delivery) -> None:
        """What stands aside for this row's address is overtaken by it."""
        if (key := self._before(row)) is not None:
            self._overtaken.add(key)

    def is_aside(self, key: str) -> bool:
        return key in self._aside

    def is_overtaken(self, key: str) -> bool:
        """Whether another message of its channel arrived while this one did not, however often it was tried in the form
        that it has now."""
        return key in self._overtaken and self._absences[key] >= _TRIES

    def may_go(self, row: Delivery, rows: Mapping[str, Delivery]) -> bool:
        """Whether this row need not wait for one of `rows` that stands aside."""
        if (key := self._before(row)) is None:
            return True
        is_tried = key in rows and rows[key].state is DeliveryState.UNKNOWN
        return is_tried and self._absences[key] >= _TRIES * (self._absences.get(row.key, 0) + 1)

    def note_form(self, row: Delivery, rest: str | None = None) -> None:
        """The row has another form now, its rest is another one (`rest`: its key); both go on beside the others."""
        for key in filter(None, (row.key, rest)):
            self._absences[key] = 0
            self._aside[key] = row.address
            self._overtaken.add(key)

    def forget(self, key: str) -> None:
        """The row is done."""
        self._absences.pop(key, None)
        self._aside.pop(key, None)
        self._overtaken.discard(key)

    def _before(self, row: Delivery) -> str | None:
        """What else stands aside for this address and was not overtaken yet."""
        for key, address in self._aside.items():
            if address == row.address and key != row.key and key not in self._overtaken:
                return key
        return None
