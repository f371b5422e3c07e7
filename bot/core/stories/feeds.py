"""A feed's newest entries → which outlets count as one with an entry's, and the units that entries of one feed share,
which prove nothing between two of them.

Law: an outlet does not repeat itself. Descriptions, slogans, notes of authors and form letters stand in entry after
entry of one feed; what joins two of its entries to one story must be a name or a figure that the others lack.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Iterable, Sequence

from bot.core.stories.records import Items, feed_and_outlet, scope_key, scope_of
from bot.model import Entry, FeedId

_NEWEST, _SHARED = 24, 3
"""A feed's newest entries that are looked at, and in how many of them a unit must stand to be the feed's own."""
_OUTLETS = 3
"""Of so many outlets a feed gathers strangers, who may repeat each other."""


class Feeds:
    """By feed, its newest entries. A scope is an outlet in a feed, see `records.scope_of`."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._entries: dict[int, deque[int]] = {}
        """By a scope's key."""
        self._scopes: dict[str, deque[tuple[int, str]]] = {}
        """Each entry with its scope, by the feed's id."""

    def add(self, scope: str, entry: int) -> None:
        """Takes in an entry of a scope."""
        if scope:
            self._entries.setdefault(scope_key(scope), deque(maxlen=_NEWEST)).append(entry)
            feed, _ = feed_and_outlet(scope)
            if feed:
                self._scopes.setdefault(feed, deque(maxlen=_NEWEST)).append((entry, scope))

    def own(self, entry: Entry, former: Sequence[FeedId]) -> frozenset[int]:
        """The keys of the scopes that count as one with an entry's, its own among them; none where it has none.
        `former`: ids that its feed had before.

        A feed of one outlet stays that when its site moves to another domain, and under another id: items of one form
        (`Job: …`, `CVE …`) were taken for copies of those that had come from the old one.
        """
        scope = scope_of(entry)
        if not scope or entry.feed is None:
            return frozenset((scope_key(scope),)) if scope else frozenset()
        held = [of_one for feed in (entry.feed, *former) for of_one in self._scopes_of(feed)]
        scopes = {scope, *held}  # one or two, of two dozen entries
        is_one = len(held) >= _SHARED and len({feed_and_outlet(of_one)[1] for of_one in scopes}) < _OUTLETS
        return frozenset(map(scope_key, scopes if is_one else (scope,)))

    def _scopes_of(self, feed: FeedId) -> list[str]:
        """The scope of each of a feed's newest entries in the window."""
        newest = self._scopes.get(feed, deque())
        while newest and newest[0][0] not in self._items:
            newest.popleft()
        return [scope for _, scope in newest]

    def shared(self, scopes: Iterable[int], units: Container[int]) -> frozenset[int]:
        """Those of some units that several of the newest entries of some scopes hold."""
        counts: Counter[int] = Counter()
        for scope in scopes:
            for entry in self._entries.get(scope, ()):
                counts.update(filter(units.__contains__, self._items[entry].units))
        return frozenset([unit for unit, count in counts.items() if count >= _SHARED])

    def drop(self, scope: int, entry: int) -> None:
        """Forgets the oldest entry of a scope (by its key)."""
        entries = self._entries.get(scope)
        if entries and entries[0] == entry:
            entries.popleft()
            if not entries:
                del self._entries[scope]
