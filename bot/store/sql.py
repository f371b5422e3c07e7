"""One store, composed: a database, its tables, and the transactions over several of them."""

from __future__ import annotations

from bot.store.database import Database, Lease, SearchTerms
from bot.store.entries import EntriesTable
from bot.store.facts import FactsTable, NoticesTable
from bot.store.feeds import FeedsTable, InboxTable
from bot.store.outbox import ChannelsTable, OutboxTable, WaitingTable
from bot.store.stories import BoilerplateTable, IdentitiesTable, MatchesTable, MergesTable, StoryIndexTable
from bot.store.transactions import Transactions
from bot.store.upkeep import Upkeep


class SqlStore:
    """A `bot.ports.Store`: each of its methods is one of a table's, a transaction's or the lease's."""

    def __init__(self, database: Database, lease: Lease, feeds: FeedsTable, terms: SearchTerms) -> None:
        self.database, self.terms = database, terms
        self._lease = lease
        facts, notices, inbox = FactsTable(database), NoticesTable(database), InboxTable(database)
        entries = EntriesTable(database, terms, facts)
        identities, story_index, merges = IdentitiesTable(database), StoryIndexTable(database), MergesTable(database)
        matches, boilerplate = MatchesTable(database), BoilerplateTable(database)
        waiting, channels, outbox = WaitingTable(database), ChannelsTable(database), OutboxTable(database)
        upkeep = Upkeep(database, terms)
        transactions = Transactions(
            database=database,
            feeds=feeds,
            inbox=inbox,
            entries=entries,
            identities=identities,
            story_index=story_index,
            merges=merges,
            matches=matches,
            boilerplate=boilerplate,
            waiting=waiting,
            channels=channels,
            outbox=outbox,
            notices=notices,
        )
        # life
        self.migrate = database.migrate
        self.claim_lease, self.renew_lease = lease.claim, lease.renew
        self.release_lease, self.lease_holder = lease.release, lease.holder
        # small facts
        self.get_fact, self.save_facts, self.facts = facts.get, facts.save, facts.with_prefix
        # poll
        self.feed_states, self.feed_counts, self.add_feeds = feeds.states, feeds.counts, feeds.add
        self.claim_feeds, self.release_feeds = feeds.claim, feeds.release
        self.record_polls = transactions.record_polls
        # ingest
        self.inbox, self.first_in_inbox = inbox.first, inbox.first_id
        self.set_aside, self.take_back = transactions.set_aside, inbox.take_back
        self.identity_records, self.index_records = identities.records, story_index.records
        self.next_entry_id, self.story_of, self.boilerplate = entries.next_id, merges.follow, boilerplate.learnt
        self.matched_rules, self.posted, self.waiting_for = matches.rules, channels.posted, waiting.of_stories
        self.record_ingest = transactions.record_ingest
        # digest
        self.channel_state, self.waiting, self.waiting_channels = channels.state, waiting.of_channel, waiting.channels
        self.stories, self.story_matches = entries.stories, matches.of_stories
        self.record_digest = transactions.record_digest
        # deliver
        self.add_deliveries, self.open_deliveries, self.save_delivery = outbox.add, outbox.open, outbox.save
        self.delivery, self.deliveries_of = outbox.by_key, outbox.of_story
        self.forget_attempts = outbox.forget_attempts
        self.add_notices, self.notices, self.settle_notices = notices.add, notices.open, transactions.settle_notices
        # look-ups and upkeep
        self.entry, self.entries_by_url, self.search = entries.entry, entries.by_url, entries.search
        self.document_frequency, self.counts, self.prune = entries.document_frequency, upkeep.counts, upkeep.prune

    @property
    def place(self) -> str:
        """Where it lies, as messages may show it: never a password."""
        return self.database.place

    def close(self) -> None:
        """Gives the lease back, too."""
        self._lease.release()
        self.database.close()
