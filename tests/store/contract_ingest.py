"""The ingest transaction: inbox removal, entries, stories, matches, waiting items; and what merges do to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StoreError
from bot.model import (
    ChannelId,
    DigestBatch,
    EntryId,
    FeedId,
    IngestBatch,
    Notice,
    PollRecord,
    Priority,
    RuleId,
    SpikeState,
    StoryId,
    Verdict,
    WaitingKind,
)
from bot.store import SqlStore
from tests.builders import (
    MINUTE,
    NASTY,
    NOW,
    batch,
    delivery,
    entry,
    feed_state,
    new_entry,
    posted,
    story_match,
    waits,
)


def tell(store: SqlStore, channel: str, story: int, **more: Any) -> None:
    """The channel has been told the story."""
    digest = DigestBatch(
        channel=posted(channel, story).channel,
        state=store.channel_state(posted(channel, story).channel),
        posted=(posted(channel, story, **more),),
        deliveries=(delivery(f"{channel}-{story}", channel, story),),
    )
    store.record_digest(digest)


class IngestContract:
    def test_what_is_set_aside_is_kept_and_comes_back_in_its_place(self, store: SqlStore) -> None:
        store.record_polls([PollRecord(state=feed_state("bbc"), entries=(entry("a"), entry("b"), entry("c")))])
        rows = store.inbox(9)
        store.set_aside(rows[1].id, Notice(key="aside", text="b failed", at=NOW))
        assert [row.entry.title for row in store.inbox(9)] == ["a", "c"]
        assert [notice.text for notice in store.notices()] == ["b failed"]
        assert (store.counts().inbox, store.counts().aside) == (2, 1)
        store.take_back()
        assert store.inbox(9) == rows
        assert store.first_in_inbox() == rows[0].id
        store.set_aside(10**6, Notice(key="gone", text="no such row", at=NOW))
        assert len(store.notices()) == 1

    def test_everything_of_a_batch_is_kept(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("bbc")])
        store.record_polls([PollRecord(state=feed_state("bbc"), entries=(entry("a"), entry("b"), entry("c")))])
        rows = store.inbox(9)
        assert store.next_entry_id() == 1
        store.record_ingest(
            batch(
                new_entry(1, title=NASTY, summary=NASTY, body=NASTY, tags=(NASTY,), published_at=NOW - MINUTE),
                new_entry(2, story=1, verdict=Verdict.UPDATE),
                inbox=(rows[0].id, rows[1].id),
                counts={FeedId("bbc"): 2},
                identity_records={"guid:1": b"\0\xff", "url:" + "x" * 4000: b"long", "odd\ud800": b"odd"},
                index=(("story", "1", b"\x01"), ("entry", "1", b"\x02")),
                matches=(story_match(1),),
                silent_matches=(story_match(1, "r2"),),
                waiting=(waits("news", 1),),
                notices=(Notice(key="n", text="t", at=NOW),),
            )
        )
        assert [row.entry.title for row in store.inbox(9)] == ["c"]
        assert store.feed_counts()[FeedId("bbc")] == 2
        assert store.next_entry_id() == 3
        asked = ["guid:1", "url:" + "x" * 4000, "url:" + "x" * 4001, "odd\ud800", "never"]
        assert dict(store.identity_records(asked)) == {"guid:1": b"\0\xff", asked[1]: b"long", asked[3]: b"odd"}
        assert sorted(store.index_records()) == [("entry", "1", b"\x02"), ("story", "1", b"\x01")]
        assert store.story_matches([StoryId(1)]) == [story_match(1)]
        assert store.matched_rules([StoryId(1), StoryId(7)]) == {1: {"r1": False, "r2": True}}
        assert store.waiting(ChannelId("news")) == [waits("news", 1)]
        assert [notice.key for notice in store.notices()] == ["n"]
        first, second = store.entry(EntryId(1)), store.entry(EntryId(2))
        assert first is not None
        assert second is not None
        made = new_entry(1, title=NASTY, summary=NASTY, body=NASTY, tags=(NASTY,), published_at=NOW - MINUTE)
        assert (first.entry, first.reading, first.decision) == (made.entry, made.reading, made.decision)
        assert second.decision == new_entry(2, story=1, verdict=Verdict.UPDATE).decision

    def test_a_batch_that_cannot_be_kept_leaves_no_trace(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("bbc")])
        store.record_polls([PollRecord(state=feed_state("bbc"), entries=(entry("a"),))])
        store.record_ingest(batch(new_entry(1)))
        twice = batch(
            new_entry(2),
            new_entry(1),
            inbox=(store.inbox(1)[0].id,),
            identity_records={"k": b""},
            waiting=(waits("news", 2),),
            counts={FeedId("bbc"): 2},
        )
        with pytest.raises(StoreError):
            store.record_ingest(twice)
        assert len(store.inbox(9)) == 1
        assert store.entry(EntryId(2)) is None
        assert store.identity_records(["k"]) == {}
        assert store.waiting(ChannelId("news")) == []
        assert store.feed_counts()[FeedId("bbc")] == 0
        store.record_ingest(batch(new_entry(2)))

    def test_entry_ids_never_come_again_even_when_the_archive_is_empty(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(41)))
        store.prune(NOW + MINUTE, NOW + MINUTE)
        assert store.counts().entries == 0
        assert store.next_entry_id() == 42

    def test_known_items_and_index_records_are_replaced_and_deleted(self, store: SqlStore) -> None:
        store.record_ingest(batch(identity_records={"k": b"1"}, index=(("s", "1", b"1"), ("s", "2", b"2"))))
        store.record_ingest(
            batch(identity_records={"k": b"2"}, index=(("s", "1", b"3"), ("s", "2", None), ("s", "9", None)))
        )
        assert dict(store.identity_records(["k"])) == {"k": b"2"}
        assert list(store.index_records()) == [("s", "1", b"3")]

    def test_a_deleted_and_rewritten_index_record_is_there(self, store: SqlStore) -> None:
        store.record_ingest(batch(index=(("s", "1", b"1"),)))
        store.record_ingest(batch(index=(("s", "1", None), ("s", "1", b"2"))))
        assert list(store.index_records()) == [("s", "1", b"2")]

    def test_the_first_match_of_a_rule_on_a_story_stays(self, store: SqlStore) -> None:
        store.record_ingest(batch(matches=(story_match(1, "r1", 1),)))
        store.record_ingest(batch(matches=(story_match(1, "r1", 2),), silent_matches=(story_match(1, "r1", 3),)))
        assert store.story_matches([StoryId(1)]) == [story_match(1, "r1", 1)]

    def test_a_silent_match_gives_way_to_one_that_may_alert(self, store: SqlStore) -> None:
        store.record_ingest(batch(silent_matches=(story_match(1, "r1", 1),)))
        store.record_ingest(batch(silent_matches=(story_match(1, "r1", 2),)))
        assert store.story_matches([StoryId(1)]) == []
        assert store.matched_rules([StoryId(1)]) == {1: {"r1": True}}
        store.record_ingest(batch(matches=(story_match(1, "r1", 3),)))
        assert store.story_matches([StoryId(1)]) == [story_match(1, "r1", 3)]
        assert store.matched_rules([StoryId(1)]) == {1: {"r1": False}}

    def test_waiting_is_idempotent_and_in_order_of_arrival(self, store: SqlStore) -> None:
        later = waits("news", 2, since_at=NOW + MINUTE, kind=WaitingKind.UPDATE, changes=(NASTY,))
        bare = waits("news", 1, 3, rule=None, priority=Priority.LOW, since_at=NOW + 2 * MINUTE)
        store.record_ingest(batch(waiting=(bare, later, waits("news", 1), waits("ops", 1))))
        store.record_ingest(batch(waiting=(waits("news", 1, kind=WaitingKind.REPORT),)))
        assert store.waiting(waits("news", 1).channel) == [waits("news", 1), later, bare]
        assert store.waiting(ChannelId("ops")) == [waits("ops", 1)]

    def test_merges_move_everything_that_hangs_on_a_story(self, store: SqlStore) -> None:
        store.record_ingest(
            batch(
                new_entry(1),
                new_entry(2),
                matches=(story_match(2, "r1"), story_match(2, "r2"), story_match(1, "r2", 1)),
                silent_matches=(story_match(1, "r1"),),
                waiting=(waits("news", 2), waits("ops", 2, rule=None)),
            )
        )
        tell(store, "news", 2, priority=Priority.NORMAL)
        store.record_ingest(batch(new_entry(3, story=1, merged=(2,)), merges=((StoryId(2), StoryId(1)),)))
        assert store.story_of(StoryId(2)) == store.story_of(StoryId(1)) == 1
        assert store.stories([StoryId(2)]) == {}
        assert [report.entry for report in store.stories([StoryId(1)])[StoryId(1)].reports] == [1, 2, 3]
        assert {match.rule: match.entry for match in store.story_matches([StoryId(1)])} == {"r1": 2, "r2": 1}
        for channel in ("news", "ops"):
            assert [item.story for item in store.waiting(ChannelId(channel))] == [1]
        assert [(p.story, p.delivery_key) for p in store.posted([StoryId(1), StoryId(2)])] == [(1, "k1")]
        assert [d.key for d in store.deliveries_of(StoryId(1))] == ["news-2"]
        moved = store.entry(EntryId(2))
        assert moved is not None
        assert (moved.story, moved.decision.story) == (1, 2)

    @pytest.mark.parametrize("first", [1, 2])
    def test_of_two_stories_told_the_earlier_message_stays(self, store: SqlStore, first: int) -> None:
        store.record_ingest(batch(new_entry(1), new_entry(2)))
        tell(store, "news", 1, key="one", posted_at=NOW + (0 if first == 1 else 2) * MINUTE)
        tell(store, "news", 2, key="two", posted_at=NOW + MINUTE)
        store.record_ingest(batch(merges=((StoryId(2), StoryId(1)),)))
        (posted,) = store.posted([StoryId(1), StoryId(2)])
        assert (posted.story, posted.delivery_key) == (1, "one" if first == 1 else "two")

    @pytest.mark.parametrize(
        "priority, kind", [(Priority.NORMAL, WaitingKind.REPORT), (Priority.URGENT, WaitingKind.UPDATE)], ids=str
    )
    def test_a_story_told_under_its_other_name_never_waits_as_new(
        self, store: SqlStore, priority: Priority, kind: WaitingKind
    ) -> None:
        store.record_ingest(batch(new_entry(1), new_entry(2), waiting=(waits("news", 1, priority=priority),)))
        tell(store, "news", 2)
        store.record_ingest(batch(merges=((StoryId(2), StoryId(1)),)))
        assert [w.kind for w in store.waiting(ChannelId("news"))] == [kind]

    def test_merges_are_followed_through_and_never_in_circles(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(1), new_entry(2), new_entry(3), merges=((StoryId(3), StoryId(2)),)))
        store.record_ingest(batch(merges=((StoryId(2), StoryId(1)), (StoryId(1), StoryId(1)))))
        assert store.story_of(StoryId(3)) == 1
        assert len(store.stories([StoryId(1)])[StoryId(1)].reports) == 3
        store.record_ingest(batch(merges=((StoryId(1), StoryId(3)),)))
        with pytest.raises(StoreError, match="merged into itself"):
            store.story_of(StoryId(1))

    def test_a_line_seen_on_five_stories_of_a_feed_is_learnt(self, store: SqlStore) -> None:
        feed, line = FeedId("bbc"), f"More from {NASTY}"
        for story in range(1, 6):
            assert store.boilerplate([feed]) == {feed: frozenset()}
            one = IngestBatch(
                boilerplate=((feed, line, StoryId(story)), (feed, "x" * 9000, StoryId(story))),
                at=NOW + timedelta(days=story),
            )
            store.record_ingest(one)
            store.record_ingest(one)
        other = FeedId("other")
        assert store.boilerplate([feed, other]) == {feed: {line}, other: frozenset()}
        assert store.boilerplate([]) == {}

    @pytest.mark.parametrize(
        ("other", "with_line", "learnt"),
        [
            # Which of the feed's stories end in the line, counted from the first, after `other` ones that do not.
            (0, range(1, 8), True),
            (200, range(1, 61), True),  # a new line of all its stories, however many there were
            (200, range(1, 61, 2), True),
            (200, range(1, 9), False),  # a vendor's advisories of one day
            (0, range(1, 61, 3), False),  # few of the stories since
            (200, range(1, 61, 3), False),
        ],
    )
    def test_a_line_is_measured_by_what_its_feed_brought_since(
        self, store: SqlStore, other: int, with_line: range, learnt: bool
    ) -> None:
        feed, line = FeedId("bbc"), "vendor orbrecht"
        store.add_feeds([feed_state(feed)])
        stories = range(1, other + with_line[-1] + 1)
        store.record_ingest(batch(*(new_entry(n, feed=FeedId("cnn")) for n in range(1001, 1100)), counts={feed: 9999}))
        ending = {StoryId(other + number) for number in with_line}
        for part in (stories[:other], *([n] for n in stories[other:])):
            lines = tuple((feed, line, StoryId(n)) for n in part if n in ending)
            store.record_ingest(batch(*(new_entry(n) for n in part), boilerplate=lines, counts={feed: len(part)}))
        assert store.boilerplate([feed]) == {feed: {line} if learnt else set()}

    def test_what_ops_is_told_of_a_learnt_line_is_kept_with_it_or_not_at_all(self, store: SqlStore) -> None:
        feed, line = FeedId("bbc"), "vendor orbrecht"
        five = batch(
            *(new_entry(n) for n in range(1, 6)), boilerplate=tuple((feed, line, StoryId(n)) for n in range(1, 6))
        )
        asked: list[object] = []

        def killed(learnt: object) -> tuple[Notice, ...]:
            asked.append(learnt)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            store.record_ingest(five, killed)
        assert (store.boilerplate([feed]), store.notices()) == ({feed: frozenset()}, [])
        told = Notice(key="learnt", text="A line is promo now.", at=NOW)
        assert store.record_ingest(five, lambda learnt: (told,) if learnt == {feed: {line}} else ()) == {feed: {line}}
        assert asked == [{feed: {line}}]
        assert [notice.key for notice in store.notices()] == ["learnt"]
        assert store.record_ingest(batch(boilerplate=((feed, line, StoryId(6)),))) == {}

    def test_four_stories_with_a_line_at_once_are_no_five(self, store: SqlStore) -> None:
        lines = tuple((FeedId("bbc"), "vendor orbrecht", StoryId(n)) for n in range(1, 5))
        store.record_ingest(batch(*(new_entry(n) for n in range(1, 5)), boilerplate=lines))
        assert store.boilerplate([FeedId("bbc")]) == {FeedId("bbc"): frozenset()}

    def test_many_ids_at_once(self, store: SqlStore) -> None:
        many = [StoryId(n) for n in range(1, 2001)]
        store.record_ingest(batch(*(new_entry(n) for n in many[:900]), matches=tuple(story_match(n) for n in many)))
        assert len(store.stories(many)) == 900
        assert len(store.matched_rules(many)) == 2000
        assert store.matched_rules(many)[StoryId(2000)] == {RuleId("r1"): False}

    def test_what_rules_remember_is_kept_with_the_entries(self, store: SqlStore) -> None:
        state = SpikeState(query="q", since_at=NOW)
        store.record_ingest(batch(new_entry(1), rule_states=(("spike", RuleId("r"), state),), facts={"spike|r": "1"}))
        assert store.rule_states("spike", SpikeState) == {"r": state}
        assert store.facts("spike") == {"spike|r": "1"}
        store.record_ingest(batch(new_entry(2), rule_states=(("spike", RuleId("r"), None),), facts={"spike|r": None}))
        assert (store.rule_states("spike", SpikeState), store.facts("spike")) == ({}, {})

    def test_a_feed_began_with_its_first_entry(self, store: SqlStore) -> None:
        store.record_ingest(
            batch(
                new_entry(1, seen_at=NOW - 9 * MINUTE),
                new_entry(2, seen_at=NOW),
                new_entry(3, feed=FeedId("other"), seen_at=NOW),
            )
        )
        feeds = [FeedId(name) for name in ("bbc", "other", "none")]
        assert store.feeds_began(feeds) == {"bbc": NOW - 9 * MINUTE, "other": NOW}
