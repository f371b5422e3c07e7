"""The store on PostgreSQL keeps the contract; and what only a server can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from bot.store import SqlStore, open_store
from bot.store.sql import TABLES
from tests import postgres
from tests.store.contract import StoreContract

Reopen = Callable[[], SqlStore]


@pytest.fixture(scope="module")
def shared_url(postgres_server: Any) -> Iterator[str]:
    """One database for all tests of the contract: emptying it is quicker than making another."""
    with postgres.database(*postgres_server) as url:
        yield url


@pytest.fixture
def reopen(shared_url: str) -> Iterator[Reopen]:
    with psycopg.connect(shared_url) as connection:
        connection.execute(";".join(f"DELETE FROM {table}" for table in (*TABLES, "entry_terms", "lease")))
    opened: list[SqlStore] = []

    def again() -> SqlStore:
        opened.append(open_store(shared_url))
        opened[-1].migrate()
        return opened[-1]

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen: Reopen) -> SqlStore:
    return reopen()


class TestPostgres(StoreContract): ...
