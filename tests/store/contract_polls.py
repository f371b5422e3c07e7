"""Feeds and the inbox: the poll transaction, claims, notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import (
    FeedHealth,
    FeedId,
    HubOffer,
    Move,
    Notice,
    NoticeKind,
    OpenProblem,
    PollRecord,
    PublisherHints,
    Rhythm,
    Validators,
)
from bot.store import SqlStore
from tests.builders import MINUTE, NASTY, NOW, entry, feed_state
from tests.store.handles import Reopen


def ids(*names: str) -> list[FeedId]:
    return [FeedId(name) for name in names]


class PollsContract:
    def test_add_feeds_returns_only_what_is_new(self, store: SqlStore) -> None:
        assert store.add_feeds([feed_state("a"), feed_state("b")]) == ["a", "b"]
        assert store.add_feeds([feed_state("b", failures=3), feed_state("c")]) == ["c"]
        assert store.feed_states()[FeedId("b")].failures == 0
        assert dict(store.feed_counts()) == {"a": 0, "b": 0, "c": 0}
        assert store.add_feeds([]) == []

    def test_a_feed_at_another_address_starts_afresh(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("a", validators=Validators(etag='"1"'), has_baseline=True)])
        fresh = feed_state("a", url="https://elsewhere.example/rss")
        assert store.add_feeds([fresh]) == ["a"]
        assert store.feed_states()[FeedId("a")] == fresh

    def test_a_state_of_a_later_poll_takes_the_place_of_an_earlier_one(self, store: SqlStore) -> None:
        """A feed that has its old id again went on under another one meanwhile."""
        store.add_feeds([feed_state("a", last_poll_at=NOW), feed_state("b"), feed_state("c", last_poll_at=NOW)])
        later = [
            feed_state("a", last_poll_at=NOW + MINUTE, former=tuple(ids("z", "y"))),
            feed_state("b", last_poll_at=NOW, former=tuple(ids("z"))),
            feed_state("c", last_poll_at=NOW, failures=3),
        ]
        assert store.add_feeds(later) == ["a", "b"]
        assert [store.feed_states()[name] for name in ids("a", "b")] == later[:2]
        assert store.former_ids(ids("a", "b", "c", "d")) == {"a": ("z", "y"), "b": ("z",)}

    def test_a_state_survives_byte_for_byte(self, store: SqlStore) -> None:
        state = feed_state(
            "a",
            health=FeedHealth.FAILING,
            validators=Validators(etag='W/"é\x80"', last_modified="no date at all", url="https://www.a.example/rss"),
            body_hash="abc",
            failures=2,
            status=503,
            error=NASTY,
            last_poll_at=NOW,
            last_ok_at=NOW - MINUTE,
            move=Move(to="https://new.example/", since_at=NOW, checked_at=NOW + MINUTE, polls=2),
            gone_since_at=NOW,
            has_baseline=True,
            interval=timedelta(seconds=901, microseconds=7),
            rhythm=Rhythm(gap=1.5 * MINUTE, arrivals=(NOW - MINUTE, NOW), news_at=NOW),
            hints=PublisherHints(ttl=MINUTE, skip_hours=(3, 4)),
            hub=HubOffer(hub="https://hub.example/"),
            problem=OpenProblem(kind=NoticeKind.FAILING, since_at=NOW),
        )
        store.add_feeds([state])
        assert store.feed_states()[FeedId("a")] == state

    def test_claims_take_the_longest_overdue_first_and_lease_them(self, store: SqlStore) -> None:
        store.add_feeds([feed_state(str(n), next_due_at=NOW - n * MINUTE) for n in range(-1, 4)])
        until = NOW + 5 * MINUTE
        every = ids("-1", "0", "1", "2", "3", "unknown")
        assert [state.feed for state in store.claim_feeds(every, NOW, until, 2)] == ["3", "2"]
        assert [state.feed for state in store.claim_feeds(every, NOW, until, 9)] == ["1", "0"]
        assert store.claim_feeds(every, NOW, until, 9) == []
        assert [state.feed for state in store.claim_feeds(every, until, until + MINUTE, 9)] == [
            "3",
            "2",
            "1",
            "0",
            "-1",
        ]

    def test_only_the_feeds_asked_for_are_claimed(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("a"), feed_state("b")])
        assert [state.feed for state in store.claim_feeds(ids("b"), NOW, NOW + MINUTE, 9)] == ["b"]
        assert store.claim_feeds([], NOW, NOW + MINUTE, 9) == []

    def test_two_pollers_never_share_a_feed(self, store: SqlStore, reopen: Reopen) -> None:
        store.add_feeds([feed_state(f"f{n}") for n in range(20)])
        every = ids(*(f"f{n}" for n in range(20)))
        other = reopen()
        claimed: list[str] = []
        for _ in range(3):
            for poller in (store, other):
                claimed += [state.feed for state in poller.claim_feeds(every, NOW, NOW + MINUTE, 4)]
        assert sorted(claimed) == sorted(every)

    def test_a_poll_keeps_entries_validators_and_due_time_together(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("a"), feed_state("b")])
        store.claim_feeds(ids("a", "b"), NOW, NOW + MINUTE, 9)
        after = feed_state("a", validators=Validators(etag='"2"'), next_due_at=NOW + 10 * MINUTE, has_baseline=True)
        nasty = entry(NASTY, summary=NASTY, published_at=NOW - MINUTE, tags=("x", NASTY), lang="en-GB")
        lone = entry("lone \ud800 surrogate and \0 NUL")
        notice = Notice(key="gone:a", text=NASTY, at=NOW)
        polls = [
            PollRecord(state=after, entries=(nasty, lone), baseline=2, notices=(notice,)),
            PollRecord(state=feed_state("b"), entries=(entry("third"),)),
        ]
        store.record_polls(polls)
        assert store.feed_states()[FeedId("a")] == after
        rows = store.inbox(10)
        assert [(row.entry, row.silent) for row in rows] == [(nasty, True), (lone, True), (entry("third"), False)]
        assert [row.id for row in rows] == sorted(row.id for row in rows)
        assert store.inbox(1) == rows[:1]
        assert store.notices() == [notice]
        assert [state.feed for state in store.claim_feeds(ids("a", "b"), NOW, NOW + MINUTE, 9)] == ["b"]
        store.record_polls([])

    def test_a_poll_of_an_address_that_was_replaced_meanwhile_keeps_its_entries_only(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("a")])
        replaced = feed_state("a", url="https://elsewhere.example/rss")
        store.add_feeds([replaced])
        store.record_polls([PollRecord(state=feed_state("a", validators=Validators(etag='"old"')), entries=(entry(),))])
        assert store.feed_states()[FeedId("a")] == replaced
        assert len(store.inbox(9)) == 1

    def test_notices_go_out_once(self, store: SqlStore) -> None:
        first = Notice(key="a", text="one", at=NOW + MINUTE)
        earlier = Notice(key="b" * 3000, text="two", at=NOW)
        assert store.add_notices([first, earlier, first]) == [first, earlier]
        assert store.add_notices([first]) == []
        assert [notice.text for notice in store.notices()] == ["two", "one"]
        store.settle_notices([earlier.key], [])
        assert store.notices() == [first]
        assert store.add_notices([earlier]) == []
        store.settle_notices(["a", "never"], [])
        assert store.notices() == []

    def test_instants_of_any_zone_come_back_as_the_same_instant(self, store: SqlStore) -> None:
        odd = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        store.add_feeds([feed_state("a", next_due_at=odd.astimezone())])
        assert store.feed_states()[FeedId("a")].next_due_at == odd
