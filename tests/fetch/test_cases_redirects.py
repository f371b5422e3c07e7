"""docs/polling.md, fault cases 6 to 9, by number: redirects, against a hostile server on loopback."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.fetch import ParserPool
from bot.fetch.guard import refusal
from bot.model import FeedHealth, NoticeKind
from tests.builders import rss, rss_item
from tests.fetch.conftest import Poller, kinds_told, poller
from tests.fetch.hostile import (
    FEED,
    Hostile,
    answer,
    redirect,
    status,
)


@pytest.mark.parametrize("code", [301, 308])
async def test_case_06_a_permanent_chain_is_kept_once_stable(server: Hostile, polling: Poller, code: int) -> None:
    url = server.serve("/old", redirect("/middle", code))
    server.serve("/middle", redirect("/new", 301))
    server.serve("/new", answer(FEED, 'ETag: "n"'))
    first = await polling.poll(url)
    assert first.state.move
    assert first.state.move.to == server.url("/new")
    await polling.poll(url)
    third = await polling.poll(url)
    assert kinds_told(third.notices) == [NoticeKind.MOVED]
    before = len(server.requests("/old"))
    await polling.poll(url)
    assert len(server.requests("/old")) == before
    assert server.requests("/new")[-1].headers["if-none-match"] == '"n"'


@pytest.mark.parametrize("code", [302, 303, 307])
async def test_case_06_a_temporary_redirect_is_never_kept(server: Hostile, polling: Poller, code: int) -> None:
    url = server.serve("/old", redirect("/new", code))
    server.serve("/new", answer(FEED))
    for _ in range(4):
        record = await polling.poll(url)
        assert (record.state.health, record.state.move) == (FeedHealth.OK, None)
    assert len(server.requests("/old")) == 4


async def test_case_06_a_permanent_hop_after_a_temporary_one_is_not_kept(server: Hostile, polling: Poller) -> None:
    url = server.serve("/old", redirect("/middle", 302))
    server.serve("/middle", redirect("/new", 301))
    server.serve("/new", answer(FEED))
    assert (await polling.poll(url)).state.move is None


async def test_case_06_a_maintenance_page_does_not_capture_a_feed(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED))
    await polling.poll(url)
    server.serve("/feed", redirect("/maintenance"))
    server.serve("/maintenance", answer("<html><title>Back soon</title></html>", kind="text/html"))
    for _ in range(4):
        record = await polling.poll(url)
        assert (record.state.health, record.state.move) == (FeedHealth.FAILING, None)
    server.serve("/feed", answer(rss(rss_item(3), rss_item(2))))
    record = await polling.poll(url)
    assert (record.state.health, [entry.title for entry in record.entries]) == (FeedHealth.OK, ["Story 3"])


async def test_case_06_another_feed_behind_a_redirect_does_not_capture_either(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED))
    await polling.poll(url)
    server.serve("/feed", redirect("/notices"))
    server.serve("/notices", answer(rss()))
    for _ in range(5):
        await polling.poll(url)
    server.serve("/feed", answer(rss(rss_item(3), rss_item(2))))
    assert [entry.title for entry in (await polling.poll(url)).entries] == ["Story 3"]


async def test_case_06_a_kept_address_that_fails_gives_way_to_the_declared_one(
    server: Hostile, polling: Poller
) -> None:
    url = server.serve("/old", redirect("/new"))
    server.serve("/new", answer(FEED))
    for _ in range(4):
        await polling.poll(url)
    server.serve("/new", status(500))
    server.serve("/old", answer(FEED))
    for _ in range(3):
        record = await polling.poll(url)
    assert (record.state.health, record.state.move) == (FeedHealth.OK, None)


async def test_case_06_a_kept_move_is_looked_at_again_after_a_day(server: Hostile, polling: Poller) -> None:
    url = server.serve("/old", redirect("/new"))
    server.serve("/new", answer(FEED))
    for _ in range(4):
        await polling.poll(url)
    asked = len(server.requests("/old"))
    polling.now += timedelta(hours=25)
    await polling.poll(url)
    assert len(server.requests("/old")) == asked + 1


async def test_case_07_a_redirect_loop_backs_off(server: Hostile, polling: Poller) -> None:
    url = server.serve("/a", redirect("/b"))
    server.serve("/b", redirect("/a"))
    record = await polling.poll(url)
    assert record.state.health is FeedHealth.FAILING
    assert "circle" in (record.state.error or "")
    assert len(server.asked) == 2
    assert record.state.next_due_at > polling.now


async def test_case_07_six_redirects_are_too_many(server: Hostile, polling: Poller) -> None:
    for number in range(7):
        server.serve(f"/{number}", redirect(f"/{number + 1}", 302))
    server.serve("/5", answer(FEED))
    assert (await polling.poll(server.url("/0"))).state.health is FeedHealth.OK
    server.serve("/5", redirect("/6"))
    server.serve("/6", answer(FEED))
    assert "more than 5 redirects" in ((await polling.poll(server.url("/0"))).state.error or "")


PRIVATE = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f.1",
    "127.1",
    "017700000001",
    "0.0.0.0",
    "[::1]",
    "[::ffff:127.0.0.1]",
]


@pytest.mark.parametrize("host", PRIVATE)
async def test_case_08_a_private_address_is_refused_at_connect(server: Hostile, parsers: ParserPool, host: str) -> None:
    server.serve("/feed", answer(FEED))
    async with poller(parsers, allow_private_hosts=False) as polling:
        record = await polling.poll(f"http://{host}:{server.port}/feed")
    assert record.state.health is FeedHealth.FAILING
    assert "address" in (record.state.error or "")
    assert not server.asked


@pytest.mark.parametrize("host", [*PRIVATE, "169.254.169.254", "10.0.0.1", "[fe80::1%25lo]", "[64:ff9b::7f00:1]"])
async def test_case_08_a_redirect_to_a_private_address_is_refused(
    server: Hostile, parsers: ParserPool, host: str
) -> None:
    async with poller(parsers) as polling:

        async def guarded_from_now_on(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
            polling.fetcher.adopt(replace(polling.fetcher.settings, allow_private_hosts=False))
            writer.write(redirect(f"http://{host}:{server.port}/secret"))
            await writer.drain()
            writer.close()

        url = server.serve("/feed", guarded_from_now_on)
        server.serve("/secret", answer(FEED))
        record = await polling.poll(url)
    assert record.state.health is FeedHealth.FAILING
    assert not server.requests("/secret")


@pytest.mark.parametrize(
    ("host", "what"),
    [
        *((host, "a link-local address") for host in ("169.254.169.254", "0xa9fea9fe", "[::ffff:169.254.169.254]")),
        ("[fe80::1%25lo]", "a link-local address"),
        *(
            (host, "an address where a cloud hands out keys")
            for host in ("[fd00:ec2::254]", "[fd20:ce::254]", "100.100.100.200", "[::ffff:6464:64c8]", "168.63.129.16")
        ),
    ],
)
async def test_where_a_cloud_keeps_its_keys_nothing_is_asked(
    server: Hostile, polling: Poller, host: str, what: str
) -> None:
    """Nor where an intranet is allowed, on which a publisher may lead anywhere by a redirect."""
    for url in (f"http://{host}/latest/meta-data/", server.serve("/feed", redirect(f"http://{host}/latest/"))):
        record = await polling.poll(url)
        assert record.state.health is FeedHealth.FAILING
        assert (record.state.error or "").endswith(f"{what}: not fetched")


def test_the_neighbours_of_a_clouds_addresses_are_an_intranet_as_any_other() -> None:
    assert {refusal(host) for host in ("100.100.100.100", "fd00:ec3::254", "fd20:ce::253")} == {"a private address"}
    assert refusal("168.63.129.17") is None


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://example.org/x", "gopher://x/", "javascript:alert(1)", "data:text/xml,<rss/>"],
)
async def test_case_09_a_redirect_to_another_scheme_is_refused(server: Hostile, polling: Poller, target: str) -> None:
    record = await polling.poll(server.serve("/feed", redirect(target)))
    assert record.state.health is FeedHealth.FAILING
    assert "refused" in (record.state.error or "")
