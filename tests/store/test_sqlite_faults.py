"""What can go wrong with a file: each time a clear word, and the file as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from bot.errors import StoreBusy, StoreError
from bot.store import SqliteStore
from tests.builders import NOW, batch, new_entry


def make(path: Path, entries: int = 0) -> None:
    store = SqliteStore(path)
    store.migrate()
    store.record_ingest(batch(*(new_entry(number, body="text " * 200) for number in range(1, entries + 1))))
    store.close()


def migrate(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.migrate()
        store.database.check_whole()


def test_many_open_a_new_state_at_the_same_moment(tmp_path: Path) -> None:
    at_once = 8
    for number in range(40):
        together = threading.Barrier(at_once)

        def open_it(path: Path = tmp_path / f"{number}.db", together: threading.Barrier = together) -> None:
            together.wait()
            with closing(SqliteStore(path)) as store:
                store.migrate()
                store.save_facts({"seen": "1"})

        with ThreadPoolExecutor(at_once) as threads:
            for opening in [threads.submit(open_it) for _ in range(at_once)]:
                opening.result()
        with closing(SqliteStore(tmp_path / f"{number}.db")) as store:
            assert store.get_fact("seen") == "1"


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "content",
    [b"just a text file\n" * 200, b"SQLite format 3\0", b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 5000, b"x"],
    ids=["text", "header only", "zeros", "garbage", "one byte"],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wirewatch.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="left as it is"):
        migrate(path)
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["wirewatch.db"]


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    foreign(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="no Wirewatch store"):
        migrate(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    path.touch()
    make(path)
    assert path.stat().st_size > 0


def test_a_newer_store_is_not_touched_at_all(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    make(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="version 99"):
        migrate(path)
    assert path.read_bytes() == before
    assert not path.with_name("wirewatch.db-wal").exists()


@pytest.mark.parametrize("damage", ["middle", "cut"])
def test_a_damaged_file(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "wirewatch.db"
    make(path, 300)
    data = bytearray(path.read_bytes())
    if damage == "middle":
        data[4096:] = os.urandom(len(data) - 4096)
    else:
        del data[len(data) // 2 :]
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged.*store restore"):
        migrate(path)


def test_a_store_that_another_program_has_locked(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    make(path)
    browser = sqlite3.connect(path, isolation_level=None)
    browser.execute("BEGIN IMMEDIATE")
    store = SqliteStore(path)
    store.database.run("PRAGMA busy_timeout = 50")  # ten seconds in earnest
    store.migrate()
    with pytest.raises(StoreBusy, match="locked by another program"):
        store.save_facts({"a": "1"})
    browser.execute("ROLLBACK")
    store.save_facts({"a": "1"})
    browser.close()
    store.close()


@pytest.mark.parametrize("blocked", ["file", "folder"])
def test_a_state_folder_that_cannot_be(tmp_path: Path, blocked: str) -> None:
    if blocked == "file":
        (tmp_path / "state").write_text("a file where a folder should be")
        path = tmp_path / "state" / "wirewatch.db"
    else:
        path = tmp_path / "state"
        path.mkdir()
    with pytest.raises(StoreError, match="STATE_DIR"):
        migrate(path)


NOBODY = 65534


@contextmanager
def read_only(mode: int, entries: int | None) -> Iterator[Path]:
    """A state folder of that mode, with a store of some entries in it (None: without), for a user who is not root."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name, "state")
        folder.mkdir()
        if entries is not None:
            make(folder / "wirewatch.db", entries)
        folder.chmod(mode)
        stack.callback(folder.chmod, 0o700)
        if os.geteuid() == 0:  # root may write everywhere
            Path(name).chmod(0o755)
            os.seteuid(NOBODY)
            stack.callback(os.seteuid, 0)
        yield folder / "wirewatch.db"


@pytest.mark.parametrize("entries", [None, 3])
@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_without_the_right_to_write(mode: int, entries: int | None) -> None:
    with read_only(mode, entries) as path, pytest.raises(StoreError, match=r"state.* cannot .*right to write there"):
        migrate(path)


def test_sqlite_needs_no_folder_for_temporary_files(tmp_path: Path) -> None:
    make(tmp_path / "wirewatch.db", 3)
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:  # as readers open it: never migrated
        in_memory = 2
        assert store.database.query("PRAGMA temp_store") == [(in_memory,)]


FULL = """
import resource, signal, sys
from pathlib import Path
from bot.errors import StoreError
from bot.store import SqliteStore
from tests.builders import batch, new_entry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = SqliteStore(Path(sys.argv[1]))
store.migrate()
store.record_ingest(batch(new_entry(1)))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
number = 1
try:
    while True:
        store.record_ingest(batch(*(new_entry(number + step, body="x" * 2000) for step in range(1, 11))))
        number += 10
except StoreError as error:
    print(number, error)
    assert store.next_entry_id() == number + 1, "half a batch was kept"
"""


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    kept, words = done.stdout.split(" ", 1)
    assert "full" in words
    assert int(kept) > 1
    store = SqliteStore(path)
    store.migrate()
    store.database.check_whole()
    assert store.counts().entries == int(kept)
    store.record_ingest(batch(new_entry(int(kept) + 1)))
    store.close()


HOLD = """
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from bot.store import SqliteStore
from tests.builders import NOW, batch, new_entry
store = SqliteStore(Path(sys.argv[1]))
store.migrate()
assert store.claim_lease("first", NOW, timedelta(seconds=45))
store.record_ingest(batch(new_entry(1)))
print("held", flush=True)
with store.database.transaction():
    store.save_facts({"half": "1"})
    sys.stdin.read()
"""


def test_a_killed_worker_leaves_neither_lease_nor_half_a_transaction(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    worker = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "held\n"
    store = SqliteStore(path)
    store.migrate()
    assert store.lease_holder() == "first"
    assert not store.claim_lease("second", NOW, NOW - NOW)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert store.claim_lease("second", NOW, NOW - NOW)
    assert store.get_fact("half") is None
    assert store.counts().entries == 1
    store.close()
