"""Instants and spans → times as people read them. Zones are names of the tz database (`Europe/London`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_NEAR = timedelta(days=300)
"""How far ahead a date is read as that of this year, or the next."""


def local_time(at: datetime, timezone: str, *, with_day: bool = True) -> str:
    """`24 Nov 08:30`, or `08:30`."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{local.day} {local:%b %H:%M}" if with_day else f"{local:%H:%M}"


def time_ahead(now: datetime, at: datetime, timezone: str) -> str:
    """`24 Nov 08:30`; `5 Jan 2028 08:30` of what is more than ten months ahead: a snooze of 400 days, made in December,
    read as one of five weeks."""
    text = local_time(at, timezone)
    if at - now < _NEAR:
        return text
    day, _, clock_time = text.rpartition(" ")
    return f"{day} {local_day(at, timezone).year} {clock_time}"


def full_time(at: datetime, timezone: str) -> str:
    """`2026-11-24 08:30 GMT`: where the year counts, and nothing else names the zone."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} {zone_name(at, timezone)}"


def zoned_time(at: datetime, timezone: str) -> str:
    """`24 Nov 10:30 CET`: where nothing else names the zone."""
    return f"{local_time(at, timezone)} {zone_name(at, timezone)}"


def iso_seconds(at: datetime | None) -> str | None:
    """ISO 8601 to the second, as reports have it; None stays None."""
    return None if at is None else at.isoformat(timespec="seconds")


def local_day(at: datetime, timezone: str) -> date:
    """The day on the calendar there."""
    return at.astimezone(ZoneInfo(timezone)).date()


def time_beside(other: datetime, at: datetime, timezone: str) -> str:
    """`08:30`, beside `other` of the same day there; of another day `24 Nov 08:30`."""
    return local_time(at, timezone, with_day=local_day(at, timezone) != local_day(other, timezone))


def zone_name(at: datetime, timezone: str) -> str:
    """`GMT`, `BST`, `UTC`."""
    return at.astimezone(ZoneInfo(timezone)).tzname() or "UTC"


def span_text(length: timedelta) -> str:
    """`90 s`, `12 min`, `5 h`, `3 days`: one figure, rounded down."""
    seconds = int(length.total_seconds())
    if seconds < 120:
        return f"{max(seconds, 0)} s"
    if seconds < 2 * 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} days"
