"""What goes out: items waiting for a channel, digests made of them, deliveries on their way to Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.news import EntryId, OutletId, StoryId
from bot.model.review import QuestionKind
from bot.model.watch import ChannelId, Evidence, Priority, RuleId


class WaitingKind(StrEnum):
    """Why a story waits for a channel."""

    NEW = "new"
    """Its first match for this channel."""
    UPDATE = "update"
    """Already posted there; a material update, or a match by a rule of higher priority."""
    REPORT = "report"
    """Already posted there; one more report (a copy, another outlet): changes counts only."""
    SPIKE = "spike"
    """Its entry began a burst of a rule with `spike:`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A story that waits to be posted in a channel. One row a (channel, story, rule, entry)."""

    channel: ChannelId
    story: StoryId
    entry: EntryId
    rule: RuleId | None
    """None: a later report that no rule matched by itself."""
    priority: Priority = Priority.NORMAL
    kind: WaitingKind = WaitingKind.NEW
    since_at: datetime
    changes: tuple[str, ...] = ()


class MessageKind(StrEnum):
    """What a delivery is, as `replay --json` names it."""

    DIGEST = "digest"
    IMMEDIATE = "immediate"
    UPDATE = "update"
    """Edits an earlier message (chat.update)."""
    REPLY = "reply"
    """Goes into an earlier message's thread."""
    NOTICE = "notice"
    """Words of our own to the ops channel."""
    QUESTIONS = "questions"
    """What people are asked once a week, or what was not sent."""
    SPIKE = "spike"
    """Unusually many outlets report what a rule looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message of our own to the ops channel. `key` makes it go out once."""

    key: str
    text: str
    at: datetime

    @classmethod
    def of_rule(cls, rule: RuleId, what: str, text: str, at: datetime) -> Notice:
        """A notice about one rule. `what`: the rest of its key."""
        return cls(key=f"{_OF_RULE}|{what}|{rule}", text=text, at=at)

    @property
    def rule(self) -> RuleId | None:
        """The rule that it is about."""
        parts = self.key.split("|", 2)
        return RuleId(parts[2]) if parts[0] == _OF_RULE and len(parts) == 3 else None


_OF_RULE = "rule"
"""What the keys of notices about rules begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One outlet under a story."""

    outlet: OutletId
    name: str
    url: str | None
    copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """A report beneath a story's headline; plain text, nothing escaped yet."""

    entry: EntryId
    title: str
    url: str | None
    source_name: str
    at: datetime
    """When it was published, else seen."""
    quote: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """What people did with a story in Slack: in our words (`<@U1>` names a person), and which of it holds."""

    text: str = ""
    active: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """One story of a digest, everything on it that a reader sees; plain text, nothing escaped yet.

    `title`, `url`, `source_name` and the two instants are those of the entry that leads: the first that matched or, of
    a story that the channel knows, the newest that brings news.
    """

    story: StoryId
    entry: EntryId | None = None
    """The entry that leads. None: an earlier build made the message."""
    title: str
    url: str | None
    source_name: str
    published_at: datetime | None
    seen_at: datetime
    rules: tuple[RuleId, ...]
    rule_names: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    quote: Evidence | None = None
    """Out of the entry that leads."""
    evidence: tuple[Evidence, ...] = ()
    """What `why` is made of: which words in which zone."""
    sources: tuple[SourceLine, ...] = ()
    reports: int = 1
    independent_texts: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    changes: tuple[str, ...] = ()
    """What is new, in words: of the entry that leads, then of `news`."""
    news: tuple[ReportLine, ...] = ()
    """Further entries that bring news, newest first."""
    first: ReportLine | None = None
    """The first report, where another one leads and it is to stand beneath."""
    is_first: bool = True
    """Whether the entry that leads is the story's first report."""
    updated: bool = False
    mentions: tuple[str, ...] = ()
    state: StoryState = StoryState()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """One question of a message: a story that a rule told, or did not tell."""

    kind: QuestionKind
    story: StoryId
    rule: RuleId
    rule_name: str
    title: str
    url: str | None
    source_name: str
    seen_at: datetime
    detail: str = ""
    """Of a near miss: why it was not told."""
    answer: str = ""
    """In our words (`<@U1>` names a person); empty: nobody has answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A burst, as a message tells of it; the digest's title says how many outlets report."""

    reports: tuple[ReportLine, ...] = ()
    """The first, of an outlet each."""
    more: int = 0
    """Outlets beside those."""
    bar: str = ""
    """Outlets in each of the last 24 hours, a block character an hour."""
    most: int = 0
    """In the hour of the longest one."""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A message to be: pure content, from which each sink makes its own form."""

    channel: ChannelId
    kind: MessageKind
    at: datetime
    stories: tuple[DigestStory, ...] = ()
    title: str = ""
    """The header; for a notice, the text."""
    window: tuple[datetime, datetime] | None = None
    omitted: int = 0
    """Stories above `max_stories`, counted but not shown."""
    held_back: int = 0
    """Near-duplicates folded into the stories shown."""
    delayed: bool = False
    timezone: str = "UTC"
    next_at: datetime | None = None
    buttons: bool = False
    thread_of: str | None = None
    """For an update or a reply: the delivery key of the top-level message that it belongs to."""
    revision: int = 0
    questions: tuple[QuestionLine, ...] = ()
    """In place of stories."""
    number_from: int = 1
    """The first story's number: a digest that a sink splits goes on counting."""
    spike: Spike | None = None
    rule: RuleId | None = None
    """The rule that a spike or a notice is about."""


class DeliveryState(StrEnum):
    """pending → sending → sent | unknown | paused | dead; unknown → sent | pending | unsettled."""

    PENDING = "pending"
    SENDING = "sending"
    """Begun; committed before the call."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """Whether it arrived will be settled from the channel's history."""
    UNSETTLED = "unsettled"
    """Whether it arrived only a person can say: the history cannot be read. `status` counts it as unknown."""
    PAUSED = "paused"
    """Refused by the channel or for the token; kept, and tried again."""
    DEAD = "dead"

    @property
    def is_done(self) -> bool:
        """Nothing will be sent any more."""
        return self in (DeliveryState.SENT, DeliveryState.DEAD)

    @property
    def is_waiting(self) -> bool:
        """It goes out as soon as it may."""
        return self in (DeliveryState.PENDING, DeliveryState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox: a frozen message and how far it got.

    `key` is deterministic (a hash over channel, kind, stories, slot, revision): making the same message twice gives the
    same row. `payload` is what the sink sends, frozen when the row was made; `digest` is kept to render it smaller.
    """

    id: int = 0
    key: str
    channel: ChannelId
    address: str
    """Where it goes: the Slack id or #name, as written in rules.yaml when the row was made."""
    kind: MessageKind
    digest: Digest
    payload: Mapping[str, object]
    thread_of: str | None = None
    state: DeliveryState = DeliveryState.PENDING
    created_at: datetime
    not_before_at: datetime | None = None
    started_at: datetime | None = None
    settled_at: datetime | None = None
    attempts: int = 0
    absent: int = 0
    """How often the channel's history was read without finding an unknown message."""
    ts: str | None = None
    """Slack's id of the message, once known."""
    slack_channel: str | None = None
    """The channel id that Slack answered with; of an edit or a reply, that of its message."""
    is_gone: bool = False
    """Somebody deleted the message in Slack: nothing follows it any more."""
    error: str | None = None
    held_since_at: datetime | None = None
    """When it was first refused; None: it is not held."""
    render: int = 0
    """0: as made; 1: smaller; 2: plain text."""
    place: int = 0
    """For the rest of a message that was too long: the id of that message's row, whose turn it takes. 0: its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A story that was posted in a channel: at most one top-level message per (channel, story), ever."""

    channel: ChannelId
    story: StoryId
    delivery_key: str
    kind: MessageKind
    priority: Priority
    rules: tuple[RuleId, ...]
    posted_at: datetime
    revision: int = 0
    last_told_at: datetime | None = None
    """When the message last changed (post, update or reply): coalescing counts from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReply:
    """A reply that quiet hours hold; the message itself was edited meanwhile."""

    thread: str
    """Delivery key of the message that it answers."""
    story: StoryId
    changes: tuple[str, ...] = ()
    entries: tuple[EntryId, ...] = ()
    """What it tells of."""
    is_urgent: bool = False
    """It waits for no end of quiet hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """What the digest stage remembers of a channel."""

    channel: ChannelId
    last_slot_at: datetime | None = None
    """The last digest slot that has been dealt with, posted or empty."""
    posted_at: tuple[datetime, ...] = ()
    """Immediate posts of the last hour (for `per_hour`)."""
    overflow: frozenset[StoryId] = frozenset()
    """Stories above `per_hour` that wait for a digest."""
    shown_updates: Mapping[StoryId, EntryId] = field(default_factory=dict)
    """Updates that still wait for a digest, but show in an earlier message already: the newest entry shown."""
    edited_at: Mapping[str, datetime] = field(default_factory=dict)
    """By delivery key: when that message was last edited, within the last minute."""
    held_replies: tuple[HeldReply, ...] = ()

    @property
    def is_at_rest(self) -> bool:
        """Nothing of it needs another look before something new waits."""
        return not (self.overflow or self.shown_updates or self.edited_at or self.held_replies)
