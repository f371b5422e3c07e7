"""A story's way in four stages: poll (fetch, parse) → ingest (match) → digest → deliver.

Each stage is one function. What comes in and goes out of each is a noun of `bot.model`; what a stage keeps, it keeps in
one transaction of the store, so a crash between any two lines loses nothing and doubles nothing:

    poll     fetch bytes, parse them; inbox rows, validators and the next due time are kept together
    ingest   inbox rows are read, identified, decided and matched, and alert; all of it is kept together
    digest   what waits for a channel becomes frozen messages; all of it is kept together
    deliver  each message moves on by itself, each step kept

No stage reads a clock: `now` is handed in, so `replay` runs the very same code on a simulated one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from bot.core.digests import planner
from bot.core.digests.quiet_hours import quiet_hours_at
from bot.core.digests.waiting import alerts_of
from bot.core.matching.learnt_lines import learnt_notices
from bot.core.matching.matcher import Matcher
from bot.core.polling import health
from bot.core.stories import IndexRecord, StoryIndex, known_after
from bot.core.stories.identity import identify, outlet_of
from bot.core.text.reading import boilerplate_lines, read_entry
from bot.core.text.terms import TextTerms, index_terms, reading_terms
from bot.core.text.zones import PromoPatterns, compile_promo
from bot.core.workbench.budgets import LONGEST_DAY, exceeded_budgets, has_budgets
from bot.known_items import (
    Identified,
    as_its_feed_had_it,
    earlier_ids,
    first_heard_here,
    known_items,
    needs_record_of_feed,
    remade_in_slice,
    there_before,
)
from bot.messages import MessageWriter, leave_channels, posted_in
from bot.model import (
    ChannelId,
    Decision,
    Delivery,
    Entry,
    EntryId,
    Feed,
    FeedId,
    FeedState,
    InboxItem,
    IngestBatch,
    Match,
    NewEntry,
    OutletId,
    PollRecord,
    Rule,
    RuleId,
    RuleSet,
    StoredEntry,
    Verdict,
)
from bot.ports import Fetcher, Sink, Store, Writer
from bot.rule_memory import RuleMemory

INGEST_SLICE = 100
"""Entries of one ingest transaction, to begin with; the worker fits it to the time that they take."""


# --- poll: fetch and parse ----------------------------------------------------------------------------------------


async def poll(fetcher: Fetcher, feed: Feed, state: FeedState, ruleset: RuleSet, now: datetime) -> PollRecord:
    """One poll of one feed: bytes are fetched and parsed; the record is what the poll transaction keeps."""
    record = await fetcher.poll(feed, state, now)
    if not record.entries:
        return record
    first_run = ruleset.settings.first_run
    notices = record.notices + health.tell_too_old(feed, state, record, ruleset.settings, now)
    if first_run == "announce":
        notices += health.tell_baseline(feed, record, now)
    return replace(
        record,
        entries=tuple(with_outlet(entry, feed) for entry in record.entries),
        baseline=0 if first_run == "alert" else record.baseline,
        notices=notices,
    )


def with_outlet(entry: Entry, feed: Feed) -> Entry:
    """The entry with its feed and its outlet: the feed's `outlet:`, else the domain of the entry's own URL."""
    source = OutletId(feed.outlet) if feed.outlet else None
    source = source or outlet_of(entry.source_url) or outlet_of(entry.url) or outlet_of(feed.url)
    return replace(entry, feed=feed.id, source=source)


# --- ingest: read → identify → decide → match → alert -------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class IngestState:
    """What ingest keeps in memory: the rules in force and the story index. Both can be made anew from the store.

    The index runs ahead of the store: when `ingest` raises, load the state anew (see `bot.worker.ingesting`).
    """

    ruleset: RuleSet
    matcher: Matcher
    index: StoryIndex
    promo: PromoPatterns
    rules: Mapping[RuleId, Rule]
    memory: RuleMemory
    boilerplate: dict[FeedId, frozenset[str]] = field(default_factory=dict)
    """Lines learnt as promo, by feed; read from the store when a feed first comes up."""
    former: dict[FeedId, tuple[FeedId, ...]] = field(default_factory=dict)
    """Ids that feeds had before; likewise."""

    @classmethod
    def load(cls, store: Store, ruleset: RuleSet) -> IngestState:
        """`ruleset` with the story index, and what rules remember, as the store has them."""
        records = (IndexRecord(kind=kind, key=key, data=data) for kind, key, data in store.index_records())
        index = StoryIndex.restore(ruleset.settings.stories, records)
        return cls.build(ruleset, index, RuleMemory.load(store, ruleset))

    @classmethod
    def build(cls, ruleset: RuleSet, index: StoryIndex, memory: RuleMemory | None = None) -> IngestState:
        """A new rule set on an index that stands: build it beside the old state, then swap."""
        return cls(
            memory=memory or RuleMemory.of(ruleset),
            ruleset=ruleset,
            matcher=Matcher(ruleset.rules),
            index=index,
            promo=compile_promo(ruleset.promo),
            rules={rule.id: rule for rule in ruleset.rules},
        )


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


def ingest(store: Store, state: IngestState, now: datetime, limit: int = INGEST_SLICE) -> Ingested:
    """Takes up to `limit` rows out of the inbox, in order of arrival, in one transaction."""
    items = _as_seen(store.inbox(limit))
    if not items:
        return Ingested()
    arrivals = _read(store, state, items)
    decided, identity_records, brought = _decide(store, state, arrivals)
    entries, matches = _match(state, decided)
    lines = tuple(
        (new.entry.feed, line, new.decision.story)
        for new in entries
        if new.entry.feed is not None
        for line in boilerplate_lines(new.reading)
    )
    batch = replace(
        _batch(store, state, entries, matches, now),
        inbox=tuple(item.id for item in items),
        counts=Counter(brought),
        identity_records=identity_records,
        index=tuple((record.kind, record.key, record.data) for record in state.index.drain()),
        boilerplate=lines,
    )
    learnt = store.record_ingest(batch, lambda learnt: learnt_notices(entries, matches, learnt, now))
    for feed, of_feed in learnt.items():
        state.boilerplate[feed] |= of_feed
    return _ingested(batch, len(items))


def ingest_archived(store: Store, state: IngestState, archived: Sequence[StoredEntry], now: datetime) -> Ingested:
    """match → alert, of an archive's entries: they are read and decided, and stand in `store` as they did there. What
    was too old stays silent; a feed's first batch alerts, as it does in `replay`."""
    entries = [
        NewEntry(
            id=stored.id,
            entry=stored.entry,
            reading=stored.reading,
            decision=stored.decision,
            silent=is_too_old(stored.entry, state.ruleset),
        )
        for stored in archived
    ]
    batch = _batch(store, state, entries, [match(state, new) for new in entries], now)
    store.record_ingest(batch)
    return _ingested(batch, len(entries))


def _batch(
    store: Store, state: IngestState, entries: Sequence[NewEntry], matches: Sequence[Sequence[Match]], now: datetime
) -> IngestBatch:
    """alert: which matches are the first of their rule on the story, for which channels it waits now, and the rest."""
    stories = {story for new in entries for story in (new.decision.story, *new.decision.merged)}
    alerts = alerts_of(entries, matches, state.rules, store.matched_rules(stories), store.posted(stories))
    remembered = state.memory.remember(store, entries, matches, alerts, now)
    return IngestBatch(
        entries=tuple(entries),
        merges=tuple((merged, new.decision.story) for new in entries for merged in new.decision.merged),
        matches=alerts.matches,
        silent_matches=alerts.silent,
        waiting=(*alerts.waiting, *remembered.waiting),
        notices=remembered.notices,
        rule_states=remembered.rule_states,
        facts=remembered.facts,
        at=now,
    )


def _ingested(batch: IngestBatch, taken: int) -> Ingested:
    return Ingested(
        taken=taken,
        new=len(batch.entries),
        stories=sum(new.decision.verdict is Verdict.NEW_STORY for new in batch.entries),
        matches=tuple((one.entry, one.rule) for one in batch.matches),
        waiting=len(batch.waiting),
        entries=batch.entries,
    )


def _as_seen(items: Sequence[InboxItem]) -> list[InboxItem]:
    """Rows as they were seen: a slow poll is kept late. A feed's own stay in order, also where the clock went back."""
    latest: dict[FeedId | None, datetime] = {}
    seen: dict[int, datetime] = {}
    for item in items:
        entry = item.entry
        seen[item.id] = latest[entry.feed] = max(entry.seen_at, latest.get(entry.feed, entry.seen_at))
    return sorted(items, key=lambda item: seen[item.id])


def _read(store: Store, state: IngestState, items: Sequence[InboxItem]) -> list[Identified]:
    """read → identify: each entry as people read it, and what it is known by."""
    new_feeds = {item.entry.feed for item in items if item.entry.feed is not None} - state.boilerplate.keys()
    state.former.update(former := earlier_ids(store, state.ruleset, new_feeds))
    learnt = store.boilerplate(new_feeds.union(*former.values()))
    for feed in new_feeds:
        state.boilerplate[feed] = learnt[feed].union(*map(learnt.__getitem__, former.get(feed, ())))
    arrivals = []
    for item in items:
        entry = item.entry
        reading = read_entry(entry, state.promo, state.boilerplate.get(entry.feed or FeedId(""), frozenset()))
        arrivals.append(Identified(item=item, reading=reading, identity=identify(entry, reading)))
    return arrivals


def _decide(
    store: Store, state: IngestState, arrivals: Sequence[Identified]
) -> tuple[list[NewEntry], Mapping[str, bytes], list[FeedId]]:
    """decide: the entries that are new or changed, each with its story; what to remember by identity key; and for each
    item that a feed brought for the first time, the feed."""
    items = known_items(store, arrivals, state.former)
    to_remember: dict[str, bytes] = {}
    entries: list[NewEntry] = []
    brought: list[tuple[FeedId, EntryId | None]] = []
    elsewhere: list[tuple[Identified, Decision]] = []
    next_id = store.next_entry_id()
    is_baseline = there_before(store, arrivals) if state.ruleset.settings.first_run != "alert" else ()
    for number, arrival in enumerate(arrivals):
        entry, reading, identity = arrival.item.entry, arrival.reading, arrival.identity
        if entry.may_be_remade:
            items |= remade_in_slice(arrival, arrivals[:number], items)
        silent, former = arrival.item.silent, state.former.get(entry.feed or FeedId(""), ())
        decision = state.index.decide(next_id, entry, reading, identity, items, silent=silent, former=former)
        if decision.verdict is Verdict.EDIT:
            # What is known of an item names its story as it was; merges since then are followed here.
            decision = replace(decision, story=store.story_of(decision.story))
        entry = as_its_feed_had_it(entry, identity, items, decision)
        is_again = decision.verdict.is_same_item
        is_new_to_feed = not is_again or identity.feed_key not in items
        if entry.feed is not None and is_new_to_feed:
            brought.append((entry.feed, decision.duplicate_of if is_again else None))
        after = known_after(identity, reading, items, decision)
        if needs_record_of_feed(entry, identity, items, is_again=is_again):
            item = after.get(identity.keys[0]) or items[identity.keys[0]]
            after.setdefault(identity.feed_key, replace(item, content=identity.content))
        written, data = None, b""
        for key, item in after.items():
            items[key] = item
            if item is not written:  # under guid and URL the same is kept
                written, data = item, item.to_bytes()
            to_remember[key] = data
        silent = silent or arrival.item.id in is_baseline or is_too_old(entry, state.ruleset)
        if decision.verdict is Verdict.SAME_ITEM:
            elsewhere += [(arrival, decision)] if is_new_to_feed and not silent else []
            continue
        entries.append(NewEntry(id=next_id, entry=entry, reading=reading, decision=decision, silent=silent))
        next_id = EntryId(next_id + 1)
    first_feeds = {new.id: new.entry.feed for new in entries}
    first_feeds.update(store.feeds_of(first for _, first in brought if first is not None))
    entries += first_heard_here(store, elsewhere, entries, first_feeds, state.former, next_id)
    by_feed = [feed for feed, first in brought if first is None or first_feeds.get(first, feed) != feed]
    return entries, to_remember, by_feed


def _match(state: IngestState, decided: Sequence[NewEntry]) -> tuple[list[NewEntry], list[list[Match]]]:
    """match: the entries with their terms for the archive search, and their matches: a text is split once for both."""
    entries, matches = [], []
    for new in decided:
        terms = reading_terms(new.reading)
        entries.append(replace(new, terms=tuple(index_terms(new.reading, terms))))
        matches.append(match(state, new, terms))
    return entries, matches


def match(state: IngestState, new: NewEntry, terms: TextTerms | None = None) -> list[Match]:
    """Which rules hold on an entry, in the order of the rules file, with evidence. `terms`: its `reading_terms`."""
    return state.matcher.match(new.entry, new.reading, state.ruleset.labels_of(new.entry.feed), terms)


def is_too_old(entry: Entry, ruleset: RuleSet) -> bool:
    """Whether it was published so long before it came in that it never alerts (`settings.max_age`)."""
    return health.is_older_than(ruleset.settings.max_age, entry)


# --- digest: matches become messages ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """The messages made, and when to look again at each channel at the latest (absent: when something new waits)."""

    deliveries: tuple[Delivery, ...] = ()
    due: Mapping[ChannelId, datetime] = field(default_factory=dict)

    @property
    def next_due_at(self) -> datetime | None:
        """When the first of them is due."""
        return min(self.due.values(), default=None)


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
    leave_channels(store, ruleset, now)
    writing = MessageWriter.begin(store, ruleset, sink, now, buttons)
    deliveries: list[Delivery] = []
    due: dict[ChannelId, datetime] = {}
    for channel in ruleset.channels.values():
        waiting = store.waiting(channel.id)
        state = store.channel_state(channel.id)
        if not waiting and state.is_at_rest:
            continue
        posted = posted_in(store, channel.id, {row.story for row in waiting})
        plan = planner.plan(
            channel,
            ruleset.settings.timezone,
            state,
            waiting,
            posted,
            now,
            once=once,
            started_at=started_at,
            muted=writing.hushed.stories.get(channel.id, frozenset()),
            silenced=writing.hushed.rules.get(channel.id, frozenset()),
        )
        if plan.next_due_at is not None:
            due[channel.id] = plan.next_due_at
        if plan.messages or plan.settled or plan.state != state:
            deliveries += writing.commit(channel, plan, posted)
    if deliveries and has_budgets(ruleset):
        store.add_notices(exceeded_budgets(ruleset, store.posted_since(now - LONGEST_DAY), now))
    return Digested(deliveries=tuple(deliveries), due=due)


# --- deliver: messages reach people -------------------------------------------------------------------------------


async def deliver(sink: Sink, writer: Writer, store: Store, ruleset: RuleSet) -> None:
    """Moves every outbox row on that can move; each step is kept before and after the call (see `bot.sinks`)."""
    addresses = {channel.id: channel.slack for channel in ruleset.channels.values()}
    await sink.deliver(writer, store, addresses, partial(quiet_hours_at, ruleset))


def undelivered(store: Store, ruleset: RuleSet, now: datetime) -> list[Delivery]:
    """Open messages but for those that wait for the end of quiet hours."""
    return quiet_hours_at(ruleset, now).without(store.open_deliveries())
