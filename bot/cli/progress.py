"""How far a long look-up is: one line on a terminal's stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click


class ProgressLine:
    """Written over as it goes on, and gone at the end; nothing where stderr is no terminal."""

    def __enter__(self) -> ProgressLine:
        self._is_shown = sys.stderr.isatty()
        self._is_written = False
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_written:
            click.echo("\r\x1b[K", err=True, nl=False)

    def show(self, what: str, done: int, total: int | None = None) -> None:
        """`total`: where it is known."""
        if self._is_shown:
            self._is_written = True
            click.echo(f"\r\x1b[K{what}: {done:,}" + (f" of {total:,}" if total else ""), err=True, nl=False)

    def counter(self, what: str) -> Callable[[int], None]:
        """To be called with how much more is done."""
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            self.show(what, done)

        return count
