"""An IP address → why it may not be connected to, if so. Pure arithmetic on addresses.

The law: asked at connect time, about the very address that the socket is for, on every hop; so neither a redirect nor a
name that changes its answer nor an odd spelling (`2130706433`, `0x7f.1`, `[::ffff:127.0.0.1]`) gets around it. IPv6
addresses that carry an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo) are judged by that too.
`allow_private_hosts` opens an intranet, and never the addresses at which clouds hand out keys, nor link-local ones: no
feed lives there.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from bot.network.proxies import proxy_of

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_LINK_LOCAL = "a link-local address"
_KEYS = "an address where a cloud hands out keys"
NEVER_ASKED = frozenset({_LINK_LOCAL, _KEYS})
"""The words of `refusal` for what `allow_private_hosts` does not open."""
_CLOUDS = tuple(
    ip_network(text)
    for text in (
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure's WireServer: a public address, and every machine there reaches it
        "192.0.0.192/32",  # Oracle Classic
        "fd00:42::42/128",  # Scaleway
        "fd00:100::100:200/128",  # Alibaba
        "fd00:a9fe:a9fe::1/128",  # Akamai
        "fd00:c1::a9fe:a9fe/128",  # Oracle
        "fd00:ec2::/32",  # Amazon: 254 of machines, 23 of pods
        "fd20:ce::254/128",  # Google
    )
)
"""The others' are link-local."""
_COMPATIBLE = IPv6Network("::/96")


class AddressRefused(OSError):
    """A connection that is not made, mostly since `allow_private_hosts` is false. An OSError, so that happy eyeballs
    tries the next address.
    """

    def __init__(self, address: str, kind: str) -> None:
        super().__init__(f"{address} is {kind}")
        self.address = address
        self.kind = kind


def refusal(address: str) -> str | None:
    """Why a numeric address (with or without a scope) is refused: `a loopback address`, …; None when it is public."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "no internet address"
    if isinstance(parsed, IPv6Address):
        for inner in _carried(parsed):
            if (why := _why(inner)) is not None:
                return why
        if parsed.ipv4_mapped is not None:
            return None
    return _why(parsed)


def literal_refusal(host: str) -> str | None:
    """Why a host that is an address, in any spelling that is looked up as one (`127.1`), is refused; None for names."""
    try:
        return refusal(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return refusal(host) if ":" in host else None


def judged_proxy(url: str, allows_private: bool, variables: Mapping[str, str]) -> str | None:
    """The proxy that `url` is asked through by the environment `variables`, if any; names are its to look up. Raises:
    ProxyRefused; AddressRefused for a private address in the URL."""
    proxy = proxy_of(url, variables)
    host = urlsplit(url).hostname or ""
    why = literal_refusal(host) if proxy is not None else None
    if why is not None and (why in NEVER_ASKED or not allows_private):
        raise AddressRefused(host, why)
    return proxy


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    inner = []
    if address.ipv4_mapped is not None:
        inner.append(address.ipv4_mapped)
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner += list(address.teredo)
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in network for network in _NAT64):
        inner.append(low)
    if address in _COMPATIBLE and int(address) > 1:
        inner.append(low)
    return inner


def _why(address: IPv4Address | IPv6Address) -> str | None:
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return _LINK_LOCAL
    if any(address in network for network in _CLOUDS):
        return _KEYS
    if address.is_unspecified:
        return "the unspecified address"
    if address.is_multicast:
        return "a multicast address"
    if isinstance(address, IPv6Address) and address.is_site_local:
        return "a private address"
    if not address.is_global:
        return "a private address"
    return None


def socket_factory(is_refused: Callable[[str], bool]) -> Callable[[Any], socket.socket]:
    """For aiohttp's connector, which calls it with the address it is about to connect to; resolvers never see
    literals. `is_refused`: whether `refusal`'s words for an address keep it from being connected to.
    """

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        if (why := refusal(address[0])) is not None and is_refused(why):
            raise AddressRefused(address[0], why)
        return socket.socket(family=family, type=kind, proto=protocol)

    return make
