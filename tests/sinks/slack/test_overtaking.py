"""One message that something between here and Slack does not let through holds up no other of its channel for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.digests.quiet_hours import QuietHours
from bot.drills.slack_standin import SlackStandIn
from bot.model import Delivery, DeliveryState, MessageKind, Priority
from bot.sinks.slack.sink import RETRY_FACT, SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import keys, rows_of, settle

QUICK = replace(FAST, look=0.01, settle=0.03, unsettled=60.0)
TITLES = ("Bomb found", "Ferry sails", "Bridge opens", "Museum closed")
Fault = Callable[[str, Mapping[str, Any]], str | None]


@pytest.fixture
async def sink(slack: SlackStandIn) -> AsyncIterator[SlackSink]:
    made = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=QUICK)
    yield made
    await made.close()


def refusing(how: str, *words: str) -> Fault:
    """Posts with one of these words in what they show are not let through."""

    def fault(method: str, arguments: Mapping[str, Any]) -> str | None:
        shown = f"{arguments.get('text')} {arguments.get('blocks')}"
        return how if method == "chat.postMessage" and any(word in shown for word in words) else None

    return fault


def queued(sink: SlackSink, store: SqliteStore, *titles: Sequence[str], address: str = "C0DESK0001") -> list[Delivery]:
    """A digest of these headlines each."""
    rows = [
        delivery(sink, f"{address}{at}", digest(*(story(at * 20 + n, title) for n, title in enumerate(one))), address)
        for at, one in enumerate(titles)
    ]
    store.add_deliveries(rows)
    return rows


def shown(slack: SlackStandIn, channel: str = "desk") -> list[list[str]]:
    """The headlines of each message there."""
    known = (*TITLES, *(f"News {n:02}" for n in range(12)))
    return [[title for title in known if title in f"{message['text']}"] for message in slack.channel(channel).messages]


@pytest.mark.parametrize("how", ["gateway_before", "500_before", "reset_before"])
async def test_one_that_does_not_get_through_is_overtaken(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, how: str
) -> None:
    """A company's filter refused one headline: the channel was silent from then on, and nobody was told."""
    slack.fault = refusing(how, "Bomb")
    bomb, *others = queued(sink, store, *([title] for title in TITLES))
    await settle(sink, store, lambda: len(keys(slack)) == 3 and store.delivery(bomb.key).render == 2)
    assert keys(slack) == [row.key for row in others], "in order"
    (notice,) = store.notices()
    assert "A message to C0DESK0001" in notice.text
    assert "does not get through" in notice.text
    assert "Bomb" not in notice.text, "a filter would refuse that, too"
    slack.fault = None
    await settle(sink, store)
    assert keys(slack) == [row.key for row in (*others, bomb)]


async def test_several_in_a_row_that_do_not_get_through_are_overtaken(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """News of one event holds the same word: the second of them was the only one that was tried, for ever."""
    slack.fault = refusing("gateway_before", *TITLES[:3])
    *refused, other = queued(sink, store, *([title] for title in TITLES))
    await settle(sink, store, lambda: keys(slack) == [other.key])
    slack.fault = None
    await settle(sink, store)
    assert sorted(keys(slack)) == sorted(row.key for row in (*refused, other))


async def test_of_a_digest_only_the_story_that_is_refused_stays_behind(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.fault = refusing("gateway_before", "Bomb")
    news = [f"News {n:02}" for n in range(6)]
    queued(sink, store, [*news[:4], "Bomb found", *news[4:]], *([title] for title in TITLES[1:]))
    await settle(sink, store, lambda: {title for one in shown(slack) for title in one} == {*news, *TITLES[1:]})
    slack.fault = None
    await settle(sink, store)
    arrived = [title for one in shown(slack) for title in one]
    assert sorted(arrived) == sorted([*news, *TITLES])
    assert len(store.notices()) == 1


async def test_a_length_that_a_proxy_refuses_is_split(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    news = [f"News {n:02}" for n in range(12)]

    def fault(method: str, arguments: Mapping[str, Any]) -> str | None:
        return "gateway_before" if method == "chat.postMessage" and len(str(arguments)) > 5_000 else None

    slack.fault = fault
    queued(sink, store, news, ["Ferry sails"])
    await settle(sink, store)
    assert sorted(title for one in shown(slack) for title in one) == sorted([*news, "Ferry sails"])


def _nothing(slack: SlackStandIn) -> Fault:
    return refusing("500_before", *TITLES)


def _one_channel(slack: SlackStandIn) -> Fault:
    def fault(method: str, arguments: Mapping[str, Any]) -> str | None:
        is_there = method == "chat.postMessage" and arguments.get("channel") == "C0DESK0001"
        return "fatal_before" if is_there else None

    return fault


@pytest.mark.parametrize("made", [_nothing, _one_channel], ids=["Slack takes no posts", "nor in this one channel"])
async def test_where_nothing_gets_through_nobody_goes_past(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, made: Callable[[SlackStandIn], Fault]
) -> None:
    """One other is tried for four tries of the first, each once, whole digests stay whole, and ops are told nothing of
    single messages."""
    slack.fault = made(slack)
    rows = queued(sink, store, TITLES[:2], *([title] for title in TITLES))
    (other,) = queued(sink, store, ["News 01"], address="#telecom")
    await settle(sink, store, lambda: rows_of(store, rows[0])[0].attempts >= 12)
    assert keys(slack, "telecom") == [other.key]
    first, *others = rows_of(store, *rows)
    tried = sum(row.attempts for row in others)
    assert 1 <= tried <= first.attempts / 4
    assert [row.attempts for row in others] == [1] * tried + [0] * (4 - tried)
    slack.fault = None
    await settle(sink, store)
    ahead = next(key for key in keys(slack) if key != first.key)
    assert [key for key in keys(slack) if key != ahead] == [row.key for row in rows if row.key != ahead], "but for one"
    assert [row.render for row in rows_of(store, *rows)] == [0] * len(rows)
    assert (first.digest, store.notices()) == (rows[0].digest, [])


async def test_where_there_is_no_connection_order_stays(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    port = slack.port
    rows = queued(sink, store, *([title] for title in TITLES))
    await slack.stop()
    await settle(sink, store, lambda: rows_of(store, rows[0])[0].attempts >= 4)
    assert [row.attempts for row in rows_of(store, *rows[1:])] == [0, 0, 0]
    await slack.start(port)
    await settle(sink, store)
    assert keys(slack) == [row.key for row in rows]


async def stuck(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> Delivery:
    """A message that stands aside, and none has gone past it yet: there is no other."""
    slack.fault = refusing("gateway_before", "Bomb")
    (bomb,) = queued(sink, store, ["Bomb found"])
    await settle(sink, store, lambda: store.delivery(bomb.key).attempts >= 5)
    return bomb


async def held(sink: SlackSink, store: SqliteStore, row: Delivery) -> QuietHours:
    """Quiet hours that hold the row from now on."""
    quiet = QuietHours(since={row.channel: clock()})
    async with asyncio.timeout(10):
        while store.delivery(row.key).state is not DeliveryState.PENDING:
            await asyncio.sleep(0.02)
            await sink.deliver(writer, store, None, lambda now: quiet)
    return quiet


def later(sink: SlackSink, name: str, **more: Any) -> Delivery:
    """Another message to the same channel."""
    return delivery(sink, name, digest(story(70, "Ferry sails"), **more), "C0DESK0001")


async def test_one_that_quiet_hours_hold_holds_up_nothing_urgent(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    bomb = await stuck(slack, sink, store)
    quiet = await held(sink, store, bomb)
    urgent = delivery(sink, "u", digest(story(70, "Ferry sails", priority=Priority.URGENT)), "C0DESK0001")
    store.add_deliveries([urgent])
    await sink.deliver(writer, store, None, lambda now: quiet)
    assert keys(slack) == [urgent.key]


async def test_one_that_a_person_gave_up_holds_up_nothing(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """`slack drop`, and the channel was silent until the next start."""
    bomb = await stuck(slack, sink, store)
    store.save_delivery(replace(store.delivery(bomb.key), state=DeliveryState.DEAD))
    store.save_facts({RETRY_FACT: clock().isoformat()})
    other = later(sink, "other")
    store.add_deliveries([other])
    await sink.deliver(writer, store)
    assert keys(slack) == [other.key]


async def test_one_that_waits_for_a_person_holds_up_nothing(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    bomb = await stuck(slack, sink, store)
    slack.scopes -= {"channels:history", "groups:history"}
    other = later(sink, "other")
    await settle(sink, store, lambda: store.delivery(bomb.key).state is DeliveryState.UNSETTLED)
    store.add_deliveries([other])
    await sink.deliver(writer, store)
    assert keys(slack) == [other.key]


async def test_one_whose_channel_has_another_address_begins_anew_there(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The filter lets it through by now: what was made later goes out behind it."""
    bomb = await stuck(slack, sink, store)
    await held(sink, store, bomb)
    slack.fault = None
    other = later(sink, "other")
    store.add_deliveries([other])
    await sink.deliver(writer, store, {bomb.channel: "#telecom"})
    assert keys(slack, "telecom") == [bomb.key, other.key]


async def test_edits_do_not_wait_for_one_that_stands_aside(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    post = later(sink, "post")
    store.add_deliveries([post])
    await sink.deliver(writer, store)
    bomb = await stuck(slack, sink, store)
    waits = replace(store.delivery(bomb.key), state=DeliveryState.PENDING, not_before_at=clock() + timedelta(hours=1))
    store.save_delivery(waits)
    store.save_facts({RETRY_FACT: clock().isoformat()})
    edit = later(sink, "edit", kind=MessageKind.UPDATE, thread_of=post.key, revision=1)
    store.add_deliveries([edit])
    await sink.deliver(writer, store)
    assert [row.state for row in rows_of(store, edit)] == ["sent"]


async def test_the_last_try_of_an_outage_takes_nothing_from_a_message(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The outage ends between its try and that of the next one."""
    posts = 0

    def fault(method: str, arguments: Mapping[str, Any]) -> str | None:
        nonlocal posts
        posts += method == "chat.postMessage"
        return "500_before" if method == "chat.postMessage" and posts <= 5 else None

    slack.fault = fault
    rows = queued(sink, store, TITLES[:2], TITLES[2:3])
    await settle(sink, store)
    assert keys(slack) == [rows[1].key, rows[0].key]
    assert shown(slack)[1] == [*TITLES[:2]]
    assert store.notices() == []


async def test_what_an_earlier_process_tried_counts(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    """`run --once` never lives for five tries of two minutes: there the channel was silent for ever."""
    bomb = await stuck(slack, sink, store)
    tries = store.delivery(bomb.key).attempts
    await sink.close()
    other = later(sink, "other")
    store.add_deliveries([other])
    second = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=QUICK)
    await settle(second, store, lambda: keys(slack) == [other.key])
    await second.close()
    assert store.delivery(bomb.key).attempts < tries + 4, "as many as a process takes that knows of none"
