"""The stories that an entry may belong to → in words what it shares with one, and why it belongs to none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.similarity.tokens import is_figure
from bot.core.stories.candidates import Candidate
from bot.core.stories.clusters import Clusters
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A story that an entry may belong to: its score, and the features it is the sum of."""

    story: int
    score: float
    features: tuple[float, ...]
    reports: Sequence[Candidate]
    apart: str = ""
    """What tells the entry from the story although it looks alike; empty: nothing does."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Tells what decided. `joins`: the score from which an entry joins."""

    words: Words
    clusters: Clusters
    joins: float

    def why_new(self, query: Prepared, fits: Sequence[Fit]) -> str:
        """Why an entry joins none of the stories that it was compared with."""
        told_apart = next((fit.apart for fit in fits if fit.score >= self.joins), "")
        if told_apart:
            return f"A new story: {told_apart}."
        if not query.counts:
            return "A new story: it has no words to compare."
        if not fits:
            return "A new story: nothing in the window shares its rare words."
        return f"A new story: the closest {self.about(query, fits[0])}."

    def about(self, query: Prepared, fit: Fit) -> str:
        """What an entry shares with a story, which names and figures only its headline has, and the score."""
        counts, text = self.clusters.get(fit.story).counts, self.words.text
        shared = query.heaviest((unit for unit in query.counts if unit in counts), 4, self.words)
        telling = [unit for unit in query.title_numbers if unit in query.names or is_figure(text(unit))]
        lacking = query.heaviest((unit for unit in telling if unit not in counts), 3, self.words)
        but = f" but not {', '.join(lacking)}" if lacking else ""
        return f"shares {', '.join(shared)}{but} (score {fit.score:.2f}, joins from {self.joins:.2f})"
