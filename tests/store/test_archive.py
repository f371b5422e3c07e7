"""A store opened to be read: nothing in it changes, and what is no store of today says so."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import SqliteStore, open_archive
from tests.builders import batch, new_entry

_KILLED = """
import os, sys
from pathlib import Path
from bot.store import SqliteStore
from tests.builders import batch, new_entry
store = SqliteStore(Path(sys.argv[1]))
store.migrate()
store.record_ingest(batch(new_entry(2)))
os._exit(9)
"""


def contents(folder: Path) -> dict[str, str]:
    """What lies in a folder, but for the index of the write-ahead log, which every reader writes to."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if not path.name.endswith("-shm")
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "wirewatch.db"
    store = SqliteStore(path)
    store.migrate()
    store.record_ingest(batch(new_entry(1)))
    store.close()
    return path


def read(path: Path) -> list[int]:
    store = open_archive(path)
    assert store is not None
    with store.snapshot():
        ids = [int(entry) for entry in store.archived_ids(None, None)]
    store.close()
    return ids


def test_reading_leaves_every_file_as_it_is(path: Path) -> None:
    before = contents(path.parent)
    assert read(path) == [1]
    assert contents(path.parent) == before
    assert list(path.parent.iterdir()) == [path]


def test_reading_leaves_alone_what_a_killed_worker_left(path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, env={**os.environ, "PYTHONPATH": "."})
    before = contents(path.parent)
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    assert read(path) == [1, 2]
    assert contents(path.parent) == before


def test_a_reader_can_write_nothing(path: Path) -> None:
    store = open_archive(path)
    assert store is not None
    with pytest.raises(StoreError, match="cannot be opened for writing"):
        store.record_ingest(batch(new_entry(9)))
    store.close()


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    assert open_archive(tmp_path / "none" / "wirewatch.db") is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    assert open_archive(tmp_path / "empty.db") is None


def test_an_older_store_is_not_migrated(path: Path) -> None:
    store = SqliteStore(path)
    store.database.run("PRAGMA user_version = 2")
    store.close()
    before = contents(path.parent)
    with pytest.raises(StoreError, match="store migrate"):
        open_archive(path)
    assert contents(path.parent) == before
