"""Entries with times → what would be posted, when and where: the real stages on a simulated clock.

The law: the same input gives the same output. No network, no store of the user's: everything happens in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot import messages, pipeline
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
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
from bot.workbench import expectations
from bot.workbench.replay_clock import ReplayClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that would go out."""

    at: datetime
    delivery: Delivery
    stories: tuple[StoryId, ...]
    """Those it says something new about: of an edited digest, only the stories that changed."""


class ReplaySink:
    """The sink of a replay: a digest is itself, nothing is split."""

    def split(self, digest: Digest) -> tuple[Digest, ...]:
        return (digest,)

    def render(self, delivery_key: str, digest: object, level: int = 0) -> Mapping[str, object]:
        return {}

    async def deliver(
        self, writer: object, store: object, addresses: object = None, quiet_hours: object = None
    ) -> None:
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

    @property
    def seen_at(self) -> datetime:
        return self.entry.seen_at


class Replay:
    """One run. `ids` names each entry as the input did."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.ids: dict[EntryId, str] = {}
        self._store = SqliteStore(None)
        self._store.migrate()
        self._ingest_state = pipeline.IngestState.load(self._store, ruleset)
        self._shown = ShownMessages()

    def posts(self, arrivals: Iterator[Arrival], until: datetime | None = None) -> Iterator[Post]:
        """What goes out, in order. `arrivals`: in order of time. `until`: the clock stops there."""
        return ReplayClock(self.ruleset).run(self, arrivals, until)

    def take(self, arrivals: Sequence[Arrival]) -> bool:
        """Ingest. Whether something waits for a channel now."""
        is_waiting = False
        for is_archived, group in groupby(arrivals, key=lambda arrival: arrival.archived is not None):
            for part in [list(group)] if is_archived else ([arrival] for arrival in group):
                ingested = self._ingest_archived(part) if is_archived else self._ingest(part[0].entry)
                names = {new.id: arrival.id for new, arrival in zip(ingested.entries, part, strict=False)}
                self.ids |= names
                is_waiting |= ingested.waiting > 0
        return is_waiting

    def digest(self, now: datetime) -> tuple[list[Post], Mapping[ChannelId, datetime]]:
        """What goes out, and when each channel must be looked at again at the latest."""
        digested = pipeline.digest(self._store, self.ruleset, ReplaySink(), now)
        return list(self._sent(now, digested.deliveries)), digested.due

    def expect(self, now: datetime) -> tuple[list[Post], datetime | None]:
        """Rules with `expect:` that have become quiet, or are heard again, and other notices about rules; without a
        channel named ops those go to the log, and are posts here all the same."""
        looked = expectations.look(self._store, self.ruleset, now)
        why = expectations.causes(self._store, self.ruleset, looked.quiet, now) if looked.quiet else {}
        expectations.tell(self._store, self.ruleset, why, now)
        ops = self.ruleset.channels.get(messages.OPS) or Channel(id=messages.OPS, slack="")
        notices = [
            messages.notice_delivery(ops, notice, self.ruleset, ReplaySink())
            for notice in messages.announce(self._store, self.ruleset, ReplaySink(), now, True)
            if notice.rule is not None
        ]
        return [Post(at=now, delivery=delivery, stories=()) for delivery in notices], looked.next_due_at

    def name(self, story: StoryId) -> str:
        """The id of the item that began the story, as the input has it."""
        return self.ids.get(EntryId(story), str(story))

    def _ingest(self, entry: Entry) -> pipeline.Ingested:
        state = FeedState(feed=FeedId("replay"), url="", next_due_at=entry.seen_at, interval=timedelta(hours=1))
        self._store.record_polls([PollRecord(state=state, entries=(entry,))])
        return pipeline.ingest(self._store, self._ingest_state, entry.seen_at)

    def _ingest_archived(self, arrivals: Sequence[Arrival]) -> pipeline.Ingested:
        entries = [arrival.archived for arrival in arrivals if arrival.archived is not None]
        return pipeline.ingest_archived(self._store, self._ingest_state, entries, arrivals[-1].seen_at)

    def _sent(self, now: datetime, deliveries: tuple[Delivery, ...]) -> Iterator[Post]:
        for delivery in deliveries:
            stories = self._shown.changed_by(delivery)
            if stories or not delivery.digest.stories:
                yield Post(at=now, delivery=delivery, stories=stories)


class ShownMessages:
    """What each message shows, edits included."""

    def __init__(self) -> None:
        self._shown: dict[str, Digest] = {}

    def changed_by(self, delivery: Delivery) -> tuple[StoryId, ...]:
        """The stories of which it says something new: of an edit, perhaps none."""
        top = delivery.thread_of or delivery.key
        before = {story.story: story for story in self._shown[top].stories} if top in self._shown else {}
        if delivery.thread_of is None or delivery.kind == "update":
            self._shown[top] = delivery.digest
        return tuple(story.story for story in delivery.digest.stories if before.get(story.story) != story)
