"""Backups, restores and copies under the real worker: the channel's history settles what the store does not know."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import clock
from bot.core.codec import dumps, instant_text
from bot.core.heartbeat import Heartbeat
from bot.drills.slack_standin import SlackStandIn
from bot.ports import HEARTBEAT, LOOKED_BACK_AT, RESTORED_FROM
from bot.store import SqliteStore
from bot.worker.opening import forget_last_worker, stop_looking_back
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, until
from tests.worker.test_slack_run import titles

NEWS = [
    "Huawei opens research centre in Atlantis",
    "Court hears Huawei patent case in Velmora",
    "Lawmakers question Huawei about undersea cables",
    "Striking workers halt Huawei warehouse near Tarsis",
]


def counted(slack: SlackStandIn) -> list[int]:
    posted = "\n".join(titles(slack))
    return [posted.count(title) for title in NEWS]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def test_after_a_restore_nothing_is_posted_twice_and_nothing_is_lost(
    request: pytest.FixtureRequest,
    feeds: FeedServer,
    slack: SlackStandIn,
    install: Callable[..., Installation],
    kind: str,
) -> None:
    database = {"DATABASE_URL": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
    feeds.pages["/feed"] = rss_of(NEWS[0])
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/feed"))
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url, **database)
    worker = installation.start()
    until("the first story is posted", lambda: counted(slack)[0])
    backup = installation.command("store", "backup", "news.backup")
    assert (backup.returncode, "1 entry" in backup.stdout) == (0, True)
    # What the backup does not know: stories two and three, in another order than the restored store will read them.
    feeds.pages["/feed"] = rss_of(NEWS[1], NEWS[0])
    until("the second story is posted", lambda: counted(slack)[1])
    feeds.pages["/feed"] = rss_of(NEWS[2], NEWS[1], NEWS[0])
    until("the third story is posted", lambda: counted(slack)[2])
    refused = installation.command("store", "restore", "news.backup")
    assert refused.returncode == 2
    assert "is running" in refused.stderr
    assert worker.stop() == 0
    feeds.pages["/feed"] = rss_of(NEWS[3], NEWS[1], NEWS[2], NEWS[0])
    restored = installation.command("store", "restore", "news.backup")
    assert restored.returncode == 0, restored.stderr
    second = installation.start()
    until("the fourth story is posted", lambda: counted(slack)[3])
    for settled in (False, True):
        second.wait_for("delivered", settled=settled)
    until("two posts were found in the history", lambda: _settled(second.lines) == 2)
    assert second.stop() == 0
    assert counted(slack) == [1, 1, 1, 1]
    assert slack.token not in backup.stdout + restored.stdout + second.told()


def test_a_store_that_was_rolled_back_posts_nothing_twice(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation]
) -> None:
    """A snapshot of the disk, a database taken back to an hour ago: nothing in it says so, but that nobody has worked
    there for long."""
    feeds.pages["/feed"] = rss_of(NEWS[0])
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/feed"))
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)
    state, snapshot = installation.folder / "state", installation.folder / "snapshot"
    worker = installation.start()
    until("the first story is posted", lambda: counted(slack)[0])
    assert worker.stop() == 0
    shutil.copytree(state, snapshot)
    feeds.pages["/feed"] = rss_of(NEWS[2], NEWS[1], NEWS[0])
    worker = installation.start()
    until("two more are posted", lambda: all(counted(slack)[1:3]))
    assert worker.stop() == 0
    shutil.rmtree(state)
    snapshot.rename(state)
    with closing(SqliteStore(state / "wirewatch.db")) as store:
        store.save_facts({"worker": dumps(Heartbeat(state="running", beat_at=clock() - timedelta(hours=1)))})
    feeds.pages["/feed"] = rss_of(NEWS[3], NEWS[1], NEWS[2], NEWS[0])
    second = installation.start()
    until("the fourth story is posted", lambda: counted(slack)[3])
    until("two posts were found in the history", lambda: _settled(second.lines) == 2)
    assert second.stop() == 0
    assert counted(slack) == [1, 1, 1, 1]


HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "silent", "restored", "marked", "looks_back"),
    [
        pytest.param("stopped", HOUR / 12, None, None, None, id="a restart"),
        pytest.param("running", HOUR, None, None, HOUR, id="an hour"),
        pytest.param("done", 24 * HOUR, None, None, None, id="run once a day"),
        pytest.param("done", 26 * HOUR, None, None, 26 * HOUR, id="run once, and not for two days"),
        pytest.param("stopped", 500_000 * HOUR, None, None, 96 * HOUR, id="a beat of 1970"),
        pytest.param("never ran", None, None, None, None, id="a new store"),
        pytest.param("running", HOUR, 50 * HOUR, 2 * HOUR, 50 * HOUR, id="restored before"),
        pytest.param("running", HOUR, 200 * HOUR, None, 200 * HOUR, id="restored, and silent since its backup"),
        pytest.param("running", HOUR, 200 * HOUR, 9 * HOUR, 96 * HOUR, id="each night a pause"),
        pytest.param("stopped", HOUR / 12, 50 * HOUR, None, 50 * HOUR, id="just restored"),
        pytest.param("stopped", HOUR / 12, 200 * HOUR, 95 * HOUR, 200 * HOUR, id="still young enough to be told"),
        pytest.param("stopped", HOUR / 12, 200 * HOUR, 97 * HOUR, None, id="too old to be told again"),
        pytest.param("running", HOUR, 200 * HOUR, 97 * HOUR, HOUR, id="again"),
        pytest.param("running", -HOUR, None, None, None, id="a clock that was put back"),
    ],
)
def test_how_far_a_worker_looks_back(
    state: str,
    silent: timedelta | None,
    restored: timedelta | None,
    marked: timedelta | None,
    looks_back: timedelta | None,
) -> None:
    with closing(SqliteStore(None)) as store:
        store.migrate()
        beat = Heartbeat(state=state, beat_at=NOW - silent if silent is not None else None)
        since, at = (instant_text(NOW - one) if one is not None else None for one in (restored, marked))
        store.save_facts({"worker": dumps(beat), RESTORED_FROM: since, LOOKED_BACK_AT: at})
        forget_last_worker(store, NOW, timedelta(days=3))
        expected = instant_text(NOW - looks_back) if looks_back is not None else None
        assert store.get_fact(RESTORED_FROM) == expected
        assert (store.get_fact(LOOKED_BACK_AT) is None) == (expected is None)
        stop_looking_back(store, NOW + timedelta(hours=1), timedelta(days=3))
        assert store.get_fact(RESTORED_FROM) == expected, "an hour later, while it runs"
        stop_looking_back(store, NOW + timedelta(hours=97), timedelta(days=3))
        assert store.get_fact(RESTORED_FROM) is None, "and once all of it is too old to be told"


@pytest.mark.parametrize(
    ("beat", "has_slack", "told"),
    [
        pytest.param(None, True, ["Begins with an empty store (memory)"], id="a first start, or another database"),
        pytest.param(None, False, [], id="a first look in the terminal"),
        pytest.param(Heartbeat(state="stopped", beat_at=NOW - HOUR), True, [], id="a restart"),
        pytest.param(Heartbeat(state="done", beat_at=NOW - 30 * HOUR), True, [], id="run --once"),
    ],
)
def test_an_empty_store_is_told_once(beat: Heartbeat | None, has_slack: bool, told: list[str]) -> None:
    """DATABASE_URL led elsewhere since the last deploy: what came out meanwhile was of the baseline, and ops heard of
    new feeds."""
    with closing(SqliteStore(None)) as store:
        store.migrate()
        if beat is not None:
            store.save_facts({HEARTBEAT: dumps(beat)})
        for minutes in (0, 1):  # the first one was killed before its heart beat
            forget_last_worker(store, NOW + timedelta(minutes=minutes), timedelta(days=3), has_slack=has_slack)
            assert [notice.text.split(", ")[0] for notice in store.notices()] == told


def test_a_second_pause_looks_back_as_long_as_the_first() -> None:
    """The mark of a pause three days ago ended what a store that was rolled back today looked for."""
    with closing(SqliteStore(None)) as store:
        store.migrate()
        beat = Heartbeat(state="running", beat_at=NOW - HOUR)
        since, marked = instant_text(NOW - 95 * HOUR), instant_text(NOW - 94 * HOUR)
        store.save_facts({"worker": dumps(beat), RESTORED_FROM: since, LOOKED_BACK_AT: marked})
        forget_last_worker(store, NOW, timedelta(days=3))
        store.save_facts({"worker": dumps(Heartbeat(state="stopped", beat_at=NOW + 4 * HOUR))})
        forget_last_worker(store, NOW + 4 * HOUR, timedelta(days=3))
        assert store.get_fact(RESTORED_FROM) is not None


def _settled(lines: list[dict[str, object]]) -> int:
    return sum(line.get("event") == "delivered" and bool(line.get("settled")) for line in lines)


@pytest.mark.slow
def test_a_copy_goes_on_where_the_original_stopped(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation], postgres_url: str
) -> None:
    feeds.pages["/feed"] = rss_of(NEWS[0])
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/feed"))
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)
    worker = installation.start()
    until("the first story is posted", lambda: counted(slack)[0])
    assert worker.stop() == 0
    copied = installation.command("store", "copy", postgres_url)
    assert copied.returncode == 0, copied.stderr
    assert "entries                   1          1 ok" in copied.stdout
    assert installation.command("store", "copy", postgres_url).returncode == 2
    feeds.pages["/feed"] = rss_of(NEWS[1], NEWS[0])
    moved = installation.start(DATABASE_URL=postgres_url)
    until("the second story is posted", lambda: counted(slack)[1])
    assert moved.stop() == 0
    assert counted(slack) == [1, 1, 0, 0]
