"""An entry and a story → how well it fits, as a sum of readable features; what they share, in words.

Law: nobody sets a weight here. They stand in `weights.json`, which `make fit` writes.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import SPELLINGS
from bot.core.similarity.tokens import is_figure
from bot.core.stories.candidates import COMPARED, Candidate, cosine
from bot.core.stories.clusters import Cluster
from bot.core.stories.developments import SIGNALS, SignalWeights
from bot.core.stories.inverted_index import TITLE_COUNT
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import Item

FEATURES = ("near", "rare", "own", "spelt", "named", "agreed")
TEXT_FEATURES = (*FEATURES, "unquoted")
"""Those of an entry with a text and a report with one. See `docs/stories.md`, which shows what each is worth."""
TABLE = Path(__file__).with_name("weights.json")
"""What `make fit` wrote: the weights, and what they reach on each set and without it."""
_UNSEEN = 0.3
"""How near a story is, is the mean cosine with the reports that were compared: one stray in a large story must not draw
the rest of another event in. A report that was not compared counts this part of the nearest."""
_BY_CHANCE = 0.08
"""Share of their word triples that texts of two events hardly reach: they share 3 %, one pair in a hundred 10 %."""
_LEAST_TRIPLES = 20
"""Triples that such a share rests on at least. With the eight that prove a copy the fit hears mostly of short texts and
gives the feature a quarter of its weight (FNC with summaries .911 → .906, in a full window .921 → .912)."""
_LOG0 = 0.01
"""What is added to a share before its logarithm is taken."""


class FeatureSum(NamedTuple):
    """A sum of features: a weight each, and an offset; and from what agreement of their words on (`Clusters.agreement`)
    an entry that fits two stories by it `unites` them where one has a single report. For each doubling of the smaller
    one's reports it takes `firmer` more: what has found several reports of its own without the other is an event."""

    weights: tuple[float, ...]
    offset: float
    unites: float
    firmer: float

    def score(self, features: Sequence[float]) -> float:
        """The fit: from `Weights.joins` on, the entry joins."""
        total: float = sum(map(operator.mul, self.weights, features), self.offset)
        return total

    def unites_from(self, smaller: int) -> float:
        """The agreement from which it unites two stories, the smaller one of so many reports."""
        return self.unites + self.firmer * math.log2(smaller)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The fitted table: the sum by which headlines are judged, that by which texts are (of an entry and a story that
    both have one), the score from which an entry `joins` a story, and the one from which it `links` a second story to
    the one that it joins. What it links may be united where a telling word stands in most reports of both (`agreed`,
    see `Agreement`); where it would not join the second, only if the two rarest words of both weigh `rare`, too:
    everyday words agree in any two stories."""

    headlines: FeatureSum
    texts: FeatureSum
    joins: float
    links: float
    rare: float
    agreed: float
    developments: SignalWeights

    def judge(self, features: Sequence[float]) -> FeatureSum:
        """What features are judged by, as `features` gives them: of headlines, or of texts."""
        return self.texts if len(features) == len(TEXT_FEATURES) else self.headlines


@cache
def weights() -> Weights:
    """The table that `make fit` wrote."""
    table = json.loads(TABLE.read_text("utf-8"))
    return Weights(
        headlines=_feature_sum(table["headlines"], FEATURES),
        texts=_feature_sum(table["texts"], TEXT_FEATURES),
        joins=table["joins"],
        links=table["links"],
        rare=table["rare"],
        agreed=table["agreed"],
        developments=SignalWeights(
            signals=tuple(table["developments"]["signals"][name] for name in SIGNALS),
            offset=table["developments"]["offset"],
            tells=table["developments"]["tells"],
        ),
    )


def _feature_sum(written: Mapping[str, float], names: Sequence[str]) -> FeatureSum:
    return FeatureSum(tuple(written[name] for name in names), written["offset"], written["unites"], written["firmer"])


def features(
    query: Prepared, reports: Sequence[Candidate], cluster: Cluster, ignored: frozenset[int], of_feed: Container[int]
) -> tuple[float, ...] | None:
    """The features, in the order of `TEXT_FEATURES` where the entry and the nearest report have a text, else of
    `FEATURES`; None where nothing is shared. `reports`: the story's reports that were compared, nearest first.
    `ignored`: units that prove nothing here; nor do the texts of the entry's own feed (its scopes, `of_feed`)."""
    cosines = [report.cosine for report in reports]
    if ignored:
        cosines = sorted((cosine(query, report.item, ignored) for report in reports), reverse=True)
    near = min(COMPARED, cluster.size)
    mean = (sum(cosines[:near]) + _UNSEEN * cosines[0] * max(0, near - len(cosines))) / near
    counts, full = cluster.counts, TITLE_COUNT * cluster.size
    weights = []
    shared = own = agreed = 0.0
    for unit in filter(counts.__contains__, query.vector):
        if unit not in ignored:
            count, value = counts[unit], query.vector[unit]
            share = min(1.0, count / full)
            weights.append(query.weights[unit])
            agreed = max(agreed, query.weights[unit] * share)
            part = value * math.sqrt(share)  # a unit that one report in four holds counts half
            shared += part
            own += part * count / (query.index.units[unit] + TITLE_COUNT)
    if not weights:
        return None
    nearest = reports[0].item
    of_words = (
        math.log(mean + _LOG0),
        sum(sorted(weights)[-2:]),
        math.log(own / shared + _LOG0),
        _spelt(query, nearest),
        _named(query, cluster, ignored),
        math.log(agreed + _LOG0),
    )
    return (*of_words, _unquoted(reports, of_feed)) if query.kept.has_text and nearest.has_text else of_words


def _unquoted(reports: Sequence[Candidate], of_feed: Container[int]) -> float:
    """How far the text says nothing as any of several texts of other feeds does (0–1): one text that says it otherwise
    proves nothing."""
    others = (report for report in reports if report.item.scope not in of_feed)
    shares = [report.texts.share for report in others if report.texts.rests_on >= _LEAST_TRIPLES]
    return (1 - 1 / len(shares)) * max(0.0, 1 - max(shares) / _BY_CHANCE) if shares else 0.0


def _named(query: Prepared, cluster: Cluster, ignored: frozenset[int]) -> float:
    """The share, by weight, of the names in the headline that the story says; half where it has none."""
    said = total = 0.0
    for unit in query.names:
        total += query.weights[unit]
        if unit in cluster.counts and unit not in ignored:
            said += query.weights[unit]
    return said / total if total else 0.5


def _spelt(query: Prepared, item: Item) -> float:
    """How many words that only one title has are nearly a word that only the other has (0–1; three are 1)."""
    here, there = query.kept.title_units, item.texts()[: item.of_title]
    mine = _spelled_out(here, frozenset(there))
    theirs = _spelled_out(there, frozenset(here)) if mine else ()
    if not theirs:
        return 0.0
    found = sum(
        process.extractOne(one, theirs, scorer=fuzz.ratio, processor=None, score_cutoff=SPELLINGS) is not None
        for one in mine
    )
    return min(3, found) / 3


def _spelled_out(units: Sequence[str], others: Container[str]) -> list[str]:
    """The words of a title that another one lacks: no figures, no function words."""
    common = lexicon().common
    return [unit for unit in units if unit not in others and not is_figure(unit) and unit not in common][:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A story that an entry may belong to: its score, and the features it is the sum of."""

    story: int
    cluster: Cluster
    score: float
    features: tuple[float, ...]
    reports: Sequence[Candidate]
    apart: str = ""
    """What tells the entry from the story although it looks alike; empty: nothing does."""


def why_new(query: Prepared, fits: Sequence[Fit], joins: float) -> str:
    """Why an entry joins none of the stories that it was compared with. `joins`: the score from which it does."""
    told_apart = next((fit.apart for fit in fits if fit.score >= joins), "")
    if told_apart:
        return f"A new story: {told_apart}."
    if not query.counts:
        return "A new story: it has no words to compare."
    if not fits:
        return "A new story: nothing in the window shares enough of its rare words."
    return f"A new story: the closest {what_is_shared(query, fits[0], joins)}."


def what_is_shared(query: Prepared, fit: Fit, joins: float) -> str:
    """What an entry shares with a story, which names and figures only its headline has, and the score."""
    counts, text = fit.cluster.counts, query.index.text
    shared = query.heaviest((unit for unit in query.counts if unit in counts), 4)
    telling = [unit for unit in query.title_numbers if unit in query.names or is_figure(text(unit))]
    lacking = query.heaviest((unit for unit in telling if unit not in counts), 3)
    but = f" but not {', '.join(lacking)}" if lacking else ""
    return f"shares {', '.join(shared)}{but} (score {fit.score:.2f}, joins from {joins:.2f})"
