"""The store on SQLite, through sqlite-utils: one file, WAL, foreign keys on, every commit on disk (synchronous=FULL).

The lease is an flock on a file beside the database: it ends with its process, killed or not. A file that is no store
of ours, or one of a newer version, is told by its header and never opened for writing.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import struct
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlite_utils import Database

from bot.errors import LeaseLost, StoreBusy, StoreError, StoreRefused
from bot.model import FeedId, FeedState, NewEntry
from bot.store.base import GIVEN_BACK, Row, clean, marks
from bot.store.migrations import newest_version, steps_from
from bot.store.rows import instant_text, loads
from bot.store.sql import TABLES, SqlStore

APPLICATION_ID = 0x57495245
"""`WIRE`, in the file's header: how a store of ours is told from another SQLite file."""
MAGIC = b"SQLite format 3\0"
HEADER = struct.Struct(">28x I 28x I 4x I 28x")
"""Of a database file's first 100 bytes: pages, user_version and application_id (sqlite.org/fileformat2, 1.3)."""
BUSY = timedelta(seconds=10)
"""How long a statement waits for another process before it says that the store is locked."""
CACHE = 4_000
"""KB of pages that we keep; the system's file cache has the rest. With eight times as much ingest is no quicker."""
WAL_PAGES = 8_000
"""Pages (of 4 KB) of write-ahead log before they go into the file: a page written by many commits goes there once."""


class SqliteStore(SqlStore):
    """A store in the file `path`; None: in memory, for `replay`."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.place = str(path or "memory")
        self._lock: IO[bytes] | None = None
        self._released = False
        self._depth = 0
        with self._told():
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._check_header(path)
            connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=BUSY.total_seconds(),
                isolation_level=None,
                check_same_thread=False,
            )
            self._db = Database(connection, recursive_triggers=False, execute_plugins=False)

    # --- life ---

    def migrate(self) -> int:
        with self._told():
            version = self._version()
            self._tune()
            if version < newest_version():
                with self.transaction():
                    for step in steps_from(self._version(), "sqlite"):
                        for statement in step.statements:
                            self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {newest_version():d}")
                    self._db.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        return newest_version()

    def _check_header(self, path: Path) -> None:
        """Raises StoreError for a file that is no store of ours, or too new a one, without opening it as a database.

        With a write-ahead log beside it the header may be old: then `_version` decides.
        """
        if not path.exists() or path.with_name(path.name + "-wal").exists():
            return
        with path.open("rb") as file:
            head = file.read(HEADER.size)
        if not head:
            return
        if len(head) < HEADER.size or not head.startswith(MAGIC):
            raise self._foreign("no SQLite file")
        pages, version, application = HEADER.unpack(head)
        if pages == 1 and not application and not version:
            return  # no table yet: another worker is making it at this moment
        if application != APPLICATION_ID:
            raise self._foreign("a SQLite file, but no Wirewatch store")
        self._check_version(version)

    def _version(self) -> int:
        """The schema's version; 0 for an empty file. Raises StoreError for a file that is no store of ours."""
        tables = self.query("SELECT COUNT(*) FROM sqlite_master")[0][0]
        if tables and self.query("PRAGMA application_id")[0][0] != APPLICATION_ID:
            raise self._foreign("a SQLite file, but no Wirewatch store")
        version: int = self.query("PRAGMA user_version")[0][0]
        self._check_version(version)
        return version

    def _check_version(self, version: int) -> None:
        if version > newest_version():
            raise StoreError(
                f"The store {self.path} is of version {version}, this Wirewatch knows {newest_version()}: it was "
                "written by a newer release. Install that release again, or point STATE_DIR to another folder."
            )

    def _foreign(self, what: str) -> StoreError:
        return StoreError(
            f"{self.path} is {what}; it was left as it is. Move it away, or point STATE_DIR to another folder."
        )

    def _tune(self) -> None:
        if self.path is not None:
            self._write_ahead()
        for pragma in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            f"cache_size = -{CACHE}",
            f"wal_autocheckpoint = {WAL_PAGES}",
        ):
            self._db.execute(f"PRAGMA {pragma}")

    def _write_ahead(self) -> None:
        """SQLite refuses at once, without waiting, where two that open a new file would wait for each other
        (sqlite.org/c3ref/busy_handler): whoever is refused tries again."""
        end = time.monotonic() + BUSY.total_seconds()
        while True:
            try:
                return self._db.enable_wal()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
            time.sleep(0.01)

    def close(self) -> None:
        self._db.close()
        if self._lock is not None:
            self.release_lease()

    def claim_lease(self, holder: str, now: datetime, ttl: timedelta) -> bool:
        if self._lock is None and self.path is not None:
            with self._told():
                lock = open(self.path.with_suffix(".lock"), "ab")  # noqa: SIM115  # held as long as the lease is
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                return False
            self._lock = lock
            with self._told():
                lock.truncate(0)
                lock.write(holder.encode())
                lock.flush()
        self._released = False
        return True

    def renew_lease(self, now: datetime, ttl: timedelta) -> None:
        """An flock cannot be lost while its process lives."""
        self._check_lease()

    def release_lease(self) -> None:
        self._released = True
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def lease_holder(self) -> str | None:
        if self.path is None:
            return None
        path = self.path.with_suffix(".lock")
        with self._told(), suppress(FileNotFoundError), path.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read().decode("utf-8", "replace").strip() or "unknown"
        return None

    def _check_lease(self) -> None:
        if self._released:
            raise LeaseLost(GIVEN_BACK)

    # --- what the statements stand on ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:
            yield
            return
        self._check_lease()
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.conn.in_transaction:
                    with suppress(sqlite3.Error):  # the first error tells more; a broken transaction ends with its file
                        self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._told():
            return self._db.execute(sql, clean(values)).fetchall()

    def stream(self, sql: str) -> Iterator[Row]:
        with self._told():
            yield from self._db.execute(sql)

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        with self._told():
            return self._db.execute(sql, clean(values)).rowcount

    def run_each(self, sql: str, rows: Sequence[Row]) -> None:
        with self._told():
            self._db.conn.executemany(sql, [clean(row) for row in rows])

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        if not rows:
            return
        names = ", ".join(columns)
        self.run_each(f"INSERT INTO {table} ({names}) VALUES ({marks(columns)}) {conflict}", rows)  # noqa: S608  # names of this room

    # --- what differs from PostgreSQL ---

    def claim_feeds(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        wanted = set(feeds)
        with self.transaction():
            rows = self.query(
                "SELECT id, state FROM feeds WHERE next_due_at <= ?"
                " AND (leased_until_at IS NULL OR leased_until_at <= ?) ORDER BY next_due_at, id",
                (instant_text(now), instant_text(now)),
            )
            due = [row for row in rows if row[0] in wanted][:limit]
            for row in due:
                self.run("UPDATE feeds SET leased_until_at = ? WHERE id = ?", (instant_text(until), row[0]))
        return [loads(FeedState, row[1]) for row in due]

    def save_terms(self, entries: Sequence[NewEntry]) -> None:
        rows = [(new.id, " ".join(map(index_word, new.terms))) for new in entries]
        self.run_each("INSERT INTO entry_terms (rowid, terms) VALUES (?, ?)", rows)

    def delete_terms(self, entries: Sequence[int]) -> None:
        self.run(f"DELETE FROM entry_terms WHERE rowid IN ({marks(entries)})", entries)  # noqa: S608  # marks only

    def terms_condition(self, terms: Sequence[Collection[str]]) -> tuple[str, str]:
        match = " AND ".join("(" + " OR ".join(map(_fts_term, either)) + ")" for either in terms)
        return "id IN (SELECT rowid FROM entry_terms WHERE entry_terms MATCH ?)", match

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._told():
            self._db.execute("BEGIN")
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0
                self._db.execute("COMMIT")

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.query(f"PRAGMA table_info({table})")]

    def clear(self) -> None:
        for table in (*TABLES, "entry_terms"):
            self.run(f"DELETE FROM {table}")  # noqa: S608  # names of this room

    def adopt_numbers(self) -> None:
        """AUTOINCREMENT does by itself."""

    def stored_terms(self) -> Iterator[tuple[int, list[str]]]:
        for entry, words in self.stream("SELECT rowid, terms FROM entry_terms"):
            yield entry, [_term(word) for word in words.split()]

    def insert_terms(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        kept = [(entry, " ".join(map(index_word, terms))) for entry, terms in rows]
        with self._told():
            self._db.conn.executemany("INSERT INTO entry_terms (rowid, terms) VALUES (?, ?)", kept)

    def copy_file(self, target: Path) -> None:
        """An exact copy into the new file `target`, while others write. Raises StoreError."""
        with self._told(), closing(sqlite3.connect(target)) as copy:
            self._db.conn.backup(copy)

    def server_time(self) -> datetime | None:
        return None

    def check_whole(self) -> None:
        rows = self.query("PRAGMA integrity_check(1)")
        if rows[0][0] != "ok":
            raise self._explained(sqlite3.DatabaseError(f"malformed: {rows[0][0]}"))

    # --- errors in words ---

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's and the system's errors in words for the person who runs the bot."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._explained(error) from error
        except OSError as error:
            raise StoreError(
                f"The state folder {self._folder} cannot be used: {error.strerror or error}. Give the user that runs "
                "Wirewatch the right to write there, or point STATE_DIR to another folder."
            ) from error

    @property
    def _folder(self) -> str:
        return str(self.path.parent) if self.path else ""

    def _explained(self, error: sqlite3.Error) -> StoreError:
        text = str(error).lower()
        if "locked" in text or "busy" in text:
            return StoreBusy(
                f"The store {self.path} has been locked by another program for {BUSY.seconds} s. Close what has it "
                "open (a database browser, a second worker), then try again."
            )
        if isinstance(error, sqlite3.IntegrityError | sqlite3.DataError):
            return StoreRefused(f"The store {self.path} refused what it was given ({error}): please report it.")
        if "is full" in text or "i/o error" in text:
            return StoreError(
                f"The disk that holds {self.path} is full or fails ({error}); nothing was lost, but nothing can be "
                "kept. Make room, then start again."
            )
        if "not a database" in text or "malformed" in text:
            return StoreError(
                f"{self.path} is no Wirewatch store, or it is damaged ({error}); it was left as it is. Restore a "
                "backup (wirewatch store restore FILE), or move the file away to begin afresh."
            )
        if "unable to open" in text or "readonly" in text:
            rights = "" if os.access(self._folder or ".", os.W_OK) else " (the folder is not writable)"
            return StoreError(
                f"The store {self.path} cannot be opened for writing{rights}: {error}. Give the user that runs "
                "Wirewatch the right to write there, or point STATE_DIR to another folder."
            )
        if "no such table" in text or "no such column" in text:
            return StoreError(
                f"The store {self.path} lacks what this Wirewatch expects ({error}). Bring it up to date: wirewatch "
                "store migrate."
            )
        return StoreError(f"The store {self.path} failed: {error}.")


_SIGN = re.compile(r"[^\w]|_")


def index_word(term: str) -> str:
    """A term as the full-text index holds it: letters and digits stay, anything else becomes `_hex_`."""
    if term.isalnum():
        return term
    return _SIGN.sub(lambda found: f"_{ord(found.group()):x}_", term)


def _term(word: str) -> str:
    """The reverse of `index_word`."""
    return re.sub(r"_([0-9a-f]+)_", lambda found: chr(int(found[1], 16)), word)


def _fts_term(term: str) -> str:
    """An index term as an FTS5 string; a trailing `*` asks for a prefix."""
    prefix = term.endswith("*")
    return '"' + index_word(term.rstrip("*")) + '"' + ("*" if prefix else "")
