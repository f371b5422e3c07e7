"""What people did in Slack: when it holds, where, what stands on the message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.codec import dumps
from bot.core.digests.mutes import REACTIONS, Overlay, Reaction, ReactionKind
from bot.model import ChannelId, RuleId, StoryId

AT = datetime(2026, 6, 2, 9, tzinfo=UTC)
DESK, WIDE = ChannelId("desk"), ChannelId("wide")


def reaction(name: str = "m", **more: object) -> Reaction:
    fields: dict[str, object] = {
        "id": name,
        "kind": ReactionKind.SNOOZE_RULE,
        "by": "U1",
        "at": AT,
        "rule": RuleId("r"),
    }
    return Reaction(**(fields | more))  # type: ignore[arg-type]  # a table of fields


def overlay(*reactions: Reaction) -> Overlay:
    return Overlay.read({REACTIONS + one.id: dumps(one) for one in reactions})


@pytest.mark.parametrize(
    ("made", "hours", "holds"),
    [
        pytest.param(reaction(), 1000, True, id="for-good"),
        pytest.param(reaction(until_at=AT + timedelta(hours=4)), 3, True, id="not-over"),
        pytest.param(reaction(until_at=AT + timedelta(hours=4)), 4, False, id="over"),
        pytest.param(reaction(undone_by="U2", undone_at=AT), 1, False, id="taken-back"),
    ],
)
def test_how_long_a_mark_holds(made: Reaction, hours: int, holds: bool) -> None:
    hushed = overlay(made).hushed([DESK, WIDE], AT + timedelta(hours=hours), "UTC")
    assert hushed.rules == ({DESK: {"r"}, WIDE: {"r"}} if holds else {})


def snooze(name: str, begins: int, hours: int, **more: object) -> Reaction:
    at = AT + timedelta(hours=begins)
    return reaction(name, at=at, until_at=at + timedelta(hours=hours), **more)


BACK: dict[str, object] = {"undone_by": "U2", "undone_at": AT + timedelta(hours=2)}


@pytest.mark.parametrize(
    ("made", "silent"),
    [
        pytest.param([snooze("a", 0, 24), snooze("b", 1, 4)], "04:59", id="a-shorter-one"),
        pytest.param([snooze("a", 0, 4), snooze("b", 1, 24)], "04:59 23:59", id="a-longer-one"),
        pytest.param([snooze("a", 0, 24), snooze("b", 1, 4, **BACK)], "04:59 23:59", id="one-that-was-taken-back"),
        pytest.param([snooze("a", 0, 24, rule="q"), snooze("b", 1, 4)], "04:59", id="of-another-rule"),
        pytest.param([snooze("a", 0, 24), snooze("b", 1, 4, channel=WIDE)], "04:59 23:59", id="a-buttons"),
        pytest.param([reaction("a", kind=ReactionKind.MUTE_RULE), snooze("b", 1, 4)], "04:59 23:59", id="after-a-mute"),
    ],
)
def test_the_last_snooze_of_a_rule_says_until_when(made: list[Reaction], silent: str) -> None:
    ends = {f"{hours - 1:02}:59": AT + timedelta(hours=hours, minutes=-1) for hours in (5, 24)}
    rules = {end: overlay(*made).hushed([DESK], at, "UTC").rules for end, at in ends.items()}
    assert " ".join(end for end, held in rules.items() if "r" in held.get(DESK, ())) == silent


def test_what_unmute_takes_back_holds_no_more() -> None:
    """Of a shorter snooze that took a longer one's place, both are taken back: the longer one would go on."""
    at = AT + timedelta(hours=2)
    made = overlay(snooze("a", 0, 24), snooze("b", 1, 4))
    assert [one.id for one in made.rule_silences(RuleId("r"), at)] == ["b"]
    assert [one.id for one in made.rule_endings(RuleId("r"), at)] == ["a", "b"]


def test_a_buttons_mark_holds_in_its_channel() -> None:
    made = overlay(
        reaction(channel=DESK, story=StoryId(7)),
        reaction("n", kind=ReactionKind.MUTE_STORY, channel=WIDE, story=StoryId(7)),
    )
    hushed = made.hushed([DESK, WIDE], AT, "UTC")
    assert hushed.rules == {DESK: {"r"}}
    assert hushed.stories == {WIDE: {7}}
    assert set(hushed.states) == {DESK, WIDE}


def test_the_message_says_who_and_when_also_after_it_was_taken_back() -> None:
    muted = reaction(kind=ReactionKind.MUTE_STORY, rule=None, channel=DESK, story=StoryId(7))
    state = overlay(muted).hushed([DESK], AT, "Europe/London").states[DESK][StoryId(7)]
    assert (state.text, state.active) == ("Story muted by <@U1>, 2 Jun 10:00", ("mute_story",))
    back = replace(muted, undone_by="U2", undone_at=AT + timedelta(minutes=5))
    state = overlay(back).hushed([DESK], AT, "UTC").states[DESK][StoryId(7)]
    assert "taken back by <@U2>, 2 Jun 09:05" in state.text
    assert state.active == ()


def test_mutes_follow_their_story_through_merges() -> None:
    made = overlay(reaction(kind=ReactionKind.MUTE_STORY, channel=DESK, story=StoryId(7))).follow(
        lambda story: StoryId(3)
    )
    assert made.hushed([DESK], AT, "UTC").stories == {DESK: {3}}
