"""A question to the archive → its answer, from a thread with a read-only connection of its own.

The law of this file: nothing here writes, makes or migrates a store. A SQLite file that was replaced (a restore) is
opened anew; a store that is away is asked again at the next request.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TypeVar

from bot.app import Environment, open_environment_archive
from bot.doctor import store_file
from bot.errors import StoreError
from bot.ports import Store

_T = TypeVar("_T")
_THREADS = 4
"""Questions that are answered at the same time; more readers wait their turn, and the worker's database has peace."""


class NoArchive(StoreError):
    """There is no store yet: no worker has run."""


class NobodyWaits(StoreError):
    """The reader went on to another page, or typed another letter."""


class ArchiveReader:
    """A few threads, each with its own connection."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="archive")
        self._own = threading.local()
        self._opened: list[Store] = []
        self._is_closing = False

    async def ask(self, question: Callable[[Store], _T], *, of_one_moment: bool = True) -> _T:
        """The answer to `question`. Raises StoreError, NoArchive.

        Args:
            of_one_moment: whether all that is read is of one moment; False: the question sees to that itself.
        """
        dropped = threading.Event()
        answer = asyncio.get_running_loop().run_in_executor(
            self._threads, self._answer, question, of_one_moment, dropped
        )
        try:
            return await answer
        except asyncio.CancelledError:
            dropped.set()  # who asked has gone: the thread is free for others
            raise

    def go_on(self, *_: object) -> None:
        """To be called now and then by long questions. Raises NobodyWaits when whoever asked has gone."""
        if self._is_closing or self._own.dropped.is_set():
            raise NobodyWaits("Nobody waits for this answer any more.")

    def close(self) -> None:
        """Long questions end at their next `go_on`."""
        self._is_closing = True
        self._threads.shutdown(cancel_futures=True)
        for store in self._opened:
            store.close()

    def _answer(self, question: Callable[[Store], _T], of_one_moment: bool, dropped: threading.Event) -> _T:
        self._own.dropped = dropped
        self.go_on()
        store = self._store()
        try:
            with store.snapshot() if of_one_moment else nullcontext():
                return question(store)
        except NobodyWaits:
            raise
        except StoreError:
            self._close(store)
            raise

    def _store(self) -> Store:
        file = store_file(self._environment)
        state = file.stat() if file is not None and file.exists() else None
        identity = (state.st_dev, state.st_ino) if state is not None else None
        store: Store | None = getattr(self._own, "store", None)
        if store is None or self._own.identity != identity:
            if store is not None:
                self._close(store)
            store = open_environment_archive(self._environment)
            if store is None:
                raise NoArchive("There is no archive yet: a worker (`wirewatch run`) makes it.")
            self._own.store, self._own.identity = store, identity
            self._opened.append(store)
        return store

    def _close(self, store: Store) -> None:
        """The next question opens it anew."""
        self._own.store = None
        self._opened.remove(store)
        store.close()
