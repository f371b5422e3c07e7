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
