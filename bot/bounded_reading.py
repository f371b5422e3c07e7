"""A file or a pipe → what it holds; never more than it may be, never waited for without an end.

The law: whatever stands in a file's place (a pipe that nobody writes to, a device without an end) costs one message.
A pipe that somebody writes to (`<(curl …)`) is read like a file.
"""

from __future__ import annotations

import errno
import os
import select
import stat
from pathlib import Path
from time import monotonic

_NOBODY = 5.0
"""Seconds in which somebody must have opened a pipe to write to it."""
_IN_ALL = 60.0
"""Seconds for whoever writes to a pipe to come to an end: a download may take its time."""
_BLOCK = 65_536
"""Bytes read at once: what a pipe holds on Linux."""


def read_bounded(path: Path, most: int, *, nobody: float = _NOBODY, in_all: float = _IN_ALL) -> bytes:
    """What `path` holds; of more than `most` bytes, one more than that. Raises: OSError."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(number, "rb") as file:
        if stat.S_ISFIFO(os.fstat(number).st_mode):
            return _read_pipe(number, most, nobody, monotonic() + in_all)
        os.set_blocking(number, True)
        return file.read(most + 1)


def _read_pipe(number: int, most: int, nobody: float, end: float) -> bytes:
    waiting = select.poll()
    waiting.register(number, select.POLLIN)
    data = bytearray()
    while len(data) <= most:
        is_ready = waiting.poll(nobody * 1000)
        try:
            block = os.read(number, _BLOCK)
        except BlockingIOError:
            block = None  # somebody has it open, and is silent
        if block:
            data += block
        elif block is not None and is_ready:
            break
        elif block is not None:
            raise OSError(errno.EPIPE, "it is a pipe that nobody writes to")
        if monotonic() > end:
            raise OSError(errno.EPIPE, "it is a pipe whose writer does not come to an end")
    return bytes(data[: most + 1])
