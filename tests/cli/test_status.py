"""`status`: what people read when something seems to be missing."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import clock
from bot.core.codec import dumps
from bot.core.heartbeat import Heartbeat
from bot.model import FeedHealth, FeedId, FeedState
from bot.reports.status import _not_asked
from bot.store import SqliteStore
from tests import starts

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


@pytest.mark.parametrize(
    ("said", "age", "state"),
    [
        ("running", 300, "silent"),
        ("stopped", 0, "stopped"),
        (None, 0, "never ran"),
    ],
)
def test_a_probe_hears_that_no_worker_is_at_work(tmp_path: Path, said: str | None, age: int, state: str) -> None:
    if said is not None:
        at = clock() - timedelta(seconds=age)
        with closing(SqliteStore(tmp_path / "state" / "wirewatch.db")) as store:
            store.migrate()
            store.save_facts({"worker": dumps(Heartbeat(state=said, process="host:1", started_at=at, beat_at=at))})
    done = starts.run("status", "--check", "--json", cwd=tmp_path, env={})
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["worker"]["state"] == state
    assert (tmp_path / "state").exists() == (said is not None), "looking makes no store"
    assert starts.run("status", "--check", cwd=tmp_path, env={}).stdout.startswith("Worker  ")
    assert starts.run("status", cwd=tmp_path, env={}).returncode == 0, "scripts rely on it"


@pytest.mark.parametrize("holds_store", [True, False], ids=["busy", "killed"])
def test_a_worker_that_was_killed_is_told_from_one_that_is_busy(tmp_path: Path, holds_store: bool) -> None:
    """After `kill -9` it was said to be running for a minute: a worker that lives holds the store."""
    at = clock() - timedelta(seconds=30)
    with closing(SqliteStore(tmp_path / "state" / "wirewatch.db")) as store:
        store.migrate()
        store.save_facts({"worker": dumps(Heartbeat(state="running", process="host:1", started_at=at, beat_at=at))})
        if holds_store:
            assert store.claim_lease("host:1", clock(), timedelta(seconds=45))
        checked = starts.run("status", "--check", cwd=tmp_path, env={})
        report = json.loads(starts.run("status", "--json", cwd=tmp_path, env={}).stdout)
    assert checked.returncode == (0 if holds_store else 1)
    assert report["worker"]["state"] == ("running" if holds_store else "silent")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("named", ["--state", "STATE_DIR"])
def test_where_there_is_no_store_status_makes_none_and_says_so(tmp_path: Path, named: str, as_json: bool) -> None:
    """Of a folder that was mistyped it made an empty store, and reported on that."""
    folder = tmp_path / "sate"
    given = ("--state", str(folder)) if named == "--state" else ()
    env = {"STATE_DIR": str(folder)} if named == "STATE_DIR" else {}
    done = starts.run(*given, "status", *(("--json",) if as_json else ()), cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
    assert f"There is no store yet in {folder}" in done.stderr
    assert "--state" in done.stderr
    if as_json:
        report = json.loads(done.stdout)
        assert (report["worker"], report["feeds"]["total"]) == ({"state": "never ran"}, 0)
        assert {"pending", "unknown", "paused", "dead", "sent"} <= report["outbox"].keys()
    else:
        assert done.stdout.startswith("Worker  has not run")


def test_a_probe_of_a_store_that_cannot_be_read_could_not_run(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "wirewatch.db").write_bytes(b"no store" * 200)
    done = starts.run("status", "--check", cwd=tmp_path, env={})
    assert (done.returncode, done.stdout) == (2, "")


def test_a_feed_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    """Its line said why and until when, and a second one said both again."""
    due = clock() + timedelta(hours=9)
    fails = {"health": FeedHealth.FAILING, "failures": 6, "error": "HTTP 404", "status": 404}
    wire = replace(state(timedelta(0), **fails), next_due_at=due)
    text = "feeds: [{url: 'https://wire.example/rss', id: wire}]\nrules: [Orbrecht]\n"
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        store.add_feeds([wire])
        store.save_facts({"rules:text": text})
    shown, listed = (starts.run("--state", ".", "status", *more, cwd=tmp_path, env={}) for more in ([], ["--json"]))
    lines = [line for line in shown.stdout.splitlines() if "wire:" in line]
    assert len(lines) == 1
    assert "wire: failing, HTTP 404 (6 times in a row); next try " in lines[0]
    assert [row["id"] for row in json.loads(listed.stdout)["feeds"]["not_asked"]] == ["wire"], "programs have both"


@pytest.mark.parametrize(
    "arguments",
    [
        ["mark", "1", "r", "relevant"],
        ["marks"],
        ["missed"],
        ["backtest"],
        ["check", "--archive"],
        ["rules", "log"],
        ["slack", "retry"],
        ["slack", "drop", "#desk"],
        ["slack", "rules"],
    ],
    ids=" ".join,
)
def test_where_there_is_no_store_no_command_makes_one(tmp_path: Path, arguments: list[str]) -> None:
    """`mark` made an empty one in a folder that was mistyped; `missed` then said that nothing was missed."""
    (tmp_path / "rules.yaml").write_text("feeds: ['https://wire.example/rss']\nrules: [{id: r, when: Orbrecht}]\n")
    done = starts.run("--state", "sate", *arguments, cwd=tmp_path, env={})
    assert done.returncode == 2
    assert "There is no archive yet in sate: a worker (`wirewatch run`) makes it." in done.stderr
    assert not (tmp_path / "sate").exists()
