"""A SQLite database's files: how it begins, and what lies beside it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

MAGIC = b"SQLite format 3\0"
"""What a database file begins with (sqlite.org/fileformat2, 1.3)."""
_RIGHTS = 0o640
"""Read and written by its owner, read by the group: a database holds people's questions and answers."""


def make_private(path: Path, like: Path | None = None) -> None:
    """An empty file where there is none, which only its owner and group can read: a store knows the whole addresses of
    feeds, keys included. `like`: a file whose rights it gets, where there is one (its owner's to write always: we do).
    What fails SQLite will say."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _RIGHTS))
        if like is not None and like.exists():
            path.chmod(like.stat().st_mode & 0o777 | stat.S_IWUSR | stat.S_IRUSR)


def beside(path: Path, ending: str) -> Path:
    """What SQLite keeps beside the database `path` under its name and an ending: where `path` is a symlink, beside the
    file that it leads to."""
    file = Path(os.path.realpath(path)) if path.is_symlink() else path
    return file.with_name(file.name + ending)
