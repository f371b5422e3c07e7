"""The state machine of polling: due times, back-off, hints, health; as pure arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.codec import dumps, loads
from bot.core.parse import DeltaParse, ParsedFeed
from bot.core.parse.fingerprints import Fingerprints, changed, compare, fingerprint_of
from bot.core.polling import (
    Answer,
    Fault,
    after_poll,
    due_in_single_run,
    first_state,
    postponed,
    resettled,
    retry_after,
)
from bot.core.polling.timing import after_skips, freshness, http_date, rhythm
from bot.model import Entry, Feed, FeedHealth, FeedId, FeedState, FetchSettings, NoticeKind, PollRecord
from tests.fetch.conftest import kinds_told

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""A Tuesday."""
FEED = Feed(id=FeedId("news"), url="https://news.example/feed", name="News", label="https://news.example/feed")
FETCH = FetchSettings()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def entries(*gaps: timedelta, newest: datetime = NOON) -> tuple[Entry, ...]:
    """Entries from `newest` backwards, `gaps` apart."""
    instants = [newest]
    for gap in gaps:
        instants.append(instants[-1] - gap)
    return tuple(
        Entry(title=f"T{instant}", guid=str(instant), url=None, published_at=instant, seen_at=NOON)
        for instant in instants
    )


def parsed_after(feed: ParsedFeed, before: str | None) -> DeltaParse:
    """What the parsers make of a document after another."""
    last, fingerprints = Fingerprints.load(before), [fingerprint_of(entry) for entry in feed.entries]
    return DeltaParse(
        feed=replace(feed, entries=changed(last, feed.entries, fingerprints)),
        comparison=compare(last, fingerprints),
        fingerprints=Fingerprints(tuple(fingerprints)).dump() if fingerprints else "",
        dates=tuple(entry.published_at for entry in feed.entries if entry.published_at),
    )


def good(*found: Entry, feed: ParsedFeed | None = None, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    parsed = None if status == 304 else replace(feed or ParsedFeed(format="rss20"), entries=found)
    return Answer(
        asked=FEED.url,
        url=FEED.url,
        status=status,
        headers=named,
        parsed=parsed and parsed_after(parsed, None),
        conditional=True,
        body_hash=str(len(found)),
    )


def failed(status: int | None = 500, fault: Fault = Fault.STATUS, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(asked=FEED.url, url=FEED.url, status=status, headers=named, fault=fault, error="it failed")


def poll(
    state: FeedState | None,
    answer: Answer,
    now: datetime = NOON,
    *,
    feed: Feed = FEED,
    fetch: FetchSettings = FETCH,
    jitter: float = 0.0,
) -> PollRecord:
    state = state or first_state(feed, now, fetch)
    if answer.parsed is not None:
        answer = replace(answer, parsed=parsed_after(answer.parsed.feed, state.fingerprints))
    record = after_poll(feed, state, answer, now, fetch, jitter)
    assert loads(FeedState, dumps(record.state)) == record.state
    return record


def interval(answer: Answer, **settings: object) -> timedelta:
    return poll(None, answer, **settings).state.interval  # type: ignore[arg-type]  # keywords of poll


# --- the interval ----------------------------------------------------------------------------------------------------


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


FOUR_HOURS = tuple(entries(*[2 * HOUR] * 5))


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


# --- back-off --------------------------------------------------------------------------------------------------------


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
        ({"retry-after": "-1"}, None),
        ({"retry-after": "12.5"}, None),
        ({"retry-after": "soon"}, None),
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


# --- states and notices ----------------------------------------------------------------------------------------------


def kinds_after(*answers: Answer, step: timedelta = HOUR) -> list[list[NoticeKind]]:
    state, found = None, []
    for number, answer in enumerate(answers):
        record = poll(state, answer, NOON + number * step)
        state = record.state
        found.append(kinds_told(record.notices))
    return found


@pytest.mark.parametrize(
    "answers, told",
    [
        ([good(*FOUR_HOURS), failed(), failed(), good(*FOUR_HOURS)], [[], [], [], []]),
        (
            [good(*FOUR_HOURS), *[failed()] * 5, good(*FOUR_HOURS)],
            [[], [], [], [NoticeKind.FAILING], [], [], [NoticeKind.HEALED]],
        ),
        ([failed(404), failed(404), good(*FOUR_HOURS)], [[NoticeKind.FAILING], [], [NoticeKind.HEALED]]),
        (
            [good(*FOUR_HOURS), failed(403, Fault.BLOCKED), failed(), failed(), failed(), good(*FOUR_HOURS)],
            [[], [NoticeKind.BLOCKED], [], [], [], [NoticeKind.HEALED]],
        ),
        (
            [failed(), failed(403, Fault.BLOCKED), failed(403, Fault.BLOCKED), good(*FOUR_HOURS)],
            [[NoticeKind.FAILING], [NoticeKind.BLOCKED], [], [NoticeKind.HEALED]],
        ),
    ],
    ids=["flapping", "failing", "never-worked", "blocked", "failing-then-blocked"],
)
def test_a_problem_is_told_once_and_its_end_once(answers: list[Answer], told: list[list[NoticeKind]]) -> None:
    assert kinds_after(*answers) == told


def test_a_second_outage_is_told_anew_under_another_key() -> None:
    state, keys = None, []
    outage = [*[failed()] * 3, good(*FOUR_HOURS)]
    for number, answer in enumerate([good(*FOUR_HOURS), *outage, *outage]):
        record = poll(state, answer, NOON + number * HOUR)
        state = record.state
        keys += [notice.key for notice in record.notices]
    assert len(keys) == len(set(keys)) == 4


@pytest.mark.parametrize(
    "fault, status, health",
    [
        (Fault.NETWORK, None, FeedHealth.FAILING),
        (Fault.STATUS, 500, FeedHealth.FAILING),
        (Fault.CONTENT, 200, FeedHealth.FAILING),
        (Fault.BLOCKED, 403, FeedHealth.BLOCKED),
        (Fault.STATUS, 410, FeedHealth.FAILING),
    ],
)
def test_state_and_status_after_a_fault(fault: Fault, status: int | None, health: FeedHealth) -> None:
    state = poll(None, failed(status, fault)).state
    assert (state.health, state.status, state.error) == (health, status, "it failed")


def test_the_first_answer_with_entries_is_the_baseline_whatever_its_dates() -> None:
    state = poll(None, good()).state
    assert not state.has_baseline
    record = poll(state, good(*entries(HOUR, newest=NOON - MINUTE)))
    assert record.baseline == 2
    assert poll(record.state, good(*entries(HOUR, newest=NOON + DAY))).baseline == 0


def test_whole_entries_of_a_failed_poll_are_taken() -> None:
    answer = replace(good(*FOUR_HOURS), fault=Fault.CONTENT, error="cut", whole=False)
    record = poll(None, answer)
    assert (record.state.health, record.entries, record.baseline) == (FeedHealth.FAILING, FOUR_HOURS, len(FOUR_HOURS))
    assert record.state.validators.etag is None


def test_postponing_changes_nothing_but_the_due_time() -> None:
    state = poll(None, good(*FOUR_HOURS)).state
    record = postponed(state, NOON + DAY)
    assert record == PollRecord(state=replace(state, next_due_at=NOON + DAY), postponed=True)


# --- settings and clocks that change ---------------------------------------------------------------------------------


def test_a_shorter_every_draws_the_due_time_in() -> None:
    state = poll(None, good(*FOUR_HOURS), feed=replace(FEED, every=DAY)).state
    drawn = resettled(replace(FEED, every=10 * MINUTE), state, NOON + MINUTE, FETCH, 0.5)
    assert (drawn.next_due_at, drawn.interval) == (NOON + 10 * MINUTE, 10 * MINUTE)


def test_a_longer_every_waits_for_the_next_poll() -> None:
    feed = replace(FEED, every=10 * MINUTE)
    state = poll(None, good(*FOUR_HOURS), feed=feed).state
    assert resettled(replace(FEED, every=DAY), state, NOON, FETCH, 0.5).next_due_at == state.next_due_at


def test_backoff_and_what_servers_ask_for_stay() -> None:
    state = poll(None, failed(503, retry_after="36000")).state
    assert resettled(FEED, state, NOON + HOUR, FETCH, 0.5).next_due_at == state.next_due_at


def test_nothing_changed_is_nothing_changed() -> None:
    state = poll(None, good(*FOUR_HOURS)).state
    assert resettled(FEED, state, NOON, FETCH, 0.5) is state


# --- small things ----------------------------------------------------------------------------------------------------


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


# --- single runs (cron) ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "every, later, is_due",
    [
        (10 * MINUTE, 10 * MINUTE, True),
        (10 * MINUTE, 9 * MINUTE, True),
        (10 * MINUTE, 8.9 * MINUTE, False),
        (5 * MINUTE, 4.5 * MINUTE, True),
        (5 * MINUTE, 4.4 * MINUTE, False),
        (DAY, DAY - MINUTE, True),
        (DAY, DAY - 2 * MINUTE, False),
        (None, HOUR, True),
        (None, HOUR - 2 * MINUTE, False),
    ],
)
def test_a_single_run_at_the_feeds_own_interval_finds_it_due(
    every: timedelta | None, later: timedelta, is_due: bool
) -> None:
    state = poll(None, good(*FOUR_HOURS), feed=replace(FEED, every=every), jitter=0.99).state
    now = NOON + later
    assert (due_in_single_run(state, now).next_due_at <= now) is is_due


def test_a_single_run_waits_as_backoff_and_servers_ask() -> None:
    state = poll(None, failed(503, retry_after="600")).state
    assert due_in_single_run(state, NOON + 599 * timedelta(seconds=1)) == state
    assert due_in_single_run(state, NOON + 10 * MINUTE).next_due_at == NOON + 10 * MINUTE


def test_a_single_run_asks_a_feed_whose_last_poll_lies_in_the_future() -> None:
    state = poll(None, good(*FOUR_HOURS), NOON + DAY).state
    assert due_in_single_run(state, NOON).next_due_at == NOON


def test_a_single_run_keeps_skipped_hours() -> None:
    feed = ParsedFeed(format="rss20", skip_hours=frozenset({13, 14, 15}))
    state = poll(None, good(*FOUR_HOURS, feed=feed)).state
    assert due_in_single_run(state, NOON + HOUR) == state
