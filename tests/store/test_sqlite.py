"""The store on SQLite keeps the contract; and what only a file can do wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import SqliteStore, SqlStore
from tests.builders import NOW, feed_state
from tests.store.contract import StoreContract
from tests.store.handles import Reopen, handles


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Reopen]:
    yield from handles(lambda: SqliteStore(tmp_path / "state" / "wirewatch.db"))


@pytest.fixture
def store(reopen: Reopen) -> SqlStore:
    return reopen()


class TestSqlite(StoreContract):
    def test_claims_of_a_worker_that_died_end_when_the_next_one_starts(self, store: SqlStore) -> None:
        store.add_feeds([feed_state("a")])
        store.claim_feeds([feed_state("a").feed], NOW, NOW.replace(year=2030), 9)
        store.release_feeds()
        assert len(store.claim_feeds([feed_state("a").feed], NOW, NOW, 9)) == 1
