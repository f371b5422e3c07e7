"""A small reverse proxy as a process: `python -m tests.web.proxy MOUNT (strip | keep) PORT…`.

What stands below MOUNT (`/news`) goes to the desks on those ports of loopback, one after another; everything else is
another program's page. Requests keep their Host and gain what proxies add (X-Forwarded-For, -Proto, -Host). `strip`:
the desk is asked without MOUNT before the path. Its own port is the first line that it prints.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from tests.conftest import REPOSITORY

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
"""RFC 9110, 7.6.1, and what the next hop counts anew."""
NOT_OURS = "another program's page"


@contextmanager
def proxy_process(mount: str, paths: str, *ports: int) -> Iterator[int]:
    """Its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.proxy", mount, paths, *map(str, ports)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.stdout.close()
        process.wait(10)


async def main(mount: str, paths: str, ports: list[int]) -> None:
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
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], [int(port) for port in sys.argv[3:]]))
