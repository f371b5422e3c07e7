"""Entries with their stories → each story's words; merges by parent pointer.

Law: everything here follows from the entries that are alive and the parent pointers, in whole numbers: the same entries
give the same clusters, in whatever order they were taken in, before and after a restart.
"""

from __future__ import annotations

import math
import operator
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.stories.inverted_index import TITLE_COUNT, Words
from bot.core.stories.records import Item, Items

_AT_HAND = 1_024
"""Stories kept counted, those asked for last: most are small and never asked for again, and a count for each would take
more memory than the entries."""


@dataclass(slots=True)
class Cluster:
    """What a story's alive entries hold: `counts` in units by a token's number, `size` entries."""

    counts: dict[int, int]
    size: int

    def share(self, unit: int) -> float:
        """The share of the story's reports that hold a unit (0–1), as far as its count tells."""
        return min(1.0, self.counts.get(unit, 0) / (TITLE_COUNT * self.size))


class Agreement(NamedTuple):
    """How far two stories say the same: the cosine of what all reports of each say (0–1); what the two rarest words
    that both have weigh; what the weightiest does by the share of reports that hold it, in the story where fewer do
    (two heaps of strangers have all everyday words in common, each in few reports of either); reports of the
    `smaller`."""

    cosine: float
    rare: float
    agreed: float
    smaller: int


class Clusters:
    """All open stories."""

    def __init__(self, words: Words, items: Items) -> None:
        self.words = words
        self._items = items
        self._parents: dict[int, int] = {}
        self._children: dict[int, list[int]] = {}
        self._members: dict[int, array[int]] = {}
        """By story, its entries; a story that is not here is of the one entry that began it."""
        self._at_hand: dict[int, Cluster] = {}
        """Stories that a decision has looked at: it looks several times, and at some again and again."""

    def find(self, story: int) -> int:
        """The story as it stands now."""
        parents = self._parents
        while (parent := parents.get(story)) is not None:
            story = parent
        return story

    def get(self, story: int) -> Cluster:
        """The words of an open story (by the id that `find` gave)."""
        cluster = self._at_hand.pop(story, None)
        if cluster is None:
            entries = self._entries(story)
            counts = dict(self._items[entries[0]].counted())
            for entry in entries[1:]:
                for token, unit in self._items[entry].counted():
                    counts[token] = counts.get(token, 0) + unit
            if len(self._at_hand) >= _AT_HAND:
                del self._at_hand[next(iter(self._at_hand))]
            cluster = Cluster(counts, len(entries))
        self._at_hand[story] = cluster  # behind all others: a large story that goes on is not counted anew (0.1 s)
        return cluster

    def add(self, story: int, entry: int, units: Mapping[int, int]) -> None:
        """Takes an entry of `items`, with its tokens' units, into a story (by the id that `find` gave)."""
        if story == entry or (story not in self._members and story not in self._items):
            if story != entry:  # what was known of an item outlived the window
                self._members[story] = array("I", (entry,))
            self.words.begin(units)
            return
        cluster, recount = self.get(story), self.words.recount
        counts = cluster.counts
        for token, unit in units.items():
            before = counts.get(token, 0)
            counts[token] = before + unit
            recount(token, before, before + unit)
        cluster.size += 1
        self._members.setdefault(story, array("I", (story,))).append(entry)

    def drop(self, story: int, entry: int) -> list[int]:
        """Takes a story's oldest entry out. Returns the merged stories that are forgotten with the last one."""
        item, cluster = self._items[entry], self.get(story)
        counts = cluster.counts
        for token, unit in item.counted():
            before = counts[token]
            self.words.recount(token, before, before - unit)
            if before == unit:
                del counts[token]
            else:
                counts[token] = before - unit
        cluster.size -= 1
        if cluster.size:
            self._members[story].remove(entry)
            return []
        self._members.pop(story, None)
        self._at_hand.pop(story, None)
        self.words.stories -= 1
        gone = self._children.pop(story, [])
        for child in gone:
            del self._parents[child]
        return gone

    def agreement(self, one: int, other: int) -> Agreement:
        """How far two open stories say the same: the same in whatever order they were counted."""
        less, more = sorted((self.get(one), self.get(other)), key=lambda cluster: len(cluster.counts))
        shared = [unit for unit in less.counts if unit in more.counts]
        weights = self.words.weights(shared)
        values = [self._weighed(cluster.counts, shared) for cluster in (less, more)]
        lengths = [math.sqrt(math.fsum(x * x for x in self._weighed(c.counts, c.counts))) for c in (less, more)]
        shares = (min(less.share(unit), more.share(unit)) for unit in shared)
        return Agreement(
            cosine=math.fsum(map(operator.mul, *values)) / math.prod(lengths),
            rare=sum(sorted(weights)[-2:]),
            agreed=max(map(operator.mul, weights, shares), default=0.0),
            smaller=min(less.size, more.size),
        )

    def _weighed(self, counts: Mapping[int, int], units: Collection[int]) -> list[float]:
        return [weight * counts[unit] for weight, unit in zip(self.words.weights(units), units, strict=True)]

    def merge(self, story: int, into: int) -> None:
        """Joins two open stories (by the ids that `find` gave)."""
        lost, kept, recount = self.get(story), self.get(into), self.words.recount
        for token, unit in lost.counts.items():
            before = kept.counts.get(token, 0)
            if before:
                recount(token, unit, 0)
                recount(token, before, before + unit)
            kept.counts[token] = before + unit
        kept.size += lost.size
        entries = sorted((*self._entries(into), *self._entries(story)))
        for held in (self._members, self._at_hand):
            held.pop(story, None)
        self._members[into] = array("I", entries)
        self.words.stories -= 1
        self.adopt(story, into)

    def adopt(self, story: int, into: int) -> None:
        """Notes that a story is part of another, without touching their words (when reading a store)."""
        self._parents[story] = into
        children = self._children.setdefault(into, [])
        children.append(story)
        children.extend(self._children.pop(story, ()))

    def newest(self, story: int, most: int) -> list[Item]:
        """A story's newest entries."""
        return list(map(self._items.__getitem__, self._entries(story)[-most:]))

    def has_newest_of(self, scopes: Collection[int], story: int, most: int) -> bool:
        """Whether any of a story's newest entries is of some scopes."""
        return bool(scopes) and any(item.scope in scopes for item in self.newest(story, most))

    def are_newest_of(self, scopes: Collection[int], story: int, most: int) -> bool:
        """Whether all of a story's newest entries are of some scopes."""
        return all(item.scope in scopes for item in self.newest(story, most))

    def oldest(self, story: int) -> Item:
        """What a story began with, of what is in the window."""
        return self._items[self._entries(story)[0]]

    def _entries(self, story: int) -> Sequence[int]:
        return self._members.get(story) or (story,)
