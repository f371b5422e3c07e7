"""A rule and marked stories → exceptions of its entities, zones and nearness, each with what it takes away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.query.parser import parse_name
from bot.core.rulefile.change_rule import Insertion
from bot.core.workbench.edits import (
    MOST_TRIED,
    SUPPORT,
    EditKind,
    EditStep,
    Labelled,
    MarkedStory,
    held_by,
    matches_story,
    reread,
    with_effect,
)
from bot.core.workbench.phrases import beginning, phrases_of, says_something
from bot.core.workbench.query_parts import entities_of, own_words, with_names
from bot.model import query as ast
from bot.model.watch import Rule

_REACHES = ("3", "5", "8", "10", "15", "20", "30", "50", "s", "p")
_MOST_OPERANDS = 6
"""Operands of a rule that zones and nearness are tried on."""


def exception_steps(rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
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


def zone_steps(rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
    """`title:` before an operand."""
    return _rewritten(EditKind.ZONE, rule, entities, labelled, _zones(rule))


def near_steps(rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
    """NEAR in place of an AND."""
    return _rewritten(EditKind.NEAR, rule, entities, labelled, _nearness(rule))


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
