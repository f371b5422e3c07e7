"""What goes out: the digest transaction, and each step of a delivery."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import ChannelId, ChannelState, DeliveryState, DigestBatch, EntryId, HeldReply, Notice, StoryId
from bot.store import SqlStore
from tests.builders import MINUTE, NASTY, NOW, batch, delivery, new_entry, posted, waits

NEWS = ChannelId("news")


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

    def test_notices_become_deliveries_in_one_transaction(self, store: SqlStore) -> None:
        store.add_notices([Notice(key="a", text="one", at=NOW), Notice(key="b", text="two", at=NOW)])
        store.settle_notices(["a", "b"], [delivery("n1", "ops")])
        assert store.notices() == []
        assert [one.key for one in store.open_deliveries()] == ["n1"]
