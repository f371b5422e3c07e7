"""Tokens in, the newest entries that hold them and how much each token counts out: the inverted index.

Law: only the newest `NEWEST` entries of a token can be found by it, and only as many as a budget allows, rarest token
first; so the cost of a decision does not grow with the window. A token's weight comes from its rate in headlines at
large and from how many *stories* hold it: a name in 300 reports of one story stays rare, a word in 300 stories does
not. Everything kept is a whole number, so that an index made anew from the same entries is the same.
"""

from __future__ import annotations

import math
from array import array

from bot.core.similar.background import rate

NEWEST = 256
PRIOR = 1_600.0
"""Stories' worth of belief in the background rates."""
LEAST = 0.3
"""The weight that a word which is in nearly every story keeps."""


class _Held:
    """What is held of one token: entries in order, units over all stories, and the sum of their squares by story."""

    __slots__ = ("entries", "squares", "units")

    def __init__(self) -> None:
        self.entries = array("I")
        self.units = 0
        self.squares = 0


class Words:
    """The inverted index."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self.stories = 0
        """How many stories are open."""

    def weight(self, token: str) -> float:
        """Inverse document frequency, ln of (stories in all / stories with the token), background counted in.

        Stories with the token are counted by their effective number (inverse Simpson: units² / sum of squares), so that
        strays of one large story do not make its names common.
        """
        held = self._held.get(token)
        holding = held.units * held.units / held.squares if held is not None and held.squares else 0.0
        return max(LEAST, math.log((PRIOR + self.stories) / (PRIOR * rate(token) + holding)))

    def units(self, token: str) -> int:
        """How often the window holds the token, in units."""
        held = self._held.get(token)
        return held.units if held is not None else 0

    def add(self, token: str, entry: int) -> None:
        """Files an entry (newer than all before it) under a token."""
        held = self._held.get(token)
        if held is None:
            held = self._held[token] = _Held()
        held.entries.append(entry)
        if len(held.entries) >= 2 * NEWEST:
            del held.entries[: len(held.entries) - NEWEST]

    def drop(self, token: str, entry: int) -> None:
        """Takes the oldest entry out of a token's file, if it is there still."""
        held = self._held.get(token)
        if held is None:
            return
        if held.entries and held.entries[0] == entry:
            del held.entries[0]
        if not held.entries and not held.units:
            del self._held[token]

    def newest(self, token: str, limit: int) -> array[int]:
        """The newest entries filed under a token, oldest of them first."""
        held = self._held.get(token)
        return held.entries[-min(limit, NEWEST) :] if held is not None else array("I")

    def recount(self, token: str, before: int, after: int) -> None:
        """A story's units of a token change from `before` to `after`."""
        held = self._held.get(token)
        if held is None:
            held = self._held[token] = _Held()
        held.units += after - before
        held.squares += after * after - before * before

    def join(self, token: str, one: int, other: int) -> None:
        """Two stories with these units of a token become one."""
        self._held[token].squares += 2 * one * other
