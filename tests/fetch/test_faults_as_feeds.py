"""Feeds that say in a feed's form that there is none."""

from __future__ import annotations

import pytest

from bot.model import FeedHealth
from tests.builders import rss, rss_item
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

FAULT = "Bridge returned error 500! (20787)"


async def test_a_bridge_that_fails_is_a_failing_feed_and_no_news(room: Room, server: Hostile) -> None:
    """Each day's was an entry, the channel got it, and nobody was told that the feed no longer works."""
    url = server.serve("/feed", answer(rss(story(0), story(1))))
    assert await room.poll(url) == []
    server.serve("/feed", answer(rss(rss_item(7, title=FAULT, text="Port not found at https://port.example/"))))
    assert await room.poll(url) == []
    (state,) = room.store.feed_states().values()
    assert state.health is FeedHealth.FAILING
    assert "RSS-Bridge could not make the feed" in (state.error or "")
    server.serve("/feed", answer(rss(story(2), story(0), story(1))))
    assert await room.poll(url) == [TITLES[2]]
    assert FAULT not in [title for title, _ in room.entries()]


@pytest.mark.parametrize("title", ["Port bridge returned error 500! (20787)", f"{FAULT} at the port"])
async def test_what_only_resembles_it_is_news(room: Room, server: Hostile, title: str) -> None:
    url = server.serve("/feed", answer(rss(story(0))), answer(rss(rss_item(7, title=title))))
    assert [await room.poll(url) for _ in range(2)] == [[], [title]]
