"""The store on PostgreSQL keeps the contract; and what only a server can do."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.app import clock
from bot.errors import LeaseLost, StoreBusy, StoreError
from bot.store import SqlStore, open_store
from bot.store.database import WriteGuard
from bot.store.postgres import PostgresStore
from bot.store.postgres_connection import PatientConnection
from bot.store.postgres_database import MAX_CONNECTIONS, PostgresDatabase
from tests import postgres
from tests.builders import NOW, batch, delivery, feed_state, new_entry
from tests.conftest import REPOSITORY
from tests.store.contract import StoreContract
from tests.store.contract_life import TTL
from tests.store.handles import Reopen, empty, handles


@pytest.fixture(scope="module")
def shared_url(postgres_server: Any) -> Iterator[str]:
    """One database for all tests of the contract: emptying it is quicker than making another."""
    with postgres.database(*postgres_server) as url:
        yield url


@pytest.fixture
def reopen(shared_url: str) -> Iterator[Reopen]:
    empty(shared_url)
    yield from handles(lambda: open_store(shared_url))


@pytest.fixture
def store(reopen: Reopen) -> SqlStore:
    return reopen()


class TestPostgres(StoreContract):
    def test_an_expired_lease_is_taken_over_and_the_old_holder_cannot_commit(
        self, store: SqlStore, reopen: Reopen
    ) -> None:
        other = reopen()
        assert store.claim_lease("one", NOW, timedelta(0))
        store.save_facts({"before": "1"})
        assert other.claim_lease("two", NOW, TTL)
        # Jobs that meet it one after the other all say the same.
        with pytest.raises(LeaseLost, match="taken the lease over"):
            store.record_ingest(batch(new_entry(1)))
        with pytest.raises(LeaseLost, match="taken the lease over"):
            store.save_facts({"late": "1"})
        with pytest.raises(LeaseLost, match="taken the lease over"):
            store.renew_lease(NOW, TTL)
        assert other.get_fact("late") is None
        assert other.lease_holder() == "two"
        store.release_lease()
        assert other.lease_holder() == "two"

    def test_an_expired_lease_that_nobody_took_is_renewed(self, store: SqlStore) -> None:
        assert store.claim_lease("one", NOW, timedelta(0))
        store.renew_lease(NOW, TTL)
        store.save_facts({"a": "1"})
        assert store.lease_holder() == "one"

    def test_nobody_takes_over_in_the_middle_of_a_commit(self, store: SqlStore, reopen: Reopen) -> None:
        other = reopen()
        assert store.claim_lease("one", NOW, timedelta(0))
        with store.database.transaction():
            store.save_facts({"a": "1"})
            assert not other.claim_lease("two", NOW, TTL)
        assert other.claim_lease("two", NOW, TTL)

    def test_connections_that_broke_while_idle_are_replaced_unseen(self, store: SqlStore, shared_url: str) -> None:
        assert store.claim_lease("one", NOW, TTL)
        for _ in range(2):
            break_connections(shared_url)
            store.save_facts({"a": "1"})
            break_connections(shared_url)
            assert store.get_fact("a") == "1"

    def test_a_connection_that_breaks_inside_a_transaction_takes_all_of_it_back(
        self, store: SqlStore, shared_url: str
    ) -> None:
        def broken() -> None:
            with store.database.transaction():
                store.save_facts({"half": "1"})
                break_connections(shared_url)
                store.save_facts({"whole": "1"})

        with pytest.raises(StoreBusy, match="cannot be reached"):
            broken()
        assert store.get_fact("half") is None
        store.save_facts({"a": "1"})

    def test_a_transaction_in_which_the_process_stood_still_is_tried_again(
        self, store: SqlStore, shared_url: str
    ) -> None:
        """A laptop that sleeps, a frozen container: the server has ended it meanwhile."""

        def frozen() -> None:
            with store.database.transaction():
                store.save_facts({"half": "1"})
                ((backend,),) = store.database.query("SELECT pg_backend_pid()")
                store.database.run("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
                with psycopg.connect(shared_url, autocommit=True) as other:
                    while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (backend,)).fetchall():
                        pass
                store.get_fact("half")

        with pytest.raises(StoreBusy, match="stood still"):
            frozen()
        assert store.get_fact("half") is None
        store.save_facts({"a": "1"})

    def test_the_next_writer_ends_the_claims_of_the_one_before_but_not_those_of_pollers(
        self, store: SqlStore, reopen: Reopen
    ) -> None:
        store.add_feeds([feed_state("a"), feed_state("b")])
        both = [feed_state("a").feed, feed_state("b").feed]
        poller, after = reopen(), reopen()
        assert store.claim_lease("one", NOW, timedelta(0))
        assert len(store.claim_feeds(both[:1], NOW, NOW + TTL, 9)) == 1
        assert len(poller.claim_feeds(both, NOW, NOW + TTL, 9)) == 1
        assert after.claim_lease("two", NOW, TTL)
        after.release_feeds()
        assert [state.feed for state in after.claim_feeds(both, NOW, NOW + TTL, 9)] == ["a"]

    def test_few_connections(self, store: SqlStore, shared_url: str) -> None:
        with ThreadPoolExecutor(12) as threads:
            list(threads.map(lambda number: store.get_fact(str(number)), range(60)))
        with psycopg.connect(shared_url) as connection:
            sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
            rows = connection.execute(sql + " AND application_name = 'wirewatch'").fetchall()
        assert rows[0][0] <= MAX_CONNECTIONS


def break_connections(url: str) -> None:
    """What a failover does: every connection to this database ends."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_server_that_goes_and_comes_back() -> None:
    with postgres.own_server() as server, closing(PostgresStore(server.get_uri(), wait=timedelta(seconds=1))) as store:
        store.migrate()
        assert store.claim_lease("one", NOW, TTL)
        server.stop()
        for _ in range(2):
            with pytest.raises(StoreBusy, match=r"cannot be reached.*goes on when it is back"):
                store.save_facts({"a": "1"})
        server.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                store.save_facts({"a": "1"})
                break
            except StoreBusy:
                continue
        assert store.get_fact("a") == "1"
        store.renew_lease(NOW, TTL)


@pytest.mark.slow
def test_the_server_of_a_run_that_was_killed_is_ended_by_the_next(postgres_url: str) -> None:
    """Each left a hundred megabytes of memory behind, and a server."""
    lines = ["import os, signal", "from tests import postgres"]
    lines += ["with postgres.own_server() as server:", "    print(server.pgdata, flush=True)"]
    lines += ["    os.kill(os.getpid(), signal.SIGKILL)"]
    killed = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=REPOSITORY, stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert killed.returncode == -signal.SIGKILL
    postgres.end_orphans()
    assert not Path(killed.stdout.strip()).exists()
    with psycopg.connect(postgres_url) as connection:  # that of this run goes on
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_is_silent_is_not_waited_for(postgres_url: str) -> None:
    with closing(postgres.Swallowing(postgres_url)) as proxy, PatientConnection.connect(proxy.url) as connection:
        connection.patience = 0.3
        assert connection.execute("SELECT repeat('x', 1000000)").fetchall()[0][0] == "x" * 1_000_000
        proxy.swallow()
        with pytest.raises(psycopg.OperationalError, match="no answer within"):
            connection.execute("SELECT 1")
        assert connection.closed


def test_a_new_connection_may_wait_for_its_turn(postgres_url: str) -> None:
    """Behind a pooler that is busy: who gives up after a few seconds, and asks anew, is last in the queue again."""
    patience: dict[PatientConnection, list[float]] = {}
    with closing(PostgresDatabase(postgres_url, WriteGuard())) as database:
        while all(len(seen) < 2 for seen in patience.values()):  # the pool has several
            with database.borrowed(lambda connection: patience.setdefault(connection, []).append(connection.patience)):
                pass
    new, idle = next(seen for seen in patience.values() if len(seen) == 2)
    assert new > 4 * idle


@pytest.mark.slow
@pytest.mark.parametrize("has_lease", [False, True], ids=["a command", "the worker"])
def test_a_table_that_somebody_else_has_locked_is_told(postgres_url: str, has_lease: bool) -> None:
    """By a migration by hand, or a VACUUM FULL: `status` said nothing for five minutes."""
    with closing(PostgresStore(postgres_url)) as store, psycopg.connect(postgres_url) as other:
        if has_lease:
            assert store.claim_lease("one", NOW, TTL)
        other.execute("LOCK TABLE outbox")
        for question in (store.counts, lambda: store.add_deliveries([delivery()])):
            with pytest.raises(StoreBusy, match=r"locked|no answer"):
                question()
        other.rollback()
        assert store.counts().outbox == {}


@pytest.mark.slow
def test_connections_that_nobody_answers_any_more_are_replaced(postgres_url: str) -> None:
    """Their packets are confirmed all the same: without a limit of our own nothing would ever end the wait."""
    with closing(postgres.Swallowing(postgres_url)) as proxy, closing(open_store(proxy.url)) as store:
        store.migrate()
        store.add_feeds([feed_state("wire")])
        proxy.swallow()
        assert list(store.feed_states()) == ["wire"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_server_that_is_not_there_is_told_without_the_password(scheme: str) -> None:
    with closing(open_store(f"{scheme}://desk:geheim@127.0.0.1:1/news")) as store:
        with pytest.raises(StoreError, match=r"127\.0\.0\.1/news cannot be reached.*DATABASE_URL") as raised:
            store.migrate()
        assert "geheim" not in str(raised.value)
        assert "geheim" not in store.place


@pytest.mark.parametrize(
    ("attrs", "said"), [("standby", "is not in hot standby mode"), ("read-only", "is not read-only")]
)
def test_a_server_of_another_kind_than_is_asked_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, attrs: str, said: str
) -> None:
    """It was said not to be reached, to who had a variable of the machine's to look at."""
    monkeypatch.setenv("PGTARGETSESSIONATTRS", attrs)
    with closing(PostgresStore(postgres_url)) as store, pytest.raises(StoreBusy, match=f"PGTARGETSESSIONATTRS.*{said}"):
        store.migrate()


@pytest.mark.parametrize(
    "setting",
    [
        "datestyle = 'German, DMY'",
        "datestyle = 'Postgres, MDY'",
        "timezone = 'Asia/Kathmandu'",
        "extra_float_digits = -15",
        "standard_conforming_strings = off",
        "bytea_output = 'escape'",
        "client_encoding = 'LATIN1'",
        "transform_null_equals = on",
        "default_transaction_isolation = 'serializable'",
    ],
)
def test_what_a_host_sets_for_a_database_changes_nothing(bare_postgres_url: str, setting: str) -> None:
    """`doctor` could not run where dates are written in another style."""
    with psycopg.connect(bare_postgres_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET {setting}')
    with closing(PostgresStore(bare_postgres_url)) as store:
        store.migrate()
        assert store.claim_lease("one", NOW, TTL)
        store.record_ingest(batch(new_entry(1, title=r"Größe \ 华为 🔴")))
        (stored,) = store.entries_by_url("https://bbc.example/1")
        assert stored.entry.title == r"Größe \ 华为 🔴"
        told = store.database.server_time()
        assert told is not None
        assert abs(told - clock()) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("127.0.0.1:1/news?sslmode=bogus", 'invalid sslmode value: "bogus"'),
        ("127.0.0.1:99999/news", 'invalid port number: "99999"'),
        ("127.0.0.1:1/news?keepalives=maybe", "invalid integer value"),
        ("127.0.0.1:1/news?channel_binding=x", "invalid channel_binding value"),
    ],
)
def test_a_value_that_never_becomes_right_is_not_waited_for(url: str, said: str) -> None:
    """`run` said once a minute that work goes on when the database is back."""
    with closing(open_store(f"postgres://desk:geheim@{url}")) as store, pytest.raises(StoreError) as raised:
        store.migrate()
    assert said in str(raised.value)
    assert "waiting does not help" in str(raised.value)
    assert "geheim" not in str(raised.value)
    assert not isinstance(raised.value, StoreBusy)


def test_a_database_that_is_not_there(postgres_server: Any) -> None:
    url = postgres.with_password(postgres_server[0].get_uri(database="never"), "geheim")
    with closing(open_store(url)) as store, pytest.raises(StoreError, match='"never" does not exist') as raised:
        store.migrate()
    assert "geheim" not in str(raised.value)


def test_a_database_that_keeps_text_as_something_else(postgres_server: Any) -> None:
    server = postgres_server[0]
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        try:
            with (
                closing(open_store(server.get_uri(database="latin"))) as store,
                pytest.raises(StoreError, match="ENCODING 'UTF8'"),
            ):
                store.migrate()
        finally:
            connection.execute("DROP DATABASE latin WITH (FORCE)")
