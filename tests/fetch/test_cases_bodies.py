"""docs/polling.md, fault cases 16 to 20, by number: slow, huge and broken answers, from a hostile server."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Any

import pytest

from bot.model import FeedHealth
from tests.builders import rss, rss_item
from tests.fetch.conftest import Poller
from tests.fetch.hostile import (
    FEED,
    Hostile,
    answer,
    bomb,
    drip,
    endless_header,
    hang_up,
    silence,
    zipped,
)


async def test_case_16_one_byte_at_a_time_is_cut_at_the_deadline(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", drip(answer(FEED, length=100_000))))
    assert record.state.health is FeedHealth.FAILING
    assert "within 1.5 s" in (record.state.error or "")


async def test_case_16_a_dripping_body_is_cut_too_and_its_status_known(server: Hostile, polling: Poller) -> None:
    async def script(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.02)

    record = await polling.poll(server.serve("/feed", script))
    assert (record.state.health, record.state.status) == (FeedHealth.FAILING, 200)


async def test_case_17_a_silent_accept_is_cut(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", silence))
    assert (record.state.health, record.state.status) == (FeedHealth.FAILING, None)


async def test_case_17_an_endless_header_is_cut(server: Hostile, polling: Poller) -> None:
    assert (await polling.poll(server.serve("/feed", endless_header))).state.health is FeedHealth.FAILING


async def test_case_17_a_hang_up_fails(server: Hostile, polling: Poller) -> None:
    assert (await polling.poll(server.serve("/feed", hang_up))).state.health is FeedHealth.FAILING


@pytest.mark.parametrize(
    "junk", [b"SSH-2.0-OpenSSH\r\n", b"\x00\x01\x02", b"HTTP/1.1 abc\r\n\r\n", b"<rss/>", b"HTTP/9.9 200 OK\r\n\r\n"]
)
async def test_case_17_what_is_not_http_fails(server: Hostile, polling: Poller, junk: bytes) -> None:
    async def script(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(junk)
        await writer.drain()
        writer.close()

    assert (await polling.poll(server.serve("/feed", script))).state.health is FeedHealth.FAILING


async def test_case_18_a_gzip_bomb_is_cut_at_the_cap(server: Hostile, polling: Poller) -> None:
    start = rss(rss_item(1)).removesuffix("</channel></rss>").encode() + b"<item><title>"
    record = await polling.poll(server.serve("/feed", bomb(start, 60)))
    assert (record.state.health, [entry.title for entry in record.entries]) == (FeedHealth.OK, ["Story 1"])
    assert any("larger than the limit" in problem for problem in record.problems)


async def test_case_18_a_bomb_without_a_feed_fails(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", bomb(b"", 60)))
    assert (record.state.health, record.entries) == (FeedHealth.FAILING, ())


async def test_case_18_a_long_feed_of_many_entries_is_cut_and_read(server: Hostile, polling: Poller) -> None:
    long = rss(*(rss_item(number, title="word " * 300) for number in range(900)))
    record = await polling.poll(server.serve("/feed", zipped(long)))
    assert record.state.health is FeedHealth.OK
    assert 500 < len(record.entries) < 900


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"\x01\x02" + FEED.encode(), "Content-Encoding: gzip"),
        answer(b"\x0b\x04\x80" + FEED.encode(), "Content-Encoding: br"),
        answer(b"\xff\xfe\xfd" + FEED.encode(), "Content-Encoding: deflate"),
        answer(b"\x01" + FEED.encode(), "Content-Encoding: gzip, gzip"),
        zipped(FEED, cut=10),
        answer(b"\x01" + FEED.encode(), "Content-Encoding: quantum"),
    ],
    ids=["not-gzip", "br-unasked", "not-deflate", "twice", "truncated", "unknown"],
)
async def test_case_19_a_wrong_encoding_fails_and_the_feed_is_kept(
    server: Hostile, polling: Poller, reply: bytes
) -> None:
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), reply)
    await polling.poll(url)
    record = await polling.poll(url)
    assert (record.state.health, record.entries) == (FeedHealth.FAILING, ())
    assert polling.validators(url) == ('"1"', None)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, br"])
@pytest.mark.parametrize("before", ["", "\ufeff \n", " " * 40])
async def test_text_that_is_announced_as_compressed_is_read(
    server: Hostile, polling: Poller, encoding: str, before: str
) -> None:
    """A switch of a server's between the two, or a cache that unfolded the body and kept the head."""
    record = await polling.poll(server.serve("/feed", answer(f"{before}{FEED}", f"Content-Encoding: {encoding}")))
    assert (record.state.health, len(record.entries)) == (FeedHealth.OK, 2)


@pytest.mark.parametrize(
    "body",
    [b"\nWarning: Cannot modify header\n" + FEED.encode(), FEED.replace("utf-8", "utf-16").encode("utf-16")],
    ids=["behind a warning", "utf-16"],
)
async def test_what_is_no_gzip_is_not_unfolded(server: Hostile, polling: Poller, body: bytes) -> None:
    record = await polling.poll(server.serve("/feed", answer(body, "Content-Encoding: gzip")))
    assert (record.state.health, len(record.entries)) == (FeedHealth.OK, 2)


async def test_gzip_that_its_server_forgot_to_close_is_read_if_the_document_ends(
    server: Hostile, polling: Poller
) -> None:
    record = await polling.poll(server.serve("/feed", zipped(FEED, cut=8)))
    assert (record.state.health, len(record.entries)) == (FeedHealth.OK, 2)
    record = await polling.poll(server.serve("/cut", zipped(FEED, cut=60)))
    assert record.state.health is FeedHealth.FAILING


@pytest.mark.parametrize("said", ["identity", "binary", ""])
async def test_a_transfer_encoding_that_frames_nothing_is_none(server: Hostile, polling: Poller, said: str) -> None:
    record = await polling.poll(server.serve("/feed", answer(FEED, f"Transfer-Encoding: {said}")))
    assert (record.state.health, len(record.entries)) == (FeedHealth.OK, 2)


def in_steps(size: int, name: str) -> list[Any]:
    """Documents of that size alone and with something behind them, of which `make test` has one of many steps."""
    rests = {"rubbish behind": b"rubbish", "alone": b"", "padded": b"\0" * 40}
    return [
        pytest.param(size, rest, id=f"{name}-{id_}", marks=pytest.mark.slow if number and size > 1 else [])
        for number, (id_, rest) in enumerate(rests.items())
    ]


@pytest.mark.parametrize(("size", "rest"), [*in_steps(1, "one step"), *in_steps(3_000, "many steps")])
@pytest.mark.parametrize(
    ("encoding", "sums"),
    [("gzip", b"\1\2\3\4\5\6\7\x08"), ("gzip", None), ("deflate", b"\1\2\3\4")],
    ids=["gzip", "gzip with the length of another", "deflate"],
)
async def test_a_whole_document_whose_checksum_is_wrong_is_read(
    server: Hostile, polling: Poller, encoding: str, sums: bytes | None, size: int, rest: bytes
) -> None:
    """Something put a line into what was compressed already."""
    feed = rss(*(rss_item(number, text=f"{number}" * 40) for number in range(size + 1)))
    data = gzip.compress(feed.encode()) if encoding == "gzip" else zlib.compress(feed.encode())
    data = data[: -len(sums)] + sums if sums else data[:-4] + b"\7\7\0\0"
    url = server.serve("/feed", answer(data + rest, f"Content-Encoding: {encoding}"))
    record = await polling.poll(url)
    assert (record.state.health, len(record.entries)) == (FeedHealth.OK, size + 1)


async def test_case_20_a_truncated_body_keeps_the_old_validators(server: Hostile, polling: Poller) -> None:
    async def cut(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(rss(rss_item(1), rss_item(3)), 'ETag: "2"')[:-60])
        await writer.drain()
        writer.close()

    url = server.serve("/feed", answer(FEED, 'ETag: "1"', "Last-Modified: then"), cut)
    await polling.poll(url)
    record = await polling.poll(url)
    assert record.state.health is FeedHealth.FAILING
    assert polling.validators(url) == ('"1"', "then")


async def test_case_20_a_chunked_body_without_an_end_keeps_them_too(server: Hostile, polling: Poller) -> None:
    async def cut(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b'HTTP/1.1 200 OK\r\nETag: "2"\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n' + FEED.encode()[:64] + b"\r\n"
        )
        await writer.drain()
        writer.close()

    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), cut)
    await polling.poll(url)
    assert (await polling.poll(url)).state.health is FeedHealth.FAILING
    assert polling.validators(url) == ('"1"', None)


async def test_case_20_a_body_cut_by_its_connection_gives_its_whole_entries_and_fails(
    server: Hostile, polling: Poller
) -> None:
    """Without a length only the document tells; what came whole is news all the same."""
    reply = b'HTTP/1.0 200 OK\r\nETag: "2"\r\n\r\n' + rss(rss_item(4), rss_item(3)).encode()[:-60]
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), reply)
    await polling.poll(url)
    record = await polling.poll(url)
    assert record.state.health is FeedHealth.FAILING
    assert [entry.title for entry in record.entries] == ["Story 4"]
    assert polling.validators(url) == ('"1"', None)


@pytest.mark.parametrize("end", ["Content-Length: 100000", "Transfer-Encoding: chunked"], ids=["length", "chunks"])
@pytest.mark.parametrize(("cut", "titles"), [(None, ["Story 4", "Story 3"]), (-60, ["Story 4"])], ids=["whole", "cut"])
async def test_case_20_a_body_shorter_than_its_server_says(
    server: Hostile, polling: Poller, end: str, cut: int | None, titles: list[str]
) -> None:
    """Some servers say a wrong length with every answer, or never close the last chunk."""
    body = rss(rss_item(4), rss_item(3)).encode()[:cut]
    if end.startswith("Transfer"):
        body = b"%x\r\n" % len(body) + body + b"\r\n"

    async def reply(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(f'HTTP/1.1 200 OK\r\nETag: "2"\r\n{end}\r\n\r\n'.encode() + body)
        await writer.drain()
        writer.close()

    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), reply)
    await polling.poll(url)
    record = await polling.poll(url)
    assert [entry.title for entry in record.entries] == titles
    is_whole = cut is None
    assert record.state.health is (FeedHealth.OK if is_whole else FeedHealth.FAILING)
    assert polling.validators(url) == (f'"{1 + is_whole}"', None)
