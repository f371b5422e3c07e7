"""Streamed bytes → the decoded body, within its caps.

The law: what is held in memory never exceeds the caps, whatever a compression bomb would unfold to; a body that breaks
off is told from one that was too long.
"""

from __future__ import annotations

import codecs
import contextlib
import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

_STEP = 65_536
"""Bytes that one step of decompression may unfold to."""
_WRONG_SUMS = ("incorrect data check", "incorrect length check")
"""What zlib says of a stream that is whole, and whose checksum or length, behind it, is another's."""


_GZIP = b"\x1f\x8b\x08"
_ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_HEAD = 8
"""Bytes by which it is told how a body is compressed."""
_PRINTED = re.compile(rb"[\t\r\n\x20-\x7e]*")
_UTF_8, _UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_NOT_COMPRESSED = frozenset(
    ("identity", "none", "null", "false", "off", "no", "binary", "8bit", "7bit", "plain", "text", "xml", "aws-chunked")
)
"""What servers write into Content-Encoding that names no compression, besides character sets and media types."""


class BodyFault(Exception):
    """The body cannot be read; the message says why, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A decoded body. `whole` False: it was cut at a cap; `size`: bytes on the wire; `ended` False: what compresses it
    has no end, so that something may be missing."""

    data: bytes
    whole: bool
    size: int
    ended: bool = True


class Chunks:
    """A body as it comes in. `error`: the connection ended before the body did; what came is handed on all the same.

    Servers exist that say a wrong length with every answer, and never close the last chunk.
    """

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content
        self.error: aiohttp.ClientPayloadError | None = None

    async def until_broken(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._content.iter_any():
                yield chunk
        except aiohttp.ClientPayloadError as error:
            self.error = error


async def read_body(chunks: AsyncIterator[bytes], encoding: str, *, max_bytes: int, max_wire: int) -> Body:
    """Reads a body up to `max_bytes` decoded, and `max_wire` on the wire where it is compressed. Raises: BodyFault."""
    data = bytearray()
    size = 0
    decoder: _Inflate | None = None
    async for chunk in _after_head(chunks):
        if not size:
            decoder = _decoder(encoding, chunk)
        size += len(chunk)
        if decoder is None:
            data += chunk
        else:
            decoder.feed(chunk, data, max_bytes)
        if len(data) > max_bytes or (decoder is not None and size > max_wire):
            del data[max_bytes:]
            return Body(data=bytes(data), whole=False, size=size)
    ended = decoder is None or not size or decoder.has_ended()
    if not ended and not data:
        raise BodyFault("the answer is cut off: nothing of it can be unfolded")
    return Body(data=bytes(data), whole=True, size=size, ended=ended)


async def _after_head(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, the first of them long enough to be judged by."""
    head: bytes | None = b""
    async for chunk in chunks:
        if head is None:
            yield chunk
            continue
        head += chunk
        if len(head) >= _HEAD:
            yield head
            head = None
    if head:
        yield head


def _decoder(encoding: str, head: bytes) -> _Inflate | None:
    """What unfolds a body that begins with `head`: one that is plainly compressed is so, whatever the server says of
    it (files lie compressed on servers of plain files), and so is one that is plainly text. Raises: BodyFault.
    """
    names = [
        name
        for part in encoding.split(",")
        if (name := part.partition(";")[0].strip().lower()) and not _is_no_compression(name)
    ]
    if head.startswith(_GZIP):
        return _Inflate("gzip")
    if head.startswith(_ZLIB):
        return _Inflate("deflate")
    if not names or _is_text(head):  # it was to be compressed, and was not
        return None
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise BodyFault(f"the answer is encoded as {', '.join(names)[:60]}, which was not asked for")
    return _Inflate(names[0])


def _is_text(head: bytes) -> bool:
    """Whether a body is plainly a document: what is compressed begins with so many printed letters by no chance that
    need be thought of."""
    return _PRINTED.fullmatch(head.removeprefix(_UTF_8)) is not None or head.startswith(_UTF_16)


def _is_no_compression(name: str) -> bool:
    """`none`, `text/xml`, `utf-8`, `charset=utf-8`: a header that was filled in with something else."""
    if name in _NOT_COMPRESSED or "/" in name:
        return True
    try:
        return codecs.lookup(name.removeprefix("charset=").strip("\"' "))._is_text_encoding
    except (LookupError, ValueError):
        return False


class _Inflate:
    """gzip (several members, as RFC 1952 allows; one within the other, as where a file `.gz` is compressed again by its
    server) and deflate (with or without zlib's wrapping: servers do both).
    """

    def __init__(self, name: str, *, is_inner: bool = False) -> None:
        self._name = name
        self._is_gzip = name != "deflate"
        self._inflate = zlib.decompressobj(31 if self._is_gzip else 15)
        self._started = False
        self._members = 0
        self._inner: _Inflate | None = None
        self._is_inner_open = not is_inner
        """Whether what comes out may prove to be gzip itself: at its beginning, and once."""
        self._has_wrong_sum = False

    def feed(self, chunk: bytes, into: bytearray, max_bytes: int) -> None:
        """Unfolds `chunk` into `into`, which never grows past `max_bytes` by more than a step. Raises: BodyFault."""
        while chunk and len(into) <= max_bytes and not self._has_wrong_sum:
            if self._inflate.eof:
                if not self._is_gzip or not chunk.startswith(b"\x1f"):
                    return  # padding after the end
                self._inflate = zlib.decompressobj(31)
            before = self._inflate.copy()
            try:
                self._unfolded(self._inflate.decompress(chunk, _STEP), into, max_bytes)
            except zlib.error as error:
                if self._members and self._is_gzip:
                    return  # rubbish after a whole member
                if str(error).endswith(_WRONG_SUMS):
                    self._has_wrong_sum = True
                    self._unfolded(_up_to_the_sum(before, chunk), into, max_bytes)
                    return
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

    def _unfolded(self, piece: bytes, into: bytearray, max_bytes: int) -> None:
        if self._is_inner_open and piece:
            self._is_inner_open = False
            if piece.startswith(_GZIP):
                self._inner = _Inflate("gzip", is_inner=True)
        if self._inner is not None:
            self._inner.feed(piece, into, max_bytes)
        else:
            into += piece

    def has_ended(self) -> bool:
        """Whether the stream has its end. Without it all may be there (a server that forgets to close it), or not."""
        return self._inflate.eof and (self._inner is None or self._inner.has_ended())


def _up_to_the_sum(inflate: zlib._Decompress, chunk: bytes) -> bytes:
    """What `chunk` unfolds to before the checksum that is wrong: browsers look at none, and whoever puts a line into
    pages that are compressed already forgets it."""
    unfolded = bytearray()
    with contextlib.suppress(zlib.error):
        for byte in chunk:
            unfolded += inflate.decompress(bytes((byte,)))  # no more than a step in all
    return bytes(unfolded)
