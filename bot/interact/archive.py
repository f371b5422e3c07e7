"""The store once more, to read from beside the worker: what people ask may take long, and the worker goes on.

The law: however many ask at once, a process stays below its eight connections. Twenty people who opened the home tab
were twenty more: a small rented server has as many for everybody.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.ports import Store, Workplace

_AT_ONCE = 2
"""Questions: a long backtest must not keep `/watch status` waiting."""


class Archive:
    """Asked in threads: whoever finds no place waits for one."""

    def __init__(self, place: Workplace) -> None:
        self._open = place.archive
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    @contextmanager
    def reading(self) -> Iterator[Store | None]:
        """None: there is nothing to read from. Raises StoreError."""
        with self._places:
            archive = self._open()
            if archive is None:
                yield None
                return
            with closing(archive):
                yield archive
