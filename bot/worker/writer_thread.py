"""Calls → one thread that makes them, one at a time.

The store is synchronous and the event loop must not wait for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

_T = TypeVar("_T")


class WriterThread:
    """The one thread that owns the store's connection and the story index. Calls run one at a time, in order.

    A daemon: a stop never waits for a call that hangs.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        threading.Thread(target=self._work, name="writer", daemon=True).start()

    async def __call__(self, call: Callable[..., _T], /, *args: object, **kwargs: object) -> _T:
        future: Future[_T] = Future()
        self._calls.put((future, lambda: call(*args, **kwargs)))
        return await asyncio.wrap_future(future)

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            future, call = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  # handed to the caller, whoever it is
                future.set_exception(error)

    def stop(self) -> None:
        """Ends after the calls that already wait."""
        self._calls.put(None)
