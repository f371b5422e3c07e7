"""Clock times of rules.yaml → instants: digest slots, quiet hours.

The law: a slot is a local clock time on a local day, in the zone of the rules file. A clock time that summer time skips
fires once, in the hour after the gap; one that comes twice fires the first time. Everything returned is aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from bot.model import DigestPlan, Quiet

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MIDNIGHT = time(0)
_SATURDAY = 5
_REACH = 10
"""Local days to look at around an instant: a week, and what zones that jump over whole days (Samoa, 2011) may add."""


def next_slot(plan: DigestPlan, timezone: str, after: datetime) -> datetime | None:
    """The first digest slot later than `after`; None for a plan without clock times."""
    return min((slot for slot in _slots(plan, timezone, after, -2, _REACH) if slot > after), default=None)


def last_slot(plan: DigestPlan, timezone: str, until: datetime) -> datetime | None:
    """The latest digest slot at or before `until`; None for a plan without clock times."""
    return max((slot for slot in _slots(plan, timezone, until, -_REACH, 2) if slot <= until), default=None)


def quiet_until(quiet: Quiet | None, timezone: str, at: datetime) -> datetime | None:
    """When the quiet hours that `at` lies in are over; None when `at` is not quiet.

    Hours and weekends that touch are one stretch: Friday 19:00 to Monday 07:30. The beginning is quiet, the end is not.
    """
    if quiet is None:
        return None
    end: datetime | None = None
    for start, stop in sorted(_stretches(quiet, ZoneInfo(timezone), at)):
        if start <= (end or at) < stop:
            end = stop
    return end


def quiet_since(quiet: Quiet | None, timezone: str, at: datetime) -> datetime | None:
    """When the quiet hours that `at` lies in began; None when `at` is not quiet."""
    if quiet is None:
        return None
    began: datetime | None = None
    for start, stop in sorted(_stretches(quiet, ZoneInfo(timezone), at), reverse=True):
        if start <= at < stop or (began is not None and start < began <= stop):
            began = start
    return began


@lru_cache(maxsize=4096)
def _local_instant(day: date, clock: time, zone: ZoneInfo, *, after_gap: timedelta) -> datetime:
    """The instant at which `zone` shows `clock` on `day`: the first of two.

    A skipped time is as far after the gap as it was into it, or the gap's end where that is `after_gap` or more.

    PEP 495 reads a skipped time with the offset before the gap, which is as far after the gap as the time was into it.
    """
    wall = datetime.combine(day, clock)
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    gap = _gap_end(wall, zone)
    return early if early - gap < after_gap else gap


def _gap_end(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock jumped over the naive local time `wall` (which must be one that was skipped)."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def _slots(plan: DigestPlan, timezone: str, around: datetime, first: int, last: int) -> Iterator[datetime]:
    if not plan.at or not plan.days:
        return
    zone = ZoneInfo(timezone)
    today = around.astimezone(zone).date()
    for offset in range(first, last + 1):
        day = today + offset * _DAY
        if day.weekday() in plan.days:
            for clock in plan.at:
                yield _local_instant(day, clock, zone, after_gap=_HOUR)


def _stretches(quiet: Quiet, zone: ZoneInfo, around: datetime) -> Iterator[tuple[datetime, datetime]]:
    # A skipped time is over at the jump: the clock on the wall has passed it.
    edge = partial(_local_instant, zone=zone, after_gap=timedelta(0))
    today = around.astimezone(zone).date()
    for offset in range(-_REACH, _REACH + 1):
        day = today + offset * _DAY
        if quiet.start != quiet.end:
            over = day if quiet.start < quiet.end else day + _DAY
            yield edge(day, quiet.start), edge(over, quiet.end)
        if quiet.weekends and day.weekday() == _SATURDAY:
            yield edge(day, _MIDNIGHT), edge(day + 2 * _DAY, _MIDNIGHT)
