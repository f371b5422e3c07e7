"""A store → the same store elsewhere: row for row, in one transaction, counted on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bot.core.codec import instant_text
from bot.errors import StoreError
from bot.ports import RESTORED_FROM
from bot.store.entries import NEWEST_ENTRY
from bot.store.sql import SqlStore
from bot.store.tables import TABLES

_T = TypeVar("_T")
_BATCH = 1000
"""Rows read and written at a time."""
NUMBERS_APART = 1_000_000
"""More entries than any original takes in between its backup and the restore (10 a second for a day)."""


def copy_store(
    source: SqlStore, target: SqlStore, since: datetime | None = None, step: Callable[[int], None] = lambda rows: None
) -> Mapping[str, int]:
    """Copies everything into `target`, which must be migrated and empty; returns the rows of each table.

    `since`: the source may have gone on since then (a worker runs on it, or this is a restore). `step` hears how many
    rows each batch had. Raises StoreError; then the target is as it was.
    """
    with source.database.snapshot(), target.database.transaction():
        filled = [table for table, rows in row_counts(target).items() if rows]
        if filled:
            raise StoreError(
                f"The store {target.place} is not empty (it has {', '.join(filled)}); nothing was copied. Name an "
                "empty database or a new file."
            )
        return _copy(source, target, since, step)


def replace_store(source: SqlStore, target: SqlStore, since: datetime) -> Mapping[str, int]:
    """The same, but what `target` held is deleted, in the same transaction."""
    with source.database.snapshot(), target.database.transaction():
        target.database.clear()
        return _copy(source, target, since, lambda rows: None)


def row_counts(store: SqlStore) -> dict[str, int]:
    """How many rows each table has."""
    return {table: store.database.query(f"SELECT COUNT(*) FROM {table}")[0][0] for table in (*TABLES, "entry_terms")}  # noqa: S608  # names of this room


def _copy(source: SqlStore, target: SqlStore, since: datetime | None, step: Callable[[int], None]) -> Mapping[str, int]:
    expected = row_counts(source)
    for table in TABLES:
        columns = target.database.columns(table)
        missing = set(columns) ^ set(source.database.columns(table))
        if missing:
            raise StoreError(
                f"The stores differ in {table} ({', '.join(sorted(missing))}): migrate the older one first."
            )
        for rows in _batches(source.database.stream(f"SELECT {', '.join(columns)} FROM {table}")):  # noqa: S608  # names of this room
            target.database.insert(table, columns, rows)
            step(len(rows))
    for terms in _batches(source.terms.stored()):
        target.terms.add(terms)
        step(len(terms))
    arrived = row_counts(target)
    for table, count in expected.items():
        if arrived[table] != count:
            raise StoreError(f"Of {count} rows of {table} only {arrived[table]} arrived; nothing was copied.")
    target.database.adopt_numbers()
    unsettle(target, since)
    return expected


def unsettle(store: SqlStore, since: datetime | None) -> None:
    """Makes a store ready to go on elsewhere: nobody has its feeds in hand, and what may have been posted is looked up.

    Delivery asks the history about rows that were never tried; whatever was tried before and waits again counts so too.
    """
    with store.database.transaction():
        store.database.run("UPDATE feeds SET leased_until_at = NULL")
        if since is None:
            return
        earlier = store.get_fact(RESTORED_FROM)
        if earlier is None or earlier > (instant_text(since) or ""):
            store.save_facts({RESTORED_FROM: instant_text(since)})
        # Numbers that the original gave away since then stand in keys and buttons of its messages: never used again.
        store.save_facts({NEWEST_ENTRY: str(store.next_entry_id() + NUMBERS_APART)})
        store.forget_attempts()


def _batches(rows: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
