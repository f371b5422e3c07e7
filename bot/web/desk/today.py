"""`/`: what was told in the last day, what waits and until when, and on top what is not well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.app import clock
from bot.core.text.plural import counted
from bot.model import RuleSet
from bot.ports import Store
from bot.reports.status import status_report
from bot.reports.today import channels_report
from bot.web.desk.desk import DESK, Desk, page_of, wants_json

_SHOWN = timedelta(days=1)
"""What the page calls today."""
_MOST_STORIES = 80
"""Stories of a page; each channel shows its share, and says how many more there are."""


_MOST_CHANNELS = 25
"""Channels of a page."""


_WORKER = {
    "never ran": "The worker has not run yet.",
    "done": "No news comes in: the last `wirewatch run --once` ended more than an hour ago. Does cron start it?",
}
_CRON = timedelta(hours=1)
"""Between two runs of `run --once` from cron all is well."""


async def today(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    report, ruleset = await desk.archive.ask(lambda store: _report(store, desk, of_archive=wants_json(request)))
    rows = report["channels"]
    if len(rows) > _MOST_CHANNELS:
        rows = sorted(rows, key=lambda row: not row["stories"])  # channels that were told something come first
    shown, further = page_of(request, rows, _MOST_CHANNELS)
    channels = [{**row, "atom": _atom_link(desk, row["channel"])} for row in shown]
    most = max(3, _MOST_STORIES // max(1, sum(bool(row["stories"]) for row in channels)))
    context = {**report, "channels": channels, "most": most, "further": further}
    return desk.respond(request, "today.html", report, context, ruleset=ruleset)


def _atom_link(desk: Desk, channel: str) -> str:
    return desk.link("/channels", channel, ending=".atom", key=desk.access.feed_key(f"/channels/{channel}.atom"))


def _report(store: Store, desk: Desk, *, of_archive: bool) -> tuple[dict[str, Any], RuleSet]:
    """`of_archive`: whether it says how much is archived, which people need not know here."""
    now = clock()
    ruleset = desk.rules(store)
    status = status_report(store, ruleset, now, of_archive=of_archive)
    report = {
        "since": (now - _SHOWN).isoformat(timespec="seconds"),
        "problems": problems(status),
        "worker": status["worker"],
        "channels": channels_report(store, ruleset, now - _SHOWN, now),
        "archive": status["archive"],
    }
    return report, ruleset


def problems(status: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is not well, gravest first: in words, with the page that tells more ("": none)."""
    rows = []
    worker, feeds, outbox = status["worker"], status["feeds"], status["outbox"]
    ended = datetime.fromisoformat(worker["beat_at"]) if worker["state"] == "done" and worker["beat_at"] else None
    if worker["state"] != "running" and (ended is None or clock() - ended > _CRON):
        rows.append((_WORKER.get(worker["state"], f"The worker is {worker['state']}."), ""))
    if status["rules"]["rejected"]:
        rows.append((f"The last edit of the rules was not taken over: {status['rules']['rejected']}", "/rules"))
    for row in status["held"]:
        waiting = counted(row["messages"], "message", "messages")
        rows.append((f"{row['address']}: {waiting} {row['state']}, {row['reason']}", "/outbox"))
    for row in status["late"]:
        waiting = counted(row["messages"], "message", "messages")
        rows.append((f"{row['address']}: {waiting} late, {row['reason']}", "/outbox"))
    if status["socket"]:
        rows.append((f"Buttons are not answered: {status['socket']['reason']}", ""))
    if outbox["dead"]:
        rows.append((f"{counted(outbox['dead'], 'message was', 'messages were')} given up.", "/outbox"))
    if feeds["failing"]:
        rows.append((f"{feeds['failing']} of {counted(feeds['total'], 'feed', 'feeds')} cannot be read.", "/feeds"))
    if status["set_aside"]:
        rows.append((f"{counted(status['set_aside'], 'entry was', 'entries were')} set aside: a fault of ours.", ""))
    return [{"text": text, "page": page} for text, page in rows]
