"""Redirects as servers write them, and those that lead nowhere."""

from __future__ import annotations

import pytest

from bot.errors import ParseError
from bot.fetch.discovery import try_feed
from bot.model import FeedHealth
from tests.builders import rss, rss_item
from tests.core.parse.odd import read
from tests.fetch.conftest import Poller
from tests.fetch.hostile import FEED, Asked, Hostile, answer, redirect, status


@pytest.mark.parametrize(
    "locations",
    [
        *(["/new"], ["/new", "/new"], ["new"], ["feed:{base}/new"], ["feed://{host}/new"], ["//{host}/new#top"]),
        *(["\\new"], ["http:/new"]),
    ],
    ids=["path", "twice", "relative", "feed:", "feed://", "without a scheme", "a backslash", "one slash"],
)
async def test_a_redirect_as_it_is_written(server: Hostile, polling: Poller, locations: list[str]) -> None:
    base = server.serve("/new", answer(FEED)).removesuffix("/new")
    host = base.removeprefix("http://")
    lines = [f"Location: {location.format(base=base, host=host)}" for location in locations]
    record = await polling.poll(server.serve("/feed", status(302, *lines)))
    assert (record.state.health, len(record.entries)) == (FeedHealth.OK, 2)


@pytest.mark.parametrize("location", ["/pr\xf8ve?a=\xe5", "/pr%F8ve?a=%E5"])
async def test_a_redirect_in_another_set_than_utf_8_is_followed_byte_for_byte(
    server: Hostile, polling: Poller, location: str
) -> None:
    """`ø` in latin-1 was asked for in UTF-8, which its server does not know."""
    server.serve("/pr%F8ve?a=%E5", answer(FEED))
    assert (await polling.poll(server.serve("/feed", redirect(location)))).state.health is FeedHealth.OK


async def test_a_name_in_such_a_redirect_is_asked_as_a_name(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", redirect("http://z\xfcrich.localhost:1/pr\xf8ve")))
    assert "z\xfcrich.localhost" in (record.state.error or "")


@pytest.mark.parametrize("location", ["", "http://", "https://"])
async def test_a_redirect_that_names_no_address_is_told_so(server: Hostile, polling: Poller, location: str) -> None:
    record = await polling.poll(server.serve("/feed", redirect(location)))
    assert "without an address to go to" in (record.state.error or "")


async def test_of_several_choices_the_servers_own_is_taken(server: Hostile, polling: Poller) -> None:
    server.serve("/new", answer(FEED))
    assert (await polling.poll(server.serve("/feed", redirect("/new", 300)))).state.health is FeedHealth.OK
    assert (await polling.poll(server.serve("/none", status(300)))).state.health is FeedHealth.FAILING


async def test_a_circle_is_told_with_what_may_end_it(server: Hostile, polling: Poller) -> None:
    async def wary(asked: Asked, _: object, writer: object) -> None:
        reply = answer(FEED) if "cookie" in asked.headers else status(302, "Location: /feed", "Set-Cookie: seen=1")
        writer.write(reply)  # type: ignore[attr-defined]  # a StreamWriter

    url = server.serve("/feed", wary)
    assert "headers: {Cookie: …}" in ((await polling.poll(url)).state.error or "")
    assert (await polling.poll(url, headers={"Cookie": "seen=1"})).state.health is FeedHealth.OK


NEW_URL = '<itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">{}</itunes:new-feed-url>'


@pytest.mark.parametrize("token", ["", "?token={}"], ids=["", "a token that is made with each poll"])
async def test_a_feed_that_says_where_it_has_moved_to_is_told_and_asked_where_it_was(
    server: Hostile, polling: Poller, token: str
) -> None:
    """It went silent one day. Only a redirect is followed: at the address that it names another feed may stand."""
    said = NEW_URL.format(f"https://new.example/feed{token}")
    documents = [rss(rss_item(number), head=f"<title>News</title>{said.format(number)}") for number in range(3)]
    url = server.serve("/feed", *map(answer, documents))
    records = [await polling.poll(url) for _ in documents]
    told: dict[str, str] = {}
    for notice in (notice for record in records for notice in record.notices):
        told.setdefault(notice.key, notice.text)
    (text,) = told.values()  # the store keeps one notice for each key
    assert f"says that it has moved to https://new.example/feed{token.format(0)};" in text
    assert len(server.requests("/feed")) == len(documents)
    with pytest.raises(ParseError, match=r"has moved to https://new\.example/feed: use that address"):
        read("<redirect>\n<newLocation> https://new.example/feed </newLocation></redirect>")


@pytest.mark.parametrize("written", ["{url}/", "{url}?utm_source=x", "N/A", "", "see https://new.example/feed", "/new"])
async def test_a_feed_that_names_itself_has_not_moved(server: Hostile, polling: Poller, written: str) -> None:
    url = server.url("/feed")
    document = rss(rss_item(1), head=f"<title>News</title>{NEW_URL.format(written.format(url=url))}")
    record = await polling.poll(server.serve("/feed", answer(document)))
    assert (record.notices, record.problems) == ((), ())


async def test_a_secret_in_the_address_that_a_feed_names_is_not_shown(server: Hostile, polling: Poller) -> None:
    document = rss(rss_item(1), head=f"<title>News</title>{NEW_URL.format('https://new.example/feed?key=s3cr3t-0f')}")
    record = await polling.poll(server.serve("/feed", answer(document)), variables={"FEED_KEY": "s3cr3t-0f"})
    (notice,) = record.notices
    assert "https://new.example/feed?key=${FEED_KEY}" in notice.text
    assert record.problems == ()


async def test_a_feed_that_redirects_and_names_where_it_is_asked_has_not_moved(
    server: Hostile, polling: Poller
) -> None:
    """It said at each poll that its own address is to be used."""
    asked = server.serve("/feed", redirect("/store/feed.xml", 302))
    documents = [rss(rss_item(1), head=f"<title>News</title>{NEW_URL.format(url)}") for url in (asked, f"{asked}2")]
    server.serve("/store/feed.xml", answer(documents[0]))
    record = await polling.poll(asked)
    trial = await try_feed(polling.fetcher, asked, polling.now)
    assert (record.notices, record.problems, trial.problems) == ((), (), ())
    server.serve("/store/feed.xml", answer(documents[1]))
    trial = await try_feed(polling.fetcher, asked, polling.now)
    assert trial.problems == (f"the feed says that it has moved to {asked}2: use that address",)
