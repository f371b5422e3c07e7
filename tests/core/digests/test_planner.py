"""What goes out when: one channel, some waiting stories, a clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    Channel,
    DigestPlan,
    EntryId,
    Immediate,
    MessageKind,
    Priority,
    Quiet,
    RuleId,
    StoryId,
    Waiting,
    WaitingKind,
)
from tests.builders import channel
from tests.core.digests.wall_clock import is_quiet
from tests.core.digests.world import AT, DESK, EVERY, NIGHT, NOW, World, arrivals, at


@pytest.mark.parametrize(
    ("where", "coming", "told"),
    [
        pytest.param(AT, ["08:00 1", "08:30 2", "08:31 3"], ["02 08:30 digest 1,2", "02 17:00 digest 3"], id="slots"),
        pytest.param(
            EVERY, ["08:00 1", "08:10 2", "09:00 3"], ["02 08:15 digest 1,2", "02 09:15 digest 3"], id="every"
        ),
        pytest.param(
            NOW,
            ["08:00 1", "08:10 2", "08:20 3", "08:30 4", "08:40 5", "09:05 6"],
            [
                "02 08:00 immediate 1",
                "02 08:10 immediate 2",
                "02 08:20 immediate 3",
                "02 09:00 digest 4,5",
                "02 09:05 immediate 6",
            ],
            id="overflow-without-digest",
        ),
        pytest.param(
            channel(immediate=Immediate(per_hour=1), digest=DigestPlan(at=(time(12),))),
            ["08:00 1", "08:30 2", "09:00 3", "09:10 4"],
            ["02 08:00 immediate 1", "02 09:00 immediate 3", "02 12:00 digest 2,4"],
            id="overflow-joins-digest",
        ),
        pytest.param(
            channel(immediate=Immediate(per_hour=1)),
            ["08:00 1", "08:00 2", "08:00 3"],
            ["02 08:00 immediate 1", "02 08:55 digest 2,3"],
            id="overflow-of-one-moment",
        ),
        pytest.param(
            channel(immediate=Immediate(per_hour=9), quiet=NIGHT),
            ["18:59 1", "19:00 2", "3T03:00 3", "3T07:30 4"],
            ["02 18:59 immediate 1", "03 07:30 digest 2,3", "03 07:30 immediate 4"],
            id="quiet-night",
        ),
        pytest.param(channel(immediate=Immediate(), quiet=NIGHT), ["20:00 1"], ["03 07:30 immediate 1"], id="one-held"),
        pytest.param(
            channel(immediate=Immediate(per_hour=1), quiet=NIGHT),
            ["20:00 1", "3T07:40 2"],
            ["03 07:30 immediate 1", "03 08:30 digest 2"],
            id="one-held-counts-for-per-hour",
        ),
        pytest.param(
            channel(digest=DigestPlan(at=(time(8, 30), time(22))), quiet=NIGHT),
            ["14:00 1", "23:00 2"],
            ["03 07:30 digest 1", "03 08:30 digest 2"],
            id="slot-in-quiet-hours",
        ),
        pytest.param(
            channel(digest=DigestPlan(every=timedelta(hours=1)), quiet=NIGHT),
            ["18:30 1", "21:00 2"],
            ["03 07:30 digest 1,2"],
            id="every-in-quiet-hours",
        ),
        pytest.param(
            channel(immediate=Immediate(per_hour=0)), ["08:00 1", "08:10 2"], ["02 08:55 digest 1,2"], id="per-hour-0"
        ),
        pytest.param(
            channel(digest=DigestPlan(at=(time(9),), days=frozenset({0, 1}))),
            ["10:00 1", "5T10:00 2"],
            ["08 09:00 digest 1,2"],
            id="days",
        ),
    ],
)
def test_what_goes_out(where: Channel, coming: list[str], told: list[str]) -> None:
    world = World(where)
    world.run(arrivals(*coming), at("23:00", 9))
    assert [f"{when} {kind} {','.join(map(str, ids))}" for when, kind, ids in world.told()] == told


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(channel(digest=DigestPlan(at=(time(8, 30),)), quiet=NIGHT), id="digest"),
        pytest.param(channel(immediate=Immediate(per_hour=0), quiet=NIGHT), id="immediate"),
    ],
)
def test_urgent_goes_at_once(where: Channel) -> None:
    world = World(where)
    world.run(arrivals("21:00 1", priority=Priority.URGENT), at("23:00", 3))
    assert world.told() == [("02 21:00", "immediate", (1,))]


def test_slots_missed_while_down_are_one_delayed_digest() -> None:
    world = World(AT, started_at=at("18:00"))
    world.arrive(1, at("08:00"))
    world.arrive(2, at("16:00"))
    world.tick(at("18:00"))
    ((_, message),) = world.sent
    assert message.delayed
    assert message.stories == (1, 2)
    assert message.slot_at == at("17:00")


def test_a_slot_has_one_digest_even_for_what_was_ingested_late() -> None:
    world = World(AT)
    world.arrive(1, at("08:00"))
    world.tick(at("08:30"))
    world.arrive(2, at("08:29"))
    assert world.tick(at("08:31")) == at("17:00")
    assert len(world.sent) == 1


CHANNELS = st.builds(
    channel,
    digest=st.sampled_from([None, DigestPlan(at=(time(8, 30), time(17))), DigestPlan(every=timedelta(minutes=30))]),
    immediate=st.sampled_from([Immediate(), Immediate(per_hour=0), Immediate(per_hour=2)]),
    quiet=st.sampled_from([None, NIGHT, Quiet(start=time(12), end=time(14), weekends=True)]),
    follow=st.sampled_from(["none", "update", "thread"]),
) | st.builds(
    channel,
    digest=st.sampled_from([DigestPlan(at=(time(8, 30), time(17))), DigestPlan(every=timedelta(minutes=30))]),
    quiet=st.sampled_from([None, NIGHT]),
    follow=st.sampled_from(["none", "update"]),
)
COMING = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(1, 12), st.booleans(), st.sampled_from(list(Priority))),
    min_size=1,
    max_size=40,
)


@given(CHANNELS, COMING)
def test_every_story_is_told_once_at_the_top(where: Channel, coming: list[tuple[int, int, bool, Priority]]) -> None:
    world = World(where)
    first = at("06:00", 1)
    world.run(
        [
            (first + timedelta(minutes=minutes), story, {"update": update, "priority": priority})
            for minutes, story, update, priority in coming
        ],
        at("23:00", 20),
    )
    tops = [
        story
        for _, message in world.sent
        if message.thread_of is None
        for story in message.stories
        if story not in message.updated
    ]
    assert sorted(tops) == sorted({story for _, story, _, _ in coming})
    assert world.waiting == []
    came_urgent = {
        (first + timedelta(minutes=minutes), story)
        for minutes, story, _, priority in coming
        if priority is Priority.URGENT
    }
    for when, message in world.sent:
        urgent = message.kind is MessageKind.IMMEDIATE and any(row.priority is Priority.URGENT for row in message.rows)
        if message.kind is MessageKind.REPLY:  # to what is edited in that moment; it brings no row of its own
            urgent = any((when, story) in came_urgent for story in message.stories)
        if where.quiet is not None and message.kind is not MessageKind.UPDATE and not urgent:
            assert not is_quiet(where.quiet, when)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400)], ids=["an hour", "a year"])
@pytest.mark.parametrize(
    ("where", "within"),
    [
        pytest.param(EVERY, timedelta(minutes=15), id="every"),
        pytest.param(AT, timedelta(hours=24), id="slots"),
        pytest.param(NOW, timedelta(hours=1), id="immediate"),
    ],
)
def test_a_clock_that_is_set_back_holds_nothing(where: Channel, within: timedelta, ahead: timedelta) -> None:
    """What was written while the system clock was ahead counts as now: due times, slots, the rolling hour, edits."""
    world = World(where)
    wrong, right = at("08:20") + ahead, at("08:20")
    for story in range(1, 6):
        world.arrive(story, wrong)
    world.tick(wrong)
    world.tick(wrong + timedelta(minutes=20))
    world.arrive(6, wrong + timedelta(minutes=30))
    world.arrive(7, right)
    world.tick(right)
    world.arrive(1, right + timedelta(minutes=1), update=True, rule=None, changes=("news",))
    for minute in range(int(within.total_seconds()) // 60 + 1):
        world.tick(right + timedelta(minutes=minute))
    told = {story for _, message in world.sent for story in message.stories}
    assert told == set(range(1, 8))
    assert [row for row in world.waiting if row.story != 1] == []
    if where is NOW:
        assert any(message.kind is MessageKind.UPDATE for _, message in world.sent)


def burst(seen: datetime, priority: Priority = Priority.NORMAL) -> Waiting:
    return Waiting(
        channel=DESK,
        story=StoryId(1),
        entry=EntryId(1),
        rule=RuleId("r"),
        priority=priority,
        kind=WaitingKind.SPIKE,
        since_at=seen,
    )


def test_a_burst_goes_out_at_once_whatever_the_channel_has() -> None:
    world = World(channel(DESK, digest=DigestPlan(at=(time(17),)), quiet=NIGHT))
    world.waiting.append(burst(at("09:00")))
    world.tick(at("09:00"))
    assert [(when, message.kind) for when, message in world.sent] == [(at("09:00"), MessageKind.SPIKE)]
    assert world.waiting == []
    assert world.posted == {}


def test_quiet_hours_hold_a_burst_unless_it_is_urgent() -> None:
    world = World(channel(DESK, digest=DigestPlan(at=(time(17),)), quiet=NIGHT))
    world.waiting += [burst(at("22:00"))]
    assert world.tick(at("22:00")) == at("07:30", 3)
    assert world.sent == []
    world.tick(at("07:30", 3))
    assert len(world.sent) == 1
    world.waiting += [burst(at("22:00", 3), Priority.URGENT)]
    world.tick(at("22:00", 3))
    assert len(world.sent) == 2


def test_a_burst_of_a_rule_that_is_snoozed_is_dropped() -> None:
    world = World(channel(DESK, digest=DigestPlan(at=(time(17),))))
    world.waiting += [burst(at("09:00"))]
    world.tick(at("09:00"), silenced=frozenset({RuleId("r")}))
    assert (world.sent, world.waiting) == ([], [])
