"""Spans between polls: interval, skips, back-off, Retry-After, dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.parse import ParsedFeed
from bot.core.polling import (
    Answer,
    Fault,
    first_state,
    retry_after,
)
from bot.core.polling.timing import after_skips, freshness, http_date, rhythm
from bot.model import Entry, FetchSettings
from tests.core.polling.polls import FEED, FETCH, FOUR_HOURS, NOON, entries, failed, good, poll

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def interval(answer: Answer, **settings: object) -> timedelta:
    return poll(None, answer, **settings).state.interval  # type: ignore[arg-type]  # keywords of poll


@pytest.mark.parametrize(
    "gaps, expected",
    [
        ([2 * HOUR] * 5, HOUR),
        ([MINUTE] * 9, 5 * MINUTE),
        ([30 * DAY] * 3, DAY),
        ([HOUR, HOUR, 40 * HOUR, HOUR], 30 * MINUTE),
        ([timedelta(0)] * 5, HOUR),
        ([], HOUR),
        ([3 * HOUR], 1.5 * HOUR),
    ],
    ids=["half-the-gap", "min", "max", "median", "all-at-once", "one-entry", "two-entries"],
)
def test_the_interval_is_half_the_median_gap(gaps: list[timedelta], expected: timedelta) -> None:
    assert interval(good(*entries(*gaps))) == expected


@pytest.mark.parametrize(
    "answer, expected",
    [
        (good(*FOUR_HOURS, cache_control="max-age=7200"), 2 * HOUR),
        (good(*FOUR_HOURS, cache_control="max-age=60"), HOUR),
        (good(*FOUR_HOURS, cache_control="public, max-age=99999999"), DAY),
        (good(*FOUR_HOURS, cache_control="max-age=10800", age="3600"), 2 * HOUR),
        (good(*FOUR_HOURS, cache_control="no-cache, max-age=7200"), HOUR),
        (good(*FOUR_HOURS, expires="Tue, 24 Nov 2026 15:00:00 GMT"), 3 * HOUR),
        (good(*FOUR_HOURS, expires="Mon, 01 Jan 2001 05:00:00 GMT", date="Mon, 01 Jan 2001 00:00:00 GMT"), 5 * HOUR),
        (good(*FOUR_HOURS, expires="0"), HOUR),
        (good(*FOUR_HOURS, feed=ParsedFeed(format="rss20", ttl=3 * HOUR)), 3 * HOUR),
        (good(*FOUR_HOURS, feed=ParsedFeed(format="rss20", ttl=MINUTE)), HOUR),
        (good(*FOUR_HOURS, feed=ParsedFeed(format="rss20", update_period=6 * HOUR)), 6 * HOUR),
        (good(*FOUR_HOURS, feed=ParsedFeed(format="rss20", update_period=365 * DAY)), DAY),
    ],
)
def test_hints_raise_it_and_never_lower_it(answer: Answer, expected: timedelta) -> None:
    assert interval(answer) == expected


def test_every_fixes_it_down_to_min() -> None:
    hinted = good(*FOUR_HOURS, cache_control="max-age=7200", feed=ParsedFeed(format="rss20", ttl=3 * HOUR))
    assert interval(hinted, feed=replace(FEED, every=10 * MINUTE)) == 10 * MINUTE
    assert interval(hinted, feed=replace(FEED, every=MINUTE)) == 5 * MINUTE
    assert interval(hinted, feed=replace(FEED, every=3 * DAY)) == 3 * DAY
    assert interval(
        hinted, feed=replace(FEED, every=timedelta(0)), fetch=replace(FETCH, min=timedelta(0))
    ) == timedelta(0)


def test_every_polls_exactly_so_far_apart() -> None:
    feed = replace(FEED, every=10 * MINUTE)
    assert poll(None, good(*FOUR_HOURS), feed=feed, jitter=0.9).state.next_due_at == NOON + 10 * MINUTE


def test_a_new_feed_is_due_at_once() -> None:
    assert first_state(FEED, NOON, FETCH).next_due_at == NOON


def test_the_rhythm_of_a_feed_without_dates_is_learnt_from_arrivals() -> None:
    def undated(number: int) -> tuple[Entry, ...]:
        return tuple(Entry(title=f"T{n}", seen_at=NOON) for n in range(number, number + 5))

    state = poll(None, good(*undated(0))).state
    for step in range(1, 5):
        state = poll(state, good(*undated(step)), NOON + step * 4 * HOUR).state
    assert state.interval == 2 * HOUR


def test_a_304_may_bring_new_freshness_and_keeps_the_old_without_any() -> None:
    state = poll(None, good(*FOUR_HOURS, cache_control="max-age=7200")).state
    state = poll(state, good(status=304)).state
    assert state.interval == 2 * HOUR
    assert poll(state, good(status=304, cache_control="max-age=14400")).state.interval == 4 * HOUR


@pytest.mark.parametrize(
    "hours, days, expected",
    [
        ({13}, set(), "14:00"),
        ({13, 14, 15}, set(), "16:00"),
        (set(), {1}, "Wed 00:00"),
        ({0, 1}, {1}, "Wed 02:00"),
        (set(range(24)), set(), "13:00"),
        (set(), set(range(7)), "13:00"),
        ({12}, set(), "13:00"),
    ],
)
def test_skipped_hours_and_days_are_waited_out(hours: set[int], days: set[int], expected: str) -> None:
    feed = ParsedFeed(format="rss20", skip_hours=frozenset(hours), skip_days=frozenset(days))
    due = poll(None, good(*FOUR_HOURS, feed=feed)).state.next_due_at
    assert due.strftime("%a %H:%M").removeprefix("Tue ") == expected


def test_skips_go_beyond_max() -> None:
    feed = ParsedFeed(format="rss20", skip_days=frozenset({1, 2, 3, 4}))
    due = poll(None, good(*FOUR_HOURS, feed=feed)).state.next_due_at
    assert due == datetime(2026, 11, 28, 0, 0, tzinfo=UTC)


@given(st.sets(st.integers(0, 23)), st.sets(st.integers(0, 6)), st.integers(0, 10_000_000))
def test_after_skips_is_never_earlier_nor_skipped(hours: set[int], days: set[int], second: int) -> None:
    at = NOON + timedelta(seconds=second)
    after = after_skips(at, hours, days)
    assert after >= at
    assert len(hours) == 24 or after.hour not in hours
    assert len(days) == 7 or after.weekday() not in days


@pytest.mark.parametrize("jitter, factor", [(0.0, 0.8), (0.5, 1.0), (0.75, 1.1)])
def test_backoff_doubles_with_jitter_up_to_max(jitter: float, factor: float) -> None:
    state = poll(None, good(*FOUR_HOURS)).state
    for failures in range(1, 9):
        state = poll(state, failed(), jitter=jitter).state
        wait = state.next_due_at - NOON
        assert abs(wait - min(DAY, HOUR * 2**failures * factor)) < timedelta(seconds=1)
        assert state.failures == failures
    assert poll(state, good(*FOUR_HOURS)).state.failures == 0


def test_backoff_of_a_thousand_failures_is_max() -> None:
    state = replace(poll(None, good(*FOUR_HOURS)).state, failures=1_000)
    assert poll(state, failed()).state.next_due_at == NOON + DAY


@pytest.mark.parametrize(
    "headers, expected",
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "999999999999"}, 86_400),
        ({"retry-after": "315360000"}, 86_400),
        ({"retry-after": "999999999 days 999999999 days"}, 86_400),
        ({"retry-after": str(int(NOON.timestamp()) + 300)}, 300),
        ({"retry-after": str(int(NOON.timestamp()) - 300)}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "-120"}, None),
        ({"retry-after": "+120"}, 120),
        ({"retry-after": "12.5"}, 13),
        ({"retry-after": "12.0"}, 12),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": '"120"'}, 120),
        ({"retry-after": "'120 s'"}, 120),
        ({"retry-after": "120; reason=busy"}, 120),
        ({"retry-after": "120 (rate limit)"}, 120),
        ({"retry-after": "120, 240"}, 240),
        ({"retry-after": "240,120"}, 240),
        ({"retry-after": "120, -1, soon"}, 120),
        ({"retry-after": "120, Tue, 24 Nov 2026 12:05:00 GMT"}, 300),
        ({"retry-after": "Tue, 24 Nov 2026 12:05:00 GMT, 360"}, 360),
        ({"retry-after": '"Tue, 24 Nov 2026 12:05:00 GMT"'}, 300),
        ({"retry-after": "2026-11-24T12:05:00Z"}, 300),
        ({"retry-after": "1 hour, 30 minutes"}, 5_400),
        ({"retry-after": "1h30m"}, 5_400),
        ({"retry-after": "PT1M30S"}, 90),
        ({"retry-after": "P1D"}, 86_400),
        ({"retry-after": "30000 ms"}, 30),
        ({"retry-after": "1,200"}, 200),
        ({"retry-after": "60,120"}, 120),
        ({"retry-after": "1, 200"}, 200),
        ({"retry-after": "120,240"}, 240),
        ({"retry-after": "9" * 5_000}, 86_400),
        ({"retry-after": f"{'9' * 5_000}h"}, 86_400),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "120s"}, 120),
        ({"retry-after": "30 minutes"}, 1_800),
        ({"retry-after": "in 2 hours"}, 7_200),
        ({"retry-after": "PT30S"}, 30),
        ({"retry-after": "99999999h"}, 86_400),
        ({"retry-after": "2 days"}, 86_400),
        ({"retry-after": ""}, None),
        ({"retry-after": "Tue, 24 Nov 2026 12:05:00 GMT"}, 300),
        ({"retry-after": "Tue, 24 Nov 2026 11:05:00 GMT"}, None),
        ({"retry-after": "Fri, 01 Jan 2021 00:05:00 GMT", "date": "Fri, 01 Jan 2021 00:00:00 GMT"}, 300),
        ({"retry-after": "Friday, 01-Jan-21 00:05:00 GMT", "date": "Fri, 01 Jan 2021 00:00:00 GMT"}, 300),
        ({"retry-after": "Sun, 24 Nov 2036 12:00:00 GMT"}, 86_400),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], expected: int | None) -> None:
    span = retry_after(headers, NOON)
    assert span == (None if expected is None else timedelta(seconds=expected))


@pytest.mark.parametrize("status, is_heard", [(429, True), (503, True), (500, False), (404, False)])
def test_retry_after_is_heard_with_429_and_503_and_may_go_beyond_max(status: int, is_heard: bool) -> None:
    fetch = replace(FETCH, max=2 * HOUR)
    due = poll(None, failed(status, retry_after="36000"), fetch=fetch).state.next_due_at
    assert (due == NOON + 10 * HOUR) is is_heard


@given(
    st.lists(
        st.sampled_from(
            [
                good(*FOUR_HOURS),
                good(*FOUR_HOURS, cache_control="max-age=999999"),
                good(),
                good(status=304),
                failed(),
                failed(404),
                failed(None, Fault.NETWORK),
                failed(200, Fault.CONTENT),
                failed(403, Fault.BLOCKED),
            ]
        ),
        min_size=1,
        max_size=12,
    ),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 600),
    st.integers(0, 7_200),
    st.one_of(st.none(), st.integers(0, 90_000)),
)
def test_min_and_max_hold_whatever_happens(
    answers: list[Answer], jitter: float, low: int, more: int, every: int | None
) -> None:
    fetch = FetchSettings(min=timedelta(seconds=low), max=timedelta(seconds=low + more))
    feed = replace(FEED, every=None if every is None else timedelta(seconds=every))
    state = first_state(feed, NOON, fetch)
    now = NOON
    for answer in answers:
        state = poll(state, answer, now, feed=feed, fetch=fetch, jitter=jitter).state
        assert fetch.min <= state.next_due_at - now <= max(fetch.max, feed.every or timedelta(), fetch.min)
        now = state.next_due_at


@pytest.mark.parametrize(
    "text", ["Tue, 24 Nov 2026 12:00:00 GMT", "Tuesday, 24-Nov-26 12:00:00 GMT", "Tue Nov 24 12:00:00 2026"]
)
def test_http_dates_of_all_three_forms(text: str) -> None:
    assert http_date(text) == NOON


@given(st.text(max_size=40))
def test_no_header_asks_for_the_past(text: str) -> None:
    headers = {"retry-after": text, "cache-control": text, "expires": text, "date": text, "age": text}
    for span in (retry_after(headers, NOON), freshness(headers, NOON)):
        assert span is None or span >= timedelta()


def test_rhythm_needs_two_instants() -> None:
    assert rhythm([NOON]) is None
    assert rhythm([NOON, NOON]) is None
