"""`/outbox`: what is on its way to people, and why not further."""

from __future__ import annotations

from aiohttp import web

from bot.reports.outbox import outbox_report
from bot.web.desk.desk import DESK, page_of

_ROWS = 50
"""Messages of one page."""


async def outbox(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    report, ruleset = await desk.archive.ask(lambda store: (outbox_report(store), desk.rules(store)))
    rows, further = page_of(request, report["rows"], _ROWS)
    context = {"outbox": report, "rows": rows, "further": further}
    return desk.respond(request, "outbox.html", report, context, ruleset=ruleset)
