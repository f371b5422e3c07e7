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


@pytest.mark.parametrize(
    ("title", "leads"),
    [
        ("HTTP 503 Service Unavailable", "back"),
        ("404 Not Found", "nowhere"),
        ("Internal Server Error", "back"),
        ("ERROR page: Port of Kenora", "nowhere"),
        ("[Error] No items found", "nowhere"),
        ("⚠️ Error: selector matched nothing", "back"),
        ("TimeoutError: page.goto: Timeout 30000ms exceeded", "nowhere"),
        ("HttpException: 403 Forbidden", "back"),
        ("cURL error 28: Operation timed out", "back"),
        ("Failed to fetch https://port.example/news", "back"),
        ("Error fetching feed", "back"),
        ("Erreur 500", "back"),
        ("Too Many Requests", "nowhere"),
        ("API rate limit exceeded for 1.2.3.4", "nowhere"),
        ("Server error, please try again", "nowhere"),
        ("Parsing error at line 3", "nowhere"),
        ("HTTPError: 404", "back"),
        ("504 Gateway Time-out", "back"),
        ("403 Forbidden - nginx", "back"),
        ("Server error: connection refused", "back"),
        ("Der Feed konnte nicht geladen werden", "nowhere"),
        ("Network failure", "nowhere"),
        ("DNS failure.", "back"),
        ("Oops! Something went wrong", "back"),
        ("Connection timed out", "nowhere"),
        ("Permission denied", "back"),
        ("Something went wrong, please try again", "nowhere"),
    ],
)
async def test_an_error_of_the_feeds_maker_is_known_by_its_form(
    room: Room, server: Hostile, title: str, leads: str
) -> None:
    """Programs that make feeds of pages (CSS2RSS, scripts) put their errors where the news stands."""
    url = server.serve("/feed", answer(rss(story(0), story(1))))
    assert await room.poll(url) == []
    item = f"<title>{title}</title><description>d</description>"
    item += f"<link>{url}</link><guid>20787</guid>" if leads == "back" else ""
    server.serve("/feed", answer(rss(f"<item>{item}</item>")))
    assert await room.poll(url) == []
    (state,) = room.store.feed_states().values()
    assert state.health is FeedHealth.FAILING
    assert title not in [one for one, _ in room.entries()]


@pytest.mark.parametrize(
    ("title", "leads"),
    [
        ("Error 503 on checkout", "to its page"),
        ("Error 503 on checkout", "nowhere, with a guid"),
        ("404 Not Found: a restaurant opens", "to its page"),
        ("Error in tax notices: refunds for thousands", "back"),
        ("502 new cases in Velmora", "back"),
        ("Locked", "back"),
        ("Gale warning", "back"),
        ("Human error blamed for derailment", "back"),
        ("Unable to retrieve bodies, rescuers give up", "nowhere"),
        ("There are no current warnings for Kenora", "nowhere"),
        ("Server down for maintenance Tuesday", "back"),
        ("Network error at Velmora airport grounds flights", "back"),
        ("API rate limit reached: developers angry", "back"),
        ("Server error: patients of Lisk lose their records", "nowhere"),
        ("Server error exposes customer data", "nowhere"),
        ("Network failure at Lisk halts payments", "nowhere"),
        ("Something went wrong at the polls", "back"),
        ("Something went wrong – and nobody knows why", "back"),
        ("Network maintenance", "back"),
        ("Power failure", "back"),
        ("Bank says network error to blame", "nowhere"),
        ("Fixed: API error when saving", "nowhere"),
        ("Rate limit exceeded bug fixed in 1.2.1", "nowhere"),
        ("HTTP 404 pages fixed in release 2.3", "back"),
        ("Too many requests for asylum, minister says", "back"),
        ("Traceback: how the police found the driver", "back"),
        ("Failed to read the website terms? You are not alone", "nowhere"),
        ("Error reading meters costs customers 2m", "nowhere"),
        ("Release 3.1: TypeError fixed when a list is empty", "nowhere"),
    ],
)
async def test_news_of_errors_is_news(room: Room, server: Hostile, title: str, leads: str) -> None:
    """A status page has one outage, with an address or a guid of its own; a page of one message leads to itself."""
    url = server.serve("/feed", answer(rss(story(0))))
    assert await room.poll(url) == []
    marks = {
        "to its page": "<link>https://status.example/incidents/7</link>",
        "back": f"<link>{url}</link>",
        "nowhere": "",
        "nowhere, with a guid": '<guid isPermaLink="false">inc-7</guid>',
    }
    server.serve("/feed", answer(rss(f"<item><title>{title}</title>{marks[leads]}</item>")))
    await room.poll(url)
    assert title in [one for one, _ in room.entries()]


async def test_an_error_beside_other_entries_is_news(room: Room, server: Hostile) -> None:
    url = server.serve("/feed", answer(rss(story(0))))
    assert await room.poll(url) == []
    server.serve("/feed", answer(rss("<item><title>Internal Server Error</title></item>", story(0))))
    await room.poll(url)
    assert "Internal Server Error" in [one for one, _ in room.entries()]


@pytest.mark.parametrize("title", ["Port bridge returned error 500! (20787)", f"{FAULT} at the port"])
async def test_what_only_resembles_it_is_news(room: Room, server: Hostile, title: str) -> None:
    url = server.serve("/feed", answer(rss(story(0))), answer(rss(rss_item(7, title=title))))
    assert [await room.poll(url) for _ in range(2)] == [[], [title]]
