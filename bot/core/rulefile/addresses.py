"""A feed's address as it is written → what is wrong with it, or odd, and what to write instead."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote, urlsplit

from bot.core.parse.links import UNSEEN

_IN_OTHER_SIGNS = re.compile(
    r"\A(?:<|\[[^\]]*\]\(|[\"'“‘«]|(?:URL|Feed|RSS):\s*)\s*(?P<address>https?://[^\s<>()\"'”’»]+)[^\s]?\Z",
    re.IGNORECASE,
)
"""`<https://…>`, `[News](https://…)`, `"https://…"`, as the address was copied."""
_SLIPPED_SCHEME = re.compile(r"\A(?:h?t?tps?|https?)(?::/*|//)\s*(?P<rest>[^\s/:.]+\.[^\s]+)\Z", re.IGNORECASE)
"""`https//x.example`, `https:/x.example`, `ttps://x.example`, `https:// x.example`."""
_BARE = re.compile(r"\A(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?\Z", re.IGNORECASE)
_OF_AN_APP = re.compile(
    r"\A(?:(?:rss|itpc|pcast|podcast|webcal|view-source):(?://)?|about:reader\?url=)(?P<rest>\S+)\Z", re.IGNORECASE
)
"""Schemes that readers, players and browsers put before an address."""
_TURNED = re.compile(r"\Ahttps?:[^?#]*\\[^?#]*", re.IGNORECASE)
"""Up to what is asked for, which may hold a backslash."""
_SEVERAL = re.compile(r"\A(https?://\S+?)[,;]?\s+(?:[-,;|]\s*)?https?://", re.IGNORECASE)
_BARE_VARIABLE = re.compile(r"\$(?!\{)([A-Z][A-Z0-9_]{2,})\b")


def bare_address(text: str) -> str:
    """An address without what stands around it: spaces, and what nobody sees."""
    return text.strip().strip(UNSEEN).strip()


def address_problem(url: str, written: str) -> tuple[str, str] | None:
    """What is wrong with a feed's URL, and what to do; None: nothing. `written`: as it stands in the file, the names of
    variables in place of what they hold, which is shown to nobody."""
    scheme, _, behind = written.partition(":")
    if scheme.lower() == "feed":
        rest = behind.lstrip("/")
        return "this address begins with feed:", f"write {rest if '://' in rest else f'https://{rest}'}"
    if (several := _SEVERAL.match(written)) is not None:
        return "these are several addresses", f"write each on a line of its own: - {several[1]}"
    meant = meant_address(written)
    if meant:
        return "this is no address as it stands", f"write {meant}"
    if re.search(r"\s", url):
        return "an address has no spaces", "write %20, or delete the space"
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "this is no address", "write https://host/path"
    if parts.scheme.lower() not in ("http", "https"):
        return "a feed's address begins with http:// or https://", "write the whole address"
    if not host:
        return "this address has no host", "write https://host/path"
    if host in ("http", "https"):
        return "this address begins twice", f"delete {parts.scheme}://"
    return None


def meant_address(url: str) -> str:
    """The address that was copied with something around it, or without its beginning; "": none."""
    if enclosed := _IN_OTHER_SIGNS.match(url):
        return enclosed["address"]
    if (turned := _TURNED.match(url)) is not None:
        right = turned[0].replace("\\", "/") + url[turned.end() :]
        return meant_address(right) or right
    if (of_an_app := _OF_AN_APP.match(url)) is not None:
        rest = unquote(of_an_app["rest"])
        return rest if rest.lower().startswith(("http://", "https://")) else f"https://{rest}"
    if slipped := _SLIPPED_SCHEME.match(url):
        scheme = "http" if url.lower().startswith(("http:", "http/")) else "https"
        right = f"{scheme}://{slipped['rest']}"
        return right if url.lower() != right.lower() else ""
    return f"https://{url}" if _BARE.match(url) else ""


def address_oddity(written: str, *, private_allowed: bool) -> tuple[str, str] | None:
    """What is odd about an address that can be asked for, as it is written in the file; None: nothing."""
    if "&amp;" in written:
        return "&amp; is how HTML writes &: this address asks for something else", "write & in its place"
    if variable := _BARE_VARIABLE.search(written):
        return f"${variable[1]} is no variable as it stands, and sent as it is", f"write ${{{variable[1]}}}"
    if unseen := next((character for character in written if character in UNSEEN), ""):
        return f"this address holds a character that nobody sees (U+{ord(unseen):04X})", "write it by hand"
    if written.endswith((",", ";")):
        return f"this address ends with a {'comma' if written.endswith(',') else 'semicolon'}, which is sent with it", (
            f"write {written.rstrip(',;')}"
        )
    if written.endswith(("…", "...")):
        return "this address looks cut off: it ends with dots", "copy it where it stands in full"
    host = urlsplit(written).hostname or "" if "${" not in written else ""
    if not private_allowed and _is_private(host):
        return (
            f"{host} is this machine or a private network: it is not asked",
            "set settings: {allow_private_hosts: true}",
        )
    return None


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))
    return address.is_private or address.is_loopback or address.is_link_local
