"""Entries with times → what would be posted, when and where: the real stages on a simulated clock.

The law: the same input gives the same output. No network, no store of the user's: everything happens in memory, and the
clock jumps from one entry or due time to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot import expectations, pipeline
from bot.core.digests import planner
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
    Digest,
    Entry,
    EntryId,
    FeedId,
    FeedState,
    Match,
    PollRecord,
    Priority,
    RuleSet,
    StoredEntry,
    StoryId,
)
from bot.store import SqliteStore

_BEYOND = timedelta(days=15)
"""How long after the last entry the clock goes on for what is still due, where nothing else ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that would go out."""

    at: datetime
    delivery: Delivery
    stories: tuple[StoryId, ...]
    """Those it says something new about: of an edited digest, only the stories that changed."""


class _ReplaySink:
    """The sink of a replay: a digest is itself, nothing is split."""

    def split(self, digest: Digest) -> tuple[Digest, ...]:
        return (digest,)

    def render(self, delivery_key: str, digest: object, level: int = 0) -> Mapping[str, object]:
        return {}

    async def deliver(self, writer: object, store: object, addresses: object = None) -> None:
        """Posts are taken from the outbox by the replay itself."""

    async def close(self, grace: float = 0.0) -> None:
        """There is nothing to let go of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that comes in at its `seen_at`, under the id that the output names it by.

    `archived`: it was read and decided in an archive, and stays what it is there; None: that happens here. `matches`:
    what rules found in such an entry, where that is known; None: that is found out here.
    """

    id: str
    entry: Entry
    archived: StoredEntry | None = None
    matches: tuple[Match, ...] | None = None


class Replay:
    """One run. `ids` names each entry as the input did."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.ids: dict[EntryId, str] = {}
        self._store = SqliteStore(None)
        self._store.migrate()
        self._ingest_state = pipeline.IngestState.load(self._store, ruleset)
        self._shown: dict[str, Digest] = {}
        self._due: dict[ChannelId, datetime] = {}
        """When each channel must be looked at again at the latest."""
        self._channels = [
            channel for name, channel in ruleset.channels.items() if any(name in rule.to for rule in ruleset.rules)
        ]
        self._is_patient = all(
            rule.priority is not Priority.URGENT and rule.spike is None and rule.expect is None
            for rule in ruleset.rules
        )
        self._quiet_at: datetime | None = None
        """When a rule with `expect:` becomes quiet, unless it is heard before."""
        self._has_notices = any(rule.spike or rule.expect or rule.max_per_day for rule in ruleset.rules)

    def posts(self, arrivals: Iterator[Arrival], until: datetime | None = None) -> Iterator[Post]:
        """What goes out, in order. `arrivals`: in order of time. `until`: the clock stops there."""
        coming = next(arrivals, None)
        while True:
            together: list[Arrival] = []
            while coming is not None and len(together) < pipeline.INGEST_SLICE and self._can_wait(coming.entry.seen_at):
                together.append(coming)
                coming = next(arrivals, None)
            due = min(self._due.values(), default=None)
            moments = [due] if due is not None else []
            moments += [coming.entry.seen_at] if coming is not None else []
            if self._quiet_at is not None and (coming is not None or until is not None):  # else the input is over
                moments.append(self._quiet_at)
            if not moments or (until is not None and min(moments) > until):
                return
            now = min(moments)
            while coming is not None and coming.entry.seen_at <= now:
                together.append(coming)
                coming = next(arrivals, None)
            if self._take(together) or due == now:
                digested = pipeline.digest(self._store, self.ruleset, _ReplaySink(), now)
                yield from self._sent(now, digested.deliveries)
                # The clock must move, whatever is said to be due.
                soonest = now + timedelta(seconds=1)
                self._due = {channel: max(at, soonest) for channel, at in digested.due.items()}
                due = min(self._due.values(), default=None)
            if self._has_notices:
                self._expect(now)
                yield from self._noticed(now)
            if due is not None and until is None and coming is None and due > now + _BEYOND:
                return

    def _can_wait(self, at: datetime) -> bool:
        """Whether what comes in at `at` may be taken in at the next due time, with the same messages; if so, that is
        noted."""
        timezone = self.ruleset.settings.timezone
        looks = {
            channel.id: planner.look_again_at(channel, timezone, self._due.get(channel.id), at)
            for channel in self._channels
        }
        can_wait = self._is_patient and all(look > at for look in looks.values())
        if can_wait:
            self._due |= looks
        return can_wait

    def _expect(self, now: datetime) -> None:
        """Rules with `expect:` that have become quiet, or are heard again."""
        looked = expectations.look(self._store, self.ruleset, now)
        why = expectations.causes(self._store, self.ruleset, looked.quiet, now) if looked.quiet else {}
        expectations.tell(self._store, self.ruleset, why, now)
        self._quiet_at = looked.next_due_at

    def _noticed(self, now: datetime) -> Iterator[Post]:
        """Notices about rules; without a channel named ops they go to the log, and are posts here all the same."""
        ops = self.ruleset.channels.get(pipeline.OPS) or Channel(id=pipeline.OPS, slack="")
        for notice in pipeline.announce(self._store, self.ruleset, _ReplaySink()):
            if notice.rule is not None:
                delivery = pipeline.notice_delivery(ops, notice, self.ruleset, _ReplaySink())
                yield Post(at=now, delivery=delivery, stories=())

    def name(self, story: StoryId) -> str:
        """The id of the item that began the story, as the input has it."""
        return self.ids.get(EntryId(story), str(story))

    def _take(self, arrivals: Sequence[Arrival]) -> bool:
        """Whether something waits for a channel now."""
        is_waiting = False
        for is_archived, group in groupby(arrivals, key=lambda arrival: arrival.archived is not None):
            for part in [list(group)] if is_archived else ([arrival] for arrival in group):
                ingested = self._ingest_archived(part) if is_archived else self._ingest(part[0].entry)
                names = {new.id: arrival.id for new, arrival in zip(ingested.entries, part, strict=False)}
                self.ids |= names
                is_waiting |= ingested.waiting > 0
        return is_waiting

    def _ingest(self, entry: Entry) -> pipeline.Ingested:
        state = FeedState(feed=FeedId("replay"), url="", next_due_at=entry.seen_at, interval=timedelta(hours=1))
        self._store.record_polls([PollRecord(state=state, entries=(entry,))])
        return pipeline.ingest(self._store, self._ingest_state, entry.seen_at)

    def _ingest_archived(self, arrivals: Sequence[Arrival]) -> pipeline.Ingested:
        entries = [arrival.archived for arrival in arrivals if arrival.archived is not None]
        known = [arrival.matches for arrival in arrivals if arrival.matches is not None]
        matches = known if len(known) == len(entries) else None
        return pipeline.ingest_archived(self._store, self._ingest_state, entries, arrivals[-1].entry.seen_at, matches)

    def _sent(self, now: datetime, deliveries: tuple[Delivery, ...]) -> Iterator[Post]:
        for delivery in deliveries:
            top = delivery.thread_of or delivery.key
            before = {story.story: story for story in self._shown[top].stories} if top in self._shown else {}
            stories = tuple(story.story for story in delivery.digest.stories if before.get(story.story) != story)
            if delivery.thread_of is None or delivery.kind == "update":
                self._shown[top] = delivery.digest
            if stories or not delivery.digest.stories:
                yield Post(at=now, delivery=delivery, stories=stories)
