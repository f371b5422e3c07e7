"""An entry and the entries that share its rare words in, stories by how well it fits them out.

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
from operator import attrgetter, neg

from bot.core.language.background import RATES, rate
from bot.core.similarity.duplicates import Likeness, likeness
from bot.core.similarity.sketch import containment
from bot.core.similarity.vetoes import VetoKind
from bot.core.stories.clusters import Cluster, Clusters
from bot.core.stories.features import Query
from bot.core.stories.inverted_index import NEWEST, Words
from bot.core.stories.records import TITLE_UNITS, Item, Items, title_tokens

BUDGET = 200
"""Entries that may be looked up by their words, in all."""
COMPARED, FAR = 12, 0.3
"""Candidates that are compared word by word: so many, and none with less than this share of the best one's votes …"""
ALONE, ALONE_FROM = 6, 3
"""… and so many at most that hold only one of the words looked up, when those were this many: a report of the event
would hold more of them …"""
LOOKS_ALIKE = 0.3
"""… of which those that share this much of their words, or text enough to quote one another, are looked at closer …"""
STORIES = 4
"""… and so many of their stories, nearest first, are weighed."""
JOINS = 0.166
"""Fit from which an entry joins a story."""
UNITES = 0.23
"""Fit to a second story from which the entry may unite it with the first."""
WITH_TEXT = 1.55
"""With a summary or body there is more to agree in: both bounds are this much higher."""
NEAREST, TOLD_BY = 0.55, 0.5
"""What each of the two is worth, in a fit that is borne out."""
NEAR, UNSEEN = 5, 0.3
"""How near a story is, is the mean cosine with so many of its entries: one stray of another event in a large story must
not draw the rest of that event in. An entry that was not among the candidates counts this part of the nearest."""
NAMED, NAMED_FROM, UNNAMED = 0.7, 4, 0.3
"""What this share of a story's reports name, from so many reports on, a further one is expected to name too: it takes
this much off the fit where it names nothing of that. Another strike in the same war has other names."""
SHARE_POWER = 0.5
"""A word counts by the share of a story's reports that hold it, to this power: one report in four counts half."""
STRANGERS = 1.75
"""Entries elsewhere that a word is assumed to have beside those in the window: a word seen once proves little."""
BORNE_OUT, BORNE_OUT_POWER, BY_SIZE = 3.0, 0.85, 0.6
"""Words (by their effective number) from which a fit is borne out, how fewer take from it, and how much each further
report of the story counts for."""
EVERYDAY, SURPRISING = 4.0, 1.0
"""A word says something by its weight above that of everyday words (nats); together that must be this much."""
AGREE, AGREE_BY_SIZE = 0.13, 0.6
"""Agreement (0–1) two stories need to be united: for a single entry, and how much more with the smaller one's size."""
OWN_SHARE, OTHER_SHARE, OWN_WEIGHT = 0.5, 0.1, 5.0
"""A story's own word: that heavy, in this share of its entries, and in hardly one of the other's."""
ESTABLISHED = 3
"""Entries from which a story is established: an entry with a text unites two such stories only if it quotes both."""
APART = frozenset({VetoKind.PERIOD, VetoKind.NAME, VetoKind.WHEN})
"""Vetoes that make two reports two stories. Figures, opposites and denials do not: tolls rise, claims are reversed."""
QUOTED, QUOTED_FROM, QUOTED_FULL, QUOTED_ON = 0.2, 0.08, 0.2, 20
"""Reports of one event quote the same people: what is added to the fit when the two texts share word triples (from 8
% of the smaller text, in full at 20 %, if that rests on 20 triples). Texts on other events share 3 %, one in a
hundred 10 %."""
UNQUOTED = 0.35
"""What is taken off when they share none, the more of the story's texts there are to say so."""
PHRASE = 66.0
"""rapidfuzz score from which two titles that share everyday words only (`House passes … bill`) share a phrase, no
event."""
TEMPLATE = 78.0
"""rapidfuzz score (0–100) of two titles from which such a veto counts."""


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


@dataclass(slots=True)
class Fit:
    """How well an entry fits a story: `score` 0–1, its nearest entry there, and the cosine with the nearest ones."""

    story: int
    score: float
    nearest: int
    cosine: float
    bonus: float
    """The part of the score that shared text gives."""


def candidates(query: Query, words: Words, items: Items) -> list[Candidate]:
    """Entries that share the rarest tokens, most promising first (at most `COMPARED`); ties to the earlier."""
    votes: dict[int, float] = {}
    several: set[int] = set()
    looked_up = 0
    dot = {token: value * query.weights[token] for token, value in query.vector.items()}
    budget = BUDGET
    for _, _, token in sorted(zip(map(neg, query.weights.values()), query.tokens.values(), query.weights, strict=True)):
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
    least = max(FAR * best[0], best[-1]) if best else 0.0
    chosen = sorted((-vote, entry) for entry, vote in votes.items() if vote >= least)
    found = []
    alone = ALONE if looked_up >= ALONE_FROM else COMPARED
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
        cosine = min(1.0, product / (TITLE_UNITS * query.length * item.norm))
        shared = containment(query.opened, item.sketch)
        closer = cosine >= LOOKS_ALIKE or shared[0] >= QUOTED_FROM
        like = likeness(query.side, item, shared) if closer else None
        found.append(Candidate(entry, item, cosine, *shared, like))
    return found


def fits(query: Query, found: Sequence[Candidate], words: Words, clusters: Clusters) -> list[Fit]:
    """Stories by fit, best first; ties to the earlier story. Leaves out stories whose nearest entry is a look-alike."""
    by_story: dict[int, list[Candidate]] = {}
    for candidate in sorted(found, key=attrgetter("entry")):
        by_story.setdefault(clusters.find(candidate.item.story), []).append(candidate)
    for reports in by_story.values():
        if len(reports) > 1:
            reports.sort(key=attrgetter("cosine"), reverse=True)  # stable: ties to the earlier
    ranked = []
    for _, story in sorted((-reports[0].cosine, story) for story, reports in by_story.items())[:STORIES]:
        reports, cluster = by_story[story], clusters.get(story)
        nearest = reports[0]
        if nearest.like is not None and _apart(query, nearest.item, nearest.like):
            continue
        near = min(NEAR, cluster.size)
        cosine = sum(report.cosine for report in reports[:near])
        cosine = (cosine + UNSEEN * nearest.cosine * max(0, near - len(reports))) / near
        bonus = _quoted(reports)
        score = fit(query, cosine, cluster, words) + bonus
        ranked.append(Fit(story, score, nearest.entry, cosine, bonus))
    ranked.sort(key=lambda row: (-row.score, row.story))
    return ranked


def _quoted(reports: Sequence[Candidate]) -> float:
    """What shared text, or the lack of it, gives to a fit or takes from it."""
    shares = [report.share for report in reports if report.rests_on >= QUOTED_ON]
    if not shares:
        return 0.0
    bonus = QUOTED * min(1.0, (max(shares) - QUOTED_FROM) / (QUOTED_FULL - QUOTED_FROM))
    # One text that says it otherwise proves nothing.
    return bonus if bonus >= 0 else bonus * UNQUOTED / QUOTED * (1 - 1 / len(shares))


def _apart(query: Query, item: Item, like: Likeness) -> bool:
    """Whether two alike titles tell of two events: by a veto, or as they share a phrase of everyday words only."""
    if like.veto is not None and like.veto.kind in APART and like.title >= TEMPLATE:
        return True
    return like.title >= PHRASE and _everyday(query, item)


def _everyday(query: Query, item: Item) -> bool:
    """Whether all that two titles share is everyday words, and each has at least two words of its own."""
    one, other = title_tokens(query.units.items()), title_tokens(item.counted())
    shared = one & other
    return min(len(one), len(other)) >= len(shared) + 2 and all(
        rate(query.tokens[token]) >= RATES[1] for token in shared
    )


def fit(query: Query, cosine: float, cluster: Cluster, words: Words, joined: Cluster | None = None) -> float:
    """The fit (0–1) of an entry to a story. `joined`: a story that it joins already, and whose words speak with this
    one's when the two may be united."""
    told = evidence = squares = surprise = 0.0
    whole = 1 - UNNAMED * (1 - _mentioned(query, cluster, words))
    counts, full = cluster.counts, TITLE_UNITS * cluster.size
    for token, value in query.vector.items():
        count = counts.get(token)
        if count:
            covered = value * value * min(1.0, count / full) ** SHARE_POWER
            here = count + joined.counts.get(token, 0) if joined is not None else count
            told_here = covered * here / (words.units(token) + STRANGERS * TITLE_UNITS)
            told += told_here
            surprise += max(0.0, query.weights[token] - EVERYDAY) * min(1.0, count / full)
            both = covered + told_here
            evidence += both
            squares += both * both
    if not squares:
        return NEAREST * cosine * whole
    tellers = evidence * evidence / squares * (1 + BY_SIZE * math.log(cluster.size))
    borne_out: float = min(1.0, tellers / BORNE_OUT) ** BORNE_OUT_POWER
    borne_out *= min(1.0, surprise / SURPRISING)
    return (NEAREST * cosine + TOLD_BY * told / (query.length * query.length)) * borne_out * whole


def _mentioned(query: Query, cluster: Cluster, words: Words) -> float:
    """What an entry says of what nearly all of a story's reports name (0–1, by weight); 1 where they name nothing."""
    if cluster.size < NAMED_FROM:
        return 1.0
    least = NAMED * TITLE_UNITS * cluster.size
    named = [token for token, count in cluster.counts.items() if count >= least]
    weights = [weight if weight >= EVERYDAY else 0.0 for weight in words.weights(named)]
    total = math.fsum(weights)  # a story's words have no order that a restart keeps
    said = math.fsum(weight for token, weight in zip(named, weights, strict=True) if token in query.units)
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
            dot.append(both * (count + twin) / (words.units(token) + STRANGERS * TITLE_UNITS))
    often = {token: count for token, count in large.counts.items() if count >= least}
    for count, weight in zip(often.values(), words.weights(often), strict=True):
        there = weight * min(1.0, count / (TITLE_UNITS * large.size))
        right.append(there * there)
    # A story's words have no order that a restart keeps: exact sums do not depend on it.
    bound = AGREE * (1 + AGREE_BY_SIZE * math.log(small.size)) * math.sqrt(math.fsum(left) * math.fsum(right))
    return math.fsum(dot) >= bound


def _has_own(one: Cluster, other: Cluster, words: Words) -> bool:
    least = max(2 * TITLE_UNITS, OWN_SHARE * TITLE_UNITS * one.size)
    own = [token for token, count in one.counts.items() if count >= least and other.share(token) <= OTHER_SHARE]
    return any(weight >= OWN_WEIGHT for weight in words.weights(own))
