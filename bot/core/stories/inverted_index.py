"""The inverted index: tokens → the newest entries that hold them, and how much each token counts.

Law: only the newest `NEWEST` entries of a token can be found by it, and only as many as a budget allows, rarest token
first; so the cost of a decision does not grow with the window. A token's weight comes from how many *stories* hold it,
and from whether it is a function word of some language: a name in 300 reports of one story stays rare, a word in 300
stories does not. Everything kept is a whole number, so that an index made anew from the same entries is the same.

Each token has a number as long as an entry holds it; numbers are this process's own and decide nothing.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from bot.core.similarity.tokens import expected_share

LEAD_COUNT = 5
MOST_LEAD = 2
TITLE_COUNT = MOST_LEAD * LEAD_COUNT + 1
"""What a unit of the lead counts each time it stands there (but no more than twice), and one of the title: so the count
says where a unit stands."""
SHARES = tuple(count / TITLE_COUNT for count in range(256))
"""What a token's count in an entry is of that of a title's token."""
NEWEST = 128
_NEARLY = 1 + 1e-9
"""Two sums of the same numbers, in another order, differ by less."""
PRIOR = 500.0
"""Stories' worth of belief in what the languages' lists say of a word, before any story has come."""


class Words:
    """The inverted index. Columns by a token's number: most tokens stand in one entry only, so an object for each
    would be most of the index."""

    def __init__(self) -> None:
        """`text`: the token of a number; `number`: that of a token, if an entry holds it. `units`: how often the window
        holds the token of a number, over all stories; `stories`: how many are open."""
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._tokens: list[str] = []
        self._expected = array("d")
        """Stories of `PRIOR` that hold the token by its background rate."""
        self._common = array("d")
        """ln of the number of stories that are believed to hold it."""
        self.units = array("Q")
        self._squares = array("Q")
        """The sum of the squares of its units by story."""
        self._entries: list[array[int] | int] = []
        """The newest entries that hold it, in order; a number is the only one, 0 none."""
        self.stories = 0
        self.text, self.number = self._tokens.__getitem__, self._numbers.get

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """The tokens' numbers; a token that comes up for the first time gets one."""
        known = self._numbers.get
        return [number if (number := known(token)) is not None else self._enter(token) for token in tokens]

    def _enter(self, token: str) -> int:
        expected = 0.5 + PRIOR * expected_share(token)
        if not self._free:
            self._free.append(len(self._tokens))
            self._tokens.append(token)
            for column in (self._expected, self._common):
                column.append(0.0)
            for counts in (self.units, self._squares, self._entries):
                counts.append(0)
        number = self._numbers[token] = self._free.pop()
        self._tokens[number], self._expected[number], self._common[number] = token, expected, math.log(expected)
        return number

    def weights(self, numbers: Iterable[int]) -> list[float]:
        """Inverse document frequency, ln of (stories in all / stories with the token), the belief before counted in:
        always above 0.

        Stories with the token are counted by their effective number (inverse Simpson: units² / sum of squares), so that
        strays of one large story do not make its names common.
        """
        stories, common = math.log(PRIOR + self.stories + 1), self._common
        return [stories - common[number] for number in numbers]

    def length(self, numbers: Iterable[int], counts: Iterable[int]) -> float:
        """The Euclidean length of an entry whose tokens count so much: of their weights times `SHARES`."""
        stories, common = math.log(PRIOR + self.stories + 1), self._common
        pairs = zip(numbers, counts, strict=True)
        return math.hypot(*[(stories - common[number]) * SHARES[count] for number, count in pairs])

    def add(self, numbers: Iterable[int], entry: int) -> None:
        """Files an entry (newer than all before it) under its tokens."""
        entries = self._entries
        for number in numbers:
            held = entries[number]
            if held == 0:
                entries[number] = entry
            elif isinstance(held, int):
                entries[number] = array("I", (held, entry))
            else:
                held.append(entry)
                if len(held) >= 2 * NEWEST:
                    del held[: len(held) - NEWEST]

    def drop(self, number: int, entry: int) -> None:
        """Takes the oldest entry out of a token's file, if it is there still."""
        held = self._entries[number]
        if held == entry:
            self._entries[number] = held = 0
        elif not isinstance(held, int) and held[0] == entry:
            del held[0]
            if len(held) == 1:
                self._entries[number] = held[0]
        if held == 0 and not self.units[number]:
            del self._numbers[self._tokens[number]]
            self._tokens[number] = ""
            self._free.append(number)

    def votes(
        self, weights: Mapping[int, float], vector: Mapping[int, float], budget: int, most: int, enough: float
    ) -> dict[int, float]:
        """The newest entries filed under some tokens, `budget` in all, each with the sum of weight × vector of those
        that it was found by: the weightiest first; of one weight by their texts, for a number decides nothing. Entries
        that cannot be among the `most` with the largest sums, or reach `enough`, may be left out: those that only the
        last tokens hold."""
        entries = self._entries
        looked_up: list[tuple[float, Sequence[int]]] = []
        for number in self._weightiest(weights):
            held = entries[number]
            newest: Sequence[int] = (held,) if isinstance(held, int) else held[-min(budget, NEWEST) :]
            looked_up.append((vector[number] * weights[number], newest))
            budget -= len(newest)
            if budget <= 0:
                break
        to_come = sum(vote for vote, _ in looked_up) * _NEARLY
        least = math.inf
        votes: dict[int, float] = {}
        get = votes.get
        for vote, newest in looked_up:
            # What comes up here for the first time is behind all that did, or has too few.
            if to_come < enough or (to_come < least and len(votes) >= most):
                for entry in filter(votes.__contains__, newest):
                    votes[entry] += vote
            else:
                for entry in newest:
                    votes[entry] = get(entry, 0.0) + vote
            least = min(least, vote)
            to_come -= vote
        return votes

    def _weightiest(self, weights: Mapping[int, float]) -> Iterator[int]:
        """Those of some tokens that entries are filed under, as `votes` asks for them: few of their texts are looked
        at."""
        filed = sorted(filter(self._entries.__getitem__, weights), key=weights.__getitem__, reverse=True)
        for _, tied in groupby(filed, weights.__getitem__):
            yield from sorted(tied, key=self._tokens.__getitem__)

    def begin(self, counts: Mapping[int, int]) -> None:
        """A story begins with these units."""
        self.stories += 1
        # `recount` of each, at once: a text has a hundred and more.
        all_units, all_squares, common, expected = self.units, self._squares, self._common, self._expected
        for number, count in counts.items():
            held = all_units[number] = all_units[number] + count
            squares = all_squares[number] = all_squares[number] + count * count
            common[number] = math.log(expected[number] + held * held / squares)

    def recount(self, number: int, before: int, after: int) -> None:
        """A story's units of a token change from `before` to `after`."""
        units = self.units[number] = self.units[number] + after - before
        squares = self._squares[number] = self._squares[number] + after * after - before * before
        self._common[number] = math.log(self._expected[number] + units * units / (squares or 1))
