"""Why a folder cannot be written: SQLite says "disk I/O error" of a quota, a failed disk and one that is read-only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_error(folder: Path) -> int | None:
    """The system's number (errno) for why `folder` cannot be written now; None: it can. Tries, and leaves nothing."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(b"wirewatch")
            os.fsync(probe.fileno())
    except OSError as error:
        return error.errno
    return None
