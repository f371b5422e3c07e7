"""What the pipeline needs from the outside: a store, a fetcher, and a place to send messages. Adapters implement these.

A method of `Store` is one transaction: it happens whole or not at all, so a crash between any two statements of the
pipeline loses nothing and doubles nothing. `add_*` is idempotent and returns only what was new, `claim_*` leases,
`save_*` and `record_*` replace. A store is synchronous and used from one thread at a time (the writer thread).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.core.digests.quiet_hours import QuietHours
from bot.model import (
    ArchivedText,
    ArchiveSpan,
    ChannelId,
    ChannelState,
    DecidedEntry,
    Delivery,
    Digest,
    DigestBatch,
    EntryId,
    Feed,
    FeedId,
    FeedState,
    InboxItem,
    IngestBatch,
    Latency,
    Mark,
    Notice,
    OutletId,
    PollRecord,
    Posted,
    Question,
    QuestionKind,
    RuleId,
    RuleSet,
    RulesText,
    StoreCounts,
    StoredEntry,
    Story,
    StoryId,
    StoryMatch,
    Waiting,
    WorkbenchBatch,
)

_T = TypeVar("_T")

HEARTBEAT = "worker"
"""The fact that holds the worker's last `Heartbeat`; absent before its first."""
RESTORED_FROM = "restored_from_at"
"""The fact that `store restore` leaves: the instant of the backup. What was posted since is looked for in Slack. A
worker that finds the store as it was long ago leaves it, too: it may be a snapshot's."""
LOOKED_BACK_AT = "looked_back_at"
"""The fact that says since when that is so: it ends when all that was posted by then is too old to be told again."""
STORE_BEGAN = "store_began_at"
"""The fact that tells a store from the one before it, whose numbers began at 1, too: when its first worker started.
Absent in stores of builds before."""


class Store(Protocol):
    """Everything Wirewatch remembers. See `tests/store/contract.py` for what each method promises."""

    @property
    def place(self) -> str:
        """Where it lies, as messages may show it: never a password."""

    # life
    def migrate(self) -> int:
        """Brings the schema up to date; returns the version. Raises StoreError for a newer or foreign store."""

    def close(self) -> None: ...

    def claim_lease(self, holder: str, now: datetime, ttl: timedelta) -> bool:
        """Becomes the one writer. False: somebody else is. Afterwards every write checks that this still holds."""

    def renew_lease(self, now: datetime, ttl: timedelta) -> None:
        """Raises LeaseLost when another holder has taken over."""

    def release_lease(self) -> None:
        """Another worker may claim it at once; this store writes nothing any more."""

    def lease_holder(self) -> str | None:
        """Who holds the lease at this moment; None: nobody."""

    # small facts: key -> text
    def get_fact(self, key: str) -> str | None: ...

    def save_facts(self, facts: Mapping[str, str | None]) -> None:
        """None deletes."""

    def facts(self, prefix: str) -> Mapping[str, str]: ...

    # poll
    def feed_states(self) -> Mapping[FeedId, FeedState]: ...

    def feed_counts(self) -> Mapping[FeedId, int]:
        """How many entries were ever taken from each feed."""

    def claim_feeds(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        """Leases up to `limit` of `feeds` that are due and not leased, longest overdue first; until `until`."""

    def add_feeds(self, states: Iterable[FeedState]) -> list[FeedId]:
        """Takes in feeds that have no state yet; a state for another `url`, or of a later poll, replaces one."""

    def record_polls(self, polls: Sequence[PollRecord]) -> None:
        """The poll transaction; ends the claims on these feeds."""

    def release_feeds(self) -> None:
        """Ends claims left by a worker that died (called by the lease holder at start); those of extra pollers stay."""

    # ingest
    def inbox(self, limit: int) -> list[InboxItem]:
        """The first rows in order of arrival; those set aside left out."""

    def first_in_inbox(self) -> int | None:
        """The id of the row that `inbox` would give first."""

    def set_aside(self, item: int, notice: Notice) -> None:
        """Keeps an inbox row that cannot be decided out of the way, and notifies ops."""

    def take_back(self) -> None:
        """Puts what was set aside back in its place."""

    def identity_records(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """What is remembered of items seen before, for those of `keys` that are there."""

    def index_records(self) -> Iterable[tuple[str, str, bytes]]: ...

    def forget_attempts(self) -> None:
        """Rows that wait count as never tried: they may have gone out without our knowing."""

    def next_entry_id(self) -> EntryId: ...

    def story_of(self, story: StoryId) -> StoryId:
        """The story as it stands now: merges followed."""

    def matched_rules(self, stories: Iterable[StoryId]) -> Mapping[StoryId, Mapping[RuleId, bool]]:
        """Rules with a match on each story; the value says whether that match is silent."""

    def posted(self, stories: Iterable[StoryId]) -> list[Posted]: ...

    def boilerplate(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, frozenset[str]]:
        """Lines learnt as promo, for each of the feeds."""

    def former_ids(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, tuple[FeedId, ...]]:
        """The ids that each of the feeds had in the rules file before, the last first; absent: none."""

    def feeds_began(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, datetime]:
        """When the first entry of each feed came in that the archive still has."""

    def entries_dated(self, feed: FeedId, dates: Iterable[datetime]) -> list[StoredEntry]:
        """Those of a feed's newest entries that bear one of these dates, in order of arrival."""

    def silent_entries(self, entries: Iterable[EntryId]) -> frozenset[EntryId]:
        """Which of them never alerted by themselves."""

    def record_ingest(
        self,
        batch: IngestBatch,
        learnt_notices: Callable[[Mapping[FeedId, frozenset[str]]], Iterable[Notice]] | None = None,
    ) -> Mapping[FeedId, frozenset[str]]:
        """Returns the lines that the batch teaches, by feed. `learnt_notices`: what ops is told of them, kept in the
        same transaction (None: nothing)."""

    # digest
    def channel_state(self, channel: ChannelId) -> ChannelState: ...

    def waiting(self, channel: ChannelId) -> list[Waiting]:
        """In order of arrival."""

    def waiting_channels(self) -> list[ChannelId]:
        """The channels that anything waits for, also such as the rules in force do not have."""

    def move_waiting(self, settled: Iterable[Waiting], waiting: Iterable[Waiting], notices: Iterable[Notice]) -> None:
        """Rows wait for other channels, in one transaction with what ops is told of it."""

    def stories(self, ids: Iterable[StoryId]) -> Mapping[StoryId, Story]: ...

    def story_matches(self, ids: Iterable[StoryId]) -> list[StoryMatch]:
        """First matches by story and rule, silent ones left out."""

    def record_digest(self, batch: DigestBatch) -> None: ...

    # deliver
    def add_deliveries(self, deliveries: Iterable[Delivery]) -> list[str]:
        """Rows whose key is not there yet; returns the keys that were new."""

    def open_deliveries(self, after: int = 0, limit: int | None = None) -> list[Delivery]:
        """Rows that are not sent or dead, oldest first; only those with an id above `after`, and at most `limit`."""

    def open_keys(self) -> list[str]:
        """The keys of the same rows, oldest first."""

    def dead_deliveries(self, limit: int) -> list[Delivery]:
        """Rows that were given up, oldest first."""

    def delivery(self, key: str) -> Delivery | None: ...

    def save_delivery(self, delivery: Delivery) -> None:
        """Commits the new state of one row (by `key`)."""

    def split_delivery(self, changed: Iterable[Delivery], rest: Delivery, posted: Iterable[Posted]) -> None:
        """A message that was too long becomes two, in one transaction.

        Args:
            changed: rows that show fewer stories now: the message, and edits of it that wait.
            rest: the row with the others.
            posted: where those others are posted from now on.
        """

    def deliveries_of(self, story: StoryId) -> list[Delivery]:
        """Every message that shows this story."""

    def shown_stories(self, stories: Iterable[StoryId]) -> frozenset[StoryId]:
        """Those of `stories` that stand in a message: above `max_stories` they do not."""

    def messages_showing(self, stories: Iterable[StoryId]) -> frozenset[tuple[str, StoryId]]:
        """The keys of the messages in which each of them stands."""

    def add_notices(self, notices: Iterable[Notice]) -> list[Notice]:
        """Those whose key is new; they wait until `settle_notices`."""

    def notices(self) -> list[Notice]:
        """Notices that have not been turned into deliveries."""

    def settle_notices(self, keys: Iterable[str], deliveries: Iterable[Delivery]) -> None:
        """Notices become outbox rows (none: they were only logged)."""

    # workbench
    def marks(self, stories: Iterable[StoryId] | None = None) -> list[Mark]:
        """What people said and did not take back, in order; None: of every story."""

    def questions(self, kind: QuestionKind) -> list[Question]:
        """What people were asked, in order."""

    def rule_states(self, kind: str, noun: type[_T]) -> Mapping[RuleId, _T]:
        """What is remembered of rules under `kind`, each as the dataclass `noun`."""

    def rules_history(self) -> list[RulesText]:
        """Every rules text that was ever in force, in order."""

    def rules_text(self, version: str) -> RulesText | None:
        """The latest of that version."""

    def add_rules_text(self, text: RulesText) -> bool:
        """False: this text is the one in force already."""

    def posted_since(self, at: datetime) -> list[Posted]:
        """In order of posting."""

    def record_workbench(self, batch: WorkbenchBatch) -> list[Mark]:
        """The marks that changed something: a question has one answer, the first; whoever says something else of their
        own accord takes back what they said before."""

    # look-ups
    def entry(self, entry: EntryId) -> StoredEntry | None: ...

    def entries_by_url(self, url: str) -> list[StoredEntry]: ...

    def wordings(self, item: EntryId) -> list[StoredEntry]:
        """An item's first entry (unless it was pruned) and the edits of it, in order of arrival."""

    def feeds_of(self, entries: Iterable[EntryId]) -> Mapping[EntryId, FeedId]:
        """The feed of each entry that is still there and came from one."""

    def search(
        self, terms: Sequence[Collection[str]] | None, since: datetime | None, before: EntryId | None, limit: int
    ) -> list[StoredEntry]:
        """Newest first, each item as it reads now: earlier wordings are left out.

        `terms`: an AND of ORs of index terms (a trailing `*` is a prefix); None: by date only.
        """

    def document_frequency(self, terms: Iterable[str]) -> Mapping[str, int]: ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Whatever is read inside is of one moment, however long it takes; nothing is written. Writers go on."""

    def archive_span(self, since: datetime | None) -> ArchiveSpan: ...

    def archived_ids(self, terms: Sequence[Collection[str]] | None, since: datetime | None) -> list[EntryId]:
        """Every entry, earlier wordings included, in order of arrival; `terms` as in `search`."""

    def first_of_feeds(self, since: datetime | None) -> list[EntryId]:
        """The first entry of each feed, and of those of no feed, in order of arrival."""

    def archived_of(self, stories: Iterable[StoryId]) -> list[EntryId]:
        """The entries of these stories, as those stand now, in order of arrival."""

    def archived(self, entries: Iterable[EntryId]) -> list[StoredEntry]:
        """Those that are still there, in order of arrival."""

    def archived_texts(self, entries: Iterable[EntryId]) -> list[ArchivedText]:
        """The same, as rules see them."""

    def decided_of(self, stories: Iterable[StoryId]) -> list[DecidedEntry]:
        """The entries of these stories, as those stand now, in order of arrival, without their texts."""

    def arrivals(self, feed: FeedId, since: datetime) -> list[tuple[datetime, datetime | None, OutletId | None]]:
        """(seen, published, outlet) of the entries that a feed brought since, in order of arrival."""

    def counts(self, *, of_archive: bool = True) -> StoreCounts:
        """`of_archive`: whether entries and stories are counted, too, which takes a while where there are many."""

    def latency(self, since: datetime) -> Latency:
        """Of what was seen, or sent, since. Bounded: of very many only the latest count."""

    # upkeep
    def prune(self, entries_before: datetime, identities_before: datetime, limit: int | None = None) -> int:
        """Deletes entries (and what hangs on them) seen before; identity keys are kept longer. Returns rows deleted.

        At most `limit` entries at a time: call again until nothing is left.
        """


class Writer(Protocol):
    """Runs store calls on the writer thread, one at a time, in order."""

    async def __call__(self, call: Callable[..., _T], /, *args: object, **kwargs: object) -> _T: ...


# --- where news comes from ---------------------------------------------------------------------------------------


class Fetcher(Protocol):
    """Fetches one feed and parses it, in one go."""

    async def poll(self, feed: Feed, state: FeedState, now: datetime) -> PollRecord:
        """One poll. Never raises for one bad feed."""


# --- where messages go -------------------------------------------------------------------------------------------


class Sink(Protocol):
    """Makes a sink's own form of a digest, and takes deliveries over. Never raises for one bad delivery."""

    def split(self, digest: Digest) -> Sequence[Digest]:
        """The digest in as many parts as the sink needs to stay within its limits; most often itself alone."""

    def render(self, delivery_key: str, digest: Digest, level: int = 0) -> Mapping[str, object]:
        """The payload to freeze; `level` 1 is smaller, 2 plain text."""

    async def deliver(
        self,
        writer: Writer,
        store: Store,
        addresses: Mapping[ChannelId, str] | None = None,
        quiet_hours: Callable[[datetime], QuietHours] | None = None,
    ) -> None:
        """Moves due outbox rows on, each state committed. Returns when nothing more can be done right now.

        Args:
            addresses: where the channels of the rules in force post; what waits goes there.
            quiet_hours: a moment → what waits for the end of quiet hours then; None: nothing does.
        """

    async def close(self, grace: float = 0.0) -> None:
        """Begins nothing more; deliveries under way get `grace` seconds, the rest stays `sending`."""


# --- what runs beside the worker ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What the worker lends to a companion: the same store, rules and sink that it works with."""

    store: Store
    write: Writer
    ruleset: Callable[[], RuleSet]
    """The rules in force at this moment, those added in Slack included."""
    sink: Sink
    archive: Callable[[], Store | None]
    """The store once more, to read from in another thread; None: it cannot be. Whoever asks closes it."""
    nudge: Callable[[str], None]
    """Lets a job (`deliver`, `reload`) run now instead of at its next turn."""


class Companion(Protocol):
    """Something that lives as long as the worker does: Socket Mode."""

    async def start(self, place: Workplace) -> None:
        """Begins; returns at once."""

    async def stop(self) -> None:
        """Ends within a second."""
