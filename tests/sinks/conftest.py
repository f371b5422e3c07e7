"""A store, a writer and digests to deliver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from bot.core.digests.deliveries import notice_key
from bot.drills.slack_standin import SlackStandIn
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
    Digest,
)
from bot.sinks.slack.calls import Pace
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore

T = TypeVar("T")
FAST = Pace(channel=0.0, post=0.0, update=0.0, history=0.0, listing=0.0, look=0.05, settle=0.15, token=0.3, retry=0.05)


def clock() -> datetime:
    return datetime.now(UTC)


async def writer(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    return call(*args, **kwargs)


def delivery(sink: SlackSink, name: str, content: Digest, address: str = "#desk", **more: Any) -> Delivery:
    key = notice_key(Channel(id=ChannelId("desk"), slack=address), name)
    fields: dict[str, Any] = {
        "key": key,
        "channel": content.channel,
        "address": address,
        "kind": content.kind,
        "digest": content,
        "payload": sink.render(key, content),
        "thread_of": content.thread_of,
        "created_at": clock(),
    }
    return Delivery(**(fields | more))


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    made = SqliteStore(None)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(
        {"desk": "C0DESK0001", "telecom": "C0TELECOM1", "ops": "C0OPS00001"}, clock=clock
    ) as standin:
        yield standin


@pytest.fixture
async def sink(slack: SlackStandIn) -> AsyncIterator[SlackSink]:
    made = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=FAST)
    yield made
    await made.close()
