"""The stand-in's Socket Mode: envelopes go out, acknowledgements come back; and response URLs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web


class SocketStandIn:
    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []
        """What came to response URLs."""
        self.acks: dict[str, dict[str, Any]] = {}
        """Envelope id -> the ack that came, with `at`."""
        self.connections: list[web.WebSocketResponse] = []
        self.pings = True
        """False: the socket goes silent, as a zombie does."""
        self.pings_sent = 0
        self.refusal: int | None = None
        """The HTTP status by which something on the way refuses every connection."""
        self.is_greeting = True
        """False: connections are taken, and no hello ever comes."""
        self.farewell: str | None = None
        """Slack's reason for which every new connection is ended at once (`link_disabled` …)."""
        self._pinging: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for socket in list(self.connections):
            await socket.close()
        for task in list(self._pinging):
            task.cancel()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it ends."""
        if self.refusal is not None:
            return web.Response(status=self.refusal)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections.append(socket)
        about = {"type": "hello", "num_connections": len(self.connections), "connection_info": {"app_id": "A0"}}
        if self.is_greeting:
            await socket.send_json(about)
        if self.farewell is not None:
            await socket.send_json({"type": "disconnect", "reason": self.farewell})
            await socket.close()
        pinging = asyncio.create_task(self._send_pings(socket))
        self._pinging.add(pinging)
        pinging.add_done_callback(self._pinging.discard)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    at = asyncio.get_running_loop().time()
                    self.acks.setdefault(answer.get("envelope_id", ""), {**answer, "at": at})
        finally:
            pinging.cancel()
            self.connections.remove(socket)
        return socket

    async def _send_pings(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await asyncio.sleep(1)
            if self.pings:
                await socket.ping(b"stand-in")
                self.pings_sent += 1

    async def send(self, envelope: Mapping[str, Any], within: float = 3.0) -> dict[str, Any]:
        """Sends an envelope to the newest socket and waits for its ack. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not self.connections:
                await asyncio.sleep(0.01)
            await self.connections[-1].send_json(envelope)
            while envelope["envelope_id"] not in self.acks:
                await asyncio.sleep(0.005)
        return self.acks[envelope["envelope_id"]]

    async def take_response(self, request: web.Request) -> web.Response:
        self.responses.append(await request.json())
        return web.json_response({"ok": True})
