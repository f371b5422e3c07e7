"""Connections that Slack ends, refuses or leaves hanging: made again in measure, and told where people look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.socket_trouble import SOCKET_TROUBLE, SocketTrouble
from bot.drills.slack_standin import SlackStandIn
from bot.interact import SocketMode
from bot.interact.socket import Socket
from bot.interact.standing import Standing
from bot.reports.status import status_report
from bot.sinks.slack.calls import SlackCalls
from tests.interact.conftest import Heard, Newsroom


def openings(slack: SlackStandIn) -> list[float]:
    return [call.at for call in slack.calls if call.method == "apps.connections.open"]


class Rests:
    """The pauses between connections; each ends when the test says so."""

    def __init__(self) -> None:
        self.seconds: asyncio.Queue[float] = asyncio.Queue()
        """What was asked for, in order."""
        self._ends = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.seconds.put_nowait(seconds)
        await self._ends.acquire()

    def end(self) -> None:
        self._ends.release()


class Stuck(Heard):
    """What is told never gets into the store."""

    async def well(self) -> None:
        await super().well()
        await asyncio.Event().wait()

    async def broken(self, why: str, mend: str = "") -> None:
        await super().broken(why, mend)
        await asyncio.Event().wait()


@asynccontextmanager
async def connecting(
    slack: SlackStandIn, heard: Heard, rests: Rests | None = None, no_hello: float = 10.0, served: float = 5.0
) -> AsyncIterator[None]:
    calls = SlackCalls(slack.app_token, slack.url)
    socket = Socket(
        calls,
        lambda envelope, kind, payload: (None, None),
        heard,
        no_hello=no_hello,
        served=served,
        sleep=rests or asyncio.sleep,
    )
    running = asyncio.create_task(socket.run())
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        running.cancel()
        await asyncio.wait([running])
        await calls.close()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn({}, clock=lambda: datetime.now(UTC)) as standin:
        yield standin


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_connection_that_is_ended_at_once_is_not_made_again_at_once(slack: SlackStandIn, reason: str) -> None:
    """Seventy connections a second were made."""
    slack.socket.farewell = reason
    heard, rests = Heard(), Rests()
    async with connecting(slack, heard, rests):
        for number, seconds in enumerate([1.0, 2.0, 4.0, 8.0, 15.0, 15.0], 1):
            assert await rests.seconds.get() == seconds
            assert (await heard.told.get())[0] == reason
            assert len(openings(slack)) == number
            rests.end()


async def test_socket_mode_that_was_switched_off_waits_for_a_person(slack: SlackStandIn) -> None:
    slack.socket.farewell = "link_disabled"
    heard, rests = Heard(), Rests()
    async with connecting(slack, heard, rests):
        assert await rests.seconds.get() == 60.0
        why, mend = await heard.told.get()
    assert (why, "turn it on" in mend) == ("link_disabled", True)


async def test_a_retry_after_is_kept(slack: SlackStandIn) -> None:
    slack.retry_after = 90
    slack.fault = lambda method, arguments: "429" if method == "apps.connections.open" else None
    heard, rests = Heard(), Rests()
    async with connecting(slack, heard, rests):
        assert await rests.seconds.get() == 90.0
        rests.end()
        assert [(await heard.told.get())[1] for _ in range(2)] == ["", ""], "nothing that a person must mend"
    assert len(openings(slack)) == 1


async def test_no_acknowledgement_waits_for_the_store(slack: SlackStandIn) -> None:
    """While the store hung, nothing was read: Slack takes no answer for a failure after 3 s."""
    heard = Stuck()
    async with connecting(slack, heard, served=0.0):
        assert await heard.told.get() == ("well", "")
        await slack.socket.send({"type": "interactive", "envelope_id": "e1", "payload": {}}, within=10)


@pytest.mark.parametrize("is_refused", [False, True], ids=["ended", "refused"])
async def test_no_new_connection_waits_for_the_store(slack: SlackStandIn, is_refused: bool) -> None:
    slack.socket.farewell, slack.socket.refusal = (None, 403) if is_refused else ("warning", None)
    rests = Rests()
    async with connecting(slack, Stuck(), rests):
        for number in range(1, 4):
            await rests.seconds.get()
            assert len(openings(slack)) == number
            rests.end()


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "HTTP 403; a proxy or a firewall"), (200, "HTTP 200; a proxy or a firewall")],
)
async def test_a_socket_that_is_refused_on_the_way_shows_no_ticket(
    slack: SlackStandIn, status: int, words: str
) -> None:
    """The address stood in the log, with the ticket that opens it."""
    slack.socket.refusal = status
    heard = Heard()
    async with connecting(slack, heard):
        why, _ = await heard.told.get()
    assert words in why
    assert "ticket" not in why


async def test_a_connection_without_a_hello_is_no_connection(slack: SlackStandIn) -> None:
    """It was kept for ever: half open, and deaf."""
    slack.socket.is_greeting = False
    heard = Heard()
    async with connecting(slack, heard, no_hello=0.2):
        assert await heard.told.get() == ("no hello", "")
        slack.socket.is_greeting = True
        while len(openings(slack)) < 2 or not slack.socket.connections:
            await asyncio.sleep(0.01)
        await slack.socket.send({"type": "interactive", "envelope_id": "e1", "payload": {}}, within=10)


async def test_a_token_that_is_refused_is_told_to_ops_and_in_status_once(room: Newsroom) -> None:
    slack, store = room.slack, room.store
    mode = SocketMode(token=slack.token, app_token="xapp-of-yesterday", api_url=slack.url, clock=room.clock)
    await mode.start(room.place())
    async with asyncio.timeout(10):
        while not store.notices():
            await asyncio.sleep(0.01)
    (notice,) = store.notices()
    assert "SLACK_APP_TOKEN" in notice.text
    assert "invalid_auth" in notice.text
    assert "xapp-of-yesterday" not in notice.text
    assert len(openings(slack)) == 1
    socket = status_report(store, room.ruleset, room.now)["socket"]
    assert "invalid_auth" in socket["reason"]
    await mode.stop()
    assert status_report(store, room.ruleset, room.now)["socket"] is None


async def test_trouble_of_seconds_is_no_news(room: Newsroom) -> None:
    standing = Standing(room.place(), room.clock)
    await standing.broken("closed")
    assert room.store.get_fact(SOCKET_TROUBLE) is None
    await standing.broken("link_disabled", "Turn it on.")
    began_at = room.now
    room.now = room.now.replace(microsecond=7)
    await standing.broken("link_disabled", "Turn it on.")
    trouble = SocketTrouble.load(room.store.get_fact(SOCKET_TROUBLE))
    assert trouble == SocketTrouble(why="link_disabled", since_at=began_at)
    assert len(room.store.notices()) == 1
    await standing.well()
    assert room.store.get_fact(SOCKET_TROUBLE) is None


async def test_what_is_told_while_the_store_is_busy_is_kept_in_that_order(room: Newsroom) -> None:
    is_free = asyncio.Event()
    is_free.set()

    async def write(call: Callable[..., object], /, *args: object, **kwargs: object) -> Any:
        await is_free.wait()
        return call(*args, **kwargs)

    standing = Standing(replace(room.place(), write=write), room.clock)
    await standing.broken("link_disabled", "Turn it on.")
    is_free.clear()
    async with asyncio.TaskGroup() as told:
        told.create_task(standing.well())
        told.create_task(standing.broken("link_disabled", "Turn it on."))
        for _ in range(3):
            await asyncio.sleep(0)  # both have begun
        is_free.set()
    assert room.store.get_fact(SOCKET_TROUBLE) is not None
