"""Documents → `DeltaParse`, read in a process that can be killed.

The law: a document that kills, stalls or bloats its parser costs one feed one failure; the others are read by the next
process. Processes start when the first document comes and hold no more than 1.5 GB (`child`). They are forked from a
small server that has imported what they need and shares it with them (`seed`), never from this process: a child of
ours would keep the store's lock.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import datetime
from functools import partial
from importlib.machinery import ModuleSpec
from multiprocessing import forkserver, resource_tracker
from typing import Any, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.core.parse import MAX_ENTRIES, DeltaParse
from bot.core.parse.article import article_of
from bot.errors import MachineShort, ParseError
from bot.fetch.child import read_document, settle
from bot.fetch.faults import check_machine
from bot.fetch.temp_folder import make_room_again
from bot.signals import InterruptsHeldBack

_T = TypeVar("_T")
_DEADLINE = 10.0
"""Seconds that one document may take."""
_LOOK = 1.0
"""Seconds after which to see whether the pool still stands: one that broke forgets what waited in its queue."""
_PATIENCE = 30.0
"""Seconds for which no parser works on anything, after which what waits is believed lost."""
_ROOM = 12
"""Descriptors that a start takes at most for a moment: pipes to two parsers, their server and the tracker. Kept for it,
since the document that it is for comes while other connections have taken all: a worker of 64 read nothing."""
_SEED = "bot.fetch.seed"
"""What parsers have imported when they are forked."""


class Parser(Protocol):
    """What reads documents."""

    async def read(
        self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None = None
    ) -> DeltaParse:
        """Raises: ParseError."""

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        """The article of a web page as HTML paragraphs. Raises: ParseError."""

    def close(self) -> None: ...


class ParserPool:
    """`workers` parser processes."""

    def __init__(
        self,
        workers: int = 2,
        deadline: float = _DEADLINE,
        max_entries: int = MAX_ENTRIES,
        patience: float = _PATIENCE,
    ) -> None:
        self._workers = workers
        self._deadline = deadline
        self._patience = patience
        self._in_hand: set[Future[Any]] = set()
        self._max_entries = max_entries
        self._pool: ProcessPool | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False
        self._kept: list[int] = []
        with suppress(OSError):
            self._kept = _room()

    async def read(
        self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None = None
    ) -> DeltaParse:
        """One document, less what stood in the one before. Raises: ParseError, also when its parser was killed."""
        wanted = ("content-type", "content-language")
        of_content = {name: headers[name] for name in wanted if name in headers}
        call = partial(
            read_document,
            body,
            url=url,
            headers=of_content,
            seen_at=seen_at,
            before=before,
            max_entries=self._max_entries,
        )
        return await self._in_process(call)

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        """The article of a web page as HTML paragraphs, "" where there is none. Raises: ParseError."""
        return await self._in_process(partial(article_of, body, content_type, url))

    async def _in_process(self, call: Callable[[], _T]) -> _T:
        try:
            try:
                result = await self._outcome(call)
            except BrokenProcessPool:  # with all that was in hand: most likely not this document's fault
                result = await self._outcome_again(call)
        except TimeoutError:
            raise ParseError(f"the document takes longer than {self._deadline:.0f} s to read: given up") from None
        except ProcessExpired:
            raise ParseError("the document killed its parser: given up") from None
        except (MemoryError, RecursionError):
            raise ParseError("the document needs too much memory to read: given up") from None
        except (ParseError, MachineShort):
            raise
        except (CancelledError, asyncio.CancelledError):
            raise asyncio.CancelledError from None
        except Exception as error:  # noqa: BLE001  # whatever a library makes of a hostile document costs one failure
            raise ParseError(f"the document cannot be read ({type(error).__name__})") from None
        return result

    async def _outcome_again(self, call: Callable[[], _T]) -> _T:
        """Raises: MachineShort, and what `call` raises."""
        try:
            return await self._outcome(call)
        except BrokenProcessPool as error:  # a document that kills its parser breaks no pool
            raise _no_parser(error) from error

    async def _outcome(self, call: Callable[[], _T]) -> _T:
        """Raises: BrokenProcessPool, MachineShort, and what `call` raises."""
        try:
            pool = await self._started()
        except (OSError, RuntimeError) as error:  # no file, process or thread for it
            raise _no_parser(error) from error
        try:
            scheduled: Future[_T] = pool.schedule(call, timeout=self._deadline)
        except RuntimeError as error:  # it broke since then
            raise BrokenProcessPool from error
        self._in_hand.add(scheduled)
        future: asyncio.Future[_T] = asyncio.wrap_future(scheduled)
        idle = 0.0
        try:
            while not (await asyncio.wait({future}, timeout=_LOOK))[0]:
                _go_on()
                if not pool.active:
                    raise BrokenProcessPool
                idle = 0.0 if any(one.running() for one in self._in_hand) else idle + _LOOK
                if idle >= self._patience:
                    await self._replace(pool)
                    raise BrokenProcessPool
            return future.result()
        finally:
            self._in_hand.discard(scheduled)
            future.cancel()

    async def _replace(self, pool: ProcessPool) -> None:
        """Ends a pool whose parsers take nothing. One that is killed between taking a document and saying so takes it
        along: its deadline never begins, and pebble would wait for ever."""
        async with self._starting:
            if self._pool is pool:
                self._pool = None
                await asyncio.to_thread(_end_pool, pool)

    async def _started(self) -> ProcessPool:
        """The pool, its processes at work; a new one for one that broke.

        That happens when a parser is killed from outside (by the system, short of memory) while no document is in
        hand: pebble gives all of them up then. Started in a thread: until their server has imported what they need, the
        start waits, and answers that need no parser must not wait with it.
        """
        if self._pool is not None and self._pool.active:
            return self._pool
        async with self._starting:
            if self._pool is None or not self._pool.active:
                self._end()
                self._pool = await asyncio.to_thread(self._start)
            if self._is_closed:  # meanwhile
                self._end()
                raise asyncio.CancelledError
            return self._pool

    def _start(self) -> ProcessPool:
        _go_on()
        _spare_main()
        _leave_removed_folder()
        make_room_again()
        # Started here and not with the processes: it lets Ctrl-C through again, to whatever is started next.
        with InterruptsHeldBack():
            resource_tracker.ensure_running()
        # One that fails midway keeps for ever what multiprocessing has opened, and ends its server.
        _give_back(self._kept or _room())
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([_SEED])
        pool = ProcessPool(max_workers=self._workers, initializer=settle, context=context)
        try:
            with InterruptsHeldBack():
                _ = pool.active  # pebble starts its processes when it is asked for the first time
        except BaseException:
            _end_pool(pool)  # what it has opened until then, too: where files are short, the next start needs them
            raise
        return pool

    def close(self) -> None:
        """Ends the processes, at work or not."""
        self._is_closed = True
        _give_back(self._kept)
        self._end()

    def _end(self) -> None:
        if self._pool is not None:
            _end_pool(self._pool)
            self._pool = None


def _no_parser(error: Exception) -> MachineShort:
    """No parser comes, which is no document's fault. Raises: MachineShort, where it is known what is short."""
    check_machine(error)
    why = error.__cause__ or error
    return MachineShort(f"No parser can be started on this machine ({why}); `wirewatch doctor` may know why.")


def _room() -> list[int]:
    """As many descriptors as a start takes, to be kept or given back. Raises: OSError."""
    taken: list[int] = []
    try:
        while len(taken) < _ROOM:
            taken.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        _give_back(taken)
        raise
    return taken


def _give_back(taken: list[int]) -> None:
    while taken:
        os.close(taken.pop())


def _end_pool(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble types it half
    pool.join()


def _go_on() -> None:
    """Where all processes of a worker were stopped, and it alone was told to go on (`kill -CONT PID`), its parsers'
    server stood still for ever: no parser started or ended any more, no feed was read, and nothing said so."""
    servers: tuple[Any, ...] = (forkserver, resource_tracker)
    for pid in (servers[0]._forkserver._forkserver_pid, servers[1]._resource_tracker._pid):  # said nowhere else
        if pid is not None:
            with suppress(OSError):  # it ended, and its number may be another user's by now
                os.kill(pid, signal.SIGCONT)


def _leave_removed_folder() -> None:
    """Leaves the folder that this process stands in where it was removed meanwhile (an old release, after a deploy): no
    child could go there, and every feed would have failed."""
    try:
        os.getcwd()
    except FileNotFoundError:
        os.chdir("/")


def _spare_main() -> None:
    """Keeps children from importing the program's main script again (the whole command line, 30 MB each).

    multiprocessing leaves a main module alone whose name ends in `.__main__`; the script that pip writes for a command
    has no name.
    """
    main = sys.modules.get("__main__")
    if main is not None and getattr(main, "__spec__", None) is None and hasattr(main, "__file__"):
        main.__spec__ = ModuleSpec("wirewatch.__main__", None)
