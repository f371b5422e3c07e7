"""The store's files go away or become others under a process that has them open: two never take themselves for the one
writer, and nobody writes on into a file that nobody will find."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import LeaseLost, StoreError
from bot.store import SqliteStore
from bot.store.backups import back_up, restore
from bot.store.overwritten import aside_of
from tests.builders import NOW, batch, new_entry

TTL = timedelta(seconds=45)


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The store's; `linked`: a symlink to a file on another disk, where SQLite keeps its log."""
    path = tmp_path / "state" / "wirewatch.db"
    if getattr(request, "param", None) == "linked":
        (tmp_path / "disk").mkdir()
        path.parent.mkdir()
        path.symlink_to(tmp_path / "disk" / "real.db")
    return path


HERE_AND_LINKED = pytest.mark.parametrize("file", ["here", "linked"], indirect=True)


@pytest.fixture
def held(file: Path) -> Iterator[SqliteStore]:
    """A store whose lease is held, with something in it."""
    with closing(SqliteStore(file)) as store:
        store.migrate()
        assert store.claim_lease("one", NOW, TTL)
        store.save_facts({"told": "1"})
        yield store


def remove(file: Path) -> None:
    shutil.rmtree(file.parent)


def begin_anew(file: Path) -> None:
    remove(file)
    with closing(SqliteStore(file)) as store:
        store.migrate()


def put_a_copy_there(file: Path) -> None:
    copy = file.with_name("copy.db")
    with closing(SqliteStore(file)) as store:
        store.copy_file(copy)
    copy.replace(file)


@pytest.mark.parametrize("change", [remove, begin_anew, put_a_copy_there])
def test_nothing_more_is_written(held: SqliteStore, file: Path, change: object) -> None:
    assert callable(change)
    change(file)
    for _ in range(2):
        with pytest.raises(LeaseLost, match="removed or replaced while this process had it open"):
            held.save_facts({"told": "2"})


@HERE_AND_LINKED
@pytest.mark.parametrize("endings", [("-wal", "-shm"), ("-wal",), ("-shm",)], ids=" ".join)
def test_a_log_that_was_tidied_away_loses_nothing(held: SqliteStore, file: Path, endings: tuple[str, ...]) -> None:
    """All that was kept since the last checkpoint was in it: the next start posted the same again."""
    for ending in endings:
        real = file.resolve()
        real.with_name(real.name + ending).unlink()
    with pytest.raises(LeaseLost, match="removed or replaced while this process had it open"):
        held.save_facts({"told": "2"})
    held.close()
    with closing(SqliteStore(file)) as store:
        store.migrate()
        assert store.get_fact("told") == "1"
        store.database.check_whole()


@HERE_AND_LINKED
def test_a_log_whose_database_is_gone_begins_nothing(held: SqliteStore, file: Path) -> None:
    file.resolve().unlink()
    with pytest.raises(StoreError, match="is gone, but its log"):
        SqliteStore(file)


def test_a_log_that_another_has_begun_is_left_alone(held: SqliteStore, file: Path) -> None:
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink()
    before = file.read_bytes()
    file.with_name(file.name + "-wal").write_bytes(b"another's")
    with pytest.raises(LeaseLost):
        held.save_facts({"told": "2"})
    assert file.read_bytes() == before


def test_a_log_that_comes_and_goes_with_its_readers_is_no_loss(held: SqliteStore, file: Path) -> None:
    for number in range(3):
        with closing(SqliteStore(file)) as reader:
            assert reader.get_fact("told") is not None
        held.save_facts({"told": str(number)})


def test_a_lock_that_was_removed_as_a_stale_one_is_made_again(held: SqliteStore, file: Path) -> None:
    file.with_suffix(".lock").unlink()
    held.renew_lease(NOW, TTL)
    with closing(SqliteStore(file)) as other:
        assert other.lease_holder() == "one"
        assert not other.claim_lease("two", NOW, TTL)
    held.save_facts({"told": "2"})


def test_a_lock_that_another_made_meanwhile_is_his(held: SqliteStore, file: Path) -> None:
    file.with_suffix(".lock").unlink()
    with ExitStack() as stack:
        other = stack.enter_context(closing(SqliteStore(file)))
        assert other.claim_lease("two", NOW, TTL)
        with pytest.raises(LeaseLost, match="Another worker has taken the lease over"):
            held.renew_lease(NOW, TTL)
        with pytest.raises(LeaseLost):
            held.save_facts({"told": "2"})
        other.save_facts({"told": "3"})


def grow(store: SqliteStore, file: Path, entries: range) -> None:
    """News comes in, and another process writes the log back into the file, as `web` or Litestream may."""
    store.record_ingest(batch(*(new_entry(number, body="text " * 500) for number in entries)))
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.save_facts({"grown": str(entries)})


def by_cp(file: Path) -> bytes:
    return file.read_bytes()


def by_vacuum(file: Path) -> bytes:
    copy = file.with_name("vacuumed.db")
    with closing(sqlite3.connect(file)) as other:
        other.execute("VACUUM INTO ?", [str(copy)])
    return copy.read_bytes()


@HERE_AND_LINKED
@pytest.mark.parametrize("copied", [by_cp, by_vacuum, lambda _: b"no database " * 999], ids=["cp", "VACUUM", "rubbish"])
def test_a_file_that_is_written_over_in_place_is_noticed(held: SqliteStore, file: Path, copied: object) -> None:
    """SQLite mixed its log into what had been copied there."""
    assert callable(copied)
    grow(held, file, range(1, 20))
    backup = file.with_name("news.backup")
    back_up(held, backup, NOW)
    older = copied(file)
    desk = SqliteStore(file)
    desk.save_facts({"told": "1"})
    grow(held, file, range(20, 200))
    inode = file.stat().st_ino
    file.write_bytes(older)
    assert file.stat().st_ino == inode
    with pytest.raises(LeaseLost, match=r"written over in place .* store restore"):
        held.save_facts({"told": "2"})
    with pytest.raises(LeaseLost, match="written over in place"):
        desk.save_facts({"told": "3"})
    held.release_lease()
    for store in (desk, held):
        store.close()
    for _ in range(2):
        with pytest.raises(StoreError, match="nothing was begun"):
            SqliteStore(file)
    assert file.read_bytes() == older
    restore(file, backup, NOW)
    with closing(SqliteStore(file)) as store:
        assert store.migrate()
        assert store.counts().entries == len(range(1, 20))


def test_a_large_store_that_is_copied_over_a_new_one_is_noticed(held: SqliteStore, file: Path, tmp_path: Path) -> None:
    """A worker that was started on a wrong folder by mistake, and its old store copied to it while it ran."""
    with closing(SqliteStore(tmp_path / "old.db")) as old:
        old.migrate()
        old.record_ingest(batch(*(new_entry(number, body="text " * 500) for number in range(1, 100))))
    held.record_ingest(batch(new_entry(1)))
    file.write_bytes((tmp_path / "old.db").read_bytes())
    with pytest.raises(LeaseLost, match="written over in place"):
        held.save_facts({"told": "2"})
    assert aside_of(file).exists()
    shutil.copy(file, tmp_path / "read.db")  # for this process has the former one open
    with closing(SqliteStore(tmp_path / "read.db")) as store:
        store.migrate()
        store.database.check_whole()
        assert store.counts().entries == len(range(1, 100))


def test_what_is_no_overwriting_is_none(held: SqliteStore, file: Path) -> None:
    grow(held, file, range(1, 100))
    os.utime(file)
    held.save_facts({"told": "2"})
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("DELETE FROM entries")
        other.execute("VACUUM")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held.save_facts({"told": "3"})
    grow(held, file, range(100, 200))
    file.write_bytes(file.read_bytes())
    held.save_facts({"told": "4"})
