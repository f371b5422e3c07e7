"""Calls → one thread that makes them, one at a time.

The store is synchronous and the event loop must not wait for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from bot.daemon_thread import carry_out
from bot.errors import StoreBusy

_T = TypeVar("_T")


class WriterThread:
    """The one thread that owns the store's connection and the story index. Calls run one at a time, in order.

    A daemon: a stop never waits for a call that hangs.
    """

    when_busy: Callable[[StoreBusy], Awaitable[None]] | None = None
    """What is done while the store is away, before the call is made again; None: who called hears of it."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        threading.Thread(target=self._work, name="writer", daemon=True).start()

    async def __call__(self, call: Callable[..., _T], /, *args: object, **kwargs: object) -> _T:
        while True:
            future: Future[_T] = Future()
            self._calls.put((future, partial(call, *args, **kwargs)))
            try:
                return await asyncio.wrap_future(future)
            except StoreBusy as error:
                if self.when_busy is None:
                    raise
                await self.when_busy(error)

    def _work(self) -> None:
        item = None
        while True:
            try:
                if (item := self._calls.get()) is None:
                    return
                carry_out(*item)
            except MemoryError as error:
                # Between two calls, too, memory may be short. Without this thread nothing would ever be kept again.
                if item is not None and not item[0].done():
                    item[0].set_exception(error)

    def stop(self) -> None:
        """Ends after the calls that already wait."""
        self._calls.put(None)
