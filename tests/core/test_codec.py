"""Nouns to JSON text and back: whatever was written reads as the same noun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any, NewType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.codec import dumps, instant_text, loads
from bot.core.digests.mutes import Reaction, ReactionKind
from bot.core.heartbeat import Heartbeat
from bot.core.polling.websub import Subscription
from bot.core.rulefile.added_rules import AddedRule
from bot.model import (
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryState,
    Digest,
    Entry,
    EntryId,
    FeedHealth,
    FeedState,
    HeldReply,
    Match,
    Posted,
    Priority,
    RuleId,
    Settings,
    StoryId,
    Verdict,
)
from tests.builders import NOW
from tests.conftest import SAMPLE_DATA

VERSION_2: Mapping[str, Mapping[str, str]] = json.loads(
    (SAMPLE_DATA / "stores/version2.json").read_text(encoding="utf-8")
)
"""JSON texts as the last build with schema version 2 wrote them: noun -> name -> text."""
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
INSTANTS = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001  # aware by `timezones`
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)
"""Without the first day of all, which has no UTC east of Greenwich."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
st.register_type_strategy(datetime, INSTANTS)
st.register_type_strategy(timedelta, st.timedeltas(timedelta(-999), timedelta(9999)))
st.register_type_strategy(str, ANY_TEXT)


def nouns(kind: type) -> st.SearchStrategy[Any]:
    """Any noun of `kind`; what it calls `object` is JSON, as the model says."""
    free = {"payload", "changes_of"}
    given_fields = {name: st.dictionaries(ANY_TEXT, JSON, max_size=3) for name in free & set(kind.__annotations__)}
    return st.builds(kind, **given_fields)


@pytest.mark.parametrize(
    "kind", [Entry, FeedState, Match, Posted, ChannelState, Digest, Delivery, Settings], ids=lambda kind: kind.__name__
)
def test_every_noun_comes_back(kind: type) -> None:
    @settings(max_examples=25, deadline=None)
    @given(nouns(kind))
    def comes_back(noun: object) -> None:
        text = dumps(noun)
        assert text.isascii()
        assert loads(kind, text) == noun

    comes_back()


def test_what_has_its_default_is_not_written() -> None:
    assert json.loads(dumps(Inner(at=NOW))) == {"at": "2026-03-04T05:06:07.890123+00:00"}


def test_fields_of_another_version_do_no_harm() -> None:
    fields = json.loads(dumps(Entry(title="t", seen_at=NOW, lang="en")))
    del fields["lang"]
    fields["mood"] = "cheerful"
    assert loads(Entry, json.dumps(fields)) == Entry(title="t", seen_at=NOW)


Number = NewType("Number", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A part of a noun."""

    at: datetime
    gap: timedelta | None = None
    clock: time = time(8, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """Every kind of field that a noun may have."""

    inner: Inner
    maybe: Inner | None = None
    many: tuple[Inner, ...] = ()
    pair: tuple[Number, datetime] = (Number(0), NOW)
    by_number: Mapping[Number, Inner] | None = None
    by_verdict: Mapping[Verdict, frozenset[Verdict]] | None = None
    by_instant: Mapping[datetime, int] | None = None
    scalar: int | str | None = None


def test_a_noun_of_any_fields_needs_no_code() -> None:
    inner = Inner(at=NOW, gap=timedelta(microseconds=7), clock=time(23, 59))
    noun = Noun(
        inner=inner,
        maybe=Inner(at=NOW),
        many=(inner, Inner(at=NOW)),
        pair=(Number(3), NOW + timedelta(days=1)),
        by_number={Number(12): inner},
        by_verdict={Verdict.EDIT: frozenset({Verdict.UPDATE, Verdict.NEW_STORY})},
        by_instant={NOW: 1},
        scalar="text",
    )
    assert loads(Noun, dumps(noun)) == noun
    assert loads(Noun, dumps(Noun(inner=inner))) == Noun(inner=inner)


def test_fields_inside_fields_may_come_and_go_too() -> None:
    assert loads(Noun, '{"inner": {"at": "2026-03-04T05:06:07.890123+00:00", "mood": 1}, "many": [{"at": 0}]}') == Noun(
        inner=Inner(at=NOW), many=(Inner(at=datetime(1970, 1, 1, tzinfo=UTC)),)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A noun that JSON could not bring back."""

    what: Inner | Entry


def test_what_json_cannot_tell_apart_is_refused() -> None:
    with pytest.raises(TypeError, match="tell its members apart"):
        loads(Ambiguous, "{}")


@pytest.mark.parametrize("name", VERSION_2["FeedState"])
def test_a_feed_of_version_2_is_read(name: str) -> None:
    state = loads(FeedState, VERSION_2["FeedState"][name])
    assert state.health is (FeedHealth.FAILING if name == "failing" else FeedHealth.OK)
    assert state.has_baseline
    assert loads(FeedState, dumps(state)) == state


def test_channels_of_version_2_are_read() -> None:
    busy, idle = (loads(ChannelState, VERSION_2["ChannelState"][name]) for name in ("busy", "idle"))
    assert busy == ChannelState(
        channel=ChannelId("telecom"),
        last_slot_at=NOW - timedelta(hours=1),
        posted_at=(NOW - timedelta(minutes=9),),
        overflow=frozenset({StoryId(7), StoryId(9)}),
        shown_updates={StoryId(3): EntryId(12)},
        edited_at={"key-1": NOW - timedelta(seconds=20)},
        held_replies=(
            HeldReply(
                thread="key-1", story=StoryId(3), changes=("9 dead → 112 dead",), entries=(EntryId(11), EntryId(12))
            ),
        ),
    )
    assert idle == ChannelState(channel=ChannelId("policy"), last_slot_at=NOW)
    assert loads(ChannelState, dumps(busy)) == busy


@pytest.mark.parametrize("name", VERSION_2["Delivery"])
def test_deliveries_of_version_2_are_read(name: str) -> None:
    digest = Digest(channel=ChannelId("telecom"), kind="immediate", at=NOW)  # type: ignore[arg-type]  # as JSON has it
    fields = json.loads(VERSION_2["Delivery"][name]) | {"digest": json.loads(dumps(digest)), "payload": {}}
    row = loads(Delivery, json.dumps(fields))
    assert (row.state, row.absent) == (DeliveryState(name), 2)


HOURS_OF_THE_CALENDAR = st.datetimes(
    datetime(2, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
    datetime(9998, 12, 31),  # noqa: DTZ001  # the same
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)


@given(HOURS_OF_THE_CALENDAR, HOURS_OF_THE_CALENDAR)
def test_instants_sort_as_text(one: datetime, two: datetime) -> None:
    first, second = instant_text(one), instant_text(two)
    assert first is not None
    assert second is not None
    assert (first < second) == (one < two)
    assert datetime.fromisoformat(first) == one


def test_no_instant_is_none() -> None:
    assert instant_text(None) is None


FACTS: Mapping[str, tuple[str, object]] = {
    "a mute": (
        '{"id": "e1", "kind": "mute_story", "by": "U0ANA", "at": "2026-03-02T08:00:00+00:00", "channel": "policy",'
        ' "story": 7, "rule": null, "until_at": null, "undone_by": null, "undone_at": null}',
        Reaction(
            id="e1",
            kind=ReactionKind.MUTE_STORY,
            by="U0ANA",
            at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            channel=ChannelId("policy"),
            story=StoryId(7),
        ),
    ),
    "a snooze that was taken back": (
        '{"id": "e2", "kind": "snooze_rule", "by": "U0BO", "at": "2026-03-02T08:00:00+00:00", "channel": null,'
        ' "story": null, "rule": "ships", "until_at": "2026-03-03T08:00:00+00:00", "undone_by": "U0ANA",'
        ' "undone_at": "2026-03-02T09:30:00.250000+00:00"}',
        Reaction(
            id="e2",
            kind=ReactionKind.SNOOZE_RULE,
            by="U0BO",
            at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            rule=RuleId("ships"),
            until_at=datetime(2026, 3, 3, 8, tzinfo=UTC),
            undone_by="U0ANA",
            undone_at=datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC),
        ),
    ),
    "a rule": (
        '{"id": "ships", "name": "Ships", "when": "ferry", "to": ["policy", "@U0ANA"], "priority": 2, "by": "U0ANA",'
        ' "at": "2026-03-02T08:00:00+00:00"}',
        AddedRule(
            id=RuleId("ships"),
            name="Ships",
            when="ferry",
            to=(ChannelId("policy"), ChannelId("@U0ANA")),
            priority=Priority(2),
            by="U0ANA",
            at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        ),
    ),
    "a subscription": (
        '{"token": "t", "feed": "f", "topic": "T", "hub": "H", "secret": "s", "state": "active",'
        ' "asked_at": "2026-03-02T08:00:00+00:00", "lease_until_at": "2026-03-12T08:00:00+00:00", "tries": 1}',
        Subscription(
            token="t",
            feed="f",
            topic="T",
            hub="H",
            secret="s",
            state="active",
            asked_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            lease_until_at=datetime(2026, 3, 12, 8, tzinfo=UTC),
        ),
    ),
    "a heartbeat": (
        '{"state": "running", "process": "host:1", "version": "0.1.0", "started_at": "2026-03-02T08:00:00+00:00",'
        ' "beat_at": "2026-03-02T08:05:00+00:00", "polling": 3}',
        Heartbeat(
            state="running",
            process="host:1",
            version="0.1.0",
            started_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            beat_at=datetime(2026, 3, 2, 8, 5, tzinfo=UTC),
            polling=3,
        ),
    ),
}
"""Facts as they were written before there was one codec for them."""


@pytest.mark.parametrize(("text", "noun"), FACTS.values(), ids=FACTS)
def test_facts_of_earlier_builds_are_read(text: str, noun: object) -> None:
    assert loads(type(noun), text) == noun
    assert loads(type(noun), dumps(noun)) == noun
