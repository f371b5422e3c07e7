"""The store behind PgBouncer, where each transaction may run on another connection to the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from bot.errors import StoreError
from bot.store import SqlStore, open_store
from tests import postgres
from tests.pgbouncer import pgbouncer
from tests.store.contract import StoreContract
from tests.store.handles import Reopen, empty, handles


@pytest.fixture(scope="module")
def bounced_url(postgres_server: Any) -> Iterator[str]:
    """One database for all tests of the contract: emptying it is quicker than making another."""
    with postgres.database(*postgres_server) as url, pgbouncer(url) as bounced:
        yield bounced


@pytest.fixture
def reopen(bounced_url: str) -> Iterator[Reopen]:
    empty(bounced_url)
    yield from handles(lambda: open_store(bounced_url))


@pytest.fixture
def store(reopen: Reopen) -> SqlStore:
    return reopen()


class TestPgBouncer(StoreContract):
    """Transaction mode keeps the whole contract."""

    @pytest.mark.slow
    def test_search_is_the_same_for_common_and_rare_words_however_they_lie(self, store: SqlStore) -> None:
        """The same statements as without a pooler, on 7,500 entries."""
        super().test_search_is_the_same_for_common_and_rare_words_however_they_lie(store)


def test_nothing_stays_on_the_server_after_a_transaction(store: SqlStore, bounced_url: str) -> None:
    for number in range(12):  # psycopg prepares what it sees the fifth time, if it may
        store.save_facts({"a": str(number)})
        store.get_fact("a")
    with psycopg.connect(bounced_url, prepare_threshold=None) as connection:
        left = connection.execute("SELECT COUNT(*) FROM pg_prepared_statements").fetchall()[0][0]
        timeouts = connection.execute(
            "SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
        ).fetchall()
    assert left == 0
    assert timeouts == [("0", "0")], "what one client sets, another one would meet"


def test_a_parameter_that_the_pooler_does_not_pass_on(bounced_url: str) -> None:
    with (
        closing(open_store(bounced_url + "?options=-csearch_path%3Dnews")) as store,
        pytest.raises(StoreError, match=r"does not pass on the parameter \w+.*ALTER ROLE"),
    ):
        store.migrate()


def test_statement_mode_is_refused_with_what_to_do(postgres_url: str) -> None:
    with (
        pgbouncer(postgres_url, "statement") as bounced,
        closing(open_store(bounced)) as store,
        pytest.raises(StoreError, match=r"pool_mode.*transaction"),
    ):
        store.migrate()
