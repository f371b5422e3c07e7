"""Stories → feeds on loopback; each story carries a word of its own, so a count can find it anywhere."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from string import ascii_lowercase
from xml.sax.saxutils import escape

from aiohttp import web

TOPICS = ("Alpha", "Bravo", "Charlie", "Delta")
"""The first word of a title: which rule, and so which channel, it is for."""
FEEDS = ("one", "two", "three")
_SHOWN = 60
"""Items that a feed shows; a worker that was down for long must still find what it missed."""


def invented_word(dice: random.Random) -> str:
    """Ten letters at random. Of syllables, words of different stories were alike, and stories are no drill's matter."""
    return "".join(dice.choices(ascii_lowercase, k=10))


class Publisher:
    """Good feeds at `url("one")` …, hostile ones at `url("hostile/NAME")`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._items: dict[str, list[str]] = {feed: [] for feed in FEEDS}
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/hostile/{name}", self._harm)
        app.router.add_get("/{feed}", self._feed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, path: str) -> str:
        """Hostile feeds live on another host: one that says 429 quiets all feeds of its host, by design."""
        host = "localhost" if path.startswith("hostile/") else "127.0.0.1"
        return f"http://{host}:{self._port}/{path}"

    def publish(self, title: str, *feeds: str, outlet: str | None = None) -> None:
        """The story stands in these feeds from now on. `outlet`: whose site it is on; None: the feed's own."""
        for feed in feeds:
            link = f"https://{outlet or feed}.example/{sha256(title.encode()).hexdigest()[:12]}"
            at = format_datetime(self._clock())
            self._items[feed].insert(
                0,
                f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid><pubDate>{at}</pubDate></item>",
            )
            del self._items[feed][_SHOWN:]

    async def _feed(self, request: web.Request) -> web.Response:
        items = self._items.get(request.match_info["feed"])
        if items is None:
            raise web.HTTPNotFound
        body = _document("".join(items)).encode()
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    async def _harm(self, request: web.Request) -> web.StreamResponse:
        harm = HARMS.get(request.match_info["name"])
        if harm is None:
            raise web.HTTPNotFound
        return await harm(request)


def _document(items: str, before: str = "") -> str:
    """An RSS document."""
    head = '<?xml version="1.0" encoding="utf-8"?>' + before
    return f'{head}<rss version="2.0"><channel><title>Drill</title>{items}</channel></rss>'


def _body(body: bytes, status: int = 200, **headers: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.StreamResponse:
        fields = {"Content-Type": "application/rss+xml"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        return web.Response(body=body, status=status, headers=fields)

    return answer


async def _drip(request: web.Request) -> web.StreamResponse:
    """A byte a second."""
    response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
    await response.prepare(request)
    for byte in _document("<item><title>slow</title></item>").encode():
        try:
            await response.write(bytes([byte]))
        except ConnectionError:
            break
        await asyncio.sleep(1.0)
    return response


async def _silence(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(120)
    return web.Response()


async def _cut(request: web.Request) -> web.StreamResponse:
    """Half of what it promised."""
    response = web.StreamResponse(headers={"Content-Type": "application/rss+xml", "Content-Length": "100000"})
    await response.prepare(request)
    await response.write(_document("<item><title>cut").removesuffix("</channel></rss>").encode())
    if request.transport is not None:
        request.transport.close()
    return response


async def _loop(request: web.Request) -> web.StreamResponse:
    return web.Response(status=301, headers={"Location": str(request.url)})


async def _gzip(_: web.Request) -> web.StreamResponse:
    bomb = gzip.compress(b"\0" * 60_000_000, compresslevel=1)
    return web.Response(body=bomb, headers={"Content-Encoding": "gzip", "Content-Type": "application/rss+xml"})


_ENTITIES = (
    "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9))
    + "]>"
)
_ATTRIBUTES = " ".join(f"a{number}='x'" for number in range(100_000))
HARMS: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    "drip": _drip,
    "silence": _silence,
    "cut": _cut,
    "loop": _loop,
    "gzip-bomb": _gzip,
    "entity-bomb": _body(_document("<item><title>&j;</title></item>", _ENTITIES).encode()),
    "attributes": _body(_document(f"<item {_ATTRIBUTES}><title>t</title></item>").encode()),
    "page": _body(b"<!doctype html><html><body><h1>Welcome</h1></body></html>", Content_Type="text/html"),
    "empty": _body(b""),
    "noise": _body(bytes(range(256)) * 200),
    "error": _body(b"oops", 500),
    "gone": _body(b"", 410),
    "patience": _body(b"", 429, Retry_After="forever"),
    "charset": _body(
        _document("<item><title>a</title></item>").encode("utf-16"), Content_Type="text/xml; charset=ascii"
    ),
    "nul": _body(_document("<item><title>Quiet\0news &lt;!channel&gt;</title></item>").encode()),
    "unmodified": _body(b"", 304),
}
"""What feeds do to a reader, by name."""
