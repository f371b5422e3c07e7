"""An entry → what it is known by: its guid, its URL in one form, a hash of what it says, its outlet.

Law: identity is a matter of the publisher's own marks (guid, URL, text). Dates never take part, and nothing is
fetched: two URLs are one when they differ only in what trackers, mobile editions and wrappers add.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from publicsuffixlist import PublicSuffixList

from bot.core.text.combining import without_shaping
from bot.model import Entry, OutletId, Reading

_MAX_URL = 2_000
"""Characters by which a longer URL is compared: another number would make every such item a new one."""

TITLE_KEY = "h"
"""What the key of an item's title and date begins with."""

_TRACKING = re.compile(
    r"^(?:utm_.*|at_.*|ns_.*|mc_[ce]id|mkt_tok|pk_.*|piwik_.*|matomo_.*|hsa_.*|_hs(?:enc|mi)|vero_.*|wt\..*|wt_.*|oly_.*|sc_.*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mibextid|li_fat_id|srsltid|ved|usg|sa|ei"
    r"|cmpid|cmp|campaign_?id|campaign|icid|intcid|intcmp|cid|ncid|ocid|itid|sref|spm|_ga|_gl|ga_.*|xtor|echobox|smid|smtyp|smprod"
    r"|ref|refsrc|ref_src|ref_url|referrer|referer|source|src|partner|output|amp|outputtype|feature|share|shared|sharetype"
    r"|rss|feed|feedname|feedtype|via|emc|nl|nlid|guccounter|guce_.*|soc_.*|tag_?id|traffic_source|from|ftag|linkid|link_from|mod"
    r"|sid|sessionid|session_id|phpsessid|jsessionid|cb|cachebuster|_t|timestamp|ftcamp|trk|trkcampaign|bcid|taid|s_cid|sp_.*"
    r"|__twitter_impression|__source|hl|wtmc|wt_mc"
    r"|x-(?:amz|goog|oss|cos)-.*|expires|signature|key-pair-id|googleaccessid|awsaccesskeyid|ossaccesskeyid|hdn(?:ts|ea))$",
    re.IGNORECASE,
)  # from the lists that privacy tools strip, what real feeds append, and what storage signs its addresses with
_NUMBERS = {"cid", "sid", "from", "tag_id", "tagid", "source", "src", "feed", "ref", "mod", "nl", "via", "campaign"}
"""Trackers that are the article's number on other sites (`article.php?sid=1234`): kept where nothing else of the URL
names a page, and they hold what can be one (no session: those are long)."""
_NUMBER = re.compile(r"(?=.{1,15}$)[A-Za-z./:_-]*\d[\w./:-]*")
_OWN = re.compile(r"\d|[^\W_][-_][^\W_]|[a-z][A-Z]")
"""A figure, words joined, a code like `aBcDe`."""
_WEB = re.compile(r"https?://|//", re.IGNORECASE)
_DATED = re.compile(r"/\d{2,}/")
_EXTENSION = re.compile(r"\.[A-Za-z]\w{1,4}$")
MAX_OPENING = 2_000
"""Characters by which two texts under one headline are told apart; how a longer one ends is not known."""
_LONG_GUID = 16
"""Characters from which a guid is believed to be made for one item, whatever it is made of."""
_WRAPPED = ("url", "u", "q", "link", "target", "dest", "destination", "redirect", "redirect_url", "to", "goto", "out")
_WRAPPER_PATH = re.compile(
    r"^/(?:url|r|rd|go|out|link|redirect|redir|click|l\.php|track|away|away\.php|external|newsclick|rss/click)?/?$"
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_MOBILE = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch)\.(?=[^.]+\.)")
_DROP_FRAGMENT = re.compile(
    r"^(?:comments?|respond|more(?:-\d+)?|top|rss|content|main|article|disqus_thread)$", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_PLAIN_URL = re.compile(
    r"https?://(?!\S*\.cdn\.amp)([a-z\d-]+(?:\.[a-z\d-]+)+)((?:/[\w.~+,:@!$&'()*=-]+)*)/?", re.ASCII
)
"""A URL without parameters, fragment and escapes, as most are: a tenth of the time."""
_SPECIAL_PART = re.compile(r"/amp(?:[/.]|$)|\.amp(?:\.|$)|/(?:index|default)\.", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


@lru_cache(maxsize=1024)  # one entry's URL is asked for several times on its way
def canonical_url(url: str, *, fragment: bool = False) -> str:
    """One form for all spellings of an address: no scheme, `www.`, `m.` or `amp.`, no trackers, wrappers undone.

    With `fragment`, a fragment that is no tracker stays (for feeds whose items differ only there). Not http(s), or no
    host: the URL as it stands, trimmed.
    """
    text = url.strip()[:_MAX_URL]
    if (plain := _PLAIN_URL.fullmatch(text)) is not None and not _SPECIAL_PART.search(text, plain.end(1)):
        return _MOBILE.sub("", plain[1]) + plain[2]
    for _ in range(3):
        inner = _unwrapped(text)
        if inner is None:
            break
        text = inner
    if "//" not in text and _OTHER_SCHEME.match(text):
        return text
    try:
        parts = urlsplit(text if "//" in text else "//" + text)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:
        return text
    if parts.scheme.lower() not in ("", "http", "https") or not host or ("." not in host and host != "localhost"):
        return text
    host = _MOBILE.sub("", host)
    if host.endswith(".cdn.ampproject.org"):
        found = re.match(r"^/[acv]/(?:s/)?(.+)$", parts.path)
        if found:
            return canonical_url(found.group(1) + ("?" + parts.query if parts.query else ""), fragment=fragment)
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = _SESSION_IN_PATH.sub("", parts.path)
    path = quote(unquote(path), safe="/:@!$&'()*+,;=~-._")
    path = re.sub(r"/{2,}", "/", path)
    path = _INDEX.sub("/", path)
    path = re.sub(r"/amp(?:/|\.html?)?$|\.amp(?=\.html?$|$)", "", path, flags=re.IGNORECASE)
    path = re.sub(r"^/amp/(?=.)", "/", path, flags=re.IGNORECASE)
    path = path.rstrip("/")
    query = _query(parts.query, path)
    end = ""
    if parts.fragment and (parts.fragment.startswith(("!", "/")) or (fragment and not _is_tracking(parts.fragment))):
        end = "#" + parts.fragment
    return f"{host}{path}{'?' + query if query else ''}{end}"


def _is_tracking(fragment: str) -> bool:
    return "=" in fragment or ":~:" in fragment or _DROP_FRAGMENT.match(fragment) is not None


def _query(query: str, path: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, text) for name, text in pairs if not _TRACKING.match(name)]
    if len(kept) < len(pairs) and not _names_a_page(path, kept):  # then a number among the trackers is the article's
        kept += [(name, text) for name, text in pairs if name.lower() in _NUMBERS and _NUMBER.fullmatch(text)]
    return urlencode(sorted(kept))


def _names_a_page(path: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether a path ends, or parameters hold, what can be one page's own: a figure, a slug, a code. `/news/current`,
    `article.php` and `search?q=lamp` are places where something else stands tomorrow."""
    last = _EXTENSION.sub("", path.rstrip("/").rpartition("/")[2])
    if _DATED.search(f"/{path}"):
        return True
    return _OWN.search(last) is not None or any(_OWN.search(text or name) for name, text in pairs)


def names_an_item(mark: str) -> bool:
    """Whether a guid or a URL can be made for one item: a home page, `/current` and `latest` cannot."""
    if _WEB.match(mark) is None:
        return len(mark) >= _LONG_GUID or _OWN.search(mark) is not None
    form, _, fragment = canonical_url(mark, fragment=True).partition("#")
    path, _, query = form.partition("?")
    return bool(fragment) or _names_a_page(path.partition("/")[2], parse_qsl(query, keep_blank_values=True))


def _unwrapped(url: str) -> str | None:
    """The URL inside a redirecting wrapper (google.com/url?q=…, hub/r?u=…), or None."""
    at = url.find("?")
    if at < 0 or "http" not in url[at:]:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    pairs = parse_qsl(parts.query)
    if not _WRAPPER_PATH.match(parts.path) and len(pairs) > 2:
        return None
    for name, text in pairs:
        if name.lower() in _WRAPPED and re.match(r"https?://[^/\s]+\.[^/\s]+/.", text):
            return text
    return None


@cache
def _suffixes() -> PublicSuffixList:
    """The list's ICANN part: a name that a hosting firm gives away (`blog.github.io`) belongs to that firm."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4_096)
def _domain(host: str) -> str | None:
    if (found := _suffixes().privatesuffix(host)) is not None:
        return found
    if "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return host
    return ".".join(host.split(".")[-2:])  # a suffix that the bundled list does not know: the list's own default rule


def outlet_of(url: str | None) -> OutletId | None:
    """The registrable domain of a URL (`https://feeds.bbci.co.uk/…` → `bbci.co.uk`); None without one."""
    if not url:
        return None
    url = url.strip()[:_MAX_URL]
    end = url.find("/", url.find("//") + 2)
    # The entries of a feed are of a host or two. A line end inside a URL is none of it, wherever it stands.
    return _outlet_at(url[:end] if end > 0 and url.isprintable() else url)


@lru_cache(maxsize=4_096)
def _outlet_at(url: str) -> OutletId | None:
    """`outlet_of` a URL, its path left out."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    found = _domain(host) if host else None
    return OutletId(found) if found else None


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def date_key(entry: Entry) -> str:
    """Of the item that an entry may be by its feed and date. Nothing is kept under it: see `recognition.is_remade`.

    It is this entry's alone: what else has the date, in the same slice, need not be that item.
    """
    published = entry.published_at.isoformat() if entry.published_at is not None else ""
    return "d" + _hash(guid_scope(entry), published, entry.guid or "", entry.url or "", entry.title)


def guid_scope(entry: Entry) -> str:
    """Where a guid counts: within its feed, else within its source."""
    return f"f:{entry.feed}" if entry.feed else f"s:{entry.source or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an entry is known by. Hashed (21 characters a key), so that a store of a million items stays small.

    `guid_key`: of its guid within its feed, None without a guid; `url_key`: of its URL, None without one. `place`
    and `guid`: URL and guid alone, without the feed, shorter; empty without them. `content`: see `content_hash`.
    """

    keys: tuple[str, ...]
    """Strongest first: guid within its feed, URL; title, text and date where those name nothing (or are not there);
    title and date alone, of a feed's item without guid and URL."""
    guid_key: str | None
    url_key: str | None
    place: str
    guid: str
    content: str
    version: str
    """Of what it says under its date; empty without one."""
    opening: str
    """The beginning of its text, where nothing else tells an edit of it from another item; empty where guid or URL
    does."""
    feed_key: str
    """Of the item within its feed: the guid's key, or, without a guid, one of feed and URL (or text)."""


def identify(entry: Entry, reading: Reading) -> Identity:
    """What an entry is known by."""
    guid = (entry.guid or "").strip()
    scope = guid_scope(entry)
    guid_key, url_key = _guid_key(scope, guid), _url_key(entry)
    keys = _keys(entry, guid_key, url_key)
    is_bare = keys[-1].startswith(TITLE_KEY)
    content = content_hash(reading)
    return Identity(
        keys=keys,
        feed_key=guid_key or "f" + _hash(scope, keys[0]),
        guid_key=guid_key,
        url_key=url_key,
        place=(url_key or "")[1:13],
        # A feed's second URL, or a re-declared feed, gives the same guid in another scope.
        guid=(_guid_key("s:", guid) or "")[1:13],
        content=content,
        version=_hash(content, entry.published_at.isoformat())[:12] if entry.published_at else "",
        opening=f"{reading.summary}\n{reading.body}".strip()[:MAX_OPENING] if is_bare else "",
    )


def _guid_key(scope: str, guid: str) -> str | None:
    return "g" + _hash(scope, guid) if guid else None


def _url_key(entry: Entry) -> str | None:
    """None, too, for a URL that unlike items of one document share."""
    if not entry.url or not entry.url.strip() or entry.shares_url:
        return None
    return key_of_url(entry.url)


def key_of_url(url: str) -> str:
    """The key under which the item at a URL is remembered, however the URL is spelled."""
    return "u" + _hash(canonical_url(url, fragment=True))


def _keys(entry: Entry, guid_key: str | None, url_key: str | None) -> tuple[str, ...]:
    """What it says is a key, too, where neither guid nor URL can be made for it alone."""
    keys = tuple(key for key in (guid_key, url_key) if key)
    if any(names_an_item(mark) for mark, key in ((entry.guid, guid_key), (entry.url, url_key)) if mark and key):
        return keys
    published = entry.published_at.isoformat() if entry.published_at else ""
    # Not the guid: it may stand on two items one day, and none of them has it then.
    marks = ["", entry.url or ""] if entry.guid or entry.url else []
    text = (entry.summary or entry.body)[:4000]
    by_text = "t" + _hash(guid_scope(entry), entry.title, text, published, *marks)
    if keys or not entry.feed:
        return (*keys, by_text)
    return by_text, TITLE_KEY + _hash(guid_scope(entry), entry.title, published, *marks)


def content_hash(reading: Reading) -> str:
    """A hash of what the entry says: title, summary and body as read; case, spacing, captions and promo lines apart."""
    zones = map(without_shaping, (reading.title, reading.summary, reading.body))
    return _hash(*(" ".join(text.split()).casefold() for text in zones))
