"""Messages to one person: the conversation is opened first, and each message arrives once there, too."""

from __future__ import annotations

import asyncio

from bot.drills.slack_standin import SlackStandIn
from bot.drills.slack_workspace import GRANTED_SCOPES
from bot.model import DeliveryState
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import delivery, writer


async def settle(sink: SlackSink, store: SqliteStore) -> None:
    async with asyncio.timeout(30):
        await sink.deliver(writer, store)
        while any(row.state not in (DeliveryState.PAUSED, DeliveryState.UNSETTLED) for row in store.open_deliveries()):
            await asyncio.sleep(0.02)
            await sink.deliver(writer, store)


async def test_the_conversation_is_opened_once(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    rows = [delivery(sink, name, digest(story(1)), address="U0ANA") for name in "ab"]
    store.add_deliveries(rows)
    await settle(sink, store)
    posted = slack.channel("D0ANA").messages
    assert [one["metadata"]["event_payload"]["delivery_key"] for one in posted] == [row.key for row in rows]
    assert [call.method for call in slack.calls].count("conversations.open") == 1
    assert store.facts("slack_channel:") == {"slack_channel:U0ANA": "D0ANA"}
    assert slack.problems == []


async def test_an_unknown_outcome_is_settled_from_the_conversation(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    faults = iter(["reset_after", "reset_before"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    store.add_deliveries([delivery(sink, name, digest(story(1)), address="U0ANA") for name in "ab"])
    await settle(sink, store)
    assert len(slack.channel("D0ANA").messages) == 2


async def test_what_becomes_of_the_opening_is_never_a_post(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    faults = iter(["reset_after", "500_before"])
    slack.fault = lambda method, _: next(faults, None) if method == "conversations.open" else None
    store.add_deliveries([delivery(sink, "a", digest(story(1)), address="U0ANA")])
    await settle(sink, store)
    assert len(slack.channel("D0ANA").messages) == 1
    assert "conversations.history" not in [call.method for call in slack.calls]


async def test_a_person_who_cannot_be_written_to_holds_nobody_else_up(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    rows = [delivery(sink, address, digest(story(1)), address=address) for address in ("U0NOBODY", "U0BO", "#desk")]
    store.add_deliveries(rows)
    await settle(sink, store)
    (left,) = store.open_deliveries()
    assert (left.address, left.state) == ("U0NOBODY", DeliveryState.PAUSED)
    assert "user_not_found" in (left.error or "")
    assert len(slack.channel("D0BO").messages) == len(slack.channel("desk").messages) == 1
    (notice,) = store.notices()
    assert "U0NOBODY" in notice.text


async def test_without_the_scope_the_person_alone_is_held(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.scopes = GRANTED_SCOPES - {"im:write"}
    store.add_deliveries([delivery(sink, one, digest(story(1)), address=one) for one in ("U0ANA", "#desk")])
    await settle(sink, store)
    assert len(slack.channel("desk").messages) == 1
    (left,) = store.open_deliveries()
    assert "im:write" in (left.error or "")
