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
