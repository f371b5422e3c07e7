"""Spikes: what counts, what is usual, and simulated months through the real stages."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.rulefile.ruleset import read_ruleset
from bot.core.workbench.spike_message import spike_digest
from bot.core.workbench.spikes import LEARNING, SpikeWatch, counts_for_spikes
from bot.model import (
    Burst,
    Decision,
    Entry,
    EntryId,
    NewEntry,
    OutletId,
    Reading,
    Rule,
    RuleId,
    RuleSet,
    SpikeSettings,
    SpikeState,
    StoredEntry,
    StoryId,
    Verdict,
)
from bot.sinks.plain_text import digest_text
from bot.workbench.replay import Arrival, Post, Replay
from tests.builders import channel, new_entry, rule
from tests.core.workbench.simulated_press import HOUR, SUBJECTS, Event, SimulatedPress

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
WATCHED = rule("watched", "Orbrecht", spike=SpikeSettings())
DAY = timedelta(days=1)


# --- what counts ---


def report(number: int, at: datetime, body: str = "") -> NewEntry:
    entry = Entry(title=f"Orbrecht {number}", body=body, seen_at=at, published_at=at)
    decision = Decision(entry=EntryId(number), verdict=Verdict.NEW_STORY, story=StoryId(number))
    return NewEntry(id=EntryId(number), entry=entry, reading=Reading(title=entry.title, body=body), decision=decision)


@pytest.mark.parametrize(
    ("change", "began", "counts"),
    [
        ({}, BEGIN - DAY, True),
        ({}, BEGIN - timedelta(minutes=59), False),
        ({}, BEGIN, False),
        ({"feed": None}, None, True),
        ({"published_at": BEGIN - timedelta(minutes=61)}, BEGIN - DAY, False),
        ({"published_at": BEGIN - timedelta(minutes=59)}, BEGIN - DAY, True),
        ({"published_at": None}, BEGIN - DAY, True),
        ({"silent": True}, BEGIN - DAY, False),
        ({"verdict": Verdict.NEAR_DUPLICATE}, BEGIN - DAY, False),
        ({"verdict": Verdict.EDIT}, BEGIN - DAY, False),
        ({"verdict": Verdict.UPDATE}, BEGIN - DAY, True),
    ],
)
def test_what_says_that_somebody_reports_now_in_words_of_their_own(
    change: dict[str, object], began: datetime | None, counts: bool
) -> None:
    fields: dict[str, object] = {"seen_at": BEGIN, "published_at": BEGIN, "verdict": Verdict.SAME_STORY} | change
    assert counts_for_spikes(new_entry(2, 1, **fields), began) is counts


# --- what is usual ---


class Watching:
    """One rule, watched from BEGIN on."""

    def __init__(self, watched: Rule = WATCHED) -> None:
        self.rule = watched
        self.watch = SpikeWatch()
        self.watch.begin(watched, BEGIN)
        self.number = 0

    def hear(self, at: datetime, house: str, body: str = "") -> Burst | None:
        self.number += 1
        return self.watch.add(self.rule, report(self.number, at, body), house, "Europe/London")

    def burst(self, at: datetime, houses: int, step: timedelta = timedelta(minutes=5)) -> list[Burst]:
        bursts = [self.hear(at + number * step, f"house{number}") for number in range(houses)]
        return [burst for burst in bursts if burst is not None]

    def rhythm(self, days: int, hour: int, houses: int, weekdays: range = range(7)) -> None:
        """So many houses a day report at that hour."""
        for day in range(days):
            at = BEGIN + day * DAY + hour * HOUR
            if at.weekday() in weekdays:
                for house in range(houses):
                    self.hear(at + house * timedelta(minutes=1), f"house{house}")


def test_five_houses_where_none_is_usual_are_a_burst_told_once() -> None:
    watching = Watching()
    (burst,) = watching.burst(BEGIN + LEARNING, 12)
    assert (burst.houses, burst.usual) == (5, 0)
    assert burst.first == tuple(EntryId(number) for number in range(1, 6))
    assert (len(burst.hours), burst.hours[-1]) == (24, 5)


@pytest.mark.parametrize("step", [timedelta(microseconds=-400), timedelta(seconds=-40), timedelta(0)])
def test_reports_that_come_in_in_another_order_than_they_were_seen_are_a_burst(step: timedelta) -> None:
    watching = Watching()
    assert [burst.houses for burst in watching.burst(BEGIN + LEARNING + HOUR, 8, step)] == [5]
    assert watching.hear(BEGIN + LEARNING + HOUR, "house9") is None, "the same burst"


def test_a_report_of_a_clock_that_was_wrong_holds_nothing_up() -> None:
    watching = Watching()
    watching.hear(BEGIN + LEARNING + 9 * HOUR, "house0")
    assert [burst.houses for burst in watching.burst(BEGIN + LEARNING + HOUR, 8)] == [5]


def test_nothing_is_told_before_28_days_are_known() -> None:
    assert Watching().burst(BEGIN + LEARNING - HOUR, 12) == []


def test_one_house_counts_once_however_often_it_reports() -> None:
    watching = Watching()
    assert [watching.hear(BEGIN + LEARNING + number * timedelta(minutes=1), "one") for number in range(20)] == [
        None
    ] * 20


def test_a_text_that_another_house_has_published_counts_for_nothing() -> None:
    watching = Watching()
    wire = " ".join(f"word{number}" for number in range(80))
    at = BEGIN + LEARNING
    told = [
        watching.hear(at + number * timedelta(minutes=1), f"house{number}", f"{wire} by {number}")
        for number in range(20)
    ]
    assert told == [None] * 20


def test_what_is_usual_on_a_weekday_at_that_hour_is_no_burst_then_and_one_at_night() -> None:
    watching = Watching()
    watching.rhythm(28, 12, 8, range(5))
    weekday = BEGIN + LEARNING
    assert weekday.weekday() == 0
    assert watching.burst(weekday + 12 * HOUR, 9) == []
    (night,) = watching.burst(weekday + DAY + HOUR, 5)
    assert night.usual == 0
    watching = Watching()
    watching.rhythm(28, 12, 8, range(5))
    (loud,) = watching.burst(weekday + 12 * HOUR, 30)
    assert (loud.usual, loud.houses) == (8, 24)


def test_a_weekend_is_compared_with_weekends() -> None:
    watching = Watching()
    watching.rhythm(28, 12, 10, range(5))
    saturday = BEGIN + LEARNING + 5 * DAY + 12 * HOUR
    assert len(watching.burst(saturday, 6)) == 1


def test_a_burst_a_week_ago_does_not_hide_one_today() -> None:
    watching = Watching()
    watching.rhythm(28, 12, 2)
    last_week = BEGIN + LEARNING + 12 * HOUR
    assert len(watching.burst(last_week, 20)) == 1
    assert len(watching.burst(last_week + 7 * DAY, 20)) == 1


@pytest.mark.parametrize("rate", [0.4, *(pytest.param(rate, marks=pytest.mark.slow) for rate in (0.1, 0.7))])
def test_a_burst_every_day_is_told_every_day(rate: float) -> None:
    dice = random.Random(round(rate * 10))
    days = 90
    events = []
    at = BEGIN
    while at < BEGIN + days * DAY:
        at += timedelta(hours=dice.expovariate(rate))
        events.append((at, f"house{dice.randrange(40)}"))
    bursts = [BEGIN + (29 + number) * DAY + dice.uniform(0, 20) * HOUR for number in range(days - 30)]
    for burst in bursts:
        events += [(burst + dice.uniform(0, 3) * HOUR, f"house{house}") for house in dice.sample(range(40), 18)]
    watching = Watching()
    told = [at for at, house in sorted(events) if watching.hear(at, house) is not None]
    heard = [sum(burst <= at <= burst + 9 * HOUR for at in told) for burst in bursts]
    assert sum(count > 0 for count in heard) >= 0.95 * len(bursts)
    assert sum(not any(burst <= at <= burst + 9 * HOUR for burst in bursts) for at in told) <= 2


def test_a_new_level_is_usual_in_the_end() -> None:
    watching = Watching()
    watching.rhythm(28, 12, 2)
    told = []
    for day in range(60):
        told += watching.burst(BEGIN + LEARNING + day * DAY + 12 * HOUR, 20)
    assert 1 <= len(told) < 40
    assert watching.burst(BEGIN + LEARNING + 61 * DAY + 12 * HOUR, 20) == []


def test_a_burst_that_goes_on_is_told_once_and_a_second_one_again() -> None:
    watching = Watching()
    at = BEGIN + LEARNING
    assert len(watching.burst(at, 40, timedelta(minutes=40))) == 1
    assert len(watching.burst(at + 3 * DAY, 8)) == 1


def test_a_watch_that_is_read_again_after_each_report_decides_the_same() -> None:
    begin = BEGIN + LEARNING + 60 * HOUR
    straight, kept = Watching(), Watching()
    states: dict[RuleId, SpikeState] = {}
    facts: dict[str, str] = {}
    told = []
    for number in range(200):
        at, house = begin + number * timedelta(minutes=25), f"house{number % 13}"
        told.append((straight.hear(at, house), kept.hear(at, house)))
        changed_states, changed_facts = kept.watch.drain()
        states |= {name: state for _, name, state in changed_states if isinstance(state, SpikeState)}
        facts |= {key: text for key, text in changed_facts.items() if text is not None}
        kept.watch = SpikeWatch.read(states, facts)
    assert all(one == other for one, other in told)
    assert sum(one is not None for one, _ in told) == 1


def test_a_rule_that_looks_for_something_else_learns_anew() -> None:
    watching = Watching()
    assert not watching.watch.begin(replace(WATCHED, name="Other name"), BEGIN + DAY)
    assert watching.watch.begin(rule("watched", "Velcom", spike=SpikeSettings()), BEGIN + DAY)
    assert watching.burst(BEGIN + LEARNING, 12) == []
    assert len(watching.burst(BEGIN + LEARNING + 2 * DAY, 12)) == 1


def test_a_rule_that_was_away_learns_anew() -> None:
    watching = Watching()
    watching.watch.forget_others([])
    assert watching.watch.drain()[0] == [("spike", "watched", None)]
    assert watching.watch.begin(WATCHED, BEGIN + DAY)


# --- the message ---


def test_the_message_says_how_many_against_what_is_usual_and_shows_the_day() -> None:
    (burst,) = Watching().burst(BEGIN + LEARNING, 5)
    stored = [_stored(number) for number in (1, 2)]
    digest = spike_digest(channel(), WATCHED, replace(burst, usual=2.0), stored, {}, "UTC", BEGIN + LEARNING)
    assert digest_text(digest).splitlines() == [
        "watched: 5 outlets in 6 h, usually 2",
        "1. Orbrecht 1 (one.example, 2 Mar 00:01)",
        "   https://one.example/1",
        "2. Orbrecht 2 (one.example, 2 Mar 00:02)",
        "   https://one.example/2",
        "And 3 more outlets.",
        "Last 24 h: ·······················█ (outlets an hour, at most 5)",
    ]


def _stored(number: int) -> StoredEntry:
    new = report(number, BEGIN + number * timedelta(minutes=1))
    entry = replace(new.entry, url=f"https://one.example/{number}", source=OutletId("one.example"))
    return StoredEntry(id=new.id, entry=entry, reading=new.reading, decision=new.decision, story=new.decision.story)


# --- months ---


def _rules(*subjects: str) -> RuleSet:
    rules = "".join(
        f"  - {{id: {name}, name: {name}, when: {name.title()}, spike: {{window: 6h, times: 3, at_least: 5}}}}\n"
        for name in subjects
    )
    ruleset, problems = read_ruleset(f"feeds: []\nrules:\n{rules}".encode(), {})
    assert ruleset is not None, problems
    return ruleset


MONTHS = [
    pytest.param((36, {"burst": 4, "syndicated": 4, "added feed": 2, "backfill": 2}), id="five weeks"),
    pytest.param((90, {"burst": 60, "syndicated": 60, "added feed": 20, "backfill": 20}), id="ninety days",
                 marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
]  # fmt: skip


@pytest.fixture(scope="module", params=MONTHS)
def press(request: pytest.FixtureRequest) -> SimulatedPress:
    days, events = request.param
    return SimulatedPress(seed=5, days=days, events_of_a_kind=events)


@pytest.fixture(scope="module")
def posts(press: SimulatedPress) -> list[Post]:
    arrivals = (Arrival(id=str(number), entry=entry) for number, entry in enumerate(press.entries))
    return list(Replay(_rules(*SUBJECTS)).posts(arrivals))


def told_of(event: Event, posts: list[Post]) -> list[Post]:
    return [
        post
        for post in posts
        if post.delivery.digest.rule == event.subject and event.at <= post.at <= event.at + 6 * HOUR
    ]


def spikes(posts: list[Post]) -> list[Post]:
    return [post for post in posts if post.delivery.kind == "spike"]


def test_bursts_are_told_and_nothing_that_looks_like_one(press: SimulatedPress, posts: list[Post]) -> None:
    told: dict[str, list[int]] = {kind: [] for kind in ("burst", "syndicated", "added feed", "backfill")}
    for event in press.events:
        told[event.kind].append(len(told_of(event, spikes(posts))))
    assert {kind: len(counts) for kind, counts in told.items()} == press.events_of_a_kind
    assert sum(count > 0 for count in told["burst"]) >= 0.95 * press.events_of_a_kind["burst"]
    assert max(told["burst"]) == 1
    assert [sum(told[kind]) for kind in ("syndicated", "added feed", "backfill")] == [0, 0, 0]


def test_at_most_one_false_alarm_a_rule_and_month(press: SimulatedPress, posts: list[Post]) -> None:
    true = {id(post) for event in press.events if event.kind == "burst" for post in told_of(event, spikes(posts))}
    false = [post for post in spikes(posts) if id(post) not in true]
    assert len(false) <= len(SUBJECTS) * (press.days - 28) / 30


def test_rules_with_spike_post_nothing_else_and_say_that_they_learn(posts: list[Post]) -> None:
    others = [post for post in posts if post.delivery.kind != "spike"]
    assert [post.delivery.kind for post in others] == ["notice"] * len(SUBJECTS)
    assert {post.delivery.digest.rule for post in others} == set(SUBJECTS)
    assert all("is learning until 30 Mar" in post.delivery.digest.title for post in others)
    assert all(post.at >= BEGIN + LEARNING for post in spikes(posts))
