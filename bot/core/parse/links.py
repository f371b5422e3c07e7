"""Links as publishers write them → absolute URLs. A module of its own: who reads web pages needs no parser of feeds."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

LONGEST_URL = 2_000
"""Characters of an address that browsers open and Slack links to."""
_LONGEST_LINK = 4 * LONGEST_URL
"""Characters of a link that are looked at: white space and markup around it, too."""

_WRAPPED = re.compile(r"(?<!\s)\s*[\r\n]\s*")
"""A link broken into lines: no site has a line feed in its URLs, browsers drop it."""
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_REFERENCE = re.compile(r"&(?:amp|#0*\d{2,3}|#[xX]0*[\da-fA-F]{2});")
"""`&`, or another sign of ASCII (`&#47;`), that was escaped once more."""
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""What is copied with an address from chats and documents, and nobody sees. Sent with it, the answer is a 404."""
_AROUND = re.compile(
    r"""[<"'“‘]\s*((?:https?:)?/.*)[>"'”’]|<a\s(?:[^<>]*\s)?href\s*=\s*["']?([^"'<>\s]+).*"""
    r"|<!\[CDATA\[\s*(.*)\]\]>|\[[^\[\]]*\]\(\s*(https?:[^\s()]+)\)",
    re.IGNORECASE,
)
"""A link in quotes or brackets, as a page has it (`<a href="…">…</a>`) or Markdown (`[…](…)`), or with its CDATA
escaped."""
_SLASHES = re.compile(
    r"(https?)(?::(?:[/\\]{2,}|[/\\]?(?=[^/\\?#:]+\.[^/\\?#:]+[/\\]))|//(?=[^/\\?#]+\.[^/\\?#]+[/\\]))"
    r"(?:(https?:)[/\\]+(?=\w))?",
    re.IGNORECASE,
)
"""`https:/host`, `https:host/`, `https:///host`, `http//host`, `http://https://host`: what browsers and people take for
a scheme's slashes."""
_AGAIN = re.compile(
    r"(?:https?://([^/?#:]+)(?::\d+)?)(?:/*(?=https?://\1[/:?#])|(?=https?://))(?P<inner>.+)", re.IGNORECASE
)
"""An address behind the host that a template puts before its paths: `https://host/https://host/1`."""
_BEHIND_HOME = re.compile(r"https?://(?:www\.)?([^/?#:]+)(?::\d+)?/+(https?://[^/?#]+\.[^/?#]+/.+)", re.IGNORECASE)
"""The same where the address is of another site, behind the feed's own: `https://host/https://files.example/1`."""
_NO_HOST = re.compile(r"https?:[/\\]{3,}(?=[^/\\?#.:]+[/\\])", re.IGNORECASE)
"""`https:///news/1`: a template that knew no host. What follows is a path."""
_SEVERAL = re.compile(r"(https?://\S+)\s+https?://")
"""Addresses one after another: an item's own, then one of an advertisement, of its source …"""
_NOTHING = re.compile(
    r"[\W_]?(?:n/?a|none|null|nil|nan|false|undefined|tbd|[-–—_.*]+)[\W_]?|about:blank"
    r"|(?:https?:)?//(?:null|undefined|none|nil|nan|false)(?:[:/].*)?|\{[{%].*[%}]\}|<%.*%>|\$\{.*\}",
    re.IGNORECASE,
)
"""What people and scripts write of a link that is not there (`N/A`, `-`, `False`), or of a site, and what a
template was to fill in (`{{ post.url }}`): it leads nowhere."""
HOME = re.compile(r"https?://(?:www\.)?([^/?#]+)/?", re.IGNORECASE)
"""The URL of a site (with its host), and of no page in it."""
_PAGE = re.compile(
    r"https?://(?:www\.)?([^/?#]+)/(?!(?:[^?#]*/)?(?:feed|rss|[^/?#]*\.(?:xml|rss|atom|json|mp3|m4a|mp4|jpe?g|png|gif|webp))"
    r"(?:[/?#]|\Z))[^#]",
    re.IGNORECASE,
)
"""How that of a page begins; not that of a recording or a picture, nor of a place in the feed (`/feed.xml#12`)."""
_PLAIN = re.compile(r"https?://[a-z\d][a-z\d-]*\.[a-z\d.-]*(?:/[!-%'-\[\]-~]*(?:&(?!amp;|#)[!-%'-\[\]-~]*)*)?")
"""A URL as most are written: nothing about it is to be made good."""


def absolute(base: str, link: str | None) -> str | None:
    """`link` as an absolute http(s) URL without white space, or None when it is none."""
    link = (link or "")[:_LONGEST_LINK].strip().strip(UNSEEN)
    if not link:
        return None
    if _PLAIN.fullmatch(link) is not None and "//" not in link[8:]:
        return link[:LONGEST_URL]
    if _NOTHING.fullmatch(link) is not None:
        return None
    if (several := _SEVERAL.match(link)) is not None:
        link = several[1]
    link = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), _WRAPPED.sub("", link))
    if (around := _AROUND.fullmatch(link)) is not None:
        link = next(filter(None, around.groups()), "").rstrip()
    if not link:
        return None
    link = _SPACE.sub("%20", with_slashes(link))
    try:
        if (again := _AGAIN.fullmatch(link)) is not None:
            link = again["inner"]
        home = urlsplit(base)
        host = (home.hostname or "").removeprefix("www.")
        if (behind := _BEHIND_HOME.fullmatch(link)) is not None and behind[1].lower() == host:
            link = behind[2]
        if link[:4].lower() == "www.":  # written without its scheme; no site has a folder of that name
            link = f"http://{link}"
        elif host and link.lower().startswith(f"{host}/"):
            link = f"{home.scheme}://{link}"
        url = link if link[:8].lower().startswith(("http://", "https://")) else urljoin(base, link)
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return url[:LONGEST_URL]


def with_slashes(link: str) -> str:
    """`link` as browsers and people read it: a backslash in its path is a slash, and two of them stand behind the
    scheme. With one before what is no host (`http:/new`) it is a path of the same site, to browsers, too."""
    link = link.replace("\\/", "/")  # as JSON has it
    if (nowhere := _NO_HOST.match(link)) is not None:
        link = f"/{link[nowhere.end() :]}"
    elif (scheme := _SLASHES.match(link)) is not None:
        link = f"{scheme[2] or scheme[1] + ':'}//{link[scheme.end() :]}"
    if "\\" in link:
        end = min((at for at in map(link.find, "?#") if at >= 0), default=len(link))
        link = link[:end].replace("\\", "/") + link[end:]
    return link


def is_home_of(link: str, guid_url: str) -> bool:
    """Whether a link leads to the front page of the site on which a guid is a page: of all items of some feeds."""
    home, page = HOME.fullmatch(link), _PAGE.match(guid_url)
    return home is not None and page is not None and home[1].lower() == page[1].lower()
