"""The newsroom's HTTP server: real, on a free port of loopback, with validators as good publishers send them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from aiohttp import web

from bot.demo.outlets import OUTLETS, Article
from bot.demo.script import BACKGROUND, Event


class Newsroom:
    """`start` it, `publish` events, `stop` it. Feeds are at `url(outlet)`."""

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._outlets = {outlet.id: outlet for outlet in OUTLETS}
        self._articles: dict[str, list[Article]] = {}
        self._broken: set[str] = set()
        for event in BACKGROUND:
            self._articles[event.outlet] = [event.article(started_at)]
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self) -> None:
        """Listens on a free port of 127.0.0.1."""
        app = web.Application()
        app.router.add_get("/{outlet}/feed", self._feed)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Closes the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, outlet: str) -> str:
        """The feed's URL."""
        return f"http://127.0.0.1:{self._port}/{outlet}/feed"

    def publish(self, event: Event) -> None:
        """Makes `event` happen."""
        if event.breaks is not None:
            (self._broken.add if event.breaks else self._broken.discard)(event.outlet)
        else:
            self._articles[event.outlet].insert(0, event.article(self._started_at))

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.match_info["outlet"]
        outlet = self._outlets.get(name)
        if outlet is None:
            raise web.HTTPNotFound(text="no such outlet")
        if name in self._broken:
            return web.Response(
                status=500, text="<html><body>Internal Server Error</body></html>", content_type="text/html"
            )
        body = outlet.render(outlet, self._articles[name])
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Content-Type": outlet.content_type}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)
