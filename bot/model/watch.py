"""What people write in rules.yaml, once read: settings, channels, rules, and what a rule finds.

`rulefile` makes these from text; everything else only reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import IntEnum
from typing import NewType

from bot.model.news import EntryId, Feed, FeedId, OutletId, StoryId
from bot.model.query import Query

RuleId = NewType("RuleId", str)
PersonId = NewType("PersonId", str)
"""Slack's id of a person: `U…` or `W…`."""
ChannelId = NewType("ChannelId", str)
"""A channel's key in rules.yaml."""
DEFAULT_CHANNEL = ChannelId("default")
"""Where rules without `to:` post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """`settings.fetch`: how hard feeds are polled."""

    concurrency: int = 50
    per_host: timedelta = timedelta(seconds=1)
    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 10_000_000
    min: timedelta = timedelta(minutes=5)
    max: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySettings:
    """`settings.stories`: how long stories stay open (see docs/stories.md)."""

    window: timedelta = timedelta(hours=120)
    """A story takes reports until this long after its last one, by arrival and by date."""
    copies: timedelta = timedelta(hours=72)
    """A text counts as a copy of another outlet's for this long."""
    copies_same_source: timedelta = timedelta(hours=36)
    """The same within one outlet; later, it is a recurring column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySlot:
    """Once a week, in local time. `day`: 0 is Monday."""

    day: int
    at: time


REVIEW_SLOT = WeeklySlot(day=0, at=time(9))
"""When people are asked about a sample of stories, unless `settings.review` says otherwise."""
MISSED_SLOT = WeeklySlot(day=4, at=time(15))
"""When near misses are listed, unless `settings.missed` says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """`settings.review`: the weekly question about `sample` stories of each rule."""

    sample: int = 5
    slot: WeeklySlot = REVIEW_SLOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`settings` of rules.yaml."""

    timezone: str = "UTC"
    max_age: timedelta = timedelta(days=3)
    keep: timedelta = timedelta(days=90)
    allow_private_hosts: bool = False
    first_run: str = "announce"
    """`announce`, `silent` or `alert`."""
    contact: str | None = None
    fetch: FetchSettings = field(default_factory=FetchSettings)
    stories: StorySettings = field(default_factory=StorySettings)
    review: ReviewSettings | None = None
    """None: nobody is asked."""
    missed: WeeklySlot | None = None
    """When near misses are listed; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """A channel's `digest:`: either `every` or `at` (local clock times, sorted) on `days` (0 = Monday)."""

    every: timedelta | None = None
    at: tuple[time, ...] = ()
    days: frozenset[int] = frozenset(range(7))
    max_stories: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Immediate:
    """A channel's `immediate:`. `per_hour` None: no limit."""

    per_hour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A channel's `quiet:` hours in local time; `start` > `end` runs over midnight, `start` = `end` is no hour."""

    start: time = time(0)
    end: time = time(0)
    weekends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where digests go. `digest` or `immediate` (or both) is set."""

    id: ChannelId
    slack: str
    """As written: a channel's id or #name, or a person's id."""
    digest: DigestPlan | None = None
    immediate: Immediate | None = None
    quiet: Quiet | None = None
    follow: str = "none"
    """`update`, `thread` or `none`; the default is `update` where `immediate` is set."""
    max_per_day: int | None = None
    """Messages a day that are thought right; None: any number."""
    line: int = field(default=0, compare=False)
    """Where it stands in rules.yaml; 0: it does not."""
    person: PersonId | None = None
    """Whom it writes to directly, where `slack` is a person; None: a channel."""


class Priority(IntEnum):
    """Larger is more pressing."""

    LOW = 0
    NORMAL = 1
    URGENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """An inline test: a story that must (or must not) match. `line`, `column`: where it stands, 1-based."""

    story: Mapping[str, object]
    expected: bool
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeSettings:
    """A rule's `spike:`: within `window`, at least `at_least` outlets and `times` as many as is usual."""

    window: timedelta = timedelta(hours=6)
    times: float = 3.0
    at_least: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectSettings:
    """A rule's `expect:`: it should match at least `at_least` stories within each `per`."""

    at_least: int = 1
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A watch rule. `query` has its entities resolved; `when` is the text as written."""

    id: RuleId
    name: str
    when: str
    query: Query
    to: tuple[ChannelId, ...] = (DEFAULT_CHANNEL,)
    priority: Priority = Priority.NORMAL
    mention: str | None = None
    feeds: frozenset[str] | None = None
    """Feed ids and tags; None: every feed."""
    owner: PersonId | None = None
    """Who is asked about its stories."""
    max_per_day: int | None = None
    """Messages a day that are thought right; None: any number."""
    spike: SpikeSettings | None = None
    """Set: the rule alerts on unusual volume instead of each story."""
    expect: ExpectSettings | None = None
    tests: tuple[RuleTest, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A whole rules file, without errors. `version` is a hash of its text (and of what its variables held)."""

    version: str
    text: str = ""
    settings: Settings = field(default_factory=Settings)
    feeds: tuple[Feed, ...] = ()
    entities: Mapping[str, Query] = field(default_factory=dict)
    promo: tuple[str, ...] = ()
    """RE2 patterns of lines that move to the promo zone, beside the built-in ones."""
    channels: Mapping[ChannelId, Channel] = field(default_factory=dict)
    """Always holds every channel that a rule goes to, `default` included; `ops` only if declared."""
    rules: tuple[Rule, ...] = ()
    owners: Mapping[OutletId, str] = field(default_factory=dict)
    """The house that an outlet belongs to, as written under `owners:`; outlets in lower case."""

    _labels: Mapping[FeedId, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        labels = {feed.id: frozenset({feed.id, *feed.tags}) for feed in self.feeds}
        object.__setattr__(self, "_labels", labels)

    def labels_of(self, feed: FeedId | None) -> frozenset[str]:
        """What a rule's `feeds:` may name an entry's feed by: its id and its tags; nothing for an entry of no feed."""
        if feed is None:
            return frozenset()
        return self._labels.get(feed) or frozenset({feed})

    @property
    def outlet_names(self) -> Mapping[FeedId, str]:
        """What a feed's outlet is called, for feeds that people gave a name."""
        return {feed.id: feed.name for feed in self.feeds if feed.is_named and feed.name != feed.id}

    def rule(self, name: str) -> Rule | None:
        """The rule of that id; None: there is none."""
        return next((rule for rule in self.rules if rule.id == name), None)

    def house_of(self, outlet: OutletId) -> str:
        """What counts as one voice: the outlet's house, or the outlet itself where it is in none."""
        return self.owners.get(OutletId(outlet.lower()), outlet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a rules file. `line`, `column` are 1-based; `excerpt` is the line, or what stands around the
    place in a long one, `skipped` how many of its characters are missing before that; `width` is the caret's; `whole`,
    at the last mistake of a rule, is the rule with all of them mended, where each has one mend."""

    line: int
    column: int
    severity: str
    """`error` or `warning`."""
    message: str
    hint: str = ""
    whole: str = ""
    excerpt: str = ""
    width: int = 1
    skipped: int = 0

    def to_json(self) -> dict[str, object]:
        """As `check --json` prints it, without the file."""
        return {name: getattr(self, name) for name in ("line", "column", "severity", "message", "hint", "whole")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where in one zone a rule found its words: `spans` are [start, end) in code points of `text`, sorted, disjoint."""

    zone: str
    text: str
    spans: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, object]:
        """As `match` and `backtest --json` print it."""
        return {"zone": self.zone, "text": self.text, "spans": [list(span) for span in self.spans]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule holds on an entry. `quote` is the sentence or two worth showing, cut out of a zone, with its own spans."""

    rule: RuleId
    evidence: tuple[Evidence, ...] = ()
    quote: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMatch:
    """The first match of a rule on a story, as kept: the entry it was found in, and the evidence."""

    story: StoryId
    rule: RuleId
    entry: EntryId
    match: Match


def outlet_name(names: Mapping[FeedId, str], source: str | None, feed: str | None) -> str:
    """What an entry's outlet is called wherever people read of it; `-` where nothing is known of it.

    `names`: see `RuleSet.outlet_names`. `source`, `feed`: of the entry."""
    return (names.get(FeedId(feed)) if feed else None) or source or feed or "-"
