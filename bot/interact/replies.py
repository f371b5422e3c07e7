"""Answers → calls to Slack: to one person, or into a view. A failure is logged, never raised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.errors import SinkError
from bot.interact.commands import Person
from bot.interact.views import Ephemeral
from bot.network.authorities import tls_context
from bot.network.proxies import proxy_of
from bot.network.resolver import connector
from bot.sinks.slack.answers import Refused
from bot.sinks.slack.calls import SlackCalls

_log = structlog.get_logger()


class Replies:
    """Speaks to people through the bot's token and through response URLs."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._session: aiohttp.ClientSession | None = None

    async def tell(self, person: Person, answer: Ephemeral) -> None:
        """Only that person sees it."""
        message: dict[str, Any] = {"text": answer.text}
        if answer.blocks:
            message["blocks"] = list(answer.blocks)
        if person.response_url and await self._respond(person.response_url, message):
            return
        try:
            if person.channel:
                await self._calls.call("chat.postEphemeral", {"channel": person.channel, "user": person.user} | message)
                return
        except Refused as error:  # `/watch` is heard in conversations that the app is no member of
            _log.info("reply_refused", method="chat.postEphemeral", error=str(error))
        except SinkError as error:
            _log.warning("reply_failed", method="chat.postEphemeral", error=str(error))
            return
        # Without a conversation to show it in (the home tab, a modal) the app's own messages to the person.
        await self._call("chat.postMessage", {"channel": person.user} | message)

    async def open_view(self, person: Person, view: Mapping[str, Any]) -> str | None:
        """The id of the view; None: Slack did not open it."""
        answer = await self._call("views.open", {"trigger_id": person.trigger_id, "view": view})
        opened = (answer or {}).get("view")
        return str(opened.get("id")) if isinstance(opened, Mapping) else None

    async def update_view(self, view_id: str, view_hash: str | None, view: Mapping[str, Any]) -> None:
        """With `view_hash`, only if nobody else has updated it since."""
        arguments: dict[str, Any] = {"view_id": view_id, "view": view}
        await self._call("views.update", arguments | ({"hash": view_hash} if view_hash else {}))

    async def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        await self._call("views.publish", {"user_id": user, "view": view})

    async def close(self) -> None:
        await self._calls.close()
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        try:
            return await self._calls.call(method, arguments)
        except SinkError as error:
            _log.warning("reply_failed", method=method, error=str(error))
            return None

    async def _respond(self, url: str, message: Mapping[str, Any]) -> bool:
        if urlsplit(url).scheme not in ("http", "https"):
            return False
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=connector(), timeout=aiohttp.ClientTimeout(total=5))
        body = {"response_type": "ephemeral", "replace_original": False, **message}
        try:
            async with self._session.post(url, json=body, proxy=proxy_of(url), ssl=tls_context()) as response:
                return response.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("reply_failed", method="response_url", error=type(error).__name__)
            return False
