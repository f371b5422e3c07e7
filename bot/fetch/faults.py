"""What a library raised → a `FetchFault` in words for the person who can act."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import aiohttp

from bot.core.polling import Fault
from bot.errors import machine_short
from bot.fetch.body import BodyFault
from bot.fetch.guard import NEVER_ASKED, AddressRefused
from bot.network.connection_words import reason_of, tls_reason_of
from bot.network.proxies import ProxyRefused, proxy_name
from bot.network.resolver import is_of_name_server

CONNECT_SECONDS = 5.0
"""To connect."""
READ_SECONDS = 10.0
"""Without a byte, with the default `timeout` of 30 s."""
_SILENT = "no byte for so long that it was given up (settings.fetch.timeout raises the limit)"
_TLS_WORDS = {
    **dict.fromkeys(
        ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"),
        "it speaks no TLS at this port; should its address begin with http://?",
    ),
    **dict.fromkeys(
        ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"), "its TLS is older than 1.2, or that is all it allows"
    ),
}
"""What OpenSSL calls a failure → in words."""
_NO_CHAIN = (
    ". Its server may leave out the certificates between its own and its authority's, which browsers fetch by "
    "themselves: tell the publisher, or have SSL_CERT_FILE name a file that holds them, too"
)
_CERTIFICATE_HINTS = {9: ". Is this machine's clock right?", 20: _NO_CHAIN, 21: _NO_CHAIN}
"""By OpenSSL's verify code (openssl-verification-options)."""


class FetchFault(Exception):
    """A request that came to nothing. `str()` says why, for a person; `fault` its kind; `status` of an answer, if
    any.
    """

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


def redacted_url(url: str) -> str:
    """A URL for messages: without passwords and without its query, which may hold keys."""
    parts = urlsplit(url) if "://" in url else None
    if parts is None:
        return url[:100]
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}{'?…' if parts.query else ''}"[:200]


def broken_body(error: Exception, status: int, headers: Mapping[str, str]) -> FetchFault:
    """What is told of a body that did not come over whole, behind a good head."""
    if isinstance(error, BodyFault):
        return FetchFault(str(error), Fault.CONTENT, status, headers)
    if isinstance(error, aiohttp.ServerTimeoutError):
        return FetchFault(f"the answer stopped: {_SILENT}", Fault.NETWORK, status, headers)
    return FetchFault("the answer is cut off: the connection ended before the body did", Fault.CONTENT, status, headers)


def check_machine(error: BaseException) -> None:
    """Raises MachineShort where the fault is this machine's: no feed is to be blamed for it."""
    for cause in _causes(error):
        if (short := machine_short(cause)) is not None:
            raise short from error


def fault_of(error: Exception, url: str, proxy: str | None = None) -> FetchFault:
    """A library's error in words, for the person who can act. `proxy`: through which `url` was asked.

    Raises: MachineShort.
    """
    check_machine(error)
    host = urlsplit(url).hostname or url
    peer = host if proxy is None else f"the proxy {proxy_name(proxy)}"
    is_of_proxy = proxy is not None and getattr(error, "host", None) == urlsplit(proxy).hostname
    secure = peer if is_of_proxy else host
    refused = _refused(error)
    if refused is not None:
        where = "" if host == refused.address else f"at {refused.address}, "
        mend = " (`allow_private_hosts: true` allows it)" if refused.kind not in NEVER_ASKED else ""
        return FetchFault(f"{host} is {where}{refused.kind}: not fetched{mend}")
    match error:
        case ProxyRefused():
            words = str(error)
        case aiohttp.ClientHttpProxyError():
            words = f"{peer} does not connect to {host}: HTTP {error.status} {error.message[:100]}".rstrip()
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            words = f"the certificate of {secure} is not valid: {tls_reason_of(error)}{_certificate_hint(error)}"
        case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            words = f"no secure connection to {secure}: {_TLS_WORDS.get(reason := tls_reason_of(error), reason)}"
        case aiohttp.ClientConnectorDNSError() if is_of_name_server(error.os_error):
            words = f"the name of {peer} could not be looked up ({reason_of(error.os_error)})"
        case aiohttp.ClientConnectorDNSError():
            words = f"there is no host {peer}: the name is not known ({reason_of(error.os_error)})"
        case aiohttp.ConnectionTimeoutError():
            words = f"{peer} does not take a connection within {CONNECT_SECONDS:.0f} s"
        case aiohttp.ServerTimeoutError():
            words = f"{host} sends nothing: {_SILENT}"
        case aiohttp.ClientConnectorError():
            words = f"cannot connect to {peer}: {reason_of(error.os_error)}"
        case aiohttp.ServerDisconnectedError():
            words = f"{host} closes the connection without an answer"
        case aiohttp.ClientResponseError():
            said = (error.message or type(error).__name__).splitlines()[0][:100]
            words = f"what {host} answers is not HTTP ({said})"
        case aiohttp.InvalidURL() | ValueError():
            words = f"{redacted_url(url)} is no address that can be asked"
        case OSError():
            words = f"the connection to {host} broke: {reason_of(error)}"
        case _:
            words = f"the request to {host} failed ({type(error).__name__})"
    return FetchFault(words)


def _certificate_hint(error: BaseException) -> str:
    codes = (getattr(cause, "verify_code", 0) for cause in (error, getattr(error, "certificate_error", None)))
    return next((_CERTIFICATE_HINTS[code] for code in codes if code in _CERTIFICATE_HINTS), "")


def _refused(error: BaseException) -> AddressRefused | None:
    return next((cause for cause in _causes(error) if isinstance(cause, AddressRefused)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, its causes, contexts and members of groups."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__, getattr(current, "os_error", None)]
        waiting += list(getattr(current, "exceptions", ()))
