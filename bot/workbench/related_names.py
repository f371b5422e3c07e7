"""An archive and rules → names that are related to theirs, by what its index says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.core.matching.matcher import Matcher
from bot.core.matching.required_terms import required_terms
from bot.core.query.parser import parse_name
from bot.core.workbench.phrases import as_operand
from bot.core.workbench.related_names import Learnt, RelatedName, background_of, name_groups, related_names
from bot.model import ArchivedText, EntryId, Query, Reading, Rule, RuleId, StoryId
from bot.ports import Store

_SAMPLE = 120
"""Entries with one of the names that are learnt from; with the other reports of their stories."""
_BACKGROUND = 300
"""Entries that are read for it."""


def names_related_to(
    store: Store, rules: Sequence[Rule], entries: Sequence[EntryId]
) -> dict[RuleId, list[RelatedName]]:
    """By rule. `store`: in a snapshot. `entries`: archived ones, of any time, that say which words are common."""
    archived = store.archive_span(None).entries
    background = background_of([text.reading for text in store.archived_texts(_spread(entries, _BACKGROUND))])
    of_group: dict[Query, list[RelatedName]] = {}
    by_rule: dict[RuleId, list[RelatedName]] = {}
    for rule in rules:
        for group in dict.fromkeys(name_groups(rule.query)):
            if group not in of_group:
                bare = replace(rule, query=group, feeds=None)
                of_group[group] = list(_related(store, bare, archived, background))
            by_rule.setdefault(rule.id, []).extend(of_group[group])
    return by_rule


def _related(store: Store, rule: Rule, archived: int, background: Mapping[str, float]) -> Iterator[RelatedName]:
    """Of the names that a rule consists of. `archived`: entries in all."""
    holders = _holders(store, rule.query)
    if not holders:
        return
    learnt, matcher = Learnt(rule.query), Matcher([rule])
    texts = store.archived_texts(_spread(holders, _SAMPLE))
    stories = {text.story for text in texts if matcher.select(text.entry, text.reading)}
    for readings in _by_story(store.archived_texts(store.archived_of(stories))):
        learnt.add(readings)
    if not stories:
        return
    among = set(holders)
    written = dict(learnt.candidates(background, len(holders) / archived))
    counts = {}
    for phrase, spelling in written.items():
        name, _ = parse_name(as_operand(spelling))
        entries = _holders(store, name) if name is not None else []
        counts[phrase] = len(entries), len(among.intersection(entries))
    yield from related_names(learnt, counts, written)


def _holders(store: Store, query: Query) -> list[EntryId]:
    """The entries in which the archive's index has what a query requires."""
    terms = required_terms(query)
    return store.archived_ids(terms, None) if terms is not None else []


def _by_story(texts: Sequence[ArchivedText]) -> list[list[Reading]]:
    stories: dict[StoryId, list[Reading]] = {}
    for text in texts:
        stories.setdefault(text.story, []).append(text.reading)
    return list(stories.values())


def _spread(entries: Sequence[EntryId], most: int) -> list[EntryId]:
    """At most so many, from the whole span alike."""
    step = max(len(entries) / most, 1.0)
    return [entries[int(number * step)] for number in range(min(len(entries), most))]
