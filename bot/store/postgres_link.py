"""A connection to PostgreSQL as the statements see it: pooled, replaced when it broke, its errors in words.

A transaction of the lease's holder looks the epoch up first and locks the row for sharing: whoever has lost it cannot
commit, and nobody takes over in the middle of a commit.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from typing import LiteralString, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from bot.errors import LeaseLost, StoreBusy, StoreError, StoreRefused
from bot.store.base import Row, clean, marks
from bot.store.sql import SqlStore

T = TypeVar("T")
Connection = psycopg.Connection[Row]

MAX_CONNECTIONS = 4
"""Of one store. A process has one or two stores and holds at most 8 connections (CONTRACT)."""
WAIT = timedelta(seconds=8)
"""How long a call waits for a connection while the database is away."""
LIMITS: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
    "client_encoding": "UTF8",
    "application_name": "wirewatch",
}
"""A server that fell silent is noticed within 20 s. What the URL says goes before."""
SESSION = "SET idle_in_transaction_session_timeout = '20s'; SET lock_timeout = '15s'"
"""A worker cut off in the middle of a transaction must not hold the lease row for longer than its lease."""
FEW = 8
"""Rows up to which a statement a row is as quick as one for all."""

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # outages are told by our own StoreError


class PostgresLink(SqlStore):
    """The connection half of `PostgresStore`."""

    def __init__(self, url: str, *, max_connections: int = MAX_CONNECTIONS, wait: timedelta = WAIT) -> None:
        try:
            named = conninfo_to_dict(url)
        except psycopg.Error:
            raise StoreError(
                "DATABASE_URL does not read as a PostgreSQL address; write postgres://user:password@host:5432/name."
            ) from None
        self.place = f"{named.get('host') or 'localhost'}/{named.get('dbname') or ''}"
        self._conninfo = make_conninfo(url, **{key: value for key, value in LIMITS.items() if key not in named})
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            self._conninfo,
            kwargs={"autocommit": True},
            min_size=1,
            max_size=max_connections,
            timeout=wait.total_seconds(),
            reconnect_timeout=wait.total_seconds(),
            configure=_configure,
            open=False,
        )
        self._opened = False
        self._type_names: dict[str, dict[str, str]] = {}
        self._connection: Connection | None = None
        """The connection of the transaction that is open."""
        self._epoch: int | None = None
        self._over: str | None = None
        """Why this store must not write any more."""

    # --- the lease's guard ---

    def _check_over(self) -> None:
        if self._over is not None:
            raise LeaseLost(self._over)

    def _lost(self) -> LeaseLost:
        self._epoch, self._over = None, "Another worker has taken the lease over; this one stops writing."
        return LeaseLost(self._over)

    # --- what the statements stand on ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._connection is not None:
            yield
            return
        self._check_over()
        with self._told(), self._borrowed(self._begin) as connection:
            self._connection = connection
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    if connection.info.transaction_status is not TransactionStatus.UNKNOWN:
                        connection.execute("ROLLBACK")
                raise
            finally:
                self._connection = None

    def _begin(self, connection: Connection) -> None:
        connection.execute("BEGIN")
        if self._epoch is None:
            return
        held = connection.execute(
            "SELECT 1 FROM lease WHERE name = 'writer' AND epoch = %s FOR SHARE", (self._epoch,)
        ).fetchall()
        if not held:
            connection.execute("ROLLBACK")
            raise self._lost()

    @contextmanager
    def _borrowed(
        self, begin: Callable[[Connection], None] | None = None, wait: float | None = None
    ) -> Iterator[Connection]:
        """A connection that works: those that broke while they lay idle are replaced before anything is lost."""
        if not self._opened:
            self._first_contact()
            self._pool.open()
            self._opened = True
        connection = self._pool.getconn(wait)
        try:
            for others in range(self._pool.max_size, -1, -1):
                try:
                    (begin or _ping)(connection)
                    break
                except psycopg.OperationalError:
                    if not others:
                        raise
                    connection.close()
                    self._pool.putconn(connection)
                    connection = self._pool.getconn(wait)
            yield connection
        except (psycopg.OperationalError, errors.ReadOnlySqlTransaction):
            connection.close()  # after a failover the same address may lead to another server
            raise
        finally:
            self._pool.putconn(connection)

    def _first_contact(self) -> None:
        """At start a wrong password or name is told at once, in the server's words; the pool would wait."""
        psycopg.connect(self._conninfo).close()

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        return self._execute(sql, values, lambda cursor: cursor.fetchall())

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        return self._execute(sql, values, lambda cursor: cursor.rowcount)

    def _execute(self, sql: str, values: Sequence[object], result: Callable[[psycopg.Cursor[Row]], T]) -> T:
        with self._told():
            if self._connection is not None:
                return result(self._connection.execute(translated(sql), clean(values)))
            with self._borrowed() as connection:
                return result(connection.execute(translated(sql), clean(values)))

    def stream(self, sql: str) -> Iterator[Row]:
        with self._told(), ExitStack() as stack:
            connection = self._connection
            if connection is None:
                connection = stack.enter_context(self._borrowed())
                stack.enter_context(connection.transaction())
            cursor = stack.enter_context(connection.cursor("stream"))
            cursor.itersize = 2000
            yield from cursor.execute(translated(sql))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        if not rows:
            return
        names = ", ".join(columns)
        keys = re.match(
            r"ON CONFLICT \(([\w, ]+)\) DO UPDATE (?!.* WHERE )|ON CONFLICT (\([\w, ]+\) )?DO NOTHING", conflict
        )
        if not conflict:
            self._copy(table, names, [clean(row) for row in rows])
        elif keys is None or len(rows) < FEW:
            self.run_each(f"INSERT INTO {table} ({names}) VALUES ({marks(columns)}) {conflict}", rows)  # noqa: S608  # names of this room
        else:
            self._insert_at_once(table, columns, [clean(row) for row in rows], conflict, keys[1])

    def _copy(self, table: str, names: str, rows: Sequence[Sequence[object]]) -> None:
        assert self._connection is not None, "inserts belong into a transaction"
        with (
            self._told(),
            self._connection.cursor() as cursor,
            cursor.copy(translated(f"COPY {table} ({names}) FROM STDIN")) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _insert_at_once(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], conflict: str, keys: str | None
    ) -> None:
        """One statement for all rows: a tenth of the server's work. Of rows with one key the last one counts."""
        if keys is not None:
            places = [columns.index(key) for key in keys.split(", ")]
            rows = list({tuple(row[place] for place in places): row for row in rows}.values())
        types = self._types(table)
        arrays = ", ".join(f"CAST(? AS {types[column]}[])" for column in columns)
        names = ", ".join(columns)
        sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608  # names of this room
        self.run(sql, [list(column) for column in zip(*rows, strict=True)])

    def _types(self, table: str) -> dict[str, str]:
        """Column -> its type's name."""
        if table not in self._type_names:
            sql = "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = CAST(? AS regclass)"
            self._type_names[table] = dict(self.query(sql, (table,)))
        return self._type_names[table]

    def run_each(self, sql: str, rows: Sequence[Row]) -> None:
        assert self._connection is not None, "many rows belong into a transaction"
        if rows:
            with self._told(), self._connection.cursor() as cursor:
                cursor.executemany(translated(sql), [clean(row) for row in rows])

    # --- errors in words ---

    def _reason(self) -> str:
        """Why no connection can be had, in the server's words."""
        try:
            self._first_contact()
        except psycopg.Error as error:
            return " ".join(str(error).split())
        return ""

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> StoreError:
        text = " ".join(str(error).split())
        match error:
            case errors.DiskFull() | errors.OutOfMemory():
                return StoreError(f"The database {self.place} has no room left ({text}). Make room, then start again.")
            case errors.UndefinedTable() | errors.UndefinedColumn():
                return StoreError(
                    f"The database {self.place} lacks what this Wirewatch expects ({text}). Bring it up to date: "
                    "wirewatch store migrate."
                )
            case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
                return StoreError(
                    f"The database {self.place} does not let this user write ({text}). Grant the rights, or point "
                    "DATABASE_URL to the primary server."
                )
            case errors.LockNotAvailable() | errors.DeadlockDetected():
                return StoreBusy(f"The database {self.place} is locked by another program ({text}). Try again.")
            case psycopg.DataError() | psycopg.IntegrityError() | errors.ProgramLimitExceeded():
                return StoreRefused(f"The database {self.place} refused what it was given ({text}): please report it.")
            case psycopg.OperationalError() | PoolClosed():
                if isinstance(error, PoolTimeout):
                    text = self._reason() or text
                return StoreBusy(
                    f"The database {self.place} cannot be reached ({text}). Check that it runs and that DATABASE_URL "
                    "names it; work goes on when it is back."
                )
            case _:
                return StoreError(f"The database {self.place} failed: {text}.")


def _configure(connection: Connection) -> None:
    connection.execute(SESSION)


def _ping(connection: Connection) -> None:
    """Finds out about a connection that died while nobody used it. An empty statement: one round trip, no parsing."""
    connection.execute("")


@lru_cache(maxsize=4096)
def translated(sql: str) -> LiteralString:
    """Our SQL with psycopg's placeholders. No statement of ours holds a `%` or a literal `?`."""
    return sql.replace("?", "%s")
