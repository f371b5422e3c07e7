"""Who may read what a store and its backups hold: the whole addresses of feeds, keys included, and hubs' secrets."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot.store.backups import back_up, restore
from bot.store.sqlite import SqliteStore
from tests.builders import NOW


def rights(file: Path) -> int:
    return file.stat().st_mode & 0o777


def store_at(path: Path) -> SqliteStore:
    store = SqliteStore(path)
    store.migrate()
    return store


def test_a_new_store_and_its_backup_are_not_for_others(tmp_path: Path) -> None:
    path, file = tmp_path / "state" / "wirewatch.db", tmp_path / "news.backup"
    with closing(store_at(path)) as store:
        for name in path.parent.glob("wirewatch.db*"):
            assert rights(name) & 0o007 == 0, name
        back_up(store, file, NOW)
    assert rights(file) & 0o007 == 0
    restore(path, file, NOW)
    assert rights(path) & 0o007 == 0


def test_rights_that_somebody_gave_stay(tmp_path: Path) -> None:
    """A group that runs Wirewatch under random user ids, a job that carries backups away."""
    path, file = tmp_path / "wirewatch.db", tmp_path / "news.backup"
    with closing(store_at(path)) as store:
        path.chmod(0o664)
        back_up(store, file, NOW)
        file.chmod(0o604)
        back_up(store, file, NOW)
    assert rights(file) == 0o604
    restore(path, file, NOW)
    assert rights(path) == 0o664


def test_what_is_only_to_be_read_is_written_anew(tmp_path: Path) -> None:
    """A backup that somebody protects (chmod 400) took no second one, and no store came over one of that kind."""
    path, file = tmp_path / "wirewatch.db", tmp_path / "news.backup"
    with closing(store_at(path)) as store:
        back_up(store, file, NOW)
        file.chmod(0o440)
        back_up(store, file, NOW)
    path.chmod(0o400)
    restore(path, file, NOW)
    assert (rights(file), rights(path)) == (0o640, 0o600)


def test_an_empty_file_gets_no_other_rights(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    path.touch()
    before = rights(path)
    store_at(path).close()
    assert rights(path) == before
