"""Log lines → a file descriptor that nobody may be reading.

The law: a log line is never worth waiting or dying for. A line is written while the reader keeps up; behind a full pipe
(or a stopped terminal) lines wait in memory up to a bound, then they are dropped, and the first line that goes through
afterwards is preceded by one that says how many.
"""

from __future__ import annotations

import json
import os
import select
import threading
from collections import deque
from contextlib import suppress
from typing import TextIO

_CHUNK = select.PIPE_BUF
"""Bytes that a pipe takes without waiting once it says that it is ready (POSIX: 512 at least)."""
_MAX_WAITING = 1_000_000
"""Bytes of lines that wait for a slow reader: a burst of some thousand lines."""


class LogStream:
    """What structlog prints to: whole lines, from any thread. `flush` writes what waits, if the reader lets it."""

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        self._stream = stream
        self._as_json = as_json
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._dropped = 0
        self._descriptor: int | None = None
        self._reader = select.poll()
        with suppress(OSError, ValueError, AttributeError):  # a text buffer of a test has none
            self._descriptor = stream.fileno()
            self._reader.register(self._descriptor, select.POLLOUT)

    def write_note(self, text: str) -> None:
        """A line for a person among the log lines, as one of them: a program that reads JSON reads all of it."""
        line = (
            json.dumps({"event": "note", "level": "info", "text": text}, ensure_ascii=False) if self._as_json else text
        )
        self.write(f"{line}\n")

    def write(self, text: str) -> int:
        """Takes one line, or drops it."""
        data = text.encode("utf-8", "replace")
        if self._descriptor is None:
            with suppress(OSError, ValueError):
                self._stream.write(data.decode("utf-8"))
            return len(text)
        with self._lock:
            self._write_waiting()
            if self._size + len(data) > _MAX_WAITING:
                self._dropped += 1
            else:
                if self._dropped:
                    self._append(self._dropped_line())
                    self._dropped = 0
                self._append(data)
                self._write_waiting()
        return len(text)

    def flush(self, seconds: float = 0.0) -> None:
        """Writes what waits; for a reader that is slow, up to so many seconds."""
        with self._lock:
            if self._dropped and not self._waiting:
                self._append(self._dropped_line())
                self._dropped = 0
            self._write_waiting(seconds)

    def _append(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)

    def _write_waiting(self, seconds: float = 0.0) -> None:
        while self._waiting and self._is_ready(seconds):
            line = self._waiting.popleft()
            try:
                written = os.write(self._descriptor or 0, line[:_CHUNK])
            except OSError:  # the reader is gone, or the disk is full
                written = len(line)
            self._size -= written
            if written < len(line):
                self._waiting.appendleft(line[written:])

    def _is_ready(self, seconds: float) -> bool:
        return bool(self._reader.poll(seconds * 1000))

    def _dropped_line(self) -> bytes:
        if self._as_json:
            line = json.dumps({"event": "log_lines_dropped", "level": "warning", "count": self._dropped})
        else:
            line = f"         [warning  ] log_lines_dropped  count={self._dropped}"
        return f"{line}\n".encode()
