"""Socket Mode: one connection that is always there. An envelope is acknowledged at once, then handed on.

The law: acknowledge first, then work. A connection is believed once Slack has said hello, and as long as it is heard:
our pings must come back within 20 s, and a server that has sent pings must go on sending them; otherwise it is a
zombie, and a new one is made. How the connection stands is told beside it: neither an acknowledgement nor a new
connection waits for the store. Nothing that Slack says makes us ask for connections in a row: Retry-After is kept, and
a connection that served nobody is followed by a growing pause.
slack_sdk's client is not used: it hides the server's pings, and keeps a spent address when a connect fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import structlog

from bot.errors import SinkError
from bot.network.authorities import tls_context
from bot.network.proxies import proxy_of
from bot.network.resolver import connector
from bot.sinks.slack.answers import RateLimited, Refused, failure_of, strange
from bot.sinks.slack.calls import SlackCalls

_PING_EVERY = 5.0
"""Seconds between two of our pings."""
_UNHEARD = 20.0
"""Seconds without any frame after which the connection counts as dead."""
_NO_SERVER_PING = 30.0
"""The same for the server's own pings, once it has sent one (Slack sends one every few seconds)."""
_CONNECT = 10.0
"""Seconds to connect, and to be greeted, at most."""
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 15.0
"""Seconds between attempts; doubles. A lost socket is to be back within 30 s."""
_SERVED = 5.0
"""Seconds after which a connection was worth making. One that ends sooner (Socket Mode was switched off, or Slack has
too many connections of the app) is made again at a growing distance: at once meant seventy a second."""
_FOR_A_PERSON = 60.0
"""Seconds between attempts where only a person can change what Slack says."""
_SWITCHED_OFF = "link_disabled"
_MENDS = {
    _SWITCHED_OFF: "Socket Mode is switched off for the app: turn it on (api.slack.com/apps, Socket Mode).",
    "too_many_websockets": "Slack takes ten connections of one app: end what else runs with this SLACK_APP_TOKEN.",
}
"""Slack's reasons to end a connection that a person must hear of, and what to do."""
_MEND = (
    "Make an app-level token with the scope connections:write (api.slack.com/apps, Basic Information), set "
    "SLACK_APP_TOKEN to it, and see that Socket Mode is on."
)
_MAX_MESSAGE = 4_000_000
"""Bytes of one message of Slack's; a view's state is the largest."""

Taken = tuple[Mapping[str, Any] | None, Awaitable[None] | None]
"""(what goes into the acknowledgement, the work to do after it)."""
Take = Callable[[str, str, Mapping[str, Any]], Taken]
"""(envelope id, type, payload) → what is made of them."""
_log = structlog.get_logger()


class Hearer(Protocol):
    """Hears how the connection stands; nobody waits for what it does about it, so it keeps the order itself."""

    async def well(self) -> None: ...

    async def broken(self, why: str, mend: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class _End:
    """Why a connection is over. `is_farewell`: Slack said so, and may go on sending for a while."""

    why: str
    is_farewell: bool = False


class Socket:
    """Keeps one connection. `take` is called for each envelope, and must be quick."""

    def __init__(
        self,
        calls: SlackCalls,
        take: Take,
        standing: Hearer,
        no_server_ping: float = _NO_SERVER_PING,
        no_hello: float = _CONNECT,
        served: float = _SERVED,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._calls = calls
        self._standing = standing
        self._no_hello = no_hello
        self._no_server_ping = no_server_ping
        self._served = served
        self._sleep = sleep
        self._take = take
        self._work: set[asyncio.Future[None]] = set()
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled: connects, listens, connects again."""
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        async with aiohttp.ClientSession(connector=connector()) as session:
            while True:
                try:
                    async with asyncio.timeout(_CONNECT):
                        socket = await self._connect(session)
                except (SinkError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                    wait = _wait_after(error, pause)
                    why = _words_of(error)
                    _log.warning("socket_failed", error=why, again_in=wait)
                    self._follow(self._standing.broken(why, _MEND if isinstance(error, Refused) else ""))
                    await self._sleep(wait)
                    pause = min(pause * 2, _LAST_PAUSE)
                    continue
                since = loop.time()
                end = await self._serve(socket)
                self.connected.clear()
                # A connection that served a while earns a quick new one.
                has_served = loop.time() - since > self._served
                pause = _FIRST_PAUSE if has_served else min(pause * 2, _LAST_PAUSE)
                if end.is_farewell:
                    # Slack goes on sending here until it closes: listen to both meanwhile.
                    self._follow(self._drain(socket))
                    if has_served and end.why not in _MENDS:
                        continue
                wait = _FOR_A_PERSON if end.why == _SWITCHED_OFF else pause
                _log.info("socket_lost", why=end.why, again_in=wait)
                self._follow(self._standing.broken(end.why, _MENDS.get(end.why, "")))
                await self._sleep(wait)

    async def _connect(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        """A new connection, to an address of its own. Raises what either call raises."""
        method = "apps.connections.open"
        answer = await self._calls.call(method, {})
        url = answer.get("url")
        if not isinstance(url, str):
            raise strange(method, "ok, but no address")
        return await session.ws_connect(
            url, autoping=False, max_msg_size=_MAX_MESSAGE, heartbeat=None, proxy=proxy_of(url), ssl=tls_context()
        )

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> _End:
        """Listens until the connection is over, or Slack asks for a new one; returns why."""
        end = _End("closed")
        try:
            end = await self._listen(socket)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            end = _End(type(error).__name__)
        finally:
            if not end.is_farewell:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                    async with asyncio.timeout(1):
                        await socket.close()
        return end

    async def _drain(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """What still comes over a connection that is being replaced."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(_CONNECT):
                while (await self._listen(socket, is_greeted=True)).is_farewell:
                    pass
        await socket.close()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, *, is_greeted: bool = False) -> _End:
        """Serves one connection; returns why it is over. `is_greeted`: Slack has said hello, and been believed."""
        loop = asyncio.get_running_loop()
        since = heard = loop.time()
        is_well = is_greeted
        server_ping: float | None = None
        pinged = 0.0
        while True:
            now = loop.time()
            if now - heard > _UNHEARD or (server_ping is not None and now - server_ping > self._no_server_ping):
                return _End("silent")
            is_greeted = is_greeted or self.connected.is_set()
            if not is_greeted and now - since > self._no_hello:
                return _End("no hello")
            if is_greeted and not is_well and now - since > self._served:
                is_well = True
                self._follow(self._standing.well())
            if now - pinged >= _PING_EVERY:
                pinged = now
                await socket.ping()
            try:
                message = await socket.receive(
                    timeout=_PING_EVERY / 2 if is_greeted else min(_PING_EVERY / 2, self._no_hello)
                )
            except TimeoutError:
                continue
            heard = loop.time()
            if message.type is aiohttp.WSMsgType.PING:
                server_ping = heard
                await socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                if (reason := await self._text(socket, message.data)) is not None:
                    return _End(reason, is_farewell=True)
            elif message.type in (
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSING,
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.ERROR,
            ):
                return _End("closed")

    async def _text(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> str | None:
        """One message. A text: why Slack asks for a new connection, or will have none."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(message, dict):
            return None
        kind = str(message.get("type", ""))
        if kind == "hello":
            self.connected.set()
            _log.info("socket_connected")
        elif kind == "disconnect":
            return str(message.get("reason") or "refresh_requested")
        envelope = message.get("envelope_id")
        if not isinstance(envelope, str) or not envelope:
            return None
        payload = message.get("payload")
        acknowledgement: dict[str, Any] = {"envelope_id": envelope}
        work = None
        try:
            answer, work = self._take(envelope, kind, payload if isinstance(payload, dict) else {})
            if answer is not None:
                acknowledgement["payload"] = answer
        except Exception as error:  # noqa: BLE001  # a payload that we trip over must not cost everybody the connection
            _log.error("envelope_failed", type=kind, error=f"{type(error).__name__}: {error}")
        # Whatever we make of it, Slack must not send it again because nobody said a word.
        await socket.send_json(acknowledgement)
        if work is not None:
            self._follow(work)
        return None

    def _follow(self, work: Awaitable[None]) -> None:
        """Does it beside the connection, which goes on at once."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("command_failed", error=f"{type(error).__name__}: {error}")


def _words_of(error: Exception) -> str:
    """What people read of it: never the socket's address, which holds a ticket."""
    match error:
        case SinkError():
            return str(error)
        case aiohttp.WSServerHandshakeError():
            return f"Socket Mode: HTTP {error.status}; a proxy or a firewall may let no WebSockets through"
        case _:
            return str(failure_of("Socket Mode", error, "Slack's socket", _CONNECT))


def _wait_after(error: Exception, pause: float) -> float:
    """Seconds until the next attempt: as long as Slack says, or a person needs; else `pause`."""
    match error:
        case RateLimited():
            return max(error.after, pause)
        case Refused():
            return _FOR_A_PERSON
        case _:
            return pause
