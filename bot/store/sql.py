"""One store, composed: a database with its lease, its tables, and the transactions over several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.core.codec import instant_text
from bot.model import (
    Delivery,
    DigestBatch,
    FeedId,
    IngestBatch,
    Mark,
    Notice,
    PollRecord,
    Posted,
    Waiting,
    WorkbenchBatch,
)
from bot.store.database import Database, Lease
from bot.store.entries import EntriesTable, SearchTerms
from bot.store.facts import FactsTable, NoticesTable
from bot.store.feeds import FeedsTable, InboxTable
from bot.store.outbox import ChannelsTable, OutboxTable, WaitingTable
from bot.store.review import MarksTable, QuestionsTable, RulesHistoryTable, RuleStatesTable
from bot.store.stories import BoilerplateTable, IdentitiesTable, MatchesTable, MergesTable, StoryIndexTable
from bot.store.upkeep import Upkeep


class SqlStore:
    """A `bot.ports.Store`: a method of it is one of a table's, or a transaction over several, below."""

    def __init__(self, database: Database, lease: Lease, feeds: FeedsTable, terms: SearchTerms) -> None:
        self.database, self.terms = database, terms
        self._lease, self._feeds = lease, feeds
        self._facts, self._notices, self._inbox = FactsTable(database), NoticesTable(database), InboxTable(database)
        self._entries, self._merges = EntriesTable(database, terms, self._facts), MergesTable(database)
        self._identities, self._story_index = IdentitiesTable(database), StoryIndexTable(database)
        self._matches, self._boilerplate = MatchesTable(database), BoilerplateTable(database)
        self._waiting, self._channels = WaitingTable(database), ChannelsTable(database)
        self._outbox = OutboxTable(database)
        self._marks, self._questions = MarksTable(database), QuestionsTable(database)
        self._rules_history, self._rule_states = RulesHistoryTable(database), RuleStatesTable(database)
        upkeep = Upkeep(database, terms)
        # life
        self.migrate = database.migrate
        self.claim_lease, self.renew_lease = lease.claim, lease.renew
        self.release_lease, self.lease_holder = lease.release, lease.holder
        # small facts
        self.get_fact, self.save_facts, self.facts = self._facts.get, self._facts.save, self._facts.with_prefix
        # poll
        self.feed_states, self.feed_counts, self.add_feeds = feeds.states, feeds.counts, feeds.add
        self.former_ids = feeds.former_ids
        self.claim_feeds, self.release_feeds = feeds.claim, feeds.release
        # ingest
        self.inbox, self.first_in_inbox, self.take_back = self._inbox.first, self._inbox.first_id, self._inbox.take_back
        self.identity_records, self.index_records = self._identities.records, self._story_index.records
        self.next_entry_id, self.story_of = self._entries.next_id, self._merges.follow
        self.matched_rules, self.boilerplate = self._matches.rules, self._boilerplate.learnt
        self.posted = self._channels.posted
        # digest
        self.channel_state = self._channels.state
        self.waiting, self.waiting_channels = self._waiting.of_channel, self._waiting.channels
        self.stories, self.story_matches = self._entries.stories, self._matches.of_stories
        # deliver
        self.add_deliveries, self.open_deliveries = self._outbox.add, self._outbox.open
        self.open_keys = self._outbox.open_keys
        self.dead_deliveries = self._outbox.dead
        self.save_delivery, self.forget_attempts = self._outbox.save, self._outbox.forget_attempts
        self.delivery, self.deliveries_of = self._outbox.by_key, self._outbox.of_story
        self.shown_stories, self.messages_showing = self._outbox.shown_stories, self._outbox.messages_showing
        self.add_notices, self.notices = self._notices.add, self._notices.open
        # workbench
        self.marks, self.questions, self.rule_states = (
            self._marks.standing,
            self._questions.of_kind,
            self._rule_states.of_kind,
        )
        self.rules_history, self.rules_text = self._rules_history.all, self._rules_history.of_version
        self.add_rules_text, self.posted_since = self._rules_history.add, self._channels.posted_since
        # look-ups and upkeep
        self.entry, self.entries_by_url, self.search = self._entries.entry, self._entries.by_url, self._entries.search
        self.wordings, self.feeds_of = self._entries.wordings, self._entries.feeds_of
        self.feeds_began, self.entries_dated = self._entries.feeds_began, self._entries.dated
        self.silent_entries = self._entries.silent
        self.document_frequency, self.prune = self._entries.document_frequency, upkeep.prune
        self.snapshot, self.archive_span = database.snapshot, self._entries.archive_span
        self.archived_ids, self.archived_of = self._entries.archived_ids, self._entries.archived_of
        self.archived, self.arrivals = self._entries.archived, self._entries.arrivals
        self.archived_texts, self.decided_of = self._entries.archived_texts, self._entries.decided_of
        self.first_of_feeds = self._entries.first_of_feeds
        self.counts, self.latency = upkeep.counts, upkeep.latency

    @property
    def place(self) -> str:
        """Where it lies, as messages may show it: never a password."""
        return self.database.place

    def close(self) -> None:
        """Gives the lease back, too."""
        self._lease.release()
        self.database.close()

    def record_polls(self, polls: Sequence[PollRecord]) -> None:
        with self.database.transaction():
            self._inbox.add(
                (entry, number < poll.baseline) for poll in polls for number, entry in enumerate(poll.entries)
            )
            self._feeds.save(poll.state for poll in polls)
            self._notices.add(notice for poll in polls for notice in poll.notices)

    def record_ingest(
        self,
        batch: IngestBatch,
        learnt_notices: Callable[[Mapping[FeedId, frozenset[str]]], Iterable[Notice]] | None = None,
    ) -> Mapping[FeedId, frozenset[str]]:
        at = instant_text(batch.at)
        with self.database.transaction():
            self._inbox.remove(batch.inbox)
            self._entries.add(batch.entries)
            self._feeds.count_entries(batch.counts)
            self._identities.save(batch.identity_records, at)
            self._story_index.save(batch.index)
            for story, into in batch.merges:
                self._merges.merge(story, into)
            self._matches.add(batch.matches, batch.silent_matches)
            self._waiting.add(batch.waiting)
            learnt = self._boilerplate.add(batch.boilerplate, at)
            self._notices.add((*batch.notices, *(learnt_notices(learnt) if learnt_notices and learnt else ())))
            self._rule_states.save(batch.rule_states)
            self._facts.save(batch.facts)
        return learnt

    def record_digest(self, batch: DigestBatch) -> None:
        with self.database.transaction():
            self._channels.save_state(batch.state)
            self._outbox.add(batch.deliveries)
            self._channels.save_posted(batch.posted)
            self._waiting.settle(batch.settled)

    def move_waiting(self, settled: Iterable[Waiting], waiting: Iterable[Waiting], notices: Iterable[Notice]) -> None:
        with self.database.transaction():
            self._waiting.settle(settled)
            self._waiting.add(waiting)
            self._notices.add(notices)

    def split_delivery(self, changed: Iterable[Delivery], rest: Delivery, posted: Iterable[Posted]) -> None:
        with self.database.transaction():
            for delivery in changed:
                self._outbox.save_shortened(delivery)
            self._outbox.add([rest])
            self._channels.save_posted(posted)

    def set_aside(self, item: int, notice: Notice) -> None:
        with self.database.transaction():
            if self._inbox.set_aside(item):
                self._notices.add([notice])

    def record_workbench(self, batch: WorkbenchBatch) -> list[Mark]:
        follow = self._merges.follow
        with self.database.transaction():
            self._marks.undo(batch.undone, batch.by, batch.at)
            new = self._marks.add([replace(mark, story=follow(mark.story)) for mark in batch.marks])
            self._questions.add(batch.questions)
            self._questions.settle([replace(one, story=follow(one.story)) for one in batch.settled])
            self._rule_states.save(batch.rule_states)
            self._outbox.add(batch.deliveries)
            self._notices.add(batch.notices)
            self._facts.save(batch.facts)
        return new

    def settle_notices(self, keys: Iterable[str], deliveries: Iterable[Delivery]) -> None:
        with self.database.transaction():
            self._outbox.add(deliveries)
            self._notices.settle(keys)
