"""A rule and stories that people marked → the one edit that removes marked noise and loses nothing known to matter.

The law of this file: no story marked relevant goes, ever; each excluded word rests on two marked stories or more; what
was left out of the choice decides whether it is believed. For each kind of edit, in order of preference, words are
chosen by greedy set cover; the choice is made again and again with a part of the marks left out, and only a kind that
then removes noise which it had not seen, and loses no relevant story, is suggested. A word that a few noisy stories
share by chance does not survive that, so noise that reads like news is refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.matching.mentions import EntryText
from bot.core.rulefile.change_rule import ExampleStory, Insertion, RuleChange
from bot.core.rulefile.inline_tests import entry_of
from bot.core.text.plural import counted
from bot.core.text.reading import read_entry
from bot.core.text.zones import NO_PATTERNS, PromoPatterns
from bot.core.workbench.covers import all_of, cover, is_by_chance, left_out, slot_of, union_of
from bot.core.workbench.edit_steps import steps_of
from bot.core.workbench.edits import (
    SUPPORT,
    EditKind,
    EditStep,
    Labelled,
    MarkedStory,
    excluding,
    rule_holds,
)
from bot.core.workbench.phrases import as_operand, beginning, phrases_of, says_something
from bot.model import query as ast
from bot.model.watch import Rule

_MOST_STEPS = 5
"""Terms of one suggestion: more nobody reads."""
_FEW = 5
"""Below so many noisy stories nothing can be left out: one word must then explain all of them."""
_LEAST_REMOVED = 0.34
"""Share of the noise left out that an edit must remove to be believed."""
_MOST_LOST = 0.02
"""Share of the relevant stories left out that it may lose."""
_PER_STEP = 0.03
"""What one more step must remove, as a share of the noise, to be worth its words."""
_NEARLY = 0.95
"""An earlier kind is preferred where it removes at least this share of what the best one does."""
_MOST_UNMARKED = 0.5
"""Told stories without a mark that resemble relevant ones: a word that takes more of them than this share of what it
takes of the noise is not used."""
_MOST_MARKED = 500
"""Stories of each sort among which words are looked for; what is chosen is judged on all of them."""
_ROUNDS = 4
"""Times that the choice is made again with relevant stories that it would have lost."""
_MOST_TEXT = 1_500
"""Characters of a story that a test carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What to change about a rule; `kind` None: nothing separates its noise, for `reason`."""

    kind: EditKind | None = None
    when: str = ""
    change: RuleChange = field(default_factory=RuleChange)
    removed: tuple[str, ...] = ()
    """Ids of the marked noise that goes; of an alias, of the missed stories that come."""
    noise: int = 0
    """Told stories that are marked not relevant."""
    unseparated: tuple[str, ...] = ()
    """Ids of the noise that stays."""
    lost: tuple[str, ...] = ()
    """Ids of told stories without a mark that go, too: every one of them."""
    reason: str = ""

    @property
    def effect(self) -> str:
        """What the edit does to the marked stories, as a sentence."""
        if self.kind is EditKind.ALIAS:
            return f"Finds {counted(len(self.removed), 'relevant story', 'relevant stories')} that the rule missed."
        return f"Removes {len(self.removed)} of {self.noise} stories marked not relevant, loses no relevant one."


Accept = Callable[[RuleChange], Rule | None]
"""The rule as the file has it once the change is made and `check` passes; None: it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """The steps chosen for one kind, and what they did to stories that were left out of the choice."""

    kind: EditKind
    steps: tuple[EditStep, ...]
    removed: float
    lost: float

    @property
    def score(self) -> float:
        return self.removed - self.lost - _PER_STEP * (len(self.steps) - 1)


def suggest(
    rule: Rule,
    entities: Mapping[str, ast.Query],
    stories: Sequence[MarkedStory],
    accept: Accept,
    promo: PromoPatterns = NO_PATTERNS,
) -> Suggestion:
    """The edit to suggest. `stories`: told and missed ones, each once; those without a mark show what told ones are."""
    labelled = Labelled.of(rule, stories)
    refusal = _refusal(labelled)
    sample = labelled.thinned(_MOST_MARKED)
    for _ in range(_ROUNDS):
        surprises: list[MarkedStory] = []
        for fit in _fits(rule, entities, sample, is_noise_refused=bool(refusal)):
            suggestion = _verified(fit, rule, labelled, accept, promo, surprises)
            if suggestion is not None:
                return suggestion
        if not surprises:
            break
        sample = replace(sample, relevant=(*sample.relevant, *surprises))
    return Suggestion(
        noise=len(labelled.noise),
        unseparated=tuple(story.id for story in labelled.noise),
        reason=refusal or "no word, phrase, zone, nearness or source separates the noise from what is relevant",
    )


def _fits(
    rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled, *, is_noise_refused: bool
) -> Iterator[_Fit]:
    """What could be suggested, best first."""
    if labelled.noise and not is_noise_refused:
        leanings = _Leanings(labelled)
        fits = [_fit(kind, rule, entities, labelled, leanings) for kind in EditKind if kind != EditKind.ALIAS]
        yield from _in_order([fit for fit in fits if fit is not None])
    if labelled.missed:
        alias = _fit(EditKind.ALIAS, rule, entities, labelled, None)
        if alias is not None:
            yield alias


def _refusal(labelled: Labelled) -> str:
    if not labelled.noise and not labelled.missed:
        return (
            "no story that the rule told is marked not relevant, and none that it missed is marked relevant: "
            "mark two or more first"
        )
    if labelled.noise and not labelled.relevant:
        return "no story that the rule told is marked relevant, so nothing shows what must stay"
    if len(labelled.noise) == 1 and not labelled.missed:
        return "one story is marked not relevant; an edit rests on two or more"
    return ""


def _in_order(fits: Sequence[_Fit]) -> list[_Fit]:
    """The kind of highest preference among those that do nearly as much as the best, then the others."""
    best = max((fit.score for fit in fits), default=0.0)
    return sorted(fits, key=lambda fit: (fit.score < best * _NEARLY, list(EditKind).index(fit.kind)))


# --- which steps ---


def _fit(
    kind: EditKind, rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled, leanings: _Leanings | None
) -> _Fit | None:
    steps = steps_of(kind, rule, entities, labelled)
    if leanings is None:
        noise, relevant = len(labelled.missed), len(labelled.rejected)
    else:
        noise, relevant = len(labelled.noise), len(labelled.relevant)
        steps = [step for step in steps if leanings.spares(step)]
    best: _Fit | None = None
    for most in range(1, (1 if kind in (EditKind.ZONE, EditKind.NEAR) else _MOST_STEPS) + 1):
        chosen = cover(steps, all_of(noise), all_of(relevant), most)
        if len(chosen) < most:
            break
        if noise < _FEW:
            removed, lost = union_of(step.removes for step in chosen).bit_count(), 0
            if removed < noise or most > 1:
                continue
        else:
            removed, lost = left_out(steps, noise, relevant, most)
        if removed / noise < _LEAST_REMOVED or lost > _MOST_LOST * relevant:
            continue
        fit = _Fit(kind=kind, steps=tuple(chosen), removed=removed / noise, lost=lost / max(relevant, 1))
        if best is None or fit.score > best.score + 0.5 / noise:
            best = fit
    if best is None or kind is EditKind.ALIAS:
        return best
    return None if is_by_chance(steps, noise, relevant, best.steps) else best


# --- told stories without a mark ---


class _Leanings:
    """Whether a told story without a mark reads more like the relevant ones or like the noise.

    By the sum of log-odds of its words, each with half a story added to both sides (Monroe, Colaresi, Quinn 2008,
    "Fightin' Words": log-odds with a prior).
    """

    def __init__(self, labelled: Labelled) -> None:
        self._counts: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for side, stories in zip(self._counts, (labelled.relevant, labelled.noise), strict=True):
            for story in stories:
                for word in _words(story):
                    side[word] = side.get(word, 0) + 1
        self._sizes = len(labelled.relevant) + 1, len(labelled.noise) + 1
        self._sums = [sum(map(self._log_odds, _words(story))) for story in labelled.unmarked]

    def spares(self, step: EditStep) -> bool:
        """Whether a step does not take stories that resemble relevant ones as readily as noise.

        Its own words take no part: whether they mean noise is the question.
        """
        own = sum(map(self._log_odds, phrases_of(step.written.removeprefix("title:"), 1)))
        taken = resembling = 0
        for number, leaning in enumerate(self._sums):
            is_taken = step.loses_unmarked >> number & 1
            if leaning - own * is_taken > 0:
                resembling += 1
                taken += is_taken
        return taken * (self._sizes[1] - 1) <= _MOST_UNMARKED * step.removes.bit_count() * resembling

    def _log_odds(self, word: str) -> float:
        of_relevant, of_noise = (side.get(word, 0) for side in self._counts)
        if not of_relevant and not of_noise:
            return 0.0
        return math.log((of_relevant + 0.5) / self._sizes[0]) - math.log((of_noise + 0.5) / self._sizes[1])


def _words(story: MarkedStory) -> set[str]:
    parts = (part for text in story.texts for part in beginning(text.reading).values())
    return {word for part in parts for word in phrases_of(part, 1) if says_something(word)}


# --- the edit ---


def _verified(
    fit: _Fit,
    rule: Rule,
    labelled: Labelled,
    accept: Accept,
    promo: PromoPatterns,
    surprises: list[MarkedStory],
) -> Suggestion | None:
    """The suggestion, its tests chosen, once the changed file has been read and every story judged again.

    `surprises` takes relevant stories that it loses although the choice did not know of them.
    """
    bare = _change(fit, rule)
    after = accept(bare)
    if after is None:
        return None
    change = _with_tests(bare, fit, rule, after, labelled, promo)
    tested = accept(change)
    change, after = (change, tested) if tested is not None else (bare, after)
    is_alias = fit.kind is EditKind.ALIAS

    def told(story: MarkedStory) -> bool:
        return any(rule_holds(after, after.query, text) for text in story.texts)

    lost = [story for story in labelled.relevant if not told(story)]
    surprises += lost[:_MOST_MARKED]
    if lost or any(map(told, labelled.rejected)):
        return None
    stays = [story.id for story in labelled.noise if told(story)]
    gone = [story.id for story in labelled.noise if story.id not in stays]
    comes = [story.id for story in labelled.missed if told(story)]
    if len(comes if is_alias else gone) < SUPPORT:
        return None
    return Suggestion(
        kind=fit.kind,
        when=after.when,
        change=change,
        removed=tuple(comes if is_alias else gone),
        noise=len(labelled.noise),
        unseparated=tuple(stays),
        lost=tuple(story.id for story in labelled.unmarked if not told(story)),
    )


def _change(fit: _Fit, rule: Rule) -> RuleChange:
    written = tuple(step.written for step in fit.steps)
    first = fit.steps[0]
    match fit.kind:
        case EditKind.PHRASE | EditKind.SOURCE:
            return RuleChange(when=excluding(rule, written))
        case EditKind.BUT_NOT:
            return RuleChange(but_not={first.entity: written})
        case EditKind.ZONE | EditKind.NEAR:
            return RuleChange(when=first.insertions)
        case EditKind.ALIAS if first.entity:
            return RuleChange(names={first.entity: written})
        case EditKind.ALIAS:
            start, end = slot_of(first)
            either = " OR ".join([rule.when[start:end], *map(as_operand, written)])
            return RuleChange(when=(Insertion(start=start, end=end, text=f"({either})"),))


def _with_tests(
    change: RuleChange, fit: _Fit, before: Rule, after: Rule, labelled: Labelled, promo: PromoPatterns
) -> RuleChange:
    """The change with tests: for each step a story that it took away (or found), and one that must stay."""

    def example(story: MarkedStory, *, matched: bool, matches: bool) -> ExampleStory | None:
        for shown in (shown for text in story.texts for shown in _examples(text)):
            entry = entry_of(shown)
            text = EntryText(entry, read_entry(entry, promo), frozenset())
            if rule_matches(before, text) is matched and rule_matches(after, text) is matches:
                return shown
        return None

    def rule_matches(rule: Rule, text: EntryText) -> bool:
        return rule_holds(Rule(id=rule.id, name="", when="", query=rule.query), rule.query, text)

    is_alias = fit.kind is EditKind.ALIAS
    stories = labelled.missed if is_alias else labelled.noise
    shown: list[ExampleStory] = []
    for step in fit.steps if fit.kind is not EditKind.SOURCE else ():
        of_step = [story for number, story in enumerate(stories) if step.removes >> number & 1]
        examples = (example(story, matched=not is_alias, matches=is_alias) for story in of_step[:10])
        one = next((one for one in examples if one is not None and one not in shown), None)
        shown += [one] if one is not None else []
    if is_alias:
        return RuleChange(when=change.when, names=change.names, match=tuple(shown))
    examples = (example(story, matched=True, matches=True) for story in labelled.relevant[:10])
    stays = next((one for one in examples if one is not None), None) if not before.tests else None
    must_match = (stays,) if stays is not None else ()
    return RuleChange(when=change.when, but_not=change.but_not, match=must_match, not_match=tuple(shown))


def _examples(text: EntryText) -> list[ExampleStory]:
    """A story as a test may carry it, the shortest way first."""
    reading, entry = text.reading, text.entry
    ways: list[dict[str, str]] = [{"title": reading.title}]
    if reading.summary:
        ways.append({"title": reading.title, "summary": reading.summary[:_MOST_TEXT]})
    if reading.body:
        ways.append({"title": reading.title, "body": reading.body[:_MOST_TEXT]})
        ways.append(
            {"title": reading.title, "summary": reading.summary[:_MOST_TEXT], "body": reading.body[:_MOST_TEXT]}
        )
    more = {
        key: value
        for key, value in (("source", entry.source), ("lang", entry.lang), ("url", entry.url), ("author", entry.author))
        if value
    }
    return [*ways, {**ways[-1], **more}] if more else list(ways)
