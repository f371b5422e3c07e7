"""The transactions of the pipeline that touch several tables: poll, ingest, digest, and notices to ops.

Each happens whole or not at all. (A step of *deliver* touches one row: `OutboxTable.save`.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model import Delivery, Notice, PollRecord
from bot.ports import DigestBatch, IngestBatch
from bot.store.database import Database
from bot.store.entries import EntriesTable
from bot.store.facts import NoticesTable
from bot.store.feeds import FeedsTable, InboxTable
from bot.store.outbox import ChannelsTable, OutboxTable, WaitingTable
from bot.store.rows import instant_text
from bot.store.stories import BoilerplateTable, IdentitiesTable, MatchesTable, MergesTable, StoryIndexTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Transactions:
    """See `bot.ports.Store` for what each promises."""

    database: Database
    feeds: FeedsTable
    inbox: InboxTable
    entries: EntriesTable
    identities: IdentitiesTable
    story_index: StoryIndexTable
    merges: MergesTable
    matches: MatchesTable
    boilerplate: BoilerplateTable
    waiting: WaitingTable
    channels: ChannelsTable
    outbox: OutboxTable
    notices: NoticesTable

    def record_polls(self, polls: Sequence[PollRecord]) -> None:
        with self.database.transaction():
            self.inbox.add((entry, poll.silent) for poll in polls for entry in poll.entries)
            self.feeds.save(poll.state for poll in polls)
            self.notices.add(notice for poll in polls for notice in poll.notices)

    def record_ingest(self, batch: IngestBatch) -> None:
        at = instant_text(batch.at)
        with self.database.transaction():
            self.inbox.remove(batch.inbox)
            self.entries.add(batch.entries)
            self.feeds.count_entries(batch.counts)
            self.identities.save(batch.identity_records, at)
            self.story_index.save(batch.index)
            for story, into in batch.merges:
                self.merges.merge(story, into)
            self.matches.add(batch.matches, batch.silent_matches)
            self.waiting.add(batch.waiting)
            self.boilerplate.add(batch.boilerplate, at)
            self.notices.add(batch.notices)

    def record_digest(self, batch: DigestBatch) -> None:
        with self.database.transaction():
            self.channels.save_state(batch.state)
            self.outbox.add(batch.deliveries)
            self.channels.save_posted(batch.posted)
            self.waiting.settle(batch.settled)

    def set_aside(self, item: int, notice: Notice) -> None:
        with self.database.transaction():
            if self.inbox.set_aside(item):
                self.notices.add([notice])

    def settle_notices(self, keys: Iterable[str], deliveries: Iterable[Delivery]) -> None:
        with self.database.transaction():
            self.outbox.add(deliveries)
            self.notices.settle(keys)
