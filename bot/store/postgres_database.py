"""PostgreSQL as a `Database`, through psycopg 3: connections pooled, replaced when they broke, their errors in words.

A transaction of the lease's holder looks the epoch up first and locks the row for sharing: whoever has lost it cannot
commit, and nobody takes over in the middle of a commit. What was inside a transaction that broke is the caller's to
repeat. Nothing outlives a transaction on the server (no prepared statements, `SET LOCAL` only): behind PgBouncer in
transaction mode the next one may run on another connection.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import LiteralString, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.errors import StoreError
from bot.store.database import Database, Row, WriteGuard
from bot.store.migrations import newest_version, steps_from
from bot.store.postgres_connection import PatientConnection
from bot.store.postgres_errors import explained, foreign_tables, hidden_rows
from bot.store.postgres_url import read_postgres_url
from bot.store.tables import TABLES
from bot.store.values import storable

_T = TypeVar("_T")
Connection = PatientConnection

MAX_CONNECTIONS = 3
"""Of one store, and one more while it finds out why it gets none. A process has at most two stores: 8 connections are
never passed, and small rented servers have 20."""
UTC_NOW = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
"""The server's time as text that reads in one way, whatever DateStyle the database has."""
WAIT = timedelta(seconds=8)
"""How long a call waits for a connection while the database is away."""
_BEGIN_ALONE = "BEGIN; SET LOCAL lock_timeout = '15s'"
_BEGIN = f"{_BEGIN_ALONE}; SET LOCAL idle_in_transaction_session_timeout = '{{}}s'"
_IDLE, _IDLE_WITHOUT_LEASE = 20, 600
"""Seconds. A worker cut off in the middle of a transaction must not hold the lease row for longer than its lease; who
holds none (`store copy` of half a million entries on a busy machine) may take its time."""
_PATIENCE_AT_FIRST, _PATIENCE, _PATIENCE_WITHOUT_LEASE = 5, 45, 300
"""Seconds that a server may be silent for: over the first word of a connection that lay idle, over that of a new one
and a statement of who has the lease (he has lost it by then, and his statements are short), over any other."""
_FEW = 8
"""Rows up to which a statement a row is as quick as one for all."""

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # our own StoreError reports outages


_ALL_TABLES = (*TABLES, "entry_terms", "lease")
_MIGRATION_LOCK = 0x57495245
"""Key of the advisory lock: two releases that start together migrate one after the other."""


class PostgresDatabase(Database):
    """The database of `url`. `wait`: how long a call waits for a connection while the server is away."""

    def __init__(self, url: str, guard: WriteGuard, wait: timedelta = WAIT) -> None:
        self._address = read_postgres_url(url)
        self.place = self._address.place
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            self._address.conninfo,
            connection_class=PatientConnection,
            kwargs={"autocommit": True, "prepare_threshold": None},
            min_size=1,
            max_size=MAX_CONNECTIONS,
            timeout=wait.total_seconds(),
            reconnect_timeout=wait.total_seconds(),
            open=False,
        )
        self._opened = False
        self._type_names: dict[str, dict[str, str]] = {}
        self._connection: Connection | None = None
        """The connection of the transaction that is open."""
        self._guard = guard

    # --- life ---

    def migrate(self) -> int:
        with self.errors(), self.borrowed() as connection, connection.transaction():
            connection.patience = math.inf  # an index of millions of rows takes its time
            connection.execute("SET LOCAL lock_timeout = '20s'")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            version = self._version(connection)
            if not version:
                connection.execute("CREATE TABLE IF NOT EXISTS wirewatch_schema (version INTEGER NOT NULL)")
            for step in steps_from(version, "postgres"):
                for statement in step.statements:
                    connection.execute(statement)
            if version < newest_version():
                connection.execute("DELETE FROM wirewatch_schema")
                connection.execute("INSERT INTO wirewatch_schema (version) VALUES (%s)", (newest_version(),))
        return newest_version()

    def version(self) -> int:
        with self.errors(), self._for_one() as connection:
            return self._version(connection)

    def _version(self, connection: Connection) -> int:
        encoding = connection.execute("SHOW server_encoding").fetchall()[0][0]
        if encoding != "UTF8":
            raise StoreError(
                f"The database {self.place} keeps text as {encoding}; Wirewatch needs one made with ENCODING 'UTF8'."
            )
        if connection.execute("SELECT to_regclass('wirewatch_schema')").fetchall()[0][0] is None:
            sql = "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND pg_table_is_visible(oid) ORDER BY relname"
            clash = connection.execute(sql, (list(_ALL_TABLES),)).fetchall()
            if clash:
                raise foreign_tables(self.place, ", ".join(row[0] for row in clash))
            return 0
        sql = (
            "SELECT COUNT(*) FROM pg_class WHERE relname = ANY(%s) AND pg_table_is_visible(oid)"
            " AND row_security_active(oid)"
        )
        if hidden := connection.execute(sql, ([*_ALL_TABLES, "wirewatch_schema"],)).fetchall()[0][0]:
            raise hidden_rows(self.place, hidden)
        rows = connection.execute("SELECT version FROM wirewatch_schema").fetchall()
        version: int = rows[0][0] if rows else 0
        if version > newest_version():
            raise StoreError(
                f"The store in {self.place} is of version {version}, this Wirewatch knows {newest_version()}: it was "
                "written by a newer release. Install that release again, or point DATABASE_URL to another database."
            )
        return version

    def close(self) -> None:
        self._pool.close(timeout=2)

    def server_time(self) -> datetime | None:
        return datetime.fromisoformat(self.query(f"SELECT {UTC_NOW}")[0][0]).replace(tzinfo=UTC)

    def check_whole(self) -> None:
        """PostgreSQL checks what it reads by itself."""

    def check_writable(self) -> None:
        super().check_writable()
        if not self.version():
            return
        rights = self.query(
            "SELECT kind || ' on ' || name FROM unnest(CAST(? AS text[])) AS name, unnest(CAST(? AS text[])) AS kind"
            " WHERE NOT has_table_privilege(name, kind) ORDER BY name, kind",
            (list(_ALL_TABLES), ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        )
        if rights:
            raise StoreError(
                f"The database {self.place} does not give this user all rights (missing: "
                f"{', '.join(row[0] for row in rights)}). Grant them, or name the owner of the tables in DATABASE_URL."
            )

    # --- what the statements stand on ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._connection is not None:
            yield
            return
        self._guard.check()
        with self.errors(), self.borrowed(self._begin) as connection:
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
        connection.execute(_BEGIN.format(_IDLE_WITHOUT_LEASE if self._guard.epoch is None else _IDLE))
        connection.patience = self._patience()
        if self._guard.epoch is None:
            return
        lease = connection.execute(
            "SELECT 1 FROM lease WHERE name = 'writer' AND epoch = %s FOR SHARE", (self._guard.epoch,)
        ).fetchall()
        if not lease:
            connection.execute("ROLLBACK")
            raise self._guard.lost()

    @contextmanager
    def borrowed(
        self, begin: Callable[[Connection], None] | None = None, wait: float | None = None
    ) -> Iterator[Connection]:
        """A connection that works: those that broke while they lay idle are replaced before anything is lost."""
        if not self._opened:
            self._first_contact()
            self._pool.open()
            self._opened = True
        connection = self._lent(wait)
        try:
            for others in range(self._pool.max_size, -1, -1):
                try:
                    (begin or _ping)(connection)
                    connection.patience = self._patience()
                    break
                except psycopg.OperationalError:
                    if not others:
                        raise
                    connection.close()
                    self._pool.putconn(connection)
                    connection = self._lent(wait)
            yield connection
        except (psycopg.OperationalError, errors.ReadOnlySqlTransaction):
            connection.close()  # after a failover the same address may lead to another server
            raise
        finally:
            self._pool.putconn(connection)

    def _lent(self, wait: float | None) -> Connection:
        connection = self._pool.getconn(wait)
        # A new one has an answer already: what its first word waits for is its turn, behind a pooler that is busy.
        connection.patience = _PATIENCE if connection.is_new else _PATIENCE_AT_FIRST
        connection.is_new = False
        return connection

    def _patience(self) -> float:
        return _PATIENCE_WITHOUT_LEASE if self._guard.epoch is None else _PATIENCE

    def _first_contact(self) -> None:
        """At start a wrong password or name is reported at once, in the server's words; the pool would wait."""
        psycopg.connect(self._address.conninfo).close()

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        return self._execute(sql, values, lambda cursor: cursor.fetchall())

    def query_in(self, sql: str, values: Sequence[object]) -> list[Row]:
        """One value, a list: statements with hundreds of them take as long to write as to answer."""
        return self.query(sql.replace("IN (…)", "= ANY(?)"), (storable(values),))

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        return self._execute(sql, values, lambda cursor: cursor.rowcount)

    def _execute(self, sql: str, values: Sequence[object], result: Callable[[psycopg.Cursor[Row]], _T]) -> _T:
        with self.errors():
            if self._connection is not None:
                return result(self._connection.execute(translated(sql), storable(values)))
            with self._for_one() as connection:
                return result(connection.execute(translated(sql), storable(values)))

    @contextmanager
    def _for_one(self) -> Iterator[Connection]:
        """A connection for one statement. Whoever has no lease is patient with a long search, but not with a table that
        somebody else has locked (`status` said nothing for five minutes): a limit for locks needs a transaction."""
        if self._guard.epoch is not None:
            with self.borrowed() as connection:
                yield connection
            return
        with self.borrowed(_begin_alone) as connection:
            try:
                yield connection
            except BaseException:  # what went wrong, or who interrupted, is told, not that this failed, too
                with suppress(psycopg.Error):
                    if connection.info.transaction_status is not TransactionStatus.UNKNOWN:
                        connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def stream(self, sql: str) -> Iterator[Row]:
        with self.errors(), ExitStack() as stack:
            connection = self._connection
            if connection is None:
                connection = stack.enter_context(self.borrowed())
                stack.enter_context(connection.transaction())
            cursor = stack.enter_context(connection.cursor("stream"))
            cursor.itersize = 2000
            yield from cursor.execute(translated(sql))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        if not rows:
            return
        keys = re.match(
            r"ON CONFLICT \(([\w, ]+)\) DO UPDATE (?!.* WHERE )|ON CONFLICT (\([\w, ]+\) )?DO NOTHING", conflict
        )
        if not conflict:
            self._copy(table, ", ".join(columns), [storable(row) for row in rows])
        elif keys is None or len(rows) < _FEW:
            super().insert(table, columns, rows, conflict)
        else:
            self._insert_at_once(table, columns, [storable(row) for row in rows], conflict, keys[1])

    def _copy(self, table: str, names: str, rows: Sequence[Sequence[object]]) -> None:
        assert self._connection is not None, "inserts belong into a transaction"
        with (
            self.errors(),
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
            with self.errors(), self._connection.cursor() as cursor:
                cursor.executemany(translated(sql), [storable(row) for row in rows])

    # --- for `copies` ---

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self.errors(), self.borrowed() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            self._connection = connection
            try:
                yield
            finally:
                self._connection = None
                connection.execute("ROLLBACK")

    def columns(self, table: str) -> list[str]:
        sql = (
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(? AS regclass) AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum"
        )
        return [row[0] for row in self.query(sql, (table,))]

    def clear(self) -> None:
        self.run(f"TRUNCATE {', '.join(TABLES)}, entry_terms")

    def adopt_numbers(self) -> None:
        for table in ("inbox", "outbox"):
            newest = self.query(f"SELECT COALESCE(MAX(id), 0) FROM {table}")[0][0]  # noqa: S608  # names above
            self.query("SELECT setval(pg_get_serial_sequence(?, 'id'), ?, false)", (table, newest + 1))

    # --- errors in words ---

    def _reason(self) -> str:
        """Why no connection can be had, in the server's words."""
        try:
            self._first_contact()
        except psycopg.Error as error:
            return self._address.without_password(str(error))
        return ""

    @contextmanager
    def errors(self) -> Iterator[None]:
        """The server's errors in words for the person who runs the bot."""
        try:
            yield
        except psycopg.Error as error:
            reason = self._reason() if isinstance(error, PoolTimeout) else ""
            raise explained(error, self._address, reason) from error


def _ping(connection: Connection) -> None:
    """Finds out about a connection that died while nobody used it. An empty statement: one round trip, no parsing."""
    connection.execute("")


def _begin_alone(connection: Connection) -> None:
    connection.execute(_BEGIN_ALONE)


@lru_cache(maxsize=4096)
def translated(sql: str) -> LiteralString:
    """Our SQL with psycopg's placeholders. No statement of ours holds a `%` or a literal `?`."""
    return sql.replace("?", "%s")
