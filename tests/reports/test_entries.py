"""What `explain` says of an entry in the archive, found by any spelling of its URL: why each hidden line was hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import DigestPlan, EntryId, FeedId, OutletId, PollRecord, Report, Story, StoryId, Verdict
from bot.pipeline import IngestState
from bot.reports.archive import entries_named
from bot.reports.entries import coverage_line, entry_report
from bot.reports.search import search_archive, search_row
from tests.builders import NOW, article_url, channel, entry, feed, rule
from tests.newsroom import DESK, WIRE, Newsroom, rules

AS_THE_FEED_HAS_IT = "https://one.example/news/huawei-5g?utm_source=rss&utm_medium=feed"


@pytest.fixture
def room() -> Newsroom:
    room = Newsroom(rules(rule("h", "Huawei", to=(DESK,))))
    told = entry(
        "Huawei wins 5G contract",
        "<p>Huawei beat two rivals.</p><p>Read more: Orbrecht strike</p>"
        "<ul><li><a href='/a'>Zetrix chief quits</a></li></ul>",
        guid="1",
        url=AS_THE_FEED_HAS_IT,
        feed=WIRE,
        seen_at=room.now,
    )
    room.store.record_polls([PollRecord(state=room.state, entries=(told,))])
    room.ingest()
    return room


@pytest.mark.parametrize(
    "spelled",
    [
        AS_THE_FEED_HAS_IT,
        "https://one.example/news/huawei-5g",
        "http://www.one.example/news/huawei-5g/?fbclid=1",
        "one.example/news/huawei-5g",
    ],
)
def test_an_entry_is_found_by_any_spelling_of_its_url(room: Newsroom, spelled: str) -> None:
    """People copy the URL from their browser: without what the feed appended to it, there was no such entry."""
    assert [found.entry.title for found in entries_named(room.store, spelled)] == ["Huawei wins 5G contract"]
    assert entries_named(room.store, "https://one.example/news/other") == []


def test_a_hidden_line_of_the_archive_is_explained_by_what_hid_it(room: Newsroom) -> None:
    """All of them were said to be repeated in several stories of their feed."""
    (stored,) = entries_named(room.store, AS_THE_FEED_HAS_IT)
    hidden = entry_report(room.store, room.ruleset, stored)["entry"]["hidden"]
    assert [(row["text"], row["reason"]) for row in hidden] == [
        ("Read more: Orbrecht strike", "begins with the label “read more”"),
        ("Zetrix chief quits", "a link or a list item beside the text, by its HTML"),
    ]


def test_what_waits_for_a_channel_that_is_gone_is_told(room: Newsroom) -> None:
    (stored,) = entries_named(room.store, AS_THE_FEED_HAS_IT)
    without = replace(room.ruleset, channels={})
    assert entry_report(room.store, room.ruleset, stored)["held_back"] == ["desk: waits since 24 Nov 09:00"]
    (reason,) = entry_report(room.store, without, stored)["held_back"]
    assert reason.startswith("desk: waits since 24 Nov 09:00; the rules file no longer has this channel")


def test_what_a_digest_only_counted_is_told() -> None:
    """`Sent: nothing`, and no reason."""
    ruleset = rules(rule("h", "Huawei", to=(DESK,)))
    capped = channel(DESK, digest=DigestPlan(every=timedelta(minutes=15), max_stories=1))
    room = Newsroom(replace(ruleset, channels={DESK: capped}))
    room.arrive("Huawei wins 5G contract", "Museum of Huawei opens in Kassaby")
    room.ingest()
    room.later(minutes=15)
    assert room.digest() == [["Huawei wins 5G contract"]]
    told, counted = room.store.archived([EntryId(1), EntryId(2)])
    assert entry_report(room.store, room.ruleset, told)["held_back"] == []
    assert entry_report(room.store, room.ruleset, counted)["held_back"] == [
        "desk: counted, not shown: above max_stories of its digest of 24 Nov 09:15"
    ]


@pytest.mark.parametrize("restarted", [False, True])
def test_what_a_baseline_holds_from_before_the_window_is_found_and_explained(*, restarted: bool) -> None:
    """It is compared with nothing; where it is edited, it stays the item that it is, and tells nobody."""
    ruleset = rules(rule("h", "Huawei", to=(DESK,)))
    room = Newsroom(replace(ruleset, settings=replace(ruleset.settings, max_age=timedelta(days=365))))
    room.arrive("Huawei wins 5G contract", "Huawei sues Kassaby", silent=True, age=timedelta(days=30))
    assert (room.ingest().stories, room.digest()) == (2, [])
    if restarted:
        room.ingest_state = IngestState.load(room.store, room.ruleset)
    room.later(hours=1)
    edited = entry(
        "Huawei wins 5G contract at last",
        guid="w:Huawei wins 5G contract",
        url=article_url("Huawei wins 5G contract", "w"),
        feed=WIRE,
        source=OutletId("w"),
        seen_at=room.now,
        published_at=room.now,
    )
    room.store.record_polls([PollRecord(state=room.state, entries=(edited,))])
    room.ingest()
    assert room.digest() == []
    rows = [search_row(stored) for stored, _ in search_archive(room.store, room.ruleset.rules[0], room.ruleset)]
    assert [(row["title"], row["verdict"], row["story"]) for row in rows] == [
        ("Huawei wins 5G contract at last", "edit", "1"),
        ("Huawei sues Kassaby", "new_story", "2"),
    ]
    old, *_ = room.store.archived([EntryId(2)])
    report = entry_report(room.store, room.ruleset, old)
    assert report["story"]["reason"].startswith("A new story: published before the story window opened")
    assert report["held_back"] == ["h: silent; the entry was there when its feed was first read"]


def test_what_was_learnt_of_a_feed_is_known_under_its_next_id() -> None:
    """A line of all its entries was text again, and rules held on it."""
    renamed = FeedId("renamed")
    room = Newsroom(replace(rules(rule("h", "Orbrecht", to=(DESK,))), feeds=(feed(renamed),)))
    learnt = "INSERT INTO learnt_lines (feed, line) VALUES (?, ?)"
    room.store.database.run(learnt, (WIRE, "a service of orbrecht media"))
    state = replace(room.state, feed=renamed, former=(WIRE,))
    room.store.add_feeds([state])
    told = entry(
        "Harbour opens again",
        "<p>Ships are expected from noon.</p><p>A service of Orbrecht Media</p>",
        guid="1",
        feed=renamed,
        seen_at=room.now,
    )
    room.store.record_polls([PollRecord(state=state, entries=(told,))])
    assert room.ingest().matches == ()
    (stored,) = room.store.archived([EntryId(1)])
    hidden = entry_report(room.store, room.ruleset, stored)["entry"]["hidden"]
    assert [(row["text"], row["reason"]) for row in hidden] == [
        ("A service of Orbrecht Media", "repeated in several stories of this feed"),
    ]


def test_coverage_counts_outlets_and_texts() -> None:
    def report(number: int, source: str, verdict: Verdict, of: int | None = None, *changes: str) -> Report:
        return Report(
            entry=EntryId(number),
            title=f"Title {number}",
            url=None,
            source=OutletId(source),
            feed=None,
            published_at=None,
            seen_at=NOW + timedelta(hours=number),
            verdict=verdict,
            duplicate_of=EntryId(of) if of else None,
            changes=changes,
        )

    story = Story(
        id=StoryId(1),
        reports=(
            report(1, "one.example", Verdict.NEW_STORY),
            report(2, "two.example", Verdict.NEAR_DUPLICATE, 1),
            report(3, "three.example", Verdict.UPDATE, None, "9 dead → 12 dead"),
            report(4, "one.example", Verdict.EDIT, 1),
        ),
    )
    assert coverage_line(story, {}) == "3 outlets, 2 independent texts, first: one.example"
    alone = Story(id=StoryId(1), reports=(report(1, "one.example", Verdict.NEW_STORY),))
    assert coverage_line(alone, {}) == "one.example", "one outlet, one text: the name says it all"
