"""Feeds that say in a feed's form that there is none."""

from __future__ import annotations

import pytest

from bot.model import FeedHealth
from tests.builders import rss, rss_item
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

FAULT = "Bridge returned error 500! (20787)"


@pytest.mark.parametrize("title", [FAULT, "RSS reader not yet whitelisted!"])
async def test_what_stands_in_the_place_of_a_feed_is_a_failure_and_no_news(
    room: Room, server: Hostile, title: str
) -> None:
    """Each day's was an entry, the channel got it, and nobody was told that the feed no longer works."""
    url = server.serve("/feed", answer(rss(story(0), story(1))))
    assert await room.poll(url) == []
    server.serve("/feed", answer(rss(rss_item(7, title=title, text="Port not found at https://port.example/"))))
    assert await room.poll(url) == []
    (state,) = room.store.feed_states().values()
    assert state.health is FeedHealth.FAILING
    assert f"one entry that says “{title}”" in (state.error or "")
    server.serve("/feed", answer(rss(story(2), story(0), story(1))))
    assert await room.poll(url) == [TITLES[2]]
    assert title not in [one for one, _ in room.entries()]


@pytest.mark.parametrize("title", ["Port bridge returned error 500! (20787)", f"{FAULT} at the port"])
async def test_what_only_resembles_it_is_news(room: Room, server: Hostile, title: str) -> None:
    url = server.serve("/feed", answer(rss(story(0))), answer(rss(rss_item(7, title=title))))
    assert [await room.poll(url) for _ in range(2)] == [[], [title]]
