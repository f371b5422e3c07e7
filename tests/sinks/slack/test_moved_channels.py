"""Channels whose id changes under a name that stays: they became private, were shared, moved into an organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.drills.slack_standin import SlackStandIn
from bot.drills.slack_workspace import StandInChannel
from bot.model import DeliveryState, MessageKind
from bot.sinks.slack.sink import RETRY_FACT, SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_refusal_words import following
from tests.sinks.slack.test_sink import keys, rows_of, settle


@pytest.fixture
async def sink(slack: SlackStandIn) -> AsyncIterator[SlackSink]:
    """Which believes no listing of channels for longer than a moment."""
    made = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, settle=0.0))
    yield made
    await made.close()


def move(slack: SlackStandIn) -> StandInChannel:
    """#desk has another id, and all its messages."""
    channel = slack.channel("desk")
    del slack.channels[channel.id]
    channel.id = "C0DESK9999"
    slack.channels[channel.id] = channel
    return channel


@pytest.mark.parametrize("kind", [MessageKind.UPDATE, MessageKind.REPLY])
async def test_what_follows_a_message_finds_it(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, kind: MessageKind
) -> None:
    """Edits and replies were held for ever, and the mend that was named (the channel's name) was none."""
    row = await following(sink, store, kind)
    channel = move(slack)
    store.add_deliveries([row])
    await settle(sink, store)
    assert [one.state for one in rows_of(store, row)] == [DeliveryState.SENT]
    assert list(store.notices()) == []
    assert len(channel.messages) == (1 if kind is MessageKind.UPDATE else 2)
    assert all("thread_ts" in message for message in channel.messages[1:])


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_became_of_a_post_is_looked_for_under_the_new_id(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, arrived: bool
) -> None:
    """It waited for a person."""
    first, unclear = (delivery(sink, name, digest(story(1), kind=MessageKind.IMMEDIATE)) for name in ("a", "b"))
    store.add_deliveries([first, unclear] if arrived else [first])
    await settle(sink, store)
    channel = move(slack)
    forgotten = replace(unclear, state=DeliveryState.SENDING, started_at=clock(), attempts=1)
    if arrived:
        store.save_delivery(forgotten)
    else:
        store.add_deliveries([forgotten])
    again = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=sink.calls.pacer.pace)
    await settle(again, store)
    await again.close()
    (row,) = rows_of(store, unclear)
    assert (row.state, row.ts) == (DeliveryState.SENT, channel.messages[-1]["ts"])
    assert len(set(keys(slack))) == len(channel.messages) == 2
    assert list(store.notices()) == []


@pytest.mark.parametrize("kind", [MessageKind.UPDATE, MessageKind.REPLY])
@pytest.mark.parametrize("is_another", [False, True], ids=["the channel's new id", "another channel"])
async def test_what_follows_a_message_in_a_channel_that_is_named_by_its_id(
    slack: SlackStandIn, store: SqliteStore, kind: MessageKind, is_another: bool
) -> None:
    """A person wrote the new id into rules.yaml: new messages went there, and edits were held for ever. Those of a
    channel that was given up for another one stay held."""
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, token=60.0))
    first = delivery(sink, "first", digest(story(1), kind=MessageKind.IMMEDIATE), address=slack.channel("desk").id)
    store.add_deliveries([first])
    await sink.deliver(writer, store)
    channel = move(slack)
    content = digest(story(1), kind=kind, thread_of=first.key)
    later = [delivery(sink, name, content, address=first.address) for name in ("b", "c")]
    store.add_deliveries(later)
    await sink.deliver(writer, store)
    assert all(one.state.is_waiting for one in rows_of(store, *later))
    new = slack.add_channel("other", "C0OTHER999").id if is_another else channel.id
    store.save_facts({RETRY_FACT: "now"})  # or a minute later, by itself
    await sink.deliver(writer, store, {first.channel: new})
    await sink.close()
    assert [one.state.is_done for one in rows_of(store, *later)] == [not is_another] * 2
    assert len(slack.channels[new].messages) == (0 if is_another else 3 if kind is MessageKind.REPLY else 1)


async def test_another_channel_that_has_the_name_now_gets_nothing(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    reply = await following(sink, store, MessageKind.REPLY)
    move(slack).messages.clear()
    store.add_deliveries([reply])
    await settle(sink, store)
    assert [one.state for one in rows_of(store, reply)] == [DeliveryState.DEAD]
    assert slack.channel("desk").messages == []


async def test_a_channel_that_is_gone_is_told(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    edit = await following(sink, store, MessageKind.UPDATE)
    del slack.channels[slack.channel("desk").id]
    store.add_deliveries([edit])
    await sink.deliver(writer, store)
    await settle(sink, store)
    assert [one.state for one in rows_of(store, edit)] == [DeliveryState.PAUSED]
    (notice,) = store.notices()
    assert "Slack refuses edits of messages in #desk" in notice.text
