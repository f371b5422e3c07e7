"""What is printed → a terminal, which would obey what stands in it.

The law: a terminal hears no control character that somebody else wrote (a publisher's page, a rules file of a pull
request, a story line), whatever command prints it: it would rewrite what stands above, or type for its reader. They are
written out (`\\u001b`), in JSON with the same value. A pipe gets every byte as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import TextIO

import click

from bot.core.text.sanitize import visible

_OURS = re.compile(r"(\x1b\[(?:[01]|36)m|\r\x1b\[K|\r(?=\n))")
"""Headlines in bold, the demo's own words, how far a look-up is; and lines that end as on Windows: they rewrite
nothing."""


class TerminalStream(TextIOWrapper):
    """stdout or stderr where that is a terminal."""

    def write(self, text: str, /) -> int:
        """Writes `text`, of control characters only line feeds, tabs and our own."""
        super().write("".join(part if at % 2 else visible(part) for at, part in enumerate(_OURS.split(text))))
        return len(text)


def guarded(stream: TextIO) -> TextIO:
    """A standard stream as commands may write to it."""
    if not isinstance(stream, TextIOWrapper) or not stream.isatty():
        return stream
    return TerminalStream(stream.buffer, encoding=stream.encoding, errors=stream.errors, line_buffering=True)


class ProgressLine:
    """How far a long look-up is: one line on stderr, gone at the end; nothing where that is no terminal."""

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
