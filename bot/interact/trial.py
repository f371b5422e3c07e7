"""A rule as the form has it → what it would have posted: a backtest, in a connection and a thread of its own."""

from __future__ import annotations

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
from bot.interact.archive import Archive
from bot.model import Channel, RuleSet
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


async def try_rule(archive: Archive, ruleset: RuleSet, rule: AddedRule, now: datetime) -> RuleTrial | None:
    """What the rule would have posted; None: there is nothing to try it on. `ruleset`: the rules in force."""
    try:
        return await in_daemon_thread(_try, archive, ruleset, replace(rule, at=now))
    except StoreError as error:
        _log.warning("trial_failed", rule=rule.id, error=str(error))
        return None


def _try(archive: Archive, ruleset: RuleSet, added: AddedRule) -> RuleTrial | None:
    others = replace(ruleset, rules=tuple(rule for rule in ruleset.rules if rule.id != added.id))
    both, problems = with_added_rules(others, [added], default_channel({}))
    if problems:
        return None
    trial = RuleOnTrial(rule=both.rules[-1], ruleset=both)
    with archive.reading() as store:
        if store is None:
            return None
        with store.snapshot():
            (backtest,) = Backtester(store, days=_DAYS).backtests([trial])
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
