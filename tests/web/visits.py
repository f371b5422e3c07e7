"""Requests to a desk that is served from this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.app import Environment
from bot.web.app import make_runner

JSON = {"Accept": "application/json"}

HTML = {"Accept": "text/html"}

PATIENCE = 60.0
"""Seconds: on a busy machine a page that is asked for here comes late, and not with the word that it is on its way."""


@asynccontextmanager
async def served(folder: Path, **variables: str) -> AsyncIterator[aiohttp.ClientSession]:
    env = Environment.read({"STATE_DIR": str(folder), "WIREWATCH_CONFIG": str(folder / "rules.yaml"), **variables})
    runner = make_runner(env, patience=PATIENCE)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    jar = aiohttp.CookieJar(unsafe=True)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}", cookie_jar=jar) as session:
            yield session
    finally:
        await runner.cleanup()


async def ask(session: aiohttp.ClientSession, path: str, **options: Any) -> tuple[int, str, aiohttp.ClientResponse]:
    options.setdefault("allow_redirects", False)
    method = options.pop("method", "GET")
    async with session.request(method, path, **options) as response:
        return response.status, await response.text(), response
