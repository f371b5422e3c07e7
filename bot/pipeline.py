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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.digests import compose as digests
from bot.core.digests import deliveries as digest_rows
from bot.core.digests import planner
from bot.core.digests.followups import restatement
from bot.core.digests.message import Message
from bot.core.digests.mutes import REACTIONS, Hushed, Overlay
from bot.core.digests.waiting import Alerts, alerts_of
from bot.core.matching.matcher import Matcher
from bot.core.stories import IndexRecord, KnownItem, StoryIndex, known_after
from bot.core.stories.identity import Identity, identify, outlet_of
from bot.core.text.plural import counted
from bot.core.text.reading import boilerplate_lines, read_entry
from bot.core.text.terms import index_terms
from bot.core.text.zones import PromoPatterns, compile_promo
from bot.core.workbench.budgets import LONGEST_DAY, exceeded_budgets, has_budgets
from bot.core.workbench.expectations import EXPECT, expectation_of, heard
from bot.core.workbench.spike_message import learning_notice, spike_digest, spike_rows
from bot.core.workbench.spikes import SPIKES, SpikeWatch, counts_for_spikes
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
    Digest,
    Entry,
    EntryId,
    Expectation,
    Feed,
    FeedId,
    FeedState,
    Match,
    MessageKind,
    NewEntry,
    Notice,
    OutletId,
    PollRecord,
    Posted,
    Reading,
    Rule,
    RuleId,
    RuleSet,
    SpikeState,
    StoredEntry,
    StoryId,
    Verdict,
    Waiting,
)
from bot.ports import DigestBatch, Fetcher, InboxItem, IngestBatch, Sink, Store, Writer

OPS = ChannelId("ops")
"""The channel that hears of feed health, rejected rules and gaps."""
INGEST_SLICE = 100
"""Entries of one ingest transaction, to begin with; the worker fits it to the time that they take."""


# --- poll: fetch and parse ----------------------------------------------------------------------------------------


async def poll(fetcher: Fetcher, feed: Feed, state: FeedState, ruleset: RuleSet, now: datetime) -> PollRecord:
    """One poll of one feed: bytes are fetched and parsed; the record is what the poll transaction keeps."""
    record = await fetcher.poll(feed, state, now)
    if not record.entries:
        return record
    first_run = ruleset.settings.first_run
    notices = record.notices
    if record.baseline and first_run == "announce":
        present = counted(record.baseline, "present entry", "present entries")
        notices += (
            Notice(
                key=f"baseline:{feed.id}:{feed.label or feed.url}",
                text=f"New feed {feed.name}: its {present} were taken in without alerts. "
                "What comes from now on alerts.",
                at=now,
            ),
        )
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
    spikes: SpikeWatch
    boilerplate: dict[FeedId, frozenset[str]] = field(default_factory=dict)
    """Lines learnt as promo, by feed; read from the store when a feed first comes up."""
    feeds_began: dict[FeedId, datetime] = field(default_factory=dict)
    """When the first entry of a feed came in; read when it matters."""
    has_begun: bool = False
    """An ingest has been under these rules."""

    @classmethod
    def load(cls, store: Store, ruleset: RuleSet) -> IngestState:
        """`ruleset` with the story index, and what rules remember, as the store has them."""
        records = (IndexRecord(kind=kind, key=key, data=data) for kind, key, data in store.index_records())
        state = cls.build(ruleset, StoryIndex.restore(ruleset.settings.stories, records))
        state.spikes = SpikeWatch.read(store.rule_states(SPIKES, SpikeState), store.facts(SPIKES))
        for stored in store.archived(state.spikes.recent()):
            state.spikes.remember(stored.id, stored.entry.seen_at, stored.reading)
        return state

    @classmethod
    def build(cls, ruleset: RuleSet, index: StoryIndex, spikes: SpikeWatch | None = None) -> IngestState:
        """A new rule set on an index that stands: build it beside the old state, then swap."""
        return cls(
            spikes=spikes or SpikeWatch(),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """An inbox row, read and identified."""

    item: InboxItem
    reading: Reading
    identity: Identity


def ingest(store: Store, state: IngestState, now: datetime, limit: int = INGEST_SLICE) -> Ingested:
    """Takes up to `limit` rows out of the inbox, in order of arrival, in one transaction."""
    items = store.inbox(limit)
    if not items:
        return Ingested()
    arrivals = _read(store, state, items)
    entries, identity_records, brought = _decide(store, state, arrivals)
    lines = _boilerplate_lines(entries)
    batch = replace(
        _batch(store, state, entries, now),
        inbox=tuple(item.id for item in items),
        counts=Counter(brought),
        identity_records=identity_records,
        index=tuple((record.kind, record.key, record.data) for record in state.index.drain()),
        boilerplate=lines,
    )
    store.record_ingest(batch)
    state.boilerplate.update(store.boilerplate({feed for feed, _, _ in lines}))
    return _ingested(batch, len(items))


def ingest_archived(
    store: Store,
    state: IngestState,
    archived: Sequence[StoredEntry],
    now: datetime,
    matches: Sequence[Sequence[Match]] | None = None,
) -> Ingested:
    """match → alert, of an archive's entries: they are read and decided, and stand in `store` as they did there.

    What was too old stays silent; a feed's first batch alerts, as it does in `replay`. `matches`: of each entry, where
    they are known.
    """
    entries = [
        NewEntry(
            id=stored.id,
            entry=stored.entry,
            reading=stored.reading,
            decision=stored.decision,
            silent=_is_too_old(stored.entry, state.ruleset),
        )
        for stored in archived
    ]
    batch = _batch(store, state, entries, now, matches)
    store.record_ingest(batch)
    return _ingested(batch, len(entries))


def _batch(
    store: Store,
    state: IngestState,
    entries: Sequence[NewEntry],
    now: datetime,
    matches: Sequence[Sequence[Match]] | None = None,
) -> IngestBatch:
    """match → alert: decided entries, and what follows from them."""
    if matches is None:
        matches = [match(state, new.entry, new.reading) for new in entries]
    alerts = _alert(store, state, entries, matches)
    notices = _begin_rules(state, entries)
    bursts = _bursts(store, state, entries, matches)
    rule_states, facts = state.spikes.drain()
    rule_states += _heard(store, state, entries, alerts, now)
    return IngestBatch(
        entries=tuple(entries),
        merges=tuple((merged, new.decision.story) for new in entries for merged in new.decision.merged),
        matches=alerts.matches,
        silent_matches=alerts.silent,
        waiting=(*alerts.waiting, *bursts),
        notices=notices,
        rule_states=tuple(rule_states),
        facts=facts,
        at=now,
    )


def _begin_rules(state: IngestState, entries: Sequence[NewEntry]) -> tuple[Notice, ...]:
    """With the first entries under these rules, those with `spike:` that are new begin to learn, and say so."""
    if state.has_begun or not entries:
        return ()
    state.has_begun = True
    at = entries[0].entry.seen_at
    rules = [rule for rule in state.ruleset.rules if rule.spike is not None]
    state.spikes.forget_others({rule.id for rule in rules})
    timezone = state.ruleset.settings.timezone
    return tuple(learning_notice(rule, at, timezone) for rule in rules if state.spikes.begin(rule, at))


def _heard(
    store: Store, state: IngestState, entries: Sequence[NewEntry], alerts: Alerts, now: datetime
) -> list[tuple[str, RuleId, object | None]]:
    """What rules with `expect:` remember of the stories that may alert; those of a mute or a snooze do not count."""
    seen_at = {new.id: new.entry.seen_at for new in entries}
    stories: dict[RuleId, list[datetime]] = {}
    for one in alerts.matches:
        if state.rules[one.rule].expect is not None:
            stories.setdefault(one.rule, []).append(seen_at[one.entry])
    if not stories:
        return []
    before = store.rule_states(EXPECT, Expectation)
    overlay = Overlay.read(store.facts(REACTIONS))
    hushed = overlay.hushed(state.ruleset.channels, now, state.ruleset.settings.timezone).rules
    states: list[tuple[str, RuleId, object | None]] = []
    for name, times in stories.items():
        rule = state.rules[name]
        if not all(name in hushed.get(channel, ()) for channel in rule.to):
            states.append((EXPECT, name, heard(expectation_of(rule, before.get(name), now), times)))
    return states


def _bursts(
    store: Store, state: IngestState, entries: Sequence[NewEntry], matches: Sequence[Sequence[Match]]
) -> list[Waiting]:
    """Which entries begin a burst of a rule with `spike:`: what waits for its channels."""
    waiting: list[Waiting] = []
    timezone = state.ruleset.settings.timezone
    for new, of_entry in zip(entries, matches, strict=True):
        entry = new.entry
        rules = [rule for one in of_entry if (rule := state.rules[one.rule]).spike is not None]
        if rules and counts_for_spikes(new, _began_at(store, state, entry)):
            house = state.ruleset.house_of(entry.source or OutletId(entry.feed or ""))
            begun = [rule for rule in rules if state.spikes.add(rule, new, house, timezone) is not None]
            waiting += (row for rule in begun for row in spike_rows(rule, new))
    return waiting


def _began_at(store: Store, state: IngestState, entry: Entry) -> datetime | None:
    """When the first entry of an entry's feed came in; None: it is of no feed."""
    if entry.feed is None:
        return None
    if entry.feed not in state.feeds_began:
        state.feeds_began.update(store.feeds_began([entry.feed]))
    return state.feeds_began.setdefault(entry.feed, entry.seen_at)


def _ingested(batch: IngestBatch, taken: int) -> Ingested:
    return Ingested(
        taken=taken,
        new=len(batch.entries),
        stories=sum(new.decision.verdict is Verdict.NEW_STORY for new in batch.entries),
        matches=tuple((one.entry, one.rule) for one in batch.matches),
        waiting=len(batch.waiting),
        entries=batch.entries,
    )


def _read(store: Store, state: IngestState, items: Sequence[InboxItem]) -> list[_Arrival]:
    """read → identify: each entry as people read it, and what it is known by."""
    new_feeds = {item.entry.feed for item in items if item.entry.feed is not None} - state.boilerplate.keys()
    state.boilerplate.update(store.boilerplate(new_feeds))
    arrivals = []
    for item in items:
        entry = item.entry
        learnt = state.boilerplate[entry.feed] if entry.feed is not None else frozenset()
        reading = read_entry(entry, state.promo, learnt)
        arrivals.append(_Arrival(item=item, reading=reading, identity=identify(entry, reading)))
    return arrivals


def _decide(
    store: Store, state: IngestState, arrivals: Sequence[_Arrival]
) -> tuple[list[NewEntry], Mapping[str, bytes], list[FeedId]]:
    """decide: the entries that are new or changed, each with its story; what to remember by identity key; and for each
    item that a feed brought for the first time, the feed."""
    keys = (key for arrival in arrivals for key in (*arrival.identity.keys, arrival.identity.feed_key))
    items = {key: KnownItem.from_bytes(data) for key, data in store.identity_records(keys).items()}
    to_remember: dict[str, bytes] = {}
    entries: list[NewEntry] = []
    brought: list[tuple[FeedId, EntryId | None]] = []
    next_id = store.next_entry_id()
    for arrival in arrivals:
        entry, reading, identity = arrival.item.entry, arrival.reading, arrival.identity
        decision = state.index.decide(next_id, entry, reading, identity, items)
        if decision.verdict is Verdict.EDIT:
            # What is known of an item names its story as it was; merges since then are followed here.
            decision = replace(decision, story=store.story_of(decision.story))
        is_again = decision.verdict in (Verdict.SAME_ITEM, Verdict.EDIT)
        is_new_to_feed = not is_again or identity.feed_key not in items
        if entry.feed is not None and is_new_to_feed:
            brought.append((entry.feed, decision.duplicate_of if is_again else None))
        after = known_after(identity, reading, items, decision)
        if is_again and is_new_to_feed:  # without a guid, nothing else says that this feed has the item, too
            after.setdefault(identity.feed_key, after.get(identity.keys[0]) or items[identity.keys[0]])
        for key, item in after.items():
            items[key] = item
            to_remember[key] = item.to_bytes()
        if decision.verdict is Verdict.SAME_ITEM:
            continue
        entries.append(
            NewEntry(
                id=next_id,
                entry=entry,
                reading=reading,
                decision=decision,
                terms=tuple(index_terms(reading)),
                silent=arrival.item.silent or _is_too_old(entry, state.ruleset),
            )
        )
        next_id = EntryId(next_id + 1)
    first_feeds = {new.id: new.entry.feed for new in entries}
    first_feeds.update(store.feeds_of(first for _, first in brought if first is not None))
    by_feed = [feed for feed, first in brought if first is None or first_feeds.get(first, feed) != feed]
    return entries, to_remember, by_feed


def match(state: IngestState, entry: Entry, reading: Reading) -> list[Match]:
    """match: which rules hold on one entry, in the order of the rules file, with evidence."""
    return state.matcher.match(entry, reading, state.ruleset.labels_of(entry.feed))


def _alert(store: Store, state: IngestState, entries: Sequence[NewEntry], matches: Sequence[Sequence[Match]]) -> Alerts:
    """alert: which matches are the first of their rule on the story, and for which channels it waits now."""
    stories = {story for new in entries for story in (new.decision.story, *new.decision.merged)}
    return alerts_of(entries, matches, state.rules, store.matched_rules(stories), store.posted(stories))


def _is_too_old(entry: Entry, ruleset: RuleSet) -> bool:
    return entry.published_at is not None and entry.seen_at - entry.published_at > ruleset.settings.max_age


def _boilerplate_lines(entries: Sequence[NewEntry]) -> tuple[tuple[FeedId, str, StoryId], ...]:
    return tuple(
        (new.entry.feed, line, new.decision.story)
        for new in entries
        if new.entry.feed is not None
        for line in boilerplate_lines(new.reading)
    )


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
    writing = _Writing.begin(store, ruleset, sink, now, buttons)
    deliveries: list[Delivery] = []
    due: dict[ChannelId, datetime] = {}
    for channel in ruleset.channels.values():
        waiting = store.waiting(channel.id)
        state = store.channel_state(channel.id)
        if not waiting and state.is_at_rest:
            continue
        posted = _posted(store, channel.id, {row.story for row in waiting})
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


def restate(
    store: Store, ruleset: RuleSet, sink: Sink, now: datetime, channel_id: ChannelId, story: StoryId, buttons: bool
) -> bool:
    """Edits the message that shows a story, so that it shows what people did with it. False: there is none."""
    channel = ruleset.channels.get(channel_id)
    posted = _posted(store, channel_id, [store.story_of(story)])
    if channel is None or not posted:
        return False
    (previous,) = posted.values()
    writing = _Writing.begin(store, ruleset, sink, now, buttons)
    rows, _ = writing.rows(channel, restatement(previous, now), posted)
    store.add_deliveries(rows)
    return bool(rows)


def announce(store: Store, ruleset: RuleSet, sink: Sink) -> tuple[Notice, ...]:
    """Notices become messages to the channel named ops; without one they are settled here, for the caller to log."""
    notices = tuple(store.notices())
    ops = ruleset.channels.get(OPS)
    rows = [notice_delivery(ops, notice, ruleset, sink) for notice in notices] if ops is not None else []
    if notices:
        store.settle_notices([notice.key for notice in notices], rows)
    return notices


def notice_delivery(ops: Channel, notice: Notice, ruleset: RuleSet, sink: Sink) -> Delivery:
    """The outbox row of a notice."""
    content = digests.notice_digest(ops, notice, ruleset.settings.timezone)
    return digest_rows.delivery_of(ops, digest_rows.notice_key(ops, notice.key), content, sink.render)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """One run of the stage: what all its messages are written with."""

    store: Store
    ruleset: RuleSet
    sink: Sink
    now: datetime
    buttons: bool
    hushed: Hushed

    @classmethod
    def begin(cls, store: Store, ruleset: RuleSet, sink: Sink, now: datetime, buttons: bool) -> _Writing:
        """With what people muted or snoozed in Slack, as it holds at `now`."""
        hushed = Hushed()
        if reactions := store.facts(REACTIONS):
            overlay = Overlay.read(reactions).follow(store.story_of)
            hushed = overlay.hushed(ruleset.channels, now, ruleset.settings.timezone)
        return cls(store=store, ruleset=ruleset, sink=sink, now=now, buttons=buttons, hushed=hushed)

    def commit(self, channel: Channel, plan: planner.ChannelPlan, posted: Mapping[StoryId, Posted]) -> list[Delivery]:
        """Keeps the plan of one channel, its messages written, in one transaction."""
        deliveries: list[Delivery] = []
        changes: dict[StoryId, Posted] = {}
        for message in plan.messages:
            rows, after = self.rows(channel, message, {**posted, **changes})
            deliveries += rows
            changes |= {row.story: row for row in after}
        self.store.record_digest(
            DigestBatch(
                channel=channel.id,
                state=plan.state,
                deliveries=tuple(deliveries),
                posted=tuple(changes.values()),
                settled=plan.settled,
            )
        )
        return deliveries

    def rows(
        self, channel: Channel, message: Message, posted: Mapping[StoryId, Posted]
    ) -> tuple[list[Delivery], list[Posted]]:
        """The outbox rows of one message, and what its channel then knows."""
        if message.kind is MessageKind.SPIKE:
            return self._spike_rows(channel, message), []
        before = self.store.delivery(message.thread_of) if message.thread_of is not None else None
        original = self._followed(before.digest) if before is not None else None
        shown = {story.story for story in original.stories} if original is not None else set()
        if message.thread_of is not None and not shown.intersection(message.stories):
            # Counted in that digest, but not shown in it: nothing there to change.
            return [], []
        stories = {*message.stories, *shown}
        context = digests.Context.of(
            self.ruleset,
            self.store.stories(stories),
            self.store.story_matches(stories),
            states=self.hushed.states.get(channel.id),
            silenced=self.hushed.rules.get(channel.id, frozenset()),
            buttons=self.buttons,
        )
        is_edit = message.kind is MessageKind.UPDATE
        composed = digests.compose(message, channel, context, self.now, original if is_edit else None)
        return digest_rows.deliveries(
            message, composed, channel, context, posted, split=self.sink.split, render=self.sink.render
        )

    def _spike_rows(self, channel: Channel, message: Message) -> list[Delivery]:
        """The row of a message about a burst; none when its rule is gone."""
        (row,) = message.rows
        rule = next((rule for rule in self.ruleset.rules if rule.id == row.rule), None)
        state = self.store.rule_states(SPIKES, SpikeState).get(rule.id) if rule is not None else None
        burst = next((one for one in state.bursts if one.entry == row.entry), None) if state is not None else None
        if rule is None or burst is None:
            return []
        context = digests.Context.of(self.ruleset, {}, ())
        reports = self.store.archived(burst.first)
        digest = spike_digest(channel, rule, burst, reports, context.names, context.timezone, self.now)
        return [digest_rows.delivery_of(channel, digest_rows.delivery_key(message, context), digest, self.sink.render)]

    def _followed(self, digest: Digest) -> Digest:
        """The digest with its stories as they stand now: what was merged away since is part of another."""
        stories = {(into := self.store.story_of(row.story)): replace(row, story=into) for row in digest.stories}
        return replace(digest, stories=tuple(stories.values()))


def _posted(store: Store, channel: ChannelId, stories: Collection[StoryId]) -> dict[StoryId, Posted]:
    """What was posted of these stories in the channel."""
    return {row.story: row for row in store.posted(stories) if row.channel == channel}


# --- deliver: messages reach people -------------------------------------------------------------------------------


async def deliver(sink: Sink, writer: Writer, store: Store, ruleset: RuleSet) -> None:
    """Moves every outbox row on that can move; each step is kept before and after the call (see `bot.sinks`)."""
    await sink.deliver(writer, store, {channel.id: channel.slack for channel in ruleset.channels.values()})
