"""The store on SQLite, through sqlite-utils: one file, WAL, foreign keys on, every commit on disk (synchronous=FULL).

The lease is an flock on a file beside the database: it ends with its process, killed or not.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlite_utils import Database

from bot.errors import StoreBusy, StoreError
from bot.model import EntryId, FeedId, FeedState, StoredEntry
from bot.ports import NewEntry
from bot.store.migrations import migrations
from bot.store.rows import instant, loads
from bot.store.sql import ENTRY_COLUMNS, Row, SqlStore, _stored_entry, index_word

APPLICATION_ID = 0x57495245
"""`WIRE`, in the file's header: how a store of ours is told from another SQLite file."""
BUSY = timedelta(seconds=10)
"""How long a statement waits for another process before it says that the store is locked."""


class SqliteStore(SqlStore):
    """A store in the file `path`; None: in memory, for `replay`."""

    dialect = "sqlite"

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None
        self._depth = 0
        with self._told():
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=BUSY.total_seconds(),
                isolation_level=None,
                check_same_thread=False,
            )
            self._db = Database(connection, recursive_triggers=False, execute_plugins=False)

    # --- life ---

    def migrate(self) -> int:
        steps = migrations(self.dialect)
        newest = steps[-1].version
        with self._told():
            version = self._version()
            if version > newest:
                raise StoreError(
                    f"The store {self.path} is of version {version}, this Wirewatch knows {newest}: it was written by a "
                    "newer release. Install that release again, or point STATE_DIR to another folder."
                )
            self._tune()
            if version < newest:
                with self.transaction():
                    version = self._version()
                    for step in steps:
                        if step.version > version:
                            for statement in step.statements:
                                self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {newest:d}")
                    self._db.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        return newest

    def _version(self) -> int:
        """The schema's version; 0 for an empty file. Raises StoreError for a file that is no store of ours."""
        tables = self.query("SELECT COUNT(*) FROM sqlite_master")[0][0]
        if tables and self.query("PRAGMA application_id")[0][0] != APPLICATION_ID:
            raise StoreError(
                f"{self.path} is a SQLite file, but no Wirewatch store; it was left as it is. Move it away, or point "
                "STATE_DIR to another folder."
            )
        version: int = self.query("PRAGMA user_version")[0][0]
        return version

    def _tune(self) -> None:
        if self.path is not None:
            self._db.enable_wal()
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("PRAGMA cache_size = -32000")

    def close(self) -> None:
        self._db.close()
        self.release_lease()

    def claim_lease(self, holder: str, now: datetime, ttl: timedelta) -> bool:
        if self.path is None or self._lock is not None:
            return True
        with self._told():
            lock = open(self.path.with_suffix(".lock"), "ab")  # noqa: SIM115  # held as long as the lease is
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    def renew_lease(self, now: datetime, ttl: timedelta) -> None:
        """An flock cannot be lost while its process lives."""

    def release_lease(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # --- what SqlStore builds on ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:
            yield
            return
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.conn.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._told():
            return self._db.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        with self._told():
            return self._db.execute(sql, values).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        if not rows:
            return
        with self._told():
            if not conflict:
                self._db[table].insert_all([list(columns), *map(list, rows)])
                return
            names, places = ", ".join(columns), ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({places}) {conflict}"  # noqa: S608  # names of this package
            self._db.conn.executemany(sql, rows)

    # --- what differs from PostgreSQL ---

    def claim_feeds(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        wanted = set(feeds)
        with self.transaction():
            rows = self.query(
                "SELECT id, state FROM feeds WHERE next_due_at <= ? AND (leased_until_at IS NULL OR leased_until_at <= ?)"
                " ORDER BY next_due_at, id",
                (instant(now), instant(now)),
            )
            due = [row for row in rows if row[0] in wanted][:limit]
            self._db.conn.executemany(
                "UPDATE feeds SET leased_until_at = ? WHERE id = ?", [(instant(until), row[0]) for row in due]
            )
        return [loads(FeedState, row[1]) for row in due]

    def save_terms(self, entries: Sequence[NewEntry]) -> None:
        rows = [(new.id, " ".join(map(index_word, new.terms))) for new in entries]
        self._db.conn.executemany("INSERT INTO entry_terms (rowid, terms) VALUES (?, ?)", rows)

    def delete_terms(self, before: datetime) -> None:
        self.run(
            "DELETE FROM entry_terms WHERE rowid IN (SELECT id FROM entries WHERE seen_at < ?)", (instant(before),)
        )

    def search(
        self, terms: Sequence[Sequence[str]] | None, since: datetime | None, before: EntryId | None, limit: int
    ) -> list[StoredEntry]:
        where, values = ["1 = 1"], list[object]()
        if terms is not None:
            where.append("id IN (SELECT rowid FROM entry_terms WHERE entry_terms MATCH ?)")
            values.append(" AND ".join("(" + " OR ".join(map(_fts_term, either)) + ")" for either in terms))
        if since is not None:
            where.append("seen_at >= ?")
            values.append(instant(since))
        if before is not None:
            where.append("id < ?")
            values.append(before)
        columns = ", ".join(ENTRY_COLUMNS)
        sql = f"SELECT {columns} FROM entries WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?"  # noqa: S608  # fixed
        return [_stored_entry(row) for row in self.query(sql, (*values, limit))]

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:  # type: ignore[override]  # a list is what callers have
        found = {}
        for term in terms:
            rows = self.query("SELECT COUNT(*) FROM entry_terms WHERE entry_terms MATCH ?", (_fts_term(term),))
            found[term] = int(rows[0][0])
        return found

    def backup(self, target: Path) -> None:
        """An exact copy into the new file `target`, while others write. Raises StoreError."""
        with self._told(), closing(sqlite3.connect(target)) as copy:
            self._db.conn.backup(copy)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's and the system's errors in words for the person who runs the bot."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._explained(error) from error
        except OSError as error:
            folder = self.path.parent if self.path else ""
            raise StoreError(
                f"The state folder {folder} cannot be used: {error.strerror or error}. Give the user that runs Wirewatch "
                "the right to write there, or point STATE_DIR to another folder."
            ) from error

    def _explained(self, error: sqlite3.Error) -> StoreError:
        text = str(error).lower()
        if "locked" in text or "busy" in text:
            return StoreBusy(
                f"The store {self.path} has been locked by another program for {BUSY.seconds} s. Close what has it open "
                "(a database browser, a second worker), then try again."
            )
        if "disk is full" in text or "full" in text:
            return StoreError(
                f"The disk that holds {self.path} is full; nothing was lost, but nothing can be kept. Make room, then "
                "start again."
            )
        if "not a database" in text or "malformed" in text:
            return StoreError(
                f"{self.path} is no Wirewatch store, or it is damaged ({error}); it was left as it is. Restore a backup "
                "(wirewatch store restore FILE), or move the file away to begin afresh."
            )
        if "unable to open" in text or "readonly" in text:
            folder = self.path.parent if self.path else ""
            rights = "" if os.access(folder or ".", os.W_OK) else " (the folder is not writable)"
            return StoreError(
                f"The store {self.path} cannot be opened for writing{rights}: {error}. Give the user that runs Wirewatch "
                "the right to write there, or point STATE_DIR to another folder."
            )
        return StoreError(f"The store {self.path} failed: {error}.")


def _fts_term(term: str) -> str:
    """An index term as an FTS5 string; a trailing `*` asks for a prefix."""
    prefix = term.endswith("*")
    return '"' + index_word(term.rstrip("*")) + '"' + ("*" if prefix else "")
