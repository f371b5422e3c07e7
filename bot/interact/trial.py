"""A rule as the form has it → what it would have posted: a backtest, in a connection and a thread of its own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from bot.core.rulefile.added_rules import AddedRule, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.text.plural import counted
from bot.core.workbench.backtest import Backtest, RuleOnTrial
from bot.core.workbench.bars import bar_line
from bot.daemon_thread import in_daemon_thread
from bot.errors import StoreError
from bot.model import Channel, RuleSet
from bot.ports import Workplace
from bot.workbench.backtest import Backtester

_DAYS = 28
"""Of the archive that are looked at: people wait for it."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrial:
    """What came of it, in plain text. `over_budget`: why it should not be saved without a thought; empty: it may."""

    summary: str
    bars: str
    over_budget: str = ""


async def try_rule(place: Workplace, rule: AddedRule, now: datetime) -> RuleTrial | None:
    """What the rule would have posted; None: there is nothing to try it on."""
    ruleset = place.ruleset()
    try:
        return await in_daemon_thread(_try, place, ruleset, replace(rule, at=now))
    except StoreError as error:
        _log.warning("trial_failed", rule=rule.id, error=str(error))
        return None


def _try(place: Workplace, ruleset: RuleSet, added: AddedRule) -> RuleTrial | None:
    others = replace(ruleset, rules=tuple(rule for rule in ruleset.rules if rule.id != added.id))
    both, problems = with_added_rules(others, [added], default_channel({}))
    archive = place.archive() if not problems else None
    if archive is None:
        return None
    with closing(archive), archive.snapshot():
        trial = RuleOnTrial(rule=both.rules[-1], ruleset=both)
        (backtest,) = Backtester(archive, days=_DAYS).backtests([trial])
    if not backtest.covered.entries:
        return None
    return _trial(backtest, [both.channels[channel] for channel in trial.rule.to])


def _trial(backtest: Backtest, channels: list[Channel]) -> RuleTrial:
    per_day = backtest.posts_per_day
    rate = f", {per_day:g} a day" if per_day is not None else ""
    by_day = backtest.stories_by_day()
    days = counted(len(by_day), "day", "days")
    stories = counted(len(backtest.stories), "story", "stories")
    messages = counted(len(backtest.posts), "message", "messages")
    return RuleTrial(
        summary=f"In the {days} that the archive covers: {stories}, {messages}{rate}.",
        bars=bar_line([count for _, count in by_day], len(by_day)),
        over_budget=_over_budget(backtest.messages_by_day(), channels),
    )


def _over_budget(messages: list[tuple[date, int]], channels: list[Channel]) -> str:
    budgets = [(channel.max_per_day, channel) for channel in channels if channel.max_per_day is not None]
    if not budgets or not messages:
        return ""
    budget, channel = min(budgets, key=lambda one: one[0])
    count, day = max((count, day) for day, count in messages)
    if count <= budget:
        return ""
    posts = counted(count, "message", "messages")
    return (
        f"On {day.day} {day:%b} it would have posted {posts}; {channel.id} is meant to have at most {budget} a day "
        "(max_per_day)."
    )
