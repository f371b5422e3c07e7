"""Feeds that are renamed, or have another URL, in the rules file."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.polling import declared
from bot.model import Entry, Feed, FeedId, FeedState
from tests.core.polling.polls import FEED, FETCH, FOUR_HOURS, NOON, entries, failed, good, poll

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANSWERED = poll(None, good(*FOUR_HOURS)).state
OTHER = FeedId("other")


def states_of(feeds: Iterable[Feed], *states: FeedState, now: datetime = NOON) -> dict[str, FeedState]:
    """By URL: what is begun with."""
    began = declared({feed.id: feed for feed in feeds}, {state.feed: state for state in states}, now, FETCH)
    return {state.url: state for state in began}


def at(url: str, feed: FeedId = FEED.id) -> Feed:
    return replace(FEED, id=feed, url=url)


def test_at_another_url_what_came_out_since_the_old_one_answered_is_news() -> None:
    """All that came out while a URL was wrong counted as the baseline of the mended one."""
    before = poll(ANSWERED, failed(404), NOON + DAY).state
    (state,) = states_of([at("https://news.example/feed.xml")], before, now=NOON + 2 * DAY).values()
    assert (state.next_due_at, state.fingerprints) == (NOON + 2 * DAY, None)
    dates = [NOON + 30 * HOUR, NOON + MINUTE, NOON - 2 * HOUR, None]
    (one,) = entries()
    found = [replace(one, guid=f"{number}", published_at=date) for number, date in enumerate(dates)]
    record = poll(state, good(*found), NOON + 2 * DAY)
    assert [one.published_at for one in record.entries[record.baseline :]] == dates[:2]


def test_a_url_that_is_mended_twice_brings_what_came_out_since_the_first_one_answered() -> None:
    """What the second one never brought was the baseline of the third."""
    second, third = at("https://news.example/feeed"), at("https://news.example/feed.xml")
    (wrong,) = states_of([second], ANSWERED, now=NOON + DAY).values()
    wrong = poll(wrong, failed(404), NOON + DAY).state
    (right,) = states_of([third], wrong, now=NOON + 2 * DAY).values()
    assert right.empty_since_at == NOON - HOUR
    (never,) = states_of([third], poll(None, failed(404)).state, now=NOON + DAY).values()
    assert never.empty_since_at is None


def test_at_another_url_what_came_out_while_the_old_one_was_empty_is_news() -> None:
    """A publisher moves, and leaves a feed of nothing: it answered well until its URL was mended."""
    before = ANSWERED
    for day in range(1, 4):
        before = poll(before, good(), NOON + day * DAY).state
    (state,) = states_of([at("https://news.example/feed.xml")], before, now=NOON + 4 * DAY).values()
    assert state.empty_since_at == NOON - HOUR


def test_a_feed_under_another_id_goes_on_where_it_was() -> None:
    """All that came between its last poll and the first under its new id was the baseline."""
    goes_on = replace(ANSWERED, feed=OTHER, former=(FEED.id,))
    assert states_of([at(FEED.url, OTHER)], ANSWERED) == {FEED.url: goes_on}


THIRD = FeedId("third")


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_ids_that_a_feed_had_the_last_one_counts(order: int) -> None:
    """It went on where it was under the first: what came in under the second was told again."""
    second = replace(poll(ANSWERED, good(*FOUR_HOURS), NOON + DAY).state, feed=OTHER, former=(FEED.id,))
    (state,) = states_of([at(FEED.url, THIRD)], *[ANSWERED, second][::order], now=NOON + DAY).values()
    assert state == replace(second, feed=THIRD, former=(OTHER, FEED.id))
    # Both stand for one feed of the host: what takes its place is no third one.
    (moved,) = states_of(
        [at("https://news.example/rss2", THIRD)], *[ANSWERED, second][::order], now=NOON + DAY
    ).values()
    assert moved.empty_since_at is not None


def test_a_feed_that_has_its_old_id_again_goes_on_where_it_was_under_the_other() -> None:
    second = replace(poll(ANSWERED, good(*FOUR_HOURS), NOON + DAY).state, feed=OTHER, former=(FEED.id,))
    (state,) = states_of([FEED], ANSWERED, second, now=NOON + DAY).values()
    assert state == replace(second, feed=FEED.id, former=(OTHER,))
    polled = poll(state, good(*FOUR_HOURS), NOON + 2 * DAY).state
    assert states_of([FEED], polled, second, now=NOON + 2 * DAY) == {}
    (moved,) = states_of([at("https://news.example/rss2")], polled, second, now=NOON + 2 * DAY).values()
    assert moved.former == (OTHER,)


ELSEWHERE = "https://elsewhere.example/rss"
IN_OTHERS_PLACE = replace(ANSWERED, feed=OTHER, url=ELSEWHERE)


@pytest.mark.parametrize(
    ("feeds", "states", "went_on"),
    [
        ([at(FEED.url, OTHER), at(ELSEWHERE)], [ANSWERED], [FEED.url]),
        ([at(FEED.url, OTHER), at(ELSEWHERE)], [ANSWERED, IN_OTHERS_PLACE], [FEED.url, ELSEWHERE]),
        ([at(FEED.url, OTHER), at(ELSEWHERE, THIRD)], [ANSWERED, IN_OTHERS_PLACE], [FEED.url, ELSEWHERE]),
        ([at(ELSEWHERE)], [ANSWERED, IN_OTHERS_PLACE], [ELSEWHERE]),
        ([at(ELSEWHERE)], [poll(ANSWERED, good(*FOUR_HOURS), NOON + 3 * DAY).state, IN_OTHERS_PLACE], []),
        ([at(FEED.url, OTHER), FEED], [ANSWERED], []),
    ],
    ids=["a new feed has its old id", "changed places", "each one on", "one left", "left long ago", "both stand"],
)
@pytest.mark.parametrize("order", [1, -1])
def test_a_feed_whose_id_another_one_has_now_goes_on_where_it_was(
    feeds: list[Feed], states: list[FeedState], went_on: list[str], order: int
) -> None:
    """What came since its last poll, by hours or a day, was its baseline: it went unheard."""
    began = states_of(feeds[::order], *states[::order], now=NOON + HOUR)
    assert {url for url, state in began.items() if state.has_baseline} == set(went_on)
    of_url = {state.url: state for state in states}
    for url in went_on:
        assert began[url] == replace(of_url[url], feed=began[url].feed, former=(of_url[url].feed,))


@pytest.mark.parametrize("after", [timedelta(0), MINUTE, -MINUTE])
def test_of_two_feeds_at_one_url_the_one_that_stays_goes_on_where_it_was(after: timedelta) -> None:
    other = replace(poll(None, good(*FOUR_HOURS), NOON + after).state, feed=OTHER)
    assert states_of([FEED], ANSWERED, other, now=NOON + HOUR) == {}


@pytest.mark.parametrize(
    ("feeds", "before", "now", "goes_on"),
    [
        ([at("https://news.example/rss2", OTHER)], ANSWERED, NOON + HOUR, True),
        ([at("https://www.news.example/rss2", OTHER)], ANSWERED, NOON + HOUR, True),
        ([at("https://news.example/rss2", OTHER)], ANSWERED, NOON + 3 * DAY, False),
        ([at("https://another.example/rss2", OTHER)], ANSWERED, NOON + HOUR, False),
        ([at("https://news.example:8443/rss2", OTHER)], ANSWERED, NOON + HOUR, False),
        ([at("https://news.example/rss2", OTHER), FEED], ANSWERED, NOON + HOUR, False),
        ([at(f"https://news.example/{n}", FeedId(f"n{n}")) for n in (1, 2)], ANSWERED, NOON + HOUR, False),
        ([at("https://news.example/rss2", OTHER)], poll(None, failed(404)).state, NOON + HOUR, False),
    ],
    ids=[
        "its place",
        "with www",
        "long ago",
        "another host",
        "another port",
        "both stand",
        "two came",
        "never answered",
    ],
)
def test_a_feed_in_the_place_of_one_that_just_left(
    feeds: list[Feed], before: FeedState, now: datetime, goes_on: bool
) -> None:
    """Most feeds have no `id` of their own: with their URL it changes."""
    began = states_of(feeds, before, now=now)
    assert [state.empty_since_at is not None for url, state in began.items() if url != FEED.url] == [
        goes_on for feed in feeds if feed is not FEED
    ]


@pytest.mark.parametrize(
    ("kept", "told"),
    [(FOUR_HOURS, 1), (FOUR_HOURS[:1], 1), ((), 0)],
    ids=["the same feed", "one item of it", "another feed"],
)
def test_a_feed_in_the_place_of_another_is_that_one_only_with_its_items(kept: tuple[Entry, ...], told: int) -> None:
    """The first answer of a feed that was put in another's place on its host alerted: it is its baseline."""
    (state,) = states_of([at("https://news.example/sport", OTHER)], ANSWERED, now=NOON + HOUR).values()
    news = replace(FOUR_HOURS[0], guid="news", title="News", published_at=NOON + HOUR)
    record = poll(state, good(news, *kept), NOON + HOUR)
    assert len(record.entries) - record.baseline == told
    later = replace(news, guid="later", title="Later", published_at=None)
    record = poll(record.state, good(later, news, *kept), NOON + 2 * HOUR)
    assert ([one.title for one in record.entries], record.baseline) == (["Later"], 0)


def test_a_feed_in_the_place_of_another_that_brings_nothing_new_has_its_baseline() -> None:
    (state,) = states_of([at("https://news.example/rss2", OTHER)], ANSWERED, now=NOON + HOUR).values()
    record = poll(state, good(*FOUR_HOURS), NOON + HOUR)
    assert (record.entries, record.state.has_baseline) == ((), True)
    later = replace(FOUR_HOURS[0], guid="later", title="Later", published_at=None)
    assert poll(record.state, good(later, *FOUR_HOURS), NOON + 2 * HOUR).baseline == 0


@pytest.mark.parametrize("answers", [1, 2])
def test_another_feed_that_was_empty_before_has_shown_so_itself(answers: int) -> None:
    (state,) = states_of([at("https://news.example/sport", OTHER)], ANSWERED, now=NOON + HOUR).values()
    for number in range(answers):
        state = poll(state, good(), NOON + HOUR + number * MINUTE).state
    dates = [NOON + 2 * HOUR, NOON + HOUR - MINUTE, None]
    found = [
        replace(FOUR_HOURS[0], guid=f"{number}", title=f"{number}", published_at=date)
        for number, date in enumerate(dates)
    ]
    record = poll(state, good(*found), NOON + 3 * HOUR)
    assert [one.published_at for one in record.entries[record.baseline :]] == dates[:1]


def test_feeds_that_are_known_are_left_alone() -> None:
    assert states_of([FEED], ANSWERED) == {}


def test_whatever_is_renamed_a_url_that_stays_goes_on_where_it_was() -> None:
    """Ids go from one URL to another, leave and come back: no URL that stays in the file begins anew."""
    dice = random.Random(29)
    stayed = 0
    for _ in range(150):
        states: dict[FeedId, FeedState] = {}
        polled: dict[str, datetime] = {}
        now = NOON
        for _ in range(6):
            count = dice.randint(1, 4)
            numbers, ids = dice.sample(range(4), count), dice.sample("abcd", count)
            feeds = {
                FeedId(one): at(f"https://h{n}.example/rss", FeedId(one)) for n, one in zip(numbers, ids, strict=True)
            }
            states |= {state.feed: state for state in declared(feeds, states, now, FETCH)}
            stay = {feed.id: polled[feed.url] for feed in feeds.values() if feed.url in polled}
            assert {one: states[one].last_poll_at for one in stay} == stay
            stayed += len(stay)
            now = max(now, *(states[one].next_due_at for one in feeds)) + MINUTE
            states |= {one: poll(states[one], good(*FOUR_HOURS), now).state for one in feeds}
            polled = {feed.url: now for feed in feeds.values()}
    assert stayed > 500
