"""Later reports of stories that were posted: edits, replies, what returns in a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.model import (
    DigestPlan,
    Immediate,
    Priority,
    RuleId,
    StoryId,
)
from tests.builders import channel
from tests.core.digests.world import AT, EVERY, NIGHT, NOW, World, arrivals, at


def test_once_does_not_wait_for_every() -> None:
    world = World(EVERY)
    world.arrive(1, at("08:00"))
    world.tick(at("08:00"), once=True)
    assert world.told() == [("02 08:00", "digest", (1,))]


def test_a_burst_on_one_story_is_one_message_and_two_edits() -> None:
    world = World(channel(immediate=Immediate(per_hour=6), follow="thread"))
    start = at("08:00")
    coming = [
        (start + timedelta(seconds=0.3 * n), 1, {"update": n % 3 == 0, "rule": None if n else "r"}) for n in range(200)
    ]
    world.run(coming, at("10:00"))
    kinds = [kind for _, kind, _ in world.told()]
    assert kinds.count("immediate") == 1
    assert kinds.count("update") <= 2
    assert 1 <= kinds.count("reply") <= 2
    assert world.waiting == []


def test_later_reports_show_within_75_seconds_for_a_day() -> None:
    world = World(NOW)
    coming = arrivals("08:00 1") + arrivals("08:30 1", "3T07:59 1", "3T08:01 1", rule=None)
    world.run(coming, at("23:00", 4))
    assert world.told() == [("02 08:00", "immediate", (1,)), ("02 08:30", "update", (1,)), ("03 07:59", "update", (1,))]


def test_replies_keep_quiet_hours_edits_do_not() -> None:
    world = World(channel(immediate=Immediate(), follow="thread", quiet=NIGHT))
    coming = arrivals("18:00 1") + arrivals("22:00 1", "23:00 1", rule=None, update=True, changes=("9 → 12",))
    world.run(coming, at("12:00", 3))
    assert world.told() == [
        ("02 18:00", "immediate", (1,)),
        ("02 22:00", "update", (1,)),
        ("02 23:00", "update", (1,)),
        ("03 07:30", "reply", (1,)),
    ]
    assert world.sent[-1][1].changes == ("9 → 12",)


def test_an_urgent_reply_waits_for_no_end_of_quiet_hours() -> None:
    world = World(channel(immediate=Immediate(), follow="thread", quiet=NIGHT))
    told = {"update": True, "changes": ("9 → 12",)}
    coming = arrivals("18:00 1", "18:00 2") + arrivals("22:00 1", "22:00 2", rule=None, **told)
    coming += arrivals("23:00 1", priority=Priority.URGENT, rule="alarm", **told)
    world.run(coming, at("12:00", 3))
    replies = [(when, stories) for when, kind, stories in world.told() if kind == "reply"]
    assert replies == [("02 23:00", (1,)), ("03 07:30", (2,))]


@pytest.mark.parametrize("clock", ["18:30", "23:00"])
def test_urgent_news_of_a_story_that_is_never_edited_comes_back_by_itself_at_once(clock: str) -> None:
    """It was never told."""
    world = World(channel(immediate=Immediate(per_hour=0), follow="none", quiet=NIGHT))
    world.run(arrivals("08:00 1"), at("18:00"))
    assert len(world.sent) == 1
    world.run(arrivals(f"{clock} 1", priority=Priority.URGENT, rule="alarm"), at("23:59"))
    assert world.told()[1:] == [(f"02 {clock}", "immediate", (1,))]
    assert world.sent[-1][1].updated == {1}
    world.run(arrivals("3T08:00 2"), at("18:00", 3))
    assert [stories for _, _, stories in world.told()] == [(1,), (1,), (2,)]
    assert world.waiting == []


@pytest.mark.parametrize("follow", ["none", "update"])
def test_urgent_news_of_a_story_that_was_posted_returns_in_the_next_digest(follow: str) -> None:
    """Where a channel has digests, no story has a second message of its own."""
    world = World(channel(digest=DigestPlan(at=(time(8, 30), time(17))), follow=follow))
    world.run(arrivals("08:00 1") + arrivals("12:00 1", priority=Priority.URGENT, rule="alarm"), at("18:00"))
    assert [told for told in world.told() if told[1] != "update"] == [
        ("02 08:30", "digest", (1,)),
        ("02 17:00", "digest", (1,)),
    ]
    assert world.sent[-1][1].updated == {1}


def test_an_update_returns_in_the_next_digest_marked() -> None:
    world = World(AT)
    world.run(arrivals("08:00 1") + arrivals("12:00 1", rule=None, update=True) + arrivals("13:00 2"), at("23:00"))
    assert world.told() == [("02 08:30", "digest", (1,)), ("02 17:00", "digest", (1, 2))]
    assert world.sent[1][1].updated == {1}


def test_copies_do_not_return() -> None:
    world = World(AT)
    world.run(arrivals("08:00 1") + arrivals("12:00 1", rule=None), at("23:00"))
    assert len(world.sent) == 1
    assert world.waiting == []


def test_a_development_comes_in_the_next_digest_as_a_new_story_does() -> None:
    world = World(EVERY)
    updates = arrivals("08:20 1", "08:40 1", "09:00 1", rule=None, update=True)
    world.run(arrivals("08:00 1") + updates, at("23:00"))
    assert [when for when, *_ in world.told()] == ["02 08:15", "02 08:35", "02 08:55", "02 09:15"]


def test_a_pressing_rule_never_makes_a_second_message() -> None:
    world = World(NOW)
    urgent = arrivals("08:20 1", priority=Priority.URGENT, rule="alarm")
    world.run(arrivals("08:00 1") + urgent, at("23:00"))
    assert [kind for _, kind, _ in world.told()] == ["immediate", "update"]


def test_muted_stories_and_silenced_rules_are_dropped() -> None:
    world = World(channel(immediate=Immediate()))
    world.arrive(1, at("08:00"))
    world.arrive(2, at("08:00"), rule="noisy")
    world.arrive(3, at("08:00"))
    world.tick(at("08:00"), muted=frozenset({StoryId(1)}), silenced=frozenset({RuleId("noisy")}))
    assert world.told() == [("02 08:00", "immediate", (3,))]
    assert world.waiting == []


def test_later_reports_of_a_silenced_rule_are_dropped() -> None:
    world = World(NOW)
    world.arrive(1, at("08:00"))
    world.tick(at("08:00"))
    world.posted[StoryId(1)] = replace(world.posted[StoryId(1)], rules=(RuleId("r"),))
    world.arrive(1, at("08:30"), rule=None, update=True)
    world.tick(at("08:30"), silenced=frozenset({RuleId("r")}))
    assert [kind for _, kind, _ in world.told()] == ["immediate"]
    assert world.waiting == []
