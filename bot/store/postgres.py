"""The store on PostgreSQL, through psycopg 3: what several machines share, and what a dyno's disk cannot forget.

The lease is a row with an epoch that grows with every change of hands. Each write transaction of its holder looks the
epoch up and locks the row for sharing: whoever has lost it cannot commit, and nobody takes over in the middle of a
commit. Lease times are the server's, so the clocks of the workers do not matter. A connection that broke is replaced
before the next transaction; what was inside a transaction is the caller's to repeat.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from bot.errors import LeaseLost, StoreBusy, StoreError
from bot.model import FeedId, FeedState, NewEntry
from bot.store.base import Row, clean, marks
from bot.store.migrations import newest_version, steps_from
from bot.store.rows import instant, loads
from bot.store.sql import TABLES, SqlStore

T = TypeVar("T")
Connection = psycopg.Connection[Row]

MAX_CONNECTIONS = 4
"""Of one store. A process has one or two stores and holds at most 8 connections (CONTRACT)."""
WAIT = timedelta(seconds=8)
"""How long a call waits for a connection while the database is away."""
MIGRATION_LOCK = 0x57495245
"""Key of the advisory lock: two releases that start together migrate one after the other."""
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
NOW = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
UNTIL = NOW.replace("clock_timestamp()", "(clock_timestamp() + make_interval(secs => ?))")
LONGEST_LEXEME = 500
"""Characters; PostgreSQL takes 2,046 bytes a lexeme, and 1 MB for all of an entry."""
ALL_LEXEMES = 700_000

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # outages are told by our own StoreError


class PostgresStore(SqlStore):
    """A store in the database of `url` (`postgres://…` or `postgresql://…`; TLS as its `sslmode` says)."""

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
        self._connection: Connection | None = None
        """The connection of the transaction that is open."""
        self._epoch: int | None = None
        self._released = False

    # --- life ---

    def migrate(self) -> int:
        with self._told(), self._borrowed() as connection, connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '20s'")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
            version = self._version(connection)
            for step in steps_from(version, "postgres"):
                for statement in step.statements:
                    connection.execute(statement)
            if version < newest_version():
                connection.execute("DELETE FROM wirewatch_schema")
                connection.execute("INSERT INTO wirewatch_schema (version) VALUES (%s)", (newest_version(),))
        return newest_version()

    def _version(self, connection: Connection) -> int:
        encoding = connection.execute("SHOW server_encoding").fetchall()[0][0]
        if encoding != "UTF8":
            raise StoreError(
                f"The database {self.place} keeps text as {encoding}; Wirewatch needs one made with ENCODING 'UTF8'."
            )
        if connection.execute("SELECT to_regclass('wirewatch_schema')").fetchall()[0][0] is None:
            clash = connection.execute("SELECT to_regclass('entries'), to_regclass('feeds')").fetchall()[0]
            if any(clash):
                raise StoreError(
                    f"The database {self.place} holds another program's tables ({', '.join(filter(None, clash))}); it "
                    "was left as it is. Give Wirewatch a database of its own and name it in DATABASE_URL."
                )
            connection.execute("CREATE TABLE wirewatch_schema (version INTEGER NOT NULL)")
            return 0
        rows = connection.execute("SELECT version FROM wirewatch_schema").fetchall()
        version: int = rows[0][0] if rows else 0
        if version > newest_version():
            raise StoreError(
                f"The store in {self.place} is of version {version}, this Wirewatch knows {newest_version()}: it was "
                "written by a newer release. Install that release again, or point DATABASE_URL to another database."
            )
        return version

    def close(self) -> None:
        if self._epoch is not None:
            self.release_lease()
        self._pool.close(timeout=2)

    def claim_lease(self, holder: str, now: datetime, ttl: timedelta) -> bool:
        if self._epoch is not None:
            self.renew_lease(now, ttl)
            return True
        with self._told(), self._borrowed() as connection:
            try:
                with connection.transaction():
                    connection.execute("SET LOCAL lock_timeout = '2s'")
                    connection.execute(
                        "INSERT INTO lease (name, holder, epoch, until_at) VALUES ('writer', '', 0, '')"
                        " ON CONFLICT (name) DO NOTHING"
                    )
                    rows = connection.execute(
                        _translated(
                            f"UPDATE lease SET holder = ?, epoch = epoch + 1, until_at = {UNTIL}"  # noqa: S608  # constants above
                            f" WHERE name = 'writer' AND until_at <= {NOW} RETURNING epoch"
                        ),
                        (holder, ttl.total_seconds()),
                    ).fetchall()
            except errors.LockNotAvailable:
                return False  # its holder is committing this very moment
        if not rows:
            return False
        self._epoch, self._released = rows[0][0], False
        return True

    def renew_lease(self, now: datetime, ttl: timedelta) -> None:
        self._check_released()
        with self._told(), self._borrowed() as connection:
            changed = connection.execute(
                _translated(f"UPDATE lease SET until_at = {UNTIL} WHERE name = 'writer' AND epoch = ?"),  # noqa: S608  # constants above
                (ttl.total_seconds(), self._epoch),
            ).rowcount
        if not changed:
            raise self._lost()

    def release_lease(self) -> None:
        epoch, self._epoch, self._released = self._epoch, None, True
        if epoch is None:
            return
        # Whoever cannot reach the database any more leaves the lease to its end.
        with suppress(StoreError), self._told(), self._borrowed(wait=1.0) as connection:
            connection.execute("UPDATE lease SET until_at = '' WHERE name = 'writer' AND epoch = %s", (epoch,))

    def lease_holder(self) -> str | None:
        rows = self.query(f"SELECT holder FROM lease WHERE name = 'writer' AND until_at > {NOW}")  # noqa: S608  # constant above
        return rows[0][0] if rows else None

    def _check_released(self) -> None:
        if self._released:
            raise LeaseLost("This worker has given the lease back; it must not write any more.")

    def _lost(self) -> LeaseLost:
        self._epoch, self._released = None, True
        return LeaseLost("Another worker has taken the lease over; this one stops writing.")

    # --- what the statements stand on ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._connection is not None:
            yield
            return
        self._check_released()
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
                return result(self._connection.execute(_translated(sql), clean(values)))
            with self._borrowed() as connection:
                return result(connection.execute(_translated(sql), clean(values)))

    def stream(self, sql: str) -> Iterator[Row]:
        with self._told(), ExitStack() as stack:
            connection = self._connection
            if connection is None:
                connection = stack.enter_context(self._borrowed())
                stack.enter_context(connection.transaction())
            cursor = stack.enter_context(connection.cursor("stream"))
            cursor.itersize = 2000
            yield from cursor.execute(_translated(sql))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        if not rows:
            return
        names = ", ".join(columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks(columns)}) {conflict}"  # noqa: S608  # names of this room
        self._insert(sql, [clean(row) for row in rows])

    def _insert(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        assert self._connection is not None, "inserts belong into a transaction"
        if rows:
            with self._told(), self._connection.cursor() as cursor:
                cursor.executemany(_translated(sql), rows)

    # --- what differs from SQLite ---

    def claim_feeds(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        with self.transaction():
            rows = self.query(
                "UPDATE feeds SET leased_until_at = ?, leased_by = ? WHERE id IN"
                " (SELECT id FROM feeds WHERE next_due_at <= ?"
                " AND (leased_until_at IS NULL OR leased_until_at <= ?) AND id = ANY(?)"
                " ORDER BY next_due_at, id LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING next_due_at, id, state",
                (instant(until), self._role, instant(now), instant(now), list(feeds), limit),
            )
        return [loads(FeedState, row[2]) for row in sorted(rows)]

    @property
    def _role(self) -> str:
        return "poller" if self._epoch is None else "writer"

    def release_feeds(self) -> None:
        """What the writer before us had in hand. The pollers beside us keep theirs; of one that died they run out."""
        with self.transaction():
            self.run("UPDATE feeds SET leased_until_at = NULL WHERE leased_by = 'writer'")

    def save_terms(self, entries: Sequence[NewEntry]) -> None:
        self.insert_terms([(new.id, new.terms) for new in entries])

    def delete_terms(self, entries: Sequence[int]) -> None:
        self.run(f"DELETE FROM entry_terms WHERE id IN ({marks(entries)})", entries)  # noqa: S608  # marks only

    def terms_condition(self, terms: Sequence[Collection[str]]) -> tuple[str, str]:
        query = " & ".join("(" + " | ".join(map(_lexeme, either)) + ")" for either in terms)
        return "id IN (SELECT id FROM entry_terms WHERE terms @@ CAST(? AS tsquery))", query

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._told(), self._borrowed() as connection:
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

    def stored_terms(self) -> Iterator[tuple[int, list[str]]]:
        for row in self.stream("SELECT id, tsvector_to_array(terms) FROM entry_terms"):
            yield row[0], row[1]

    def insert_terms(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        kept = [(entry, _lexemes(terms)) for entry, terms in rows]
        self._insert("INSERT INTO entry_terms (id, terms) VALUES (?, array_to_tsvector(?))", kept)

    def check_whole(self) -> None:
        """PostgreSQL checks what it reads by itself."""

    def server_time(self) -> datetime | None:
        now: datetime = self.query("SELECT clock_timestamp()")[0][0]
        return now

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
def _translated(sql: str) -> LiteralString:
    """Our SQL with psycopg's placeholders. No statement of ours holds a `%` or a literal `?`."""
    return sql.replace("?", "%s")


def _lexeme(term: str) -> str:
    """An index term as part of a tsquery; a trailing `*` asks for a prefix."""
    prefix = term.endswith("*")
    word = term.rstrip("*")[:LONGEST_LEXEME].replace("\\", "\\\\").replace("'", "''")
    return f"'{word}'" + (":*" if prefix else "")


def _lexemes(terms: Sequence[str]) -> list[Any]:
    """Terms that fit a tsvector: not empty, not too long, not too many."""
    kept: list[Any] = []
    size = 0
    for term in clean(terms):
        word = term[:LONGEST_LEXEME]
        size += 4 * len(word)
        if size > ALL_LEXEMES:
            break
        if word:
            kept.append(word)
    return kept
