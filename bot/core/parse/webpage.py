"""The text of a web page → the URLs of its feeds (autodiscovery), or what kind of page stands there instead.

Sources: HTML `<link rel="alternate">` (RSS Advisory Board's autodiscovery), and the paths that common publishing
software serves feeds at.
"""

from __future__ import annotations

import html
import re

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

_LINK = re.compile(r"<(?:link|a)\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_BASE = re.compile(r"""<base\b[^>]*?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
)
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


def feeds_of_page(text: str, base: str) -> tuple[str, ...]:
    """Absolute URLs of the feeds that a page links to, in the page's order; comment feeds last."""
    text = _COMMENT.sub(" ", text[:500_000])
    if match := _BASE.search(text):
        base = absolute(base, html.unescape(match[1])) or base
    links: dict[str, bool] = {}
    for tag in _LINK.finditer(text):
        attributes = {
            match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
            for match in _ATTRIBUTE.finditer(tag[0])
        }
        kind = attributes.get("type", "").split(";")[0].strip().lower()
        if "alternate" not in attributes.get("rel", "").lower().split() or kind not in _TYPES:
            continue
        if kind in ("application/json", "application/xml", "text/xml") and "hreflang" in attributes:
            continue
        if url := absolute(base, attributes.get("href")):
            links.setdefault(url, "comment" in (attributes.get("title", "") + url).lower())
    return tuple(sorted(links, key=lambda url: links[url]))


def page_title(text: str) -> str:
    """The page's own title, for messages."""
    match = _TITLE.search(text[:50_000])
    return " ".join(html.unescape(match[1]).split())[:100] if match else ""


def is_challenge(text: str) -> bool:
    """Whether a page is a bot challenge: it asks for a browser, not for a password."""
    head = text[:60_000].lower()
    return any(mark in head for mark in _CHALLENGE)
