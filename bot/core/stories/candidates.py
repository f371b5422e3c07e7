"""An entry → the entries that share its rare words, most promising first."""

from __future__ import annotations

from dataclasses import dataclass
from operator import neg

from bot.core.similarity.duplicates import Likeness, likeness
from bot.core.similarity.sketch import containment
from bot.core.stories.features import Features
from bot.core.stories.inverted_index import NEWEST, Words
from bot.core.stories.records import TITLE_UNITS, Item, Items

_BUDGET = 200
"""Entries that may be looked up by their words, in all."""
COMPARED, _FAR = 12, 0.3
"""Candidates that are compared word by word: so many, and none with less than this share of the best one's votes …"""
_ALONE, _ALONE_FROM = 6, 3
"""… and so many at most that hold only one of the words looked up, when those were this many: a report of the event
would hold more of them …"""
_LOOKS_ALIKE = 0.3
"""… of which those that share this much of their words, or text enough to quote one another, are looked at closer."""
QUOTED_FROM = 0.08
"""Share of the smaller text's word triples from which two texts quote one another."""


@dataclass(slots=True)
class Candidate:
    """An entry that may be what another is about: their cosine (0–1), the share of the smaller text that stands in the
    larger, how many word triples that rests on, and how alike the two are (None: not enough to look closer)."""

    entry: int
    item: Item
    cosine: float
    share: float
    rests_on: int
    like: Likeness | None


def candidates(features: Features, words: Words, items: Items) -> list[Candidate]:
    """Entries that share the rarest tokens, most promising first (at most `COMPARED`); ties to the earlier."""
    votes: dict[int, float] = {}
    several: set[int] = set()
    looked_up = 0
    dot = {token: value * features.weights[token] for token, value in features.vector.items()}
    budget = _BUDGET
    for _, _, token in sorted(
        zip(map(neg, features.weights.values()), features.tokens.values(), features.weights, strict=True)
    ):
        if budget <= 0:
            break
        given = dict.fromkeys(words.newest(token, min(budget, NEWEST)), dot[token])
        budget -= len(given)
        again = votes.keys() & given.keys()
        for entry in again:
            given[entry] += votes[entry]
        votes.update(given)
        several |= again
        looked_up += 1
    best = sorted(votes.values(), reverse=True)[:COMPARED]
    least = max(_FAR * best[0], best[-1]) if best else 0.0
    chosen = sorted((-vote, entry) for entry, vote in votes.items() if vote >= least)
    found = []
    alone = _ALONE if looked_up >= _ALONE_FROM else COMPARED
    for _, entry in chosen[:COMPARED]:
        if entry not in several:
            alone -= 1
            if alone < 0:
                continue
        item = items[entry]
        product = 0.0
        for number, unit in zip(item.tokens, item.units, strict=True):
            if number in dot:
                product += dot[number] * unit
        cosine = min(1.0, product / (TITLE_UNITS * features.length * item.norm))
        shared = containment(features.opened, item.sketch)
        closer = cosine >= _LOOKS_ALIKE or shared[0] >= QUOTED_FROM
        like = likeness(features.side, item, shared) if closer else None
        found.append(Candidate(entry, item, cosine, *shared, like))
    return found
