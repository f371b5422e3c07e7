"""Several processes on one store: one writes, the others wait or only poll; and the work changes hands."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest

from bot.store import open_store
from tests import postgres
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, WorkerProcess, until

FIRST = "Huawei opens research centre in Atlantis"
SECOND = "Court hears Huawei patent case in Velmora"
THIRD = "Lawmakers question Huawei about undersea cables"


HANDS = [
    ("sqlite", signal.SIGTERM),
    pytest.param("sqlite", signal.SIGKILL, marks=pytest.mark.slow),
    pytest.param("postgres", signal.SIGTERM, marks=pytest.mark.slow),
    ("postgres", signal.SIGKILL),
]


def printed(*workers: WorkerProcess) -> dict[str, int]:
    """How often each title went to a terminal."""
    text = "".join(worker.output for worker in workers)
    return {title: text.count(title) for title in (FIRST, SECOND, THIRD)}


def let_the_lease_run_out(url: str) -> None:
    """What 45 seconds do after a kill."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE lease SET until_at = ''")


@pytest.mark.parametrize("kind, signum", HANDS)
def test_a_standby_takes_over(
    request: pytest.FixtureRequest,
    feeds: FeedServer,
    install: Callable[..., Installation],
    kind: str,
    signum: signal.Signals,
) -> None:
    database = {"DATABASE_URL": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
    feeds.pages["/feed"] = rss_of(FIRST)
    installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), **database)
    first = installation.start()
    first.wait_for("delivered")
    standby = installation.start()
    standby.wait_for("worker_waiting")
    feeds.pages["/feed"] = rss_of(SECOND, FIRST)
    until("the first worker tells the second story", lambda: SECOND in first.output)
    assert standby.saw("worker_started") is None
    if signum is signal.SIGTERM:
        assert first.stop() == 0
    else:
        first.kill()
        if database:
            let_the_lease_run_out(database["DATABASE_URL"])
    standby.wait_for("worker_started")
    feeds.pages["/feed"] = rss_of(THIRD, SECOND, FIRST)
    until("the standby tells the third story", lambda: THIRD in standby.output)
    assert standby.stop() == 0
    assert printed(first, standby) == {FIRST: 1, SECOND: 1, THIRD: 1}


def test_a_worker_that_lost_its_lease_stops_and_says_nothing_more(
    feeds: FeedServer, install: Callable[..., Installation], postgres_url: str
) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=postgres_url)
    first = installation.start()
    first.wait_for("delivered")
    first.process.send_signal(signal.SIGSTOP)
    let_the_lease_run_out(postgres_url)
    second = installation.start()
    second.wait_for("worker_started")
    feeds.pages["/feed"] = rss_of(SECOND, FIRST)
    until("the second worker tells the second story", lambda: SECOND in second.output)
    first.process.send_signal(signal.SIGCONT)
    assert first.wait() == 2
    assert "taken the lease over" in first.told()
    assert second.stop() == 0
    assert printed(first, second) == {FIRST: 1, SECOND: 1, THIRD: 0}


def test_an_extra_poller_fills_the_inbox_and_the_worker_empties_it(
    feeds: FeedServer, install: Callable[..., Installation], postgres_url: str
) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=postgres_url)
    assert installation.command("run", "--once").stdout.count(FIRST) == 1
    poller = installation.start("--role", "poll")
    poller.wait_for("worker_started", role="poll")
    feeds.pages["/feed"] = rss_of(SECOND, FIRST)
    poller.wait_for("feed_polled", status=200)
    with closing(open_store(postgres_url)) as store:
        until("the inbox has the new entries", lambda: len(store.inbox(9)) >= 1)
        assert store.lease_holder() is None
        assert len(store.facts("poller:")) == 1
    worker = installation.start()
    until("the worker tells what the poller fetched", lambda: SECOND in worker.output)
    assert poller.stop() == 0
    assert worker.stop() == 0
    assert printed(worker) == {FIRST: 0, SECOND: 1, THIRD: 0}
    with closing(open_store(postgres_url)) as store:
        assert store.facts("poller:") == {}


@pytest.mark.parametrize(
    ("arguments", "reason"), [("--role poll", "PostgreSQL"), ("--role poll --once", "--once")], ids=["poll", "once"]
)
def test_a_poller_needs_a_shared_store(install: Callable[..., Installation], arguments: str, reason: str) -> None:
    done = install("feeds: []\nrules: []\n").command("run", *arguments.split())
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_sqlite_on_a_dyno_is_refused_at_start(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DYNO="worker.1")
    refused = installation.command("run", "--once")
    assert refused.returncode == 2
    assert "DATABASE_URL" in refused.stderr
    assert not (installation.folder / "state").exists()
    assert installation.command("run", "--once", ALLOW_EPHEMERAL="1").stdout.count(FIRST) == 1


@pytest.mark.slow
def test_work_goes_on_by_itself_after_the_database_was_away(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    with postgres.own_server() as server:
        url = postgres.with_password(server.get_uri(), "geheim")
        installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=url)
        worker = installation.start()
        worker.wait_for("delivered")
        server.stop()
        feeds.pages["/feed"] = rss_of(SECOND, FIRST)
        worker.wait_for("job_failed")
        server.start()
        until("the second story is told within 30 s", lambda: SECOND in worker.output, 30)
        assert worker.stop() == 0
        assert printed(worker) == {FIRST: 1, SECOND: 1, THIRD: 0}
        assert "geheim" not in worker.told() + worker.output


@pytest.mark.slow
def test_a_killed_workers_lease_runs_out_by_itself(
    feeds: FeedServer, install: Callable[..., Installation], postgres_url: str
) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=postgres_url)
    first = installation.start()
    first.wait_for("delivered")
    standby: Any = installation.start()
    standby.wait_for("worker_waiting")
    first.kill()
    until("the standby takes over", lambda: standby.saw("worker_started"), 60)
    assert standby.stop() == 0
