"""An entry and its candidates → stories by how well it fits them.

Law: a story fits by four things at once. *Nearest*: the cosine with its nearest entries. *Told by*: how much of what
the entry says the story's entries say too, each word counted by the share of its use in the window that is this
story's, so `quake` speaks for the one quake there is and `Apple` for none of ten stories. *Borne out*: by how many
words, since one rare word in common is chance; a large story needs fewer. *Named*: what nearly all of its entries
name. Templates do not fit: `X raises its forecast` and `Y raises its forecast` are two stories, however alike.

The constants of the fit were chosen on the shared labelled sets (several orders of each, so that no one order decides)
and read as shares of a fit of 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.core.language.background import RATES, rate
from bot.core.similarity.duplicates import Likeness
from bot.core.similarity.vetoes import VetoKind
from bot.core.stories.candidates import QUOTED_FROM, Candidate
from bot.core.stories.clusters import Cluster, Clusters
from bot.core.stories.features import Features
from bot.core.stories.inverted_index import Words
from bot.core.stories.records import TITLE_UNITS, Item, title_tokens

_STORIES = 4
"""Stories of the candidates, nearest first, that are weighed."""
JOINS = 0.166
"""Fit from which an entry joins a story."""
UNITES = 0.23
"""Fit to a second story from which the entry may unite it with the first."""
WITH_TEXT = 1.55
"""With a summary or body there is more to agree in: both bounds are this much higher."""
_NEAREST, _TOLD_BY = 0.55, 0.5
"""What each of the two is worth, in a fit that is borne out."""
_NEAR, _UNSEEN = 5, 0.3
"""How near a story is, is the mean cosine with so many of its entries: one stray of another event in a large story must
not draw the rest of that event in. An entry that was not among the candidates counts this part of the nearest."""
_NAMED, _NAMED_FROM, _UNNAMED = 0.7, 4, 0.3
"""What this share of a story's reports name, from so many reports on, a further one is expected to name too: it takes
this much off the fit where it names nothing of that. Another strike in the same war has other names."""
_SHARE_POWER = 0.5
"""A word counts by the share of a story's reports that hold it, to this power: one report in four counts half."""
_STRANGERS = 1.75
"""Entries elsewhere that a word is assumed to have beside those in the window: a word seen once proves little."""
_BORNE_OUT, _BORNE_OUT_POWER, _BY_SIZE = 3.0, 0.85, 0.6
"""Words (by their effective number) from which a fit is borne out, how fewer take from it, and how much each further
report of the story counts for."""
_EVERYDAY, _SURPRISING = 4.0, 1.0
"""A word says something by its weight above that of everyday words (nats); together that must be this much."""
_AGREE, _AGREE_BY_SIZE = 0.13, 0.6
"""Agreement (0–1) two stories need to be united: for a single entry, and how much more with the smaller one's size."""
_OWN_SHARE, _OTHER_SHARE, _OWN_WEIGHT = 0.5, 0.1, 5.0
"""A story's own word: that heavy, in this share of its entries, and in hardly one of the other's."""
ESTABLISHED = 3
"""Entries from which a story is established: an entry with a text unites two such stories only if it quotes both."""
_APART = frozenset({VetoKind.PERIOD, VetoKind.NAME, VetoKind.WHEN})
"""Vetoes that make two reports two stories. Figures, opposites and denials do not: tolls rise, claims are reversed."""
_QUOTED, _QUOTED_FULL, _QUOTED_ON = 0.2, 0.2, 20
"""Reports of one event quote the same people: what is added to the fit when the two texts share word triples (from 8
% of the smaller text, in full at 20 %, if that rests on 20 triples). Texts on other events share 3 %, one in a
hundred 10 %."""
_UNQUOTED = 0.35
"""What is taken off when they share none, the more of the story's texts there are to say so."""
_PHRASE = 66.0
"""rapidfuzz score from which two titles that share everyday words only (`House passes … bill`) share a phrase, no
event."""
TEMPLATE = 78.0
"""rapidfuzz score (0–100) of two titles from which such a veto counts."""


@dataclass(slots=True)
class Fit:
    """How well an entry fits a story: `score` 0–1, its nearest entry there, and the cosine with the nearest ones."""

    story: int
    score: float
    nearest: int
    cosine: float
    bonus: float
    """The part of the score that shared text gives."""


def stories_by_fit(features: Features, found: Sequence[Candidate], words: Words, clusters: Clusters) -> list[Fit]:
    """Stories by fit, best first; ties to the earlier story. Leaves out stories whose nearest entry is a look-alike."""
    by_story: dict[int, list[Candidate]] = {}
    for candidate in sorted(found, key=attrgetter("entry")):
        by_story.setdefault(clusters.find(candidate.item.story), []).append(candidate)
    for reports in by_story.values():
        if len(reports) > 1:
            reports.sort(key=attrgetter("cosine"), reverse=True)  # stable: ties to the earlier
    ranked = []
    for _, story in sorted((-reports[0].cosine, story) for story, reports in by_story.items())[:_STORIES]:
        reports, cluster = by_story[story], clusters.get(story)
        nearest = reports[0]
        if nearest.like is not None and _apart(features, nearest.item, nearest.like):
            continue
        near = min(_NEAR, cluster.size)
        cosine = sum(report.cosine for report in reports[:near])
        cosine = (cosine + _UNSEEN * nearest.cosine * max(0, near - len(reports))) / near
        bonus = _quoted(reports)
        score = fit_to(features, cosine, cluster, words) + bonus
        ranked.append(Fit(story, score, nearest.entry, cosine, bonus))
    ranked.sort(key=lambda row: (-row.score, row.story))
    return ranked


def _quoted(reports: Sequence[Candidate]) -> float:
    """What shared text, or the lack of it, gives to a fit or takes from it."""
    shares = [report.share for report in reports if report.rests_on >= _QUOTED_ON]
    if not shares:
        return 0.0
    bonus = _QUOTED * min(1.0, (max(shares) - QUOTED_FROM) / (_QUOTED_FULL - QUOTED_FROM))
    # One text that says it otherwise proves nothing.
    return bonus if bonus >= 0 else bonus * _UNQUOTED / _QUOTED * (1 - 1 / len(shares))


def _apart(features: Features, item: Item, like: Likeness) -> bool:
    """Whether two alike titles tell of two events: by a veto, or as they share a phrase of everyday words only."""
    if like.veto is not None and like.veto.kind in _APART and like.title >= TEMPLATE:
        return True
    return like.title >= _PHRASE and _everyday(features, item)


def _everyday(features: Features, item: Item) -> bool:
    """Whether all that two titles share is everyday words, and each has at least two words of its own."""
    one, other = title_tokens(features.units.items()), title_tokens(item.counted())
    shared = one & other
    return min(len(one), len(other)) >= len(shared) + 2 and all(
        rate(features.tokens[token]) >= RATES[1] for token in shared
    )


def fit_to(features: Features, cosine: float, cluster: Cluster, words: Words, joined: Cluster | None = None) -> float:
    """The fit (0–1) of an entry to a story. `joined`: a story that it joins already, and whose words speak with this
    one's when the two may be united."""
    told = evidence = squares = surprise = 0.0
    whole = 1 - _UNNAMED * (1 - _mentioned(features, cluster, words))
    counts, full = cluster.counts, TITLE_UNITS * cluster.size
    for token, value in features.vector.items():
        count = counts.get(token)
        if count:
            covered = value * value * min(1.0, count / full) ** _SHARE_POWER
            here = count + joined.counts.get(token, 0) if joined is not None else count
            told_here = covered * here / (words.units(token) + _STRANGERS * TITLE_UNITS)
            told += told_here
            surprise += max(0.0, features.weights[token] - _EVERYDAY) * min(1.0, count / full)
            both = covered + told_here
            evidence += both
            squares += both * both
    if not squares:
        return _NEAREST * cosine * whole
    tellers = evidence * evidence / squares * (1 + _BY_SIZE * math.log(cluster.size))
    borne_out: float = min(1.0, tellers / _BORNE_OUT) ** _BORNE_OUT_POWER
    borne_out *= min(1.0, surprise / _SURPRISING)
    return (_NEAREST * cosine + _TOLD_BY * told / (features.length * features.length)) * borne_out * whole


def _mentioned(features: Features, cluster: Cluster, words: Words) -> float:
    """What an entry says of what nearly all of a story's reports name (0–1, by weight); 1 where they name nothing."""
    if cluster.size < _NAMED_FROM:
        return 1.0
    least = _NAMED * TITLE_UNITS * cluster.size
    named = [token for token, count in cluster.counts.items() if count >= least]
    weights = [weight if weight >= _EVERYDAY else 0.0 for weight in words.weights(named)]
    total = math.fsum(weights)  # a story's words have no order that a restart keeps
    said = math.fsum(weight for token, weight in zip(named, weights, strict=True) if token in features.units)
    return said / total if total else 1.0


def agree(one: Cluster, other: Cluster, words: Words) -> bool:
    """Whether two stories that an entry bridges are one: their words agree, the more so the larger they are, and not
    each has words of its own."""
    small, large = (one, other) if one.size <= other.size else (other, one)
    if small.size > 1 and _has_own(small, large, words) and _has_own(large, small, words):
        return False
    full, least = TITLE_UNITS * small.size, large.size  # a tenth of the entries, in units
    dot, left, right = [], [], []
    for (token, count), weight in zip(small.counts.items(), words.weights(small.counts), strict=True):
        here = weight * min(1.0, count / full)
        left.append(here * here)
        twin = large.counts.get(token)
        if twin:
            both = here * weight * large.share(token)
            dot.append(both * (count + twin) / (words.units(token) + _STRANGERS * TITLE_UNITS))
    often = {token: count for token, count in large.counts.items() if count >= least}
    for count, weight in zip(often.values(), words.weights(often), strict=True):
        there = weight * min(1.0, count / (TITLE_UNITS * large.size))
        right.append(there * there)
    # A story's words have no order that a restart keeps: exact sums do not depend on it.
    bound = _AGREE * (1 + _AGREE_BY_SIZE * math.log(small.size)) * math.sqrt(math.fsum(left) * math.fsum(right))
    return math.fsum(dot) >= bound


def _has_own(one: Cluster, other: Cluster, words: Words) -> bool:
    least = max(2 * TITLE_UNITS, _OWN_SHARE * TITLE_UNITS * one.size)
    own = [token for token, count in one.counts.items() if count >= least and other.share(token) <= _OTHER_SHARE]
    return any(weight >= _OWN_WEIGHT for weight in words.weights(own))
