"""Handles on one store, for the fixtures of the contract's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg

from bot.store import SqlStore
from bot.store.tables import TABLES

Reopen = Callable[[], SqlStore]
"""Makes one more handle on the store of a test, migrated."""


def handles(open_one: Callable[[], SqlStore]) -> Iterator[Reopen]:
    """What a fixture yields; closes the handles at the end."""
    opened: list[SqlStore] = []

    def again() -> SqlStore:
        opened.append(open_one())
        opened[-1].migrate()
        return opened[-1]

    yield again
    for store in opened:
        store.close()


def empty(url: str) -> None:
    """Empties every table of the PostgreSQL at `url`: quicker than another database for each test."""
    with psycopg.connect(url) as connection:
        connection.execute(";".join(f"DELETE FROM {table}" for table in (*TABLES, "entry_terms", "lease")))
