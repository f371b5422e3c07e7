"""Budgets of messages a day: told of once a day, and nothing is held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.workbench.budgets import LONGEST_DAY, exceeded_budgets, has_budgets
from bot.model import ChannelId, Posted, RuleId, RuleSet, Settings
from tests import builders

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
"""The day on which the clocks of London go back."""
DESK = ChannelId("desk")


def ruleset(rule: int | None, channel: int | None) -> RuleSet:
    return RuleSet(
        version="",
        settings=Settings(timezone="Europe/London"),
        rules=(builders.rule("a", max_per_day=rule), builders.rule("b")),
        channels={DESK: builders.channel("desk", max_per_day=channel)},
    )


def told(rules: RuleSet, posted: list[Posted], now: datetime = NOON) -> list[tuple[str | None, str]]:
    return [(notice.rule, notice.key) for notice in exceeded_budgets(rules, posted, now)]


def message(number: int, at: datetime, *rules: str) -> Posted:
    """A message that shows one story for these rules."""
    row = builders.posted("desk", number, f"k{number}", posted_at=at)
    return replace(row, rules=tuple(map(RuleId, rules)))


def test_a_rule_and_a_channel_are_told_of_when_they_exceed_theirs() -> None:
    posted = [message(number, NOON - timedelta(minutes=number), "a") for number in range(3)]
    posted.append(message(9, NOON, "b"))
    assert told(ruleset(3, 4), posted) == []
    assert told(ruleset(2, 3), posted) == [
        ("a", "rule|budget:2026-10-25|a"),
        (None, "budget:2026-10-25:desk"),
    ]


def test_a_digest_counts_once_however_many_stories_it_shows() -> None:
    posted = [replace(message(number, NOON, "a"), delivery_key="digest") for number in range(9)]
    assert told(ruleset(1, 1), posted) == []


def test_a_day_is_that_of_the_time_zone_however_long() -> None:
    midnight = datetime(2026, 10, 24, 23, tzinfo=UTC)
    late = datetime(2026, 10, 25, 23, 59, tzinfo=UTC)
    posted = [message(1, midnight, "a"), message(2, late, "a"), message(3, midnight - timedelta(seconds=1), "a")]
    assert late - midnight < LONGEST_DAY
    assert told(ruleset(1, None), posted, late) == [("a", "rule|budget:2026-10-25|a")]
    assert told(ruleset(1, None), posted, midnight - timedelta(seconds=1)) == []


def test_without_budgets_nothing_is_counted() -> None:
    assert not has_budgets(ruleset(None, None))
    assert has_budgets(ruleset(5, None))
    assert has_budgets(ruleset(None, 5))
