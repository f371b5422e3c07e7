"""What a rule found in an archive and would have posted → counts by day, rates; two rules → what changes from one to
the other.

The law of this file: only what is archived counts, and a rate is over the span that the archive covers; below a day
there is none. A story counts once, on the day (of `settings.timezone`) of its first matching entry. An added story is
one that only the new rule has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.query.walk import parts
from bot.core.rulefile.channels import default_channel
from bot.core.text.times import local_day
from bot.core.workbench.precision import MarkCounts
from bot.model import (
    DEFAULT_CHANNEL,
    Channel,
    ChannelId,
    EntryId,
    Evidence,
    FeedId,
    MarkVerdict,
    MessageKind,
    Rule,
    RuleId,
    RuleSet,
    StoryId,
)
from bot.model import query as ast

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOnTrial:
    """A rule, and the rule set whose settings, channels and feeds it is tried with: its other rules play no part."""

    rule: Rule
    ruleset: RuleSet

    @property
    def channels(self) -> Mapping[ChannelId, Channel]:
        """The channels that the rule posts to, without their budgets: those hold nothing back."""
        channels = self.ruleset.channels.items()
        return {name: replace(channel, max_per_day=None) for name, channel in channels if name in self.rule.to}

    @classmethod
    def ad_hoc(cls, rule: Rule, ruleset: RuleSet, variables: Mapping[str, str]) -> RuleOnTrial:
        """A rule that stands nowhere, and posts to the channel named default. `variables`: of the environment."""
        channels = {DEFAULT_CHANNEL: default_channel(variables), **ruleset.channels}
        return cls(rule=rule, ruleset=replace(ruleset, channels=channels))

    def edited(self, edit: Rule) -> RuleOnTrial:
        """The rule with the expression of another."""
        return replace(self, rule=replace(self.rule, when=edit.when, query=edit.query))

    def differs_from(self, other: RuleOnTrial) -> bool:
        """Whether it may find, or post, anything else."""
        if (self.rule.query, self.rule.feeds, self.rule.spike) != (
            other.rule.query,
            other.rule.feeds,
            other.rule.spike,
        ):
            return True
        if (self.rule.to, self.rule.priority, self.channels) != (other.rule.to, other.rule.priority, other.channels):
            return True
        mine, theirs = self.ruleset, other.ruleset
        if (mine.settings.timezone, mine.settings.max_age) != (theirs.settings.timezone, theirs.settings.max_age):
            return True
        labels = [{feed.id: ruleset.labels_of(feed.id) for feed in ruleset.feeds} for ruleset in (mine, theirs)]
        asks_for_labels = self.rule.feeds is not None or any(
            isinstance(part, ast.In) and part.field == "tag" for part in parts(self.rule.query)
        )
        return asks_for_labels and labels[0] != labels[1]


def trials_of(ruleset: RuleSet, rules: Iterable[Rule] | None = None) -> list[RuleOnTrial]:
    """Rules of a rule set (None: all), each by itself."""
    return [RuleOnTrial(rule=rule, ruleset=ruleset) for rule in (ruleset.rules if rules is None else rules)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The span that an archive covers: from its first entry to its last one. Both None: it is empty."""

    entries: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def span(self) -> timedelta:
        if self.first_at is None or self.last_at is None:
            return timedelta(0)
        return self.last_at - self.first_at

    def per_day(self, count: int) -> float | None:
        """A rate over the span; None where that is less than a day."""
        return round(count / (self.span / _DAY), 2) if self.span >= _DAY else None

    def days(self, timezone: str) -> list[date]:
        """Every day on the calendar there that the span touches."""
        if self.first_at is None or self.last_at is None:
            return []
        first, last = local_day(self.first_at, timezone), local_day(self.last_at, timezone)
        return [first + number * _DAY for number in range((last - first).days + 1)]

    def to_json(self) -> dict[str, object]:
        """`days` with two places, `from` and `to` null for an empty archive."""
        return {
            "from": self.first_at.isoformat() if self.first_at else None,
            "to": self.last_at.isoformat() if self.last_at else None,
            "days": round(self.span / _DAY, 2),
            "entries": self.entries,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An archived entry that a rule holds on."""

    entry: EntryId
    story: StoryId
    """As it stands now."""
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message that would have gone out."""

    at: datetime
    channel: ChannelId
    kind: MessageKind

    @property
    def is_new(self) -> bool:
        """Whether it is a message of its own: an edit, or a reply in a thread, rings no bell."""
        return self.kind not in (MessageKind.UPDATE, MessageKind.REPLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """One rule on one archive. `hits`: in order of arrival."""

    rule: RuleId
    hits: tuple[Hit, ...]
    posts: tuple[Posting, ...]
    """What a replay of the archive would post for this rule alone, notices left out."""
    marks: MarkCounts
    covered: Covered
    timezone: str

    @property
    def stories(self) -> Mapping[StoryId, Hit]:
        """The first hit of each story, in order of arrival."""
        stories: dict[StoryId, Hit] = {}
        for hit in self.hits:
            stories.setdefault(hit.story, hit)
        return stories

    def without_hits(self) -> Backtest:
        """The same rule on the same archive, if it were not there."""
        return replace(self, hits=(), posts=())

    @property
    def posts_per_day(self) -> float | None:
        return self.covered.per_day(len(self.posts))

    def stories_by_day(self) -> list[tuple[date, int]]:
        """Every covered day, those without a story included."""
        return _by_day((hit.seen_at for hit in self.stories.values()), self.covered, self.timezone)

    def messages_by_day(self) -> list[tuple[date, int]]:
        """New messages on every covered day, and on the days after it on which the last ones go out."""
        return messages_by_day(self.posts, self.covered, self.timezone)

    def to_json(self) -> dict[str, object]:
        """As `backtest --json` prints it."""
        return {
            "rule": self.rule,
            "entries": len(self.hits),
            "stories": len(self.stories),
            "per_day": [{"day": day.isoformat(), "stories": count} for day, count in self.stories_by_day()],
            "posts": len(self.posts),
            "posts_per_day": self.posts_per_day,
            "marks": self.marks.to_json(),
            "covered": self.covered.to_json(),
        }


def messages_by_day(posts: Iterable[Posting], covered: Covered, timezone: str) -> list[tuple[date, int]]:
    """New messages on every covered day, and on the days after it on which the last ones go out."""
    return _by_day((post.at for post in posts if post.is_new), covered, timezone)


def _by_day(moments: Iterable[datetime], covered: Covered, timezone: str) -> list[tuple[date, int]]:
    counts = Counter(local_day(at, timezone) for at in moments)
    return [(day, counts[day]) for day in sorted({*covered.days(timezone), *counts})]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedStory:
    """A story that one of two rules has, under the entry in which that rule found it first."""

    story: StoryId
    title: str
    url: str | None
    source: str | None
    seen_at: datetime
    evidence: tuple[Evidence, ...]
    mark: MarkVerdict | None = None
    feed: FeedId | None = None

    def to_json(self) -> dict[str, object]:
        """`id` is that of the entry that began the story."""
        return {
            "id": str(self.story),
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "seen": self.seen_at.isoformat(),
            "evidence": [part.to_json() for part in self.evidence],
            "mark": self.mark,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleComparison:
    """A rule as it is and as it would be. Where it stands on one side only, it finds nothing on the other."""

    before: Backtest
    after: Backtest
    is_new: bool = False
    is_gone: bool = False
    added: tuple[ChangedStory, ...] = ()
    removed: tuple[ChangedStory, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As `backtest --json` prints it: the rule as it would be, and what changes."""
        return {
            **self.after.to_json(),
            "added": [story.to_json() for story in self.added],
            "removed": [story.to_json() for story in self.removed],
            "before": _figures(self.before),
            "after": _figures(self.after),
        }


def _figures(backtest: Backtest) -> dict[str, object]:
    return {"stories": len(backtest.stories), "posts_per_day": backtest.posts_per_day}


def first_hits_of_one(one: Backtest, other: Backtest) -> list[Hit]:
    """The first hits of the stories that only `one` has."""
    others = other.stories
    return [hit for story, hit in one.stories.items() if story not in others]
