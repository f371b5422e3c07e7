"""Entries with their stories in, each story's words out; merges by parent pointer.

Law: everything here follows from the entries that are alive and the parent pointers, in whole numbers: the same entries
give the same clusters, in whatever order they were taken in, before and after a restart.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.stories.items import TITLE_UNITS, Item
from bot.core.stories.words import Words


class Cluster:
    """What a story's alive entries hold: `counts` in units a token, `size` entries."""

    __slots__ = ("counts", "size")

    def __init__(self, counts: Mapping[str, int], size: int) -> None:
        self.counts = counts
        self.size = size

    def share(self, token: str) -> float:
        """The share of the story's entries whose title holds a token (0–1)."""
        return min(1.0, self.counts.get(token, 0) / (TITLE_UNITS * self.size))


class _Open(Cluster):
    """A story of more than one entry: its counts change with it."""

    __slots__ = ()
    counts: dict[str, int]


class Clusters:
    """All open stories. Most are of one entry: those keep nothing of their own, `items` knows their words."""

    def __init__(self, words: Words, items: Mapping[int, Item]) -> None:
        self._words = words
        self._items = items
        self._parents: dict[int, int] = {}
        self._children: dict[int, list[int]] = {}
        self._clusters: dict[int, _Open | int] = {}
        """By story; a number is its only entry."""

    def find(self, story: int) -> int:
        """The story as it stands now."""
        parents = self._parents
        while (parent := parents.get(story)) is not None:
            story = parent
        return story

    def get(self, story: int) -> Cluster:
        """The words of an open story (by the id that `find` gave)."""
        cluster = self._clusters[story]
        return Cluster(self._items[cluster].units(), 1) if isinstance(cluster, int) else cluster

    def _opened(self, story: int) -> _Open:
        cluster = self._clusters[story]
        if isinstance(cluster, int):
            cluster = self._clusters[story] = _Open(dict(self._items[cluster].units()), 1)
        return cluster

    def add(self, story: int, entry: int) -> None:
        """Takes an entry's tokens into a story (by the id that `find` gave)."""
        units = self._items[entry].units()
        if story not in self._clusters:
            self._clusters[story] = entry
            self._words.stories += 1
            for token, unit in units.items():
                self._words.recount(token, 0, unit)
            return
        cluster = self._opened(story)
        counts = cluster.counts
        for token, unit in units.items():
            before = counts.get(token, 0)
            counts[token] = before + unit
            self._words.recount(token, before, before + unit)
        cluster.size += 1

    def drop(self, story: int, entry: int) -> list[int]:
        """Takes an entry's tokens out. Returns the merged stories that are forgotten with the last entry."""
        cluster = self._opened(story)
        counts = cluster.counts
        for token, unit in self._items[entry].units().items():
            before = counts[token]
            self._words.recount(token, before, before - unit)
            if before == unit:
                del counts[token]
            else:
                counts[token] = before - unit
        cluster.size -= 1
        if cluster.size:
            return []
        del self._clusters[story]
        self._words.stories -= 1
        gone = self._children.pop(story, [])
        for child in gone:
            del self._parents[child]
        return gone

    def merge(self, story: int, into: int) -> None:
        """Joins two open stories (by the ids that `find` gave)."""
        self.adopt(story, into)
        lost, kept = self.get(story), self._opened(into)
        del self._clusters[story]
        self._words.stories -= 1
        for token, unit in lost.counts.items():
            before = kept.counts.get(token, 0)
            if before:
                self._words.join(token, before, unit)
            kept.counts[token] = before + unit
        kept.size += lost.size

    def adopt(self, story: int, into: int) -> None:
        """Notes that a story is part of another, without touching their words (when reading a store)."""
        self._parents[story] = into
        children = self._children.setdefault(into, [])
        children.append(story)
        children.extend(self._children.pop(story, ()))
