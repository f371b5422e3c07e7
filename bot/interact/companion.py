"""Socket Mode beside a worker: tokens and a workplace in; people's commands done, from start to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.errors import WirewatchError
from bot.interact import commands
from bot.interact.actions import Actions
from bot.interact.replies import Replies
from bot.interact.socket import Socket
from bot.ports import Workplace
from bot.sinks.slack.calls import SlackCalls

log = structlog.get_logger()


class SocketMode:
    """A `Companion` of the worker."""

    def __init__(self, *, token: str, app_token: str, api_url: str | None, clock: Callable[[], datetime]) -> None:
        self._replies = Replies(SlackCalls(token, api_url))
        self._calls = SlackCalls(app_token, api_url)
        self._clock = clock
        self._running: asyncio.Task[None] | None = None
        self._actions: Actions

    async def start(self, place: Workplace) -> None:
        self._actions = Actions(place, self._replies, self._clock)
        socket = Socket(self._calls, self._take)

        async def run() -> None:
            try:
                await self._actions.settle()
            except WirewatchError as error:
                # The next start tries again; people can press buttons all the same.
                log.error("settle_failed", error=str(error))
            await socket.run()

        self._running = asyncio.create_task(run())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=1)
        await self._replies.close()
        await self._calls.close()

    def _take(
        self, envelope: str, kind: str, payload: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any] | None, Awaitable[None] | None]:
        command = commands.read(kind, payload)
        if command is None:
            return None, None
        if isinstance(command, commands.Saved):
            problems = self._actions.problems(command.form)
            if problems:
                return {"response_action": "errors", "errors": dict(problems)}, None
        return None, self._actions.take(envelope, command)
