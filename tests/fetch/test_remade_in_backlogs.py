"""An item that comes under other marks while the worker is behind: its original is in the same slice of the inbox."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.builders import rss
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

MOMENT, HOUR, OTHER = (f"Tue, 24 Nov 2026 {clock} GMT" for clock in ("08:31:55", "08:00:00", "08:41:55"))
TEXT = "The yard in the north delivers the second ship in spring, two years late and far above its price."
ELSE = "Unions and the harbour agreed on a wage that rises twice before the season of storms begins in March."


def original(date: str, **more: str) -> str:
    return story(2, **{"guid": "a-2", "text": TEXT, "date": date} | more)


def remade(date: str, **more: str) -> str:
    return story(2, **{"guid": "b-77", "link": "https://news.example/ferry-77", "text": TEXT, "date": date} | more)


@pytest.mark.parametrize("is_behind", [True, False], ids=["one slice", "slice by slice"])
@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [
        (original(MOMENT), remade(MOMENT, title=TITLES[1]), False),
        (original(MOMENT), remade(MOMENT, text=ELSE), False),
        (original(MOMENT), remade(MOMENT, title=TITLES[1], text=ELSE), True),
        (original(MOMENT), remade(OTHER, title=TITLES[1], text=ELSE), True),
        (original(HOUR), remade(HOUR, title=TITLES[1]), True),
        (original(HOUR), remade(HOUR, text=ELSE), True),
        (original(HOUR), remade(HOUR, text=f"{TEXT} More on Friday."), False),
        (
            original(MOMENT),
            remade(MOMENT, title=TITLES[1], text=ELSE, link="https://news.example/2026/11/story-2"),
            False,
        ),
    ],
    ids=[
        "another headline",
        "another text",
        "another headline and text",
        "another date, headline and text",
        "another headline, of the hour",
        "another text, of the hour",
        "a longer text, of the hour",
        "its own address",
    ],
)
async def test_what_is_remade_is_an_edit(
    room: Room, server: Hostile, first: str, second: str, *, is_told: bool, is_behind: bool
) -> None:
    url = server.serve("/feed", answer(rss(first, story(0))), answer(rss(second, story(0))))
    assert await room.poll(url, ingest=not is_behind) == []
    told = await room.poll(url)
    assert bool(told) is is_told
    edits = [verdict for _, verdict in room.entries() if verdict is Verdict.EDIT]
    assert len(edits) == (0 if is_told else 1)


async def test_an_item_that_is_remade_twice_in_one_slice_is_one(room: Room, server: Hostile) -> None:
    again = remade(MOMENT, guid="c-78", link="https://news.example/ferry-78", title=TITLES[3])
    documents = [original(MOMENT), remade(MOMENT, title=TITLES[1]), again]
    url = server.serve("/feed", *(answer(rss(item, story(0))) for item in documents))
    for _ in documents[1:]:
        assert await room.poll(url, ingest=False) == []
    assert await room.poll(url) == []
    assert room.entries() == [(TITLES[0], Verdict.NEW_STORY), (TITLES[3], Verdict.EDIT)]  # an item is shown once


async def test_what_another_feed_had_under_the_date_is_another_item(room: Room, server: Hostile) -> None:
    leaves = story(3, text=ELSE, date=MOMENT)
    comes = story(2, guid="d-5", link="https://news.example/d-5", text=TEXT, date=MOMENT)
    one = server.serve("/one", answer(rss(original(MOMENT), story(0))))
    two = server.serve("/two", answer(rss(leaves, story(0))), answer(rss(comes, story(0))))
    for url in (one, two):
        assert await room.poll(url, ingest=False) == []
    assert await room.poll(two) == [TITLES[2]]


async def test_a_date_that_two_items_of_the_slice_have_is_a_batchs(room: Room, server: Hostile) -> None:
    """The third has the second's text under another headline: a form letter, for all that the date says."""
    letter = story(1, guid="d-5", link="https://news.example/d-5", text=ELSE, date=MOMENT)
    third = story(3, guid="e-6", link="https://news.example/e-6", text=ELSE, date=MOMENT)
    url = server.serve("/feed", *(answer(rss(item, story(0))) for item in (original(MOMENT), letter, third)))
    for _ in range(2):
        assert await room.poll(url, ingest=False) == []
    assert await room.poll(url) == sorted((TITLES[1], TITLES[3]))
