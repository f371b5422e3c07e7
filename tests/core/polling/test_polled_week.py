"""What is kept of the last days' polls, against a list of all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.codec import dumps, loads
from bot.core.polling import polled_hours, with_poll
from bot.core.polling.polled_week import KEPT
from bot.model import PolledHour, PolledWeek

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=60))
def test_each_hour_says_how_its_polls_went(polls: list[tuple[int, bool]]) -> None:
    """(minutes since the poll before, whether it was good)."""
    week, at = PolledWeek(), NOON
    went: dict[datetime, set[bool]] = {}
    for minutes, is_good in polls:
        at += timedelta(minutes=minutes)
        week = with_poll(week, at, is_good=is_good)
        went.setdefault(at.replace(minute=0), set()).add(is_good)
    found = {hour_at: hour for hour_at, hour in polled_hours(week) if hour is not PolledHour.UNASKED}
    letters = {frozenset({True}): PolledHour.GOOD, frozenset({False}): PolledHour.FAILED}
    expected = {hour_at: letters.get(frozenset(all_of), PolledHour.MIXED) for hour_at, all_of in went.items()}
    oldest = at.replace(minute=0) - (KEPT - 1) * HOUR
    assert found == {hour_at: hour for hour_at, hour in expected.items() if hour_at >= oldest}
    assert len(week.hours) <= KEPT
    assert loads(PolledWeek, dumps(week)) == week


def test_long_ago_is_forgotten() -> None:
    week = with_poll(PolledWeek(), NOON, is_good=False)
    week = with_poll(week, NOON + KEPT * HOUR, is_good=True)
    assert list(polled_hours(week)) == [(NOON + KEPT * HOUR, PolledHour.GOOD)]


def test_a_clock_that_goes_back_counts_in_the_last_hour() -> None:
    week = with_poll(with_poll(PolledWeek(), NOON, is_good=True), NOON - 5 * HOUR, is_good=False)
    assert list(polled_hours(week)) == [(NOON, PolledHour.MIXED)]
