"""docs/polling.md, fault cases 1 to 5, 10 to 15, 42, 43 and 45 to 47, by number: against a hostile server."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.core.polling import first_state, resettled
from bot.fetch import ParserPool
from bot.fetch.faults import fault_of
from bot.fetch.hosts import Hosts
from bot.model import FeedHealth, FetchSettings, NoticeKind
from tests.builders import rss, rss_item
from tests.fetch.certificate import self_signed
from tests.fetch.conftest import NOON, Poller, kinds_told, poller
from tests.fetch.hostile import (
    FEED,
    Hostile,
    answer,
    drip,
    hostile,
    not_modified,
    redirect,
    status,
)

HOUR = timedelta(hours=1)


async def test_case_01_a_304_is_no_parse(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), not_modified())
    await polling.poll(url)
    record = await polling.poll(url)
    assert (record.state.health, record.state.status, record.entries) == (FeedHealth.OK, 304, ())
    assert polling.parser.count == 1


async def test_case_02_a_304_brings_a_new_etag_and_max_age(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), not_modified('ETag: "2"', "Cache-Control: max-age=7200"))
    await polling.poll(url)
    record = await polling.poll(url)
    assert record.state.interval == 2 * HOUR
    await polling.poll(url)
    assert server.requests("/feed")[-1].headers["if-none-match"] == '"2"'


@pytest.mark.parametrize(
    "etag",
    [
        'W/"weak"',
        "naked",
        '"with "quotes" inside"',
        '"ünïcode"',
        '"caf\xe9-not-utf8"',
        '""',
        '"a", "b"',
        '"' + "x" * 5000 + '"',
    ],
    ids=["weak", "naked", "quotes", "utf8", "latin1", "empty", "list", "long"],
)
async def test_case_03_an_odd_etag_is_echoed_byte_for_byte(server: Hostile, polling: Poller, etag: str) -> None:
    raw = etag.encode("utf-8") if etag == '"ünïcode"' else etag.encode("latin-1")
    body = FEED.encode()
    head = b"HTTP/1.1 200 OK\r\nETag: " + raw + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    url = server.serve("/feed", head + body)
    await polling.poll(url)
    await polling.poll(url)
    assert server.requests("/feed")[-1].headers["if-none-match"].encode("latin-1") == raw


async def test_case_04_a_last_modified_that_is_no_date_is_echoed(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED, "Last-Modified: the day before yesterday, around ten"))
    await polling.poll(url)
    await polling.poll(url)
    assert server.requests("/feed")[-1].headers["if-modified-since"] == "the day before yesterday, around ten"


async def test_case_05_validators_ignored_and_the_same_body_is_no_parse(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'))
    await polling.poll(url)
    record = await polling.poll(url)
    assert (record.state.health, record.entries, polling.parser.count) == (FeedHealth.OK, (), 1)


async def test_case_10_410_once_backs_off_twice_a_day_apart_is_gone(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED))
    await polling.poll(url)
    server.serve("/feed", status(410))
    first = await polling.poll(url)
    assert first.state.health is FeedHealth.FAILING
    polling.now += timedelta(hours=23)
    assert (await polling.poll(url)).state.health is FeedHealth.FAILING
    polling.now += timedelta(hours=2)
    gone = await polling.poll(url)
    assert gone.state.health is FeedHealth.GONE
    assert kinds_told(gone.notices) == [NoticeKind.GONE]
    assert gone.state.next_due_at > polling.now + timedelta(hours=24)
    again = await polling.poll(url)
    assert (again.state.health, again.notices) == (FeedHealth.GONE, ())
    server.serve("/feed", answer(FEED))
    back = await polling.poll(url)
    assert (back.state.health, kinds_told(back.notices)) == (FeedHealth.OK, [NoticeKind.HEALED])


@pytest.mark.parametrize("code", [401, 403, 404])
async def test_case_11_refused_or_absent_backs_off_and_is_never_dropped(
    server: Hostile, polling: Poller, code: int
) -> None:
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'))
    await polling.poll(url)
    server.serve("/feed", status(code))
    waits = []
    for _ in range(8):
        record = await polling.poll_when_due(url)
        waits.append(record.state.next_due_at - polling.now)
        assert (record.state.health, record.state.status) == (FeedHealth.FAILING, code)
    assert waits[0] == 2 * HOUR
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=24)
    assert polling.validators(url) == ('"1"', None)


async def test_case_12_429_with_seconds_quiets_the_host(server: Hostile, polling: Poller) -> None:
    refused = server.serve("/refused", status(429, "Retry-After: 7000"))
    other = server.serve("/other", answer(FEED))
    record = await polling.poll(refused)
    assert record.state.next_due_at == polling.now + timedelta(seconds=7000)
    record = await polling.poll(other)
    assert record.postponed
    assert record.state.next_due_at >= polling.now + timedelta(seconds=6990)
    assert record.state.health is FeedHealth.NEW
    assert not server.requests("/other")


async def test_case_12_a_host_stays_quiet_after_a_restart(
    server: Hostile, polling: Poller, parsers: ParserPool
) -> None:
    await polling.poll(server.serve("/refused", status(429, "Retry-After: 7000")))
    other = server.serve("/other", answer(FEED))
    async with poller(parsers) as restarted:
        restarted.fetcher.remember(polling.states.values(), restarted.now)
        assert (await restarted.poll(other)).postponed


async def test_case_13_a_retry_date_counts_from_the_servers_own_clock(server: Hostile, polling: Poller) -> None:
    skewed = ("Date: Mon, 01 Jan 2024 00:00:00 GMT", "Retry-After: Mon, 01 Jan 2024 03:00:00 GMT")
    record = await polling.poll(server.serve("/feed", status(503, *skewed)))
    assert record.state.next_due_at == polling.now + 3 * HOUR


@pytest.mark.parametrize(
    "asked, hours",
    [
        ("soon", None),
        ("-5", None),
        ("", None),
        ("1.5e", None),
        ("315360000", 24),
        ("Sun, 24 Nov 2036 12:00:00 GMT", 24),
    ],
    ids=["word", "negative", "empty", "no number", "ten-years", "ten-years-date"],
)
async def test_case_14_rubbish_is_ignored_and_ten_years_are_a_day(
    server: Hostile, polling: Poller, asked: str, hours: int | None
) -> None:
    url = server.serve("/feed", answer(FEED), status(503, f"Retry-After: {asked}"))
    await polling.poll(url)
    record = await polling.poll(url)
    wait = record.state.next_due_at - polling.now
    assert wait == (2 * HOUR if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize("order", [1, -1])
async def test_case_14_of_two_answers_the_longer_counts(server: Hostile, polling: Poller, order: int) -> None:
    """A cache in between says its own: of repeated headers the last one counted."""
    asked = ["Retry-After: 30", "Retry-After: 10800.5"][::order]
    record = await polling.poll(server.serve("/feed", status(503, *asked)))
    assert record.state.next_due_at == polling.now + 3 * HOUR + timedelta(seconds=1)


async def test_case_15_flapping_backs_off_with_jitter_and_recovers_in_one_poll(
    server: Hostile, polling: Poller
) -> None:
    url = server.serve("/feed", answer(FEED), status(503), status(503), answer(rss(rss_item(3))))
    await polling.poll(url)
    polling.jitter = 0.0
    assert (await polling.poll(url)).state.next_due_at == polling.now + 1.6 * HOUR
    polling.jitter = 0.999999
    wait = (await polling.poll(url)).state.next_due_at - polling.now
    assert 4.79 * HOUR < wait < 4.81 * HOUR
    record = await polling.poll(url)
    assert (record.state.health, record.state.failures) == (FeedHealth.OK, 0)
    assert record.state.next_due_at - polling.now <= 1.1 * HOUR


async def test_case_42_cookies_and_referers_are_never_sent(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", status(302, "Location: /new", "Set-Cookie: a=1; Path=/"))
    server.serve("/new", answer(FEED, "Set-Cookie: b=2; Path=/"))
    await polling.poll(url)
    await polling.poll(url)
    assert len(server.asked) == 4
    for asked in server.asked:
        assert "cookie" not in asked.headers
        assert "referer" not in asked.headers
        assert asked.headers["user-agent"].startswith("wirewatch/")
        assert "(+http" in asked.headers["user-agent"]


@pytest.mark.parametrize("body", ["", "   \r\n ", "\ufeff"], ids=["empty", "blank", "mark"])
async def test_case_43_an_empty_200_fails(server: Hostile, polling: Poller, body: str) -> None:
    record = await polling.poll(server.serve("/feed", answer(body)))
    assert (record.state.health, record.state.status) == (FeedHealth.FAILING, 200)
    assert "empty" in (record.state.error or "")


@pytest.mark.parametrize("code", [201, 202, 204, 205])
async def test_case_43_a_success_without_a_feed_fails(server: Hostile, polling: Poller, code: int) -> None:
    record = await polling.poll(server.serve("/feed", answer(b"", code=code)))
    assert (record.state.health, record.state.status) == (FeedHealth.FAILING, code)


async def test_a_304_nobody_asked_for_fails(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", not_modified()))
    assert (record.state.health, record.state.status) == (FeedHealth.FAILING, 304)


async def test_case_45_a_host_with_many_feeds_is_spaced_and_starves_nobody(
    server: Hostile, parsers: ParserPool
) -> None:
    gap, patience = timedelta(seconds=0.05), timedelta(seconds=0.2)
    async with poller(parsers, per_host=gap, patience=patience) as polling, hostile() as other:
        other_url = other.serve("/alone", answer(FEED))
        urls = [server.serve(f"/{number}", answer(FEED)) for number in range(500)]
        records = await asyncio.gather(*(polling.poll(url) for url in urls), polling.poll(other_url))
    assert records[-1].state.health is FeedHealth.OK
    assert server.most_open <= 2
    put_off = [record for record in records if record.postponed]
    assert len(put_off) + len(server.asked) == 500
    assert len(put_off) > 400  # in the time that they wait, a handful has its turn; on a busy machine some dozen
    due = sorted(record.state.next_due_at for record in put_off)
    assert due[-1] - due[0] > gap * (len(put_off) - 2)


async def test_case_45_turns_at_a_host_are_apart() -> None:
    hosts, gap = Hosts(), timedelta(seconds=0.03)
    loop = asyncio.get_running_loop()
    times: list[float] = []

    async def ask(path: int) -> None:
        async with hosts.turn(f"https://busy.example/{path}", gap, None):
            times.append(loop.time())

    await asyncio.gather(*(ask(path) for path in range(8)))
    assert all(later - earlier >= 0.03 for earlier, later in pairwise(times))


async def test_case_45_two_at_a_time_and_none_with_per_host_zero(server: Hostile, parsers: ParserPool) -> None:
    async def served(at_once: int, gap: timedelta) -> int:
        """How many requests were open at once, where none is answered before `at_once` are."""
        barrier = asyncio.Barrier(at_once)

        async def script(_asked: object, _reader: object, writer: asyncio.StreamWriter) -> None:
            await barrier.wait()
            await asyncio.sleep(0.05)  # for one too many to come, were it let
            writer.write(answer(FEED))
            await writer.drain()
            writer.close()

        urls = [server.serve(f"/{number}", script) for number in range(6)]
        async with poller(parsers, per_host=gap) as polling:
            records = await asyncio.gather(*(polling.poll(url) for url in urls))
        assert [record.state.health for record in records] == [FeedHealth.OK] * 6
        return server.most_open

    assert await served(2, timedelta(milliseconds=1)) == 2
    assert await served(6, timedelta(0)) == 6


async def test_hosts_that_drip_do_not_keep_the_others_waiting(server: Hostile, parsers: ParserPool) -> None:
    """Three places, six hosts that drip for longer than the test: the healthy ones are through before any is cut."""
    async with poller(parsers, concurrency=3, timeout=timedelta(seconds=20)) as polling:
        dripping = [
            asyncio.create_task(polling.poll(server.serve(f"/drip{number}", drip(answer(FEED, length=9_999), 0.01))))
            for number in range(6)
        ]
        await asyncio.sleep(0)
        healthy = await asyncio.gather(
            *(polling.poll(server.serve(f"/{number}", answer(FEED))) for number in range(20))
        )
        assert [record.state.health for record in healthy] == [FeedHealth.OK] * 20
        assert not any(task.done() for task in dripping)
        for task in dripping:
            task.cancel()
        await asyncio.gather(*dripping, return_exceptions=True)


async def test_case_46_bad_tls_fails_without_a_way_around(tmp_path: Path, parsers: ParserPool) -> None:
    async with hostile(tls=self_signed(tmp_path), host="localhost") as server, poller(parsers) as polling:
        record = await polling.poll(server.serve("/feed", answer(FEED)))
    assert record.state.health is FeedHealth.FAILING
    assert "certificate" in (record.state.error or "")
    assert not server.asked


async def test_a_server_without_tls_is_told_as_that(polling: Poller) -> None:
    """Its certificate was called invalid, which it has none of."""

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        record = await polling.poll(f"https://127.0.0.1:{port}/feed")
    assert "speaks no TLS at this port" in (record.state.error or "")
    assert "certificate" not in (record.state.error or "")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(20, "browsers fetch by themselves", id="a chain that is not whole"),
        pytest.param(9, "Is this machine's clock right?", id="not valid yet"),
        pytest.param(10, "not valid: reason", id="expired"),
    ],
)
def test_a_certificate_that_is_refused_says_what_to_do(code: int, told: str) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "reason"
    assert told in str(fault_of(error, "https://news.example/feed"))


async def test_case_46_authorities_that_are_renewed_or_withdrawn_count_at_once(
    tmp_path: Path, parsers: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were read once: a worker that saw the file renewed could reach nobody until it was started again."""
    authorities = tmp_path / "authorities.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities))
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    self_signed(tmp_path, "old")
    async with hostile(tls=self_signed(tmp_path, "new"), host="localhost") as server, poller(parsers) as polling:
        url = server.serve("/feed", answer(FEED))
        health = []
        for held in (old.read_text(), new.read_text(), "", new.read_text()[:-40], old.read_text()):
            authorities.write_text(held)
            health.append((await polling.poll(url)).state.health)
    assert health == [FeedHealth.FAILING, FeedHealth.OK, FeedHealth.OK, FeedHealth.OK, FeedHealth.FAILING]


async def test_case_47_a_clock_set_forward_makes_one_poll_each(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED))
    await polling.poll(url)
    polling.now += timedelta(days=400)
    record = await polling.poll(url)
    assert record.state.next_due_at > polling.now
    assert record.state.health is FeedHealth.OK


def test_case_47_a_clock_set_back_draws_due_times_in_spread_out() -> None:
    fetch = FetchSettings()
    polling = Poller.__new__(Poller)
    feed = Poller.feed(polling, "https://news.example/feed")
    ahead = replace(
        first_state(feed, NOON, fetch), next_due_at=NOON + timedelta(days=400), last_poll_at=NOON + timedelta(days=400)
    )
    due = [resettled(feed, ahead, NOON, fetch, jitter).next_due_at - NOON for jitter in (0.0, 0.25, 0.99)]
    assert due == [timedelta(0), 0.25 * HOUR, 0.99 * HOUR]


async def test_a_feeds_own_headers_stay_at_its_origin(server: Hostile, polling: Poller) -> None:
    async with hostile() as other:
        url = server.serve("/feed", redirect(other.url("/new")))
        other.serve("/new", answer(FEED))
        for _ in range(5):
            await polling.poll(url, headers={"Authorization": "Bearer secret"})
    assert all(asked.headers["authorization"] == "Bearer secret" for asked in server.asked)
    assert all("authorization" not in asked.headers for asked in other.asked)


async def test_a_secret_in_the_address_is_never_told(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed?key=hush-hush", redirect("/feed2?key=hush-hush"))
    server.serve("/feed2?key=hush-hush", redirect("file:///x?key=hush-hush"))
    record = await polling.poll(url, id="secret", variables={"KEY": "hush-hush"})
    assert record.state.error
    assert "hush" not in record.state.error
    assert all("hush" not in notice.text + notice.key for notice in record.notices)
