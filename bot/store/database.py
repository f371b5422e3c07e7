"""What the tables stand on: a database behind six calls, and the lease that says who may write to it.

`sqlite_database` and `postgres_database` implement `Database`. The tables (`facts`, `feeds`, `entries`, `stories`,
`outbox`) hold every statement once, with `?` for values, in the SQL that both databases speak.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Any

from bot.errors import LeaseLost
from bot.store.values import placeholders

Row = tuple[Any, ...]


class WriteGuard:
    """Whether this process may write: shared by a lease, which decides, and the database, which obeys."""

    def __init__(self) -> None:
        self.epoch: int | None = None
        """PostgreSQL only: the number of the lease held, which each write transaction looks up; None: none is held."""
        self._reason: str | None = None

    def check(self) -> None:
        """Raises LeaseLost once the lease was given back or taken over."""
        if self._reason is not None:
            raise LeaseLost(self._reason)

    def open(self, epoch: int | None = None) -> None:
        """The lease is held (again)."""
        self.epoch, self._reason = epoch, None

    def lost(self, reason: str = "Another worker has taken the lease over; this one stops writing.") -> LeaseLost:
        """Nothing may be written any more: somebody else has the lease, or may have it. Returns the error to raise."""
        self.epoch, self._reason = None, reason
        return LeaseLost(reason)

    def given_back(self) -> None:
        """Nothing may be written until the lease is claimed again."""
        self.epoch = None
        self._reason = self._reason or "This worker has given the lease back; it must not write any more."


class Lease(ABC):
    """Who is the one writer; see `bot.ports.Store`."""

    @abstractmethod
    def claim(self, holder: str, now: datetime, ttl: timedelta) -> bool: ...

    @abstractmethod
    def renew(self, now: datetime, ttl: timedelta) -> None: ...

    @abstractmethod
    def release(self) -> None: ...

    @abstractmethod
    def holder(self) -> str | None: ...


class _TakenBack(Exception):
    """Ends a transaction that was only a try."""


class Database(ABC):
    """One database, as the tables and `copies` see it. Every method raises StoreError with what to do."""

    place: str
    """Where it lies, as messages may show it: never a password."""

    # --- statements ---

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """One write transaction, or part of the one that is open. Raises LeaseLost where `WriteGuard` forbids it."""

    @abstractmethod
    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a SELECT, or of what RETURNING says."""

    def query_in(self, sql: str, values: Sequence[object]) -> list[Row]:
        """All rows of a SELECT with `IN (…)` for `values`."""
        return self.query(sql.replace("…", placeholders(values)), values)

    @abstractmethod
    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a large SELECT, a few at a time. Nothing else may use the database meanwhile."""

    @abstractmethod
    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """One statement; returns the number of rows it changed."""

    @abstractmethod
    def run_each(self, sql: str, rows: Sequence[Row]) -> None:
        """One statement for each row of values (inside a transaction)."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        """Many rows at once (inside a transaction); `conflict` is the `ON CONFLICT …` clause."""
        names = ", ".join(columns)
        self.run_each(f"INSERT INTO {table} ({names}) VALUES ({placeholders(columns)}) {conflict}", rows)  # noqa: S608  # names of this room

    # --- life ---

    @abstractmethod
    def migrate(self) -> int:
        """Brings the schema up to date; returns its version."""

    @abstractmethod
    def version(self) -> int:
        """The schema's version; 0: nothing is there yet. Raises StoreError for what is not ours, or newer."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def server_time(self) -> datetime | None:
        """The database's own clock; None: it has ours."""

    @abstractmethod
    def check_whole(self) -> None:
        """Reads everything once where the database does not check what it reads. Raises StoreError for damage."""

    def check_writable(self) -> None:
        """Writes something and takes it back. Raises StoreError with the reason why nothing can be written."""
        probe = (
            "INSERT INTO facts (key, value) VALUES ('probe', '') ON CONFLICT (key) DO UPDATE SET value = ''"
            if self.version()
            else "CREATE TABLE wirewatch_probe (nothing INTEGER)"
        )
        with suppress(_TakenBack), self.transaction():
            self.run(probe)
            raise _TakenBack

    # --- for `copies` ---

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """Whatever is read inside is of one moment, however long it takes."""

    @abstractmethod
    def columns(self, table: str) -> list[str]:
        """The columns of a table, in order."""

    @abstractmethod
    def clear(self) -> None:
        """Deletes everything but the schema (inside a transaction)."""

    @abstractmethod
    def adopt_numbers(self) -> None:
        """After rows came in with their numbers, new ones go on behind them (inside a transaction)."""
