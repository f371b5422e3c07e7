"""A report and what its story said before → whether it brings news, and which, in words a person can follow.

Law: another wording is no news. What counts is asked as readable signals: a kind of change or a figure that the story
has not told, words that it has not said long after its last news, and against these what a development said before.
Others (denials, names, number words, what the lead tells, a new lead over an old text …) were fitted too, and gained
nothing on what was left out. The weights are fitted (`bench/_development_fit.py`); nobody sets one here. Two reports
are news whatever the signals say: one that a label calls a correction, and one under an old headline but for what
stands in another's place.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.similarity.changes import BEGINNINGS, had_been_possible, happen_again, undoes, untold
from bot.core.similarity.difference import TEMPLATE, most_in_common
from bot.core.similarity.headlines import Headline, forms
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.tokens import CHARACTER, TextToken, is_common, is_figure, units, written
from bot.core.stories.figures import FiguresTold, figures_in
from bot.core.stories.prepared import Prepared
from bot.core.stories.said import StorySaid
from bot.core.stories.wordings import replaced

SIGNALS = ("change", "figure", "figure_lead", "figure_alone", "restated", "late")
_BESIDE = BEGINNINGS | {"raised", "dead", "found", "rescued"}
"""Kinds that are not named beside a figure, which says them: a toll `rises`."""
_NAMED = 3
"""Changes that are named."""
_STILL_NEW = 12.0
"""Hours after a story's news in which a headline in other words is most likely one more report of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWeights:
    """The fitted table: a weight a signal, their sum's offset, and the sum from which a report brings news."""

    signals: tuple[float, ...]
    offset: float
    tells: float


class News:
    """What a report says that its story has not said. `hours`: since the story last brought news, or began. `signals`:
    in the order of `SIGNALS`."""

    def __init__(self, new: Prepared, story: StorySaid, hours: float) -> None:
        says, headline = story.says, new.headline
        self._corrects = headline.corrects
        lead = [figure for figure in figures_in(new.lead) if figure.digits and not figure.month]
        kinds = {kind for change in new.changes for kind in change.kinds}
        told = FiguresTold(headline, kinds, story.headlines, story.texts)
        figures = [
            figure
            for figure in figures_in(headline.words)
            if figure.digits and (told.lack(figure, says) or told.have_of_others(figure))
        ]
        compared = [(figure, told.change_of(figure)) for figure in figures]
        below = [told.change_of(figure) for figure in lead if told.lack(figure, says)]
        self._compared = [said for said in (*(said for _, said in compared), *below) if said]
        self._alone = [figure.text for figure, said in compared if not said]
        self._again = happen_again(new.changes, story.last_told()) if new.changes else []
        self._fresh = list(dict.fromkeys((*untold(new.changes, says), *self._again)))
        self._headline, self._says = headline, says
        self._replaced = next(
            (found for old in story.headlines if (found := replaced(old, headline, says, new.languages))), []
        )
        is_change, is_figure = self._tells_change(story), any(said for _, said in compared)
        speaks_alone = (
            figure.kinds or not figure.numbers or any(map(says, figure.counts)) for figure, said in compared if not said
        )
        # `Frith arrested`, then `Frith charged`, or `7 dead in Frith's bus`: beside a change, or another figure,
        # what both headlines say is what they are about.
        restated = story.restated(new, in_headlines=not (is_change or is_figure))
        self.signals: tuple[float, ...] = (
            float(is_change),
            float(is_figure),
            float(any(below)),
            float(any(speaks_alone)),
            math.log1p(restated),
            _lateness(new, story, hours) if hours > _STILL_NEW else 0.0,
        )

    @property
    def is_certain(self) -> bool:
        """Whether it is news whatever the signals say."""
        return self._corrects or bool(self._replaced)

    def is_told(self, table: SignalWeights) -> bool:
        """Whether it is a development."""
        total: float = sum(map(operator.mul, table.signals, self.signals), table.offset)
        return self.is_certain or round(total, 2) >= table.tells  # as precise as the table

    def _tells_change(self, story: StorySaid) -> bool:
        """Whether a kind of change is new that no story begins with, that this one said may happen, that its last news
        undid, or that undoes what that news, or its first headline, told. What is set for a day is a plan, whether it
        may or will be (`może być otwarty od piątku`, `otwarty od piątku`): no news of what a story may begin with, if
        another headline is the same but for that."""
        if self._again or any(undoes(change, story.last_told(or_first=True)) for change in self._fresh):
            return True
        foretold = [change for change in self._fresh if had_been_possible(change, self._says)]
        begins = [change.raw for change in foretold if change.kinds <= BEGINNINGS]
        if begins and any(map(self._is_set_as, story.headlines)):
            foretold = [change for change in foretold if any(raw in change.raw for raw in begins)]
            return any(change.kinds - BEGINNINGS for change in self._fresh if change not in foretold)
        return bool(begins) or any(change.kinds - BEGINNINGS for change in self._fresh)

    def _is_set_as(self, old: Headline) -> bool:
        """Whether an earlier headline of nearly the same words names the same day."""
        days = lexicon().calendar.intersection(forms(old.words), forms(self._headline.words))
        return bool(days) and most_in_common(old.words, self._headline.words) >= TEMPLATE

    def in_words(self) -> tuple[str, ...]:
        """What changed, the clearest first."""
        changes = self._compared or self._replaced
        if self._corrects:
            return tuple(f"corrected: {said}" for said in changes[:_NAMED]) or ("corrected",)
        changes = changes + [f"now: {text}" for text in self._alone if not any(text in said for said in changes)]
        # Beside a figure only what follows upon something: that the toll `rises`, it says itself.
        fresh = [change for change in self._fresh if not (changes and change.kinds & _BESIDE)]
        fresh.sort(key=lambda change: bool(change.kinds & BEGINNINGS))
        said = [*changes, *(change.raw for change in fresh)]  # `sold` beside `sold to` says nothing
        changes += [f"now: {raw}" for raw in said[len(changes) :] if not any(raw in one != raw for one in said)]
        changes = changes or _new_words(self._headline.whole, self._says)
        return tuple(dict.fromkeys(changes))[:_NAMED]


def _lateness(new: Prepared, story: StorySaid, hours: float) -> float:
    """How far what a headline says is news by when it says so: long after the story's last news it keeps the words that
    the story began with, and has others that none of many reports has said. Who reports the same in words of his own
    has few of the first; figures are asked apart."""
    opening = [unit for unit in story.opening() if not is_common(unit)]
    kept = sum(unit in new.kept.title_units for unit in opening) / max(1, len(opening))
    telling = [
        (unit, new.weights[number])
        for unit, number in zip(new.kept.title_units, new.title_numbers, strict=True)
        if not is_common(unit)
    ]
    unsaid = sum(weight for unit, weight in telling if not is_figure(unit) and not story.says(unit))
    share = unsaid / max(1e-9, sum(weight for _, weight in telling))
    return kept * share * math.log1p(story.reports) * math.log((1 + hours) / (1 + _STILL_NEW))


def _new_words(words: Sequence[TextToken], says: Callable[[str], bool]) -> list[str]:
    """A headline from the first word on that the story has not said to the last one."""
    new: set[int] = set()
    for at, word in enumerate(words):
        places = range(at, at + 1 + (word.kind == CHARACTER and at + 1 < len(words)))
        found = units(words[at : places[-1] + 1])
        if len(found) == 1 and not (is_common(found[0]) or is_figure(found[0]) or says(found[0])):
            new.update(places)
    return [f"now: {written(words[min(new) : max(new) + 1])}"] if new else []
