"""An entry and a story → how well it fits, as a sum of readable features.

Law: nobody sets a weight here. They stand in `weights.json`, which `make fit` writes.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.core.similarity.tokens import is_common
from bot.core.stories.clusters import Cluster
from bot.core.stories.developments import SIGNALS, SignalWeights
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import TITLE_COUNT, Item

FEATURES = ("near", "centroid", "own", "alone", "spelt", "named")
"""See `docs/stories.md`, which shows what each is worth."""
TABLE = Path(__file__).with_name("weights.json")
"""What `make fit` wrote: the weights, and what they reach on each set and without it."""
_NEAREST, _UNSEEN = 5, 0.3
"""How near a story is, is the mean cosine with so many of its reports: one stray in a large story must not draw the
rest of another event in. A report that was not compared counts this part of the nearest."""
_NEAR_ENOUGH = 0.5
"""Mean cosine from which nearer proves no more: headlines of one template are nearer than reports of one event."""
_SPELLINGS = 70.0
"""rapidfuzz ratio (0–100) from which two units are nearly alike."""
_SHARE_POWER = 0.5
"""A unit counts by the share of a story's reports that hold it, to this power: one report in four counts half."""
_ALONE = 1.3
"""Effective number of units (inverse Simpson) up to which a likeness rests on one."""
_EVERYDAY, _SURPRISE = math.log(100), 1.0
"""The weight of a word that one headline in a hundred holds, and by how much more what is shared must weigh in all,
each unit by the share of the reports that hold it: `Man killed in crash` is said of every crash. Of several reports
that agree half of it will do."""
_RARELY = 20
"""A unit that fewer than one in so many of a story's reports hold adds nothing to the length of its centroid."""
_LOG0 = 0.01
"""What is added to a share before its logarithm is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The fitted table: a weight a feature, their sum's offset, the score from which an entry `joins` a story, and how
    much more it takes for one that it `unites` with the first (see `StoryIndex`)."""

    features: tuple[float, ...]
    offset: float
    joins: float
    unites: float
    developments: SignalWeights


@cache
def weights() -> Weights:
    """The table that `make fit` wrote."""
    table = json.loads(TABLE.read_text("utf-8"))
    return Weights(
        features=tuple(table["features"][name] for name in FEATURES),
        offset=table["offset"],
        joins=table["joins"],
        unites=table["unites"],
        developments=SignalWeights(
            signals=tuple(table["developments"]["signals"][name] for name in SIGNALS),
            offset=table["developments"]["offset"],
            tells=table["developments"]["tells"],
        ),
    )


def fit_score(features: Sequence[float], table: Weights) -> float:
    """The fit: from `table.joins` on, the entry joins."""
    total: float = sum(map(operator.mul, table.features, features), table.offset)
    return total


def features(
    query: Prepared,
    cosines: Sequence[float],
    nearest: Item,
    cluster: Cluster,
    words: Words,
    ignored: frozenset[int] = frozenset(),
) -> tuple[float, ...] | None:
    """The features, in the order of `FEATURES`; None where too little is shared. `cosines`: with those of the
    story's reports that were compared, nearest first. `ignored`: units that prove nothing here."""
    near = min(_NEAREST, cluster.size)
    mean = (sum(cosines[:near]) + _UNSEEN * cosines[0] * max(0, near - len(cosines))) / near
    dot = covered = evidence = squares = surprise = 0.0
    counts, full = cluster.counts, TITLE_COUNT * cluster.size
    for unit, value in query.vector.items():
        count = counts.get(unit)
        if count and unit not in ignored:
            share = min(1.0, count / full)
            dot += value * query.weights[unit] * share
            cover = value * share**_SHARE_POWER
            covered += cover
            told = cover * count / (words.units(unit) + TITLE_COUNT)
            evidence += told
            squares += told * told
            surprise += max(0.0, query.weights[unit] - _EVERYDAY) * share
    if not covered or min(2, cluster.size) * surprise < _SURPRISE:
        return None
    return (
        math.log(min(_NEAR_ENOUGH, mean) + _LOG0),
        math.log(dot / (query.length * _length(cluster, words)) + _LOG0),
        math.log(evidence / covered + _LOG0),
        1.0 if evidence * evidence < _ALONE * squares else 0.0,
        _spelt(query.title_numbers, nearest.title_units(), words),
        _named(query, cluster, ignored),
    )


def _named(query: Prepared, cluster: Cluster, ignored: frozenset[int]) -> float:
    """The share, by weight, of the names in the headline that the story says; half where it has none."""
    said = total = 0.0
    for unit in query.names:
        total += query.weights[unit]
        if unit in cluster.counts and unit not in ignored:
            said += query.weights[unit]
    return said / total if total else 0.5


def _length(cluster: Cluster, words: Words) -> float:
    """The Euclidean length of a story's centroid: each unit by the share of its reports that hold it."""
    full = TITLE_COUNT * cluster.size
    counts = {unit: count for unit, count in cluster.counts.items() if count * _RARELY >= full}
    shares = (min(1.0, count / full) for count in counts.values())
    # A story's units have no order that a restart keeps: an exact sum does not depend on it.
    return math.sqrt(
        math.fsum((weight * share) ** 2 for weight, share in zip(words.weights(counts), shares, strict=True))
    )


def _spelt(here: Sequence[int], there: Sequence[int], words: Words) -> float:
    """How many words that only one title has are nearly a word that only the other has (0–1; three are 1)."""
    mine = [words.text(unit) for unit in here if unit not in there]
    theirs = [words.text(unit) for unit in there if unit not in here]
    mine, theirs = ([text for text in texts if text[0] != "#" and not is_common(text)][:12] for texts in (mine, theirs))
    found = sum(
        process.extractOne(one, theirs, scorer=fuzz.ratio, processor=None, score_cutoff=_SPELLINGS) is not None
        for one in mine
    )
    return min(3, found) / 3
