"""Answers as servers really send them: one small fault each, and what must come of it all the same."""

from __future__ import annotations

import gzip
import zlib
from asyncio import StreamWriter
from datetime import timedelta
from itertools import count

import pytest

from bot.fetch.heads import clean_head
from bot.fetch.http import client_timeout
from bot.model import FeedHealth
from tests.builders import rss, rss_item
from tests.fetch.conftest import Poller
from tests.fetch.hostile import FEED, Asked, Hostile, Script, answer, not_modified, status

BODY = FEED.encode()
LENGTH = f"Content-Length: {len(BODY)}"


def raw(*lines: str | bytes, body: bytes = BODY, end: bytes = b"\r\n") -> bytes:
    """An answer whose head is exactly this, and is the last one of its connection."""
    head = [line.encode() if isinstance(line, str) else line for line in (*lines, "Connection: close")]
    return end.join((*head, b"", body))


def chunked(end: bytes = b"\r\n", size: bytes = b"%x", behind: bytes | None = None, rest: bytes = b"") -> bytes:
    """An answer in chunks whose lines end in `end`, and the chunks in `behind`."""
    behind = end if behind is None else behind
    pieces = [BODY[:7], BODY[7:300], BODY[300:]]
    chunks = b"".join(size % len(piece) + end + piece + behind for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0" + end + rest + end


@pytest.mark.parametrize(
    "reply",
    [
        raw("HTTP/1.1 200 OK", LENGTH, LENGTH),
        raw("HTTP/1.1 200 OK", f"{LENGTH}, {len(BODY)}"),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Security-Policy: " + "a " * 40_000),
        raw("HTTP/1.1 200 OK", LENGTH, *[f"Set-Cookie: c{number}={'x' * 200}" for number in range(400)]),
        raw("HTTP/1.1 200 OK", LENGTH, "this is no header"),
        raw("HTTP/1.1 200 OK", LENGTH, "X Odd Name: 1", "X-Space : 2", ": 3"),
        raw("HTTP/1.1 200 OK", LENGTH, b"X-Control: a\x00b\x01c"),
        raw("HTTP/1.1 200 OK", LENGTH, "X-Folded: one", " two", "\tthree"),
        raw("HTTP/1.1 200 OK", LENGTH, end=b"\n"),
        raw("HTTP/1.1 200", LENGTH),
        raw("HTTP/1.0 200 OK"),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Encoding: none"),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Encoding: UTF-8"),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Encoding: binary"),
        answer(gzip.compress(BODY)),
        answer(gzip.compress(BODY), kind="application/gzip"),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" + raw("HTTP/1.1 200 OK", LENGTH),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000 + raw("HTTP/1.1 200 OK", LENGTH),
        answer(FEED, code=203),
        answer(FEED, code=226),
        answer(FEED, code=206),
        answer(FEED, f"Content-Range: bytes 0-{len(BODY) - 1}/{len(BODY)}", code=206),
        answer(FEED, f"Content-Range: bytes 0-{len(BODY) - 1}/*", code=206),
        raw("HTTP/1.1 200 OK", LENGTH, f"Content-Length: 0{len(BODY)}"),
        raw("HTTP/1.1 200 OK", f'Content-Length: "{len(BODY)}"'),
        raw("HTTP/1.1 200 OK", "Content-Length:"),
        raw("HTTP/1.1 200 OK", *[f"X-{number}: 1" for number in range(300)], LENGTH),
        raw("http/1.1 200 OK", LENGTH),
        raw("HTTP/1.1  200 OK", LENGTH),
        raw("HTTP/2 200", LENGTH),
        b"\r\n" + raw("HTTP/1.1 200 OK", LENGTH),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Encoding: text/xml"),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Encoding: charset=utf-8"),
        raw("HTTP/1.1 200 OK", LENGTH, "Content-Encoding: aws-chunked"),
        answer(gzip.compress(BODY), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        answer(gzip.compress(gzip.compress(BODY)), "Content-Encoding: gzip"),
        answer(gzip.compress(BODY), "Content-Encoding: deflate"),
        answer(zlib.compress(BODY)),
        chunked(),
        chunked(b"\n"),
        chunked(b"\n", behind=b"\r\n"),
        chunked(behind=b""),
        chunked(size=b"  %x  "),
        chunked(size=b"0x%X"),
        chunked(size=b"%x ; a=b"),
        chunked(rest=b"X-Sum: 1\r\n"),
        chunked() + b"\r\nrubbish",
        chunked()[:-2],
        raw("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"),
    ],
    ids=[
        "length twice",
        "length twice in a line",
        "80 kB of policy",
        "400 cookies",
        "no header",
        "odd names",
        "control characters",
        "folded",
        "bare line feeds",
        "no reason",
        "HTTP/1.0",
        "encoding none",
        "encoding utf-8",
        "encoding binary",
        "gzip nobody announced",
        "a file of gzip",
        "early hints",
        "interim answers by the thousand",
        "203",
        "226",
        "206",
        "206 of all",
        "206 of an unknown whole",
        "length twice, once with a zero before",
        "length in quotes",
        "no length at all",
        "300 headers",
        "lower case status line",
        "two spaces in the status line",
        "HTTP/2",
        "an empty line before",
        "encoding a media type",
        "encoding a parameter",
        "encoding aws-chunked",
        "gzip said twice",
        "gzip in gzip",
        "gzip called deflate",
        "deflate nobody announced",
        "chunks",
        "chunk lines with bare line feeds",
        "sizes with bare line feeds",
        "no line behind a chunk",
        "spaces around sizes",
        "sizes with 0x",
        "sizes with extensions",
        "trailers",
        "rubbish behind the last chunk",
        "no line behind the last chunk",
        "no chunks",
    ],
)
async def test_a_feed_is_read_whatever_stands_around_it(server: Hostile, polling: Poller, reply: bytes) -> None:
    record = await polling.poll(server.serve("/feed", reply))
    assert (record.state.health, record.state.error, len(record.entries)) == (FeedHealth.OK, None, 2)


async def test_the_answer_after_chunks_with_something_behind_is_read(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", chunked(rest=b"X: 1\r\n") + b"rubbish", answer(rss(rss_item(3), rss_item(2))))
    records = [await polling.poll(url) for _ in range(2)]
    assert [len(record.entries) for record in records] == [2, 1]


@pytest.mark.parametrize(("empty", "is_read"), [(50, True), (500, False)])
async def test_empty_lines_before_a_chunk_have_an_end(
    server: Hostile, polling: Poller, empty: int, is_read: bool
) -> None:
    """Nothing else bounds them: no byte of a body has come."""
    head, end, body = chunked().partition(b"\r\n\r\n")
    record = await polling.poll(server.serve("/feed", head + end + b"\r\n" * empty + body))
    assert (record.state.health is FeedHealth.OK, len(record.entries)) == (is_read, 2 if is_read else 0)


async def test_the_beginning_of_a_feed_of_unknown_length_is_a_part(server: Hostile, polling: Poller) -> None:
    part = BODY[: BODY.rindex(b"<item>") + 20]
    record = await polling.poll(
        server.serve("/feed", answer(part, f"Content-Range: bytes 0-{len(part) - 1}/*", code=206))
    )
    assert (record.state.health, len(record.entries)) == (FeedHealth.FAILING, 1)


@pytest.mark.parametrize("said", ["bytes 0-99/5000", "bytes 100-199/200", "items 0-1/2"])
async def test_a_part_is_no_feed(server: Hostile, polling: Poller, said: str) -> None:
    record = await polling.poll(server.serve("/feed", answer(FEED, f"Content-Range: {said}", code=206)))
    assert (record.state.health, record.state.status) == (FeedHealth.FAILING, 206)


async def test_lengths_that_contradict_each_other_fail(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", raw("HTTP/1.1 200 OK", LENGTH, "Content-Length: 7")))
    assert record.state.health is FeedHealth.FAILING


@pytest.mark.parametrize("close", ["Connection: close", "Connection: keep-alive"])
async def test_a_body_ends_with_its_length(server: Hostile, polling: Poller, close: str) -> None:
    """A proxy that rewrites a feed and keeps the length it had: what is whole is read, and the next answer, too."""
    short = f"Content-Length: {len(BODY) - 8}"
    url = server.serve("/feed", raw("HTTP/1.1 200 OK", short, close), answer(rss(rss_item(3), rss_item(2))))
    records = [await polling.poll(url) for _ in range(2)]
    assert [record.state.status for record in records] == [200, 200]
    assert [len(record.entries) for record in records] == [2, 1]


@pytest.mark.parametrize(
    "behind",
    [b"Content-Length: 5\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"\r\nhello"],
    ids=["length", "chunked", "unannounced"],
)
async def test_a_304_ends_with_its_head(server: Hostile, polling: Poller, behind: bytes) -> None:
    url = server.serve(
        "/feed",
        answer(FEED, 'ETag: "1"'),
        b"HTTP/1.1 304 Not Modified\r\n" + behind,
        answer(rss(rss_item(3), rss_item(2)), 'ETag: "2"'),
    )
    records = [await polling.poll(url) for _ in range(3)]
    assert [record.state.status for record in records] == [200, 304, 200]
    assert [len(record.entries) for record in records] == [2, 0, 1]


async def test_a_304_for_ever_gets_one_unconditional_request_a_day(server: Hostile, polling: Poller) -> None:
    async def stuck(asked: Asked, _: object, writer: object) -> None:
        is_conditional = "if-none-match" in asked.headers
        writer.write(not_modified() if is_conditional else answer(FEED, 'ETag: "1"'))  # type: ignore[attr-defined]  # a StreamWriter

    url = server.serve("/feed", stuck)
    for _ in range(75):
        await polling.poll(url)
        polling.now += timedelta(hours=1)
    asked = server.requests("/feed")
    assert [hour for hour in range(75) if "if-none-match" not in asked[hour].headers] == [0, 24, 48, 72]


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"", "x-amzn-waf-action: challenge", code=202, kind="text/html"),
        answer(b"", "x-amzn-waf-action: captcha", code=405, kind="text/html"),
        answer(b"<html>x</html>", "x-vercel-mitigated: challenge", code=429, kind="text/html"),
        answer(b"<html><title>Vercel Security Checkpoint</title></html>", code=403, kind="text/html"),
        answer(b"<html><title>Making sure you're not a bot!</title></html>", kind="text/html"),
        answer(
            b'<html><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">', code=202, kind="text/html"
        ),
        answer(b"<html><script>sucuri_cloudproxy_js=''</script></html>", kind="text/html"),
        answer(b"<html><title>Sucuri WebSite Firewall - Access Denied</title></html>", code=403, kind="text/html"),
        answer(b"<html>Access denied by Imunify360 bot-protection</html>", code=415, kind="text/html"),
        answer(b"<html><title>Radware Bot Manager Captcha</title></html>", kind="text/html"),
        answer(b"<html><title>Client Challenge</title></html>", kind="text/html"),
        answer(b'<html lang="de"><link href="/.within.website/x/xess/xess.css">', kind="text/html"),
        answer(b"", "sg-captcha: challenge", code=202, kind="text/html"),
        answer(
            b'<html><meta http-equiv="refresh" content="0;/.well-known/captcha/?r=%2F">', code=202, kind="text/html"
        ),
        answer(b"Forbidden", "x-vercel-mitigated: deny", code=403, kind="text/plain"),
        answer(b"<html><h1>Please wait while your request is being verified...</h1>", kind="text/html"),
        answer(b'{"message":"Access denied by Imunify360 bot-protection"}', code=403, kind="application/json"),
        answer(b"<html><title>Radware Captcha Page</title></html>", kind="text/html"),
        answer(b"<html>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18</html>", code=403, kind="text/html"),
    ],
)
async def test_a_bot_wall_is_blocked_and_told_so(server: Hostile, polling: Poller, reply: bytes) -> None:
    record = await polling.poll(server.serve("/feed", reply))
    assert record.state.health is FeedHealth.BLOCKED
    assert "browser" in (record.state.error or "")
    assert len(record.notices) == 1


def test_a_silent_server_gets_the_more_the_longer_timeout_is() -> None:
    assert [client_timeout(timedelta(seconds=seconds)).sock_read for seconds in (5, 30, 40, 90)] == [10, 10, 20, 70]


@pytest.mark.parametrize(
    "path, asked",
    [
        ("/a b.xml", "/a%20b.xml"),
        ("/a%2Fb.xml?x=%2F", "/a%2Fb.xml?x=%2F"),
        ("/100%.xml", "/100%.xml"),
        ("/é.xml?q=ü", "/%C3%A9.xml?q=%C3%BC"),
        ("/x?a=1&b=[2]|3", "/x?a=1&b=[2]|3"),
        ("/x?a+b=c%20d#part", "/x?a+b=c%20d"),
    ],
)
async def test_a_url_is_asked_as_it_is_written(server: Hostile, polling: Poller, path: str, asked: str) -> None:
    server.serve(asked, answer(FEED))
    assert (await polling.poll(server.url(path))).state.health is FeedHealth.OK


async def test_a_password_goes_as_utf_8_and_to_its_own_server_only(server: Hostile, polling: Poller) -> None:
    server.serve("/feed", answer(FEED))
    url = server.url("/feed").replace("http://", "http://jürgen:s%C3%A9same%40@")
    assert (await polling.poll(url)).state.health is FeedHealth.OK
    (asked,) = server.requests("/feed")
    assert asked.headers["authorization"] == "Basic asO8cmdlbjpzw6lzYW1lQA=="


async def test_a_feeds_own_authorization_wins_over_the_password_in_its_url(server: Hostile, polling: Poller) -> None:
    server.serve("/feed", answer(FEED))
    url = server.url("/feed").replace("http://", "http://a:b@")
    await polling.poll(url, headers={"authorization": "Bearer x"})
    assert server.requests("/feed")[0].headers["authorization"] == "Bearer x"


async def test_a_server_that_wants_to_be_asked_otherwise_is_told_of_and_asked_so(
    server: Hostile, polling: Poller
) -> None:
    url = server.serve("/feed", status(406), answer(FEED))
    assert "headers: {Accept: text/html}" in (await polling.poll(url)).state.error
    assert (await polling.poll(url, headers={"accept": "text/html"})).state.health is FeedHealth.OK
    assert [asked.headers["accept"] for asked in server.requests("/feed")][1:] == ["text/html"]


def test_a_head_that_is_fine_says_the_same_afterwards() -> None:
    head = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "\xe9 1"\r\nDate: x'
    assert sorted(clean_head(head).split(b"\r\n")) == sorted((head + b"\r\n\r\n").split(b"\r\n"))


@pytest.mark.parametrize(
    "line",
    [b"Set-Cookie: a=b", b"Content-Length: 5", b"no header", b" folded", b"X: a\x00b", b"Odd Name: 1", b"X: 1\nY: 2"],
)
def test_a_304_is_cleaned_where_it_needs_it(line: bytes) -> None:
    plain = b'HTTP/1.1 304 Not Modified\r\nETag: "1"'
    assert clean_head(plain, is_over=True) == plain + b"\r\n\r\n"
    assert b"\r\n" + line not in clean_head(plain + b"\r\n" + line, is_over=True)


async def test_status_204_is_no_feed(server: Hostile, polling: Poller) -> None:
    assert (await polling.poll(server.serve("/feed", status(204)))).state.health is FeedHealth.FAILING


async def test_of_several_waits_that_a_server_asks_for_the_last_counts(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", status(503, "Retry-After: 60", "Retry-After: 7200")))
    assert record.state.next_due_at - polling.now == timedelta(hours=2)


def refusing(reply: bytes, *heads: str) -> Script:
    """Gives the whole, with one more item each time, to who asks for it; `reply` to who asks whether it is new."""
    counter = count(2)

    async def script(asked: Asked, _: object, writer: StreamWriter) -> None:
        is_conditional = "if-none-match" in asked.headers or "if-modified-since" in asked.headers
        items = [rss_item(number) for number in range(next(counter), 0, -1)]
        writer.write(reply if is_conditional else answer(rss(*items), *heads))

    return script


@pytest.mark.parametrize("head", ['ETag: "1"', "Last-Modified: Tue, 24 Nov 2026 10:00:00 GMT"], ids=["ETag", "date"])
@pytest.mark.parametrize(
    "reply",
    [status(412), status(500), status(403), answer(""), answer("<html><title>Error</title></html>", kind="text/html")],
    ids=["412", "500", "403", "nothing", "a page"],
)
async def test_a_server_that_fails_where_it_is_asked_what_is_new_is_asked_for_the_whole(
    server: Hostile, polling: Poller, reply: bytes, head: str
) -> None:
    """It brought something every 31 to 46 hours, and what had left the feed in between was lost."""
    url = server.serve("/feed", refusing(reply, head))
    good = []
    for _ in range(12):
        record = await polling.poll_when_due(url)
        good.append(record.state.health is FeedHealth.OK)
    assert good == [True, False, True, False, True, False, *[True] * 6], "three times in a row are no chance"
    polling.now += timedelta(days=8)
    record = await polling.poll(url)
    assert record.state.health is FeedHealth.OK, "the whole, once a day in any case"
    assert [(await polling.poll(url)).state.health for _ in range(2)] == [FeedHealth.FAILING, FeedHealth.OK]
    server.serve("/feed", answer(FEED, head), not_modified(), status(500), not_modified())
    statuses = [(await polling.poll(url)).state.status for _ in range(3)]
    assert (statuses, len(server.requests("/feed"))) == ([200, 304, 500], 18)


async def test_a_server_that_is_busy_is_not_asked_for_more(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), status(503))
    for _ in range(4):
        await polling.poll(url)
        polling.now += timedelta(hours=3)
    assert ["if-none-match" in asked.headers for asked in server.requests("/feed")][1:] == [True] * 3
