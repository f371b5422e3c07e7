"""A story's way, in the order it is walked: fetch → parse → ingest → match → digest → deliver.

Each stage is one function. What comes in and goes out of each is a noun of `bot.model`; what a stage keeps, it keeps in
one transaction of the store, so a crash between any two lines loses nothing and doubles nothing:

    poll     fetch bytes, parse them; inbox rows, validators and the next due time are kept together
    ingest   inbox rows become entries of stories, rules are matched; all of it is kept together
    digest   what waits for a channel becomes frozen messages; all of it is kept together
    deliver  each message moves on by itself, each step kept

No stage reads a clock: `now` is handed in, so `replay` runs the very same code on a simulated one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.core.digests import compose as digests
from bot.core.digests import deliveries as digest_rows
from bot.core.digests import planner
from bot.core.digests.marks import MARKS, Hushed, Overlay
from bot.core.digests.message import Message
from bot.core.digests.waiting import alerts_of
from bot.core.matching.matcher import Matcher
from bot.core.stories import IndexRecord, Known, StoryIndex, known_after
from bot.core.stories.identity import identify, outlet_of
from bot.core.text.reading import boilerplate_lines, read_entry
from bot.core.text.terms import index_terms
from bot.core.text.zones import PromoPatterns, compile_promo
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
    Digest,
    Entry,
    EntryId,
    Feed,
    FeedId,
    FeedState,
    Match,
    MessageKind,
    NewEntry,
    OutletId,
    Posted,
    Reading,
    Rule,
    RuleId,
    RuleSet,
    StoryId,
    Verdict,
)
from bot.ports import DigestBatch, IngestBatch, Notice, PollRecord, Sink, Store, Writer

OPS = ChannelId("ops")
"""The channel that hears of feed health, rejected rules and gaps."""
INGEST_SLICE = 100
"""Entries of one ingest transaction, to begin with; the worker fits it to the time that they take."""


@dataclass(slots=True)
class Desk:
    """What ingest keeps in memory: the rules in force and the story index. Both can be made anew from the store."""

    ruleset: RuleSet
    matcher: Matcher
    index: StoryIndex
    promo: PromoPatterns
    labels: Mapping[FeedId, frozenset[str]]
    rules: Mapping[RuleId, Rule]
    learnt: dict[FeedId, frozenset[str]] = field(default_factory=dict)
    """Lines learnt as promo, by feed; filled from the store when a feed first comes up."""


def open_desk(store: Store, ruleset: RuleSet) -> Desk:
    """A desk for `ruleset` with the story index as the store has it."""
    records = (IndexRecord(kind=kind, key=key, data=data) for kind, key, data in store.index_records())
    index = StoryIndex.restore(ruleset.settings.stories, records)
    return with_rules(ruleset, index)


def with_rules(ruleset: RuleSet, index: StoryIndex) -> Desk:
    """A desk for a new rule set on an index that stands: build it beside the old one, then swap."""
    return Desk(
        ruleset=ruleset,
        matcher=Matcher(ruleset.rules),
        index=index,
        promo=compile_promo(ruleset.promo),
        labels=ruleset.feed_labels(),
        rules={rule.id: rule for rule in ruleset.rules},
    )


# --- poll: fetch and parse ----------------------------------------------------------------------------------------


class PollOutcome(Protocol):
    """What a fetcher says of one poll (see `bot.fetch`)."""

    @property
    def state(self) -> FeedState: ...
    @property
    def entries(self) -> tuple[Entry, ...]: ...
    @property
    def baseline(self) -> bool: ...
    @property
    def notices(self) -> tuple[Notice, ...]: ...


class Fetcher(Protocol):
    """Fetches one feed and parses it, in one go. Never raises for one bad feed."""

    async def poll(self, feed: Feed, state: FeedState, now: datetime) -> PollOutcome: ...


async def poll(fetcher: Fetcher, feed: Feed, state: FeedState, ruleset: RuleSet, now: datetime) -> PollRecord:
    """One poll of one feed: bytes are fetched and parsed; the record is what the poll transaction keeps."""
    outcome = await fetcher.poll(feed, state, now)
    first_run = ruleset.settings.first_run
    silent = outcome.baseline and first_run != "alert"
    notices = outcome.notices
    if silent and first_run == "announce" and outcome.entries:
        count = len(outcome.entries)
        notices += (
            Notice(
                key=f"baseline:{feed.id}:{feed.label or feed.url}",
                text=f"New feed {feed.name}: its {count} present {_plural('entry', count)} were taken in without "
                "alerts. What comes from now on alerts.",
                at=now,
            ),
        )
    entries = tuple(with_outlet(entry, feed) for entry in outcome.entries)
    return PollRecord(state=outcome.state, entries=entries, silent=silent, notices=notices)


def with_outlet(entry: Entry, feed: Feed) -> Entry:
    """The entry with its feed and its outlet: the feed's `outlet:`, else the domain of the entry's own address."""
    source = OutletId(feed.outlet) if feed.outlet else outlet_of(entry.url) or outlet_of(feed.url)
    return replace(entry, feed=feed.id, source=source)


# --- ingest: entries become stories, rules are matched ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What one ingest did, for the log."""

    taken: int = 0
    """Inbox rows that are done."""
    new: int = 0
    """Entries that came into the archive."""
    stories: int = 0
    matches: tuple[tuple[EntryId, RuleId], ...] = ()
    waiting: int = 0
    entries: tuple[NewEntry, ...] = ()


def ingest(store: Store, desk: Desk, now: datetime, limit: int = INGEST_SLICE) -> Ingested:
    """Takes up to `limit` rows out of the inbox, in order of arrival, in one transaction.

    The desk's index runs ahead of the store: when this raises, drop the desk and open it again (`worker.ingesting`).
    """
    items = store.inbox(limit)
    if not items:
        return Ingested()
    new_feeds = {item.entry.feed for item in items if item.entry.feed is not None} - desk.learnt.keys()
    desk.learnt.update(store.boilerplate(new_feeds))
    readings = [_read(desk, item.entry) for item in items]
    identities = [identify(item.entry, reading) for item, reading in zip(items, readings, strict=True)]
    keys = (key for identity in identities for key in identity.keys)
    known = {key: Known.from_bytes(data) for key, data in store.identity_records(keys).items()}
    remembered: dict[str, bytes] = {}
    entries: list[NewEntry] = []
    found: list[list[Match]] = []
    next_id = store.next_entry_id()
    for item, reading, identity in zip(items, readings, identities, strict=True):
        decision = desk.index.decide(next_id, item.entry, reading, identity, known)
        if decision.verdict is Verdict.EDIT:
            # What is known of an item names its story as it was; merges since then are followed here.
            decision = replace(decision, story=store.story_of(decision.story))
        for key, item_known in known_after(identity, reading, known, decision).items():
            known[key] = item_known
            remembered[key] = item_known.to_bytes()
        if decision.verdict is Verdict.SAME_ITEM:
            continue
        found.append(match(desk, item.entry, reading))
        entries.append(
            NewEntry(
                id=next_id,
                entry=item.entry,
                reading=reading,
                decision=decision,
                terms=tuple(index_terms(reading)),
                silent=item.silent or _too_old(item.entry, desk.ruleset),
            )
        )
        next_id = EntryId(next_id + 1)
    touched = {story for new in entries for story in (new.decision.story, *new.decision.merged)}
    alerts = alerts_of(entries, found, desk.rules, store.matched_rules(touched), store.posted(touched))
    counts: dict[FeedId, int] = {}
    for new in entries:
        if new.entry.feed is not None and new.decision.verdict is not Verdict.EDIT:
            counts[new.entry.feed] = counts.get(new.entry.feed, 0) + 1
    lines = _lines(desk, entries)
    store.record_ingest(
        IngestBatch(
            inbox=tuple(item.id for item in items),
            entries=tuple(entries),
            counts=counts,
            identity_records=remembered,
            index=tuple((record.kind, record.key, record.data) for record in desk.index.drain()),
            merges=tuple((merged, new.decision.story) for new in entries for merged in new.decision.merged),
            matches=alerts.matches,
            silent_matches=alerts.silent,
            waiting=alerts.waiting,
            boilerplate=lines,
            at=now,
        )
    )
    desk.learnt.update(store.boilerplate({feed for feed, _, _ in lines}))
    return Ingested(
        taken=len(items),
        new=len(entries),
        stories=sum(new.decision.verdict is Verdict.NEW_STORY for new in entries),
        matches=tuple((one.entry, one.rule) for one in alerts.matches),
        waiting=len(alerts.waiting),
        entries=tuple(entries),
    )


def set_aside(store: Store, row: int, fault: Exception, now: datetime) -> None:
    """Sets an inbox row aside: `fault` came up when it was ingested alone. Ops hear of it, once a feed and day."""
    named, feed, url = "An entry", "", ""
    with suppress(Exception):  # the row itself may be what cannot be read
        entry = next(item.entry for item in store.inbox(1) if item.id == row)
        title = " ".join((entry.title or entry.guid or "without a title").split())[:120]
        feed, url = entry.feed or "", entry.url or ""
        named = f"The entry “{title}”{f' of the feed {feed}' if feed else ''}"
    notice = Notice(
        key=f"aside:{feed}:{now:%Y-%m-%d}",
        text=f"{named} could not be taken in ({type(fault).__name__}: {str(fault)[:200]}). This is a fault of "
        f"Wirewatch's: please report it{f' with the address {url}' if url else ''}. The entry is kept and tried again "
        "by the next release; all others go on.",
        at=now,
    )
    store.set_aside(row, notice)


def _read(desk: Desk, entry: Entry) -> Reading:
    learnt = desk.learnt[entry.feed] if entry.feed is not None else frozenset()
    return read_entry(entry, desk.promo, learnt)


def _too_old(entry: Entry, ruleset: RuleSet) -> bool:
    return entry.published_at is not None and entry.seen_at - entry.published_at > ruleset.settings.max_age


def _lines(desk: Desk, entries: Sequence[NewEntry]) -> tuple[tuple[FeedId, str, StoryId], ...]:
    return tuple(
        (new.entry.feed, line, new.decision.story)
        for new in entries
        if new.entry.feed is not None
        for line in boilerplate_lines(new.reading)
    )


# --- match: rules × stories ---------------------------------------------------------------------------------------


def match(desk: Desk, entry: Entry, reading: Reading) -> list[Match]:
    """Which rules hold on one entry, in the order of the rules file, with evidence."""
    labels = desk.labels.get(entry.feed, frozenset({entry.feed})) if entry.feed is not None else frozenset()
    return desk.matcher.match(entry, reading, labels)


# --- digest: matches become messages ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """The messages made, and when to look again at the latest (None: when something new waits)."""

    deliveries: tuple[Delivery, ...] = ()
    next_due_at: datetime | None = None


def digest(
    store: Store,
    ruleset: RuleSet,
    sink: Sink,
    now: datetime,
    *,
    once: bool = False,
    started_at: datetime | None = None,
    buttons: bool = False,
) -> Digested:
    """Turns what waits into frozen messages, channel by channel, each channel in one transaction."""
    hushed = hushed_now(store, ruleset, now)
    made: list[Delivery] = []
    due: list[datetime] = []
    for channel in ruleset.channels.values():
        waiting = store.waiting(channel.id)
        state = store.channel_state(channel.id)
        if not waiting and not state.extra:
            continue
        told = {row.story: row for row in store.posted({w.story for w in waiting}) if row.channel == channel.id}
        silenced = hushed.rules.get(channel.id, frozenset())
        plan = planner.plan(
            channel,
            ruleset.settings.timezone,
            state,
            waiting,
            told,
            now,
            once=once,
            started_at=started_at,
            muted=hushed.stories.get(channel.id, frozenset()),
            silenced=silenced,
        )
        if plan.next_due_at is not None:
            due.append(plan.next_due_at)
        if not plan.messages and not plan.done and plan.state == state:
            continue
        rows: list[Delivery] = []
        known: dict[StoryId, Posted] = dict(told)
        changed: dict[StoryId, Posted] = {}
        for message in plan.messages:
            new, posted = _written(store, ruleset, sink, channel, message, known, now, hushed, buttons)
            rows += new
            for row in posted:
                known[row.story] = changed[row.story] = row
        store.record_digest(
            DigestBatch(
                channel=channel.id,
                state=plan.state,
                deliveries=tuple(rows),
                posted=tuple(changed.values()),
                settled=plan.done,
            )
        )
        made += rows
    return Digested(deliveries=tuple(made), next_due_at=min(due, default=None))


def _written(
    store: Store,
    ruleset: RuleSet,
    sink: Sink,
    channel: Channel,
    message: Message,
    known: Mapping[StoryId, Posted],
    now: datetime,
    hushed: Hushed,
    buttons: bool,
) -> tuple[list[Delivery], list[Posted]]:
    """The outbox rows of one message, and what its channel then knows."""
    before = store.delivery(message.thread_of) if message.thread_of is not None else None
    original = _followed(store, before.digest) if before is not None else None
    shown = {story.story for story in original.stories} if original is not None else set()
    if message.thread_of is not None and not shown.intersection(message.stories):
        # Counted in that digest, but not shown in it: nothing there to change.
        return [], []
    stories = {*message.stories, *shown}
    context = digests.Context.of(
        ruleset,
        store.stories(stories),
        store.story_matches(stories),
        states=hushed.states.get(channel.id),
        silenced=hushed.rules.get(channel.id, frozenset()),
        buttons=buttons,
    )
    is_edit = message.kind is MessageKind.UPDATE
    composed = digests.compose(message, channel, context, now, original if is_edit else None)
    return digest_rows.deliveries(message, composed, channel, context, known, split=sink.split, render=sink.render)


def hushed_now(store: Store, ruleset: RuleSet, now: datetime) -> Hushed:
    """What people muted or snoozed in Slack, as it holds at `now`."""
    marks = store.facts(MARKS)
    if not marks:
        return Hushed()
    overlay = Overlay.read(marks).follow(store.story_of)
    return overlay.hushed(ruleset.channels, now, ruleset.settings.timezone)


def restate(
    store: Store, ruleset: RuleSet, sink: Sink, now: datetime, channel_id: ChannelId, story: StoryId, buttons: bool
) -> bool:
    """Edits the message that told a story, so that it shows what people did with it. False: there is none."""
    channel = ruleset.channels.get(channel_id)
    story = store.story_of(story)
    known = next((row for row in store.posted([story]) if row.channel == channel_id), None)
    if channel is None or known is None:
        return False
    message = Message(
        channel=channel_id,
        kind=MessageKind.UPDATE,
        stories=(story,),
        since_at=now,
        thread_of=known.delivery_key,
        told_at=now,
    )
    hushed = hushed_now(store, ruleset, now)
    rows, _ = _written(store, ruleset, sink, channel, message, {story: known}, now, hushed, buttons)
    store.add_deliveries(rows)
    return bool(rows)


def _followed(store: Store, digest: Digest) -> Digest:
    """The digest with its stories as they stand now: what was merged away since is part of another."""
    stories = {(into := store.story_of(story.story)): replace(story, story=into) for story in digest.stories}
    return replace(digest, stories=tuple(stories.values()))


def announce(store: Store, ruleset: RuleSet, sink: Sink) -> tuple[Notice, ...]:
    """Notices become messages to the channel named ops; without one they are settled here, for the caller to log."""
    notices = store.notices()
    if not notices:
        return ()
    ops = ruleset.channels.get(OPS)
    rows = []
    if ops is not None:
        for notice in notices:
            key = digest_rows.notice_key(ops, notice.key)
            content = digests.notice(ops, notice.text, notice.at, ruleset.settings.timezone)
            rows.append(
                Delivery(
                    key=key,
                    channel=ops.id,
                    address=ops.slack,
                    kind=MessageKind.NOTICE,
                    digest=content,
                    payload=sink.render(key, content),
                    created_at=notice.at,
                )
            )
    store.settle_notices([notice.key for notice in notices], rows)
    return tuple(notices)


# --- deliver: messages reach people -------------------------------------------------------------------------------


async def deliver(sink: Sink, writer: Writer, store: Store) -> None:
    """Moves every outbox row on that can move; each step is kept before and after the call (see `bot.sinks`)."""
    await sink.deliver(writer, store)


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
