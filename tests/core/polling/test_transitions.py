"""One poll after the other: states, notices, settings and clocks that change, single runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.parse import ParsedFeed
from bot.core.polling import (
    Answer,
    Fault,
    due_in_single_run,
    postponed,
    resettled,
)
from bot.model import Entry, FeedHealth, NoticeKind, PollRecord
from tests.core.polling.polls import FEED, FETCH, FOUR_HOURS, NOON, entries, failed, good, poll
from tests.fetch.conftest import kinds_told

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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


@pytest.mark.parametrize("is_failure", [True, False], ids=["the connection was", "the document is"])
@pytest.mark.parametrize(("again", "told"), [(0, 1), (1, 2)], ids=["once", "each time"])
def test_what_a_cut_hides_of_a_first_document_is_of_the_baseline(again: int, told: int, *, is_failure: bool) -> None:
    """With the next poll all of it was told as news. One that is cut each time is believed the second time."""
    dates = [NOON - DAY, NOON - HOUR, NOON + MINUTE, None]
    found = [Entry(title=f"{number}", published_at=date, seen_at=NOON) for number, date in enumerate(dates)]
    cut = good(*entries(), feed=ParsedFeed(format="rss20", cut=True))
    if is_failure:
        cut = replace(cut, fault=Fault.CONTENT, error="cut", whole=False)
    record = poll(None, cut)
    assert (len(record.entries), record.baseline) == (1, 1)
    for _ in range(again):
        record = poll(record.state, cut, NOON + HOUR)
    record = poll(record.state, good(*entries(), *found), NOON + 2 * HOUR)
    assert len(record.entries) - record.baseline == told


def test_whole_entries_of_a_failed_poll_are_taken() -> None:
    answer = replace(good(*FOUR_HOURS), fault=Fault.CONTENT, error="cut", whole=False)
    record = poll(None, answer)
    assert (record.state.health, record.entries, record.baseline) == (FeedHealth.FAILING, FOUR_HOURS, len(FOUR_HOURS))
    assert record.state.validators.etag is None


def test_postponing_changes_nothing_but_the_due_time() -> None:
    state = poll(None, good(*FOUR_HOURS)).state
    record = postponed(state, NOON + DAY)
    assert record == PollRecord(state=replace(state, next_due_at=NOON + DAY), postponed=True)


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


def entry(number: int, published: datetime | None) -> Entry:
    return Entry(title=f"T{number}", guid=f"g{number}", url=None, published_at=published, seen_at=NOON)


@pytest.mark.parametrize(
    ("published", "is_news"),
    [(NOON + HOUR, True), (NOON - HOUR, False), (NOON.replace(hour=0), True), (NOON - DAY, False), (None, False)],
    ids=["after the first empty answer", "before it", "that day", "the day before", "undated"],
)
@pytest.mark.parametrize("is_of_another", [False, True], ids=["a new feed", "in another's place"])
def test_what_a_feed_shows_that_began_empty(published: datetime | None, *, is_news: bool, is_of_another: bool) -> None:
    """Also where it came in the place of another feed, and whatever it answered before it held something."""
    state = poll(None, good(*FOUR_HOURS)).state if is_of_another else None
    state = replace(poll(None, good()).state, fingerprints=state and state.fingerprints)
    state = poll(state, good(), NOON + 2 * HOUR).state
    record = poll(state, good(entry(1, published)), NOON + 3 * HOUR)
    assert record.baseline == (not is_news)


@pytest.mark.parametrize(
    ("hours", "minutes", "is_news"),
    [(7, 0, True), (18, 30, True), (7, 4, False), (31, 0, False)],
    ids=["midnight in New York", "in India", "an hour", "the day before"],
)
@pytest.mark.parametrize("was_full", [False, True], ids=["began empty", "was emptied"])
def test_a_list_of_one_day_has_the_date_of_that_day(hours: int, minutes: int, *, is_news: bool, was_full: bool) -> None:
    """All items of arXiv's list bear `00:00:00 -0500`: those that came in later that day counted as old."""
    state = poll(None, good(entry(0, NOON - 9 * DAY)) if was_full else good()).state
    state = poll(state, good(), NOON + HOUR).state
    published = NOON - hours * HOUR + minutes * MINUTE
    record = poll(state, good(entry(1, published), entry(2, published)), NOON + 2 * HOUR)
    assert record.baseline == (0 if is_news else 2)
