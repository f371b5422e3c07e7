"""Parser processes: what befalls one stays with the document that it was reading."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from bot.core.parse import DeltaParse
from bot.errors import MachineShort, ParseError
from bot.fetch import ParserPool
from tests.fetch.conftest import NOON, poller
from tests.fetch.hostile import Hostile, answer

FEED = b"<rss version='2.0'><channel><title>T</title><item><title>A</title><guid>a</guid></item></channel></rss>"


def parsers() -> list[psutil.Process]:
    """The parsers of this process: children of the server that forks them."""
    return [parser for child in psutil.Process().children() for parser in child.children()]


async def read(pool: ParserPool) -> int:
    return len((await pool.read(FEED, url="https://news.example/feed", headers={}, seen_at=NOON)).feed.entries)


async def test_parsers_killed_from_outside_are_replaced() -> None:
    """As the system does it when memory is short; pebble gives up a pool that loses a parser without work."""
    pool = ParserPool(workers=1)
    earlier = {parser.pid for parser in parsers()}
    try:
        assert await read(pool) == 1
        for _ in range(3):
            (mine,) = [parser for parser in parsers() if parser.pid not in earlier]
            os.kill(mine.pid, signal.SIGKILL)
            mine.wait(5)
            found = await asyncio.gather(*(read(pool) for _ in range(20)))
            assert found == [1] * 20
    finally:
        pool.close()


@pytest.mark.parametrize(
    "stopped",
    [
        pytest.param((), id="a parser", marks=pytest.mark.slow),
        pytest.param(("forkserver", "resource_tracker"), id="their server, too"),
    ],
)
async def test_a_document_that_no_parser_takes_is_read_by_another(stopped: tuple[str, ...]) -> None:
    """A parser that dies between taking a document and saying so takes it along: pebble waits for it for ever. And
    where a whole group of processes was stopped, and the worker alone goes on, nobody starts or buries another."""
    pool = ParserPool(workers=1, patience=3.0)
    earlier = {parser.pid for parser in parsers()}
    try:
        assert await read(pool) == 1
        (mine,) = [parser for parser in parsers() if parser.pid not in earlier]
        servers = [
            child for child in psutil.Process().children() if any(s in "".join(child.cmdline()) for s in stopped)
        ]
        for one in (mine, *servers):
            os.kill(one.pid, signal.SIGSTOP)
        assert bool(servers) is bool(stopped)
        async with asyncio.timeout(90):
            assert await asyncio.gather(read(pool), read(pool)) == [1, 1]
        assert not mine.is_running()
    finally:
        pool.close()


async def test_a_parser_killed_at_work_costs_one_failure() -> None:
    pool = ParserPool(workers=1, deadline=30)
    earlier = {parser.pid for parser in parsers()}
    try:
        assert await read(pool) == 1
        (mine,) = [parser for parser in parsers() if parser.pid not in earlier]
        categories = b"".join(b"<category>%d</category>" % number for number in range(200_000))  # compared in pairs
        stalling = FEED.replace(b"<guid>", categories + b"<guid>")
        stalled = asyncio.ensure_future(pool.read(stalling, url="https://news.example/", headers={}, seen_at=NOON))
        before = sum(mine.cpu_times()[:2])
        async with asyncio.timeout(60):
            while sum(mine.cpu_times()[:2]) - before < 0.5:  # at it
                await asyncio.sleep(0.05)
        os.kill(mine.pid, signal.SIGKILL)
        with pytest.raises(ParseError, match="killed its parser"):
            await stalled
        assert await read(pool) == 1
    finally:
        pool.close()


def open_files() -> set[int]:
    return {int(name) for name in os.listdir("/dev/fd") if os.path.exists(f"/dev/fd/{name}")}


@contextmanager
def files_left(free: int) -> Iterator[None]:
    """With so many descriptors free."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(open_files()) + 1 + free, hard))
    taken = []
    try:
        with suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(free):
            os.close(taken.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for number in taken:
            os.close(number)


@pytest.mark.parametrize("free", range(12))
async def test_a_start_that_fails_for_want_of_files_leaves_none_open(free: int) -> None:
    """multiprocessing loses a pipe with each, and its server: a worker with few files to open read nothing any more."""
    first = ParserPool(workers=1)
    try:
        assert await read(first) == 1  # the parsers' server and asyncio's threads have what they need
        before = open_files()
        with files_left(free):
            pool = ParserPool(workers=2)
            with pytest.raises(MachineShort, match="open files"):
                await read(pool)
        assert open_files() <= before
        assert await read(pool) == 1
        pool.close()
    finally:
        first.close()


async def test_what_a_start_needs_is_kept_for_it() -> None:
    """The first document comes when all connections are open."""
    first = ParserPool(workers=1)
    pool = ParserPool(workers=2)
    try:
        assert await read(first) == 1
        with files_left(0):
            assert await read(pool) == 1
    finally:
        pool.close()
        first.close()


class _Starved:
    """Reads nothing: there is no memory for it."""

    async def read(self, body: bytes, **_: object) -> DeltaParse:
        raise MemoryError

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        raise MemoryError

    def close(self) -> None:
        return


async def test_a_document_that_memory_is_short_for_is_told_as_that(server: Hostile) -> None:
    """A feed of 10 MB under `ulimit -v`: people were asked to report it."""
    async with poller(_Starved()) as polling:
        await polling.poll(server.serve("/feed", answer(FEED)))
    (state,) = polling.states.values()
    assert "no memory" in (state.error or "")
    assert "report" not in (state.error or "")
