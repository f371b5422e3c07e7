"""A chunked body as servers frame it → as aiohttp's parser takes it.

The law: what the chunks hold stays as it is. Lines may end in a line feed alone, sizes may bear spaces, `0x` or an
extension, and a line's end may be missing behind a chunk; a body that was announced as chunked and is none comes
through as it is, its end untold. What follows the last chunk is dropped. What else is wrong is the parser's to say.
"""

from __future__ import annotations

import re

_SIZE = re.compile(rb"[ \t]*(?:0[xX])?([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?\n")
_BEGINNING = re.compile(rb"[ \t\r\n]*(?:[0-9a-fA-F]|\Z)")
"""What a size, or what has come of it, begins like; no XML, JSON or gzip does."""
_MAX_LINE = 4_096
"""Bytes of a chunk's first line, its extensions included."""
_MAX_EMPTY = 100
"""Empty lines in a row: nothing counts them, and each takes the time of a line."""


class ChunkLines:
    """One body. `is_over`: its last chunk has come; `has_rest`: something stands behind it, or may come."""

    def __init__(self) -> None:
        self.is_over = self.has_rest = False
        self._line = b""
        """What has come of a line."""
        self._left = 0
        """Bytes that the chunk still has."""
        self._empty = 0
        """Empty lines that came last."""
        self._is_first = self._is_chunked = True
        self._is_last = False

    def framed(self, data: bytes) -> bytes:
        """What came, its lines as they should be."""
        if not self._is_chunked:
            return _chunk(data)
        pieces: list[bytes] = []
        at = 0
        while at < len(data) and not self.is_over:
            if self._left:
                piece = data[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                pieces.append(piece if self._left else piece + b"\r\n")
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            self._line += data[at:end]
            at = end
            if self._is_first and _BEGINNING.match(self._line) is None:
                self._is_chunked = False
                return b"".join((*pieces, _chunk(self._line + data[at:])))
            if self._line.endswith(b"\n"):
                line, self._line = self._line, b""
                pieces.append(self._read(line))
            elif len(self._line) > _MAX_LINE:
                line, self._line = self._line, b""
                pieces.append(line)
        self.has_rest = at < len(data)
        if self._is_last and not self.is_over:  # some servers leave the last line out, and the connection open
            self.is_over = self.has_rest = True
            pieces.append(b"0\r\n\r\n")
        return b"".join(pieces)

    def _read(self, line: bytes) -> bytes:
        """A line that is whole: an empty one behind a chunk, a size, or one behind the last chunk."""
        is_empty = not line.strip()
        if self._is_last:
            self.is_over = is_empty
            return b"0\r\n\r\n" if is_empty else b""
        self._empty = self._empty + 1 if is_empty else 0
        if is_empty:
            return b"" if self._empty <= _MAX_EMPTY else line
        size = _SIZE.fullmatch(line)
        if size is None:
            return line
        self._is_first = False
        self._left = int(size[1], 16)
        self._is_last = not self._left
        return b"" if self._is_last else b"%x\r\n" % self._left


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
