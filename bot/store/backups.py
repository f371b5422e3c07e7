"""A store ↔ one file with a checksum over every byte.

The file is one line of JSON (format, schema version, instant, size, SHA-256), padded to 512 bytes, then a SQLite store.
A backup of PostgreSQL is the same kind of file: it can be restored into either. It appears under its name only when it
is whole. A restore checks all of it before it touches anything, needs the lease (no worker may run), keeps the file
that it replaces as `wirewatch.db.before-restore`, and marks the store so that delivery asks the channels' history.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.core.codec import instant_text
from bot.errors import StoreBusy, StoreError
from bot.store.copies import copy_store, replace_store, unsettle
from bot.store.migrations import newest_version
from bot.store.overwritten import aside_of
from bot.store.sql import SqlStore
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_files import make_private

_FORMAT = "wirewatch-backup 1"
BACKUP_HEADER = 512
"""Bytes before the rows: what the backup holds, as JSON, filled up with spaces."""
_BLOCK = 1 << 20
"""Bytes copied at once."""
_Step = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup file says of itself, and has kept its word on."""

    at: datetime
    """When it was made: what happened later is not in it."""
    schema: int
    size: int
    """Bytes of the store in it."""


def back_up(store: SqlStore, file: Path, now: datetime, step: _Step = lambda size: None) -> Backup:
    """Writes `file`, whole and on disk, while others go on working with the store. Raises StoreError."""
    _refuse_pipe(file)
    if file.exists() and not _is_backup(file):
        raise StoreError(f"{file} exists and is no backup of Wirewatch's; it was left as it is. Name another file.")
    with _file_errors(file), tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        copy, whole = Path(folder, "store.db"), Path(folder, "backup")
        if isinstance(store, SqliteStore):
            store.copy_file(copy)
        else:
            with closing(SqliteStore(copy)) as target:
                target.migrate()
                copy_store(store, target)
        checksum, size = hashlib.sha256(), 0
        make_private(whole, like=file)
        with copy.open("rb") as source, whole.open("wb") as out:
            out.write(b" " * BACKUP_HEADER)
            while block := source.read(_BLOCK):
                checksum.update(block)
                size += out.write(block)
                step(len(block))
            out.seek(0)
            backup = Backup(at=now, schema=newest_version(), size=size)
            out.write(_header(backup, checksum.hexdigest()))
            out.flush()
            os.fsync(out.fileno())
        whole.replace(file)
        _sync_folder(file.parent)
    return backup


def read_backup(file: Path, step: _Step = lambda size: None) -> Backup:
    """Reads all of a backup. Raises StoreError when it is none, damaged, or of a newer version."""
    _refuse_pipe(file)
    with _file_errors(file), file.open("rb") as source:
        backup, expected = _read_header(source, file)
        checksum, size = hashlib.sha256(), 0
        while block := source.read(_BLOCK):
            checksum.update(block)
            size += len(block)
            step(len(block))
    if size != backup.size or checksum.hexdigest() != expected:
        raise StoreError(
            f"The backup {file} is damaged ({size:,} of {backup.size:,} bytes, checksum "
            f"{'right' if checksum.hexdigest() == expected else 'wrong'}); the store was left as it is. Use "
            "another backup."
        )
    if backup.schema > newest_version():
        raise StoreError(
            f"The backup {file} is of version {backup.schema}, this Wirewatch knows {newest_version()}: it was made by "
            "a newer release. Install that release, then restore."
        )
    return backup


def restore(target: Path | SqlStore, file: Path, now: datetime, step: _Step = lambda size: None) -> Backup:
    """Makes the store what it was when `file` was made. A path: the SQLite store there, sound or not.

    Raises StoreError (StoreBusy while a worker runs); then the store is as it was.
    """
    backup = read_backup(file, step)
    path = target if isinstance(target, Path) else None
    with _file_errors(path or file):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(path, file) as folder:
            fresh = Path(folder, "store.db")
            make_private(fresh, like=path)
            with file.open("rb") as source, fresh.open("wb") as out:
                source.seek(BACKUP_HEADER)
                shutil.copyfileobj(source, out, _BLOCK)
            with closing(SqliteStore(fresh)) as store:
                store.migrate()
                store.database.check_whole()
                if isinstance(target, SqlStore):
                    _into_server(store, target, backup.at, now)
                    return backup
                unsettle(store, backup.at)
            with _file_lease(target):
                _put_in_place(fresh, target)
    return backup


def _scratch(target: Path | None, file: Path) -> tempfile.TemporaryDirectory[str]:
    """Where the store in `file` lies for a while: beside the store that it replaces; for a server in the system's
    folder for such things, or beside `file` where that cannot be written."""
    try:
        return tempfile.TemporaryDirectory(dir=target.parent if target else None, prefix=".restore.")
    except OSError:
        if target is not None:
            raise
        return tempfile.TemporaryDirectory(dir=file.parent, prefix=".restore.")


def _into_server(source: SqlStore, target: SqlStore, since: datetime, now: datetime) -> None:
    target.migrate()
    if not target.claim_lease("store restore", now, timedelta(seconds=60)):
        raise StoreBusy(_running(target.place, target.lease_holder()))
    try:
        replace_store(source, target, since)
    finally:
        target.release_lease()


def _put_in_place(fresh: Path, path: Path) -> None:
    """The new file under the store's name, in one step; the old one, if any, under another."""
    log, shared = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    if path.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=2)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the old file is whole without its log
        previous = path.with_name(path.name + ".before-restore")
        previous.unlink(missing_ok=True)
        try:
            os.link(path, previous)
        except OSError:
            shutil.copy2(path, previous)
    log.unlink(missing_ok=True)
    shared.unlink(missing_ok=True)
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    aside = aside_of(path)
    fresh.replace(path)
    aside.unlink(missing_ok=True)  # not before: until then nobody has said what is to hold
    _sync_folder(path.parent)


@contextmanager
def _file_lease(path: Path) -> Iterator[None]:
    """The lease of the SQLite store at `path`, without opening what may be damaged there."""
    with path.with_suffix(".lock").open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise StoreBusy(_running(str(path), lock.read().decode("utf-8", "replace").strip())) from None
        yield


def _running(place: str, holder: str | None) -> str:
    return (
        f"A worker ({holder or 'unknown'}) is running on the store {place}; it was left as it is. Stop the worker, "
        "then restore."
    )


def _header(backup: Backup, checksum: str) -> bytes:
    fields = {
        "format": _FORMAT,
        "at": instant_text(backup.at),
        "schema": backup.schema,
        "size": backup.size,
        "sha256": checksum,
    }
    return json.dumps(fields).encode().ljust(BACKUP_HEADER - 1) + b"\n"


def _read_header(source: BinaryIO, file: Path) -> tuple[Backup, str]:
    try:
        fields = json.loads(source.read(BACKUP_HEADER))
        if fields["format"] != _FORMAT:
            raise ValueError
        backup = Backup(at=datetime.fromisoformat(fields["at"]), schema=int(fields["schema"]), size=int(fields["size"]))
        return backup, str(fields["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreError(
            f"{file} is no backup of Wirewatch's (or its beginning is damaged, or it is compressed); the store was "
            "left as it is. Backups are made with: wirewatch store backup FILE."
        ) from None


def _is_backup(file: Path) -> bool:
    try:
        with file.open("rb") as source:
            _read_header(source, file)
    except (StoreError, OSError):
        return False
    return True


def _refuse_pipe(file: Path) -> None:
    """It is read twice; one that nobody writes to was waited for without an end. Raises: StoreError."""
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise StoreError(f"{file} is a pipe or a device: a backup is a file. Name a file; nothing was changed.")


def _sync_folder(folder: Path) -> None:
    """A new name is on disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _file_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Written beside it first: of the file that does not get there a person has never heard.
        of_ours = error.filename is None or Path(error.filename).name.startswith(f".{file.name}.")
        raise StoreError(
            f"{file if of_ours else error.filename} cannot be read or written: {error.strerror or error}. "
            "Nothing was changed."
        ) from error
