"""The head of a response as servers send it → as aiohttp's parser takes it.

The law: what a head says stays as it is; only what would make the parser refuse the whole answer goes: bare line feeds,
folded lines, lines that are no header, control characters, Content-Length said twice with one number, an odd status
line (`http/1.1  200`), empty lines before it, cookies (they are never used, and some servers send 20 kB of them). A 304
ends with its head, and a body with its Content-Length or its last chunk, whatever the server sends behind it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from bot.fetch.chunk_lines import ChunkLines

_MAX_HEAD = 262_144
"""Bytes after which a head that does not end is the parser's to refuse."""
_MAX_LINE = 16_000
"""A longer header (a policy of 30 kB) is left out; none that is read here comes near."""
_MANY = 200
"""Lines after which headers of a server's own (`X-…`) are left out; the parser refuses an answer with 256."""
_INTERIM = re.compile(rb"\S+\s+1(?!01)\d\d\b")
_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_STATUS = re.compile(rb"http/(\d(?:\.\d)?)[ \t]+(\d{3})(?:[ \t]+(.*))?$", re.IGNORECASE | re.DOTALL)
_PLAIN_STATUS = re.compile(rb"HTTP/1\.[01] \d{3}(?: |\r|$)")

_LENGTH = re.compile(rb"\r\ncontent-length: (\d{1,18})\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*\bchunked\b", re.IGNORECASE)
_TROUBLE = re.compile(
    rb"\r\n(?![!#$%&'*+.^_`|~0-9A-Za-z-]+:)|(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
    rb"|\r\n(?i:content-length|transfer-encoding|set-cookie):"
)
"""What gives a head without a body something to clean."""


def forgiving(connector: aiohttp.BaseConnector) -> None:
    """Makes the answers of a connector's connections go through here."""
    inner: Any = connector  # aiohttp offers no other way in
    inner._factory = partial(_Protocol, *inner._factory.args, **inner._factory.keywords)


class _Protocol(ResponseHandler):
    """aiohttp's protocol, given each head once it is whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: bytearray | None = None
        """What has come of a head; None: between head and next request."""
        self._is_over = False
        self._left: int | None = None
        """Bytes that the body still has, where its length is said."""
        self._chunks: ChunkLines | None = None
        """Of a body in chunks."""

    def set_response_params(self, **params: Any) -> None:
        """Called once a request, before its answer can come."""
        self._head, self._is_over, self._left, self._chunks = bytearray(), False, None, None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Called with whatever came; `b""` resumes a pause."""
        if self._is_over or self._head is None or not data:
            if not (self._is_over and data):
                super().data_received(self._of_the_body(data))
            return
        self._head += data
        end = _end_of_head(self._head)
        if end is None and len(self._head) < _MAX_HEAD:
            self._reschedule_timeout()
            return
        head, rest = bytes(self._head), b""
        if end is not None:
            head, rest = head[: end.start()], head[end.end() :]
        self._head = None
        if end is None:
            super().data_received(head)
            return
        status = head.split(None, 2)[1:2]
        is_304 = status == [b"304"]
        self._is_over = is_304
        cleaned = clean_head(head, is_over=is_304)
        if (length := _LENGTH.search(cleaned)) is not None:
            self._left = int(length[1])
        elif _CHUNKED.search(cleaned) is not None and not is_304:
            self._chunks = ChunkLines()
        super().data_received(cleaned + (b"" if is_304 else self._of_the_body(rest)))

    def _of_the_body(self, data: bytes) -> bytes:
        """`data` up to the length that was said. The parser would refuse the whole answer for a byte more, and a
        connection with more in it must not be used again."""
        if self._chunks is not None:
            data = self._chunks.framed(data)
            self._is_over = self._chunks.is_over
            if self._chunks.has_rest:
                self.force_close()
        if self._left is None:
            return data
        if len(data) > self._left:
            data = data[: self._left]
            self._is_over = True
            self.force_close()
        self._left -= len(data)
        return data


def _end_of_head(head: bytearray) -> re.Match[bytes] | None:
    """Where the head of the answer itself ends. What comes before it (103 Early Hints) is taken out, however often it
    comes: aiohttp took a step deeper for each."""
    while True:
        if head.startswith((b"\r", b"\n")):  # left over from the answer before, or simply wrong
            head[:] = head.lstrip(b"\r\n")
        end = _END.search(head)
        if end is None or _INTERIM.match(head) is None:
            return end
        del head[: end.end()]


def clean_head(head: bytes, *, is_over: bool = False) -> bytes:
    """A head without its end, as the parser takes it, with its end. `is_over`: no body follows, whatever it says."""
    if is_over and len(head) < _MAX_LINE and _TROUBLE.search(head) is None and _PLAIN_STATUS.match(head):
        return head + b"\r\n\r\n"  # most answers of most feeds
    first, *lines = _FOLD.sub(b" ", head).replace(b"\r\n", b"\n").split(b"\n")
    clean_lines = [_status_line(_CONTROL.sub(b" ", first))]
    lengths: set[bytes] = set()
    is_chunked = has_body = False
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.strip()
        if not colon or _NAME.fullmatch(name) is None or len(line) > _MAX_LINE:
            continue
        lower = name.lower()
        if lower == b"set-cookie":
            continue
        if lower == b"content-length":
            lengths |= {number.lstrip(b"0") or b"0" for number in map(_length, value.split(b",")) if number}
            has_body = has_body or lengths != {b"0"}
            continue
        if lower == b"transfer-encoding":
            if b"chunked" in value.lower():
                is_chunked = has_body = True
            elif not is_over:
                continue  # `identity`, `binary`: the body ends as if nothing had been said
            if is_over:
                continue
        if len(clean_lines) >= _MANY and lower.startswith(b"x-"):
            continue
        clean_lines.append(name + b": " + _CONTROL.sub(b" ", value).strip())
    if is_over and has_body:  # its body, if it sends one, must not be taken for the next answer
        clean_lines.append(b"Connection: close")
    if not is_over and not is_chunked:
        clean_lines += [b"Content-Length: " + length for length in lengths]
    return b"\r\n".join((*clean_lines, b"", b""))


def _length(part: bytes) -> bytes:
    """The digits of a length as written (`"120"`, `+120`); nothing where it is none: the body ends with its answer."""
    digits = part.strip(b' \t"+')
    return digits if digits.isdigit() else b""


def _status_line(line: bytes) -> bytes:
    """A status line in one spelling: `http/1.1  200`, `HTTP/2 200` (a proxy's slip) are HTTP/1.1 all the same."""
    match = _STATUS.match(line)
    if match is None:
        return line
    version = b"1.0" if match[1] == b"1.0" else b"1.1"
    return b"HTTP/" + version + b" " + match[2] + (b" " + match[3] if match[3] else b"")
