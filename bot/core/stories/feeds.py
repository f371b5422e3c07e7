"""A feed's newest entries → the units that they share, which prove nothing between two of them.

Law: an outlet does not repeat itself. Descriptions, slogans, notes of authors and form letters stand in entry after
entry of one feed; what joins two of its entries to one story must be a name or a figure that the others lack.
"""

from __future__ import annotations

from collections import Counter, deque

from bot.core.stories.records import Items

_NEWEST, _SHARED = 24, 3
"""A feed's newest entries that are looked at, and in how many of them a unit must stand to be the feed's own."""
_AT_HAND = 16
"""Feeds whose units are kept counted."""


class FeedUnits:
    """By feed, its newest entries."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._entries: dict[int, deque[int]] = {}
        self._counted: dict[int, Counter[int]] = {}
        """By a feed that was asked for lately (a poll brings a feed's entries one after the other), in how many of its
        newest entries each unit stands."""

    def add(self, scope: int, entry: int) -> None:
        """Takes in a feed's entry, which is in the items already."""
        if not scope:
            return
        entries = self._entries.setdefault(scope, deque(maxlen=_NEWEST))
        if (counts := self._counted.get(scope)) is not None:
            if len(entries) == _NEWEST:
                counts.subtract(self._items[entries[0]].units)
            counts.update(self._items[entry].units)
        entries.append(entry)

    def shared(self, scope: int) -> frozenset[int]:
        """The units that several of a feed's newest entries hold."""
        counts = self._counted.get(scope)
        if counts is None:
            if len(self._counted) >= _AT_HAND:
                self._counted.clear()
            counts = self._counted[scope] = Counter()
            for entry in self._entries.get(scope, ()):
                counts.update(self._items[entry].units)
        return frozenset([unit for unit, count in counts.items() if count >= _SHARED])

    def drop(self, scope: int, entry: int) -> None:
        """Forgets a feed's oldest entry."""
        self._counted.pop(scope, None)
        entries = self._entries.get(scope)
        if entries and entries[0] == entry:
            entries.popleft()
            if not entries:
                del self._entries[scope]
