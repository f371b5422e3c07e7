"""HTTP requests → pages.

Every request passes here first: under a name of ours, with the password where one is asked for (`access`), and with
headers that let a browser load nothing but our own style sheet and script.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import traceback
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import structlog
from aiohttp import web

from bot.app import Environment, clock, heed_signals, stopwatch
from bot.errors import StoreError, UsageError, WirewatchError
from bot.logs import report_fault
from bot.network.connection_words import reason_of
from bot.web.access import Access, access_of
from bot.web.archive_reader import NoArchive
from bot.web.desk import atom, feeds, login, outbox, playground, review, rules, search, stories, suggestion, today
from bot.web.desk.desk import DESK, STATIC, Desk
from bot.web.desk.slow_answers import PATIENCE, StillReading
from bot.web.metrics import CONTENT_TYPE, metrics_text
from bot.web.reader import SnapshotReader

_GRACE = 2.0
"""Seconds that answers under way get at a stop."""
SLOW = 620.0
"""Seconds that a client gets to bring a whole request over, and may keep a connection without one. Proxies that keep
theirs for minutes (Heroku's 90 s, Caddy 120 s, Amazon's 350 s, Google's 600 s) must not find them closed: a request
that crosses the end of its connection is answered with a 502."""
_LINGERING = 10.0
"""Seconds, at most, for what still comes of a request that has had its answer: whoever sends it reads that last."""
_MAX_BODY = 100_000
"""Bytes of a request; Slack's largest payload is some forty thousand."""
_MAX_LINE = 400_000
"""Bytes of an address: a text of one's own and an expression, each character of which may be nine bytes there."""
_READER: web.AppKey[SnapshotReader] = web.AppKey("reader", SnapshotReader)
_SLOW: web.AppKey[float] = web.AppKey("slow", float)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

log = structlog.get_logger()
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    environment: Environment,
    routes: Iterable[web.AbstractRouteDef] = (),
    patience: float = PATIENCE,
    slow: float = SLOW,
) -> web.Application:
    """The application; `routes` are added to it (the WebSub callback, below `/websub/`).

    `patience`: seconds that people wait for a page before it says how far it has come; `slow`: those that a body may
    take to come.
    """
    access = access_of(environment.variables, stopwatch)
    app = web.Application(middlewares=[_guard], client_max_size=_MAX_BODY)
    app[_READER] = SnapshotReader(environment)
    app[DESK] = Desk(environment, access, patience)
    app[_SLOW] = slow
    for base in {"", access.base}:
        app.add_routes(
            [
                web.get(f"{base}/healthz", _healthz),
                web.get(f"{base}/healthz/", _healthz),
                web.get(f"{base}/metrics", _metrics),
                *_desk_routes(base),
                *(_below(base, route) for route in routes),
            ]
        )

    if access.base:
        # Most proxies add the slash; where one does not, a reader who leaves it out is led to the page.
        app.router.add_get(access.base, _to_slash)

    async def close(_: web.Application) -> None:
        app[_READER].close()
        app[DESK].archive.close()

    app.on_cleanup.append(close)
    return app


def make_runner(
    environment: Environment,
    routes: Iterable[web.AbstractRouteDef] = (),
    patience: float = PATIENCE,
    slow: float = SLOW,
) -> web.AppRunner:
    """The application, as it is served."""
    return web.AppRunner(
        make_app(environment, routes, patience, slow),
        access_log=None,
        keepalive_timeout=slow,  # aiohttp's also ends a connection that has brought no whole head yet
        lingering_time=min(slow, _LINGERING),
        shutdown_timeout=_GRACE,
        handler_cancellation=True,  # whoever types another letter no longer waits for the answer to the last one
        max_line_size=_MAX_LINE,
    )


_ATOM_ID = r"{id:[^{}/]*\.atom}"
"""The id of a rule whose page has a slash behind it: see `Desk.link`."""


def _desk_routes(base: str) -> list[web.AbstractRouteDef]:
    return [
        web.get(f"{base}/", today.today),
        web.get(f"{base}/search", search.search),
        web.get(f"{base}/stories/{{id}}", stories.story),
        web.get(f"{base}/rules", rules.rules_page),
        web.get(f"{base}/rules/{{id}}.atom", atom.rule_feed),
        web.get(f"{base}/rules/{_ATOM_ID}/", rules.rule_page),
        web.get(f"{base}/rules/{{id}}/suggestion", suggestion.suggestion_page),
        web.get(f"{base}/rules/{{id}}", rules.rule_page),
        web.get(f"{base}/channels/{{id}}.atom", atom.channel_feed),
        web.get(f"{base}/try", playground.playground),
        web.get(f"{base}/try.patch", playground.patch),
        web.get(f"{base}/review", review.review),
        web.post(f"{base}/review", review.post_mark),
        web.get(f"{base}/feeds", feeds.feeds),
        web.get(f"{base}/feeds/{{id}}", feeds.feed),
        web.get(f"{base}/outbox", outbox.outbox),
        web.get(f"{base}/login", login.login_page),
        web.post(f"{base}/login", login.log_in),
        web.post(f"{base}/logout", login.log_out),
        web.static(f"{base}/static", STATIC),
    ]


def _below(base: str, route: web.AbstractRouteDef) -> web.AbstractRouteDef:
    assert isinstance(route, web.RouteDef)
    return web.RouteDef(route.method, base + route.path, route.handler, route.kwargs)


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    desk = request.app[DESK]
    refusal = _refusal(desk.access, request)
    try:
        response = refusal if refusal is not None else await _in_time(request, handler)
    except web.HTTPNotFound:
        path = desk.access.path_of(request)
        without_slash = await _page_without_slash(request)
        if without_slash:
            return web.Response(status=308, headers={**_HEADERS, "Location": without_slash})
        response = desk.respond(
            request, "gone.html", {"error": f"There is no page {path}."}, {"what": f"no page {path}"}, status=404
        )
    except web.HTTPException as answer:
        answer.headers.update(_HEADERS)
        raise
    except StillReading as still:
        response = desk.respond(request, "wait.html", {"error": str(still)}, {"progress": still.progress}, status=202)
    except WirewatchError as error:
        response = _away(desk, request, error)
    except Exception as error:  # noqa: BLE001  # a request is a unit of work: what we trip over is told, in the log, too
        report_fault(error)
        place = traceback.extract_tb(error.__traceback__)[-1]
        at = f"{Path(place.filename).name}:{place.lineno}"
        log.error("desk_failed", path=request.path, error=f"{type(error).__name__}: {error}", at=at)
        problem = (
            f"A fault of Wirewatch's, {type(error).__name__} at {at}: please report it with the address of the page."
        )
        context = {"heading": "This page cannot be shown", "problem": problem}
        response = desk.respond(request, "away.html", {"error": problem}, context, status=500)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if desk.access.path_of(request).startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    return response


async def _in_time(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """The handler's answer, or 408: only a POST has a body that is waited for; a page may take longer."""
    limit = asyncio.timeout(request.app[_SLOW] if request.method == "POST" else None)
    try:
        async with limit:
            return await handler(request)
    except TimeoutError:
        if not limit.expired():  # of something else: a fault of ours, and no client's
            raise
        response = _text(408, "The request did not come over in time.")
        response.force_close()
        return response


def _refusal(access: Access, request: web.Request) -> web.StreamResponse | None:
    """The answer to a request that may not see what it asks for; None: it may."""
    path = access.path_of(request)
    if path.rstrip("/") == "/healthz" or path.startswith("/websub/"):
        return None
    if not access.has_known_host(request):
        return _text(403, f"This page is not served under the name {request.host[:100]!r}. Set PUBLIC_URL to it.")
    is_open = access.is_open(request) and (access.token or access.may_see(request, 0.0))
    if is_open or access.has_feed_key(request) or access.may_see(request, clock().timestamp()):
        if request.method != "POST" or access.is_own_post(request):
            return None
        return _text(403, "This came from another site's page; nothing was changed.")
    if not access.token:
        return _text(403, "Only on this machine, until WEB_TOKEN is set.")
    if "Authorization" in request.headers and access.limit.is_reached():
        response = _text(429, "Too many wrong passwords. Try again in a minute.")
        response.headers["Retry-After"] = "60"
        return response
    if "text/html" in request.headers.get("Accept", ""):
        is_read = request.method == "GET"
        target = (request.path_qs if is_read else request.path).removeprefix(access.base)
        lost = None if is_read else 1  # a log-in that ended under an open page: the form is not sent again by itself
        link = request.app[DESK].link("/login", next=target, lost=lost)
        return web.Response(status=303, headers={"Location": link})
    response = _text(401, "The password WEB_TOKEN is asked for.")
    response.headers["WWW-Authenticate"] = 'Basic realm="Wirewatch"'
    return response


def _away(desk: Desk, request: web.Request, error: WirewatchError) -> web.StreamResponse:
    """What people see while there is no archive to read."""
    log.error("desk", path=request.path, problem=str(error))
    heading = "No archive yet" if isinstance(error, NoArchive) else "The archive cannot be read"
    context = {"heading": heading, "problem": str(error)}
    status = 503 if isinstance(error, StoreError) else 500
    return desk.respond(request, "away.html", {"error": str(error)}, context, status=status)


def _text(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n")


async def _to_slash(request: web.Request) -> web.Response:
    return web.Response(status=308, headers={"Location": request.app[DESK].link("/")})


async def _page_without_slash(request: web.Request) -> str:
    """`/rules/` → `/rules`: the page that is there without the slash; "": none is."""
    url, base = request.rel_url, request.app[DESK].access.base
    path = url.raw_path.rstrip("/")
    if request.method not in ("GET", "HEAD") or path in ("", url.raw_path):
        return ""
    found = await request.app.router.resolve(request.clone(rel_url=url.with_path(path, encoded=True)))
    if found.http_exception is not None:
        return ""
    # Behind a proxy that strips its path, that path is missing here.
    ours = path if path.startswith(f"{base}/") else base + path
    return ours + (f"?{url.raw_query_string}" if url.raw_query_string else "")


async def _healthz(request: web.Request) -> web.Response:
    """200 while the store can be read and no worker hangs, else 503. Says nothing that is not for everybody."""
    snapshot = await request.app[_READER].snapshot()
    body = {
        "status": "ok" if snapshot.is_healthy else "failing",
        "store": "ok" if snapshot.problem is None else "failing",
        "worker": snapshot.worker.state,
    }
    if snapshot.what_to_do:
        body["help"] = snapshot.what_to_do
    if snapshot.problem is not None:
        log.error("health", problem=snapshot.problem)
    return web.json_response(body, status=200 if snapshot.is_healthy else 503)


async def _metrics(request: web.Request) -> web.Response:
    text = metrics_text(await request.app[_READER].snapshot())
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE})


async def serve(environment: Environment, routes: Iterable[web.AbstractRouteDef] = ()) -> None:
    """Answers on HOST and PORT until SIGTERM or SIGINT. Raises UsageError when the address cannot be had."""
    host, port = address(environment)
    runner = make_runner(environment, tuple(routes))
    stop = asyncio.Event()
    heed_signals(stop)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            mend = "Set another PORT, or stop what uses it."
            # From Python 3.13 on no errno tells of an address that no interface has.
            if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, None):
                mend = "HOST is an address of this machine, or 0.0.0.0 (:: for IPv6) for all of them."
            raise UsageError(
                f"HOST {host}, PORT {port}: no page can be served there ({reason_of(error)}). {mend}"
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
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]  # an IPv6 address as it stands in a URL
    text = environment.variables.get("PORT", "").strip() or "8080"
    if not text.isdecimal() or not int(text) < 65536:
        raise UsageError(f"PORT is {text!r}; it is a number from 0 to 65535.")
    return host, int(text)
