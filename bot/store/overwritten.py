"""A database file that somebody writes over in place (`cp backup wirewatch.db`) under a process that has it open.

Its name and inode stay, so SQLite goes on: it mixes the pages that it remembers, and those in its write-ahead log, with
those of the other file. The law: what was copied there is left as it is, the log is put aside, and nothing begins until
a person has said which of the two is to hold.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.errors import StoreError
from bot.store.sqlite_files import MAGIC, beside

_HEADER = struct.Struct(">24x I I 36x I 28x")
"""Of a database file's first 100 bytes: change counter, pages, application_id (sqlite.org/fileformat2, 1.3)."""
_ASIDE = "-wal.overwritten"


class FileWatch:
    """Notices that the file is another one.

    Within one file the change counter never falls, nor, while it stays, the number of pages: an older copy has less of
    either. Nor has the file more pages than SQLite knows of, with its log: a copy of a larger one has.

    It holds the file open as long as the store does: to close any descriptor of a file ends all locks that this process
    has on it (sqlite.org/howtocorrupt, 2.2).
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        self._written_ns = -1
        self._version: tuple[int, int, int] | None = None

    def is_overwritten(self, count_pages: Callable[[], int]) -> bool:
        """Costs a look at the time of the last write, and a read of the header where that changed. Raises OSError.

        `count_pages`: how many SQLite knows of.
        """
        written_ns = os.fstat(self._file).st_mtime_ns
        if written_ns == self._written_ns:
            return False
        version = _version_of(os.pread(self._file, _HEADER.size, 0))
        before = self._version
        # The header was read first: pages that come meanwhile are no surprise.
        if (
            before is not None
            and version != before
            and (version is None or version < before or version[2] > count_pages())
        ):
            return True
        self._written_ns, self._version = written_ns, version
        return False

    def close(self) -> None:
        """After SQLite has closed it."""
        os.close(self._file)


def _version_of(head: bytes) -> tuple[int, int, int] | None:
    """application_id, change counter, pages; None: no database."""
    if len(head) < _HEADER.size or not head.startswith(MAGIC):
        return None
    counter, pages, application = _HEADER.unpack(head)
    return application, counter, pages


def put_log_aside(path: Path) -> str:
    """So that nobody mixes the log of the former database into the new one. Returns what happened and what to do."""
    with suppress(OSError):
        if not aside_of(path).exists():
            beside(path, "-wal").rename(aside_of(path))
    return f"{path} was written over in place while a worker had it open. {_choice(path)}"


def refuse_overwritten(path: Path) -> None:
    """Raises StoreError as long as nobody has said what is to hold."""
    if aside_of(path).exists():
        raise StoreError(
            f"{path} was written over in place while a worker had it open: nothing was begun. {_choice(path)}"
        )


def aside_of(path: Path) -> Path:
    """Where the log of the former database lies then."""
    return beside(path, _ASIDE)


def _choice(path: Path) -> str:
    return (
        f"Its log is put aside as {aside_of(path).name}. Restore a backup (wirewatch store restore FILE: nothing is "
        f"posted twice then); or remove {aside_of(path).name} to go on with what {path.name} is now: what was posted "
        "since that was copied may be posted again."
    )
