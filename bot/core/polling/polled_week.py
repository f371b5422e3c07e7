"""Polls → how they went in each hour of the last eight days, a letter an hour. Pure.

Kept in the feed's state, so it is written with the poll that is written anyhow, and cannot grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.model import PolledHour, PolledWeek

KEPT = 8 * 24
"""Hours: seven days of any time zone, and the one that has begun."""
_HOUR = timedelta(hours=1)


def with_poll(week: PolledWeek, now: datetime, *, is_good: bool) -> PolledWeek:
    """`week` after one more poll."""
    hour_at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    letter = PolledHour.GOOD if is_good else PolledHour.FAILED
    if week.until_at is None or hour_at - week.until_at >= KEPT * _HOUR:
        return PolledWeek(until_at=hour_at, hours=letter.value)
    # A clock that went back counts in the last hour: nothing that was seen is lost.
    later = max((hour_at - week.until_at) // _HOUR, 0)
    if later:
        hours = week.hours + PolledHour.UNASKED.value * (later - 1) + letter.value
        return PolledWeek(until_at=hour_at, hours=hours[-KEPT:])
    if week.hours[-1] == letter:
        return week
    letter = letter if week.hours[-1] == PolledHour.UNASKED else PolledHour.MIXED
    return PolledWeek(until_at=week.until_at, hours=week.hours[:-1] + letter.value)


def polled_hours(week: PolledWeek) -> Iterator[tuple[datetime, PolledHour]]:
    """Each hour's beginning (UTC) and how it went, the oldest first."""
    if week.until_at is not None:
        first_at = week.until_at - (len(week.hours) - 1) * _HOUR
        for at, letter in enumerate(week.hours):
            yield first_at + at * _HOUR, PolledHour(letter)
