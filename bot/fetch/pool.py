"""Documents in, `ParsedFeed` out, read in a process that can be killed.

The law: a document that kills, stalls or bloats its parser costs one feed one failure; the others are read by the next
process. Processes are spawned (a forked child would keep the store's lock), start when the first document comes, and
hold no more than `MEMORY`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import resource
import signal
from collections.abc import Mapping
from concurrent.futures import CancelledError
from datetime import datetime
from functools import partial
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from bot.core.parse import MAX_ENTRIES, ParsedFeed, parse
from bot.errors import ParseError

DEADLINE = 10.0
"""Seconds that one document may take (FEEDS.md)."""
MEMORY = 1_500_000_000
"""Bytes of address space of one parser."""


class Parser(Protocol):
    """What reads documents."""

    async def parse(self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime) -> ParsedFeed:
        """Raises: ParseError."""

    def close(self) -> None: ...


class ParserPool:
    """`workers` parser processes."""

    def __init__(self, workers: int = 2, deadline: float = DEADLINE, max_entries: int = MAX_ENTRIES) -> None:
        self._workers = workers
        self._deadline = deadline
        self._max_entries = max_entries
        self._pool: ProcessPool | None = None

    async def parse(self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime) -> ParsedFeed:
        """Reads one document. Raises: ParseError, also when its parser died or had to be killed."""
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._workers, initializer=_settle, context=multiprocessing.get_context("spawn")
            )
        kept = {
            name: headers[name] for name in ("content-type", "content-location", "content-language") if name in headers
        }
        call = partial(parse, body, url=url, headers=kept, seen_at=seen_at, max_entries=self._max_entries)
        future = self._pool.schedule(call, timeout=self._deadline)
        try:
            parsed: ParsedFeed = await asyncio.wrap_future(future)
        except TimeoutError:
            raise ParseError(f"the document takes longer than {self._deadline:.0f} s to read: given up") from None
        except ProcessExpired:
            raise ParseError("the document killed its parser: given up") from None
        except (MemoryError, RecursionError):
            raise ParseError("the document needs too much memory to read: given up") from None
        except ParseError:
            raise
        except (CancelledError, asyncio.CancelledError):
            raise asyncio.CancelledError from None
        except Exception as error:  # noqa: BLE001  # whatever a library makes of a hostile document costs one failure
            raise ParseError(f"the document cannot be read ({type(error).__name__})") from None
        return parsed

    def close(self) -> None:
        """Ends the processes, at work or not."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types it half
            with contextlib.suppress(TimeoutError):
                self._pool.join(timeout=1)
            self._pool = None


def _settle() -> None:
    """A parser's first act: bound its memory, leave Ctrl-C to the parent, keep imports out of later collections."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.collect()
    gc.freeze()
