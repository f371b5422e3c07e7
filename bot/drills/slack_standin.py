"""A Slack of our own on loopback: the Web API that Wirewatch uses, and Socket Mode, strict and able to fail on demand.

The law: what Slack refuses is refused here, by the same word; what Slack stores is kept and can be read back; and each
call can be made to fail before or after it was stored, which is what tells an outbox that works from one that seems to.
For drills, demos and tests; it never leaves 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.drills import slack_limits
from bot.drills.slack_standin_socket import SocketStandIn

SCOPES = frozenset(
    {
        "chat:write",
        "channels:history",
        "groups:history",
        "channels:read",
        "groups:read",
        "commands",
    }
)
NEEDED = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.info": ("channels:read", "groups:read"),
}
BOT_USER = "U0WIREWATCH"
TEAM = "T0STANDIN"
FAULTS = (
    "reset_before",
    "reset_after",
    "500_before",
    "500_after",
    "html_after",
    "text_after",
    "list_after",
    "fatal_after",
    "slow_after",
    "late",
    "429",
)
"""Before: nothing was stored. After: it was. `slow_after`: stored at once, answered late; `late`: stored late."""


@dataclass(slots=True)
class Channel:
    """A conversation, with what was posted into it, oldest first."""

    id: str
    name: str
    private: bool = False
    archived: bool = False
    member: bool = True
    messages: list[dict[str, Any]] = field(default_factory=list)

    def top_level(self) -> list[dict[str, Any]]:
        """Messages that stand in the channel itself, not in a thread."""
        return [message for message in self.messages if "thread_ts" not in message]


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came in. `at`: the event loop's clock."""

    method: str
    arguments: Mapping[str, Any]
    at: float


class SlackStandIn(SocketStandIn):
    """Start it, point `SLACK_API_URL` at `url`, look at `channels` afterwards.

    Args:
        fault: asked at each call with its method and arguments; answers one of FAULTS, or None.
        rate: refuse (429) a post that follows the last one in its channel within this many seconds.
    """

    def __init__(
        self,
        channels: Mapping[str, str] | None = None,
        *,
        clock: Callable[[], datetime],
        token: str = "xoxb-stand-in",  # noqa: S107  # a token of nobody
        app_token: str = "xapp-stand-in",  # noqa: S107  # the same
        scopes: frozenset[str] = SCOPES,
        fault: Callable[[str, Mapping[str, Any]], str | None] | None = None,
        rate: float = 0.0,
        slow: float = 12.0,
    ) -> None:
        super().__init__()
        self.channels: dict[str, Channel] = {}
        for name, channel_id in (channels or {}).items():
            self.add_channel(name, channel_id)
        self.token, self.app_token, self.scopes, self.fault, self.rate, self.slow = (
            token,
            app_token,
            scopes,
            fault,
            rate,
            slow,
        )
        self._clock = clock
        self.token_error: str | None = None
        """Set to `token_revoked` and the like: every call is refused so."""
        self.calls: list[Call] = []
        self.problems: list[str] = []
        """Everything that was refused as malformed."""
        self.pages: list[str] = []
        """Everybody who was called by a message."""
        self.limited = 0
        """How often 429 was said because a post came too soon."""
        self.views: list[dict[str, Any]] = []
        """Every view opened, updated or published, in order."""
        self.ephemerals: list[dict[str, Any]] = []
        self.retry_after = 2
        self._ts = itertools.count(1)
        self._last_post: dict[str, float] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    def add_channel(self, name: str, channel_id: str, **more: Any) -> Channel:
        """`name` without #."""
        channel = Channel(id=channel_id, name=name.lstrip("#"), **more)
        self.channels[channel_id] = channel
        return channel

    def channel(self, name: str) -> Channel:
        """By name (with or without #) or id. Raises KeyError."""
        if name in self.channels:
            return self.channels[name]
        for channel in self.channels.values():
            if channel.name == name.lstrip("#"):
                return channel
        raise KeyError(name)

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
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/response/{name}", self._response)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio's servers have it

    async def stop(self) -> None:
        """Closes every connection."""
        await self.close_sockets()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- the Web API ---

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append(Call(method, arguments, asyncio.get_running_loop().time()))
        fault = self.fault(method, arguments) if self.fault is not None else None
        if fault in ("reset_before", "500_before", "429"):
            return self._fail(request, fault)
        if fault == "late":
            await asyncio.sleep(self.slow)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        answer = self._call(method, arguments, token)
        if fault == "slow_after":
            await asyncio.sleep(self.slow)
        elif fault not in (None, "late"):
            assert fault is not None
            return self._fail(request, fault)
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": str(self.retry_after)})
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _fail(self, request: web.Request, fault: str) -> web.Response:
        if fault.startswith("reset"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault == "429":
            answer = {"ok": False, "error": "ratelimited"}
            return web.json_response(answer, status=429, headers={"Retry-After": str(self.retry_after)})
        if fault.startswith("500"):
            return web.Response(status=500, text="Internal Server Error")
        if fault.startswith("text"):
            return web.Response(text="upstream trouble")
        if fault.startswith("list"):
            return web.json_response(["upstream", "trouble"])
        if fault.startswith("html"):
            return web.Response(text="<html>upstream trouble</html>", content_type="text/html")
        return web.json_response({"ok": False, "error": "fatal_error"})

    def _call(self, method: str, arguments: Mapping[str, Any], token: str) -> dict[str, Any]:
        if self.token_error is not None:
            return _no(self.token_error)
        if method == "apps.connections.open":
            if token != self.app_token:
                return _no("invalid_auth")
            return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/socket"}
        if token != self.token:
            return _no("invalid_auth")
        needed = NEEDED.get(method, ())
        if needed and not self.scopes.intersection(needed):
            return _no("missing_scope") | {"needed": needed[0], "provided": ",".join(sorted(self.scopes))}
        name = "_" + method.replace(".", "_")
        call: Callable[[Mapping[str, Any]], dict[str, Any]] | None = getattr(self, name, None)
        return call(arguments) if call is not None else _no("unknown_method")

    def _auth_test(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "ok": True,
            "team": "Stand-in",
            "team_id": TEAM,
            "user": "wirewatch",
            "user_id": BOT_USER,
            "bot_id": "B0",
        }

    def _chat_postMessage(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._target(arguments)
        if isinstance(channel, str):
            return _no(channel)
        refused = self._content_problem(arguments)
        if refused:
            return _no(refused)
        thread = arguments.get("thread_ts")
        if thread and not any(message["ts"] == thread for message in channel.messages):
            return _no("thread_not_found")
        now = asyncio.get_running_loop().time()
        if self.rate and now - self._last_post.get(channel.id, -1e9) < self.rate:
            self.limited += 1
            return _no("ratelimited")
        self._last_post[channel.id] = now
        message = {
            "type": "message",
            "user": BOT_USER,
            "ts": self._new_ts(),
            **{key: arguments[key] for key in ("text", "blocks", "metadata", "thread_ts") if arguments.get(key)},
        }
        channel.messages.append(message)
        self.pages += slack_limits.mentions(arguments.get("text"), arguments.get("blocks"))
        return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": message}

    def _chat_update(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._target(arguments, by_id=True)
        if isinstance(channel, str):
            return _no(channel)
        refused = self._content_problem(arguments)
        if refused:
            return _no(refused)
        for message in channel.messages:
            if message["ts"] == arguments.get("ts"):
                message |= {key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments}
                message["edited"] = {"user": BOT_USER, "ts": self._new_ts()}
                return {"ok": True, "channel": channel.id, "ts": message["ts"], "text": message.get("text", "")}
        return _no("message_not_found")

    def _chat_delete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._target(arguments, by_id=True)
        if isinstance(channel, str):
            return _no(channel)
        kept = [message for message in channel.messages if message["ts"] != arguments.get("ts")]
        if len(kept) == len(channel.messages):
            return _no("message_not_found")
        channel.messages[:] = kept
        return {"ok": True, "channel": channel.id, "ts": arguments.get("ts")}

    def _chat_postEphemeral(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._target(arguments)
        if isinstance(channel, str):
            return _no(channel)
        refused = self._content_problem(arguments)
        if refused:
            return _no(refused)
        self.ephemerals.append(dict(arguments))
        return {"ok": True, "message_ts": self._new_ts()}

    def _conversations_history(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._target(arguments, by_id=True, posting=False)
        if isinstance(channel, str):
            return _no(channel)
        return _page(list(reversed(channel.top_level())), arguments)

    def _conversations_replies(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self._target(arguments, by_id=True, posting=False)
        if isinstance(channel, str):
            return _no(channel)
        thread = arguments.get("ts")
        parent = [message for message in channel.messages if message["ts"] == thread]
        if not parent:
            return _no("thread_not_found")
        replies = [message for message in channel.messages if message.get("thread_ts") == thread]
        page = _page(replies, arguments)
        page["messages"] = parent + page["messages"]
        return page

    def _conversations_list(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        kinds = str(arguments.get("types") or "public_channel").split(",")
        found = [
            _about(channel)
            for channel in self.channels.values()
            if ("private_channel" if channel.private else "public_channel") in kinds
            and (channel.member or not channel.private)
            and not (channel.archived and str(arguments.get("exclude_archived")) == "true")
        ]
        start = int(arguments.get("cursor") or 0)
        limit = int(arguments.get("limit") or 100)
        following = str(start + limit) if start + limit < len(found) else ""
        return {"ok": True, "channels": found[start : start + limit], "response_metadata": {"next_cursor": following}}

    def _conversations_info(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(str(arguments.get("channel")))
        if channel is None or (channel.private and not channel.member):
            return _no("channel_not_found")
        return {"ok": True, "channel": _about(channel)}

    def _views_open(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return self._view(arguments, "open")

    def _views_update(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return self._view(arguments, "update")

    def _views_publish(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return self._view(arguments, "publish")

    def _view(self, arguments: Mapping[str, Any], how: str) -> dict[str, Any]:
        view = arguments.get("view")
        if not isinstance(view, Mapping):
            return _no("invalid_arguments")
        problems = slack_limits.block_problems(view.get("blocks"), view=True)
        if view.get("type") == "modal" and len(str(dict(view.get("title") or {}).get("text", ""))) not in range(1, 25):
            problems.append("a modal's title has 1 to 24 characters")
        if problems:
            self.problems += problems
            return _no("invalid_blocks") | {"response_metadata": {"messages": problems}}
        view_id = str(arguments.get("view_id") or f"V{next(self._ts):09d}")
        self.views.append({"how": how, "id": view_id, "user": arguments.get("user_id"), "view": dict(view)})
        return {"ok": True, "view": {"id": view_id, "hash": str(len(self.views)), **view}}

    # --- what calls have in common ---

    def _target(self, arguments: Mapping[str, Any], by_id: bool = False, posting: bool = True) -> Channel | str:
        name = str(arguments.get("channel") or "")
        channel = self.channels.get(name)
        if channel is None and not by_id:
            channel = next((c for c in self.channels.values() if c.name == name.lstrip("#")), None)
        if channel is None or (channel.private and not channel.member):
            return "channel_not_found"
        if channel.archived and posting:
            return "is_archived"
        if not channel.member and not (posting and "chat:write.public" in self.scopes):
            return "not_in_channel"
        return channel

    def _content_problem(self, arguments: Mapping[str, Any]) -> str | None:
        blocks = arguments.get("blocks")
        if not blocks and not str(arguments.get("text") or "").strip():
            return "no_text"
        if len(str(arguments.get("text") or "")) > 40_000:
            return "msg_too_long"
        if blocks:
            problems = slack_limits.block_problems(blocks)
            if problems:
                self.problems += problems
                return "invalid_blocks"
            if slack_limits.too_long(blocks):
                self.problems.append("all texts together are too long")
                return "msg_blocks_too_long"
        if arguments.get("metadata") is not None:
            problem = slack_limits.metadata_problem(arguments["metadata"])
            if problem:
                self.problems.append(problem)
                return problem
        return None

    def _new_ts(self) -> str:
        """Unique and rising; near the real time, as `oldest` is compared with it."""
        return f"{self._clock().timestamp():.3f}{next(self._ts) % 1000:03d}"


async def _arguments(request: web.Request) -> dict[str, Any]:
    """JSON, form fields or the query, as Slack takes them; nested fields of a form are JSON texts."""
    found: dict[str, Any] = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            found |= await request.json()
        else:
            for key, value in (await request.post()).items():
                nested = key in ("blocks", "metadata", "view") and isinstance(value, str)
                found[key] = json.loads(str(value)) if nested else value
    return found


def _page(messages: list[dict[str, Any]], arguments: Mapping[str, Any]) -> dict[str, Any]:
    oldest = float(arguments.get("oldest") or 0)
    chosen = [message for message in messages if float(message["ts"]) >= oldest]
    if str(arguments.get("include_all_metadata", "")).lower() not in ("true", "1"):
        chosen = [{key: value for key, value in message.items() if key != "metadata"} for message in chosen]
    start = int(arguments.get("cursor") or 0)
    limit = min(int(arguments.get("limit") or 100), 999)
    following = str(start + limit) if start + limit < len(chosen) else ""
    page = chosen[start : start + limit]
    return {"ok": True, "messages": page, "has_more": bool(following), "response_metadata": {"next_cursor": following}}


def _about(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": channel.member,
    }


def _no(word: str) -> dict[str, Any]:
    return {"ok": False, "error": word}
