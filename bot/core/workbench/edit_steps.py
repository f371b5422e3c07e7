"""A rule and marked stories → the single edits of each kind that are worth trying, each with what it does.

Words, phrases and sources to exclude; exceptions of the rule's entities, zones and nearness; names that would have
found what it missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.core.matching.evaluate import holds
from bot.core.query.parser import parse_all, parse_name
from bot.core.rulefile.change_rule import Insertion
from bot.core.workbench.edits import (
    MOST_TRIED,
    SUPPORT,
    EditKind,
    EditStep,
    Labelled,
    MarkedStory,
    held_by,
    mask_of,
    matches_story,
    reread,
    with_effect,
    worth_trying,
)
from bot.core.workbench.phrases import as_operand, beginning, is_everyday_word, is_name, phrases_of, says_something
from bot.core.workbench.query_parts import entities_of, own_words, positive_parts, with_names
from bot.model import query as ast
from bot.model.watch import Rule

_REACHES = ("3", "5", "8", "10", "15", "20", "30", "50", "s", "p")
_MOST_OPERANDS = 6
"""Operands of a rule that zones and nearness are tried on."""
_MOST_LEAVES = 6
"""Words of a rule without entities beside which a name is tried."""


def steps_of(kind: EditKind, rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
    """The single edits of one kind that do anything: those that take relevant stories, too, for they show what chance
    does."""
    match kind:
        case EditKind.PHRASE:
            return _phrase_steps(rule, labelled)
        case EditKind.BUT_NOT:
            return _exception_steps(rule, entities, labelled)
        case EditKind.ZONE:
            return _rewritten(kind, rule, entities, labelled, _zones(rule))
        case EditKind.NEAR:
            return _rewritten(kind, rule, entities, labelled, _nearness(rule))
        case EditKind.SOURCE:
            return _source_steps(labelled)
        case EditKind.ALIAS:
            return _alias_steps(rule, entities, labelled)


# --- words, phrases and sources to exclude ---


def _phrase_steps(rule: Rule, labelled: Labelled) -> list[EditStep]:
    """A word or phrase to exclude, in the title alone where it stands in relevant stories elsewhere."""
    own = own_words(rule.query)
    steps = []
    noise = [_by_zone(story) for story in labelled.noise]
    in_noise, written = held_by(zones["rest"] | zones["title"] for zones in noise)
    in_titles, _ = held_by(zones["title"] for zones in noise)
    relevant = (_by_zone(story) for story in labelled.relevant)
    in_relevant, written_relevant = held_by(zones["rest"] | zones["title"] for zones in relevant)
    tried = [*worth_trying(in_noise, own), *worth_trying(in_relevant, own)[: MOST_TRIED // 2]]
    for phrase in dict.fromkeys(tried):
        operand = as_operand((written | written_relevant)[phrase][0].lower())
        step = _excluded_step(operand, labelled, phrase)
        if step is not None and step.loses and step.removes and in_titles.get(phrase, 0).bit_count() >= SUPPORT:
            step = _excluded_step(f"title:{operand}", labelled, phrase)
        if step is not None:
            steps.append(step)
    return steps


def _by_zone(story: MarkedStory) -> dict[str, dict[str, str]]:
    """The phrases that all entries of a story hold: one that some lack would not take it away."""
    zones: dict[str, dict[str, str]] = {}
    for text in story.texts:
        for zone, part in beginning(text.reading).items():
            phrases = phrases_of(part)
            before = zones.get(zone)
            zones[zone] = phrases if before is None else {one: before[one] for one in before if one in phrases}
    return zones


def _excluded_step(operand: str, labelled: Labelled, phrase: str) -> EditStep | None:
    query, errors = parse_all(operand)
    if query is None or errors:
        return None

    def gone(story: MarkedStory) -> bool:
        return all(holds(query, text) for text in story.texts)

    return with_effect(EditStep(kind=EditKind.PHRASE, written=operand, weight=_weight(phrase)), labelled, gone)


def _weight(phrase: str) -> float:
    """A rare word or a pair of words says what a story is about; an everyday word may stand in any."""
    if is_everyday_word(phrase):
        return 0.9
    return 1.0 if len(phrase.split()) <= 2 else 0.98


def _source_steps(labelled: Labelled) -> list[EditStep]:
    """An outlet to exclude."""
    outlets: dict[str, int] = {}
    for number, story in enumerate((*labelled.noise, *labelled.relevant)):
        for source in {str(text.entry.source) for text in story.texts if text.entry.source}:
            outlets[source] = outlets.get(source, 0) | 1 << number
    steps = []
    for source in outlets:
        if '"' not in source:
            plain = source.replace(".", "").replace("-", "").isalnum()
            step = _excluded_step(f"source:{source}" if plain else f'source:"{source}"', labelled, source)
            if step is not None:
                steps.append(replace(step, kind=EditKind.SOURCE, weight=1.0))
    return steps


# --- exceptions of entities, zones, nearness ---


def _exception_steps(rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
    """Exceptions of the rule's entities: names of theirs with a word beside them that stands in noise."""
    steps = []
    for name in entities_of(rule.query):
        own = own_words(entities[name])
        support, written = held_by(_phrases_around(story, own) for story in labelled.noise)
        tried = sorted(
            (phrase for phrase in support if support[phrase].bit_count() >= SUPPORT),
            key=lambda one: (-support[one].bit_count(), len(one), one),
        )
        for phrase in tried[: MOST_TRIED // 4]:
            exception, _ = parse_name(written[phrase][0])
            if exception is None:
                continue
            query = with_names(rule.query, name, but_not=exception)
            step = EditStep(kind=EditKind.BUT_NOT, written=written[phrase][0], entity=name)
            steps.append(_changed(step, rule, query, labelled))
    return [step for step in steps if step is not None]


def _phrases_around(story: MarkedStory, own: frozenset[str]) -> dict[str, str]:
    return {
        phrase: as_written
        for text in story.texts
        for part in beginning(text.reading).values()
        for phrase, as_written in phrases_of(part).items()
        if _surrounds(phrase, own)
    }


def _surrounds(phrase: str, own: frozenset[str]) -> bool:
    """Whether a phrase is a name of the entity with a word beside it that names something."""
    words = phrase.split()
    if len(words) == 1:  # a script without spaces
        return not phrase.isascii() and any(word in phrase and word != phrase for word in own)
    others = [word for word in words if word not in own]
    return 0 < len(others) < len(words) and (says_something(" ".join(others)) or says_something(phrase))


def _rewritten(
    kind: EditKind,
    rule: Rule,
    entities: Mapping[str, ast.Query],
    labelled: Labelled,
    rewritings: Iterable[tuple[Insertion, ...]],
) -> list[EditStep]:
    steps = []
    for insertions in rewritings:
        query = reread(rule, insertions, entities)
        if query is not None:
            weight = _reach_weight(insertions) if kind is EditKind.NEAR else 1.0
            steps.append(_changed(EditStep(kind=kind, insertions=insertions, weight=weight), rule, query, labelled))
    return [step for step in steps if step is not None]


def _zones(rule: Rule) -> Iterator[tuple[Insertion, ...]]:
    """`title:` before one operand, or before all of them."""
    operands = _operands(rule.query)
    each = [_in_title(rule, operand) for operand in operands]
    yield from ((one,) for one in each)
    if len(each) > 1:
        yield tuple(each)


def _in_title(rule: Rule, operand: ast.Query) -> Insertion:
    start, end = operand.start, operand.end
    text = rule.when[start:end]
    if isinstance(operand, ast.Or | ast.And) and not text.startswith("("):
        text = f"({text})"
    return Insertion(start=start, end=end, text=f"title:{text}")


def _nearness(rule: Rule) -> Iterator[tuple[Insertion, ...]]:
    """NEAR in place of one AND between two operands that stand side by side."""
    query = rule.query
    if not isinstance(query, ast.And):
        return
    for left, right in zip(query.operands[:_MOST_OPERANDS], query.operands[1:_MOST_OPERANDS], strict=False):
        between = rule.when[left.end : right.start]
        at = between.find("AND")
        if at < 0 or isinstance(right, ast.Not) or isinstance(left, ast.Not):
            continue
        start = left.end + at
        for reach in _REACHES:
            yield (Insertion(start=start, end=start + 3, text=f"NEAR/{reach}"),)


def _operands(query: ast.Query) -> Sequence[ast.Query]:
    """What of a rule could be asked for in the title alone."""
    operands = query.operands if isinstance(query, ast.And) else (query,)
    return [one for one in operands if isinstance(one, ast.Word | ast.Phrase | ast.Entity | ast.Or)][:_MOST_OPERANDS]


def _changed(step: EditStep, rule: Rule, query: ast.Query, labelled: Labelled) -> EditStep | None:
    """The step with what goes once the rule's expression is `query`."""
    return with_effect(step, labelled, lambda story: not matches_story(rule, query, story))


def _reach_weight(insertions: Sequence[Insertion]) -> float:
    """Of two reaches that do the same the wider one is the safer."""
    reach = insertions[0].text.rpartition("/")[2]
    return 1.0 + _REACHES.index(reach) / 1_000


# --- names that would have found what was missed ---


def _alias_steps(rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
    """A name to add to an entity of the rule (without one: beside a word of it) that finds missed stories."""
    own = own_words(rule.query)
    support, written = held_by(map(_all_phrases, labelled.missed))
    in_told = _told_phrases(labelled)
    tried = [phrase for phrase in worth_trying(support, own) if is_name(phrase, written[phrase])]
    steps = []
    for phrase in tried[: MOST_TRIED // 4]:
        spelling = max(dict.fromkeys(written[phrase]), key=written[phrase].count)
        name, _ = parse_name(spelling)
        if name is None:
            continue
        for entity, insertions, query in _with_alias(rule, entities, spelling, name):
            matches = partial(matches_story, rule, query)
            comes, wrongly = mask_of(labelled.missed, matches), mask_of(labelled.rejected, matches)
            if comes.bit_count() >= SUPPORT:
                steps.append(
                    EditStep(
                        kind=EditKind.ALIAS,
                        written=spelling,
                        entity=entity,
                        insertions=insertions,
                        removes=comes,
                        loses=wrongly,
                        weight=1.0 - 0.5 * in_told.get(phrase, 0) + 0.001 * len(phrase.split()),
                    )
                )
    return steps


def _with_alias(
    rule: Rule, entities: Mapping[str, ast.Query], spelling: str, name: ast.Query
) -> Iterator[tuple[str, tuple[Insertion, ...], ast.Query]]:
    """The rule with one more name in one of its entities; where it has none, beside one of its words."""
    names = entities_of(rule.query)
    for entity in names:
        yield entity, (), with_names(rule.query, entity, name=name)
    if names:
        return
    leaves = [one for one in positive_parts(rule.query) if isinstance(one, ast.Word | ast.Phrase)]
    for leaf in leaves[:_MOST_LEAVES]:
        text = f"({rule.when[leaf.start : leaf.end]} OR {as_operand(spelling)})"
        insertions = (Insertion(start=leaf.start, end=leaf.end, text=text),)
        query = reread(rule, insertions, entities)
        if query is not None:
            yield "", insertions, query


def _all_phrases(story: MarkedStory) -> dict[str, str]:
    phrases: dict[str, str] = {}
    for text in story.texts:
        for part in beginning(text.reading).values():
            for phrase, written in phrases_of(part).items():
                if phrase not in phrases or phrases[phrase].isupper():
                    phrases[phrase] = written
    return phrases


def _told_phrases(labelled: Labelled) -> dict[str, float]:
    """In what share of the told stories a phrase stands: what many hold is no name that was missing."""
    stories = (*labelled.relevant, *labelled.noise, *labelled.unmarked)
    holders, _ = held_by(map(_all_phrases, stories))
    return {phrase: held.bit_count() / len(stories) for phrase, held in holders.items()}
