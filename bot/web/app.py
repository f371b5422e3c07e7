"""HTTP requests → pages.

Who may see what: `/healthz` and everything below `/websub/` answer everybody. The rest needs the password WEB_TOKEN
(`Authorization: Bearer …`, or Basic with any name) where one is set; where none is, only requests that came to a
loopback address under a loopback name are answered, so a proxy or a foreign name cannot open the pages by accident.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.app import Environment
from bot.errors import UsageError
from bot.signals import stop_on_signal
from bot.web.metrics import CONTENT_TYPE, metrics_text
from bot.web.reader import SnapshotReader

_OPEN = ("/healthz", "/websub/")
"""Paths that answer without a password."""
_GRACE = 2.0
"""Seconds that answers under way get at a stop."""
_READER: web.AppKey[SnapshotReader] = web.AppKey("reader", SnapshotReader)

log = structlog.get_logger()
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(environment: Environment, routes: Iterable[web.AbstractRouteDef] = ()) -> web.Application:
    """The application; `routes` are added to it (the WebSub callback, below `/websub/`)."""
    token = environment.variables.get("WEB_TOKEN", "").strip()

    @web.middleware
    async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not request.path.startswith(_OPEN) and not _may_see(request, token):
            text = (
                "The password WEB_TOKEN is asked for.\n" if token else "Only on this machine, until WEB_TOKEN is set.\n"
            )
            headers = {"WWW-Authenticate": 'Basic realm="Wirewatch"'} if token else {}
            return web.Response(status=401 if token else 403, text=text, headers=headers)
        response = await handler(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    app = web.Application(middlewares=[guard])
    app[_READER] = SnapshotReader(environment)
    app.add_routes([web.get("/healthz", _healthz), web.get("/metrics", _metrics), *routes])

    async def close(_: web.Application) -> None:
        app[_READER].close()

    app.on_cleanup.append(close)
    return app


def _may_see(request: web.Request, token: str) -> bool:
    """Whether a request may see what is not for everybody."""
    if token:
        return hmac.compare_digest(_password(request).encode(), token.encode())
    came_to = request.transport.get_extra_info("sockname", ("",)) if request.transport else ("",)
    return is_loopback(str(came_to[0])) and is_loopback(_host_name(request.host))


def is_loopback(host: str) -> bool:
    """`127.0.0.1`, `::1`, `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _password(request: web.Request) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


async def _healthz(request: web.Request) -> web.Response:
    """200 while the store can be read and no worker hangs, else 503. Says nothing that is not for everybody."""
    snapshot = await request.app[_READER].snapshot()
    body = {
        "status": "ok" if snapshot.is_healthy else "failing",
        "store": "ok" if snapshot.problem is None else "failing",
        "worker": snapshot.worker.state,
    }
    if snapshot.problem is not None:
        log.error("health", problem=snapshot.problem)
    return web.json_response(body, status=200 if snapshot.is_healthy else 503)


async def _metrics(request: web.Request) -> web.Response:
    text = metrics_text(await request.app[_READER].snapshot())
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE})


async def serve(environment: Environment, routes: Iterable[web.AbstractRouteDef] = ()) -> None:
    """Answers on HOST and PORT until SIGTERM or SIGINT. Raises UsageError when the address cannot be had."""
    host, port = address(environment)
    runner = web.AppRunner(make_app(environment, routes), access_log=None, shutdown_timeout=_GRACE)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    stop_on_signal(lambda: loop.call_soon_threadsafe(stop.set))
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise UsageError(
                f"HOST {host}, PORT {port}: no page can be served there ({error.strerror or error}). Set another PORT, "
                "or stop what uses it."
            ) from None
        bound: tuple[str, int] = runner.addresses[0]
        log.info("web_started", host=bound[0], port=bound[1])
        await stop.wait()
    finally:
        await runner.cleanup()
        log.info("web_stopped")


def address(environment: Environment) -> tuple[str, int]:
    """HOST and PORT. Raises UsageError."""
    host = environment.variables.get("HOST", "").strip() or "127.0.0.1"
    text = environment.variables.get("PORT", "").strip() or "8080"
    if not text.isdecimal() or not int(text) < 65536:
        raise UsageError(f"PORT is {text!r}; it is a number from 0 to 65535.")
    return host, int(text)
