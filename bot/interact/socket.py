"""Socket Mode: one connection that is always there. An envelope is acknowledged at once, then handed on.

The law: acknowledge first, then work. A connection is believed as long as it is heard: our pings must come back within
20 s, and a server that has sent pings must go on sending them; otherwise it is a zombie, and a new one is made.
slack_sdk's client is not used: it hides the server's pings, and keeps a spent address when a connect fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog

from bot.errors import SinkError
from bot.proxies import proxy_of
from bot.sinks.slack.calls import SlackCalls

_PING_EVERY = 5.0
_UNHEARD = 20.0
"""Seconds without any frame after which the connection counts as dead."""
_NO_SERVER_PING = 30.0
"""The same for the server's own pings, once it has sent one (Slack sends one every few seconds)."""
_CONNECT = 10.0
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 15.0
"""Seconds between attempts; doubles. A lost socket is to be back within 30 s."""
_MAX_MESSAGE = 4_000_000

Taken = tuple[Mapping[str, Any] | None, Awaitable[None] | None]
"""(what goes into the acknowledgement, the work to do after it)."""
Take = Callable[[str, str, Mapping[str, Any]], Taken]
"""(envelope id, type, payload) → what is made of them."""
_log = structlog.get_logger()


class Socket:
    """Keeps one connection. `take` is called for each envelope, and must be quick."""

    def __init__(self, calls: SlackCalls, take: Take, no_server_ping: float = _NO_SERVER_PING) -> None:
        self._calls = calls
        self._no_server_ping = no_server_ping
        self._take = take
        self._work: set[asyncio.Future[None]] = set()
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled: connects, listens, connects again."""
        pause = _FIRST_PAUSE
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with asyncio.timeout(_CONNECT):
                        answer = await self._calls.call_now("apps.connections.open", {})
                        url = str(answer.get("url"))
                        socket = await session.ws_connect(
                            url, autoping=False, max_msg_size=_MAX_MESSAGE, heartbeat=None, proxy=proxy_of(url)
                        )
                except (SinkError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                    _log.warning("socket_failed", error=str(error) or type(error).__name__, again_in=pause)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LAST_PAUSE)
                    continue
                loop = asyncio.get_running_loop()
                since = loop.time()
                why = await self._serve(socket)
                self.connected.clear()
                # A connection that served a while earns a quick new one.
                pause = _FIRST_PAUSE if loop.time() - since > 5 else min(pause * 2, _LAST_PAUSE)
                if why == "refresh":
                    # Slack goes on sending here until it closes: listen to both meanwhile.
                    self._follow(asyncio.ensure_future(self._drain(socket)))
                    continue
                _log.info("socket_lost", why=why, again_in=pause)
                await asyncio.sleep(pause)

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> str:
        """Listens until the connection is over, or Slack asks for a new one; returns why."""
        why = "closed"
        try:
            why = await self._listen(socket)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            why = type(error).__name__
        finally:
            if why != "refresh":
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                    async with asyncio.timeout(1):
                        await socket.close()
        return why

    async def _drain(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """What still comes over a connection that is being replaced."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(_CONNECT):
                while await self._listen(socket) == "refresh":
                    pass
        await socket.close()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> str:
        """Serves one connection; returns why it is over."""
        loop = asyncio.get_running_loop()
        heard = loop.time()
        server_ping: float | None = None
        pinged = 0.0
        while True:
            now = loop.time()
            if now - heard > _UNHEARD or (server_ping is not None and now - server_ping > self._no_server_ping):
                return "silent"
            if now - pinged >= _PING_EVERY:
                pinged = now
                await socket.ping()
            try:
                message = await socket.receive(timeout=_PING_EVERY / 2)
            except TimeoutError:
                continue
            heard = loop.time()
            if message.type is aiohttp.WSMsgType.PING:
                server_ping = heard
                await socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                if await self._text(socket, message.data):
                    return "refresh"
            elif message.type in (
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSING,
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.ERROR,
            ):
                return "closed"

    async def _text(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> bool:
        """One message. True: Slack asks for a new connection."""
        try:
            message = json.loads(text)
        except ValueError:
            return False
        if not isinstance(message, dict):
            return False
        kind = str(message.get("type", ""))
        if kind == "hello":
            self.connected.set()
            _log.info("socket_connected")
        elif kind == "disconnect":
            return True
        envelope = message.get("envelope_id")
        if not isinstance(envelope, str) or not envelope:
            return False
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
            self._follow(asyncio.ensure_future(work))
        return False

    def _follow(self, task: asyncio.Future[None]) -> None:
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("command_failed", error=f"{type(error).__name__}: {error}")
