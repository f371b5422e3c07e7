"""What is not Slack's answer settles nothing: a message counts as posted, absent or refused only where Slack says so.
And what people read of it says what to do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.drills.slack_standin import SlackStandIn
from bot.drills.slack_workspace import GRANTED_SCOPES
from bot.sinks.slack.answers import NotSent, Unclear
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.payload import EVENT_TYPE, payload
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.fetch.certificate import self_signed
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import keys, rows_of, settle

DIGEST_KEY = "d" * 40


@asynccontextmanager
async def behind(
    gateway: Callable[[web.Request], Awaitable[web.StreamResponse]], token: str
) -> AsyncIterator[SlackSink]:
    """A sink that reaches Slack through `gateway` alone."""
    app = web.Application()
    app.router.add_route("*", "/api/{method}", gateway)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    sink = SlackSink(token=token, api_url=url, clock=clock, pace=FAST)
    yield sink
    await sink.close()
    await runner.cleanup()


async def test_a_gateway_that_says_ok_to_everything_settles_nothing(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """Neither "posted" nor "absent": a message would be lost by the first, doubled by the second."""
    rows = [delivery(sink, name, digest(story(1)), address=name) for name in ("C0DESK0001", "#telecom")]
    store.add_deliveries(rows)
    slack.fault = lambda method, _: "ok_after" if method == "chat.postMessage" else "ok_before"
    for _ in range(20):
        await sink.deliver(writer, store)
        await asyncio.sleep(0.03)
    assert [row.state for row in rows_of(store, *rows)] == ["unknown", "unknown"]
    slack.fault = None
    await settle(sink, store)
    assert (keys(slack), keys(slack, "telecom")) == ([rows[0].key], [rows[1].key])


async def test_what_is_not_slacks_answer_tells_no_time(slack: SlackStandIn, store: SqliteStore) -> None:
    """A gateway whose clock was an hour ahead said when the call began: the history was read from then on, and the
    message that Slack had was absent."""
    faults = iter([False, True])

    async def gateway(request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] != "chat.postMessage" or (is_stored := next(faults, None)) is None:
            return await slack._answer(request)
        if is_stored:
            await slack._answer(request)
        ahead = format_datetime(clock() + timedelta(hours=1), usegmt=True)
        return web.Response(status=502, text="Bad Gateway", headers={"Date": ahead})

    async with behind(gateway, slack.token) as sink:
        rows = [delivery(sink, name, digest(story(1)), address=name) for name in ("#desk", "#telecom")]
        for row in rows:
            store.add_deliveries([row])
            await sink.deliver(writer, store)
        await settle(sink, store)
    assert (keys(slack), keys(slack, "telecom")) == ([rows[0].key], [rows[1].key])
    assert all(row.started_at is not None and row.started_at < clock() for row in rows_of(store, *rows))


@pytest.mark.parametrize("messages", [[None, 5, "x"], [{}], [{"ts": ""}], {"ts": "1.1"}], ids=repr)
async def test_a_history_of_what_is_no_message_shows_no_absence(
    slack: SlackStandIn, store: SqliteStore, messages: object
) -> None:
    faults = iter([{"ok": True, "messages": messages}] * 3)

    async def gateway(request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method == "conversations.history" and (fault := next(faults, None)) is not None:
            return web.json_response(fault)
        answer = await slack._answer(request)
        return web.Response(status=502) if method == "chat.postMessage" else answer

    async with behind(gateway, slack.token) as sink:
        row = delivery(sink, "a", digest(story(1)))
        store.add_deliveries([row])
        await settle(sink, store)
    assert keys(slack) == [row.key]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, status: int
) -> None:
    """A sign-in page was sent the message (307), and what it said was taken for Slack's: the news was lost."""
    asked = []

    async def sign_in(request: web.Request) -> web.Response:
        asked.append(await request.text())
        return web.json_response({"ok": True, "channel": "C0DESK0001", "ts": "1.1", "message": {"ts": "1.1"}})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", sign_in)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.redirect = status, f"http://localhost:{runner.addresses[0][1]}/portal"
    faults = iter(["redirect_before"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    (unclear,) = rows_of(store, row)
    await settle(sink, store)
    await runner.cleanup()
    assert asked == []
    assert "a redirect to localhost" in (unclear.error or "")
    assert keys(slack) == [row.key]


@pytest.mark.parametrize("level", [0, 2], ids=["in full", "as plain text"])
@pytest.mark.parametrize("shown", [None, {}, {"event_type": EVENT_TYPE, "event_payload": {}}], ids=str)
async def test_a_history_that_holds_metadata_back_doubles_nothing(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, shown: dict[str, Any] | None, level: int
) -> None:
    """The key was in the metadata alone, and what was not found there was posted again."""
    slack.metadata_shown = lambda _: shown
    row = delivery(sink, "a", digest(story(1)), payload=payload(DIGEST_KEY, digest(story(1)), level), key=DIGEST_KEY)
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    store.add_deliveries([row])
    await settle(sink, store)
    (kept,) = rows_of(store, row)
    is_told_apart = level == 0
    assert kept.state == ("sent" if is_told_apart else "unsettled" if shown else "sent")
    assert len(slack.channel("desk").messages) == (1 if is_told_apart or shown else 2), "without any sign it is absent"


@pytest.mark.parametrize("said", ["nan", "soon", "Wed, 21 Oct 2037 07:28:00 GMT"])
async def test_a_retry_after_that_is_no_number_is_half_a_minute(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, said: str
) -> None:
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([row])
    slack.fault, slack.retry_after = (lambda *_: "429"), said
    await sink.deliver(writer, store)
    (kept,) = rows_of(store, row)
    assert kept.state == "pending"
    assert "asks for 30 s of patience" in (kept.error or "")


async def test_what_nobody_could_settle_is_looked_for_again(slack: SlackStandIn, store: SqliteStore) -> None:
    """The scope comes a while after the trouble: nobody has to start the worker anew."""
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, unsettled=0.2))
    row, other = delivery(sink, "a", digest(story(1))), delivery(sink, "b", digest(story(2)))
    store.add_deliveries([row, other])
    faults = iter(["reset_after"])

    def fault(method: str, _: Mapping[str, object]) -> str | None:
        return next(faults, None) if method == "chat.postMessage" else None

    slack.fault = fault
    slack.scopes = frozenset({"chat:write", "channels:read", "groups:read"})
    await settle(sink, store, lambda: store.counts().outbox == {"unsettled": 1, "sent": 1})
    slack.scopes = GRANTED_SCOPES
    await settle(sink, store, lambda: store.counts().outbox == {"sent": 2})
    assert keys(slack) == [row.key, other.key]
    assert len(store.notices()) == 1
    await sink.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (web.Response(text="<html>Sign in</html>", content_type="text/html"), "not Slack's (HTTP 200, text/html)"),
        (web.Response(status=403, text="no"), "not Slack's (HTTP 403, text/plain)"),
        (web.Response(body=b'{"ok":true,"x":"\xff"}', content_type="application/json"), "not Slack's"),
        (web.Response(status=502), "HTTP 502"),
    ],
    ids=["a page", "a firewall", "no text", "a fault"],
)
async def test_what_people_read_of_an_answer(answer: web.Response, words: str) -> None:
    async def serve(_: web.BaseRequest) -> web.Response:
        return answer

    runner = web.ServerRunner(web.Server(serve))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    calls = SlackCalls("xoxb-nobody", f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
    with pytest.raises(Unclear) as raised:
        await calls.call("chat.postMessage", {})
    await calls.close()
    await runner.cleanup()
    assert words in str(raised.value)
    assert "Error" not in str(raised.value)


async def test_what_people_read_where_nothing_was_reached(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=self_signed(tmp_path))
    port = server.sockets[0].getsockname()[1]
    for url, words in (
        (f"https://localhost:{port}/", ("certificate of localhost is not accepted", "SSL_CERT_FILE")),
        ("http://127.0.0.1:1/", ("no connection to 127.0.0.1", "refused")),
        ("http://slack.invalid/", ("the name slack.invalid is not known here",)),
    ):
        calls = SlackCalls("xoxb-nobody", url)
        with pytest.raises(NotSent) as raised:
            await calls.call("auth.test", {})
        await calls.close()
        assert all(word in str(raised.value) for word in words), raised.value
    server.close()


async def test_an_authority_that_is_renewed_counts_at_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_: web.BaseRequest) -> web.Response:
        return web.json_response({"ok": True, "team": "Desk"})

    authorities = tmp_path / "authorities.pem"
    authorities.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities))
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self_signed(tmp_path, "proxy")).start()
    calls = SlackCalls("xoxb-nobody", f"https://localhost:{runner.addresses[0][1]}/api/")
    with pytest.raises(NotSent):
        await calls.call("auth.test", {})
    authorities.write_text((tmp_path / "proxy.pem").read_text())
    assert (await calls.call("auth.test", {}))["team"] == "Desk"
    await calls.close()
    await runner.cleanup()


async def test_a_machine_that_was_suspended_while_it_connected_sends_nothing() -> None:
    """Another worker has settled the message by then; the library's time-out went by a clock that stood still."""
    loop, slept = asyncio.get_running_loop(), asyncio.Event()

    def suspended_clock() -> datetime:
        return clock() + timedelta(minutes=5 if slept.is_set() else 0)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        loop.add_reader(server, slept.set)  # the connection comes about
        url = f"http://127.0.0.1:{server.getsockname()[1]}/api/"
        calls = SlackCalls("xoxb-of-nobody", url, FAST, suspended_clock)
        try:
            with pytest.raises(Unclear, match="this process stood still before the call"):
                await calls.call("chat.postMessage", {"channel": "C0DESK", "text": "Huawei wins"})
        finally:
            loop.remove_reader(server)
            await calls.close()
        with server.accept()[0] as connection:
            connection.settimeout(5)
            assert connection.recv(1) == b""
