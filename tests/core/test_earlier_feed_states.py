"""Rows as earlier builds wrote them are read as what they meant; `flat_feed_states.jsonl` stems from such a build."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.codec import dumps, loads
from bot.model import (
    FeedHealth,
    FeedId,
    FeedState,
    HubOffer,
    Move,
    NoticeKind,
    OpenProblem,
    PublisherHints,
    Rhythm,
    Validators,
)
from tests.conftest import SAMPLE_DATA

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)
ROWS = {
    case["what"]: case["row"]
    for case in map(json.loads, (SAMPLE_DATA / "stores/flat_feed_states.jsonl").read_text().splitlines())
}


def whole(moment: datetime) -> datetime:
    """Instants in `extra` were whole seconds."""
    return moment.replace(microsecond=0)


def expected(**fields: Any) -> FeedState:
    """The feed of the rows after its fourth poll, less what `fields` says otherwise."""
    polled = NOON + 9 * HOUR
    return FeedState(
        **{
            "feed": FeedId("news"),
            "url": "https://news.example/feed",
            "health": FeedHealth.OK,
            "next_due_at": polled + 2.1 * HOUR,
            "interval": 2 * HOUR,
            "validators": Validators(etag='"\xe91"', last_modified="yesterday"),
            "body_hash": "h704",
            "status": 200,
            "last_poll_at": polled,
            "last_ok_at": polled,
            "has_baseline": True,
            "rhythm": Rhythm(
                gap=HOUR,
                longest_gap=HOUR,
                arrivals=tuple(whole(NOON + number * 3 * HOUR) for number in (1, 2, 3)),
                news_at=whole(polled),
            ),
            "hints": PublisherHints(ttl=2 * HOUR, fresh_for=2 * HOUR, skip_hours=(3,), skip_days=(6,)),
            "hub": HubOffer(hub="https://hub.example/", topic="https://news.example/feed"),
            "move": Move(
                to="https://new.example/feed",
                since_at=NOON,
                polls=3,
                is_kept=True,
                checked_at=whole(polled),
                is_same_feed=True,
            ),
            "fingerprints": json.loads(ROWS["moved, with hints and a hub"])["extra"]["memory"],
            **fields,
        }
    )


@pytest.mark.parametrize(
    "what, state",
    [
        (
            "new",
            FeedState(feed=FeedId("news"), url="https://news.example/feed", next_due_at=NOON, interval=HOUR),
        ),
        ("moved, with hints and a hub", expected()),
        (
            "failing and told",
            expected(
                health=FeedHealth.FAILING,
                next_due_at=NOON + 34 * HOUR,
                failures=3,
                status=500,
                error="HTTP 500: the server has a fault",
                last_poll_at=NOON + 18 * HOUR,
                failing_since_at=whole(NOON + 12 * HOUR),
                problem=OpenProblem(kind=NoticeKind.FAILING, since_at=whole(NOON + 12 * HOUR)),
            ),
        ),
        (
            "empty after entries",
            expected(
                next_due_at=NOON + 23.1 * HOUR,
                body_hash="h320",
                last_poll_at=NOON + 21 * HOUR,
                last_ok_at=NOON + 21 * HOUR,
                move=None,
                empty_since_at=NOON + 21 * HOUR,
            ),
        ),
    ],
)
def test_a_flat_feed_state_reads_as_what_it_meant(what: str, state: FeedState) -> None:
    assert loads(FeedState, ROWS[what]) == state


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_was_read_is_written_in_the_new_form(row: str) -> None:
    state = loads(FeedState, row)
    assert loads(FeedState, dumps(state)) == state
    assert "extra" not in json.loads(dumps(state))


def test_the_part_hash_of_a_cut_document_is_kept() -> None:
    assert loads(FeedState, ROWS["cut"]).part_hash == "h259"
