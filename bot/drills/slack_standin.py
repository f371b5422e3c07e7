"""A Slack of our own on loopback: the Web API that Wirewatch uses, and Socket Mode, strict and able to fail on demand.

The law: each call can be made to fail before or after it was stored, which distinguishes an outbox that works from one
that seems to. For drills, demos and tests; it never leaves 127.0.0.1. What it keeps is in `slack_workspace`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any

from aiohttp import web

from bot.drills.slack_limits import MAX_WEIGHT
from bot.drills.slack_standin_socket import SocketStandIn
from bot.drills.slack_workspace import GRANTED_SCOPES, Workspace, refused_answer

FAULTS = (
    "reset_before", "reset_after", "500_before", "500_after", "html_after", "text_after", "list_after", "fatal_after",
    "ok_before", "ok_after", "gateway_before", "gateway_after", "redirect_before", "word_after", "slow_after", "late",
    "429",
)  # fmt: skip
"""Before: nothing was stored. After: it was. `slow_after`: stored at once, answered late; `late`: stored late."""


@dataclass(frozen=True, slots=True)
class StandInCall:
    """One call as it came in. `at`: the event loop's clock."""

    method: str
    arguments: Mapping[str, Any]
    at: float


class SlackStandIn(Workspace):
    """Start it, point `SLACK_API_URL` at `url`, look at `channels` afterwards.

    Args:
        fault: asked at each call with its method and arguments; answers one of FAULTS, or None.
        limit: what a message's blocks may weigh together.
        rate: refuse (429) a post that follows the last one in its channel within this many seconds.
    """

    def __init__(
        self,
        channels: Mapping[str, str] | None = None,
        *,
        clock: Callable[[], datetime],
        token: str = "xoxb-stand-in",  # noqa: S107  # a token of nobody
        app_token: str = "xapp-stand-in",  # noqa: S107  # the same
        scopes: frozenset[str] = GRANTED_SCOPES,
        fault: Callable[[str, Mapping[str, Any]], str | None] | None = None,
        rate: float = 0.0,
        slow: float = 12.0,
        limit: int = MAX_WEIGHT,
    ) -> None:
        super().__init__(clock=clock, scopes=scopes, rate=rate, limit=limit)
        for name, channel_id in (channels or {}).items():
            self.add_channel(name, channel_id)
        self.token, self.app_token, self.fault, self.slow = token, app_token, fault, slow
        self.socket = SocketStandIn()
        self.calls: list[StandInCall] = []
        self.retry_after: int | str = 2
        self.redirect = 302, "http://127.0.0.1:9/"
        """HTTP status and Location of the fault `redirect`."""
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """For SLACK_API_URL."""
        return f"http://127.0.0.1:{self.port}/api/"

    async def __aenter__(self) -> SlackStandIn:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listens on loopback; `port` 0 picks a free one."""
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/api/{method}", self._answer)
        app.router.add_get("/socket", self.socket.serve)
        app.router.add_post("/response/{name}", self.socket.take_response)
        app.on_response_prepare.append(self._date)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        """Slack's clock is that of the messages."""
        response.headers["Date"] = format_datetime(self._clock(), usegmt=True)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append(StandInCall(method, arguments, asyncio.get_running_loop().time()))
        fault = self.fault(method, arguments) if self.fault is not None else None
        if fault is not None and (fault == "429" or fault.endswith("_before")):
            return self._fail(request, fault)
        if fault == "late":
            await asyncio.sleep(self.slow)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        answer = self._authorised(method, arguments, token)
        if fault == "slow_after":
            await asyncio.sleep(self.slow)
        elif fault not in (None, "late"):
            assert fault is not None
            return self._fail(request, fault)
        if answer.get("error") == "ratelimited":
            return self._fail(request, "429")
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _authorised(self, method: str, arguments: Mapping[str, Any], token: str) -> dict[str, Any]:
        if self.token_error is not None:
            return refused_answer(self.token_error)
        if method == "apps.connections.open" and token == self.app_token:
            return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/socket?ticket=of-nobody"}
        return self.call(method, arguments) if token == self.token else refused_answer("invalid_auth")

    def _fail(self, request: web.Request, fault: str) -> web.Response:
        kind = fault.split("_")[0]
        if kind == "reset" and request.transport is not None:
            request.transport.abort()
        if kind == "429":
            headers = {"Retry-After": str(self.retry_after)}
            return web.json_response(refused_answer("ratelimited"), status=429, headers=headers)
        if kind == "redirect":
            return web.Response(status=self.redirect[0], headers={"Location": self.redirect[1]})
        return _FAILED.get(kind, _fatal)()


def _fatal() -> web.Response:
    return web.json_response(refused_answer("fatal_error"))


_FAILED: Mapping[str, Callable[[], web.Response]] = {
    "reset": web.Response,
    "500": partial(web.Response, status=500, text="Internal Server Error"),
    "text": partial(web.Response, text="upstream trouble"),
    "html": partial(web.Response, text="<html>upstream trouble</html>", content_type="text/html"),
    "list": partial(web.json_response, ["upstream", "trouble"]),
    "ok": partial(web.json_response, {"ok": True}),
    "word": partial(web.json_response, {"ok": False, "error": "Upstream failed"}),
    "gateway": partial(web.json_response, {"error": "forbidden"}, status=403),
}
"""What comes in Slack's place, by the first word of a fault."""


async def _arguments(request: web.Request) -> dict[str, Any]:
    """JSON, form fields or the query, as Slack takes them; nested fields of a form are JSON texts."""
    arguments: dict[str, Any] = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            arguments |= await request.json()
        else:
            for key, value in (await request.post()).items():
                nested = key in ("blocks", "metadata", "view") and isinstance(value, str)
                arguments[key] = json.loads(str(value)) if nested else value
    return arguments
