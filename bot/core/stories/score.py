"""An entry and a story → how well it fits, as a sum of readable features.

Law: nobody sets a number here. The weights stand in `weights.json`, which `make fit` writes.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from bot.core.similarity.tokens import is_common, is_figure
from bot.core.stories.clusters import Cluster
from bot.core.stories.developments import SIGNALS, SignalWeights
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import TITLE_COUNT, Item

FEATURES = (
    "near",
    "size",
    "spelt",
    "alone",
    "text",
    "cover",
    "cover_text",
    "said",
    "frame",
    "replaced",
    "named",
    "figures",
)
TABLE = Path(__file__).with_name("weights.json")
"""What `make fit` wrote: the weights, and what they reach on each set and without it."""
_NEAREST, _UNSEEN = 5, 0.3
"""How near a story is, is the mean cosine with so many of its reports: one stray in a large story must not draw the
rest of another event in. A report that was not compared counts this part of the nearest."""
_SPELLINGS = 70.0
"""rapidfuzz ratio (0–100) from which two units are nearly alike."""
_NAMED_FROM, _NAMED = 3, 0.7
"""Reports from which a story names something: what this share of them name."""
_SHARE_POWER = 0.5
"""A unit counts by the share of a story's reports that hold it, to this power: one report in four counts half."""
_EVERYDAY, _SURPRISE = math.log(100), 0.8
"""The weight of a word that one headline in a hundred holds, and by how much more what is shared must weigh in all:
`House passes …` is said of every bill."""
_LOG0 = 0.01
"""What is added to a share before its logarithm is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The fitted table: a weight a feature, their sum's offset, and the two bounds."""

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
    says: Callable[[str], bool],
    ignored: frozenset[int] = frozenset(),
) -> tuple[float, ...] | None:
    """The features, in the order of `FEATURES`; None where too little is shared. `cosines`: with the
    story's reports that were compared, nearest first. `says`: whether the story says a unit. `ignored`: units that
    prove nothing here."""
    size = cluster.size
    near = min(_NEAREST, size)
    mean = (sum(cosines[:near]) + _UNSEEN * cosines[0] * max(0, near - len(cosines))) / near
    total = covered = evidence = squares = surprise = 0.0
    counts, full = cluster.counts, TITLE_COUNT * size
    for unit, value in query.vector.items():
        count = counts.get(unit)
        total += value if count else query.unmatched * value
        if count and unit not in ignored:
            cover = value * min(1.0, count / full) ** _SHARE_POWER
            covered += cover
            told = cover * count / (words.units(unit) + TITLE_COUNT)
            evidence += told
            squares += told * told
            surprise += max(0.0, query.weights[unit] - _EVERYDAY)
    if surprise < _SURPRISE:
        return None
    there = nearest.title_units()
    here = query.title_numbers
    frame, replaced = _frame(here, there, query, words)
    text = 1.0 if query.has_text and nearest.has_text else 0.0
    cover = math.log(covered / total + _LOG0)
    return (
        math.log(mean + _LOG0),
        math.log(size),
        _spelt(here, there, words),
        1.0 if evidence * evidence < 1.3 * squares else 0.0,
        text,
        cover,
        text * cover,
        _said(query, words, says) if text else 0.0,
        frame,
        replaced,
        _named(query, cluster, words),
        _figures(here, there, counts, words),
    )


def _said(query: Prepared, words: Words, says: Callable[[str], bool]) -> float:
    """The share of the title's weight that the story's headlines and texts say, as a logarithm."""
    weights = [query.weights[unit] for unit in query.title_numbers]
    said = sum(weight for unit, weight in zip(query.title_numbers, weights, strict=True) if says(words.text(unit)))
    total = said + query.unmatched * (sum(weights) - said)
    return math.log(said / total + _LOG0) if total else 0.0


def _frame(here: Sequence[int], there: Sequence[int], query: Prepared, words: Words) -> tuple[float, float]:
    """(share of the shorter title's units that both have in order, weight of what stands in the place of what)."""
    same, replaced = 0, 0.0
    gone: list[int] = []
    come: list[int] = []
    for step in (*Indel.opcodes(there, here), None):
        if step is not None and step.tag != "equal":
            gone.extend(there[step.src_start : step.src_end])
            come.extend(here[step.dest_start : step.dest_end])
            continue
        if gone and come:
            mine = max((query.weights[unit] for unit in come if unit not in there), default=0.0)
            theirs = [unit for unit in gone if unit not in query.counts]
            replaced = max(replaced, min(mine, max(words.weights(theirs), default=0.0)))
        gone.clear()
        come.clear()
        if step is not None:
            same += step.src_end - step.src_start
    share = same / max(1, min(len(here), len(there)))
    return share, replaced / 7 if share >= 0.5 else 0.0


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


def _named(query: Prepared, cluster: Cluster, words: Words) -> float:
    """What an entry says of what nearly all of a story's reports name (0–1, by weight); 1 where they name nothing."""
    if cluster.size < _NAMED_FROM:
        return 1.0
    least = _NAMED * TITLE_COUNT * cluster.size
    named = [unit for unit, count in cluster.counts.items() if count >= least and not is_common(words.text(unit))]
    heavy = words.weights(named)
    total = math.fsum(heavy)  # a story's units have no order that a restart keeps
    said = math.fsum(weight for unit, weight in zip(named, heavy, strict=True) if unit in query.counts)
    return said / total if total else 1.0


def _figures(here: Sequence[int], there: Sequence[int], counts: dict[int, int], words: Words) -> float:
    """1 where each title has a figure that the other has not, and the story neither."""
    mine = any(unit not in counts and is_figure(words.text(unit)) for unit in here)
    return 1.0 if mine and any(is_figure(words.text(unit)) for unit in there if unit not in here) else 0.0
