"""`/outbox`: what is on its way to people, and why not further."""

from __future__ import annotations

from aiohttp import web

from bot.reports.outbox import outbox_report
from bot.web.desk.desk import DESK


async def outbox(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    report, ruleset = await desk.archive.ask(lambda store: (outbox_report(store), desk.rules(store)))
    return desk.respond(request, "outbox.html", report, {"outbox": report}, ruleset=ruleset)
