"""A page that shows one message at a time, under one guid and address: each warning is told, whatever stood between."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.model import ChannelId, Verdict
from tests.builders import rss
from tests.fetch.conftest import NOON
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import Room, story

DEFAULT = ChannelId("default")
QUIET = "No alerts in effect, Kenora"
AGAIN = ["FERRY WARNING, Kenora"] * 4
OTHERS = ["FERRY WARNING, Kenora", "FERRY WATCH, Kenora", "DOCK FLOOD STATEMENT, Kenora", "STRIKE ADVISORY, Kenora"]


@pytest.mark.parametrize("is_dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("hours", [1, 30, 200], ids=["hourly", "daily", "weekly"])
@pytest.mark.parametrize("guid", ["tag:weather.example,2013:onrm22_w1", None])
@pytest.mark.parametrize("warnings", [AGAIN, OTHERS], ids=["the same again", "others"])
async def test_each_warning_is_told(
    room: Room, server: Hostile, warnings: list[str], guid: str | None, hours: int, *, is_dated: bool
) -> None:
    """The second was lost: once nothing was in effect it stood there as an edit of the first, whose rule had told that;
    so were two where the first had left the story window. After three such edits the page was known for what it is."""
    told = []
    for title in (part for warning in warnings for part in (QUIET, warning)):
        date = format_datetime(room.poller.now - timedelta(minutes=4, seconds=7)) if is_dated else ""
        link = "https://weather.example/onrm22_e.html"
        page = story(1, title=title, guid=guid, link=link, date=date, text=title.partition(",")[0])
        url = server.serve("/feed", answer(rss(page)))
        before = {row.entry for row in room.store.waiting(DEFAULT)}
        await room.poll(url)
        told += [title for row in room.store.waiting(DEFAULT) if row.entry not in before]
        room.poller.now += timedelta(hours=hours - 1)
    assert told == warnings


HEADLINES = (
    "Pilots end strike at Hamburg harbour after marathon talks",
    "Why Elbe ships are finally moving again past the dock",
    "What the new pay deal means for ferry firms",
)
TEXT = (
    "Harbour pilots ended their strike on Tuesday after talks that lasted all night. The union gets four percent more."
)
BEFORE = (
    "Tickets across the sound cost a tenth more from March. Commuters with passes pay what they have paid since 2019."
)
OTHER_TEXT = (
    "Dredgers close the northern fairway for a week. Tugs wait in Cuxhaven until the port says when it opens again."
)


@pytest.mark.parametrize("guid", ["n-1", "https://news.example/2026/11/pilots-1", None])
@pytest.mark.parametrize("is_told_before", [False, True])
async def test_headlines_that_are_tried_by_turns_are_one_item(
    room: Room, server: Hostile, guid: str | None, *, is_told_before: bool
) -> None:
    """With its date and no other text, it is the item also where its marks stand for a place (after three such
    headlines, or where another message stood there before): it was told each time. Another text is another message."""
    url = server.serve("/feed", answer(rss(story(0))))
    await room.poll(url)
    now = room.poller.now

    async def shown(title: str, text: str) -> list[str]:
        date = format_datetime(now - timedelta(minutes=4, seconds=7))
        link = "https://news.example/2026/11/pilots-1"
        server.serve("/feed", answer(rss(story(1, title=title, guid=guid, link=link, date=date, text=text), story(0))))
        return await room.poll(url)

    if is_told_before:
        assert await shown("Ferry tariffs to rise in spring", BEFORE) != []
    assert await shown(HEADLINES[0], TEXT) != []
    assert [await shown(headline, TEXT) for headline in HEADLINES[1:] + HEADLINES] == [[]] * 5
    assert await shown("Dredging shuts fairway to all port traffic", OTHER_TEXT) != []


HEADLINE = "Ferry warning, Kenora"
WINDS = "Winds of 80 km/h are expected on the lake from Tuesday morning until night; no boat sails before Wednesday."
RAIN = "Freezing rain will coat the piers on Friday evening; crews stay ashore, and buses replace all boats until then."
PAGE = "https://weather.example/onrm22_e.html"
PAGE_MARKS = [
    {"guid": "tag:weather.example,2013:onrm22_w1", "link": PAGE},
    {"guid": None, "link": PAGE},
    {"guid": "tag:weather.example,2013:onrm22_w1", "link": None},
]


@pytest.mark.parametrize("is_dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("hours", [1, 200], ids=["hourly", "weekly"])
@pytest.mark.parametrize("marks", PAGE_MARKS, ids=["guid and link", "link", "guid"])
async def test_the_next_warning_under_the_same_headline_is_told(
    room: Room, server: Hostile, marks: dict[str, str | None], hours: int, *, is_dated: bool
) -> None:
    """Nothing stood between them: each was an edit of the first, and silent."""
    told = []
    for text in (WINDS, RAIN, WINDS, WINDS):
        date = format_datetime(room.poller.now - timedelta(minutes=4, seconds=7)) if is_dated else ""
        url = server.serve("/feed", answer(rss(story(1, title=HEADLINE, text=text, date=date, **marks))))
        before = {row.entry for row in room.store.waiting(DEFAULT)}
        await room.poll(url)
        told.append([row.entry for row in room.store.waiting(DEFAULT) if row.entry not in before])
        room.poller.now += timedelta(hours=hours - 1)
    assert list(map(len, told)) == [0, 1, 1, 0]


ICE = RAIN.replace("buses", "no boat sails, buses")
STATES = {
    "other words": ("gale", (WINDS, ICE), [1, 0, 1]),
    "the same words": ("gale", (WINDS, WINDS), [1, 0, 0]),
    "more words": ("gale", (WINDS, f"{WINDS} Gusts may reach 110 at the capes."), [1, 0, 0]),
    "a line": ("gale", (WINDS, "More soon."), [1, 0, 0]),
    "an article's guid": ("tag:weather.example,2026:48213377", (WINDS, ICE), [1, 0, 0]),
}


@pytest.mark.parametrize(("guid", "texts", "told"), STATES.values(), ids=STATES)
async def test_a_state_that_is_back_in_other_words_is_told(
    room: Room, server: Hostile, guid: str, texts: tuple[str, str], told: list[int]
) -> None:
    """Each state of the page has a guid: the second gale was an edit of the first where both texts had a telling word
    in common."""
    shown = []
    quiet = ("quiet", "No alerts in effect", "Nothing is to be reported.")
    first, second = ((guid, HEADLINE, text) for text in texts)
    for mark, title, text in (quiet, first, quiet, second):
        date = format_datetime(room.poller.now - timedelta(minutes=4, seconds=7))
        url = server.serve("/feed", answer(rss(story(1, title=title, guid=mark, link=PAGE, date=date, text=text))))
        before = {row.entry for row in room.store.waiting(DEFAULT)}
        await room.poll(url)
        shown.append(len({row.entry for row in room.store.waiting(DEFAULT)} - before))
    assert shown[1:] == told


@pytest.mark.parametrize("is_dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize(
    "texts",
    [
        (f"{WINDS[:60]}…", f"{WINDS} Gusts may reach 110 at the capes.", WINDS),
        (WINDS, "", WINDS),
        (WINDS, WINDS.replace("lake", "lakes"), WINDS),
        ("Photo: AFP", WINDS),
        ("Click here to continue reading", "", WINDS),
        (HEADLINE, WINDS),
        ("By Jane Roe, 24 November 2026", WINDS),
        ("1 comment", "3 comments", "7 comments"),
        ("Posted 1 hours ago by the desk", "Posted 3 hours ago by the desk", "Posted 7 hours ago by the desk"),
    ],
    ids=[
        *("teaser", "gone and back", "a letter", "a caption", "a link", "the headline", "a byline"),
        *("comments", "hours ago"),
    ],
)
async def test_what_a_page_of_one_message_says_of_the_same_is_an_edit(
    room: Room, server: Hostile, texts: tuple[str, ...], *, is_dated: bool
) -> None:
    for text in texts:
        date = format_datetime(room.poller.now - timedelta(minutes=4, seconds=7)) if is_dated else ""
        url = server.serve("/feed", answer(rss(story(1, title=HEADLINE, text=text, date=date, **PAGE_MARKS[0]))))
        assert await room.poll(url) == []


async def test_an_item_beside_others_that_is_written_anew_is_an_edit(room: Room, server: Hostile) -> None:
    for text in (WINDS, RAIN):
        page = story(1, title=HEADLINE, text=text, date="", **PAGE_MARKS[0])
        url = server.serve("/feed", answer(rss(page, story(0))))
        assert await room.poll(url) == []


@pytest.mark.parametrize("is_dated", [True, False], ids=["dated", "undated"])
async def test_posts_of_a_live_blog_that_are_called_by_their_moment_are_items(
    room: Room, server: Hostile, *, is_dated: bool
) -> None:
    """Its feed has no guids, and `t` was taken for the moment of a fetch: each post was an edit of the last."""
    headlines = (
        "Storm live: harbour closes the north pier to ferry traffic",
        "Storm live: ferry to the north pier runs again, harbour says",
        "Storm live: strike ends, dock workers return in Oakland",
    )
    texts = (
        "The harbour closed its north pier after a storm hit the coast.",
        "Ferry traffic runs again from the north pier, but slowly.",
        "Two thirds voted yes on Sunday; cranes move from midnight on.",
    )
    told = []
    for number, (headline, text) in enumerate(zip(headlines, texts, strict=True)):
        date = format_datetime(room.poller.now - timedelta(minutes=4, seconds=7)) if is_dated else ""
        link = f"https://news.example/live/storm-2026-coast?t={1795500000 + 900 * number}"
        post = story(number, title=headline, text=text, date=date, guid=None, link=link)
        told.append(await room.poll(server.serve("/feed", answer(rss(post)))))
    assert told == [[], [headlines[1]], [headlines[2]]]


REGIONS = ("Kenora", "Sault", "Orb Bay")
NEXT = (
    "Northwest winds gusting to 90 km/h are expected over exposed coastal stretches this evening, easing by morning.",
    "Southeast winds gusting to 100 km/h are expected near the harbour Friday. Loose objects may be tossed about.",
    "Strong winds of 110 km/h that may cause damage are occurring. Vessels should stay in port until midnight.",
)


def rows(title: str = "", text: str = "", date: str = "") -> str:
    """A page with a row for each region, of which the first may have a warning."""
    quiet = [
        (f"No alerts in effect, {name}", "No alerts in effect", "Mon, 23 Nov 2026 06:07:00 GMT") for name in REGIONS
    ]
    shown = [(f"{title}, {REGIONS[0]}", text, date), *quiet[1:]] if title else quiet
    items = [
        story(number, title=one, guid=f"r{number}", link=f"https://weather.example/r{number}.html", text=says, date=at)
        for number, (one, says, at) in enumerate(shown)
    ]
    return rss(*items)


async def told_of(room: Room, server: Hostile, *documents: str, hours: int) -> list[int]:
    """After which documents something waits that did not."""
    url, told = server.serve("/feed", *map(answer, documents)), []
    for number in range(len(documents)):
        before = {row.entry for row in room.store.waiting(DEFAULT)}
        await room.poll(url)
        told += [number] if {row.entry for row in room.store.waiting(DEFAULT)} - before else []
        room.poller.now += timedelta(hours=hours - 1)
    return told


def hours_from_noon(hours: int) -> str:
    return format_datetime(NOON + timedelta(hours=hours, minutes=-7))


@pytest.mark.parametrize("texts", [NEXT, NEXT[:1] * 3], ids=["others", "the same form"])
async def test_each_warning_of_a_region_is_told_beside_others(
    room: Room, server: Hostile, texts: tuple[str, ...]
) -> None:
    """What says that none is in effect has one date for ever: it was the version before the last, and the next warning
    an edit of the one before."""
    documents = [rows()]
    for number, text in enumerate(texts):
        documents += [rows("FERRY WARNING", text, hours_from_noon(24 * number + 12)), rows()]
    assert await told_of(room, server, *documents, hours=12) == [1, 3, 5]


@pytest.mark.parametrize(
    ("then", "is_told"),
    [
        (("FERRY WARNING", NEXT[1]), True),
        (("DOCK WARNING", NEXT[1]), True),
        (("FERRY WARNING", f"{NEXT[0]} Ferries stay in port."), False),
        (("FERRY WARNING", NEXT[0].replace("90", "95")), False),
    ],
    ids=["the next", "another", "it grows", "another figure"],
)
async def test_so_is_one_that_was_not_seen_to_end(
    room: Room, server: Hostile, then: tuple[str, str], *, is_told: bool
) -> None:
    """`SNOW WARNING` and the `WIND WARNING` behind it have most letters in common; one that goes on is no other."""
    documents = [rows(), rows("FERRY WARNING", NEXT[0], hours_from_noon(20)), rows(*then, hours_from_noon(40))]
    assert (await told_of(room, server, *documents, hours=20))[0] == 1
    assert (room.entries()[-1][1] in (Verdict.NEW_STORY, Verdict.UPDATE)) == is_told


async def test_copies_of_a_page_that_lag_tell_nothing_anew(room: Room, server: Hostile) -> None:
    warning = rows("FERRY WARNING", NEXT[0], hours_from_noon(1))
    assert await told_of(room, server, rows(), *[warning, rows()] * 4, hours=2) == [1]
