"""`/feeds` and `/feeds/ID`: which feeds are well and were, what they bring, and how long after publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup

from bot.app import clock
from bot.core.polling import polled_hours
from bot.core.text.plural import counted
from bot.model import FeedId, PolledHour, PolledWeek, RuleSet
from bot.ports import Store
from bot.reports.feeds import feed_rows
from bot.web.desk.desk import DESK, Desk, PageContent, page_of
from bot.web.pictures import health_strip, health_strips, strips

_DAYS = 7
"""Days that the picture of a feed's polls shows."""
_ROWS = 60
"""Feeds of one page, each with a strip of its week."""
_HOURS_OF_CELL = 3
"""Hours in a cell of the small strip; it shows the worst of them."""
_BY_GRAVITY = (PolledHour.UNASKED, PolledHour.GOOD, PolledHour.MIXED, PolledHour.FAILED)


async def feeds(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    rows, weeks, ruleset = await desk.archive.ask(lambda store: _rows(desk, store))
    bad = [row for row in rows if row["state"] not in ("ok", "new")]
    well = [row for row in rows if row["state"] in ("ok", "new")]
    shown, further = page_of(request, [*bad, *well], _ROWS)
    now = clock()
    strips_of = {row["id"]: _small_strip(weeks.get(row["id"], PolledWeek()), now) for row in shown}
    context = {"feeds": shown, "weeks": strips_of, "count": len(rows), "bad": len(bad), "further": further}
    return desk.respond(request, "feeds.html", rows, context, ruleset=ruleset)


async def feed(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    name = request.match_info["id"]
    page = await desk.archive.ask(lambda store: _feed(desk, store, FeedId(name)))
    if page is None:
        return desk.gone(request, f"feed {name}")
    return desk.show(request, "feed.html", page)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """One day of the file's zone, by hour. `name`: `Tue 24 Nov`."""

    name: str
    entries: list[int] = field(default_factory=lambda: [0] * 24)
    polls: list[PolledHour] = field(default_factory=lambda: [PolledHour.UNASKED] * 24)

    def to_json(self) -> dict[str, object]:
        """`asked`: hours with polls; `failed`: those in which some failed."""
        bad = [hour for hour, polled in enumerate(self.polls) if polled in (PolledHour.MIXED, PolledHour.FAILED)]
        asked = sum(polled is not PolledHour.UNASKED for polled in self.polls)
        return {"day": self.name, "entries": sum(self.entries), "asked": asked, "failed": bad}


def _rows(desk: Desk, store: Store) -> tuple[list[dict[str, Any]], dict[FeedId, PolledWeek], RuleSet]:
    """As `feeds list` has them, and the week of each feed at its present URL."""
    ruleset = desk.rules(store)
    states = store.feed_states()
    weeks = {
        feed.id: states[feed.id].week for feed in ruleset.feeds if feed.id in states and states[feed.id].url == feed.url
    }
    return feed_rows(ruleset, store, clock()), weeks, ruleset


def _feed(desk: Desk, store: Store, name: FeedId) -> PageContent | None:
    """None: there is no such feed."""
    rows, weeks, ruleset = _rows(desk, store)
    row = next((row for row in rows if row["id"] == name), None)
    if row is None:
        return None
    now = clock()
    zone = ZoneInfo(ruleset.settings.timezone)
    arrivals = store.arrivals(name, now - timedelta(days=_DAYS))
    delays = [(seen - published).total_seconds() for seen, published, _ in arrivals if published is not None]
    outlets = Counter(outlet for _, _, outlet in arrivals if outlet is not None)
    days = _days([seen for seen, _, _ in arrivals], weeks.get(name, PolledWeek()), now, zone)
    delay = median(delays) if delays else None
    context = {
        "feed": row,
        "delay": delay,
        "outlet": max(outlets, key=outlets.__getitem__, default=None),
        "health": health_strips(f"Polls of {name} by hour, seven days", [(day.name, day.polls) for day in days]),
        "entries": strips(f"Entries of {name} by hour, seven days", [(day.name, day.entries) for day in days]),
    }
    data = {**row, "days": [day.to_json() for day in days], "delay_s": delay}
    return PageContent(data=data, context=context, ruleset=ruleset)


def _days(arrivals: Sequence[datetime], week: PolledWeek, now: datetime, zone: ZoneInfo) -> list[_Day]:
    """Seven days in the file's zone, the oldest first."""
    dates = [(now - timedelta(days=back)).astimezone(zone).date() for back in range(_DAYS - 1, -1, -1)]
    days = {day: _Day(name=f"{day:%a %d %b}") for day in dates}
    for seen in arrivals:
        local = seen.astimezone(zone)
        if local.date() in days:
            days[local.date()].entries[local.hour] += 1
    for hour_at, polled in polled_hours(week):
        local = hour_at.astimezone(zone)
        if local.date() in days:
            polls = days[local.date()].polls
            polls[local.hour] = _worst(polls[local.hour], polled)  # an hour that comes twice in autumn
    return list(days.values())


def _small_strip(week: PolledWeek, now: datetime) -> Markup:
    """Seven days in one line, the worst of each three hours; in words beside it."""
    cells = [PolledHour.UNASKED] * (_DAYS * 24 // _HOURS_OF_CELL)
    bad = 0
    for hour_at, polled in polled_hours(week):
        back = (now - hour_at) // timedelta(hours=_HOURS_OF_CELL)
        if 0 <= back < len(cells):
            cells[-1 - back] = _worst(cells[-1 - back], polled)
            bad += polled in (PolledHour.MIXED, PolledHour.FAILED)
    words = "no poll yet" if week.until_at is None else "no failure"
    return health_strip(cells, f"failed in {counted(bad, 'hour', 'hours')}" if bad else words)


def _worst(one: PolledHour, other: PolledHour) -> PolledHour:
    return max(one, other, key=_BY_GRAVITY.index)
