"""Whether Socket Mode stands → the store, for `status`; and ops, where only a person can mend it.

The law: a button that nobody answers is told where people look. A connection that comes back by itself within a minute
is no news; what Slack refuses is told at once, once a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.core.codec import dumps
from bot.core.socket_trouble import SOCKET_TROUBLE, SocketTrouble
from bot.errors import WirewatchError
from bot.model import Notice
from bot.ports import Workplace

_NEWS_AFTER = 60.0
"""Seconds without a connection after which `status` says so, where Slack may yet answer by itself."""
_log = structlog.get_logger()


class Standing:
    """Of one worker's connection; begins as well."""

    def __init__(self, place: Workplace, clock: Callable[[], datetime]) -> None:
        self._place = place
        self._clock = clock
        self._since_at: datetime | None = None
        self._until_news = 0.0
        self._kept: str | None = None
        """The fact as the store has it; what a worker before left is gone (`forget_last_worker`)."""
        self._turn = asyncio.Lock()
        """What is told is kept in the order in which it was told: nobody waits for one before he tells the next."""

    async def well(self) -> None:
        """It is connected and stays so (or nobody wants it any more)."""
        async with self._turn:
            self._since_at = None
            await self._keep(None)

    async def broken(self, why: str, mend: str = "") -> None:
        """There is no connection. `mend`: what a person does about it; empty: it may come back by itself."""
        now, time = self._clock(), asyncio.get_running_loop().time()
        async with self._turn:
            if self._since_at is None:
                self._since_at, self._until_news = now, time + _NEWS_AFTER
            if mend or time >= self._until_news:
                await self._keep(SocketTrouble(why=why, since_at=self._since_at))
            if mend:
                text = f"Buttons and /watch are not answered ({why}); messages go out as ever. {mend}"
                key = f"socket:{now.date()}:{why}"
                await self._write(self._place.store.add_notices, [Notice(key=key, text=text, at=now)])

    async def _keep(self, trouble: SocketTrouble | None) -> None:
        fact = dumps(trouble) if trouble is not None else None
        if fact != self._kept and await self._write(self._place.store.save_facts, {SOCKET_TROUBLE: fact}):
            self._kept = fact

    async def _write(self, call: Callable[..., object], what: object) -> bool:
        try:
            await self._place.write(call, what)
        except WirewatchError as error:
            # The store fails, and says so by itself: people's buttons do not wait for it.
            _log.warning("standing_not_kept", error=str(error))
            return False
        return True
