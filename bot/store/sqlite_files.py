"""A SQLite database's files: how it begins, and what lies beside it."""

from __future__ import annotations

import os
from pathlib import Path

MAGIC = b"SQLite format 3\0"
"""What a database file begins with (sqlite.org/fileformat2, 1.3)."""


def beside(path: Path, ending: str) -> Path:
    """What SQLite keeps beside the database `path` under its name and an ending: where `path` is a symlink, beside the
    file that it leads to."""
    file = Path(os.path.realpath(path)) if path.is_symlink() else path
    return file.with_name(file.name + ending)
