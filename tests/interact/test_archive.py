"""What people ask is read beside the worker, however many they are, over few connections."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.interact.archive import Archive
from bot.ports import Store
from bot.store import open_archive
from tests.interact.conftest import Newsroom


def test_a_process_holds_few_connections(room: Newsroom) -> None:
    """Twenty who open the home tab: each was one more, beside the worker's own, of the eight that there may be."""
    lock, pair = threading.Lock(), threading.Barrier(2)
    are_open: list[int] = []
    most: list[int] = []

    def opened() -> Store | None:
        with lock:
            are_open.append(1)
            most.append(len(are_open))
        return open_archive(room.path)

    archive = Archive(replace(room.place(), archive=opened))

    def ask(_: int) -> int:
        with archive.reading() as store:
            assert store is not None
            pair.wait(timeout=60)
            entries = store.counts().entries
            with lock:
                are_open.pop()
        return entries

    with ThreadPoolExecutor(12) as people:
        assert list(people.map(ask, range(12))) == [0] * 12
    assert max(most) == 2


def test_a_store_that_is_not_there_gives_its_place_back(room: Newsroom) -> None:
    archive = Archive(replace(room.place(), archive=lambda: None))
    for _ in range(5):
        with archive.reading() as store:
            assert store is None
