"""The text of a web page → the URLs of its feeds (autodiscovery), or what kind of page stands there instead.

Sources: HTML `<link rel="alternate">` (RSS Advisory Board's autodiscovery), and the paths that common publishing
software serves feeds at.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from bot.core.parse.entries import absolute

WELL_KNOWN = (
    "/feed",
    "/rss",
    "/feed/",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
    "/rss/",
    "/index.rdf",
)
"""In the order in which they are tried where a page names no feed."""

_LINK = re.compile(r"""<(link|a)\b((?:[^>"']++|"[^"]{0,4000}"|'[^']{0,4000}'){0,100})>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_BASE = re.compile(r"""<base\b[^>]*?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_FEED_TYPE = re.compile(r"\b(?:rss|atom|rdf|feed\+json)\b")
"""In a media type, however it is written: `application/rss`, `text/rss+xml`, `application/x-atom+xml`."""
_XML_TYPES = ("application/json", "application/xml", "text/xml")
"""Types that may be a feed's, and may be a translation's (`hreflang`)."""
_FEED_URL = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?)(?:\d*\.(?:xml|rss|json|php))?/?(?:[?#]|$)|\.(?:rss|atom|rdf)(?:[?#]|$)"
    r"|[?&](?:feed|format)=(?:rss|atom)|//feeds\d?\.",
    re.IGNORECASE,
)
"""What the URL of a feed looks like, where a link has no type."""
_HEADER_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_CHALLENGE = (
    "just a moment...",
    "attention required! | cloudflare",
    "checking your browser before accessing",
    "cf-browser-verification",
    "/cdn-cgi/challenge-platform/",
    "cf_chl_opt",
    "ddos-guard",
    "verify you are human",
    "verifying you are human",
    "_incapsula_resource",
    "px-captcha",
    "geo.captcha-delivery.com",
    "enable javascript and cookies to continue",
    "making sure you're not a bot",
    "making sure you&#39;re not a bot",
    "/.within.website/x/cmd/anubis",
    "awswafcookiedomainlist",
    ".awswaf.com/",
    "/.well-known/sgcaptcha/",
    "vercel security checkpoint",
    "sucuri_cloudproxy_js",
    "sucuri website firewall",
    "imunify360",
    "radware bot manager",
    "validate.perfdrive.com",
    "<title>client challenge</title>",
    "/_fs-ch-",
    "kpsdk",
)
"""Words of the challenge pages of Cloudflare, DDoS-Guard, Imperva, HUMAN, DataDome, Anubis, AWS WAF, SiteGround,
Vercel, Sucuri, Imunify360, Radware, Fastly, Kasada, as they stood in 2026."""


def feeds_of_page(text: str, base: str, link_header: str = "") -> tuple[str, ...]:
    """Absolute URLs of the feeds that a page links to, in the page's order.

    `link_header`: of its answer. Feeds of comments come after the others; what is linked like any page (`<a>`), last.
    """
    text = _COMMENT.sub(" ", text)
    header_links = [(url, _attributes(rest.replace(";", " "))) for url, rest in _HEADER_LINK.findall(link_header)]
    candidates = [("link", {**attributes, "href": url}, base) for url, attributes in header_links]
    if match := _BASE.search(text):
        base = absolute(base, html.unescape(match[1])) or base
    candidates += [(tag[1].lower(), _attributes(tag[2]), base) for tag in _LINK.finditer(text)]
    ranks: dict[str, int] = {}
    for tag, attributes, tag_base in candidates:
        href = re.sub(r"^feed:(?=https?:)|^feed:(?=//)", "", attributes.get("href", "").strip(), flags=re.IGNORECASE)
        url = absolute(tag_base, href)
        if url is None or not _leads_to_feed(tag, attributes, href):
            continue
        is_of_comments = "comment" in (attributes.get("title", "") + url).lower()
        ranks.setdefault(url, (2 if tag == "a" and "type" not in attributes else 0) + is_of_comments)
    return tuple(sorted(ranks, key=lambda url: ranks[url]))


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(text)
    }


def _leads_to_feed(tag: str, attributes: Mapping[str, str], href: str) -> bool:
    kind = attributes.get("type", "").split(";")[0].strip().lower()
    relations = attributes.get("rel", "").lower().split()
    if _FEED_TYPE.search(kind):
        return tag == "a" or not relations or "alternate" in relations or "feed" in relations
    if "alternate" in relations and kind in _XML_TYPES:
        return "hreflang" not in attributes
    if "feed" in relations:
        return True
    return not kind and (tag == "a" or "alternate" in relations) and _FEED_URL.search(href) is not None


def page_title(text: str) -> str:
    """The page's own title, for messages."""
    match = _TITLE.search(text[:50_000])
    return " ".join(html.unescape(match[1]).split())[:100] if match else ""


def is_challenge(text: str) -> bool:
    """Whether a page is a bot challenge: it asks for a browser, not for a password."""
    head = text[:60_000].lower()
    return any(mark in head for mark in _CHALLENGE)
