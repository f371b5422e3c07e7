"""An address in, the answer of its server out: headers byte for byte, a decoded body within its caps, or a `FetchFault`.

The law: only http and https; every hop connects to a guarded address, in its turn; TLS is verified; no cookies, no
referer; a feed's own headers go to its own origin only; everything ends at the total deadline.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import aiohttp
from yarl import URL

from bot.core.polling import Fault
from bot.fetch.body import Body, BodyFault, read_body
from bot.fetch.guard import AddressRefused, socket_factory
from bot.fetch.hosts import BODY_WITHIN, Hosts, Place, Places
from bot.fetch.resolver import Resolver
from bot.model import Settings

CONNECT = 5.0
"""Seconds to connect (FEEDS.md)."""
READ = 10.0
"""Seconds without a byte."""
REDIRECTS = 5
WIRE_SHARE = 0.4
"""Bytes on the wire against bytes decoded: 2 MB against 5 MB (FEEDS.md)."""
PAGE_BYTES = 65_536
"""How much of an error page is looked at."""
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_RAW = "wirewatch-raw-"
_RAW_VALUE = re.compile(rb"wirewatch-raw-((?:[0-9a-f]{2})*)")


class FetchFault(Exception):
    """A request that came to nothing. `str()` says why, for a person; `fault` its kind; `status` of an answer, if any."""

    def __init__(
        self,
        message: str,
        fault: Fault = Fault.NETWORK,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A server's last word. `permanent_url`: where permanent redirects alone led, if there were any."""

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = True
    delimited: bool = True
    """The server said how long the body is; otherwise only the end of the connection tells."""
    size: int = 0
    permanent_url: str | None = None
    conditional: bool = False
    """Validators went to the address that answered."""


class Client:
    """HTTP as feeds need it. One per event loop; `close` it."""

    def __init__(self, settings: Settings, *, user_agent: str) -> None:
        self.settings = settings
        self.user_agent = user_agent
        self.hosts = Hosts()
        self.places = Places(settings.fetch.concurrency)
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=0,
                resolver=Resolver(),
                use_dns_cache=False,
                socket_factory=socket_factory(lambda: not self.settings.allow_private_hosts),
                ssl=ssl.create_default_context(),
                keepalive_timeout=15,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                request_class=_Request,
                auto_decompress=False,
                trust_env=False,
                raise_for_status=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=READ),
                max_line_size=16_384,
                max_field_size=16_384,
                max_headers=256,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        validators: tuple[str | None, str | None, str] = (None, None, ""),
        patience: timedelta | None = None,
        suspect: bool = False,
        accept: str = ACCEPT,
    ) -> Response:
        """The answer at the end of at most five redirects.

        `headers`: a feed's own, sent to its own origin only; `validators`: (etag, last_modified, the address they are
        for). Raises: FetchFault, HostBusy.
        """
        timeout = self.settings.fetch.timeout
        gap = self.settings.fetch.per_host
        left = timeout.total_seconds()
        first = current = url
        permanent: str | None = None
        all_permanent = True
        seen: set[str] = set()
        loop = asyncio.get_running_loop()
        for _ in range(REDIRECTS + 1):
            _check_address(current)
            if current in seen:
                raise FetchFault(f"redirects run in a circle at {_shown(current)}")
            seen.add(current)
            own = dict(headers or {}) if _origin(current) == _origin(first) else {}
            sent = {"User-Agent": self.user_agent, "Accept": accept, "Accept-Encoding": "gzip, deflate", **own}
            conditional = False
            if (validators[0] or validators[1]) and (
                current == validators[2] or _origin(current) == _origin(validators[2])
            ):
                conditional = True
                if validators[0]:
                    sent["If-None-Match"] = _echo(validators[0])
                if validators[1]:
                    sent["If-Modified-Since"] = _echo(validators[1])
            async with self.hosts.turn(current, gap, patience), self.places.place(suspect=suspect) as place:
                started = loop.time()
                try:
                    async with asyncio.timeout(left):
                        answer = await self._ask(current, sent, place, conditional=conditional)
                except TimeoutError:
                    raise FetchFault(f"no whole answer within {timeout.total_seconds():.0f} s") from None
                left -= loop.time() - started
            if answer.status not in _REDIRECTS:
                return Response(
                    status=answer.status,
                    url=current,
                    headers=answer.headers,
                    body=answer.body,
                    whole=answer.whole,
                    delimited=answer.delimited,
                    size=answer.size,
                    permanent_url=permanent,
                    conditional=conditional,
                )
            target = _location(current, answer)
            if answer.status not in _PERMANENT or (current.startswith("https:") and target.startswith("http:")):
                all_permanent = False
            if all_permanent:
                permanent = target
            if left <= 0:
                raise FetchFault(f"no whole answer within {timeout.total_seconds():.0f} s")
            current = target
        raise FetchFault(f"more than {REDIRECTS} redirects, the last to {_shown(current)}")

    async def _ask(self, url: str, headers: Mapping[str, str], place: Place, *, conditional: bool) -> Response:
        """One request, one answer. Raises: FetchFault."""
        fetch = self.settings.fetch
        try:
            async with self._open().get(
                URL(url, encoded=True) if url.isascii() else URL(url), headers=headers, allow_redirects=False
            ) as answer:
                place.within(BODY_WITHIN)
                raw = _headers(answer)
                status = answer.status
                if status == 304 or status in _REDIRECTS:
                    return Response(status=status, url=url, headers=raw)
                limit = fetch.max_bytes if status == 200 else min(PAGE_BYTES, fetch.max_bytes)
                try:
                    body = await read_body(
                        answer.content.iter_any(),
                        raw.get("content-encoding", ""),
                        max_bytes=limit,
                        max_wire=max(int(fetch.max_bytes * WIRE_SHARE), 1) if status == 200 else PAGE_BYTES,
                    )
                except (BodyFault, aiohttp.ClientError, ValueError) as error:
                    if status == 200:
                        raise _broken_body(error, status, raw) from None
                    body = Body(data=b"", whole=False, size=0)
                return Response(
                    status=status,
                    url=url,
                    headers=raw,
                    body=body.data,
                    whole=body.whole,
                    delimited="content-length" in raw or "chunked" in raw.get("transfer-encoding", "").lower(),
                    size=body.size,
                )
        except (aiohttp.ClientError, OSError, ValueError, UnicodeError) as error:
            if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ServerTimeoutError):
                raise
            raise _fault(error, url) from None

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()


class _Request(aiohttp.ClientRequest):
    """aiohttp's request, able to send header bytes that are no UTF-8 (see `_echo`)."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        """Puts raw header bytes in the place of their hexadecimal stand-ins while the head is written."""
        if not any(value.startswith(_RAW) for value in self.headers.values()):
            return await super().send(conn)
        protocol = conn.protocol
        transport = protocol.transport
        protocol.transport = _RawHeaders(transport)
        try:
            return await super().send(conn)
        finally:
            protocol.transport = transport


class _RawHeaders:
    """A transport that writes raw bytes for stand-ins."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Writes `data`, stand-ins turned back into bytes."""
        self._transport.write(_RAW_VALUE.sub(lambda match: bytes.fromhex(match[1].decode()), bytes(data)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _echo(value: str) -> str:
    """A header value for aiohttp, which writes UTF-8: text as it is, other bytes as a stand-in for `_Request`."""
    if value.isascii() and value.isprintable() and not value.startswith(_RAW):
        return value
    return _RAW + value.encode("latin-1", "replace").hex()


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Header values as latin-1 text, so that every byte survives; repeated ones joined by commas."""
    headers: dict[str, str] = {}
    for name, value in answer.raw_headers:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers and key not in ("etag", "last-modified") else text
    return headers


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
        parts = None
    if parts is not None and parts.scheme.lower() not in ("http", "https"):
        raise FetchFault(f"{_shown(url)} is no web address: only http and https are fetched")
    if not valid:
        raise FetchFault(f"{_shown(url)} is no address that can be asked")


def _location(current: str, answer: Response) -> str:
    raw = answer.headers.get("location", "")
    try:
        text = raw.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        text = raw
    text = text.strip()
    if not text:
        raise FetchFault(
            f"HTTP {answer.status} without an address to go to", Fault.STATUS, answer.status, answer.headers
        )
    try:
        target = urljoin(current, text).partition("#")[0]
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        raise FetchFault(f"redirected to {text[:100]!r}, which is no address", Fault.STATUS, answer.status) from None
    if scheme not in ("http", "https"):
        raise FetchFault(
            f"redirected to {text[:100]!r}: refused, only http and https are followed", Fault.NETWORK, answer.status
        )
    return quote(target, safe="/%:=&?~#+!$,;'@()*[]-._|") if re.search(r"[\s<>\"]", target) else target


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
        return parts.scheme.lower(), parts.hostname, port
    except ValueError:
        return "", None, None


def _shown(url: str) -> str:
    """An address for messages: without passwords and without its query, which may hold keys."""
    parts = urlsplit(url) if "://" in url else None
    if parts is None:
        return url[:100]
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}{'?…' if parts.query else ''}"[:200]


def _broken_body(error: Exception, status: int, headers: Mapping[str, str]) -> FetchFault:
    if isinstance(error, BodyFault):
        return FetchFault(str(error), Fault.CONTENT, status, headers)
    if isinstance(error, aiohttp.ServerTimeoutError):
        return FetchFault(f"the answer stopped: no byte for {READ:.0f} s", Fault.NETWORK, status, headers)
    return FetchFault("the answer is cut off: the connection ended before the body did", Fault.CONTENT, status, headers)


def _fault(error: Exception, url: str) -> FetchFault:
    """A library's error in words, for the person who can act."""
    host = urlsplit(url).hostname or url
    refused = _find(error, AddressRefused)
    if refused is not None:
        return FetchFault(
            f"{host} is at {refused.address}, {refused.kind}: not fetched (settings.allow_private_hosts: true allows it)"
        )
    if isinstance(error, aiohttp.ClientConnectorCertificateError) or isinstance(error, ssl.SSLError):
        return FetchFault(f"the certificate of {host} is not valid: {_tls_reason(error)}")
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return FetchFault(f"no secure connection to {host}: {_tls_reason(error)}")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchFault(f"there is no host {host}: the name is not known ({_reason(error.os_error)})")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return FetchFault(f"{host} does not take a connection within {CONNECT:.0f} s")
    if isinstance(error, aiohttp.ServerTimeoutError):
        return FetchFault(f"{host} sends nothing for {READ:.0f} s")
    if isinstance(error, aiohttp.ClientConnectorError):
        return FetchFault(f"cannot connect to {host}: {_reason(error.os_error)}")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return FetchFault(f"{host} closes the connection without an answer")
    if isinstance(error, aiohttp.ClientResponseError):
        return FetchFault(
            f"what {host} answers is not HTTP ({(error.message or type(error).__name__).splitlines()[0][:100]})"
        )
    if isinstance(error, aiohttp.InvalidURL | ValueError | UnicodeError):
        return FetchFault(f"{_shown(url)} is no address that can be asked")
    if isinstance(error, OSError):
        return FetchFault(f"the connection to {host} broke: {_reason(error)}")
    return FetchFault(f"the request to {host} failed ({type(error).__name__})")


def _find(error: BaseException | None, kind: type[AddressRefused]) -> AddressRefused | None:
    """An exception of `kind` among causes, contexts and members of groups."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, kind):
            return current
        waiting += [current.__cause__, current.__context__, getattr(current, "os_error", None)]
        waiting += list(getattr(current, "exceptions", ()))
    return None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__)[:120]


def _tls_reason(error: Exception) -> str:
    inner: Any = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return str(getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or inner)[:120]
