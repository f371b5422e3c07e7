"""Slack fails, workers are killed or stand still; nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.drills.slack import SlackDrill
from bot.drills.slack_standin import SlackStandIn
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery
from tests.sinks.slack.test_sink import keys, rows_of, settle

T = TypeVar("T")


def check(runs: int, seed: int) -> None:
    result = SlackDrill(seed).run(runs)
    assert result.is_good, result
    assert result.runs == runs
    assert result.deaths > runs / 2
    assert result.faults > runs / 2


@pytest.mark.timeout(1800)
def test_nothing_is_lost_or_doubled_in_six_runs() -> None:
    """What `wirewatch drill slack` runs."""
    check(6, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nothing_is_lost_or_doubled_in_600_runs() -> None:
    check(600, seed=2)


@pytest.mark.parametrize("jumps", [True, False], ids=["a suspended machine", "a stopped process"])
async def test_a_worker_that_stood_still_before_the_call_posts_nothing_twice(
    slack: SlackStandIn, store: SqliteStore, jumps: bool
) -> None:
    """SIGSTOP or a suspended machine between `sending` and the call: the next worker had sent the row meanwhile. A
    machine's monotonic clock may stand with it; the other one has jumped."""
    pace = replace(FAST, timeout=1.0)
    ahead = [timedelta(0)]
    first, other = (
        SlackSink(token=slack.token, api_url=slack.url, clock=lambda: clock() + ahead[0], pace=pace) for _ in range(2)
    )
    row = delivery(first, "a", digest(story(1)))
    store.add_deliveries([row])

    async def frozen(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        done = call(*args, **kwargs)
        if rows_of(store, row)[0].state == "sending" and not slack.channel("desk").messages:
            await settle(other, store, lambda: rows_of(store, row)[0].state == "sent")
            if jumps:
                ahead[0] += timedelta(seconds=60)
            else:
                await asyncio.sleep(pace.timeout)
        return done

    await first.deliver(frozen, store)
    await settle(first, store)
    assert keys(slack) == [row.key]
    assert rows_of(store, row)[0].ts == slack.channel("desk").messages[0]["ts"]
    for sink in (first, other):
        await sink.close()
