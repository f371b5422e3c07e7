"""What polling learns about a feed and keeps between two polls, and what one poll hands on.

Every field of `FeedState` survives restarts; only `bot.core.polling` decides what stands in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.delivery import Notice
from bot.model.news import Entry, FeedId


class FeedHealth(StrEnum):
    """`state` in `feeds list`."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong with the feed; of a new one nothing is known yet."""
        return self not in (FeedHealth.OK, FeedHealth.NEW)


class NoticeKind(StrEnum):
    """What a notice to ops says about a feed."""

    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"
    SILENT = "silent"
    MOVED = "moved"
    HEALED = "healed"
    GAP = "gap"
    TOO_OLD = "too_old"
    NETWORK = "network"
    """Nothing answers: one notice for all feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes the next request conditional, byte for byte as the server sent it (latin-1)."""

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None
    """The URL that gave them, to whose server alone they are sent; None: the declared one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a feed brings news."""

    gap: timedelta | None = None
    """The median gap between its latest entries."""
    longest_gap: timedelta | None = None
    arrivals: tuple[datetime, ...] = ()
    """The latest polls that brought something new: the rhythm of a feed without dates."""
    news_at: datetime | None = None
    """When a poll last brought something new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherHints:
    """When a publisher says that nobody needs to ask."""

    ttl: timedelta | None = None
    """RSS `ttl` or `sy:updatePeriod`, the longer of the two."""
    fresh_for: timedelta | None = None
    """`Cache-Control: max-age` or `Expires`."""
    skip_hours: tuple[int, ...] = ()
    """UTC."""
    skip_days: tuple[int, ...] = ()
    """0 is Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect that the declared URL answers with."""

    to: str
    since_at: datetime
    polls: int = 1
    """Good polls in a row that went through it."""
    is_kept: bool = False
    """It is believed: the new URL is asked first."""
    checked_at: datetime
    """When the declared URL was asked last."""
    is_same_feed: bool = True
    """The last document there had entries known from before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How often in a row a feed failed where it was asked whether anything is new, and answered the next time, asked
    for the whole: some servers answer a conditional request with an empty body, a 412 or a 500."""

    count: int = 0
    at: datetime | None = None
    """When it last did."""
    is_open: bool = False
    """It has just failed so; the next answer shows why."""


class PolledHour(StrEnum):
    """How the polls of an hour went; a letter of `PolledWeek.hours`."""

    UNASKED = "."
    """There was none."""
    GOOD = "o"
    MIXED = "s"
    """Some failed."""
    FAILED = "x"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledWeek:
    """How the polls of the last days went, hour by hour (UTC)."""

    until_at: datetime | None = None
    """The beginning of the last hour in `hours`; None: there was no poll."""
    hours: str = ""
    """A `PolledHour` an hour, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProblem:
    """The problem that ops was last notified of, and whose end it has not been notified of."""

    kind: NoticeKind
    since_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOffer:
    """The WebSub hub that a feed's document names. `topic`: the feed's own name for itself, if it gives one."""

    hub: str
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What polling has learnt about a feed. Everything here survives restarts."""

    feed: FeedId
    url: str
    """The declared URL that this was learnt for; another one in the rules file starts afresh."""
    former: tuple[FeedId, ...] = ()
    """The ids that it had in the rules file before, the last first: its items' guids are known under those."""
    health: FeedHealth = FeedHealth.NEW
    next_due_at: datetime
    interval: timedelta
    validators: Validators = Validators()
    refusals: Refusals = Refusals()
    body_hash: str | None = None
    """Of the last whole document."""
    part_hash: str | None = None
    """Of a document that came only in part, after the last whole one: the same again is not read again."""
    fingerprints: str | None = None
    """Of the last document's entries (`bot.core.parse.fingerprints`)."""
    failures: int = 0
    """Failed polls in a row."""
    failing_since_at: datetime | None = None
    status: int | None = None
    error: str | None = None
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    document_at: datetime | None = None
    """When it last answered with a document, not with 304."""
    gone_since_at: datetime | None = None
    """When it first answered 410."""
    move: Move | None = None
    has_baseline: bool = False
    """A first good answer with entries has been taken."""
    empty_since_at: datetime | None = None
    """The first of the good answers without entries that it gives at present (at another URL than before: about the
    last good answer of that); None: the last one had some."""
    full_until_at: datetime | None = None
    """The last good answer before those without entries; None: there are none at present."""
    rhythm: Rhythm = Rhythm()
    hints: PublisherHints = PublisherHints()
    hub: HubOffer | None = None
    problem: OpenProblem | None = None
    week: PolledWeek = PolledWeek()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """What one poll leaves, kept in one transaction: new inbox rows, validators and due time together."""

    state: FeedState
    entries: tuple[Entry, ...] = ()
    baseline: int = 0
    """So many of the first entries were there before we looked: they must never alert."""
    notices: tuple[Notice, ...] = ()
    """What ops should hear."""
    problems: tuple[str, ...] = field(default=(), compare=False)
    """What was wrong with the document, for the log; nothing of it made the poll fail."""
    postponed: bool = False
    """Nothing was asked: the host is busy, the feed is due later."""
