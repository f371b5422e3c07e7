"""Look-ups, the archive search, counts and retention."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import (
    BEGINNING,
    ArchiveSpan,
    ChannelId,
    ChannelState,
    DeliveryState,
    DigestBatch,
    EntryId,
    FeedId,
    Latency,
    MessageKind,
    Notice,
    StoryId,
    Verdict,
)
from bot.store import SqlStore
from tests.builders import AT, MINUTE, NOW, batch, delivery, new_entry, posted, story_match, waits
from tests.store.handles import Reopen

ARCHIVE = [
    (1, ("huawei", "5g")),
    (2, ("huawei", "zte", "华为", "为技")),
    (3, ("at&t", "att", "o'brien", "co-operate", "5.25", "c++", "a_b", "a\\b")),
    (4, ("hua", "huawei's", "ñandú", "\U0001e900\U0001e901")),
    (5, ()),
]


def fill(store: SqlStore) -> None:
    made = [new_entry(number, terms=terms, seen_at=NOW + number * MINUTE) for number, terms in ARCHIVE]
    store.record_ingest(batch(*made))


class ArchiveContract:
    def test_look_ups(self, store: SqlStore) -> None:
        fill(store)
        again = new_entry(6, story=1, url="https://bbc.example/1", verdict=Verdict.EDIT)
        store.record_ingest(batch(again))
        assert [found.id for found in store.entries_by_url("https://bbc.example/1")] == [1, 6]
        assert store.entries_by_url("https://bbc.example/never\ud800") == []
        assert store.entry(EntryId(99)) is None
        (report,) = store.stories([StoryId(1)])[StoryId(1)].reports[1:]
        assert (report.entry, report.verdict, report.duplicate_of) == (6, Verdict.EDIT, 1)

    def test_a_report_begins_where_it_has_no_headline_brings_or_edits_news(self, store: SqlStore) -> None:
        text = {"summary": "Rescuers came. " + "x" * BEGINNING}
        update = new_entry(102, story=101, verdict=Verdict.UPDATE, **text)
        edit = new_entry(104, story=101, verdict=Verdict.EDIT, **text)
        store.record_ingest(batch(new_entry(101, **text), update, new_entry(103, story=101, title="", **text), edit))
        reports = store.stories([StoryId(101)])[StoryId(101)].reports
        assert [report.beginning for report in reports] == ["", *[text["summary"][:BEGINNING]] * 3]

    def test_an_address_of_any_length(self, store: SqlStore) -> None:
        address = "https://bbc.example/" + "x" * 9000
        store.record_ingest(batch(new_entry(1, url=address)))
        assert [found.id for found in store.entries_by_url(address)] == [1]

    @pytest.mark.parametrize(
        "terms, found",
        [
            ([["huawei"]], [2, 1]),
            ([["huawei"], ["5g"]], [1]),
            ([["5g", "zte"]], [2, 1]),
            ([["huawei"], ["5g", "zte"]], [2, 1]),
            ([["hua*"]], [4, 2, 1]),
            ([["hua*"], ["z*", "ñan*"]], [4, 2]),
            ([["华为"]], [2]),
            ([["技"]], []),
            ([["at&t"]], [3]),
            ([["at"]], []),
            ([["o'brien"], ["co-operate"]], [3]),
            ([["5.25"]], [3]),
            ([["c++"], ["a_b"], ["a\\b"]], [3]),
            ([["co-*"]], [3]),
            ([["ñandú"]], [4]),
            ([["nandu"]], []),
            ([["\U0001e900\U0001e901"]], [4]),
            ([["\U0001e900*"]], [4]),
            ([["never"]], []),
            ([["huawei"], []], []),
            ([], [5, 4, 3, 2, 1]),
            (None, [5, 4, 3, 2, 1]),
        ],
        ids=repr,
    )
    def test_search_is_an_and_of_ors(self, store: SqlStore, terms: list[list[str]] | None, found: list[int]) -> None:
        fill(store)
        assert [one.id for one in store.search(terms, None, None, 9)] == found

    def test_search_pages_from_the_newest(self, store: SqlStore) -> None:
        fill(store)
        assert [one.id for one in store.search(None, NOW + 3 * MINUTE, None, 9)] == [5, 4, 3]
        assert [one.id for one in store.search(None, NOW + 3 * MINUTE, EntryId(5), 1)] == [4]
        assert [one.id for one in store.search([["huawei"]], None, EntryId(2), 9)] == [1]

    def test_search_is_the_same_for_common_and_rare_words_however_they_lie(self, store: SqlStore) -> None:
        dice = random.Random(16)
        numbers = [*range(1, 7_001), *range(2_000_000, 2_000_500)]  # a restore leaves such a gap
        made = {}
        for place, number in enumerate(numbers):
            terms = [word for word, share in (("half", 2), ("tenth", 10), ("rare", 1_000)) if not dice.randrange(share)]
            terms += ["once"] if place == 3 else ["early"] if place < 900 else ["late"] if place > 7_300 else []
            terms += ["bursts"] if place // 500 % 7 == 2 else []
            seen_at = NOW + place * MINUTE if place % 50 else NOW + dice.randrange(7_500) * MINUTE
            made[number] = new_entry(number, terms=tuple(terms), seen_at=seen_at)
        store.record_ingest(batch(*made.values()))
        for terms in ("half", "tenth", "rare", "once", "early", "late", "bursts", "rare tenth", "half bursts", "never"):
            for since in (None, NOW + 6_900 * MINUTE, NOW + 7_400 * MINUTE, NOW + 8_000 * MINUTE):
                expected = [
                    number
                    for number, new in reversed(made.items())
                    if set(terms.split()) <= set(new.terms) and (since is None or new.entry.seen_at >= since)
                ]
                found: list[int] = []
                while page := store.search(
                    [[term] for term in terms.split()], since, EntryId(found[-1]) if found else None, 90 + len(found)
                ):
                    found += [one.id for one in page]
                assert found == expected, (terms, since)

    def test_search_shows_an_item_as_it_reads_now(self, store: SqlStore) -> None:
        edits = (
            new_entry(2, story=1, terms=("ferry",), verdict=Verdict.EDIT),
            new_entry(4, story=1, terms=("ferry", "rescue"), verdict=Verdict.EDIT),
        )
        copy = new_entry(3, story=1, terms=("ferry",), verdict=Verdict.NEAR_DUPLICATE)
        store.record_ingest(batch(new_entry(1, terms=("ferry", "first")), edits[0], copy, edits[1]))
        assert [one.id for one in store.search([["ferry"]], None, None, 9)] == [4, 3]
        assert store.search([["first"]], None, None, 9) == [], "an earlier wording is not what the item says"
        assert [one.id for one in store.wordings(EntryId(1))] == [1, 2, 4]
        assert [one.item for one in store.wordings(EntryId(1))] == [1, 1, 1]
        assert [(one.id, one.item) for one in store.wordings(EntryId(3))] == [(3, 3)]

    def test_which_feed_an_entry_came_from(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(1), new_entry(2, feed=None)))
        assert store.feeds_of([EntryId(1), EntryId(2), EntryId(9)]) == {1: "bbc"}

    def test_which_entries_of_a_feed_bear_a_date(self, store: SqlStore) -> None:
        store.record_ingest(
            batch(
                new_entry(1, published_at=NOW),
                new_entry(2, published_at=NOW - MINUTE),
                new_entry(3, published_at=NOW, feed=FeedId("other")),
                new_entry(4),
                new_entry(5, published_at=NOW),
            )
        )
        dated = [one.id for one in store.entries_dated(FeedId("bbc"), [NOW, NOW + MINUTE])]
        assert dated == [1, 5]
        assert store.entries_dated(FeedId("bbc"), []) == []

    def test_which_entries_never_alerted_by_themselves(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(1, silent=True), new_entry(2), new_entry(3, silent=True)))
        assert store.silent_entries([EntryId(1), EntryId(2), EntryId(9)]) == {1}
        assert store.silent_entries([]) == frozenset()

    def test_how_many_entries_hold_a_term(self, store: SqlStore) -> None:
        fill(store)
        assert store.document_frequency(["huawei", "hua*", "never"]) == {"huawei": 2, "hua*": 3, "never": 0}
        assert store.document_frequency([]) == {}

    def test_an_entry_of_very_many_words(self, store: SqlStore) -> None:
        terms = ("first", *(f"word{number:07}" for number in range(200_000)), "x" * 5000)
        store.record_ingest(batch(new_entry(1, terms=terms)))
        assert len(store.search([["first"], ["word0000001"]], None, None, 9)) == 1

    def test_how_long_news_took(self, store: SqlStore) -> None:
        assert store.latency(NOW) == Latency()
        minutes = {1: 1, 2: 3, 3: 8, 4: -5, 5: None}
        dates = {number: None if late is None else NOW - late * MINUTE for number, late in minutes.items()}
        entries = [
            new_entry(number, published_at=date, feed="other" if number == 3 else "bbc")
            for number, date in dates.items()
        ]
        baseline = new_entry(6, published_at=NOW - timedelta(days=9), silent=True)
        before = new_entry(7, published_at=NOW - timedelta(days=9), seen_at=NOW - MINUTE)
        store.record_ingest(batch(*entries, baseline, before))
        sent = delivery("k1", "news", 1, 2)
        edit = replace(delivery("k2", "news", 3), kind=MessageKind.UPDATE)
        store.add_deliveries([sent, edit, delivery("k3", "news", 4)])
        for row in (sent, edit):
            store.save_delivery(replace(row, state=DeliveryState.SENT, settled_at=AT + 2 * MINUTE))
        latency = store.latency(NOW)
        assert sorted(latency.published_to_seen) == [0, 60, 180, 480]
        assert latency.lag == {"bbc": 60, "other": 480}
        assert latency.seen_to_posted == (120, 120)

    def test_counts(self, store: SqlStore) -> None:
        fill(store)
        store.record_ingest(batch(new_entry(6, story=1), waiting=(waits("news", 1),)))
        counts = store.counts()
        assert (counts.entries, counts.stories, counts.inbox, counts.waiting, counts.outbox) == (6, 5, 0, 1, {})

    def test_pruning_takes_what_is_old_and_all_that_hangs_on_it(self, store: SqlStore) -> None:
        fill(store)
        store.record_ingest(
            batch(
                new_entry(6, story=2, terms=(), seen_at=NOW + 6 * MINUTE),
                matches=(story_match(1), story_match(2), story_match(3)),
                identity_records={"old": b""},
                merges=((StoryId(0), StoryId(1)),),
            )
        )
        store.record_ingest(batch(identity_records={"new": b""}, at=NOW + 6 * MINUTE))
        done = delivery("done", "news", 1)
        store.record_digest(
            DigestBatch(
                channel=ChannelId("news"),
                state=ChannelState(channel=ChannelId("news")),
                deliveries=(done, delivery("open", "news", 1)),
                posted=(posted("news", 1), posted("news", 5, posted_at=NOW + 6 * MINUTE)),
            )
        )
        store.save_delivery(delivery("done", "news", 1, state="sent"))
        store.add_notices([Notice(key="a", text="", at=NOW), Notice(key="b", text="", at=NOW)])
        store.settle_notices(["a"], [])
        assert store.prune(NOW + 3 * MINUTE, NOW - MINUTE) > 0
        assert [one.id for one in store.search(None, None, None, 9)] == [6, 5, 4, 3]
        assert store.search([["5g"]], None, None, 9) == []
        assert [m.story for m in store.story_matches([StoryId(1), StoryId(2), StoryId(3)])] == [2, 3]
        assert store.story_of(StoryId(0)) == 0
        assert sorted(store.identity_records(["old", "new"])) == ["new", "old"], "ids of seen items are kept longer"
        assert len(store.posted([StoryId(1), StoryId(5)])) == 2
        assert store.delivery("done") is None
        assert store.delivery("open") is not None, "what was not sent is never dropped"
        assert [notice.key for notice in store.notices()] == ["b"]
        store.prune(NOW + 3 * MINUTE, NOW + 3 * MINUTE)
        assert sorted(store.identity_records(["old", "new"])) == ["new"]
        assert [p.story for p in store.posted([StoryId(1), StoryId(5)])] == [5]
        assert store.prune(NOW + 3 * MINUTE, NOW + 3 * MINUTE) == 0

    def test_what_is_silent_outlives_the_archive_as_ids_do(self, store: SqlStore) -> None:
        """Else an edit of an undated item that stood in its feed from the beginning was told as news."""
        day = timedelta(days=1)
        for number in (1, 2):
            store.record_ingest(
                batch(
                    new_entry(number, seen_at=NOW + number * day),
                    silent_matches=(story_match(number),),
                    merges=((StoryId(number + 10), StoryId(number)),),
                )
            )
        both = [StoryId(1), StoryId(2)]
        store.prune(NOW + 1.5 * day, NOW - 300 * day)
        store.prune(NOW + 20 * day, NOW - 280 * day)
        assert store.counts().entries == 0
        assert [list(rules.values()) for rules in store.matched_rules(both).values()] == [[True], [True]]
        assert store.story_of(StoryId(12)) == 2
        store.record_ingest(batch(new_entry(30, seen_at=NOW + 300 * day)))
        store.prune(NOW + 301 * day, NOW + 3 * day)
        assert list(store.matched_rules(both)) == [2]
        assert (store.story_of(StoryId(11)), store.story_of(StoryId(12))) == (11, 2)
        store.record_ingest(batch(new_entry(31, seen_at=NOW + 400 * day)))
        store.prune(NOW + 401 * day, NOW + 100 * day)
        assert store.matched_rules(both) == {}

    def test_pruning_spares_what_still_waits_for_its_digest(self, store: SqlStore) -> None:
        store.record_ingest(batch(new_entry(1), new_entry(2, story=1), new_entry(3), waiting=(waits("news", 1),)))
        store.prune(NOW + timedelta(days=400), NOW)
        assert [one.id for one in store.search(None, None, None, 9)] == [2, 1]

    def test_pruning_in_slices(self, store: SqlStore) -> None:
        store.record_ingest(
            batch(*(new_entry(n) for n in range(1, 11)), identity_records={f"k{n}": b"" for n in range(10)})
        )
        later = NOW + MINUTE
        deleted = []
        while count := store.prune(later, later, limit=4):
            deleted.append(count)
        assert deleted == [8, 8, 4]
        assert store.counts().entries == 0

    def test_the_archive_is_read_whole_and_in_order(self, store: SqlStore) -> None:
        assert store.archive_span(None) == ArchiveSpan()
        fill(store)
        again = new_entry(6, story=1, verdict=Verdict.EDIT, terms=("huawei",), seen_at=NOW)
        store.record_ingest(batch(again))
        store.record_ingest(replace(batch(), merges=((StoryId(3), StoryId(2)),)))
        assert store.archive_span(None) == ArchiveSpan(entries=6, first_at=NOW, last_at=NOW + 5 * MINUTE)
        assert store.archive_span(NOW + 4 * MINUTE).entries == 2
        assert store.archive_span(NOW + 9 * MINUTE) == ArchiveSpan()
        assert store.archived_ids(None, None) == [1, 2, 3, 4, 5, 6]
        assert store.archived_ids([["huawei"]], None) == [1, 2, 6]
        assert store.archived_ids([["huawei"]], NOW + 2 * MINUTE) == [2]
        assert store.archived_ids([["huawei"], []], None) == []
        assert store.archived_of([StoryId(1), StoryId(2), StoryId(3)]) == [1, 2, 3, 6]
        store.record_ingest(batch(new_entry(7, feed=FeedId("other")), new_entry(8, feed=None), new_entry(9, feed=None)))
        assert store.first_of_feeds(None) == [1, 7, 8]
        assert store.first_of_feeds(NOW + 2 * MINUTE) == [2]
        assert [(one.id, one.story) for one in store.archived([EntryId(3), EntryId(1), EntryId(99)])] == [
            (1, 1),
            (3, 2),
        ]
        texts = store.archived_texts([EntryId(3), EntryId(1), EntryId(99)])
        assert [(one.id, one.entry, one.reading, one.story) for one in texts] == [
            (one.id, one.entry, one.reading, one.story) for one in store.archived([EntryId(1), EntryId(3)])
        ]
        decided = store.decided_of([StoryId(2), StoryId(1)])
        assert [(one.decision, one.seen_at, one.published_at) for one in decided] == [
            (one.decision, one.entry.seen_at, one.entry.published_at)
            for one in store.archived(store.archived_of([StoryId(2), StoryId(1)]))
        ]

    def test_a_snapshot_stands_still(self, store: SqlStore, reopen: Reopen) -> None:
        fill(store)
        reader = reopen()
        with reader.snapshot():
            assert len(reader.archived_ids(None, None)) == 5
            store.record_ingest(batch(new_entry(6, seen_at=NOW)))
            assert len(reader.archived_ids(None, None)) == 5
        assert len(reader.archived_ids(None, None)) == 6
