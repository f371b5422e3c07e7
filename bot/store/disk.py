"""Why a folder cannot be written: SQLite says "disk I/O error" of a quota, a failed disk and one that is read-only."""

from __future__ import annotations

import errno
import os
import resource
import tempfile
from pathlib import Path

_LARGEST_PAGE = 65_536
"""Bytes that SQLite adds to a file at once, at most."""


def write_error(folder: Path) -> int | None:
    """The system's number (errno) for why `folder` cannot be written now; None: it can. Tries, and leaves nothing."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(b"wirewatch")
            os.fsync(probe.fileno())
        return errno.EFBIG if _is_a_file_as_large_as_it_may_be(folder) else None
    except OSError as error:
        return error.errno


def _is_a_file_as_large_as_it_may_be(folder: Path) -> bool:
    """What is tried is small: it says nothing of a limit of size (`ulimit -f`), which was told as a failing disk."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if limit == resource.RLIM_INFINITY:
        return False
    return any(file.stat().st_size + _LARGEST_PAGE > limit for file in folder.iterdir())
