"""A feed's newest entries → the units that they share, which prove nothing between two of them.

Law: an outlet does not repeat itself. Descriptions, slogans, notes of authors and form letters stand in entry after
entry of one feed; what joins two of its entries to one story must be a name or a figure that the others lack.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container

from bot.core.stories.records import Items

_NEWEST, _SHARED = 24, 3
"""A feed's newest entries that are looked at, and in how many of them a unit must stand to be the feed's own."""


class FeedUnits:
    """By feed, its newest entries."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._entries: dict[int, deque[int]] = {}

    def add(self, scope: int, entry: int) -> None:
        """Takes in a feed's entry."""
        if scope:
            self._entries.setdefault(scope, deque(maxlen=_NEWEST)).append(entry)

    def shared(self, scope: int, units: Container[int]) -> frozenset[int]:
        """Those of some units that several of a feed's newest entries hold."""
        counts: Counter[int] = Counter()
        for entry in self._entries.get(scope, ()):
            counts.update(filter(units.__contains__, self._items[entry].units))
        return frozenset([unit for unit, count in counts.items() if count >= _SHARED])

    def drop(self, scope: int, entry: int) -> None:
        """Forgets a feed's oldest entry."""
        entries = self._entries.get(scope)
        if entries and entries[0] == entry:
            entries.popleft()
            if not entries:
                del self._entries[scope]
