"""What a story and a report have said, for asking whether something is new.

Law: a story is asked by its headlines and leads, which are counted, and by the vocabularies of its newest texts, as
many as reports are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from bot.core.similarity.changes import languages_of, told_in
from bot.core.similarity.headlines import read_headline
from bot.core.similarity.names import names_told
from bot.core.similarity.sketch import says
from bot.core.similarity.tokens import is_common, is_figure
from bot.core.stories.candidates import COMPARED
from bot.core.stories.clusters import Clusters
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import Item, Items


class Said:
    """Asks the stories of an index."""

    def __init__(self, words: Words, items: Items, clusters: Clusters) -> None:
        self._words = words
        self._items = items
        self._clusters = clusters

    def by_report(self, item: Item) -> Callable[[str], bool]:
        """Whether a report says a unit, in its headline or its text."""
        units: set[str] | None = None  # headlines are seldom asked

        def told(unit: str) -> bool:
            nonlocal units
            if units is None:
                units = {self._words.text(number) for number in item.units}
            return unit in units or (bool(item.words) and says(item.words, unit))

        return told

    def by_story(self, story: int) -> Callable[[str], bool]:
        """Whether a story says a unit, in a headline, a lead or the text of one of its newest reports."""
        counts = self._clusters.get(story).counts
        texts: list[bytes] | None = None

        def told(unit: str) -> bool:
            nonlocal texts
            number = self._words.number(unit)
            if number is not None and number in counts:
                return True
            if texts is None:
                texts = [item.words for item in self._newest(story) if item.words]
            return any(says(text, unit) for text in texts)

        return told

    def last_news(self, story: int) -> float:
        """When a story last brought news, or began (seconds); of a story of very many reports, as far as is asked."""
        newest = self._newest(story)
        seen: list[float] = [item.seen for item in newest if item.is_update]
        return max(seen) if seen else float(newest[0].seen)

    def last_told(self, story: int, *, or_first: bool = False) -> set[str]:
        """The kinds of change that the headline of a story's last news tells; where it is still as it began none, or
        with `or_first` those that its first headline tells."""
        news = [item for item in self._newest(story) if item.is_update]
        if not (news or or_first):
            return set()
        item = max(news, key=attrgetter("seen")) if news else self._items[self._clusters.oldest(story)]
        last = read_headline(item.title)
        return told_in(last.whole, languages_of(last.whole), last.question.surely)

    def opening(self, story: int) -> list[str]:
        """The units of a story's first headline, as far as the window reaches."""
        return list(map(self._words.text, self._items[self._clusters.oldest(story)].title_units()))

    def restated(self, query: Prepared, story: int, *, in_headlines: bool) -> int:
        """How many units an entry says that one of the story's newest developments was the first to say; words that
        stand in both headlines, and names of the other one that this one's first sentence says, only with
        `in_headlines`: they may be what both are about (`Alan Frith arrested`, `Man charged`), as no figure is."""
        most = 0
        said: set[int] = set()
        about: set[int | None] = set()
        if not in_headlines:
            about.update(number for number in query.title_numbers if not self._is_figure(number))
            about.update(self._words.number(name.unit) for name in names_told(query.lead))
        for item in self._newest(story):
            if item.is_update:
                both = about.intersection(item.title_units())
                brought = [unit for unit in item.units if unit in query.counts and unit not in said | both]
                most = max(most, sum(not is_common(self._words.text(unit)) for unit in brought))
            said.update(item.units)
        return most

    def _newest(self, story: int) -> list[Item]:
        return [self._items[entry] for entry in self._clusters.newest(story, COMPARED)]

    def _is_figure(self, number: int) -> bool:
        return is_figure(self._words.text(number))
