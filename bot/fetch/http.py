"""A URL → its server's `Response`: headers byte for byte, a decoded body within its caps; or a `FetchFault`.

The law: only http and https; every hop connects to a guarded address, in its turn; TLS is verified; no cookies, no
referer; a feed's own headers go to its own origin only; everything ends at the total deadline.
"""

from __future__ import annotations

import asyncio
import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

import aiohttp
from yarl import URL

from bot.core.parse.links import with_slashes
from bot.core.parse.webpage import without_feed_scheme
from bot.core.polling import Fault
from bot.fetch.body import Body, BodyFault, Chunks, read_body
from bot.fetch.faults import CONNECT_SECONDS, READ_SECONDS, FetchFault, broken_body, fault_of, redacted_url
from bot.fetch.guard import NEVER_ASKED, judged_proxy, socket_factory
from bot.fetch.heads import forgiving
from bot.fetch.hosts import BODY_WITHIN, Hosts, Slot, Slots
from bot.model import Settings, Validators
from bot.network.authorities import tls_context
from bot.network.resolver import Resolver

_MAX_REDIRECTS = 5  # of one poll
_WIRE_BYTES = 4_000_000  # compressed, of any answer, however small `max_bytes` is
_WIRE_SHARE = 0.4
"""Bytes on the wire: 4 MB, or this share of a larger `max_bytes`."""
_PAGE_BYTES = 65_536
"""How much of an error page is looked at."""
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
_SINGLE = ("etag", "last-modified", "location", "content-type", "date", "expires", "age")
"""Headers that are no lists: of repeated ones the last counts."""
_REDIRECTS = (300, 301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_WITHOUT_COOKIE = "; some servers do so until they get a cookie, which only `headers: {Cookie: …}` of the feed sends"
_SAFE = "/%:=&?~+!$,;'@()*[]-._|"
"""Left as it stands in path and query."""
_READ_RESERVE = 20.0
"""Seconds of `timeout` that a server cannot spend in silence: the default of 30 s leaves it 10."""
_HOST_AND_PATH = re.compile(r"((?:(?:[A-Za-z][\w+.-]*:)?//[^/?#]*)?)(.+)", re.DOTALL)
_RAW = "wirewatch-raw-"
_RAW_VALUE = re.compile(rb"wirewatch-raw-((?:[0-9a-f]{2})*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A server's last word. `permanent_url`: where permanent redirects alone led, if there were any."""

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = True
    delimited: bool = True
    """The body came as long as the server said it is; otherwise only the document tells whether it is whole."""
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
        self.slots = Slots(settings.fetch.concurrency)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        """By whether addresses are guarded: a proxy's own is for whoever set it to choose."""
        self._variables = dict(os.environ)
        """As they were at the start: `os.environ` decodes each variable anew, and a poll asks for six."""

    def adopt(self, settings: Settings, *, user_agent: str) -> None:
        """New settings; requests under way keep their places."""
        if settings.fetch.concurrency != self.settings.fetch.concurrency:
            self.slots = Slots(settings.fetch.concurrency)
        self.settings, self.user_agent = settings, user_agent

    def _open(self, proxy: str | None) -> aiohttp.ClientSession:
        is_guarded = proxy is None
        if is_guarded not in self._sessions:
            connector = aiohttp.TCPConnector(
                limit=0,
                resolver=Resolver(),
                use_dns_cache=False,
                socket_factory=socket_factory(
                    lambda why: is_guarded and (why in NEVER_ASKED or not self.settings.allow_private_hosts)
                ),
                keepalive_timeout=15,
            )
            forgiving(connector)
            self._sessions[is_guarded] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                request_class=_Request,
                auto_decompress=False,
                trust_env=False,
                raise_for_status=False,
                max_line_size=16_384,
                max_field_size=16_384,
                max_headers=256,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._sessions[is_guarded]

    def _manner(self, url: str, proxy: str | None) -> dict[str, Any]:
        """How each request is made."""
        timeout = client_timeout(self.settings.fetch.timeout)
        # Where nothing is encrypted nobody is trusted: to read who would be takes some hundredths of a second.
        is_plain = all(place.lower().startswith("http:") for place in (url, proxy) if place is not None)
        context = True if is_plain else tls_context()
        return {"allow_redirects": False, "timeout": timeout, "proxy": proxy, "ssl": context}

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        home: str | None = None,
        validators: Validators | None = None,
        patience: timedelta | None = None,
        suspect: bool = False,
        accept: str = _ACCEPT,
    ) -> Response:
        """The answer at the end of at most five redirects.

        `headers`: a feed's own, sent only to the origin of `home` (the URL asked, unless given); `validators`: sent
        only to the server of their `url`. Raises: FetchFault, HostBusy.
        """
        timeout = self.settings.fetch.timeout
        gap = self.settings.fetch.per_host
        left = timeout.total_seconds()
        current = url
        home_origin = _origin(home or url)
        permanent: str | None = None
        all_permanent = True
        seen: set[str] = set()
        loop = asyncio.get_running_loop()
        for _ in range(_MAX_REDIRECTS + 1):
            _check_url(current)
            if current in seen:
                raise FetchFault(f"redirects run in a circle at {redacted_url(current)}{_WITHOUT_COOKIE}")
            seen.add(current)
            own = headers if headers and _origin(current) == home_origin else {}
            sent = self._headers_to(current, accept, own)
            conditions = _conditions(validators, current)
            async with self.hosts.turn(current, gap, patience), self.slots.slot(suspect=suspect) as slot:
                started = loop.time()
                try:
                    async with asyncio.timeout(left):
                        answer = await self._ask(current, sent | conditions, slot)
                except TimeoutError:
                    raise FetchFault(_too_slow(timeout), status=slot.status) from None
                left -= loop.time() - started
            if answer.status not in _REDIRECTS:
                return replace(answer, permanent_url=permanent, conditional=bool(conditions))
            target = _location(current, answer)
            if answer.status not in _PERMANENT or (current.startswith("https:") and target.startswith("http:")):
                all_permanent = False
            if all_permanent:
                permanent = target
            if left <= 0:
                raise FetchFault(_too_slow(timeout))
            current = target
        raise FetchFault(f"more than {_MAX_REDIRECTS} redirects, the last to {redacted_url(current)}")

    def _headers_to(self, url: str, accept: str, own: Mapping[str, str]) -> dict[str, str]:
        """`own`: a feed's, where they may be sent. They win over ours, in whatever case they are written, and over a
        name and password in the URL."""
        ours = {
            "User-Agent": self.user_agent,
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
            **authorization(url),
        }
        named = {name.lower() for name in own}
        return {name: value for name, value in ours.items() if name.lower() not in named} | dict(own)

    async def _ask(self, url: str, headers: Mapping[str, str], slot: Slot) -> Response:
        """One request, one answer. Raises: FetchFault."""
        fetch = self.settings.fetch
        proxy: str | None = None
        try:
            proxy = judged_proxy(url, self.settings.allow_private_hosts, self._variables)
            manner = self._manner(url, proxy)
            async with self._open(proxy).get(_url_of_request(url), headers=headers, **manner) as answer:
                slot.within(BODY_WITHIN)
                raw = _headers(answer)
                status = slot.status = answer.status
                if status == 304 or status in _REDIRECTS:
                    return Response(status=status, url=url, headers=raw)
                is_good = status // 100 == 2
                limit = fetch.max_bytes if is_good else min(_PAGE_BYTES, fetch.max_bytes)
                chunks = Chunks(answer.content)
                try:
                    body = await read_body(
                        chunks.until_broken(),
                        raw.get("content-encoding", ""),
                        max_bytes=limit,
                        max_wire=max(_WIRE_BYTES, int(fetch.max_bytes * _WIRE_SHARE)) if is_good else _PAGE_BYTES,
                    )
                    if chunks.error is not None and not body.data:
                        raise chunks.error
                except (BodyFault, aiohttp.ClientError, ValueError) as error:
                    if is_good:
                        raise broken_body(error, status, raw) from None
                    body = Body(data=b"", whole=False, size=0)
                has_length = "content-length" in raw or "chunked" in raw.get("transfer-encoding", "").lower()
                return Response(
                    status=status,
                    url=url,
                    headers=raw,
                    body=body.data,
                    whole=body.whole,
                    delimited=has_length and chunks.error is None and body.ended,
                    size=body.size,
                )
        except (aiohttp.ClientError, OSError, ValueError, UnicodeError) as error:
            if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ServerTimeoutError):
                raise
            raise fault_of(error, url, proxy) from None

    async def post(self, url: str, form: Mapping[str, str]) -> int:
        """The status of the answer to a form (WebSub's requests to hubs); redirects end it. Raises: FetchFault."""
        _check_url(url)
        timeout = self.settings.fetch.timeout
        proxy: str | None = None
        async with self.hosts.turn(url, self.settings.fetch.per_host, None), self.slots.slot(suspect=True):
            try:
                proxy = judged_proxy(url, self.settings.allow_private_hosts, self._variables)
                async with asyncio.timeout(timeout.total_seconds()):
                    headers = {"User-Agent": self.user_agent, "Content-Type": "application/x-www-form-urlencoded"}
                    data = urlencode(form).encode()
                    manner = self._manner(url, proxy)
                    async with self._open(proxy).post(url, data=data, headers=headers, **manner) as answer:
                        return answer.status
            except TimeoutError:
                raise FetchFault(_too_slow(timeout)) from None
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise fault_of(error, url, proxy) from None

    async def close(self) -> None:
        """Closes every connection."""
        while self._sessions:
            await self._sessions.popitem()[1].close()


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


def _conditions(validators: Validators | None, url: str) -> dict[str, str]:
    """Headers that make a request conditional, where `url` is at the server that gave the validators."""
    if validators is None or _origin(url) != _origin(validators.url or url):
        return {}
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: _echo(value) for name, value in conditions.items() if value}


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Header values as latin-1 text, so that every byte survives; repeated ones joined by commas, if they are lists."""
    headers: dict[str, str] = {}
    for name, value in answer.raw_headers:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers and key not in _SINGLE else text
    return headers


@lru_cache(maxsize=8)
def client_timeout(timeout: timedelta) -> aiohttp.ClientTimeout:
    """Limits below the total. A server may be silent for 10 s, and for longer where a longer `timeout` was set."""
    silence = max(READ_SECONDS, timeout.total_seconds() - _READ_RESERVE)
    return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=silence)


@lru_cache(maxsize=8_192)
def _url_of_request(url: str) -> URL:
    """The URL to ask: spaces and letters beyond ASCII percent-encoded as UTF-8, what is encoded (`%2F`) as it stands.

    Without a password: that goes as a header (`authorization`).
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if not host.isascii():
        host = URL.build(scheme="http", authority=host).raw_authority
    path, query = (quote(part, safe=_SAFE) for part in (parts.path or "/", parts.query))
    return URL(f"{parts.scheme.lower()}://{host}{path}{f'?{query}' if query else ''}", encoded=True)


@lru_cache(maxsize=8_192)
def authorization(url: str) -> Mapping[str, str]:
    """The header for a name and password in a URL, in UTF-8 (RFC 7617 §2.1)."""
    login = urlsplit(url).netloc.rpartition("@")[0]
    if not login:
        return {}
    name, _, password = login.partition(":")
    token = f"{unquote(name)}:{unquote(password)}".encode()
    return {"Authorization": f"Basic {b64encode(token).decode('ascii')}"}


@lru_cache(maxsize=8_192)
def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
        parts = None
    if parts is not None and parts.scheme.lower() not in ("http", "https"):
        raise FetchFault(f"{redacted_url(url)} is no web address: only http and https are fetched")
    if not valid:
        raise FetchFault(f"{redacted_url(url)} is no address that can be asked")


def _location(current: str, answer: Response) -> str:
    raw = answer.headers.get("location", "")
    try:
        text = raw.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        # Asked byte for byte, in whatever set they are, behind the name of a host: that has letters.
        text = _HOST_AND_PATH.sub(lambda found: found[1] + quote(found[2], _SAFE + "#?", encoding="latin-1"), raw, 1)
    text = text.strip()
    if text in ("", "http://", "https://"):
        raise FetchFault(
            f"HTTP {answer.status} without an address to go to", Fault.STATUS, answer.status, answer.headers
        )
    try:
        target = urljoin(current, with_slashes(without_feed_scheme(text))).partition("#")[0]
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        raise FetchFault(f"redirected to {text[:100]!r}, which is no address", Fault.STATUS, answer.status) from None
    if scheme not in ("http", "https"):
        raise FetchFault(
            f"redirected to {text[:100]!r}: refused, only http and https are followed", Fault.NETWORK, answer.status
        )
    return quote(target, safe=_SAFE + "#?") if re.search(r"[\s<>\"]", target) else target


def _too_slow(timeout: timedelta) -> str:
    return f"no whole answer within {timeout.total_seconds():g} s"


@lru_cache(maxsize=8_192)
def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
        return parts.scheme.lower(), parts.hostname, port
    except ValueError:
        return "", None, None
