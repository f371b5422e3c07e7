"""The text of a web page → the URLs of its feeds (autodiscovery), or what kind of page stands there instead.

Sources: HTML `<link rel="alternate">` (RSS Advisory Board's autodiscovery), and the paths that common publishing
software serves feeds at.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import unquote

from bot.core.parse.links import absolute

WELL_KNOWN = (
    "/feed", "/rss", "/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default",
    "/feed.json", "/rss/", "/index.rdf",
)  # fmt: skip
"""In the order in which they are tried where a page names no feed."""

_LINK = re.compile(r"""<(link|a)\b((?:[^<>"']++|"[^"]{0,4000}"|'[^']{0,4000}'){0,100})>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z-])([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_BASE = re.compile(r"""<base\b[^<>]{0,1000}?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_REFRESH = re.compile(r"<meta\b([^<>]{0,1000}?http-equiv\s*=\s*[\"']?refresh\b[^<>]{0,4000})>", re.IGNORECASE)
_REFRESH_URL = re.compile(r"^[\s\d.]*[;,]?\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
"""Where a page of a host without redirects leads: `0;url=https://…`."""
_HIDDEN = re.compile(r"<(!--|(?:script|style|template|textarea)\b)", re.IGNORECASE)
"""Where begins what is not on the page: links in it are examples, or what a script makes others of."""
_ENDS = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in ("script", "style", "template", "textarea")}
_ENDS["!--"] = re.compile("-->")
_FEED_TYPE = re.compile(r"\b(?:rss|atom|rdf|feed\+json|json\+feed)\b")
"""In a media type, however it is written: `application/rss`, `text/rss+xml`, `application/x-atom+xml`."""
_XML_TYPES = ("application/json", "application/xml", "text/xml")
"""Types that may be a feed's, and may be a translation's (`hreflang`)."""
_FEED_URL = re.compile(
    r"(?:^|[/._-])(?:(?:rss|atom|xml)-?)?(?:rss|atom|feeds?)\d*(?:\.(?:xml|rss|json|php|aspx?))?/?(?:[?#]|$)"
    r"|(?:^|/)(?:rss|atom|feeds)/(?![^?#]*\.html?(?:[?#]|$))[^?#]+(?:[?#]|$)|\.(?:rss|atom|rdf)(?:[?#]|$)"
    r"|[?&](?:feed|format|output|type|alt)=(?:rss|atom|rdf|feed)|//(?:feeds?|rss)\d?\.",
    re.IGNORECASE,
)
"""What the URL of a feed looks like, where a link has no type."""
_FEED_WORD = re.compile(r"\b(?:rss|atom|feed)\b", re.IGNORECASE)
"""What the title of a link says that has no type."""
_CALLED = re.compile(
    r"""<a\b((?:[^<>"']++|"[^"]{0,4000}"|'[^']{0,4000}'){0,100})>((?:[^<]|<(?!/?a\b)){0,500})</a\s*>""", re.IGNORECASE
)
_ALT = re.compile(r"""\b(?:alt|title|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_CALLED_FEED = re.compile(r"\b(?:rss|atom)\b", re.IGNORECASE)
_CALLED_BY_PICTURE = re.compile(
    r"""\s(?:class|src|(?:xlink:)?href)\s*=\s*["'](?:[^"']*[\s/_#.-])?(?:rss|feed-?icon|icon-?feed)(?:[\s_.-][^"'/]{0,100}|\d*)["']""",
    re.IGNORECASE,
)
"""`class="fa fa-rss"`, `src="/img/rss.gif"`, `href="/icons.svg#rss"`: a picture that names what it leads to."""
_OF_COMMENTS = re.compile(
    r"comment|[ck]om+ent[aá]|kommentti|коммент|коментар|reacties|yorum|σχόλια|תגובות|تعليقات"
    r"|コメント|评论|評論|留言|댓글|bình luận",
    re.IGNORECASE,
)
"""What WordPress and others call a feed of comments, in the languages of their sites."""
_INNER_URL = re.compile(r"\Ahttps?://[^/?#]+/.*?(https?(?:://|%3A%2F%2F)[^&]+)", re.IGNORECASE)
_FEED_RELATIONS = frozenset(("feed", "self", "service.feed"))
"""Beside `alternate`, what pages have called a link to their feed."""
_SHORT = 40
"""Characters of what a link to a feed is called."""
_TAG = re.compile(r"<[^<>]*>")
_FEED_SCHEME = re.compile(r"(?:feed|rss|itpc|pcast|podcast):(?:(?://)?(?=https?:)|(?=//))", re.IGNORECASE)
"""What readers and podcast players once registered: `feed://`, `feed:https://`, `itpc://`. The URL behind it counts."""
_HEADER_LINK = re.compile(r"""<([^<>]*)>((?:[^",<]++|"[^"]*+"){0,200})""")
_TITLE = re.compile(r"<title[^<>]{0,1000}>(.{0,4000}?)</title", re.IGNORECASE | re.DOTALL)
_CHALLENGE = (
    "just a moment...", "attention required! | cloudflare", "checking your browser before accessing",
    "cf-browser-verification", "/orchestrate/chl_page/", "cf_chl_opt", "ddos-guard", "verify you are human",
    "verifying you are human", "px-captcha", "geo.captcha-delivery.com", "enable javascript and cookies to continue",
    "making sure you're not a bot", "/.within.website/", "anubis_challenge",
    'protected by <a href="https://github.com/techarohq/anubis', "awswafcookiedomainlist", ".awswaf.com/",
    "/.well-known/sgcaptcha/", "/.well-known/captcha/", "vercel security checkpoint", "sucuri_cloudproxy_js",
    "sucuri website firewall", "imunify360", "please wait while your request is being verified",
    "radware bot manager", "radware captcha page", "shieldsquare captcha", ".perfdrive.com",
    "<title>client challenge</title>", "/_fs-ch-", "kpsdk", "incapsula incident id", "//errors.edgesuite.net/",
    "the requested url was rejected. please consult with your administrator", "generated by wordfence",
    "/.bunny-shield/", "gammaspectra.live/git/go-away", "your request has been blocked due to a network policy",
    "undeclared automated tool",
)  # fmt: skip
"""Words of the challenge pages of Cloudflare, DDoS-Guard, Imperva, HUMAN, DataDome, Anubis, AWS WAF, SiteGround,
Vercel, Sucuri, Imunify360, Radware, Fastly, Kasada, Akamai, F5, Wordfence, bunny.net, go-away, Reddit, the SEC, as they
stood in 2026."""
_ASKS = re.compile(
    r"\b(?:class|id)\s*=\s*[\"']?[^\"'<>]{0,200}\b(?:h-captcha|cf-turnstile|g-recaptcha)\b|<altcha-widget"
    r"|/cdn-cgi/challenge-platform/|_incapsula_resource"
)
"""What asks whether there is a person (a box; its style or script alone are on the pages of many programs, too);
Cloudflare's and Imperva's scripts stand on all pages behind them."""
_HAS_MORE = re.compile(
    r"type\s*=\s*[\"']?(?:password|email|search)|<textarea|application/(?:rss|atom)\+xml|application/feed\+json"
)
"""A login, a form to write to somebody, a feed that is named: such a page does not only ask."""
_LINK_START = re.compile(r"<a\s")
_FEW_LINKS = 5
"""So many has no page that does nothing but ask."""
_REFUSED = re.compile(r"\s*error code: 10(?:0[5-9]|10|12|20)\s*\Z")
"""All that Cloudflare says to an address, a country or a browser that its customer does not want (1015: too often)."""


def feeds_of_page(text: str, base: str, link_header: str = "") -> tuple[str, ...]:
    """Absolute URLs of the feeds that a page links to, in the page's order.

    `link_header`: of its answer. Feeds of comments come after the others; what is linked like any page (`<a>`), last.
    """
    text, page = _shown(text), base.partition("#")[0]
    header_links = [(url, _attributes(rest.replace(";", " "))) for url, rest in _HEADER_LINK.findall(link_header)]
    candidates = [("link", {**attributes, "href": url}, base) for url, attributes in header_links]
    if match := _BASE.search(text):
        base = absolute(base, html.unescape(match[1])) or base
    refreshes = (_attributes(tag[1]).get("content", "") for tag in _REFRESH.finditer(text))
    targets = (target[1].strip() for content in refreshes if (target := _REFRESH_URL.match(content)))
    candidates += [("link", {"rel": "alternate", "href": target}, base) for target in targets]
    candidates += [(tag[1].lower(), _attributes(tag[2]), base) for tag in _LINK.finditer(text)]
    called = (_attributes(link[1]) for link in _CALLED.finditer(text) if _is_called_feed(link))
    candidates += [("a", {**attributes, "rel": "feed"}, base) for attributes in called]
    ranks: dict[str, int] = {}
    for tag, attributes, tag_base in candidates:
        written = attributes.get("href", "").strip()
        href = without_feed_scheme(written)
        href = _within(href) if tag == "a" else href
        url = absolute(tag_base, href)
        if (
            url is None
            or url.partition("#")[0] == page
            or not (href != written or _leads_to_feed(tag, attributes, href))
        ):
            continue
        is_of_comments = _OF_COMMENTS.search(f"{attributes.get('title', '')} {url}") is not None
        is_vague = attributes.get("type", "").split(";")[0].strip().lower() in _XML_TYPES
        is_plain = tag == "a" and "type" not in attributes
        ranks.setdefault(url, 4 * is_plain + 2 * is_vague + is_of_comments)
    return tuple(sorted(ranks, key=lambda url: ranks[url]))


def _shown(text: str) -> str:
    """A page without what is not on it, in time that grows with its length: what is left open hides nothing."""
    parts, at, open_ones = [], 0, set()
    for beginning in _HIDDEN.finditer(text):
        name = beginning[1].lower()
        if beginning.start() < at or name in open_ones:
            continue
        if (end := _ENDS[name].search(text, beginning.end())) is None:
            open_ones.add(name)
        else:
            parts += [text[at : beginning.start()], " "]
            at = end.end()
    return "".join((*parts, text[at:]))


def without_feed_scheme(url: str) -> str:
    """The URL behind `feed:`; with an authority only (`feed://host/x`) it has no scheme of its own."""
    return _FEED_SCHEME.sub("", url, count=1) if _FEED_SCHEME.match(url) else url


def _within(url: str) -> str:
    """The feed's URL in that of a reader's page for it (`https://feedly.com/i/subscription/feed/https://…`)."""
    inner = _INNER_URL.search(url)
    found = unquote(inner[1]) if inner is not None else ""
    return found if _FEED_URL.search(found) is not None else url


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(text)
    }


def _leads_to_feed(tag: str, attributes: Mapping[str, str], href: str) -> bool:
    kind = attributes.get("type", "").split(";")[0].strip().lower()
    relations = attributes.get("rel", "").lower().split()
    if _FEED_TYPE.search(kind):
        if "type=entry" in attributes.get("type", "").lower().replace(" ", "").replace('"', ""):
            return False  # the page itself as one entry (RFC 5023)
        is_alternate = any(relation.startswith("alternat") for relation in relations)
        return tag == "a" or not relations or is_alternate or not _FEED_RELATIONS.isdisjoint(relations)
    if "alternate" in relations and kind in _XML_TYPES:
        return "hreflang" not in attributes
    if "feed" in relations:
        return True
    if "alternate" in relations and "hreflang" not in attributes and _FEED_WORD.search(attributes.get("title", "")):
        return kind in ("", "text/html")
    is_any_page = kind in ("", "text/html") and (tag == "a" or "alternate" in relations)
    return is_any_page and _FEED_URL.search(href) is not None


def _is_called_feed(link: re.Match[str]) -> bool:
    """Whether a link is called RSS, in its words or by its picture: short ones only, others are about RSS."""
    words = " ".join(_TAG.sub(" ", link[2]).split())
    names = [words, *(one or other for one, other in _ALT.findall(f"{link[1]} {link[2]}"))]
    kind = _attributes(link[1]).get("class", "")
    has_picture = not words and _CALLED_BY_PICTURE.search(f' class="{kind}" {link[2]}') is not None
    return has_picture or any(len(name) <= _SHORT and _CALLED_FEED.search(name) for name in names)


def page_title(text: str) -> str:
    """The page's own title, for messages."""
    match = _TITLE.search(text[:50_000])
    return " ".join(html.unescape(match[1]).split())[:100] if match else ""


def is_challenge(text: str) -> bool:
    """Whether a page is a bot challenge: it asks for a browser, not for a password."""
    head = html.unescape(text[:60_000]).lower()
    if _REFUSED.match(head) is not None or any(mark in head for mark in _CHALLENGE):
        return True
    return (
        _ASKS.search(head) is not None
        and _HAS_MORE.search(head) is None
        and len(_LINK_START.findall(head)) < _FEW_LINKS
    )
