"""A hostile HTTP server on loopback: what publishers' servers do, byte for byte, and what the wicked ones do.

A `Hostile` keeps a script of answers per path and every request it was sent. An answer is bytes written as they are,
or a coroutine that has the connection to itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.builders import rss, rss_item

Script = Callable[["Asked", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: header values are latin-1 text, so every byte shows."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    body: bytes = b""


@dataclass(slots=True)
class Hostile:
    """The server. `url(path)`; `answers[path]` is the next answers, the last one stays."""

    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, list[bytes | Script]] = field(default_factory=lambda: defaultdict(list))
    open_now: int = 0
    most_open: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str = "/feed") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def serve(self, path: str, *answers: bytes | Script) -> str:
        """From now on `path` gives these answers in turn, the last one for ever. Returns its address."""
        self.answers[path] = list(answers)
        return self.url(path)

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            with contextlib.suppress(Exception):
                writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers: dict[str, str] = {}
        for name, _, value in (line.partition(":") for line in lines[1:] if line):
            name = name.strip().lower()
            headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Asked(method, path, headers, asyncio.get_running_loop().time(), body)
        self.asked.append(asked)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            script = self.answers.get(path) or [status(404)]
            answer = script.pop(0) if len(script) > 1 else script[0]
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
                return b"\r\nConnection: close" not in answer and not answer.startswith(b"HTTP/1.0")
            await answer(asked, reader, writer)
            return False
        finally:
            self.open_now -= 1

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def hostile(*, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Hostile]:
    """A server of its own on a free port."""
    server = Hostile(scheme="https" if tls else "http", host=host if ":" not in host else f"[{host}]")
    listener = await asyncio.start_server(server.connection, host, 0, ssl=tls, limit=1_000_000)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await server.stop()
        await listener.wait_closed()


# --- answers ---------------------------------------------------------------------------------------------------------


def answer(
    body: bytes | str = b"",
    *headers: str,
    code: int = 200,
    kind: str = "application/rss+xml",
    length: int | None = None,
) -> bytes:
    """A well-behaved answer; `length` may lie."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {code} X", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines.append(f"Content-Length: {len(data) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + data


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """An answer with only a status."""
    return answer(body, *headers, code=code, kind="text/plain")


def not_modified(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 304 Not Modified", *headers]).encode("latin-1") + b"\r\n\r\n"


def redirect(to: str, code: int = 301) -> bytes:
    return status(code, f"Location: {to}")


def zipped(body: bytes | str, *headers: str, cut: int = 0) -> bytes:
    data = gzip.compress(body.encode() if isinstance(body, str) else body)
    return answer(data[: len(data) - cut], "Content-Encoding: gzip", *headers)


def drip(data: bytes, every: float = 0.05, forever: bool = True) -> Script:
    """One byte at a time."""

    async def script(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every)
        while forever:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(every)

    return script


async def silence(_asked: Asked, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Accepts, reads, says nothing."""
    await reader.read()


async def endless_header(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A head that never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        number += 1
        writer.write(b"X-Header-%d: %s\r\n" % (number, b"x" * 100))
        await writer.drain()
        await asyncio.sleep(0)


async def hang_up(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closes without a word."""
    writer.close()


def bomb(prefix: bytes, megabytes: int) -> bytes:
    """A gzip that unfolds to `prefix` and many megabytes of one letter."""
    return answer(gzip.compress(prefix + b"a" * (megabytes * 1_000_000)), "Content-Encoding: gzip")


# --- documents -------------------------------------------------------------------------------------------------------


FEED = rss(rss_item(1), rss_item(2))
