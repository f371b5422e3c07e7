"""What rules did on an archive → what is wrong with them: silent, noisy, untested, without an owner, over their budget.

The law of this file: a budget that the archive says would be exceeded is an error; all else is a warning. What an
archive cannot tell (an empty one) is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from statistics import median

from bot.core.digests.mutes import Overlay, ReactionKind
from bot.core.text.plural import counted
from bot.core.text.times import local_time, span_text
from bot.core.workbench.backtest import Backtest, Covered
from bot.model import ChannelId, Problem, Rule, RuleId, RuleSet

_DAY = timedelta(days=1)
_OLD = timedelta(days=7)
"""A mute or a snooze that has stood for longer was meant for a moment and forgotten."""
_MADS = 3
"""Median absolute deviations above the median from which on a rule is noisy: an outlier whatever the others' spread.

C. Leys et al., Detecting outliers: Do not use standard deviation around the mean, use absolute deviation around the
median, Journal of Experimental Social Psychology 49 (2013). Here without their factor for normal distributions.
"""
_QUIET_ENOUGH = 1.0
"""Messages a day up to which no rule is noisy: where most are silent, one a week stands far above the others."""
_NAMED = 8
"""Rules that one line names."""
_LEAST_RULES = 3
"""Of fewer none stands out."""


class FindingKind(StrEnum):
    SILENT = "silent"
    NOISY = "noisy"
    NO_TESTS = "no_tests"
    NO_OWNER = "no_owner"
    HUSHED = "hushed"
    """Muted or snoozed for more than a week."""
    BUDGET = "budget"
    """More messages a day than `max_per_day`."""


_LACKS = {FindingKind.NO_TESTS: "no tests", FindingKind.NO_OWNER: "no owner"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """Something wrong with a rule, or with a channel's budget. `line`: in the rules file; 0: not there."""

    kind: FindingKind
    rule: RuleId | None = None
    channel: ChannelId | None = None
    line: int = 0
    message: str
    hint: str

    @property
    def severity(self) -> str:
        """`error` or `warning`, as of a `Problem`."""
        return "error" if self.kind is FindingKind.BUDGET else "warning"

    def problem(self, text: str) -> Problem:
        """As a problem of the rules file `text`, where the rule or channel begins."""
        lines = text.splitlines()
        excerpt = lines[self.line - 1] if 0 < self.line <= len(lines) else ""
        begin = re.match(r"\s*(?:-\s+)?", excerpt)
        column = begin.end() if begin else 0
        return Problem(
            line=max(self.line, 1),
            column=column + 1,
            severity=self.severity,
            message=self.message,
            hint=self.hint,
            excerpt=excerpt,
            width=max(len(excerpt.rstrip()) - column, 1),
        )


def findings(
    ruleset: RuleSet,
    backtests: Sequence[Backtest],
    channel_messages: Mapping[ChannelId, Sequence[tuple[date, int]]],
    overlay: Overlay,
    now: datetime,
) -> Iterator[RuleFinding]:
    """Rule by rule in the order of the file, then the channels.

    Args:
        backtests: of the rules, in their order.
        channel_messages: new messages by day in each channel that has a budget.
    """
    noise = _Noise.of(backtests)
    for rule, backtest in zip(ruleset.rules, backtests, strict=True):
        yield from _of_rule(rule, backtest, noise)
        yield from _hushed(rule, overlay, now, ruleset.settings.timezone)
    for name, days in channel_messages.items():
        channel = ruleset.channels[name]
        if channel.max_per_day is not None:
            yield from _over_budget(f"the channel {name}", channel.max_per_day, days, channel=name, line=channel.line)


def as_read(all_findings: Iterable[RuleFinding]) -> list[RuleFinding]:
    """The findings as people read them: what several rules lack is said once, where the first of them stands. Forty
    rules without tests or an owner were eighty times the same three lines."""
    read: list[RuleFinding] = []
    places: dict[FindingKind, int] = {}
    rules: dict[FindingKind, list[RuleId]] = {}
    for finding in all_findings:
        if finding.kind in _LACKS and finding.rule is not None:
            rules.setdefault(finding.kind, []).append(finding.rule)
            if places.setdefault(finding.kind, len(read)) < len(read):
                continue
        read.append(finding)
    for kind, lacking in rules.items():
        if len(lacking) > 1:
            more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
            message = f"{len(lacking)} rules have {_LACKS[kind]}: {', '.join(lacking[:_NAMED])}{more}"
            read[places[kind]] = replace(read[places[kind]], message=message)
    return read


def _of_rule(rule: Rule, backtest: Backtest, noise: _Noise | None) -> Iterator[RuleFinding]:
    name = f"the rule {rule.id}"
    if rule.max_per_day is not None:
        yield from _over_budget(name, rule.max_per_day, backtest.messages_by_day(), rule=rule.id, line=rule.line)
    finding = partial(RuleFinding, rule=rule.id, line=rule.line)
    if backtest.covered.entries and not backtest.hits:
        yield finding(
            kind=FindingKind.SILENT,
            message=f"{name} finds nothing in the archive's {_span(backtest.covered)}",
            hint=f"`wirewatch missed --rule {rule.id}` shows what it missed by little",
        )
    if noise is not None and noise.is_noisy(backtest):
        yield finding(
            kind=FindingKind.NOISY,
            message=f"{name} is noisy: {counted(noise.messages(backtest), 'message', 'messages')} in "
            f"{_span(backtest.covered)}; half of the rules post {noise.usual}",
            hint=f"mark stories, then `wirewatch suggest {rule.id}` says what to exclude",
        )
    if not rule.tests:
        yield finding(
            kind=FindingKind.NO_TESTS,
            message=f"{name} has no tests",
            hint='add tests: {match: ["a headline it must find"], not: ["one it must not"]}',
        )
    if rule.owner is None:
        yield finding(
            kind=FindingKind.NO_OWNER,
            message=f"{name} has no owner",
            hint="add owner: U…, the Slack id of the person who knows whether its stories are relevant",
        )


def _over_budget(
    name: str,
    budget: int,
    days: Sequence[tuple[date, int]],
    *,
    line: int,
    rule: RuleId | None = None,
    channel: ChannelId | None = None,
) -> Iterator[RuleFinding]:
    over = [(count, day) for day, count in days if count > budget]
    if over:
        most, day = max(over)
        on = counted(len(over), "day", "days")
        yield RuleFinding(
            kind=FindingKind.BUDGET,
            rule=rule,
            channel=channel,
            line=line,
            message=f"{name} would have posted more than max_per_day ({budget}) on {on}: {most} messages on {day}",
            hint="narrow what it finds, or raise max_per_day",
        )


def _hushed(rule: Rule, overlay: Overlay, now: datetime, timezone: str) -> Iterator[RuleFinding]:
    for reaction in overlay.rule_silences(rule.id, now):
        if now - reaction.at <= _OLD:
            continue
        done = "muted" if reaction.kind is ReactionKind.MUTE_RULE else "snoozed"
        where = f" in {reaction.channel}" if reaction.channel is not None else ""
        yield RuleFinding(
            kind=FindingKind.HUSHED,
            rule=rule.id,
            line=rule.line,
            message=f"the rule {rule.id} has been {done}{where} since {local_time(reaction.at, timezone)}",
            hint=f"/watch unmute {rule.id}, or take the rule out",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noise:
    """What is usual among the rules. Messages are those of the whole archive, which covers the same span for all."""

    median: float
    deviation: float

    @classmethod
    def of(cls, backtests: Sequence[Backtest]) -> _Noise | None:
        """None: too few rules."""
        counts = [cls.messages(backtest) for backtest in backtests]
        if len(counts) < _LEAST_RULES:
            return None
        middle = median(counts)
        return cls(median=middle, deviation=median(abs(count - middle) for count in counts))

    @property
    def usual(self) -> str:
        return f"{self.median:g} or fewer" if self.median else "none"

    @staticmethod
    def messages(backtest: Backtest) -> int:
        return sum(post.is_new for post in backtest.posts)

    def is_noisy(self, backtest: Backtest) -> bool:
        count = self.messages(backtest)
        days = max(backtest.covered.span / _DAY, 1.0)
        return count > self.median + _MADS * self.deviation and count > _QUIET_ENOUGH * days


def _span(covered: Covered) -> str:
    hours = covered.span / timedelta(hours=1)
    return f"{hours / 24:.0f} days" if hours >= 48 else span_text(covered.span)
