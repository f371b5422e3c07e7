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
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from rapidfuzz import fuzz
from rapidfuzz.distance import Postfix, Prefix

from bot.core.similarity.changes import Change, changes_in, kinds_in, languages_of, mark
from bot.core.similarity.headlines import FEWEST_WORDS, Headline, Tokens, forms, grouped
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.titles import (
    SPELLINGS,
    TEMPLATE,
    Difference,
    denials_in,
    difference,
    inflected,
    is_particle,
    most_in_common,
    opposites_in,
    telling,
)
from bot.core.similarity.tokens import CHARACTER, COMMON_IN, FIGURE, TextToken, is_common, is_figure, units, written
from bot.core.stories.figures import Figure, arrow, change_of, figures_in, is_new
from bot.core.stories.prepared import Prepared

SIGNALS = ("turn", "figure", "figure_lead", "figure_alone", "restated", "late")
_BEGINNINGS = frozenset(
    {
        *("attacked", "banned", "bid", "born", "burnt", "closed", "confirmed", "declared", "deployed"),
        *("lost", "lowered", "married", "missing", "returned", "safe", "signed", "split", "spread", "started"),
        *("struck", "talks", "truce", "won"),
    }
)
"""Kinds of change that a story may begin with, and that another wording of its beginning may tell."""
_BESIDE = _BEGINNINGS | {"raised", "dead", "found"}
"""Kinds that are not named beside a figure, which says them: a toll `rises`."""
_NAMED = 3
"""Changes that are named."""
_ROOT, _PREFIX = 4, 2
"""Letters that two words with unlike prefixes share at least, and that a prefix has."""
_STILL_NEW = 12.0
"""Hours after a story's news in which a headline in other words is most likely one more report of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWeights:
    """The fitted table: a weight a signal, their sum's offset, and the sum from which a report brings news."""

    signals: tuple[float, ...]
    offset: float
    tells: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a story said, as far as it is asked.

    `says`: whether it says a unit. `headlines`: of its nearest reports; `texts`: their units in order. `restated`: how
    many units of the report a development was the first to say. `hours`: since its last news, or since it began;
    `reports`: how many it has; `opening`: the units of its first headline.
    """

    says: Callable[[str], bool]
    headlines: Sequence[Headline]
    texts: Callable[[], Sequence[Sequence[str]]]
    restated: int
    hours: float
    reports: int
    opening: Callable[[], Sequence[str]]


class News:
    """What a report says that its story has not said. `signals`: in the order of `SIGNALS`."""

    def __init__(self, new: Prepared, story: Background) -> None:
        says, headline = story.says, new.headline
        self._corrects = headline.corrects
        own = figures_in(headline.words)
        lead = [figure for figure in figures_in(new.lead) if figure.digits and not figure.month]
        told = [figure for old in story.headlines for figure in figures_in(old.words)] if own or lead else []
        kinds = {kind for change in new.changes for kind in change.kinds}
        texts = cache(story.texts)
        figures = [figure for figure in own if figure.digits and is_new(figure, says, told)]
        compared = [(figure, change_of(figure, kinds, told, texts)) for figure in figures]
        below = [change_of(figure, kinds, told, texts) for figure in lead if is_new(figure, says, told)]
        self._compared = [said for said in (*(said for _, said in compared), *below) if said]
        self._alone = [figure.text for figure, said in compared if not said]
        self._fresh = _untold(new.changes, says)
        self._headline, self._says = headline, says
        self._replaced = next(
            (found for old in story.headlines if (found := _replaced(old, headline, says, new.languages))), []
        )
        self.signals: tuple[float, ...] = (
            float(any(change.kinds - _BEGINNINGS for change in self._fresh)),
            float(any(said for _, said in compared)),
            float(any(below)),
            float(
                any(
                    figure.kinds or not figure.numbers or any(map(says, figure.counts))
                    for figure, said in compared
                    if not said
                )
            ),
            math.log1p(story.restated),
            _lateness(new, story) if story.hours > _STILL_NEW else 0.0,
        )

    @property
    def is_certain(self) -> bool:
        """Whether it is news whatever the signals say."""
        return self._corrects or bool(self._replaced)

    def is_told(self, table: SignalWeights) -> bool:
        """Whether it is a development."""
        total: float = sum(map(operator.mul, table.signals, self.signals), table.offset)
        return self.is_certain or total >= table.tells

    def in_words(self) -> tuple[str, ...]:
        """What changed, the clearest first."""
        changes = self._compared or [
            said for said in self._replaced if not (self._corrects and said.startswith("now:"))
        ]
        if self._corrects:
            return tuple(f"corrected: {said}" for said in changes[:_NAMED]) or ("corrected",)
        changes = changes + [f"now: {text}" for text in self._alone if not any(text in said for said in changes)]
        # Beside a figure only what follows upon something: that the toll `rises`, it says itself.
        fresh = [change for change in self._fresh if not (changes and change.kinds & _BESIDE)]
        fresh.sort(key=lambda change: bool(change.kinds & _BEGINNINGS))
        changes += [f"now: {change.raw}" for change in fresh if not any(change.raw in said for said in changes)]
        changes = changes or _new_words(self._headline.whole, self._says)
        return tuple(dict.fromkeys(changes))[:_NAMED]


def _lateness(new: Prepared, story: Background) -> float:
    """How far what a headline says is news by when it says so: long after the story's last news it keeps the words that
    the story began with, and has others that none of many reports has said. Who reports the same in words of his own
    has few of the first; figures are asked apart."""
    opening = [unit for unit in story.opening() if not is_common(unit)]
    kept = sum(unit in new.title_units for unit in opening) / max(1, len(opening))
    telling = [
        (unit, new.weights[number])
        for unit, number in zip(new.title_units, new.title_numbers, strict=True)
        if not is_common(unit)
    ]
    unsaid = sum(weight for unit, weight in telling if not is_figure(unit) and not story.says(unit))
    share = unsaid / max(1e-9, sum(weight for _, weight in telling))
    return kept * share * math.log1p(story.reports) * math.log((1 + story.hours) / (1 + _STILL_NEW))


def _new_words(words: Sequence[TextToken], says: Callable[[str], bool]) -> list[str]:
    """A headline from the first word on that the story has not said to the last one."""
    new: set[int] = set()
    for at, word in enumerate(words):
        places = range(at, at + 1 + (word.kind == CHARACTER and at + 1 < len(words)))
        found = units(words[at : places[-1] + 1])
        if len(found) == 1 and not (is_common(found[0]) or is_figure(found[0]) or says(found[0])):
            new.update(places)
    return [f"now: {written(words[min(new) : max(new) + 1])}"] if new else []


def _untold(changes: Sequence[Change], says: Callable[[str], bool]) -> list[Change]:
    """The changes of whose kinds a story has told none."""
    return [change for change in changes if not any(says(mark(kind)) for kind in change.kinds)]


def changes_between(old: Headline, new: Headline) -> tuple[str, ...]:
    """What differs between two wordings of one headline."""
    changes = _replaced(old, new, lambda unit: False, languages_of(new.whole))
    return tuple(f"corrected: {change}" for change in changes) if new.corrects else tuple(changes)


def _replaced(old: Headline, new: Headline, says: Callable[[str], bool], languages: frozenset[str]) -> list[str]:
    """Figures, opposites and changes that stand in the place of others and that the story does not say yet."""
    changes: list[str] = []
    lists, words = lexicon(), forms(new.words)
    may_deny = not (lists.denials.isdisjoint(words) and lists.denials.isdisjoint(forms(old.words)))
    is_short = len(words) - 1 < TEMPLATE * len(words)  # one other word makes it no template any more
    may_turn = is_short or not lists.opposites.keys().isdisjoint(words)
    if most_in_common(old.words, new.words) < (TEMPLATE / 2 if may_turn else TEMPLATE):
        return _denial_told(old.words, new.words, None, says) if may_deny else changes
    between = difference(old.words, new.words)
    if denied := _denial_told(old.words, new.words, between, says):
        return denied
    opposites = [opposites_in(gone, come) for gone, come in between.replaced]
    # An opposite is in its place: of `Oil rises on supply`, `Oil falls on demand` all is one template.
    turned = sum(against is not None for against in opposites) / max(1, len(old.words), len(new.words))
    if between.frame + turned < TEMPLATE:
        return _another_word(between, says) if any(map(_is_derived, between.replaced)) else changes
    for (gone, come), against in zip(between.replaced, opposites, strict=True):
        before, after = _figure_of(old, gone), _figure_of(new, come)
        if against is not None:
            if not all(map(says, units(against[1]))):
                changes.append(f"{written(against[0])} → {written(against[1])}")
        elif before is not None and after is not None:
            if not says(after.unit):
                changes.append(arrow(before, after))
        elif _changes(gone, come, says, languages):
            changes.append(f"{written(gone)} → {written(come)}")
    return changes or _another_word(between, says) or _other_number(old, new, between)


def _denial_told(old: Tokens, new: Tokens, between: Difference | None, says: Callable[[str], bool]) -> list[str]:
    """What denies, or makes another event of it (`second`, `former`), and came; or what denies, and went: who leaves
    `second` out is brief."""
    came, gone = _came_and_went(old, new, between)
    if came and not ((said := units(came)) and all(map(says, said))):  # `せず`: endings make no unit
        return [f"now: {written(came)}"]
    return [f"no more: {written(gone)}"] if gone and _denies(gone) else []


def _came_and_went(old: Tokens, new: Tokens, between: Difference | None) -> tuple[list[TextToken], list[TextToken]]:
    """What denies, or qualifies, in the later alone of two headlines that are the same otherwise, and in the earlier
    alone: most of their words stand in the same order, or they have the same words but for endings (`ei tuominnut
    Pelliä`, `tuomitsi Pellin`)."""
    if between is not None and between.frame >= TEMPLATE:
        came, gone = (_heard(denials_in(tokens), old, new) for tokens in (between.added, between.dropped))
        if came or gone:
            return came, gone
    came, gone = (_heard(_denials_apart(one, other), old, new) for one, other in ((new, old), (old, new)))
    stems = [{unit for unit in units(telling(words)) if not is_common(unit)} for words in (old, new)]
    alike = [said.difference(token.unit for token in (*came, *gone)) for said in stems]
    return (came, gone) if alike[0] == alike[1] and len(alike[0]) >= FEWEST_WORDS else ([], [])


def _denials_apart(words: Tokens, others: Tokens) -> list[TextToken]:
    """What may deny in one headline and does not stand in the other."""
    there = forms(others)
    return [token for token in words if token.form in lexicon().denials and token.form not in there]


def _denies(tokens: Sequence[TextToken]) -> bool:
    """Whether some of what may deny, or qualify, denies; characters of a script without spaces do together."""
    lists = lexicon()
    if tokens[0].kind != CHARACTER:
        return any(token.form not in lists.qualifiers for token in tokens)
    run = "".join(forms(tokens))
    return any(denial in run for denial in lists.spaceless_denials if denial not in lists.qualifiers)


def _heard(denials: list[TextToken], old: Tokens, new: Tokens) -> list[TextToken]:
    """Those of what may deny, or qualify, that do so in the language of two headlines, as far as common words tell it:
    `nu` is not in Romanian, and now in Danish; `würde` would, `wurde` was."""
    if not denials:
        return denials
    counts = Counter(chain.from_iterable(map(COMMON_IN, (*old, *new))))
    heard = []
    for token in denials:
        denying, others = lexicon().deny_in.get(token.raw.casefold(), ((), ()))
        most = max((counts[code] for code in others), default=0)
        if not others or any(counts[code] >= most for code in denying):
            heard.append(token)
    return heard


def _another_word(between: Difference, says: Callable[[str], bool]) -> list[str]:
    """The one word that stands in another's place in a headline that is the same otherwise (`rate rise`, `rate cut`;
    `do Krakowa`, `z Krakowa`): outlets that tell the same in their own words differ in more."""
    if len(between.replaced) != 1 or between.added or between.dropped:
        return []
    gone, come = between.replaced[0]
    before, after = written(gone), written(come)
    figures = [any(token.kind == FIGURE for token in words) for words in (gone, come)]
    if sum(figures) == 1 and len(gone) == len(come) == 1 and (come, gone)[figures[1]][0].form in lexicon().may_count:
        return [f"{before} → {after}"]  # `dos` counts in Spanish, and is a word of French
    if units(gone) == units(come) and _is_derived((gone, come)):
        return [f"{before} → {after}"]
    if is_particle((gone, come)) or any(len(grouped(telling(words) or words)) > 1 for words in (gone, come)):
        return []
    if len(telling(gone)) != len(telling(come)) or kinds_in(gone) & kinds_in(come) or figures[1]:
        return []  # `falls`, `declines`; figures are asked apart
    fresh = [unit for unit in units(come) if not is_common(unit)]
    if fresh and all(map(says, fresh)):
        return []  # `underpaid` has a common stem
    one, other = sorted((before.casefold(), after.casefold()), key=len)
    return [] if _is_spelling(one, other) else [f"{before} → {after}"]


def _is_derived(pair: tuple[Tokens, Tokens]) -> bool:
    """Whether one of two words is the other with letters before, or inside it (`odstoupí`, `neodstoupí`; `artırdı`,
    `artırmadı`; `schuldfähig`, `schuldunfähig`)."""
    one, other = sorted(("".join(forms(words)) for words in pair), key=len)
    begin, end = Prefix.similarity(one, other), Postfix.similarity(one, other)
    return begin + end >= len(one) >= _ROOT and end >= _PREFIX and len(other) - len(one) >= _PREFIX and begin < len(one)


def _is_spelling(one: str, other: str) -> bool:
    """Whether two words are one in two spellings; words that begin otherwise and end alike are not (`lawful`,
    `unlawful`; `invoer`, `uitvoer`)."""
    ending = Postfix.similarity(one, other)
    unlike = len(one) - ending, len(other) - ending
    is_prefix = ending >= _ROOT and (not min(unlike) or min(unlike) >= _PREFIX)
    return not is_prefix and fuzz.ratio(one, other) >= SPELLINGS


def _other_number(old: Headline, new: Headline, between: Difference) -> list[str]:
    """That one is many, or he is she, of a headline that is the same otherwise: two of its words, subject and verb, end
    otherwise."""
    if between.frame < 1:
        return []
    others = inflected(old.words, new.words, between)
    return [f"now: {written(others)}"] if len(others) > 1 else []


def _changes(
    gone: Sequence[TextToken], come: Sequence[TextToken], says: Callable[[str], bool], languages: frozenset[str]
) -> bool:
    """Whether a change that was not told, or a denial, stands in another's place; one that a story may begin with
    stands in the place of another change (`reopens`, `shut`; not `fall`, `decline`)."""
    if all(says(token.unit) for token in come):
        return False
    if any(token.form in lexicon().negations for token in come):
        return True
    told = _untold(changes_in(come, languages), says)
    return bool(told) and (any(not change.kinds & _BEGINNINGS for change in told) or bool(changes_in(gone, languages)))


def _figure_of(headline: Headline, tokens: Sequence[TextToken]) -> Figure | None:
    """The first figure among some words of a headline, with what stands beside it there."""
    if all(token.kind != FIGURE for token in tokens):
        return None
    figures = [token for token in headline.words if token.kind == FIGURE]
    for figure, token in zip(figures_in(headline.words), figures, strict=True):
        if any(token is one for one in tokens):
            return figure
    return None
