"""Faults of a database, made in the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.store import SqliteStore


@contextmanager
def refusing(store: SqliteStore, what: str) -> Iterator[None]:
    """The store refuses `what` (`INSERT ON waiting`, `UPDATE ON outbox WHEN NEW.state = 'sent'` …), as a full disk."""
    store.database.run(f"CREATE TEMP TRIGGER refusing BEFORE {what} BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    try:
        yield
    finally:
        store.database.run("DROP TRIGGER refusing")
