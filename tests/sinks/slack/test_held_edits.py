"""What follows messages in a channel that refuses it: one try, and the others wait without a turn of anybody's."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.drills.slack_standin import SlackStandIn
from bot.model import DeliveryState, MessageKind
from bot.sinks.slack.sink import RETRY_FACT, SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import rows_of, settle

_LONG = 60.0


@pytest.mark.parametrize("kind", [MessageKind.UPDATE, MessageKind.REPLY])
async def test_a_channel_that_takes_no_edits_costs_one_try(
    slack: SlackStandIn, store: SqliteStore, kind: MessageKind
) -> None:
    """Each of those behind the first stood in line again and again, and took the turns that other channels' edits
    were waiting for."""
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, token=_LONG))
    firsts = [delivery(sink, f"m{n}", digest(story(n), kind=MessageKind.IMMEDIATE)) for n in range(1, 4)]
    store.add_deliveries(firsts)
    await sink.deliver(writer, store)
    later = [
        delivery(sink, f"e{n}", digest(story(n), kind=kind, thread_of=first.key)) for n, first in enumerate(firsts, 1)
    ]
    slack.channel("desk").error = "restricted_action"
    store.add_deliveries(later)

    async def tries() -> int:
        async with asyncio.timeout(_LONG / 2):
            await sink.deliver(writer, store)
        rows = rows_of(store, *later)
        assert {row.state for row in rows} == {DeliveryState.PAUSED}
        return sum(row.attempts for row in rows)

    first = await tries()
    assert first <= len(later), "they went off together"
    assert await tries() == first
    store.save_facts({RETRY_FACT: "now"})  # or a minute later, by itself
    assert await tries() == first + 1
    slack.channel("desk").error = None
    store.save_facts({RETRY_FACT: "then"})
    await settle(sink, store)
    await sink.close()
    assert {row.state for row in rows_of(store, *later)} == {DeliveryState.SENT}
