"""Socket Mode beside a worker, from its start to its stop: people's commands are read and done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.errors import StoreBusy, StoreError, WirewatchError
from bot.interact import views
from bot.interact.actions import Actions
from bot.interact.commands import Command, HomeOpened, Saved, Typed, read_command
from bot.interact.envelopes import Effects
from bot.interact.replies import Replies
from bot.interact.socket import Socket, Taken
from bot.interact.standing import Standing
from bot.ports import Workplace
from bot.sinks.slack.calls import SlackCalls

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between tries while the store is away: a failover takes half a minute."""
_FAILED = "Wirewatch could not do that just now ({}). `/watch list` shows what holds; try it again in a while."
_HALFWAY = "Wirewatch lost its store halfway through that. `/watch list` shows what holds; what is missing, try again."
_log = structlog.get_logger()


class SocketMode:
    """A `Companion` of the worker."""

    def __init__(
        self,
        *,
        token: str,
        app_token: str,
        api_url: str | None,
        clock: Callable[[], datetime],
        pauses: Sequence[float] = _PAUSES,
    ) -> None:
        self._pauses = pauses
        self._replies = Replies(SlackCalls(token, api_url))
        self._calls = SlackCalls(app_token, api_url)
        self._clock = clock
        self._running: asyncio.Task[None] | None = None
        self._standing: Standing | None = None

    async def start(self, place: Workplace) -> None:
        effects = Effects(place, self._replies, self._clock)
        actions = Actions(effects)

        def take(envelope: str, kind: str, payload: Mapping[str, Any]) -> Taken:
            command = read_command(kind, payload)
            if command is None:
                return None, None
            if isinstance(command, Saved) and (problems := actions.forms.problems(command.form)):
                return {"response_action": "errors", "errors": dict(problems)}, None
            return None, self._carry_out(partial(actions.take, envelope, command), effects, envelope, command)

        self._standing = standing = Standing(place, self._clock)
        socket = Socket(self._calls, take, standing)

        async def run() -> None:
            try:
                await effects.restate_all()
            except WirewatchError as error:
                # The next start tries again; people can press buttons all the same.
                _log.error("settle_failed", error=str(error))
            await socket.run()

        self._running = asyncio.create_task(run())

    async def _carry_out(
        self, work: Callable[[], Awaitable[None]], effects: Effects, envelope: str, command: Command
    ) -> None:
        """Does it, again while the store is away: an envelope takes effect once. Whoever asked hears when it fails."""
        person = None if isinstance(command, (HomeOpened, Typed)) else command.person
        pauses = (*self._pauses, None) if person is not None else (None,)
        for number, pause in enumerate(pauses):
            effects.repeated.discard(envelope)
            try:
                await work()
                if person is not None and number and envelope in effects.repeated:
                    # An earlier try took the envelope, and did not come to its end.
                    await effects.catch_up()
                    await self._replies.tell(person, views.say(_HALFWAY))
                break
            except Exception as error:
                if isinstance(error, StoreBusy) and pause is not None:
                    await asyncio.sleep(pause)
                    continue
                if person is not None:
                    why = "its store cannot be reached" if isinstance(error, StoreError) else "a fault of its own"
                    await self._replies.tell(person, views.say(_FAILED.format(why)))
                raise
        effects.repeated.discard(envelope)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=1)
        if self._standing is not None:
            await self._standing.well()
        await self._replies.close()
        await self._calls.close()
