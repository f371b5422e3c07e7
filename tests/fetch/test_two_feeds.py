"""Two feeds that bring the same articles: what one of them had before is no news where the other has it, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import pipeline
from bot.core.polling.declared import declared
from bot.model import FeedId
from tests.builders import rss
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

MORNING = "Tue, 24 Nov 2026 08:31:55 GMT"


@pytest.mark.parametrize("date", [MORNING, ""], ids=["dated", "undated"])
@pytest.mark.parametrize("guids", [("a-1", None), (None, "a-1"), ("a-1", "b-1"), (None, None)])
@pytest.mark.parametrize("edited", [0, 1])
async def test_an_edit_of_what_both_had_from_the_beginning_is_no_news(
    room: Room, server: Hostile, guids: tuple[str | None, str | None], date: str, edited: int
) -> None:
    """Where the feed that is edited has no guids, the article was the other feed's copy of itself, and was told."""

    def feed(which: int, text: str) -> bytes:
        return answer(rss(story(2, guid=guids[which], date=date, text=text), story(which)))

    texts = ["The yard delivers it in spring.", "Two hundred cabins, says the line."]
    urls = [server.serve(f"/{which}", feed(which, texts[which])) for which in (0, 1)]
    assert [await room.poll(url) for url in urls] == [[], []]
    for number in range(3):
        texts[edited] += f" More in part {number}."
        server.serve(f"/{edited}", feed(edited, texts[edited]))
        assert [await room.poll(url) for url in urls] == [[], []]


@pytest.mark.parametrize("edited", [0, 1])
async def test_an_edit_that_says_what_a_rule_asks_for_is_told_once(room: Room, server: Hostile, edited: int) -> None:
    def feed(which: int, text: str) -> bytes:
        return answer(rss(story(2, title="Line to Bornholm", guid=("a-1", None)[which], text=text), story(which)))

    texts = ["It sails in spring.", "Two hundred cabins, says the line."]
    urls = [server.serve(f"/{which}", feed(which, texts[which])) for which in (0, 1)]
    assert [await room.poll(url) for url in urls] == [[], []]
    told = []
    for number in range(3):
        texts[edited] += f" The ferry has {number + 5} decks."
        server.serve(f"/{edited}", feed(edited, texts[edited]))
        told += [title for url in urls for title in await room.poll(url)]
    assert told == ["Line to Bornholm"]


@pytest.mark.parametrize("has_news_between", [False, True])
@pytest.mark.parametrize("date", [MORNING, ""], ids=["dated", "undated"])
@pytest.mark.parametrize("guid", [None, "a-2"])
@pytest.mark.parametrize("others", [[], [story(2, guid="b-2", date=MORNING)]], ids=["its own", "another's, too"])
async def test_what_returns_under_another_id_of_its_feed_is_no_news(
    room: Room, server: Hostile, others: list[str], guid: str | None, date: str, *, has_news_between: bool
) -> None:
    """Nothing stands in the archive under the new id; under the old one it was there from the beginning."""
    first = server.serve("/first", answer(rss(*others, story(1))))
    article = story(2, guid=guid, date=date)
    one = server.serve("/one", answer(rss(article, story(0))), answer(rss(story(0))))
    assert [await room.poll(url) for url in (first, one, one)] == [[], [], []]
    feed = replace(room.poller.feed(one), id=FeedId("renamed"))
    states = room.store.feed_states()
    room.store.add_feeds(declared({feed.id: feed}, states, room.poller.now, room.poller.fetcher.settings.fetch))
    room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
    news = [story(3, date="Tue, 24 Nov 2026 14:41:55 GMT")] if has_news_between else []
    told = []
    for items in ([*news, story(0)], [*news, article, story(0)]):
        server.serve("/one", answer(rss(*items)))
        state = room.store.feed_states()[feed.id]
        record = await pipeline.poll(room.poller.fetcher, feed, state, room.ruleset, room.poller.now)
        before = room.waiting()
        room.store.record_polls([record])
        while pipeline.ingest(room.store, room.ingest_state, room.poller.now).taken:
            pass
        told += room.waiting() - before
    assert told == ([TITLES[3]] if has_news_between else [])


@pytest.mark.parametrize("date", [MORNING, ""], ids=["dated", "undated"])
@pytest.mark.parametrize("guids", [("a-1", None), (None, "a-1"), ("a-1", "b-1"), (None, None)])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_what_leaves_one_of_them_and_returns_is_no_news(
    room: Room, server: Hostile, order: tuple[int, int], guids: tuple[str | None, str | None], date: str
) -> None:
    """Where it has a text of its own there, it was told as a copy of what the other feed has."""
    texts = ["The yard delivers it in spring.", "Two hundred cabins, says the line."]
    documents = [rss(story(2, guid=guids[n], date=date, text=texts[n]), story(n)) for n in (0, 1)]
    urls = [server.serve(f"/{n}", answer(documents[n])) for n in (0, 1)]
    assert [await room.poll(urls[n]) for n in order] == [[], []]
    for document in (rss(story(0)), documents[0]):
        server.serve("/0", answer(document))
        assert [await room.poll(urls[n]) for n in order] == [[], []]


@pytest.mark.parametrize("address", ["https://ferry.example/", "https://ferry.example/current", "/a/item-{}"])
@pytest.mark.parametrize("date", ["Tue, 24 Nov 2026 {:02}:41:55 GMT", ""], ids=["dated", "undated"])
async def test_what_a_page_of_one_message_shows_next_is_news_there(
    room: Room, server: Hostile, date: str, address: str
) -> None:
    """All its messages have one address and no guid: the next was taken for an edit of the last, where a feed that is
    new had it in its baseline."""

    def message(number: int, hour: int) -> str:
        link = (
            address.format(number) if address.startswith("http") else f"https://ferry.example{address.format(number)}"
        )
        return story(number, guid=None, link=link, date=date.format(hour), text=f"The harbour office says {number}.")

    page = server.serve("/page", answer(rss(message(0, 7))))
    assert [await room.poll(page) for _ in range(2)] == [[], []]
    new = server.serve(
        "/new", answer(rss(story(2, guid="n-2", date=date.format(14), text="The harbour office says 2.")))
    )
    assert await room.poll(new) == []
    server.serve("/page", answer(rss(message(2, 14))))
    assert await room.poll(page) == [TITLES[2]]
