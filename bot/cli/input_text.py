"""A file that people hand to a command → its bytes; bytes → text.

The law: what is no UTF-8 is told of, with its place, and read all the same: a headline with a stray byte is news.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.bounded_reading import read_bounded
from bot.errors import UsageError

_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x1f\x8b", "compressed (gzip)"))


def read_input(name: str, most: int) -> bytes:
    """What the file `name` holds (`-`: stdin); of more than `most` bytes, one more than that. Raises: UsageError."""
    try:
        return sys.stdin.buffer.read(most + 1) if name == "-" else read_bounded(Path(name), most)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}.") from None


def decode_input(data: bytes, name: str, number: int = 1) -> str:
    """The text of `data`, which begins in line `number` of `name`; without a byte order mark.

    Raises: UsageError for what is another encoding from its first bytes on.
    """
    wrong = next((what for mark, what in _BOMS if data.startswith(mark)), None) if number == 1 else None
    if wrong is not None:
        raise UsageError(f"{name} is {wrong}; UTF-8 is read here: convert it, or save it as that.")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = number + data.count(b"\n", 0, error.start)
        byte = data[error.start]
        click.echo(
            f"{name}:{line}: no UTF-8: byte 0x{byte:02X} stands there, and � is read in its place; "
            "convert the text (iconv -f latin1 -t utf-8)",
            err=True,
        )
        return data.decode("utf-8", "replace").removeprefix("\ufeff")
