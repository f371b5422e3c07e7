"""`/feeds` and `/feeds/ID`: which feeds are well, what they bring, and how long after publication."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.app import clock
from bot.model import FeedId, RuleSet
from bot.ports import Store
from bot.reports.feeds import feed_rows
from bot.web.desk.desk import DESK, Desk, page_of
from bot.web.pictures import strips

_DAYS = 7
_ROWS = 100
"""Feeds of one page."""


async def feeds(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    rows, ruleset = await desk.archive.ask(lambda store: _rows(desk, store))
    bad = [row for row in rows if row["state"] not in ("ok", "new")]
    well = [row for row in rows if row["state"] in ("ok", "new")]
    shown, further = page_of(request, [*bad, *well], _ROWS)
    context = {"feeds": shown, "count": len(rows), "bad": len(bad), "further": further}
    return desk.respond(request, "feeds.html", rows, context, ruleset=ruleset)


async def feed(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    name = request.match_info["id"]
    answer = await desk.archive.ask(lambda store: _feed(desk, store, FeedId(name)))
    if answer is None:
        return desk.respond(
            request, "gone.html", {"error": f"There is no feed {name}."}, {"what": f"no feed {name}"}, status=404
        )
    row, week, delay, ruleset = answer
    picture = strips(f"Entries of {name} by hour, seven days", week)
    data = {**row, "days": [{"day": day, "entries": sum(hours)} for day, hours in week], "delay_s": delay}
    return desk.respond(request, "feed.html", data, {"feed": row, "delay": delay, "picture": picture}, ruleset=ruleset)


def _rows(desk: Desk, store: Store) -> tuple[list[dict[str, Any]], RuleSet]:
    ruleset = desk.rules(store)
    return feed_rows(ruleset, store, clock()), ruleset


def _feed(
    desk: Desk, store: Store, name: FeedId
) -> tuple[dict[str, Any], list[tuple[str, list[int]]], float | None, RuleSet] | None:
    rows, ruleset = _rows(desk, store)
    row = next((row for row in rows if row["id"] == name), None)
    if row is None:
        return None
    now = clock()
    zone = ZoneInfo(ruleset.settings.timezone)
    arrivals = store.arrivals(name, now - timedelta(days=_DAYS))
    delays = [(seen - published).total_seconds() for seen, published in arrivals if published is not None]
    return row, _week(arrivals, now, zone), median(delays) if delays else None, ruleset


def _week(
    arrivals: list[tuple[datetime, datetime | None]], now: datetime, zone: ZoneInfo
) -> list[tuple[str, list[int]]]:
    """(day, entries by hour), in the file's zone, oldest first."""
    days = [(now - timedelta(days=back)).astimezone(zone).date() for back in range(_DAYS - 1, -1, -1)]
    hours = {day: [0] * 24 for day in days}
    for seen, _ in arrivals:
        local = seen.astimezone(zone)
        if local.date() in hours:
            hours[local.date()][local.hour] += 1
    return [(f"{day:%a %d %b}", hours[day]) for day in days]
