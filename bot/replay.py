"""Entries with times → what would be posted, when and where: the real stages on a simulated clock.

The law: the same input gives the same output. No network, no store of the user's: everything happens in memory, and the
clock jumps from one entry or due time to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import pipeline
from bot.model import (
    Delivery,
    DeliveryState,
    Digest,
    Entry,
    EntryId,
    FeedId,
    FeedState,
    PollRecord,
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

    `archived`: it was read and decided in an archive, and stays what it is there; None: that happens here.
    """

    id: str
    entry: Entry
    archived: StoredEntry | None = None


class Replay:
    """One run. `ids` names each entry as the input did."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.ids: dict[EntryId, str] = {}
        self._store = SqliteStore(None)
        self._store.migrate()
        self._ingest_state = pipeline.IngestState.load(self._store, ruleset)
        self._shown: dict[str, Digest] = {}

    def posts(self, arrivals: Iterator[Arrival], until: datetime | None = None) -> Iterator[Post]:
        """What goes out, in order. `arrivals`: in order of time. `until`: the clock stops there."""
        coming = next(arrivals, None)
        due: datetime | None = None
        while True:
            moments = [due] if due is not None else []
            moments += [coming.entry.seen_at] if coming is not None else []
            if not moments or (until is not None and min(moments) > until):
                return
            now = min(moments)
            is_due = due is not None and due <= now
            while coming is not None and coming.entry.seen_at <= now:
                is_due |= self._take(coming)
                coming = next(arrivals, None)
            if is_due:
                digested = pipeline.digest(self._store, self.ruleset, _ReplaySink(), now)
                yield from self._sent(now, digested.deliveries)
                # The clock must move, whatever is said to be due.
                due = digested.next_due_at and max(digested.next_due_at, now + timedelta(seconds=1))
            if due is not None and until is None and coming is None and due > now + _BEYOND:
                return

    def name(self, story: StoryId) -> str:
        """The id of the item that began the story, as the input has it."""
        return self.ids.get(EntryId(story), str(story))

    def _take(self, arrival: Arrival) -> bool:
        """Whether something waits for a channel now."""
        at = arrival.entry.seen_at
        if arrival.archived is not None:
            ingested = pipeline.ingest_archived(self._store, self._ingest_state, [arrival.archived], at)
        else:
            state = FeedState(feed=FeedId("replay"), url="", next_due_at=at, interval=timedelta(hours=1))
            self._store.record_polls([PollRecord(state=state, entries=(arrival.entry,))])
            ingested = pipeline.ingest(self._store, self._ingest_state, at)
        self.ids.update((new.id, arrival.id) for new in ingested.entries)
        return ingested.waiting > 0

    def _sent(self, now: datetime, deliveries: tuple[Delivery, ...]) -> Iterator[Post]:
        for delivery in deliveries:
            top = delivery.thread_of or delivery.key
            before = {story.story: story for story in self._shown[top].stories} if top in self._shown else {}
            stories = tuple(story.story for story in delivery.digest.stories if before.get(story.story) != story)
            if delivery.thread_of is None or delivery.kind == "update":
                self._shown[top] = delivery.digest
            self._store.save_delivery(replace(delivery, state=DeliveryState.SENT, settled_at=now))
            if stories or not delivery.digest.stories:
                yield Post(at=now, delivery=delivery, stories=stories)
