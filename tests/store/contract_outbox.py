"""What goes out: the digest transaction, and each step of a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from bot.model import ChannelId, ChannelState, DeliveryState, DigestBatch, EntryId, HeldReply, Notice, StoryId
from bot.store import SqliteStore, SqlStore
from bot.store.database import Database, Row
from bot.store.outbox import OutboxTable
from tests.builders import MINUTE, NASTY, NOW, batch, delivery, new_entry, posted, waits

NEWS = ChannelId("news")


class Explained:
    """A database that says how it would find the rows of a SELECT, in place of the rows."""

    def __init__(self, store: SqlStore) -> None:
        self.plans: list[str] = []
        self._database = store.database
        self._how = "EXPLAIN QUERY PLAN" if isinstance(store, SqliteStore) else "EXPLAIN"

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        self.plans.append(str(self._database.query(f"{self._how} {sql}", values)))
        return []


class OutboxContract:
    def test_a_channel_nobody_spoke_of_has_a_fresh_state(self, store: SqlStore) -> None:
        assert store.channel_state(NEWS) == ChannelState(channel=NEWS)

    def test_a_digest_turns_waiting_items_into_frozen_messages(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(1), waiting=(waits("news", 1), waits("news", 2), waits("ops", 1))))
        state = ChannelState(
            channel=NEWS,
            last_slot_at=NOW,
            posted_at=(NOW,),
            overflow=frozenset({StoryId(2)}),
            shown_updates={StoryId(3): EntryId(4)},
            edited_at={"k1": NOW},
            held_replies=(HeldReply(thread="k1", story=StoryId(3), changes=("a",), entries=(EntryId(4),)),),
        )
        message = delivery("k1", "news", 1, not_before_at=NOW)
        store.record_digest(
            DigestBatch(
                channel=NEWS,
                state=state,
                deliveries=(message,),
                posted=(posted("news", 1),),
                settled=(waits("news", 1), waits("news", 9)),
            )
        )
        assert store.channel_state(NEWS) == state
        assert store.waiting(NEWS) == [waits("news", 2)]
        assert store.waiting(ChannelId("ops")) == [waits("ops", 1)]
        assert store.posted([StoryId(1)]) == [posted("news", 1)]
        (kept,) = store.open_deliveries()
        assert store.open_keys() == ["k1"]
        assert kept.id > 0
        assert replace(kept, id=0) == message
        assert store.delivery("k1") == kept
        assert store.deliveries_of(StoryId(1)) == [kept]
        assert store.deliveries_of(StoryId(2)) == []
        assert store.shown_stories([StoryId(1), StoryId(2)]) == {1}
        assert store.messages_showing([StoryId(1), StoryId(2)]) == {("k1", 1)}
        assert store.delivery("never") is None

    def test_the_same_message_made_twice_is_one_row(self, store: SqlStore) -> None:
        assert store.add_deliveries([delivery("k1"), delivery("k2"), delivery("k1")]) == ["k1", "k2"]
        store.save_delivery(delivery("k1", state=DeliveryState.SENT, ts="1.2"))
        assert store.add_deliveries([delivery("k1")]) == []
        kept = store.delivery("k1")
        assert kept is not None
        assert kept.state is DeliveryState.SENT

    def test_posted_is_replaced_by_channel_and_story(self, store: SqlStore) -> None:
        for revision in (0, 1):
            one = posted("news", 1, revision=revision, last_told_at=NOW)
            store.record_digest(
                DigestBatch(channel=NEWS, state=ChannelState(channel=NEWS), posted=(one, posted("ops", 1)))
            )
        assert [p.revision for p in store.posted([StoryId(1)])] == [1, 0]

    @pytest.mark.parametrize("state", DeliveryState)
    def test_each_state_of_a_delivery_is_kept(self, store: SqlStore, state: DeliveryState) -> None:
        store.add_deliveries([delivery("k1", "news", 1), delivery("k2")])
        moved = delivery(
            "k1",
            "news",
            1,
            state=state,
            started_at=NOW,
            settled_at=NOW + MINUTE,
            attempts=3,
            absent=1,
            ts="1700000000.000100",
            slack_channel="C1",
            error=NASTY,
            render=2,
            payload={"text": "smaller"},
        )
        store.save_delivery(moved)
        kept = store.delivery("k1")
        assert kept is not None
        assert replace(kept, id=0) == moved
        still_open = ["k2"] if state in (DeliveryState.SENT, DeliveryState.DEAD) else ["k1", "k2"]
        assert [one.key for one in store.open_deliveries()] == still_open
        assert store.counts().outbox == ({"pending": 2} if state is DeliveryState.PENDING else {state: 1, "pending": 1})

    def test_open_deliveries_come_oldest_first(self, store: SqlStore) -> None:
        keys = [f"k{n}" for n in range(12)]
        for key in keys:
            store.add_deliveries([delivery(key)])
        assert [one.key for one in store.open_deliveries()] == keys

    def test_what_is_open_is_found_among_all_that_was_sent(self, store: SqlStore) -> None:
        """By the index of the states: on PostgreSQL a page of a few held messages walked through the whole outbox."""
        rows = [(f"k{n}", "news", "sent" if n < 49_000 else "paused", "2026", "{}", "{}", "{}") for n in range(50_000)]
        columns = ("key", "channel", "state", "created_at", "delivery", "digest", "payload")
        with store.database.transaction():
            store.database.insert("outbox", columns, rows)
            store.database.run("ANALYZE outbox", ())
        asked = Explained(store)
        outbox = OutboxTable(cast("Database", asked))
        assert outbox.open(limit=50) == outbox.open(49_500, 50) == outbox.dead(50) == outbox.open_keys() == []
        assert ["outbox_state" in plan for plan in asked.plans] == [True] * 4, asked.plans

    def test_notices_become_deliveries_in_one_transaction(self, store: SqlStore) -> None:
        store.add_notices([Notice(key="a", text="one", at=NOW), Notice(key="b", text="two", at=NOW)])
        store.settle_notices(["a", "b"], [delivery("n1", "ops")])
        assert store.notices() == []
        assert [one.key for one in store.open_deliveries()] == ["n1"]
