"""What was made before quiet hours and could not go out waits for their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.core.digests.quiet_hours import quiet_hours_at
from bot.core.digests.schedule import quiet_since, quiet_until
from bot.model import ChannelId, MessageKind, Priority, Quiet, RuleId, RuleSet
from tests.builders import channel, delivery, digest, rule, story

NIGHT = Quiet(start=time(19), end=time(7, 30))
WEEKEND = Quiet(start=time(19), end=time(7, 30), weekends=True)
EVENING = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""A Tuesday."""
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+00:00")


@pytest.mark.parametrize(
    ("quiet", "moment", "since"),
    [
        (NIGHT, "24T18:59", None),
        (NIGHT, "24T19:00", "24T19:00"),
        (NIGHT, "25T03:00", "24T19:00"),
        (NIGHT, "25T07:30", None),
        (WEEKEND, "29T12:00", "27T19:00"),
        (WEEKEND, "30T07:00", "27T19:00"),
        (Quiet(start=time(12), end=time(14)), "24T13:00", "24T12:00"),
        (None, "24T13:00", None),
    ],
)
def test_when_quiet_hours_began(quiet: Quiet | None, moment: str, since: str | None) -> None:
    assert quiet_since(quiet, "UTC", at(moment)) == (at(since) if since else None)
    assert (quiet_since(quiet, "UTC", at(moment)) is None) == (quiet_until(quiet, "UTC", at(moment)) is None)


DESK = ChannelId("desk")
RULES = RuleSet(
    version="1",
    channels={DESK: channel(DESK, quiet=NIGHT), ChannelId("loud"): channel(ChannelId("loud"))},
    rules=(rule("calm", "a"), rule("alarm", "b", priority=Priority.URGENT)),
)
LATE = 6 * HOUR
"""Before the evening's quiet hours began."""


@pytest.mark.parametrize(
    ("kind", "more", "age", "is_held"),
    [
        (MessageKind.DIGEST, {}, LATE, True),
        (MessageKind.IMMEDIATE, {}, LATE, True),
        (MessageKind.REPLY, {}, LATE, True),
        (MessageKind.DIGEST, {}, HOUR, False),
        (MessageKind.UPDATE, {}, LATE, False),
        (MessageKind.NOTICE, {}, LATE, False),
        (MessageKind.IMMEDIATE, {"stories": (story(1, priority=Priority.URGENT),)}, LATE, False),
        (MessageKind.SPIKE, {"rule": RuleId("calm"), "stories": ()}, LATE, True),
        (MessageKind.SPIKE, {"rule": RuleId("alarm"), "stories": ()}, LATE, False),
    ],
)
def test_what_waits(kind: MessageKind, more: dict[str, Any], age: timedelta, is_held: bool) -> None:
    content = replace(digest(story(1), kind=kind), **more)
    row = delivery("a", "desk", digest=content, kind=kind, created_at=EVENING - age)
    assert quiet_hours_at(RULES, EVENING).held([row]) == ({"a"} if is_held else set())
    assert not quiet_hours_at(RULES, EVENING + 9 * HOUR).held([row])


URGENT = {"stories": (story(1, priority=Priority.URGENT),)}


@pytest.mark.parametrize("kind", [MessageKind.UPDATE, MessageKind.REPLY])
@pytest.mark.parametrize(
    ("more", "moving"),
    [({}, ["other"]), (URGENT, ["post", "later", "other"]), ({"rule": RuleId("alarm")}, ["post", "later", "other"])],
    ids=["calm", "urgent story", "urgent rule"],
)
def test_what_something_urgent_belongs_to_does_not_wait(
    kind: MessageKind, more: dict[str, Any], moving: list[str]
) -> None:
    """An urgent rule matched a story at night whose post had waited since the afternoon: nobody heard of it."""
    post, calm = (delivery(key, "desk", 1, created_at=EVENING - LATE) for key in ("post", "calm"))
    content = replace(digest(story(1), kind=kind), **more)
    later = delivery("later", "desk", digest=content, kind=kind, thread_of="post", created_at=EVENING)
    other = delivery("other", "loud", 2, created_at=EVENING - LATE)
    assert [row.key for row in quiet_hours_at(RULES, EVENING).without([post, calm, later, other])] == moving
