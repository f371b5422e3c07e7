"""What a story has said, for asking whether something is new.

Law: a story is asked by its headlines and leads, which are counted, and by the vocabularies of its newest texts, as
many as reports are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from operator import attrgetter

from bot.core.similarity.changes import languages_of, told_in
from bot.core.similarity.headlines import Headline
from bot.core.similarity.names import names_told
from bot.core.similarity.sketch import says
from bot.core.similarity.tokens import is_common, is_figure
from bot.core.stories.candidates import COMPARED
from bot.core.stories.clusters import Clusters
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import Item


class StorySaid:
    """What an open story has said, as far as it is asked. `nearest`: those of its reports that are most like the entry
    that is compared with it, nearest first."""

    def __init__(self, story: int, nearest: Sequence[Item], clusters: Clusters) -> None:
        self._story = story
        self._nearest = nearest
        self._clusters = clusters
        self._index = clusters.words

    def says(self, unit: str) -> bool:
        """Whether it says a unit, in a headline, a lead or the text of one of its newest reports."""
        number = self._index.number(unit)
        if number is not None and number in self._counts:
            return True
        return any(says(text, unit) for text in self._vocabularies)

    @cached_property
    def headlines(self) -> list[Headline]:
        """Those of its nearest reports …"""
        return [item.headline for item in self._nearest]

    @cached_property
    def texts(self) -> list[list[str]]:
        """… and their units, in order, each once."""
        return [item.texts() for item in self._nearest]

    @property
    def reports(self) -> int:
        """How many it has."""
        return self._clusters.get(self._story).size

    @property
    def last_news(self) -> float:
        """When it last brought news, or began (seconds); of a story of very many reports, as far as is asked."""
        seen: list[float] = [item.seen for item in self._newest if item.is_update]
        return max(seen) if seen else float(self._newest[0].seen)

    def last_told(self, *, or_first: bool = False) -> set[str]:
        """The kinds of change that the headline of its last news tells; where it is still as it began none, or with
        `or_first` those that its first headline tells."""
        news = [item for item in self._newest if item.is_update]
        if not (news or or_first):
            return set()
        last = (max(news, key=attrgetter("seen")) if news else self._oldest).headline
        return told_in(last.whole, languages_of(last.whole), last.question.surely)

    def opening(self) -> list[str]:
        """The units of its first headline, as far as the window reaches."""
        return self._oldest.texts()[: self._oldest.of_title]

    def restated(self, query: Prepared, *, in_headlines: bool) -> int:
        """How many units an entry says that one of the newest developments was the first to say; words that stand in
        both headlines, and names of the other one that this one's first sentence says, only with `in_headlines`: they
        may be what both are about (`Alan Frith arrested`, `Man charged`), as no figure is."""
        most = 0
        said: set[int] = set()
        about: set[int | None] = set()
        if not in_headlines:
            about.update(number for number in query.title_numbers if not is_figure(self._index.text(number)))
            about.update(self._index.number(name.unit) for name in names_told(query.lead))
        for item in self._newest:
            if item.is_update:
                both = about.intersection(item.title_units())
                brought = [unit for unit in item.units if unit in query.counts and unit not in said | both]
                most = max(most, sum(not is_common(self._index.text(unit)) for unit in brought))
            said.update(item.units)
        return most

    @cached_property
    def _counts(self) -> dict[int, int]:
        return self._clusters.get(self._story).counts

    @cached_property
    def _vocabularies(self) -> list[bytes]:
        return [item.words for item in self._newest if item.words]

    @cached_property
    def _newest(self) -> list[Item]:
        return self._clusters.newest(self._story, COMPARED)

    @property
    def _oldest(self) -> Item:
        return self._clusters.oldest(self._story)
