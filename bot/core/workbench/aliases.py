"""A rule and relevant stories that it missed → names that would have found them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

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
    mask_of,
    matches_story,
    reread,
    worth_trying,
)
from bot.core.workbench.phrases import as_operand, beginning, is_name, phrases_of
from bot.core.workbench.query_parts import entities_of, own_words, positive_parts, with_names
from bot.model import query as ast
from bot.model.watch import Rule

_MOST_LEAVES = 6
"""Words of a rule without entities beside which a name is tried."""


def alias_steps(rule: Rule, entities: Mapping[str, ast.Query], labelled: Labelled) -> list[EditStep]:
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
