"""A small reverse proxy on loopback, in a thread of its own.

What stands below its mount (`/news`) goes to the desks on the given ports of loopback, one after another; everything
else is another program's page. Requests keep their Host and gain what proxies add (X-Forwarded-For, -Proto, -Host).
`strip`: the desk is asked without the mount before the path.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import cycle

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
"""RFC 9110, 7.6.1, and what the next hop counts anew."""
NOT_OURS = "another program's page"


@contextmanager
def reverse_proxy(mount: str, paths: str, *ports: int) -> Iterator[int]:
    """Its port."""
    started: Future[tuple[int, asyncio.Event, asyncio.AbstractEventLoop]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(mount, paths, ports, started)))
    thread.start()
    port, end, loop = started.result(60)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


async def _serve(mount: str, paths: str, ports: tuple[int, ...], started: Future[object]) -> None:
    turns = cycle(ports)

    async def forward(request: web.Request) -> web.StreamResponse:
        target = request.raw_path
        if not target.startswith(mount + "/"):
            return web.Response(status=404, text=NOT_OURS)
        if paths == "strip":
            target = target.removeprefix(mount)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP]
        headers += [("X-Forwarded-For", request.remote or ""), ("X-Forwarded-Host", request.host)]
        headers += [("X-Forwarded-Proto", request.scheme)]
        body = await request.read()
        url = URL(f"http://127.0.0.1:{next(turns)}{target}", encoded=True)
        async with session.request(request.method, url, headers=headers, data=body, allow_redirects=False) as answer:
            fields = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
            return web.Response(status=answer.status, body=await answer.read(), headers=CIMultiDict(fields))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session:
        runner = web.AppRunner(app, access_log=None, max_line_size=400_000)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        end = asyncio.Event()
        started.set_result((runner.addresses[0][1], end, asyncio.get_running_loop()))
        await end.wait()
        await runner.cleanup()
