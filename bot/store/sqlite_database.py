"""SQLite as a `Database`, through sqlite-utils: one file, WAL, every commit on disk (synchronous=FULL).

A file that is no store of ours, or one of a newer version, is recognised by its header and never opened for writing.
"""

from __future__ import annotations

import errno
import sqlite3
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from weakref import finalize

from sqlite_utils import Database as Connection

from bot.core.disk_trouble import disk_trouble
from bot.errors import StoreBusy, StoreError, StoreRefused
from bot.store.database import Database, Row, WriteGuard
from bot.store.disk import write_error
from bot.store.migrations import newest_version, steps_from
from bot.store.overwritten import FileWatch, aside_of, put_log_aside, refuse_overwritten
from bot.store.sqlite_files import MAGIC, beside, make_private
from bot.store.tables import TABLES
from bot.store.values import storable

APPLICATION_ID = 0x57495245
"""`WIRE`, in the file's header: what distinguishes a store of ours from another SQLite file."""
_HEADER = struct.Struct(">28x I 28x I 4x I 28x")
"""Of a database file's first 100 bytes: pages, user_version and application_id (sqlite.org/fileformat2, 1.3)."""
_BUSY = timedelta(seconds=10)
"""How long a statement waits for another process before it says that the store is locked."""
_CACHE = 4_000
"""KB of pages that we keep; the system's file cache has the rest. With eight times as much ingest is no quicker."""
_WAL_PAGES = 8_000
"""Pages (of 4 KB) of write-ahead log before they go into the file: a page written by many commits goes there once."""
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
"""What SQLite says where the log could not grow. Written back, it is used again from its beginning: a store that holds
pages which were freed goes on, on a disk without a byte to spare."""
_BESIDE = ("-wal", "-shm")
"""SQLite's write-ahead log, and the index of it that processes share."""

_LEFT_OPEN: list[Connection] = []
"""Connections that end with the process."""


class SqliteDatabase(Database):
    """The file `path`; None: in memory."""

    def __init__(self, path: Path | None, guard: WriteGuard, *, to_read: bool = False) -> None:
        """`to_read`: nothing in the file changes, not even by what a killed worker left in the write-ahead log."""
        self.path = path
        self.place = str(path or "memory")
        self._guard = guard
        self._depth = 0
        self._seen: dict[Path, tuple[int, int] | None] = {}
        """Which files were there when it was written for the first time."""
        self._watch: FileWatch | None = None
        with sqlite_errors(self.path):
            if path is not None:
                refuse_overwritten(path)
                refuse_log_alone(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                self._check_header(path)
                if not to_read:
                    make_private(path)
            connection = sqlite3.connect(
                _uri(path, to_read),
                uri=True,
                timeout=_BUSY.total_seconds(),
                isolation_level=None,
                check_same_thread=False,
            )
            # It ends with who holds it, a store that was damaged, too: Python 3.13 complains of one left open.
            finalize(self, connection.close).atexit = False
            self._db = Connection(connection, recursive_triggers=False, execute_plugins=False)
            # Not in files: there may be no folder for them (ProtectSystem=strict, read-only containers).
            self._db.execute("PRAGMA temp_store = MEMORY")
            self._db.execute(f"PRAGMA cache_size = -{_CACHE}")
            if to_read:
                self._db.execute("PRAGMA query_only = ON")

    # --- life ---

    def migrate(self) -> int:
        with sqlite_errors(self.path):
            version = self.version()
            self._tune()
            if version < newest_version():
                with self.transaction():
                    for step in steps_from(self.version(), "sqlite"):
                        for statement in step.statements:
                            self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {newest_version():d}")
                    self._db.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        return newest_version()

    def _check_header(self, path: Path) -> None:
        """Raises StoreError for a file that is no store of ours, or too new a one, without opening it as a database.

        With a write-ahead log beside it the header may be old: then `version` decides.
        """
        if path.is_dir():  # Docker makes one where a file that is to be mounted is not there
            raise self._foreign("a folder")
        if not path.exists() or beside(path, "-wal").exists():
            return
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
        if not head:
            return
        if len(head) < _HEADER.size or not head.startswith(MAGIC):
            raise self._foreign("no SQLite file")
        pages, version, application = _HEADER.unpack(head)
        if pages == 1 and not application and not version:
            return  # no table yet: another worker is making it at this moment
        if application != APPLICATION_ID:
            raise self._foreign("a SQLite file, but no Wirewatch store")
        self._check_version(version)

    def version(self) -> int:
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
            f"{self.path} is {what}; it was left as it is. If it was the store, put a backup in its place (wirewatch "
            "store restore FILE); else move it away, or point STATE_DIR to another folder."
        )

    def _tune(self) -> None:
        if self.path is not None:
            self._write_ahead()
        for pragma in ("synchronous = FULL", "foreign_keys = ON", f"wal_autocheckpoint = {_WAL_PAGES}"):
            self._db.execute(f"PRAGMA {pragma}")

    def _write_ahead(self) -> None:
        """SQLite refuses at once, without waiting, where two that open a new file would wait for each other
        (sqlite.org/c3ref/busy_handler): whoever is refused tries again."""
        end = time.monotonic() + _BUSY.total_seconds()
        while True:
            try:
                return self._db.enable_wal()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
            time.sleep(0.01)

    def watch(self) -> None:
        """From now on a file that is written over in place is noticed: whoever holds the lease looks out."""
        if self._watch is None and self.path is not None:
            with suppress(OSError):  # not there: the next transaction says so
                self._watch = FileWatch(self.path)

    def close(self) -> None:
        if self.path is not None and aside_of(self.path).exists():
            _LEFT_OPEN.append(self._db)  # to close it would write the log of one database into another
            return
        self._db.close()
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    # --- what the statements stand on ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._depth:
            yield
            return
        self._guard.check()
        self._check_files()
        with sqlite_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException as error:
                with suppress(sqlite3.Error):  # the first error says more; a broken transaction ends with its file
                    if self._db.conn.in_transaction:
                        self._db.execute("ROLLBACK")
                    if getattr(error, "sqlite_errorcode", None) in _NO_ROOM:
                        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
                raise
            finally:
                self._depth = 0

    def _check_files(self) -> None:
        """SQLite goes on in a file that was removed or replaced: all that is written there ends with the process, and
        who starts next finds another lease, free, and posts the same again. So it does in a write-ahead log that
        somebody tidied away, which holds hours of work; and without its index two may take turns in one file unseen.
        Raises LeaseLost."""
        if self.path is None:
            return
        try:
            is_over = self._watch is not None and self._watch.is_overwritten(self._count_pages)
            if is_over or aside_of(self.path).exists():
                raise self._guard.lost(put_log_aside(self.path) + " This process keeps and posts nothing more.")
            gone = self._gone_files(self.path)
        except OSError:
            return  # the disk fails: the transaction says so
        if not gone:
            return
        if self.path not in gone:
            self._write_log_back(beside(self.path, "-wal"), gone)
        names = ", ".join(file.name for file in gone)
        raise self._guard.lost(
            f"The store {self.path} was removed or replaced while this process had it open ({names}): nothing more is "
            "kept or posted, for another worker may have begun on what is there now. Start again."
        )

    def _count_pages(self) -> int:
        """Those of the database as it stands, its log included; 0: it is none any more. Raises OSError."""
        try:
            return int(self._db.execute("PRAGMA page_count").fetchone()[0])
        except sqlite3.OperationalError as error:  # a lock, the disk: that says nothing of what the file is
            raise OSError(str(error)) from error
        except sqlite3.DatabaseError:
            return 0

    def _gone_files(self, path: Path) -> list[Path]:
        """Of the database's three files those that are no longer what they were when they were first seen; the database
        itself is missed from the first time on. Raises OSError."""
        gone = []
        for file in (path, *(beside(path, ending) for ending in _BESIDE)):
            identity = _identity_of(file)
            if identity is not None or file == path:
                self._seen.setdefault(file, identity)
            if identity != self._seen.get(file) or (file == path and identity is None):
                gone.append(file)
        return gone

    def _write_log_back(self, log: Path, gone: Sequence[Path]) -> None:
        """What a log held that was removed, but is still open here, goes into the database: the last chance. Not where
        another stands in its place that somebody may have written."""
        if log in gone and not (log.exists() and log.stat().st_size):
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with sqlite_errors(self.path):
            return self._db.execute(sql, storable(values)).fetchall()

    def stream(self, sql: str) -> Iterator[Row]:
        with sqlite_errors(self.path):
            yield from self._db.execute(sql)

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        with sqlite_errors(self.path):
            return self._db.execute(sql, storable(values)).rowcount

    def run_each(self, sql: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        with sqlite_errors(self.path):
            self._db.conn.executemany(sql, [storable(row) for row in rows])

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with sqlite_errors(self.path):
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

    def copy_file(self, target: Path) -> None:
        """An exact copy into the new file `target`, while others write. Raises StoreError."""
        with sqlite_errors(self.path), closing(sqlite3.connect(target)) as copy:
            self._db.conn.backup(copy)

    def server_time(self) -> datetime | None:
        return None

    def check_whole(self) -> None:
        rows = self.query("PRAGMA integrity_check(1)")
        if rows[0][0] != "ok":
            raise _explained(self.path, sqlite3.DatabaseError(f"malformed: {rows[0][0]}"))


def refuse_log_alone(path: Path) -> None:
    """Raises StoreError for a write-ahead log whose database is gone: SQLite would throw it away and begin anew, and
    all that was posted would be posted again."""
    log = beside(path, "-wal")
    with sqlite_errors(path):
        # The log first: a database that another process makes at this moment is there before its log is.
        if not _size(log) or _size(path):
            return
    raise StoreError(
        f"The database {path} is gone, but its log {log.name} is there, with the last work in it: nothing was begun. "
        f"Put {path.name} back beside it, or restore a backup (wirewatch store restore FILE). To begin afresh, remove "
        f"{log.name} too: what was posted before may then be posted again."
    )


def _size(file: Path) -> int:
    """Bytes; 0: there is none. Raises OSError."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _identity_of(file: Path) -> tuple[int, int] | None:
    """Which file it is; None: there is none. Raises OSError."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _uri(path: Path | None, to_read: bool) -> str:
    """What SQLite opens.

    Who closes the file last writes the log back into it and removes the log, unless it may only read: then it leaves
    both as they are, and an empty log where there was none.
    """
    if path is None:
        return "file::memory:"
    log = beside(path, "-wal")
    mode = "ro" if to_read and log.exists() and log.stat().st_size else "rw" if to_read else "rwc"
    return f"{path.absolute().as_uri()}?mode={mode}"


@contextmanager
def sqlite_errors(path: Path | None) -> Iterator[None]:
    """SQLite's and the system's errors in words for the person who runs the bot. `path`: the store's; None: memory."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    except OSError as error:
        folder = path.parent if path else ""
        if error.errno is None:
            raise StoreError(
                f"The state folder {folder} cannot be used: {error}. Point STATE_DIR to another folder."
            ) from error
        raise StoreError(disk_trouble(error.errno, f"the state folder {folder}")) from error


def _explained(path: Path | None, error: sqlite3.Error) -> StoreError:
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return StoreBusy(
            f"The store {path} has been locked by another program for {_BUSY.seconds} s. Close what has it "
            "open (a database browser, a second worker), then try again."
        )
    if isinstance(error, sqlite3.IntegrityError | sqlite3.DataError):
        return StoreRefused(f"The store {path} refused what it was given ({error}): please report it.")
    if "is full" in text or "i/o error" in text:
        # SQLite knows a full disk, and calls a quota and a limit of size what it calls a failure.
        said = errno.ENOSPC if "is full" in text else errno.EIO
        return StoreError(disk_trouble((path and write_error(path.parent)) or said, f"the store {path}"))
    if "not a database" in text or "malformed" in text:
        return StoreError(
            f"{path} is no Wirewatch store, or it is damaged ({error}); it was left as it is. Restore a "
            "backup (wirewatch store restore FILE), or move the file away to begin afresh."
        )
    if "unable to open" in text or "readonly" in text:
        if path is not None and (number := write_error(path.parent)) is not None:
            return StoreError(disk_trouble(number, f"the state folder {path.parent}"))
        return StoreError(
            f"The store {path} cannot be opened for writing: {error}. Give the user that runs "
            "Wirewatch the right to write there, or point STATE_DIR to another folder."
        )
    if "no such table" in text or "no such column" in text:
        return StoreError(
            f"The store {path} lacks what this Wirewatch expects ({error}). Bring it up to date: wirewatch "
            "store migrate."
        )
    return StoreError(f"The store {path} failed: {error}.")
