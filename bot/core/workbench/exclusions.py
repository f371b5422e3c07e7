"""Marked stories → words, phrases and sources to exclude, each with the stories that it takes away."""

from __future__ import annotations

from dataclasses import replace

from bot.core.matching.evaluate import holds
from bot.core.query.parser import parse_all
from bot.core.workbench.edits import (
    MOST_TRIED,
    SUPPORT,
    EditKind,
    EditStep,
    Labelled,
    MarkedStory,
    held_by,
    with_effect,
    worth_trying,
)
from bot.core.workbench.phrases import as_operand, beginning, is_everyday_word, phrases_of
from bot.core.workbench.query_parts import own_words
from bot.model.watch import Rule


def phrase_steps(rule: Rule, labelled: Labelled) -> list[EditStep]:
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


def source_steps(labelled: Labelled) -> list[EditStep]:
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
