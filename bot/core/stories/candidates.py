"""An entry → the reports that share its rare units, and their stories, nearest first."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress

from bot.core.similarity.sketch import Overlap, overlap
from bot.core.stories.clusters import Clusters
from bot.core.stories.inverted_index import SHARES, Words
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import Item, Items

BUDGET = 200
"""Entries that may be looked up by their units, in all."""
COMPARED = 8
"""Candidates that are compared unit by unit."""
_LOOKED_AT = 12
"""Candidates by votes that the nearest are chosen from."""
_LEAST_VOTES = 0.08
"""Votes that a report must have, as a share of those that the entry gives itself: with fewer it is hardly ever nearer
than `_FAR`. Of twelve reports in made-up news four have them, in real feeds seven; no labelled set loses by it."""
_NEAR = 0.5
"""Share of the nearest story's cosine below which another story is not weighed."""
_FAR = 0.1
"""Cosine below which a report is about something else, whatever else speaks for it."""
STORIES = 3
"""Their stories that are weighed, nearest first."""


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A report that shares units with an entry, their cosine (0–1), and how much their texts share."""

    entry: int
    item: Item
    cosine: float
    texts: Overlap


def candidates(query: Prepared, words: Words, items: Items) -> list[Candidate]:
    """The nearest reports, nearest first; ties to the earlier."""
    votes = words.votes(query.weights, query.vector, BUDGET, _LOOKED_AT)
    least = _LEAST_VOTES * query.length * query.length
    likely = [entry for entry, vote in votes.items() if vote >= least]
    likely.sort(key=votes.__getitem__, reverse=True)  # ties to what shares the rarer unit
    compared: list[tuple[float, int, Item]] = []
    for entry in likely[:_LOOKED_AT]:
        item = items[entry]
        near = cosine(query, item, words, at_least=_FAR)
        if near >= _FAR:
            compared.append((-near, entry, item))
    compared.sort()
    return [
        Candidate(entry=entry, item=item, cosine=-far, texts=overlap(query.opened, item.sketch))
        for far, entry, item in compared[:COMPARED]
    ]


def cosine(query: Prepared, item: Item, words: Words, ignored: Collection[int] = (), at_least: float = 0.0) -> float:
    """The cosine of an entry and a report (0–1); where it is less than `at_least`, something less than that. `ignored`:
    units that prove nothing between them."""
    dot = mine = theirs = 0.0
    vector, weights, units, counts = query.vector, query.weights, item.units, item.counts
    for at in compress(range(len(units)), map(vector.__contains__, units)):
        unit = units[at]
        if unit not in ignored:
            own, value = vector[unit], weights[unit] * SHARES[counts[at]]
            dot += own * value
            mine += own * own
            theirs += value * value
    if not dot:
        return 0.0
    slack, unmatched = query.unmatched, query.length * query.length - mine
    if unmatched > 0.0:
        mine += slack * unmatched
    # Most are far from it, which the title's units show: of a report with a text they are a fifth.
    title = item.of_title if at_least else len(units)
    values = words.vector(units[:title], counts[:title])
    while True:
        length = math.hypot(*values)
        unmatched = length * length - theirs
        near = dot / math.sqrt(mine * (theirs + slack * unmatched if unmatched > 0.0 else theirs))
        if near < at_least or len(values) == len(units):
            return near if near < 1.0 else 1.0
        values += words.vector(units[title:], counts[title:])


def stories_of(compared: Sequence[Candidate], clusters: Clusters) -> list[tuple[int, list[Candidate]]]:
    """Stories with their reports among the candidates, nearest first; ties to the earlier story."""
    by_story: dict[int, list[Candidate]] = {}
    for candidate in compared:
        by_story.setdefault(clusters.find(candidate.item.story), []).append(candidate)
    nearest = sorted(by_story.items(), key=lambda row: (-row[1][0].cosine, row[0]))[:STORIES]
    return [row for row in nearest if row[1][0].cosine >= _NEAR * nearest[0][1][0].cosine]
