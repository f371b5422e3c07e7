"""The stage that watches rules with `expect:`: which have become quiet, why, and which are heard again.

The law: what is due is decided, and told, in one transaction of the store; the cause, which may take long to find, is
looked for before, by whoever may take that time. A crash before the transaction changes nothing: the next look finds
the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.digests.mutes import REACTIONS, Overlay
from bot.core.matching.matcher import Matcher
from bot.core.workbench.expectations import (
    EXPECT,
    NAMED_MISSES,
    edit_cause,
    expectation_of,
    feeds_cause,
    heard_notice,
    muted_cause,
    no_match_cause,
    quiet_at,
    quiet_notice,
)
from bot.core.workbench.rules_history import rule_before
from bot.model import EntryId, Expectation, Notice, Rule, RuleId, RuleSet, WorkbenchBatch
from bot.ports import Store
from bot.workbench.missed import find_near_misses

_PAGE = 500
"""Entries that are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at all rules with `expect:`."""

    changed: Mapping[RuleId, Expectation | None]
    """What is to be remembered now; None: nothing more."""
    quiet: tuple[Rule, ...] = ()
    """Rules that have become quiet, and of which ops has not heard."""
    notices: tuple[Notice, ...] = ()
    """Of rules that are heard again."""
    next_due_at: datetime | None = None
    """When the next one becomes quiet, unless it is heard."""


def look(store: Store, ruleset: RuleSet, now: datetime) -> Look:
    """What is due; cheap, and nothing is written."""
    rules = [rule for rule in ruleset.rules if rule.expect is not None]
    before = store.rule_states(EXPECT, Expectation)
    changed: dict[RuleId, Expectation | None] = {}
    quiet: list[Rule] = []
    notices: list[Notice] = []
    due: list[datetime] = []
    for rule in rules:
        state = expectation_of(rule, before.get(rule.id), now)
        at = quiet_at(rule, state)
        if now < at:
            due.append(at)
            if state.quiet_since_at is not None:
                notices.append(heard_notice(rule, state.quiet_since_at, now, ruleset.settings.timezone))
                state = replace(state, quiet_since_at=None)
        elif state.quiet_since_at is None:
            quiet.append(rule)
        if state != before.get(rule.id):
            changed[rule.id] = state
    gone = before.keys() - {rule.id for rule in rules}
    return Look(
        changed={**changed, **dict.fromkeys(gone)},
        quiet=tuple(quiet),
        notices=tuple(notices),
        next_due_at=min(due, default=None),
    )


def causes(store: Store, ruleset: RuleSet, rules: Sequence[Rule], now: datetime) -> Mapping[RuleId, str]:
    """Why rules are quiet, in words. `store` is only read from: it may be a connection of its own."""
    overlay = Overlay.read(store.facts(REACTIONS))
    states = store.rule_states(EXPECT, Expectation)
    return {rule.id: _cause(store, ruleset, rule, states.get(rule.id), overlay, now) for rule in rules}


def tell(store: Store, ruleset: RuleSet, why: Mapping[RuleId, str], now: datetime) -> tuple[Notice, ...]:
    """Looks again, and keeps what there is to remember and the notices in one transaction.

    `why`: causes; a rule that was heard meanwhile is not called quiet, one without a cause waits for the next look.
    """
    looked = look(store, ruleset, now)
    changed = dict(looked.changed)
    notices = list(looked.notices)
    for rule in looked.quiet:
        if rule.id in why:
            state = changed.get(rule.id) or store.rule_states(EXPECT, Expectation)[rule.id]
            notices.append(quiet_notice(rule, state, why[rule.id], now, ruleset.settings.timezone))
            changed[rule.id] = replace(state, quiet_since_at=quiet_at(rule, state))
    if changed or notices:
        rule_states = tuple((EXPECT, rule, state) for rule, state in changed.items())
        store.record_workbench(WorkbenchBatch(rule_states=rule_states, notices=tuple(notices), at=now))
    return tuple(notices)


def _cause(
    store: Store, ruleset: RuleSet, rule: Rule, state: Expectation | None, overlay: Overlay, now: datetime
) -> str:
    timezone = ruleset.settings.timezone
    if cause := muted_cause(rule, overlay, now, timezone):
        return cause
    assert rule.expect is not None
    since = now - rule.expect.per if state is None else (state.latest or (state.since_at,))[-1]
    entries = _entries(store, ruleset, rule, since)
    if cause := feeds_cause(rule, ruleset, store.feed_states(), len(entries)):
        return cause
    edit = rule_before(store.rules_history(), rule, since)
    if edit is not None:
        text, former = edit
        later = set(store.archived_ids(None, text.at))
        stories = _stories(store, ruleset, former, [entry for entry in entries if entry in later])
        if stories:
            return edit_cause(text, stories, timezone)
    misses = [miss for miss in find_near_misses(store, ruleset, [rule], since) if miss.rule == rule.id]
    return no_match_cause(len(entries), misses[:NAMED_MISSES], timezone)


def _entries(store: Store, ruleset: RuleSet, rule: Rule, since: datetime) -> list[EntryId]:
    """What came in from the rule's feeds."""
    entries = store.archived_ids(None, since)
    if rule.feeds is None:
        return entries
    feeds = store.feeds_of(entries)
    return [entry for entry in entries if entry in feeds and not rule.feeds.isdisjoint(ruleset.labels_of(feeds[entry]))]


def _stories(store: Store, ruleset: RuleSet, rule: Rule, entries: Sequence[EntryId]) -> int:
    """How many stories a rule holds on."""
    matcher = Matcher([rule])
    stories = set()
    for start in range(0, len(entries), _PAGE):
        for stored in store.archived(entries[start : start + _PAGE]):
            if matcher.select(stored.entry, stored.reading, ruleset.labels_of(stored.entry.feed)):
                stories.add(stored.story)
    return len(stories)
