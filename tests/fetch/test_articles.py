"""Full texts: the page of an entry, as far as robots.txt and the limits allow."""

from __future__ import annotations

import pytest

from tests.builders import rss, rss_item
from tests.fetch.conftest import Poller
from tests.fetch.hostile import Hostile, answer, silence, status

PARAGRAPHS = [
    f"The council decided on Tuesday that the {what} will be rebuilt before the winter, and that its cost is shared."
    for what in ("old harbour wall", "eastern pier", "fish market", "ferry landing", "customs house")
]
PAGE = (
    "<html><head><title>Harbour</title></head><body><nav><a href='/'>Home</a> <a href='/s'>Subscribe now</a></nav>"
    f"<article><h1>Harbour to be rebuilt</h1>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</article>"
    "<footer>Copyright, all rights reserved</footer></body></html>"
)


async def polled(server: Hostile, polling: Poller, **fields: object) -> str:
    """The body of the entry that is new in the second poll."""
    first, second = rss_item(1, link=server.url("/one")), rss_item(2, link=server.url("/two"))
    url = server.serve("/feed", answer(rss(first)), answer(rss(second, first)))
    await polling.poll(url, **fields)
    (entry,) = (await polling.poll(url, **fields)).entries
    return entry.body


async def test_the_article_becomes_the_body(server: Hostile, polling: Poller) -> None:
    server.serve("/two", answer(PAGE, kind="text/html; charset=utf-8"))
    body = await polled(server, polling, full_text=True)
    assert all(text in body for text in PARAGRAPHS)
    assert "Subscribe now" not in body
    assert [len(server.requests(path)) for path in ("/robots.txt", "/one", "/two")] == [1, 0, 1]


async def test_without_full_text_no_page_is_asked_for(server: Hostile, polling: Poller) -> None:
    assert await polled(server, polling) == ""
    assert not server.requests("/two")


@pytest.mark.parametrize(
    "robots, is_asked",
    [
        (answer("User-agent: *\nDisallow: /two\n", kind="text/plain"), False),
        (answer("User-agent: wirewatch\nDisallow: /\n", kind="text/plain"), False),
        (answer("User-agent: other\nDisallow: /\n", kind="text/plain"), True),
        (answer("", kind="text/plain"), True),
        (status(404), True),
        (status(503), False),
        (silence, False),
    ],
    ids=["all", "us", "others", "empty", "none", "broken", "silent"],
)
async def test_robots_txt_is_obeyed(server: Hostile, polling: Poller, robots: bytes, is_asked: bool) -> None:
    server.serve("/robots.txt", robots)
    server.serve("/two", answer(PAGE, kind="text/html"))
    body = await polled(server, polling, full_text=True)
    assert bool(server.requests("/two")) is is_asked
    assert (PARAGRAPHS[0] in body) is is_asked


@pytest.mark.parametrize(
    "page", [status(500), answer("%PDF-1.4", kind="application/pdf"), answer("", kind="text/html"), silence]
)
async def test_a_page_that_gives_nothing_leaves_the_entry_as_it_is(
    server: Hostile, polling: Poller, page: bytes
) -> None:
    server.serve("/two", page)
    assert await polled(server, polling, full_text=True) == ""
