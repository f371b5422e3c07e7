"""Tokens in, the newest entries that hold them and how much each token counts out: the inverted index.

Law: only the newest `NEWEST` entries of a token can be found by it, and only as many tokens are looked up as a budget
allows, rarest first; so the cost of a decision does not grow with the window. A token's weight comes from its rate in
headlines at large and from the number of *stories* (not entries) that hold it: a name in 300 reports of one story stays
rare, a word in 300 stories does not.
"""

from __future__ import annotations

import math
from array import array

from bot.core.similar.background import rate

NEWEST = 256
BUDGET = 400
PRIOR = 2_000.0
"""Stories' worth of belief in the background rates."""


class Words:
    """The inverted index."""

    def __init__(self) -> None:
        self._entries: dict[str, array[int]] = {}
        self._stories: dict[str, int] = {}
        self.story_count = 0

    def weight(self, token: str) -> float:
        """Inverse document frequency: ln of (stories in all / stories with the token), background counted in."""
        return math.log((PRIOR + self.story_count) / (PRIOR * rate(token) + self._stories.get(token, 0)))

    def add(self, token: str, entry: int) -> None:
        """Files an entry (newer than all before it) under a token."""
        held = self._entries.get(token)
        if held is None:
            self._entries[token] = array("Q", (entry,))
            return
        held.append(entry)
        if len(held) >= 2 * NEWEST:
            del held[: len(held) - NEWEST]

    def drop(self, token: str, entry: int) -> None:
        """Takes the oldest entry out of a token's file, if it is there still."""
        held = self._entries.get(token)
        if held is None:
            return
        if held[0] == entry:
            if len(held) == 1:
                del self._entries[token]
            else:
                del held[0]

    def newest(self, token: str, limit: int) -> array[int]:
        """The newest entries filed under a token, oldest of them first."""
        held = self._entries.get(token)
        if held is None:
            return array("Q")
        return held[-min(limit, NEWEST) :]

    def count(self, token: str) -> int:
        """How many entries can be found by a token."""
        held = self._entries.get(token)
        return min(len(held), NEWEST) if held is not None else 0

    def tell(self, token: str, change: int) -> None:
        """One story more (+1) or less (-1) holds the token."""
        count = self._stories.get(token, 0) + change
        if count > 0:
            self._stories[token] = count
        else:
            self._stories.pop(token, None)
