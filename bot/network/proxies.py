"""A URL → the proxy that it is asked through, by the environment variables that other programs have for it, or none.

`HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` name proxies (lower case wins, as with curl). `NO_PROXY` lists what is asked
directly: names, with all that end with them, addresses and networks, each with or without a port; `*` is everything.
This machine itself is always asked directly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_SCHEMES = {"ws": "http", "wss": "https"}
"""A web socket begins as a request."""
_PORTS = {"http": 80, "https": 443}
_BETWEEN = re.compile(r"[,;|\s]+")
"""Between exceptions; curl has commas and blanks, Java and Windows the others."""
_PORT = re.compile(r":(\d{1,5})$")


class ProxyRefused(ValueError):
    """A variable that names no proxy that can be used. The message shows nothing of what it holds."""


def proxy_of(url: str, variables: Mapping[str, str] = os.environ) -> str | None:
    """The proxy's URL, with the login that it may hold; None: `url` is asked directly. Raises: ProxyRefused."""
    scheme = urlsplit(url).scheme.lower()
    scheme = _SCHEMES.get(scheme, scheme)
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
    name = next((name for name in names if _text(variables, name)), None)
    if name is None or _is_direct(url, scheme, _text(variables, "no_proxy") or _text(variables, "NO_PROXY")):
        return None
    proxy = _text(variables, name)
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(proxy)
        is_usable = parts.scheme.lower() in _PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ProxyRefused(f"{name} names no HTTP proxy: http://HOST:PORT is wanted (SOCKS is not spoken)")
    return proxy


def proxy_name(proxy: str) -> str:
    """Its host and port, for messages."""
    return urlsplit(proxy).netloc.rpartition("@")[2]


def _text(variables: Mapping[str, str], name: str) -> str:
    """Quotes around a variable (`docker --env-file` keeps them) are none of it."""
    return variables.get(name, "").strip().strip("\"'")


def _is_direct(url: str, scheme: str, exceptions: str) -> bool:
    """Whether a host is this machine, or one of the exceptions."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(scheme)
    except ValueError:
        return True  # whoever asks refuses it
    address = _address(host)
    if host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback):
        return True
    for written in filter(None, _BETWEEN.split(exceptions.lower())):
        exception = written.partition("://")[2].rstrip("/") or written
        wanted = _PORT.search(exception) if exception.count(":") == 1 or "]:" in exception else None
        name = exception[: wanted.start()] if wanted else exception
        if wanted is not None and int(wanted[1]) != port:
            continue
        if name.endswith(".*") and host.startswith(name[:-1]):  # `10.1.*`, as Java and Windows have it
            return True
        if name == "*" or _is_named(host, address, name.strip("[]").removeprefix("*").strip(".")):
            return True
    return False


def _is_named(host: str, address: IPv4Address | IPv6Address | None, exception: str) -> bool:
    if address is None:
        return bool(exception) and (host == exception or host.endswith(f".{exception}"))
    try:
        return address in ip_network(exception, strict=False)
    except ValueError:
        return False


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
