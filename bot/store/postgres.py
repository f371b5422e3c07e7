"""The store on PostgreSQL, through psycopg 3: what several machines share, and what a dyno's disk cannot forget.

The lease is a row with an epoch that grows with every change of hands (see `postgres_link` for how it guards a write).
Lease times are the server's, so the clocks of the workers do not matter. A connection that broke is replaced before the
next transaction; what was inside a transaction is the caller's to repeat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from psycopg import errors

from bot.errors import StoreError
from bot.model import FeedId, FeedState, NewEntry
from bot.store.base import GIVEN_BACK, clean, marks
from bot.store.migrations import newest_version, steps_from
from bot.store.postgres_link import Connection, PostgresLink, translated
from bot.store.rows import instant_text, loads
from bot.store.sql import TABLES

MIGRATION_LOCK = 0x57495245
"""Key of the advisory lock: two releases that start together migrate one after the other."""
NOW = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
UNTIL = NOW.replace("clock_timestamp()", "(clock_timestamp() + make_interval(secs => ?))")
LONGEST_LEXEME = 500
"""Characters; PostgreSQL takes 2,046 bytes a lexeme, and 1 MB for all of an entry."""
ALL_LEXEMES = 700_000


class PostgresStore(PostgresLink):
    """A store in the database of `url` (`postgres://…` or `postgresql://…`; TLS as its `sslmode` says)."""

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
                        translated(
                            f"UPDATE lease SET holder = ?, epoch = epoch + 1, until_at = {UNTIL}"  # noqa: S608  # constants above
                            f" WHERE name = 'writer' AND until_at <= {NOW} RETURNING epoch"
                        ),
                        (holder, ttl.total_seconds()),
                    ).fetchall()
            except errors.LockNotAvailable:
                return False  # its holder is committing this very moment
        if not rows:
            return False
        self._epoch, self._over = rows[0][0], None
        return True

    def renew_lease(self, now: datetime, ttl: timedelta) -> None:
        self._check_over()
        with self._told(), self._borrowed() as connection:
            changed = connection.execute(
                translated(f"UPDATE lease SET until_at = {UNTIL} WHERE name = 'writer' AND epoch = ?"),  # noqa: S608  # constants above
                (ttl.total_seconds(), self._epoch),
            ).rowcount
        if not changed:
            raise self._lost()

    def release_lease(self) -> None:
        epoch, self._epoch = self._epoch, None
        self._over = self._over or GIVEN_BACK
        if epoch is None:
            return
        # Whoever cannot reach the database any more leaves the lease to its end.
        with suppress(StoreError), self._told(), self._borrowed(wait=1.0) as connection:
            connection.execute("UPDATE lease SET until_at = '' WHERE name = 'writer' AND epoch = %s", (epoch,))

    def lease_holder(self) -> str | None:
        rows = self.query(f"SELECT holder FROM lease WHERE name = 'writer' AND until_at > {NOW}")  # noqa: S608  # constant above
        return rows[0][0] if rows else None

    # --- what differs from SQLite ---

    def claim_feeds(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        with self.transaction():
            rows = self.query(
                "UPDATE feeds SET leased_until_at = ?, leased_by = ? WHERE id IN"
                " (SELECT id FROM feeds WHERE next_due_at <= ?"
                " AND (leased_until_at IS NULL OR leased_until_at <= ?) AND id = ANY(?)"
                " ORDER BY next_due_at, id LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING next_due_at, id, state",
                (instant_text(until), self._role, instant_text(now), instant_text(now), list(feeds), limit),
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
        self.run_each("INSERT INTO entry_terms (id, terms) VALUES (?, array_to_tsvector(?))", kept)

    def check_whole(self) -> None:
        """PostgreSQL checks what it reads by itself."""

    def server_time(self) -> datetime | None:
        now: datetime = self.query("SELECT clock_timestamp()")[0][0]
        return now


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
