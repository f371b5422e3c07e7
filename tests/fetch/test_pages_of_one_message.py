"""A page that shows one message at a time, under one guid and address: each warning is told, whatever stood between."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.model import ChannelId
from tests.builders import rss
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
