"""Any text or URL → what may stand in a message: one harmless line, a URL that may be a link."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlsplit

from bot.core.text.combining import end_of_sign

_MAX_LINK = 3000
"""Slack refuses longer URLs in buttons."""
# Control characters, and signs that turn the direction of what follows: a headline must not rewrite its neighbours.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys, or a reader of lines takes for the end of one, but for LF and the tab. Marks of direction that
stand in Arabic and Hebrew (U+200E, U+200F) turn nothing but the signs beside them."""


def harmless(text: str) -> str:
    """The text at the same length, control characters and signs that turn the direction blanked."""
    return _HARMFUL.sub(" ", text)


def visible(text: str) -> str:
    """The text with what a terminal would obey written out (`\\u001b`), as JSON writes it: of JSON the value stays."""
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def short_line(text: str, limit: int) -> str:
    """One line of at most `limit` characters, without control characters and without signs that turn the direction."""
    flat = _SPACES.sub(" ", _HARMFUL.sub(" ", text)).strip()
    return flat if len(flat) <= limit else flat[: end_of_sign(flat, limit - 1)].rstrip() + "…"


@functools.lru_cache(maxsize=4096)
def web_address(url: str | None) -> str | None:
    """`url` if it may become a link: http or https, with a host, nothing in it that ends a link early. The scheme comes
    out in small letters: who asks for `https://` does not know `HTTPS://`, and a digest would lose its form for it.
    Without a login: `https://bank.example@evil.example/` reads as another place, and a password is nobody's news."""
    if url is None or len(url) > _MAX_LINK:
        return None
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if _HARMFUL.search(url) or _SPACES.search(url):
        return None
    netloc = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{netloc}{url[len(parts.scheme) + len('://') + len(parts.netloc) :]}"
