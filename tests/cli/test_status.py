"""`status`: what people read when something seems to be missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.codec import dumps
from bot.core.heartbeat import Heartbeat
from bot.model import FeedHealth, FeedId, FeedState
from bot.reports.status import _not_asked

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def state(due: timedelta, **more: object) -> FeedState:
    return FeedState(
        feed=FeedId("wire"),
        url="https://wire.example/rss",
        next_due_at=NOW + due,
        interval=timedelta(minutes=30),
        **more,  # type: ignore[arg-type]  # fields by name
    )


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        pytest.param(state(timedelta(minutes=29)), None, id="as usual"),
        pytest.param(state(timedelta(minutes=-5)), None, id="due"),
        pytest.param(state(timedelta(hours=5), status=429), "its host asked to wait (HTTP 429)", id="Retry-After"),
        pytest.param(
            state(timedelta(hours=5), status=404, failures=6, error="HTTP 404"),
            "6 failures in a row: HTTP 404",
            id="failing",
        ),
        pytest.param(state(timedelta(days=7), health=FeedHealth.GONE, status=410), "gone: it said so twice", id="gone"),
        pytest.param(state(timedelta(hours=5)), "the feed names hours or days", id="skipHours"),
    ],
)
def test_which_feeds_are_not_asked_and_why(feed: FeedState, reason: str | None) -> None:
    row = _not_asked(feed, NOW)
    if reason is None:
        assert row is None
    else:
        assert row is not None
        assert row["reason"].startswith(reason)
        assert row["until"] == feed.next_due_at.isoformat(timespec="seconds")


def test_a_heartbeat_is_kept_and_read_again() -> None:
    beat = Heartbeat(state="running", process="host:1", version="1.0", started_at=NOW, beat_at=NOW, polling=3)
    assert Heartbeat.load(dumps(beat)) == beat
    assert beat.as_of(NOW + timedelta(seconds=50)).state == "running"
    assert beat.as_of(NOW + timedelta(minutes=5)).row()["state"] == "silent"
    assert Heartbeat.load(None).row() == {"state": "never ran"}
