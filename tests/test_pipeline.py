"""The stages on a real store, on a clock of the test's own: what alerts, once, and what a crash leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot import messages, pipeline
from bot.errors import StoreError
from bot.model import (
    ChannelId,
    Feed,
    FeedId,
    MessageKind,
    Notice,
    OutletId,
    PollRecord,
    Priority,
    Quiet,
    WaitingKind,
)
from tests.builders import article_url, entry, rule
from tests.newsroom import DESK, NOW, NOWHERE, WIRE, Newsroom, PlainSink, rules
from tests.store.faults import refusing


def test_a_matching_entry_waits_for_its_digest_and_is_told_once() -> None:
    room = Newsroom(rules(rule("h", "Huawei AND 5G")))
    room.arrive("Huawei wins 5G contract", "Bakery wins prize")
    done = room.ingest()
    assert (done.taken, done.new, len(done.matches)) == (2, 2, 1)
    assert room.digest() == []
    room.later(minutes=15)
    assert room.digest() == [["Huawei wins 5G contract"]]
    room.later(minutes=15)
    assert room.digest() == []
    assert room.store.inbox(10) == []


def test_a_copy_counts_as_a_source_and_is_not_told_again() -> None:
    room = Newsroom(rules(rule("h", "Huawei AND 5G", to=(NOWHERE,))))
    room.arrive("Huawei wins 5G contract in Velmora after long contest")
    room.ingest()
    assert room.digest() == [["Huawei wins 5G contract in Velmora after long contest"]]
    room.later(minutes=5)
    room.arrive("Huawei wins 5G contract in Velmora after long contest", source="other")
    room.ingest()
    waiting = room.store.waiting(NOWHERE)
    assert [row.kind for row in waiting] == [WaitingKind.REPORT]
    made = pipeline.digest(room.store, room.ruleset, PlainSink(), room.now)
    assert [row.kind for row in made.deliveries] == [MessageKind.UPDATE]
    assert [s.outlet for s in made.deliveries[0].digest.stories[0].sources] == ["w", "other"]


@pytest.mark.parametrize(
    "how",
    [{"silent": True}, {"age": timedelta(days=4)}, {"silent": True, "age": timedelta(days=9)}],
    ids=["baseline", "older than max_age", "baseline of before the window"],
)
def test_old_news_does_not_alert_but_a_fresh_report_of_it_does(how: dict[str, object]) -> None:
    room = Newsroom(rules(rule("h", "Huawei AND 5G", to=(NOWHERE,))))
    room.arrive("Huawei wins 5G contract in Velmora after long contest", **how)  # type: ignore[arg-type]  # by keyword
    assert room.ingest().new == 1
    assert room.digest() == []
    room.later(hours=1)
    room.arrive("Huawei wins 5G contract in Velmora after long contest", source="other")
    room.ingest()
    assert room.digest() == [["Huawei wins 5G contract in Velmora after long contest"]]


@pytest.mark.parametrize("is_marked", [True, False], ids=["guids", "neither guid nor URL"])
def test_two_stories_that_look_alike_are_two_messages(is_marked: bool) -> None:
    """A status page: one headline several times a day, at one URL or at none. The second was taken for the first."""
    room = Newsroom(rules(rule("h", "Payments OR Mail OR Search", to=(NOWHERE,))))
    texts = (
        "Mail from the eastern data centre arrives up to forty minutes late since nine o'clock.",
        "Payments by card are declined in Spain and Portugal; an engineer of the bank is looking into it.",
        "Search gives no results to visitors without an account. A fix is being rolled out.",
    )
    for number, text in enumerate(texts):
        told = entry(
            "Service disruption",
            guid=f"incident-{number}" if is_marked else None,
            url=None,
            summary=text,
            feed=WIRE,
            source=OutletId("w"),
            seen_at=room.now,
            published_at=room.now,
        )
        room.store.record_polls([PollRecord(state=room.state, entries=(told,), baseline=0)])
        if number != 1:  # the first alone, the others in one go
            room.ingest()
            assert len(room.digest()) == (1 if number == 0 else 2)
            room.later(hours=1)
    assert len(room.store.open_deliveries()) == 3


_ABOUT_US = "Here you read what happens on the network, from six in the morning until the last train. " * 25


@pytest.mark.parametrize("date", ["none", "of the day", "of the poll"])
@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["Line 4 is delayed by ten minutes.", "Line 6 is delayed by ten minutes."], 2),
        (["Station Marlow closed.", "Station Marlon closed."], 2),
        (["Trains on Line 4 run again.", "Trains on Line 4 do not run again."], 2),
        # What denies is a word of several languages.
        (["Broen er åben for alle biler i dag.", "Broen er ikke åben for alle biler i dag."], 2),
        (["Il ponte è aperto a tutti.", "Il ponte non è aperto a tutti."], 2),
        (["Le pont est ouvert aujourd'hui.", "Le pont n'est pas ouvert aujourd'hui."], 2),
        # What is new stands below.
        ([f"{_ABOUT_US} A train left the rails at Varno.", f"{_ABOUT_US} A dam burst above Ilmarsk."], 2),
        (["", "Mail is slow."], 2),
        (["خط ۴ متوقف است", "خط ۶ متوقف است"], 2),
        (["停电影响东区", "停电影响西区"], 2),
        (
            [
                "Due to a signal failure, trains on Line 4 from Alder are delayed by 20 minutes until further notice.",
                "Due to a signal failure, trains on Line 6 from Cedar are delayed by 30 minutes until further notice.",
            ],
            2,
        ),
        (["Mail is slow.", "Search is down.", "Mail is slow."], 2),
        (["Line 4 is delayed.", "<p>Line 4 is delayed.</p>"], 1),
        (["", ""], 1),
        # An edit counts as another item: never the fault that loses news.
        (["Trains delaied on the eastern line.", "Trains delayed on the eastern line."], 2),
    ],
)
def test_an_item_without_guid_and_url_is_told_by_what_it_says(texts: list[str], told: int, date: str) -> None:
    room = Newsroom(rules(rule("h", "disruption", to=(NOWHERE,))))
    keys = set()
    for text in texts:
        published = {"none": None, "of the day": NOW, "of the poll": room.now}[date]
        item = entry(
            "Service disruption",
            guid=None,
            url=None,
            summary=text,
            feed=WIRE,
            source=OutletId("w"),
            seen_at=room.now,
            published_at=published,
        )
        room.store.record_polls([PollRecord(state=room.state, entries=(item,))])
        room.ingest()
        made = pipeline.digest(room.store, room.ruleset, PlainSink(), room.now).deliveries
        keys |= {row.key for row in made if row.kind is MessageKind.IMMEDIATE}
        room.later(minutes=30)
        room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
    assert len(keys) == told


def test_a_message_that_is_planned_twice_is_one_row() -> None:
    """By whom ever (a worker without the lease, tables put back by hand): its key holds the second off."""
    room = Newsroom(rules(rule("h", "Huawei", to=(NOWHERE,))))
    room.arrive("Huawei opens shop")
    room.ingest()
    database = room.store.database
    database.run("CREATE TABLE planned AS SELECT * FROM waiting")
    assert room.digest() == [["Huawei opens shop"]]
    (sent,) = room.store.open_deliveries()
    database.run("DELETE FROM posted")
    database.run("INSERT INTO waiting SELECT * FROM planned")
    assert room.digest() == [["Huawei opens shop"]]
    assert [row.key for row in room.store.open_deliveries()] == [sent.key]


def test_an_edit_of_a_silent_entry_stays_silent() -> None:
    room = Newsroom(rules(rule("h", "Huawei", to=(NOWHERE,))))
    item = entry("Huawei opens shop", guid="g", url="https://w.example/g", feed=WIRE, source=OutletId("w"))
    room.store.record_polls([PollRecord(state=room.state, entries=(item,), baseline=1)])
    room.ingest()
    room.later(hours=1)
    edited = replace(item, title="Huawei opens large shop", seen_at=room.now)
    room.store.record_polls([PollRecord(state=room.state, entries=(edited,))])
    assert room.ingest().new == 1
    assert room.digest() == []


def test_what_several_feeds_brought_is_taken_in_as_it_was_seen_and_each_feed_in_its_own_order() -> None:
    newsroom = Newsroom(rules(rule("Orbrecht")))
    moments = [("slow", 3, "Mayor of Veyra resigns"), ("slow", 2, "Bakers of Karsholm walk out")]
    moments += [("quick", 1, "Ferry fares in Melk are cut"), ("quick", 4, "Orbrecht opens a tunnel")]
    for source, second, title in moments:
        seen_at = NOW + timedelta(seconds=second)
        row = entry(
            title, url=article_url(title, source), feed=FeedId(source), source=OutletId(source), seen_at=seen_at
        )
        newsroom.store.record_polls([PollRecord(state=newsroom.state, entries=(row,))])
    done = pipeline.ingest(newsroom.store, newsroom.ingest_state, NOW)
    assert [new.entry.title.split()[0] for new in done.entries] == ["Ferry", "Mayor", "Bakers", "Orbrecht"]


def test_the_same_entry_again_changes_nothing() -> None:
    room = Newsroom(rules(rule("h", "Huawei", to=(NOWHERE,))))
    room.arrive("Huawei opens shop")
    room.ingest()
    room.arrive("Huawei opens shop")
    again = room.ingest()
    assert (again.taken, again.new) == (1, 0)


def test_two_rules_of_one_channel_make_one_entry_that_names_both() -> None:
    room = Newsroom(rules(rule("a", "Huawei"), rule("b", "5G")))
    room.arrive("Huawei wins 5G contract")
    room.ingest()
    room.later(minutes=15)
    made = pipeline.digest(room.store, room.ruleset, PlainSink(), room.now)
    assert [story.rules for row in made.deliveries for story in row.digest.stories] == [("a", "b")]


def test_a_match_by_a_rule_of_higher_priority_returns_as_an_update() -> None:
    room = Newsroom(rules(rule("a", "Huawei"), rule("b", "ban", priority=Priority.URGENT)))
    room.arrive("Huawei faces questions in Velmora over 5G core network equipment")
    room.ingest()
    room.later(minutes=15)
    room.digest()
    room.later(minutes=5)
    room.arrive("Huawei faces ban in Velmora over 5G core network equipment", source="other")
    room.ingest()
    kinds = {row.kind for row in room.store.waiting(DESK)}
    assert kinds == {WaitingKind.UPDATE}


@pytest.mark.parametrize(("priority", "moving"), [(Priority.URGENT, ["immediate", "update"]), (Priority.NORMAL, [])])
def test_an_urgent_match_in_quiet_hours_takes_along_the_post_that_could_not_go_out_before(
    priority: Priority, moving: list[str]
) -> None:
    wanted = (
        rule("h", "Huawei", to=(NOWHERE,), priority=Priority.LOW),
        rule("r", "recall", to=(NOWHERE,), priority=priority),
    )
    room = Newsroom(rules(*wanted))
    quiet = replace(room.ruleset.channels[NOWHERE], quiet=Quiet(start=time(9, 30), end=time(17)))
    room.ruleset = replace(room.ruleset, channels={**room.ruleset.channels, NOWHERE: quiet})
    room.arrive("Huawei wins 5G contract in Velmora port")
    room.ingest()
    assert len(room.digest()) == 1
    room.later(hours=1)
    room.arrive("Huawei wins 5G contract in Velmora port, recall of phones", source="other")
    room.ingest()
    assert len(room.digest()) == 1
    assert [row.kind for row in pipeline.undelivered(room.store, room.ruleset, room.now)] == moving


@pytest.mark.parametrize(
    ("where", "priority", "moving"),
    [
        (NOWHERE, Priority.URGENT, ["immediate"]),
        (NOWHERE, Priority.NORMAL, []),
        (DESK, Priority.URGENT, []),
        (DESK, Priority.NORMAL, []),
    ],
    ids=["urgent, at once", "normal, at once", "urgent, digests", "normal, digests"],
)
def test_an_urgent_match_does_not_wait_for_a_post_that_is_never_edited(
    where: ChannelId, priority: Priority, moving: list[str]
) -> None:
    """With `follow: none` nothing hangs on the post that quiet hours hold: it comes in the morning, as it was made."""
    wanted = (
        rule("h", "Huawei", to=(where,), priority=Priority.LOW),
        rule("r", "recall", to=(where,), priority=priority),
    )
    room = Newsroom(rules(*wanted))
    quiet = Quiet(start=time(9, 30), end=time(17))
    channels = {
        name: replace(one, quiet=quiet, follow="none") if name == where else one
        for name, one in room.ruleset.channels.items()
    }
    room.ruleset = replace(room.ruleset, channels=channels)
    room.arrive("Huawei wins 5G contract in Velmora port")
    room.ingest()
    room.later(minutes=15)
    (held,) = room.digest()
    room.later(hours=1)
    room.arrive("Huawei wins 5G contract in Velmora port, recall of phones", source="other")
    room.ingest()
    room.digest()
    waiting = pipeline.undelivered(room.store, room.ruleset, room.now)
    assert [row.kind for row in waiting] == moving
    assert [row.digest.stories[0].title for row in waiting] == [
        "Huawei wins 5G contract in Velmora port, recall of phones"
    ] * len(moving)
    room.now = NOW.replace(hour=17)
    room.digest()
    morning = [
        [story.title for story in row.digest.stories]
        for row in pipeline.undelivered(room.store, room.ruleset, room.now)
    ]
    assert morning[0] == held


def test_an_ingest_that_cannot_be_kept_leaves_the_inbox_as_it_was() -> None:
    room = Newsroom(rules(rule("h", "Huawei", to=(NOWHERE,))))
    room.arrive("Huawei wins 5G contract")
    with refusing(room.store, "INSERT ON waiting"), pytest.raises(StoreError):
        room.ingest()
    assert len(room.store.inbox(10)) == 1
    assert room.store.counts().entries == 0
    room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
    assert room.ingest().new == 1
    assert room.digest() == [["Huawei wins 5G contract"]]


def test_notices_go_to_ops_once() -> None:
    made = rules(rule("h", "Huawei"))
    room = Newsroom(replace(made, settings=replace(made.settings, timezone="Europe/Berlin")))
    said = "The Wire fails: down from 24 Nov 05:00 UTC"
    room.store.add_notices([Notice(key="k", text=said, at=NOW)])
    told = messages.announce(room.store, room.ruleset, PlainSink(), NOW, True)
    assert [notice.text for notice in told] == [said], "what a server says of itself stands as it said it"
    assert messages.announce(room.store, room.ruleset, PlainSink(), NOW, True) == ()
    rows = room.store.open_deliveries()
    assert [(row.channel, row.kind, row.digest.title) for row in rows] == [("ops", MessageKind.NOTICE, said)]


def test_without_an_ops_channel_a_notice_is_settled_for_the_log() -> None:
    room = Newsroom(replace(rules(rule("h", "Huawei")), channels={}))
    room.store.add_notices([Notice(key="k", text="The Wire fails", at=NOW)])
    assert len(messages.announce(room.store, room.ruleset, PlainSink(), NOW, True)) == 1
    assert room.store.open_deliveries() == []
    assert room.store.notices() == []


def test_what_a_feed_carries_for_somebody_else_counts_as_theirs() -> None:
    carried = entry(
        "Huawei wins", url="https://news.google.com/rss/articles/CBMi", source_url="https://www.paper.example/"
    )
    carrier = Feed(id=FeedId("carrier"), url="https://news.google.com/rss", name="Carrier")
    assert pipeline.with_outlet(carried, carrier).source == "paper.example"
    assert pipeline.with_outlet(replace(carried, source_url=None), carrier).source == "google.com"
    assert pipeline.with_outlet(carried, replace(carrier, outlet="own")).source == "own"


def test_a_story_that_waits_for_a_channel_that_was_renamed_or_dropped_goes_where_its_rule_posts_now() -> None:
    """They waited for ever: nobody asks for what waits for a channel that there is not."""
    room = Newsroom(rules(rule("h", "Huawei", to=(DESK,)), rule("z", "Zetrix", to=(DESK,))))
    room.arrive("Huawei wins 5G contract", "Zetrix chief steps down")
    room.ingest()
    room.ruleset = replace(
        rules(rule("h", "Huawei", to=(NOWHERE,))), channels={NOWHERE: room.ruleset.channels[NOWHERE]}
    )
    assert room.digest() == [["Huawei wins 5G contract"]]
    assert room.store.waiting_channels() == []
    (notice,) = room.store.notices()
    assert notice.text.splitlines() == [
        "The rules file no longer has the channel desk: what waited for it (1 story) now waits for now.",
        "1 story waited for the channel desk, which the rules file no longer has, nor the rules that found them: "
        "not posted.",
        "• Zetrix chief steps down",
    ]


def test_ops_hear_of_a_rule_that_a_learnt_line_will_no_longer_be_found_by() -> None:
    """`Affected: Orbrecht Payments` ended every report of a status page; after the fifth the rule was silent, and no
    word of it."""
    room = Newsroom(rules(rule("o", "Orbrecht", to=(NOWHERE,))))
    faults = (
        "cards are declined in Spain",
        "mail is late in Oslo",
        "maps show a wrong town",
        "calls drop",
        "doors jam",
    )
    for number, fault in enumerate((*faults, "invoices carry no number")):
        told = entry(
            f"Incident: {fault}",
            f"<p>Since {number} o'clock {fault}.</p><p>Engineer {number * 37} looks into it.</p>"
            "<p>Affected: Orbrecht Payments</p>",
            guid=f"g{number}",
            url=f"https://status.example/{number}",
            feed=WIRE,
            seen_at=room.now,
        )
        room.store.record_polls([PollRecord(state=room.state, entries=(told,))])
        room.ingest()
        assert len(room.digest()) == (number < 5)
        assert len(room.store.notices()) == (number >= 4)
        room.later(hours=3)
    (notice,) = room.store.notices()
    assert "“Affected: Orbrecht Payments”" in notice.text
    assert 'promo:"Orbrecht"' in notice.text
    assert notice.rule == "o"
