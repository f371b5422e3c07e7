"""Clients that take their time over a request are let go: each holds a connection, and there are only so many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import Environment
from bot.web.app import make_runner
from bot.web.websub import routes

PATIENCE = 120.0
_HEAD = b"HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_FORM = _HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"


@asynccontextmanager
async def connected(folder: Path, slow: float) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async def late(_: web.Request) -> web.Response:
        await asyncio.sleep(slow * 3)
        return web.Response(text="late, and whole")

    async def faulty(_: web.Request) -> web.Response:
        raise TimeoutError

    environment = Environment.read({"STATE_DIR": str(folder), "WEB_TOKEN": "a-password-of-nobody"})
    ours = [web.get("/websub/late", late), web.get("/websub/faulty", faulty)]
    runner = make_runner(environment, [*ours, *routes(environment)], slow=slow)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
        async with asyncio.timeout(PATIENCE):
            yield reader, writer
        writer.close()
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"GET /healthz " + _HEAD, b""),
        (b"POST /login " + _FORM + b"Content-Length: 100\r\n\r\npassword=", b"HTTP/1.1 408 "),
        (b"POST /websub/x " + _HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b"HTTP/1.1 408 "),
    ],
    ids=["nothing", "half a head", "half a form", "half a push"],
)
async def test_what_does_not_come_over_ends(tmp_path: Path, sent: bytes, answer: bytes) -> None:
    async with connected(tmp_path, slow=0.3) as (reader, writer):
        writer.write(sent)
        assert (await reader.readline()).startswith(answer)
        await reader.read()  # to its end


async def test_an_answer_that_takes_longer_comes_whole(tmp_path: Path) -> None:
    async with connected(tmp_path, slow=0.3) as (reader, writer):
        writer.write(b"GET /websub/late " + _HEAD + b"\r\n")
        assert b"late, and whole" in await reader.readuntil(b"whole")


async def test_a_wait_of_ours_that_was_too_long_is_no_slow_client(tmp_path: Path) -> None:
    async with connected(tmp_path, slow=PATIENCE) as (reader, writer):
        writer.write(b"GET /websub/faulty " + _HEAD + b"\r\n")
        assert b" 500 " in await reader.readline()


async def test_a_form_in_pieces_is_read(tmp_path: Path) -> None:
    async with connected(tmp_path, slow=PATIENCE) as (reader, writer):
        for piece in (b"POST /login " + _FORM, b"Content-Length: 10\r\n", b"\r\npass", b"word=x"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        assert b" 401 " in await reader.readline()
