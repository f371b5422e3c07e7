"""Links as publishers write them → absolute URLs. A module of its own: who reads web pages needs no parser of feeds."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

LONGEST_URL = 2_000

_WRAPPED = re.compile(r"\s*[\r\n]\s*")
"""A link broken into lines: no site has a line feed in its URLs, browsers drop it."""
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_PLAIN = re.compile(r"https?://[a-z\d][a-z\d.-]*(?:/[!-~]*)?")
"""A URL as most are written: nothing about it is to be made good."""


def absolute(base: str, link: str | None) -> str | None:
    """`link` as an absolute http(s) URL without white space, or None when it is none."""
    link = (link or "").strip()
    if not link:
        return None
    if _PLAIN.fullmatch(link) is not None:
        return link[:LONGEST_URL]
    link = _SPACE.sub("%20", _WRAPPED.sub("", link))
    try:
        if link[:4].lower() == "www.":  # written without its scheme; no site has a folder of that name
            link = f"http://{link}"
        url = link if link[:8].lower().startswith(("http://", "https://")) else urljoin(base, link)
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return url[:LONGEST_URL]
