"""Who is asked about what once a week: at random, the same again after a restart, nobody twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.core.workbench.near_misses import NearMiss
from bot.core.workbench.relaxations import MissReason
from bot.core.workbench.review import MAX_QUESTIONS, choose_near_misses, draw_samples, due_slot, recipient
from bot.model import (
    ChannelId,
    PersonId,
    Posted,
    ReviewSettings,
    RuleId,
    RuleSet,
    Settings,
    StoryId,
    WeeklySlot,
)
from tests.builders import NOW, channel, mark, posted, rule

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SLOT = WeeklySlot(day=0, at=time(9))
OPS = {ChannelId("ops"): channel("ops")}


def rules(*names: str, sample: int = 5, **more: Any) -> RuleSet:
    settings = Settings(review=ReviewSettings(sample=sample, slot=SLOT))
    return RuleSet(version="v", settings=settings, channels=OPS, rules=tuple(rule(name, **more) for name in names))


def told(rule: str, *stories: int) -> list[Posted]:
    return [posted("desk", story, rules=(RuleId(rule),)) for story in stories]


def drawn(ruleset: RuleSet, stories: list[Posted], slot_at: datetime = MONDAY, **more: Any) -> list[tuple[str, int]]:
    fields: dict[str, Any] = {"marks": [], "asked": set()} | more
    return [(one.rule.id, one.story) for one in draw_samples(ruleset, stories, **fields, slot_at=slot_at)]


@pytest.mark.parametrize(
    ("now", "done_at", "due"),
    [
        pytest.param(MONDAY, MONDAY - timedelta(days=7), MONDAY, id="on-the-minute"),
        pytest.param(MONDAY - timedelta(minutes=1), MONDAY - timedelta(days=7), None, id="before"),
        pytest.param(MONDAY + timedelta(days=3), MONDAY - timedelta(days=7), MONDAY, id="made-up-for"),
        pytest.param(MONDAY + timedelta(days=3), MONDAY, None, id="done"),
        pytest.param(MONDAY + timedelta(days=30), MONDAY, MONDAY + timedelta(days=28), id="only-the-latest"),
        pytest.param(MONDAY + timedelta(hours=1), MONDAY - timedelta(days=1), None, id="moved-by-a-day"),
        pytest.param(MONDAY + timedelta(hours=1), None, MONDAY, id="just-set"),
        pytest.param(MONDAY + timedelta(days=2), None, None, id="set-in-midweek"),
    ],
)
def test_a_slot_is_dealt_with_once(now: datetime, done_at: datetime | None, due: datetime | None) -> None:
    assert due_slot(SLOT, "UTC", done_at, now) == due


def test_the_slot_is_local_time_in_summer_and_in_winter() -> None:
    summer, winter = datetime(2026, 7, 6, 7, 30, tzinfo=UTC), datetime(2026, 12, 7, 8, 30, tzinfo=UTC)
    week = timedelta(days=7)
    assert due_slot(SLOT, "Europe/Berlin", summer - week, summer) == summer.replace(hour=7, minute=0)
    assert due_slot(SLOT, "Europe/Berlin", winter - week, winter) == winter.replace(hour=8, minute=0)


def test_some_of_each_rule_with_five_or_more_the_same_again() -> None:
    ruleset = rules("many", "few", "none")
    stories = told("many", *range(1, 31)) + told("few", 41, 42, 43, 44) + told("gone", *range(50, 60))
    first = drawn(ruleset, stories)
    assert {name for name, _ in first} == {"many"}
    assert len(set(first)) == 5
    assert drawn(ruleset, list(reversed(stories))) == first
    assert drawn(ruleset, stories, MONDAY + timedelta(days=7)) != first
    assert len(drawn(rules("many", sample=3), stories)) == 3
    assert drawn(RuleSet(version="v", channels=OPS, rules=ruleset.rules), stories) == [], "nobody wants to be asked"


def test_nobody_is_asked_twice_or_about_what_was_marked() -> None:
    stories = told("r", *range(1, 11))
    marks = [mark(1, "r"), mark(2, "r", kind="sample", verdict="not_relevant"), mark(3, "another")]
    asked = {(StoryId(4), RuleId("r")), (StoryId(5), RuleId("another"))}
    for week in range(20):
        of_week = drawn(rules("r"), stories, MONDAY + timedelta(days=7 * week), marks=marks, asked=asked)
        assert not {1, 2, 4} & {story for _, story in of_week}
    assert drawn(rules("r"), stories[:7], marks=marks, asked=asked) == [], "four are left"


def test_every_story_is_drawn_as_often_as_any_other() -> None:
    counts: Counter[int] = Counter()
    weeks = 1000
    for week in range(weeks):
        counts.update(story for _, story in drawn(rules("r"), told("r", *range(1, 21)), NOW + timedelta(days=7 * week)))
    expected = weeks * 5 / 20
    chi_square = sum((counts[story] - expected) ** 2 / expected for story in range(1, 21))
    assert chi_square < 43.8, "19 degrees of freedom, p = 0.001"


def test_the_owner_is_asked_else_ops() -> None:
    own = rule("r", owner=PersonId("U0ANA"))
    to = recipient(own, OPS)
    assert to is not None
    assert (to.id, to.slack, to.person) == ("@U0ANA", "U0ANA", "U0ANA")
    assert recipient(rule("r"), OPS) == OPS[ChannelId("ops")]
    assert recipient(rule("r"), {}) is None
    nobody = RuleSet(version="v", settings=rules("r").settings, rules=(rule("r"),))
    assert drawn(nobody, told("r", *range(9))) == []


def test_where_there_is_no_room_the_least_measured_go_first() -> None:
    names = [f"r{number}" for number in range(8)]
    stories = [one for name in names for one in told(name, *range(1, 11))]
    marks = [mark(99, "r0", kind="sample", at=NOW)]
    questions = drawn(rules(*names), stories, marks=marks)
    counts = Counter(name for name, _ in questions)
    assert len(questions) == MAX_QUESTIONS
    assert counts["r0"] == 2
    assert min(counts.values()) == 2
    assert [name for name, _ in questions] == sorted(
        (name for name, _ in questions), key=names[1:].__add__(["r0"]).index
    )


def miss(story: int, name: str = "r") -> NearMiss:
    return NearMiss(
        story=StoryId(story),
        rule=RuleId(name),
        reason=MissReason.ONE_TERM_SHORT,
        detail="lacks 5G",
        would_match="Huawei",
        rarity=1,
        title="t",
        url=None,
        source=None,
        seen_at=NOW,
    )


def test_near_misses_are_listed_once_twenty_at_most() -> None:
    misses = [miss(story) for story in range(1, 31)] + [miss(1, "gone")]
    chosen = choose_near_misses(rules("r"), misses, {(StoryId(2), RuleId("r"))})
    assert [one.story for _, one in chosen] == [1, *range(3, 22)]
    assert {to.id for to, _ in chosen} == {"ops"}
