"""`/login` and `/logout`: WEB_TOKEN as password → a cookie."""

from __future__ import annotations

from aiohttp import web

from bot.app import clock
from bot.web.desk.desk import DESK, Desk, form_of

_MAX_FORM = 10_000
"""Bytes of a form with a token."""


async def login_page(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    if desk.access.may_see(request, clock().timestamp()):
        raise web.HTTPSeeOther(_target(desk, request.query.get("next", "")))
    return _form(desk, request, request.query.get("next", ""), "", 200)


async def log_in(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    if (request.content_length or 0) > _MAX_FORM:
        raise web.HTTPRequestEntityTooLarge(_MAX_FORM, request.content_length or 0)
    form = await form_of(request)
    target, password = form.get("next", ""), form.get("password", "")
    if desk.access.limit.is_reached():
        response = _form(desk, request, target, "Too many wrong passwords. Try again in a minute.", 429)
        response.headers["Retry-After"] = "60"
        return response
    if not desk.access.is_password(password):
        return _form(desk, request, target, "That is not the password.", 401)
    answer = web.Response(status=303, headers={"Location": _target(desk, target)})
    desk.access.log_in(request, answer, clock().timestamp())
    return answer


async def log_out(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    answer = web.Response(status=303, headers={"Location": desk.link("/login")})
    desk.access.log_out(request, answer)
    return answer


def _form(desk: Desk, request: web.Request, target: str, wrong: str, status: int) -> web.Response:
    return desk.respond(
        request,
        "login.html",
        {"error": wrong or "The password is asked for."},
        {"next": target, "wrong": wrong, "lost": "lost" in request.query and not wrong},
        status=status,
    )


def _target(desk: Desk, path: str) -> str:
    """A page of ours, whatever somebody wrote into the address."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and all(char.isprintable() for char in path)
    ours = ours and path.partition("?")[0].rstrip("/") not in ("/login", "/logout")
    return desk.access.base + path if ours else desk.link("/")
