"""Slots and quiet hours across summer time, in zones that disagree about it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digests.schedule import last_slot, next_slot, quiet_until
from bot.model import DigestPlan, Quiet
from tests.core.digests.wall_clock import is_quiet

WORKDAYS = frozenset(range(5))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "clock", "after", "slot"),
    [
        pytest.param("Europe/London", "08:30", "2026-03-28T12:00", "2026-03-29T07:30", id="spring-london"),
        pytest.param("Europe/London", "01:30", "2026-03-28T12:00", "2026-03-29T01:30", id="skipped-london"),
        pytest.param("Europe/London", "01:00", "2026-03-28T12:00", "2026-03-29T01:00", id="skipped-to-the-minute"),
        pytest.param("Europe/London", "01:30", "2026-10-24T12:00", "2026-10-25T00:30", id="doubled-first"),
        pytest.param("Europe/London", "01:30", "2026-10-25T00:30", "2026-10-26T01:30", id="doubled-once"),
        pytest.param("America/New_York", "02:30", "2026-03-07T12:00", "2026-03-08T07:30", id="skipped-new-york"),
        pytest.param("America/New_York", "01:30", "2026-10-31T12:00", "2026-11-01T05:30", id="doubled-new-york"),
        pytest.param("Australia/Lord_Howe", "02:15", "2026-10-03T00:00", "2026-10-03T15:45", id="half-hour-gap"),
        pytest.param("Pacific/Apia", "08:30", "2011-12-29T19:00", "2011-12-30T10:00", id="a-day-that-was-skipped"),
        pytest.param("Asia/Kathmandu", "08:30", "2026-06-01T00:00", "2026-06-01T02:45", id="quarter-hours"),
        pytest.param("America/Sao_Paulo", "00:00", "2018-11-03T12:00", "2018-11-04T03:00", id="midnight-skipped"),
        pytest.param("Asia/Tokyo", "08:30", "2026-03-27T23:30", "2026-03-28T23:30", id="later-than-after"),
    ],
)
def test_next_slot(zone: str, clock: str, after: str, slot: str) -> None:
    plan = DigestPlan(at=(time.fromisoformat(clock),))
    assert next_slot(plan, zone, utc(after)) == utc(slot)
    assert last_slot(plan, zone, utc(slot)) == utc(slot)


def test_days_are_local_days() -> None:
    plan = DigestPlan(at=(time(0, 30),), days=WORKDAYS)
    assert next_slot(plan, "Asia/Tokyo", utc("2026-06-05T12:00")) == utc("2026-06-07T15:30")  # Monday in Tokyo


def test_no_clock_times_no_slots() -> None:
    assert next_slot(DigestPlan(every=timedelta(minutes=15)), "UTC", utc("2026-06-05T12:00")) is None


@pytest.mark.parametrize(
    ("at", "end"),
    [
        pytest.param("2026-06-05T22:59", None, id="friday"),
        pytest.param("2026-06-05T23:00", "2026-06-07T23:00", id="saturday-begins"),
        pytest.param("2026-06-07T12:00", "2026-06-07T23:00", id="sunday"),
        pytest.param("2026-06-07T23:00", None, id="monday"),
    ],
)
def test_quiet_weekends_without_hours(at: str, end: str | None) -> None:
    assert quiet_until(Quiet(weekends=True), "Europe/London", utc(at)) == (utc(end) if end else None)


@pytest.mark.parametrize(
    ("quiet", "zone", "at", "end"),
    [
        pytest.param("19:00-07:30", "Europe/London", "2026-06-02T18:00", "2026-06-03T06:30", id="begins-then"),
        pytest.param("19:00-07:30", "Europe/London", "2026-06-02T17:59", None, id="a-minute-before"),
        pytest.param("19:00-07:30", "Europe/London", "2026-06-03T06:30", None, id="its-end-is-not-quiet"),
        pytest.param("19:00-07:30", "Europe/London", "2026-03-28T23:00", "2026-03-29T06:30", id="spring-night"),
        pytest.param("19:00-07:30", "Europe/London", "2026-10-24T23:00", "2026-10-25T07:30", id="autumn-night"),
        pytest.param("12:00-14:00", "Europe/London", "2026-06-02T11:00", "2026-06-02T13:00", id="noon"),
        pytest.param("19:00-07:30 we", "Europe/London", "2026-06-05T19:00", "2026-06-08T06:30", id="weekend"),
        pytest.param("12:00-14:00 we", "Europe/London", "2026-06-06T08:00", "2026-06-07T23:00", id="weekend-alone"),
        pytest.param("22:00-01:30", "Europe/London", "2026-03-28T23:00", "2026-03-29T01:00", id="end-skipped"),
    ],
)
def test_quiet_until(quiet: str, zone: str, at: str, end: str | None) -> None:
    hours, _, weekends = quiet.partition(" ")
    start, stop = (time.fromisoformat(clock) for clock in hours.split("-"))
    made = Quiet(start=start, end=stop, weekends=bool(weekends))
    assert quiet_until(made, zone, utc(at)) == (end and utc(end))


ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Africa/Casablanca"])
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
INSTANTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda minute: utc("2020-01-01") + timedelta(minutes=minute))


@given(ZONES, st.sets(CLOCKS, min_size=1, max_size=4), st.sets(st.integers(0, 6), min_size=1), INSTANTS)
def test_slots_follow_one_another(zone: str, clocks: set[time], days: set[int], at: datetime) -> None:
    plan = DigestPlan(at=tuple(sorted(clocks)), days=frozenset(days))
    following = next_slot(plan, zone, at)
    before = last_slot(plan, zone, at)
    assert following is not None
    assert before is not None
    assert before <= at < following
    assert next_slot(plan, zone, before) == following
    assert last_slot(plan, zone, following) == following


@given(ZONES, CLOCKS, CLOCKS, st.booleans(), INSTANTS)
def test_quiet_hours_end_where_it_is_not_quiet(zone: str, start: time, end: time, weekends: bool, at: datetime) -> None:
    quiet = Quiet(start=start, end=end, weekends=weekends)
    until = quiet_until(quiet, zone, at)
    assert until is None or (until > at and quiet_until(quiet, zone, until) is None)


@given(st.sampled_from(["UTC", "Asia/Tokyo", "Asia/Kolkata"]), CLOCKS, CLOCKS, st.booleans(), INSTANTS)
def test_quiet_is_what_the_clock_on_the_wall_says(
    zone: str, start: time, end: time, weekends: bool, at: datetime
) -> None:
    quiet = Quiet(start=start, end=end, weekends=weekends)
    assert (quiet_until(quiet, zone, at) is not None) == is_quiet(quiet, at.astimezone(ZoneInfo(zone)))
