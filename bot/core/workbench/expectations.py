"""Rules with `expect:` and when their stories came in → which of them are quiet, and what ops hears of it.

The law: a rule is quiet once fewer stories than expected came in within the period that ends now; a story counts when
it may alert and its rule is neither muted nor snoozed. Ops hears once, with the cause, and once when it is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.digests.mutes import Overlay
from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line
from bot.core.text.times import local_time, span_text
from bot.core.workbench.near_misses import NearMiss
from bot.model import Expectation, FeedId, FeedState, Notice, Rule, RuleSet, RulesText

EXPECT = "expect"
"""The kind of such a rule's state."""
_NAMED_FEEDS = 3
"""Failing feeds that a message names."""
NAMED_MISSES = 3
"""Near misses that a message quotes."""


def expectation_of(rule: Rule, before: Expectation | None, now: datetime) -> Expectation:
    """What is remembered of a rule from now on: what was, or the beginning."""
    assert rule.expect is not None
    at_least = rule.expect.at_least
    if before is None:
        return Expectation(at_least=at_least, since_at=now)
    if before.at_least < at_least:  # of earlier stories too few are known
        return replace(before, at_least=at_least, since_at=now)
    return replace(before, at_least=at_least)


def heard(before: Expectation, stories: Sequence[datetime]) -> Expectation:
    """With stories that have come in."""
    return replace(before, latest=tuple(sorted((*before.latest, *stories))[-before.at_least :]))


def quiet_at(rule: Rule, state: Expectation) -> datetime:
    """When the rule becomes quiet, unless a story comes before."""
    assert rule.expect is not None
    latest = state.latest[-rule.expect.at_least :]
    is_enough = len(latest) == rule.expect.at_least
    return max(state.since_at, latest[0] if is_enough else state.since_at) + rule.expect.per


def quiet_notice(rule: Rule, state: Expectation, cause: str, now: datetime, timezone: str) -> Notice:
    """What ops hears once, with the cause."""
    assert rule.expect is not None
    last = f"the last came {local_time(state.latest[-1], timezone)}" if state.latest else "none so far"
    expected = counted(rule.expect.at_least, "story", "stories")
    text = f"Rule {rule.id} is quiet: fewer than {expected} in {span_text(rule.expect.per)}, {last}. {cause}"
    return Notice.of_rule(rule.id, f"quiet {quiet_at(rule, state).isoformat()}", text, now)


def heard_notice(rule: Rule, quiet_since_at: datetime, now: datetime, timezone: str) -> Notice:
    """What ops hears once it is over."""
    began = local_time(quiet_since_at, timezone)
    text = f"Rule {rule.id} is heard again; it was quiet since {began}."
    return Notice.of_rule(rule.id, f"heard {quiet_since_at.isoformat()}", text, now)


# --- causes, the likeliest first ---


def muted_cause(rule: Rule, overlay: Overlay, now: datetime, timezone: str) -> str:
    """Somebody muted or snoozed it, everywhere that it posts; empty: nobody did."""
    silences = overlay.rule_silences(rule.id, now)
    muted = {channel for channel in rule.to if any(one.channel in (None, channel) for one in silences)}
    if not silences or muted != set(rule.to):
        return ""
    first = min(silences, key=lambda one: one.at)
    what = "snoozed" if first.until_at is not None else "muted"
    return f"Cause: <@{first.by}> {what} it {local_time(first.at, timezone)}."


def feeds_cause(rule: Rule, ruleset: RuleSet, states: Mapping[FeedId, FeedState], entries: int) -> str:
    """Half of its feeds or more fail, or nothing came from them; empty: neither. `entries`: that came from them."""
    feeds = [
        feed for feed in ruleset.feeds if rule.feeds is None or not rule.feeds.isdisjoint(ruleset.labels_of(feed.id))
    ]
    failing = [states[feed.id] for feed in feeds if feed.id in states and states[feed.id].health.is_bad]
    if failing and 2 * len(failing) >= len(feeds):
        troubles = [f"{one.feed}: {short_line(one.error or one.health.value, 80)}" for one in failing[:_NAMED_FEEDS]]
        more = f"; and {len(failing) - _NAMED_FEEDS} more" if len(failing) > _NAMED_FEEDS else ""
        return (
            f"Cause: {len(failing)} of its {counted(len(feeds), 'feed', 'feeds')} fail ({'; '.join(troubles)}{more})."
        )
    return "" if entries else "Cause: nothing at all came in from its feeds."


def edit_cause(text: RulesText, stories: int, timezone: str) -> str:
    """Its expression was changed, and would have found stories as it was before."""
    by = f"<@{text.by}>" if text.by.startswith(("U", "W")) else "the rules file"
    at = local_time(text.at, timezone)
    count = counted(stories, "story", "stories")
    return (
        f"Cause: the edit of {at} stopped it ({by}, version {text.version}): before, {count} since would have matched."
    )


def no_match_cause(entries: int, misses: Sequence[NearMiss], timezone: str) -> str:
    """Entries came, none matched; what came nearest."""
    text = f"Cause: {counted(entries, 'entry', 'entries')} came in from its feeds, none matched."
    if not misses:
        return f"{text} None came near."
    lines = [
        f"• {short_line(miss.title, 120)} ({miss.source or 'unknown'}, "
        f"{local_time(miss.seen_at, timezone)}): {miss.detail}"
        for miss in misses[:NAMED_MISSES]
    ]
    return "\n".join([f"{text} Nearest:", *lines])
