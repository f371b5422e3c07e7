"""One message that something between here and Slack does not let through holds up no other of its channel for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.drills.slack_standin import SlackStandIn
from bot.model import Delivery
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery
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
    """A third message is not even tried, whole digests stay whole, and ops are told nothing of single messages."""
    slack.fault = made(slack)
    rows = queued(sink, store, TITLES[:2], *([title] for title in TITLES))
    (other,) = queued(sink, store, ["News 01"], address="#telecom")
    await settle(sink, store, lambda: rows_of(store, rows[0])[0].attempts >= 12)
    assert keys(slack, "telecom") == [other.key]
    first, second, *later = rows_of(store, *rows)
    assert second.attempts >= 1
    assert [row.attempts for row in later] == [0, 0, 0]
    slack.fault = None
    await settle(sink, store)
    assert sorted(keys(slack)[:2]) == sorted(row.key for row in rows[:2])
    assert keys(slack)[2:] == [row.key for row in rows[2:]]
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
