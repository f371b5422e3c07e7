"""Rules with `spike:` through the stages: a burst is one message, whatever is killed between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import messages, pipeline
from bot.errors import StoreError
from bot.model import (
    MessageKind,
    SpikeSettings,
)
from tests.builders import article_url, rule
from tests.newsroom import DESK, NOW, NOWHERE, Newsroom, PlainSink, rules
from tests.store.faults import refusing

BEGAN = NOW - timedelta(days=30)


class Watching(Newsroom):
    """A newsroom whose rule has a spike, and whose feed has been there for 30 days; a report is of an outlet's own."""

    def __init__(self, **more: Any) -> None:
        more = {"to": (NOWHERE, DESK), "spike": SpikeSettings()} | more
        super().__init__(rules(rule("watched", "Orbrecht", **more)))
        self.now = BEGAN
        self.arrive("Nothing of note")
        self.ingest()
        self.now = NOW

    def report(self, number: int) -> None:
        self.later(minutes=1)
        self.arrive(f"Orbrecht {number} {'abcdefghijklmno'[number] * 7} in the news", source=f"outlet{number}")
        self.ingest()

    def told(self, **more: Any) -> list[tuple[str, str]]:
        made = pipeline.digest(self.store, self.ruleset, PlainSink(), self.now, **more)
        return [(row.channel, row.digest.title) for row in made.deliveries]


def test_a_burst_is_one_message_a_channel_and_its_stories_none() -> None:
    room = Watching()
    told = []
    for number in range(12):
        room.report(number)
        told += room.told()
    title = "watched: 5 outlets in 6 h, usually 0"
    assert told == [(NOWHERE, title), (DESK, title)] or told == [(DESK, title), (NOWHERE, title)]
    assert room.store.waiting(DESK) == []
    row = room.store.open_deliveries()[0]
    assert row.kind is MessageKind.SPIKE
    assert row.digest.spike is not None
    assert [report.url for report in row.digest.spike.reports] == [
        article_url(f"Orbrecht {number} {'abcdefghijklmno'[number] * 7} in the news", f"outlet{number}")
        for number in range(5)
    ]


def test_a_restart_between_any_two_steps_neither_loses_a_burst_nor_doubles_it() -> None:
    room = Watching()
    told = []
    for number in range(12):
        room.report(number)
        room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
        told += room.told()
        told += room.told()
    assert len(told) == 2


def test_an_ingest_that_was_not_kept_is_made_again_with_its_burst() -> None:
    room = Watching()
    for number in range(4):
        room.report(number)
    room.later(minutes=1)
    room.arrive("Orbrecht once more in the news", source="outlet9")
    with refusing(room.store, "INSERT ON waiting"), pytest.raises(StoreError):
        room.ingest()
    assert room.told() == []
    room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
    room.ingest()
    assert len(room.told()) == 2


def test_a_burst_of_a_rule_that_is_gone_is_settled_without_a_message() -> None:
    room = Watching()
    for number in range(5):
        room.report(number)
    room.ruleset = rules(rule("other", "Velcom"))
    assert room.told() == []
    assert room.store.waiting(DESK) == []


def test_learning_is_told_to_ops_once() -> None:
    room = Watching()
    room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
    room.report(1)
    (notice,) = messages.announce(room.store, room.ruleset, PlainSink(), NOW, True)
    assert notice.rule == "watched"
    assert notice.text.startswith("Rule watched is learning until ")
