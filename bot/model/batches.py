"""What travels between pipeline and store: parsed entries that wait for ingest, and what one transaction keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.delivery import ChannelState, Delivery, Notice, Posted, Waiting
from bot.model.news import Entry, FeedId, NewEntry, StoryId
from bot.model.review import Mark, Question
from bot.model.watch import ChannelId, RuleId, StoryMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """A parsed entry that waits for ingest. `silent`: part of a feed's baseline, must never alert by itself."""

    id: int
    entry: Entry
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestBatch:
    """The *ingest* transaction: inbox removal, entries, stories, matches, waiting items and what rules remember."""

    inbox: tuple[int, ...] = ()
    """Inbox rows that are done."""
    entries: tuple[NewEntry, ...] = ()
    counts: Mapping[FeedId, int] = field(default_factory=dict)
    """How many entries each feed brought for the first time (for `feeds list`)."""
    identity_records: Mapping[str, bytes] = field(default_factory=dict)
    """Identity key -> what `core.stories` wants to remember of the item."""
    index: tuple[tuple[str, str, bytes | None], ...] = ()
    """Story index records (kind, key, data); data None deletes."""
    merges: tuple[tuple[StoryId, StoryId], ...] = ()
    """(story, into): from now on `story` is part of `into`."""
    matches: tuple[StoryMatch, ...] = ()
    silent_matches: tuple[StoryMatch, ...] = ()
    """Matches that may not alert (baseline, too old): kept for `explain`, replaced by a later match that may."""
    waiting: tuple[Waiting, ...] = ()
    boilerplate: tuple[tuple[FeedId, str, StoryId], ...] = ()
    """(feed, normalised line, story): a line seen in an entry of that story."""
    notices: tuple[Notice, ...] = ()
    rule_states: tuple[tuple[str, RuleId, object | None], ...] = ()
    facts: Mapping[str, str | None] = field(default_factory=dict)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBatch:
    """The *digest* transaction of one channel: waiting items become frozen outbox rows."""

    channel: ChannelId
    state: ChannelState
    deliveries: tuple[Delivery, ...] = ()
    posted: tuple[Posted, ...] = ()
    """Upserted by (channel, story)."""
    settled: tuple[Waiting, ...] = ()
    """Waiting rows that are done (posted, or dropped as omitted)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchBatch:
    """The *workbench* transaction: what people said and were asked, what rules remember, and the messages about it."""

    marks: tuple[Mark, ...] = ()
    """On a story that was merged, they go to what it became."""
    undone: tuple[Mark, ...] = ()
    """Marks that are taken back, by `by`."""
    by: str = ""
    questions: tuple[Question, ...] = ()
    settled: tuple[Question, ...] = ()
    """Questions whose `settled_by` and `settled_at` change."""
    rule_states: tuple[tuple[str, RuleId, object | None], ...] = ()
    """(kind, rule, noun); None forgets."""
    deliveries: tuple[Delivery, ...] = ()
    notices: tuple[Notice, ...] = ()
    facts: Mapping[str, str | None] = field(default_factory=dict)
    at: datetime
