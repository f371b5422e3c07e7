"""What was posted today, and `max_per_day` → notices of budgets that are exceeded.

The law: a budget holds nothing back, for news that is held back unasked is news lost; it makes noise known, once a day
and budget, as soon as it happens. Messages of their own count: edits and replies in a thread ring no bell. Days are
those of `settings.timezone`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.core.text.times import local_day
from bot.model import Notice, Posted, RuleSet

LONGEST_DAY = timedelta(hours=25)
"""That on which the clocks go back."""


def has_budgets(ruleset: RuleSet) -> bool:
    """Whether there is anything to look at."""
    limits = [rule.max_per_day for rule in ruleset.rules] + [one.max_per_day for one in ruleset.channels.values()]
    return any(limit is not None for limit in limits)


def exceeded_budgets(ruleset: RuleSet, posted: Sequence[Posted], now: datetime) -> Iterator[Notice]:
    """A notice for each budget that today's messages exceed. `posted`: at least of the last LONGEST_DAY."""
    timezone = ruleset.settings.timezone
    today = local_day(now, timezone)
    rows = [row for row in posted if local_day(row.posted_at, timezone) == today]
    for rule in ruleset.rules:
        if rule.max_per_day is not None:
            messages = len({row.delivery_key for row in rows if rule.id in row.rules})
            if messages > rule.max_per_day:
                text = _text(f"Rule {rule.id}", messages, rule.max_per_day, f"wirewatch backtest --rule {rule.id}")
                yield Notice.of_rule(rule.id, _key(today), text, now)
    for channel in ruleset.channels.values():
        if channel.max_per_day is not None:
            messages = len({row.delivery_key for row in rows if row.channel == channel.id})
            if messages > channel.max_per_day:
                text = _text(f"Channel {channel.id}", messages, channel.max_per_day, "wirewatch check --archive")
                yield Notice(key=f"{_key(today)}:{channel.id}", text=text, at=now)


def _key(today: date) -> str:
    return f"budget:{today}"


def _text(name: str, messages: int, budget: int, command: str) -> str:
    return (
        f"{name} is over its budget: {messages} messages today, more than max_per_day ({budget}). "
        f"Nothing is held back; `{command}` shows what it posts a day."
    )
