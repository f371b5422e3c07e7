"""An archive and rules → near misses, with what became of each story as the store has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.core.digests.mutes import REACTIONS, Overlay
from bot.core.workbench.near_misses import NearMiss, NearMissScan, StoriesSent
from bot.model import QuestionKind, Rule, RuleId, RuleSet, StoryId
from bot.ports import Store
from bot.workbench.related_names import names_related_to

_PAGE = 500
"""Entries that are read at a time."""


def find_near_misses(
    store: Store,
    ruleset: RuleSet,
    rules: Sequence[Rule],
    since: datetime | None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> list[NearMiss]:
    """What `rules` did not post of the entries that arrived since (None: of all), the likeliest first.

    Nothing is written, and all of it is of one moment. `progress` is called with what is being done, how much
    of it is done, and how much there is.
    """
    with store.snapshot():
        entries = store.archived_ids(None, since)
        progress("entries read", 0, len(entries))
        scan = NearMissScan(ruleset, rules, names_related_to(store, rules, entries))
        for start in range(0, len(entries), _PAGE):
            page = entries[start : start + _PAGE]
            for stored in store.archived_texts(page):
                scan.look(stored)
            progress("entries read", start + len(page), len(entries))
        return scan.near_misses(_stories_sent(store, ruleset, scan.stories()))


def _stories_sent(store: Store, ruleset: RuleSet, stories: Collection[StoryId]) -> StoriesSent:
    """What became of these stories."""
    posted = store.posted(stories)
    shown = store.shown_stories({one.story for one in posted})
    posted_for: dict[StoryId, frozenset[RuleId]] = {}
    counted: dict[StoryId, frozenset[RuleId]] = {}
    for one in posted:
        where = posted_for if one.story in shown else counted
        where[one.story] = where.get(one.story, frozenset()).union(one.rules)
    questions = store.questions(QuestionKind.NEAR_MISS)
    return StoriesSent(
        told=posted_for,
        counted=counted,
        waiting=frozenset(row.story for channel in ruleset.channels for row in store.waiting(channel)),
        matched=store.matched_rules(stories),
        overlay=Overlay.read(store.facts(REACTIONS)).follow(store.story_of),
        right_so={(one.story, one.rule) for one in questions if one.settled_at is not None},
    )
