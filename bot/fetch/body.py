"""Streamed bytes → the decoded body, within its caps.

The law: what is held in memory never exceeds the caps, whatever a compression bomb would unfold to; a body that breaks
off is told from one that was too long.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

_STEP = 65_536
"""Bytes that one step of decompression may unfold to."""


_GZIP = b"\x1f\x8b\x08"
_NOT_COMPRESSED = frozenset(
    (
        "identity",
        "none",
        "binary",
        "8bit",
        "7bit",
        "utf-8",
        "utf8",
        "iso-8859-1",
        "us-ascii",
        "ascii",
        "plain",
        "text",
        "xml",
    )
)
"""What servers write into Content-Encoding that names no compression."""


class BodyFault(Exception):
    """The body cannot be read; the message says why, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A decoded body. `whole` False: it was cut at a cap; `size`: bytes on the wire."""

    data: bytes
    whole: bool
    size: int


async def read_body(chunks: AsyncIterator[bytes], encoding: str, *, max_bytes: int, max_wire: int) -> Body:
    """Reads a body up to `max_bytes` decoded, and `max_wire` on the wire where it is compressed. Raises: BodyFault."""
    decoder = _decoder(encoding)
    data = bytearray()
    size = 0
    async for chunk in chunks:
        if decoder is None and not size and chunk.startswith(_GZIP):
            decoder = _Inflate("gzip")  # said by nobody: a file that lies compressed on a server of plain files
        size += len(chunk)
        if decoder is None:
            data += chunk
        else:
            decoder.feed(chunk, data, max_bytes)
        if len(data) > max_bytes or (decoder is not None and size > max_wire):
            del data[max_bytes:]
            return Body(data=bytes(data), whole=False, size=size)
    if decoder is not None and size:
        decoder.finish()
    return Body(data=bytes(data), whole=True, size=size)


def _decoder(encoding: str) -> _Inflate | None:
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name not in _NOT_COMPRESSED]
    if not names:
        return None
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise BodyFault(f"the answer is encoded as {', '.join(names)[:60]}, which was not asked for")
    return _Inflate(names[0])


class _Inflate:
    """gzip (several members, as RFC 1952 allows) and deflate (with or without zlib's wrapping: servers do both)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_gzip = name != "deflate"
        self._inflate = zlib.decompressobj(31 if self._is_gzip else 15)
        self._started = False
        self._members = 0

    def feed(self, chunk: bytes, into: bytearray, max_bytes: int) -> None:
        """Unfolds `chunk` into `into`, which never grows past `max_bytes` by more than a step. Raises: BodyFault."""
        while chunk and len(into) <= max_bytes:
            if self._inflate.eof:
                if not self._is_gzip or not chunk.startswith(b"\x1f"):
                    return  # padding after the end
                self._inflate = zlib.decompressobj(31)
            try:
                into += self._inflate.decompress(chunk, _STEP)
            except zlib.error as error:
                if self._members and self._is_gzip:
                    return  # rubbish after a whole member
                if self._is_gzip or self._started:
                    raise BodyFault(f"the answer says it is {self._name}, and it is not ({error})") from None
                self._inflate = zlib.decompressobj(-15)
                self._started = True
                continue
            self._started = True
            if self._inflate.eof:
                self._members += 1
                chunk = self._inflate.unused_data
            else:
                chunk = self._inflate.unconsumed_tail

    def finish(self) -> None:
        """Raises: BodyFault when the stream has no end."""
        if not self._inflate.eof and not self._members:
            raise BodyFault(f"the answer is cut off: its {self._name} has no end")
        if not self._inflate.eof:
            raise BodyFault(f"the answer is cut off in the middle of a {self._name} member")
