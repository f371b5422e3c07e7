"""Entries with their stories in, each story's words out; merges by parent pointer.

Law: everything here follows from the entries that are alive and the parent pointers, in integers: the same entries give
the same clusters, in whatever order they were taken in, before and after a restart.
"""

from __future__ import annotations

from bot.core.stories.words import Words

TITLE_UNITS = 5
LEAD_UNITS = 2
"""What a token of the title and one of the lead count in a story: a lead's is worth two fifths."""


class Cluster:
    """What a story's alive entries hold: `counts` in units a token, `size` entries."""

    __slots__ = ("counts", "size")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.size = 0

    def share(self, token: str) -> float:
        """The share of the story's entries whose title holds a token (0–1)."""
        return self.counts.get(token, 0) / (TITLE_UNITS * self.size)


class Clusters:
    """All open stories."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._parents: dict[int, int] = {}
        self._clusters: dict[int, Cluster] = {}
        self._children: dict[int, list[int]] = {}

    def find(self, story: int) -> int:
        """The story as it stands now."""
        parents = self._parents
        while (parent := parents.get(story)) is not None:
            story = parent
        return story

    def get(self, story: int) -> Cluster:
        """The words of a story (by the id that `find` gave)."""
        return self._clusters[story]

    def open(self, story: int) -> bool:
        """Whether the story has an entry in the window."""
        return story in self._clusters

    def add(self, story: int, units: dict[str, int]) -> None:
        """Takes an entry's tokens into a story (by the id that `find` gave)."""
        cluster = self._clusters.get(story)
        if cluster is None:
            cluster = self._clusters[story] = Cluster()
            self._words.story_count += 1
        counts = cluster.counts
        for token, unit in units.items():
            before = counts.get(token, 0)
            if not before:
                self._words.tell(token, 1)
            counts[token] = before + unit
        cluster.size += 1

    def drop(self, story: int, units: dict[str, int]) -> list[int]:
        """Takes an entry's tokens out. Returns the merged stories that are forgotten with the last entry."""
        cluster = self._clusters[story]
        counts = cluster.counts
        for token, unit in units.items():
            left = counts[token] - unit
            if left:
                counts[token] = left
            else:
                del counts[token]
                self._words.tell(token, -1)
        cluster.size -= 1
        if cluster.size:
            return []
        del self._clusters[story]
        self._words.story_count -= 1
        gone = self._children.pop(story, [])
        for child in gone:
            del self._parents[child]
        return gone

    def merge(self, story: int, into: int) -> None:
        """Joins two open stories (by the ids that `find` gave)."""
        self.adopt(story, into)
        lost, kept = self._clusters.pop(story), self._clusters[into]
        self._words.story_count -= 1
        for token, unit in lost.counts.items():
            before = kept.counts.get(token, 0)
            if before:
                self._words.tell(token, -1)
            kept.counts[token] = before + unit
        kept.size += lost.size

    def adopt(self, story: int, into: int) -> None:
        """Notes that a story is part of another, without touching their words (when reading a store)."""
        self._parents[story] = into
        children = self._children.setdefault(into, [])
        children.append(story)
        children.extend(self._children.pop(story, ()))

    def parents(self) -> dict[int, int]:
        """Every merged story and what it was merged into."""
        return dict(self._parents)
