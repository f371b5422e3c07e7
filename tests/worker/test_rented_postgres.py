"""PostgreSQL as it is rented: behind PgBouncer, read-only after a failover, with rights taken away, empty, shared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import psycopg
import pytest

from bot.store import open_store
from tests.pgbouncer import pgbouncer
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, until

FIRST = "Huawei opens research centre in Atlantis"
SECOND = "Court hears Huawei patent case in Velmora"
MOST_CONNECTIONS = 8
Install = Callable[..., Installation]


def run_sql(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def fail_over(url: str, read_only: bool) -> None:
    """The address leads to another server from now on: every connection ends, and the next ones may (not) write."""
    name = url.split("?")[0].rsplit("/", 1)[1]
    run_sql(
        url,
        "SET default_transaction_read_only = off",
        f'ALTER DATABASE "{name}" SET default_transaction_read_only = {read_only}',
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


@contextmanager
def login(url: str, name: str) -> Iterator[str]:
    """The same database for a user of its own, who owns nothing in it."""
    run_sql(url, f"CREATE ROLE {name} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    try:
        yield url.replace("postgres:@", f"{name}:@")
    finally:
        run_sql(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def migrated(url: str) -> str:
    with closing(open_store(url)) as store:
        store.migrate()
    return url


def test_a_worker_behind_pgbouncer(feeds: FeedServer, install: Install, bare_postgres_url: str) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    with pgbouncer(bare_postgres_url) as bounced:
        installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=bounced)
        worker = installation.start()
        until("the first story is told", lambda: FIRST in worker.output)
        feeds.pages["/feed"] = rss_of(SECOND, FIRST)
        until("the second story is told", lambda: SECOND in worker.output)
        looked = installation.command("doctor")
        assert "can be written" in looked.stdout
        assert worker.stop() == 0
        assert worker.saw("job_failed") is None


def test_a_worker_waits_out_a_failover_to_a_read_only_server(
    feeds: FeedServer, install: Install, bare_postgres_url: str
) -> None:
    feeds.pages["/feed"] = rss_of(FIRST)
    installation = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=bare_postgres_url)
    worker = installation.start()
    until("the first story is told", lambda: FIRST in worker.output)
    with psycopg.connect(bare_postgres_url) as connection:
        sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.execute(sql).fetchall()[0][0] <= MOST_CONNECTIONS
    fail_over(bare_postgres_url, read_only=True)
    worker.wait_for("job_failed")
    looked = installation.command("doctor")
    assert looked.returncode == 1
    assert "is read-only" in looked.stdout
    standby = installation.start()
    standby.wait_for("job_failed", job="store")
    assert standby.stop() == 0
    feeds.pages["/feed"] = rss_of(SECOND, FIRST)
    fail_over(bare_postgres_url, read_only=False)
    until("the second story is told", lambda: SECOND in worker.output)
    assert worker.stop() == 0
    assert worker.output.count(FIRST) == 1


def test_a_worker_that_starts_before_its_database(
    feeds: FeedServer, install: Install, bare_postgres_url: str, tmp_path: Path
) -> None:
    """After a power cut, in a composition of containers, while a pooler restarts: it ended, and stayed away."""
    feeds.pages["/feed"] = rss_of(FIRST)
    base, _, query = bare_postgres_url.partition("?")
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=f"{base}?host={tmp_path}")
    stopped = place.start()
    poller = place.start("--role", "poll")
    for early in (stopped, poller):
        assert "cannot be reached" in early.wait_for("job_failed", job="store")["error"]
        assert early.stop() == 0
    worker = place.start()
    worker.wait_for("job_failed", job="store")
    os.symlink(Path(parse_qs(query)["host"][0], ".s.PGSQL.5432"), tmp_path / ".s.PGSQL.5432")
    until("the first story is told", lambda: FIRST in worker.output)
    assert worker.stop() == 0


def test_a_database_that_breaks_off_in_the_middle_of_a_start(
    feeds: FeedServer, install: Install, bare_postgres_url: str
) -> None:
    """Once it was open the next broken connection ended the start, and said that work goes on by itself."""
    feeds.pages["/feed"] = rss_of(FIRST)
    url = migrated(bare_postgres_url)
    name = url.split("?")[0].rsplit("/", 1)[1]
    run_sql(url, f"ALTER DATABASE \"{name}\" SET statement_timeout = '500ms'")
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=url)
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE facts")  # the rules of before stand there
        worker = place.start()
        assert "broke a statement off" in worker.wait_for("job_failed", job="store")["error"]
        stopped = place.start("--role", "poll")
        stopped.wait_for("job_failed", job="store")
        assert stopped.stop() == 0
    run_sql(url, f'ALTER DATABASE "{name}" RESET statement_timeout')
    until("the first story is told", lambda: FIRST in worker.output)
    assert worker.stop() == 0


def test_a_database_that_lets_nobody_in_is_told_at_once(install: Install, bare_postgres_url: str) -> None:
    base, _, query = bare_postgres_url.partition("?")
    place = install("rules: [Huawei]\nfeeds: []\n", DATABASE_URL=f"{base.rpartition('/')[0]}/never?{query}")
    started = place.command("run")
    assert started.returncode == 2
    assert "does not let this user in" in started.stderr
    assert '"never" does not exist' in started.stderr


def test_rights_that_were_taken_away(install: Install, bare_postgres_url: str) -> None:
    migrated(bare_postgres_url)
    with login(bare_postgres_url, "reader") as url:
        looked = install("rules: []\nfeeds: []\n", DATABASE_URL=url).command("doctor")
        assert looked.returncode == 1
        assert "permission denied for table facts" in looked.stdout
        run_sql(
            bare_postgres_url,
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO reader",
            "REVOKE DELETE ON inbox FROM reader",
        )
        looked = install("rules: []\nfeeds: []\n", DATABASE_URL=url).command("doctor")
        assert looked.returncode == 1
        assert "missing: DELETE on inbox" in looked.stdout


def test_a_worker_waits_out_rights_that_were_taken_away(
    feeds: FeedServer, install: Install, bare_postgres_url: str
) -> None:
    migrated(bare_postgres_url)
    feeds.pages["/feed"] = rss_of(FIRST)
    with login(bare_postgres_url, "clerk") as url:
        tables = "ALL TABLES IN SCHEMA public"
        run_sql(
            bare_postgres_url,
            f"GRANT ALL ON {tables} TO clerk",
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk",
        )
        worker = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=url).start()
        until("the first story is told", lambda: FIRST in worker.output)
        run_sql(bare_postgres_url, f"REVOKE INSERT, UPDATE, DELETE ON {tables} FROM clerk")
        failed = worker.wait_for("job_failed")
        assert "permission denied" in failed["error"]
        feeds.pages["/feed"] = rss_of(SECOND, FIRST)
        run_sql(bare_postgres_url, f"GRANT ALL ON {tables} TO clerk")
        until("the second story is told", lambda: SECOND in worker.output)
        assert worker.stop() == 0
        assert worker.output.count(FIRST) == 1


def test_a_worker_waits_out_a_refused_login(feeds: FeedServer, install: Install, bare_postgres_url: str) -> None:
    """A password that was changed: connections live on, and the next one is refused until it is right again."""
    migrated(bare_postgres_url)
    feeds.pages["/feed"] = rss_of(FIRST)
    with login(bare_postgres_url, "porter") as url:
        run_sql(
            bare_postgres_url,
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO porter",
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO porter",
        )
        worker = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), DATABASE_URL=url).start()
        until("the first story is told", lambda: FIRST in worker.output)
        kick = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'porter'"
        run_sql(bare_postgres_url, "ALTER ROLE porter NOLOGIN", kick)
        feeds.pages["/feed"] = rss_of(SECOND, FIRST)
        until("it is told", lambda: any("start again with the new" in str(one.get("error")) for one in worker.lines))
        run_sql(bare_postgres_url, "ALTER ROLE porter LOGIN")
        until("the second story is told", lambda: SECOND in worker.output)
        assert worker.stop() == 0
        assert (worker.output.count(FIRST), worker.output.count(SECOND)) == (1, 1)


def test_rows_that_are_hidden_are_told(install: Install, bare_postgres_url: str) -> None:
    """Row-level security, switched on for all tables: the store looked empty, then like another program's."""
    migrated(bare_postgres_url)
    with psycopg.connect(bare_postgres_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    with login(bare_postgres_url, "guarded") as url:
        run_sql(bare_postgres_url, "GRANT ALL ON ALL TABLES IN SCHEMA public TO guarded")
        place = install("rules: [Huawei]\nfeeds: ['https://wire.example/rss']\n", DATABASE_URL=url)
        assert place.command("doctor").returncode == 0
        run_sql(bare_postgres_url, *(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY" for (name,) in tables))
        looked, started = place.command("doctor"), place.command("run", "--once")
    owner = install("rules: [Huawei]\nfeeds: ['https://wire.example/rss']\n", DATABASE_URL=bare_postgres_url)
    assert (looked.returncode, started.returncode, owner.command("doctor").returncode) == (1, 2, 0)
    for said in (looked.stdout, started.stderr):
        assert "row-level security on" in said
        assert "BYPASSRLS" in said


def test_a_user_who_may_make_no_tables(install: Install, bare_postgres_url: str) -> None:
    run_sql(bare_postgres_url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with login(bare_postgres_url, "guest") as url:
        installation = install("rules: [Huawei AND 5G]\nfeeds: ['https://wire.example/rss']\n", DATABASE_URL=url)
        looked, started = installation.command("doctor"), installation.command("run", "--once")
    for ended, code, said in ((looked, 1, looked.stdout), (started, 2, started.stderr)):
        assert ended.returncode == code
        assert "permission denied for schema public" in said
        assert "Grant the rights" in said


def test_an_empty_database_is_well(install: Install, bare_postgres_url: str) -> None:
    looked = install(
        "rules: [Huawei AND 5G]\nfeeds: ['https://wire.example/rss']\n", DATABASE_URL=bare_postgres_url
    ).command("doctor")
    assert "is empty; the first start makes its tables" in looked.stdout
    assert "BAD" not in looked.stdout
    assert looked.returncode == 0


@pytest.mark.parametrize("table", ["entries", "facts", "outbox"])
def test_a_foreign_table_in_the_way(install: Install, bare_postgres_url: str, table: str) -> None:
    run_sql(bare_postgres_url, f"CREATE TABLE {table} (theirs INTEGER)")
    installation = install(
        "rules: [Huawei AND 5G]\nfeeds: ['https://wire.example/rss']\n", DATABASE_URL=bare_postgres_url
    )
    looked, started = installation.command("doctor"), installation.command("run", "--once")
    for ended, code, said in ((looked, 1, looked.stdout), (started, 2, started.stderr)):
        assert ended.returncode == code
        assert f"another program's tables ({table})" in said
        assert "Traceback" not in said
    run_sql(bare_postgres_url, f"SELECT theirs FROM {table}")
