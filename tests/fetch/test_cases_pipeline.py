"""docs/polling.md, fault cases 21 to 30, 40, 44 and 48, by number, through poll and ingest on a real store.

What alerts, and what does not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import pipeline
from bot.model import FeedId, Verdict
from tests.builders import rss, rss_item
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

BASE = rss(story(0), story(1))
LATER = "Tue, 24 Nov 2026 12:20:00 GMT"
CASES = {
    "21 all guids rewritten": (rss(story(0, guid="a"), story(1, guid="b")), []),
    "21 rewritten on every poll": (rss(story(0, guid="c"), story(1, guid="d")), []),
    "22 reordered": (rss(story(1), story(0)), []),
    "26 title edit": (rss(story(0, title="Port of Rotterdam reopens after the storm"), story(1)), []),
    "27 tracking added": (
        rss(story(0, link="https://news.example/2026/11/story-0?utm_source=rss&utm_medium=feed"), story(1)),
        [],
    ),
    "27 tracking and no guid": (
        rss(story(0, guid=None, link="https://news.example/2026/11/story-0?utm_campaign=x&sid=123456"), story(1)),
        [],
    ),
    "29 dates bumped": (
        rss(story(0, date="Tue, 24 Nov 2026 13:00:00 GMT"), story(1, date="Tue, 24 Nov 2026 13:00:00 GMT")),
        [],
    ),
    "a new one": (rss(story(2), story(0), story(1)), [TITLES[2]]),
    "a new one among rewritten guids": (rss(story(2), story(0, guid="e"), story(1, guid="f")), [TITLES[2]]),
}


@pytest.mark.parametrize("changed, alerts", CASES.values(), ids=list(CASES))
async def test_only_what_is_new_alerts(room: Room, server: Hostile, changed: str, alerts: list[str]) -> None:
    url = server.serve("/feed", answer(BASE), answer(changed), answer(BASE), answer(changed))
    assert await room.poll(url) == []
    assert await room.poll(url) == alerts
    assert await room.poll(url) == []
    assert await room.poll(url) == []


@pytest.mark.parametrize(
    ("behind", "alerts"),
    [
        ("Mon, 23 Nov 2026 08:00:00 GMT", []),
        ("Tue, 24 Nov 2026 08:41:07 GMT", []),
        ("Tue, 24 Nov 2026 12:20:00 GMT", [TITLES[3]]),
        ("Tue, 24 Nov 2026 00:00:00 GMT", [TITLES[3]]),
        ("Mon, 23 Nov 2026 00:00:00 GMT", []),
        ("", [TITLES[3]]),
    ],
    ids=[
        "of the day before",
        "of before the feed was read",
        "of since then",
        "of that day",
        "of a whole day before",
        "undated",
    ],
)
@pytest.mark.parametrize("is_at_once", [True, False], ids=["taken in at once", "after a backlog"])
async def test_what_comes_in_from_behind_is_of_the_baseline(
    room: Room, server: Hostile, behind: str, alerts: list[str], *, is_at_once: bool
) -> None:
    """A publisher takes the newest item away, or shows more of them: what slid in was told as news. A day without its
    hour may be any of it: what came out that afternoon was lost."""
    kept = [story(1, date="Tue, 24 Nov 2026 13:30:00 GMT"), story(0, date="Tue, 24 Nov 2026 13:00:00 GMT")]
    documents = [rss(story(2, date="Tue, 24 Nov 2026 13:40:00 GMT"), *kept), rss(*kept, story(3, date=behind))]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url, ingest=is_at_once), await room.poll(url)] == [[], alerts]


async def test_without_a_silent_baseline_what_comes_in_from_behind_is_told(room: Room, server: Hostile) -> None:
    """Who asked for `first_run: alert` has had no baseline that it could belong to."""
    loud = replace(room.ruleset, settings=replace(room.ruleset.settings, first_run="alert"))
    room = Room(room.store, room.poller, loud)
    kept = [story(1, date="Tue, 24 Nov 2026 13:30:00 GMT"), story(0, date="Tue, 24 Nov 2026 13:00:00 GMT")]
    behind = story(3, date="Mon, 23 Nov 2026 08:00:00 GMT")
    url = server.serve("/feed", answer(rss(*kept)), answer(rss(*kept, behind)))
    assert [await room.poll(url) for _ in range(2)] == [sorted(TITLES[:2]), [TITLES[3]]]


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (("Mon, 23 Nov 2026 08:00:00 GMT", "Sun, 22 Nov 2026 08:00:00 GMT"), 0),
        ((LATER, "Sun, 22 Nov 2026 08:00:00 GMT"), 1),
    ],
    ids=["all of them older", "one of today"],
)
async def test_a_page_of_older_items_is_of_the_baseline(
    room: Room, server: Hostile, dates: tuple[str, str], told: int
) -> None:
    """A cache's copy of days ago, or the second page, was told as news."""
    page = rss(
        *[story(number, date=date) for number, date in zip((1, 0), (LATER, LATER.replace("12", "11")), strict=True)]
    )
    older = rss(*[story(number, date=date) for number, date in zip((2, 3), dates, strict=True)])
    url = server.serve("/feed", answer(page), answer(older), answer(page))
    assert [len(await room.poll(url)) for _ in range(3)] == [0, told, 0]


async def test_what_is_new_in_a_feed_that_is_cut_each_time_is_told(room: Room, server: Hostile) -> None:
    """Its first document counted as cut until another came, and what that brought without a date as hidden by it."""
    first, second = rss(story(1), story(0))[:-40], rss(story(2), story(1), story(0))[:-40]
    url = server.serve("/feed", *map(answer, (first, first, second)))
    assert [await room.poll(url) for _ in range(3)] == [[], [], [TITLES[2]]]


@pytest.mark.parametrize(
    ("days", "dates", "told"),
    [
        pytest.param(40, ("25 Nov 2026", "26 Nov 2026"), 2, id="longer than max_age"),
        pytest.param(40, ("25 Nov 2026", "03 Jan 2027"), 1, id="the older one"),
        pytest.param(40, ("02 Jan 2027", "03 Jan 2027"), 0, id="nothing came out"),
        pytest.param(40, ("29 Sep 2026", "30 Sep 2026"), 0, id="older than the gap"),
        pytest.param(20, ("25 Nov 2026", "26 Nov 2026"), 0, id="within max_age"),
    ],
)
async def test_what_an_outage_made_too_old_is_told_to_ops(
    room: Room, server: Hostile, days: int, dates: tuple[str, str], told: int
) -> None:
    """It was left out like any old news, and nobody heard that a month of it was."""
    news = (story(number, date=f"{date} 09:00:00 GMT") for number, date in zip((2, 3), dates, strict=True))
    later = rss(*news, story(0), story(1))
    url = server.serve("/feed", answer(BASE), answer(later), answer(later))
    await room.poll(url)
    room.poller.now += timedelta(days=days)
    await room.poll(url)
    await room.poll(url)
    said = [notice.text for notice in room.store.notices() if "settings.max_age" in notice.text]
    are = {1: "1 entry of", 2: "2 entries of"}.get(told)
    assert [text.partition(" (")[0] for text in said] == ([f"Too late to alert: {are} The Feed"] if are else [])


async def test_a_max_age_that_is_shorter_than_a_feeds_interval_is_told_once(room: Room, server: Hostile) -> None:
    settings = replace(room.ruleset.settings, max_age=timedelta(minutes=20))
    room.ruleset = room.ingest_state.ruleset = replace(room.ruleset, settings=settings)
    items = [
        story(number, date=f"24 Nov 2026 {hour}:05:07 GMT") for number, hour in ((0, 9), (1, 12), (2, 13), (3, 14))
    ]
    url = server.serve("/feed", *(answer(rss(*reversed(items[:count]))) for count in (1, 2, 3, 4)))
    assert [await room.poll(url) for _ in range(4)] == [[]] * 4
    (said,) = [notice.text for notice in room.store.notices() if "settings.max_age" in notice.text]
    assert said.endswith("; asked every 60 min: raise max_age, or set `every:`.")


async def test_case_23_vanished_and_returned(room: Room, server: Hostile) -> None:
    url = server.serve("/feed", answer(BASE), answer(rss(story(1))), answer(BASE))
    assert [await room.poll(url) for _ in range(3)] == [[], [], []]


async def test_case_24_without_a_guid_the_link_is_the_id(room: Room, server: Hostile) -> None:
    bare = rss(story(0, guid=None), story(1, guid=None))
    url = server.serve("/feed", answer(bare), answer(bare + " "), answer(rss(story(3, guid=None), story(0, guid=None))))
    assert [await room.poll(url) for _ in range(3)] == [[], [], [TITLES[3]]]


async def test_case_25_one_guid_two_links(room: Room, server: Hostile) -> None:
    url = server.serve(
        "/feed", answer(rss(story(0))), answer(rss(story(2, guid="same"), story(3, guid="same"), story(0)))
    )
    assert await room.poll(url) == []
    assert await room.poll(url) == sorted([TITLES[2], TITLES[3]])
    assert len(room.entries()) == 3


async def test_case_25_one_guid_and_link_that_name_nothing(room: Room, server: Hostile) -> None:
    """A list of releases with `N/A` for both: a new one was taken for an edit of the last, and the third raised all."""
    items = [
        story(
            0, title=f"Port authority app {number}", link="N/A", guid="N/A", date=f"Tue, 24 Nov 2026 {hour}:00:00 GMT"
        )
        for number, hour in (("16.1", "06"), ("16.2", "13"), ("17.0", "14"))
    ]
    documents = [rss(*reversed(items[:count])) for count in (1, 2, 3, 1, 3)]
    url = server.serve("/feed", *map(answer, documents))
    told = [await room.poll(url) for _ in documents]
    assert told == [[], ["Port authority app 16.2"], ["Port authority app 17.0"], [], []]


async def test_case_25_a_version_beside_the_one_before(room: Room, server: Hostile) -> None:
    """Both stood in one document under one guid and link, and were told as two."""
    items = [
        rss_item(7, title=title, date=f"Tue, 24 Nov 2026 0{hour}:00:00 GMT")
        for title, hour in (("Strike at Port of Varno grows, says union", 7), ("Strike at Port of Varno grows", 6))
    ]
    url = server.serve("/feed", answer(rss(story(1))), answer(rss(*items, story(1))), answer(rss(items[0], story(1))))
    assert [len(await room.poll(url)) for _ in range(3)] == [0, 1, 0]


def bridge(guid: str, text: str) -> str:
    """What a page about one incident says now, under a guid of that."""
    link = "https://news.example/incidents/varno-bridge"
    return rss(rss_item(7, title="Bridge of Varno", guid=guid, link=link, text=text), story(1))


async def test_another_text_under_the_same_link_and_a_new_guid_is_read(room: Room, server: Hostile) -> None:
    """It counted as the item again, and what its text said by then was never looked at."""
    documents = [rss(story(1)), bridge("a", "Closed."), bridge("b", "Closed. A ferry runs."), bridge("c", "Open.")]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [], ["Bridge of Varno"], []]
    assert [verdict for _, verdict in room.entries()].count(Verdict.EDIT) == 1


WARNED, DATED = "Gusts of 110 km/h are expected from the west.", "Mon, 30 Nov 2026 12:00:00 GMT"


def warning(guid: str, text: str, date: str = "") -> str:
    link = "https://weather.example/warnings/on61"
    return rss(rss_item(7, title="Red warning for the Port of Lisk", guid=guid, link=link, text=text, date=date))


@pytest.mark.parametrize(
    ("days", "text", "date", "is_told"),
    [
        (1, "Black ice on bridges until noon tomorrow.", "", True),
        (1, f"{WARNED} Trees fall.", "", False),
        (6, "Gusts of 120 km/h are expected from the west.", DATED, True),
        (6, "Gusts of 120 km/h are expected from the west.", "", False),
    ],
    ids=["of other things", "the same, with more", "after the story has ended", "that no date tells from the earlier"],
)
async def test_a_warning_under_the_headline_and_link_of_an_earlier_one(
    room: Room, server: Hostile, days: int, text: str, date: str, is_told: bool
) -> None:
    """Each has a guid of its own: it counted as an edit of the first one, however long ago that was."""
    documents = [rss(story(1)), warning("w1", WARNED), rss(story(1)), warning("w2", text, date)]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in range(3)] == [[], ["Red warning for the Port of Lisk"], []]
    room.poller.now += timedelta(days=days)
    await room.poll(url)
    verdicts = [verdict for title, verdict in room.entries() if title.startswith("Red")]
    assert verdicts == ([Verdict.NEW_STORY] * 2 if is_told else [Verdict.EDIT])


async def test_the_longer_text_of_another_feed_is_read(room: Room, server: Hostile) -> None:
    short = server.serve("/short", answer(rss(story(1))), answer(bridge("a", "Closed.")))
    long = server.serve("/long", answer(rss(story(1))), answer(bridge("z", "Closed. A ferry runs.")))
    assert [await room.poll(short), await room.poll(long)] == [[], []]
    assert [await room.poll(short), await room.poll(long)] == [[], ["Bridge of Varno"]]
    assert room.entries()[-1] == ("Bridge of Varno", Verdict.NEAR_DUPLICATE)


async def test_case_26_a_title_edit_is_an_edit(room: Room, server: Hostile) -> None:
    edited = rss(story(0, title="Port of Rotterdam reopens after the storm"), story(1))
    url = server.serve("/feed", answer(BASE), answer(edited))
    await room.poll(url)
    await room.poll(url)
    assert room.entries()[-1] == ("Port of Rotterdam reopens after the storm", Verdict.EDIT)


async def test_case_26_a_guid_that_another_article_has_by_now(room: Room, server: Hostile) -> None:
    """A site that was set up anew, its numbers from 1: what it wrote counted as edits of the old site's articles."""
    link, lead = (
        "https://news.example/?p=12",
        "After a night of heavy gales the cranes were inspected and stood upright.",
    )
    old = rss(story(0, link=link, guid=link, text=f"{lead} The first vessels are expected at noon on Thursday."))
    text = "Residents of Lisk get a tunnel with two tubes, which opens in spring, say engineers who spoke to us."
    new = rss(story(2, title="Lisk ferry gives way to tunnel", link=link, guid=link, text=text))
    url = server.serve("/feed", answer(old), answer(new), answer(new + " "))
    assert [await room.poll(url) for _ in range(3)] == [[], ["Lisk ferry gives way to tunnel"], []]


async def test_case_26_a_counter_in_a_title_without_guid_is_no_news(room: Room, server: Hostile) -> None:
    """After three edits it counted as a copy of old news, which is told."""
    documents = [rss(story(0, title=f"{TITLES[0]} ({count} comments)", guid=None)) for count in (3, 4, 12, 40, 41, 60)]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[]] * 6


async def test_case_28_full_then_empty_then_full(room: Room, server: Hostile) -> None:
    url = server.serve("/feed", answer(BASE), answer(rss()), answer(rss()), answer(BASE))
    assert [await room.poll(url) for _ in range(4)] == [[]] * 4


async def test_case_30_an_impossible_date_does_not_keep_news_back(room: Room, server: Hostile) -> None:
    dated = rss(
        story(2, date="Wed, 24 Nov 2066 10:00:00 GMT"), story(3, date="Mon, 01 Jan 0001 00:00:00 GMT"), story(0)
    )
    url = server.serve("/feed", answer(BASE), answer(dated))
    await room.poll(url)
    assert await room.poll(url) == sorted([TITLES[2], TITLES[3]])


async def test_case_40_the_entry_that_was_cut_comes_when_it_is_whole(room: Room, server: Hostile) -> None:
    whole = rss(story(0), story(2), story(3))
    cut = whole[: whole.index(TITLES[3]) + 10]
    url = server.serve("/feed", answer(rss(story(0))), answer(cut), answer(whole))
    assert [await room.poll(url) for _ in range(3)] == [[], [TITLES[2]], [TITLES[3]]]


async def test_case_44_two_addresses_of_one_feed_are_one_set_of_stories(room: Room, server: Hostile) -> None:
    one = server.serve("/one", answer(BASE), answer(rss(story(2), story(0))))
    two = server.serve("/two", answer(BASE), answer(rss(story(2), story(0))))
    assert [await room.poll(one), await room.poll(two)] == [[], []]
    assert await room.poll(one) == [TITLES[2]]
    assert await room.poll(two) == []
    assert len({stored.story for stored in room.store.search(None, None, None, 100)}) == 3


async def test_case_48_a_kill_before_the_commit_costs_one_more_fetch(room: Room, server: Hostile) -> None:
    url = server.serve("/feed", answer(BASE, 'ETag: "1"'), answer(rss(story(2), story(0)), 'ETag: "2"'))
    await room.poll(url)
    await room.poll(url, commit=False)
    assert room.store.feed_states()[FeedId("feed")].validators.etag == '"1"'
    assert await room.poll(url) == [TITLES[2]]
    assert server.requests("/feed")[-1].headers["if-none-match"] == '"1"'


async def test_case_48_a_kill_between_poll_and_ingest_loses_and_doubles_nothing(room: Room, server: Hostile) -> None:
    url = server.serve("/feed", answer(BASE), answer(rss(story(2), story(0))))
    await room.poll(url)
    assert await room.poll(url, ingest=False) == []
    room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
    assert await room.poll(url) == [TITLES[2]]
    assert await room.poll(url) == []
