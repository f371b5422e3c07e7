"""A URL in any of its spellings → one form; whether it can be made for one item.

Law: nothing is fetched. Two URLs are one when they differ only in what trackers, mobile editions and wrappers add.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from bot.core.parse.links import LONGEST_URL

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
_NUMBERS = re.compile(r"(?:[cs]id|tag_?id|linkid|from|source|src|feed|ref|mod|nl|via|campaign)$", re.IGNORECASE)
"""Trackers that are the article's number on other sites (`article.php?sid=1234`): kept where nothing else of the URL
says which page it is, and they hold what can be one (no session: those are long)."""
_NUMBER = re.compile(r"(?=.{1,15}$)[A-Za-z./:_-]*\d[\w./:-]*")
_OWN = re.compile(r"\d|[^\W_][-_][^\W_]|[a-z][A-Z]")
"""A figure, words joined, a code like `aBcDe`."""
_SLUG = re.compile(r"\d|[^\W_][-_][^\W_]+[-_][^\W_]")
"""A figure, or three words joined: what is called by two (`news-detail`, `press_release`) may show any page."""
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jspx?|do|action|f?cgi|cfm|pl)$", re.IGNORECASE)
_WEB = re.compile(r"https?://|//", re.IGNORECASE)
_DATED = re.compile(r"/\d{2,}/")
_EXTENSION = re.compile(r"\.[A-Za-z]\w{1,4}$")
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
    text = url.strip()[:LONGEST_URL]
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
        origin = re.match(r"^/[acv]/(?:s/)?(.+)$", parts.path)
        if origin:
            return canonical_url(origin.group(1) + ("?" + parts.query if parts.query else ""), fragment=fragment)
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = _path(parts.path)
    query = _query(parts.query, path)
    end = ""
    if parts.fragment and (parts.fragment.startswith(("!", "/")) or (fragment and not _is_tracking(parts.fragment))):
        end = "#" + parts.fragment
    return f"{host}{path}{'?' + query if query else ''}{end}"


def _path(written: str) -> str:
    """Without a session, a page's name that the folder has as well (`/index.html`), and marks of AMP; encoded alike."""
    path = quote(unquote(_SESSION_IN_PATH.sub("", written)), safe="/:@!$&'()*+,;=~-._")
    path = _INDEX.sub("/", re.sub(r"/{2,}", "/", path))
    path = re.sub(r"/amp(?:/|\.html?)?$|\.amp(?=\.html?$|$)", "", path, flags=re.IGNORECASE)
    path = re.sub(r"^/amp/(?=.)", "/", path, flags=re.IGNORECASE)
    return path.rstrip("/")


def _is_tracking(fragment: str) -> bool:
    return "=" in fragment or ":~:" in fragment or _DROP_FRAGMENT.match(fragment) is not None


def _query(query: str, path: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, text) for name, text in pairs if not _TRACKING.match(name)]
    if len(kept) < len(pairs) and not _says_which(path, kept):  # then a number among the trackers is the article's
        kept += [(name, text) for name, text in pairs if _NUMBERS.match(name) and _NUMBER.fullmatch(text)]
    return urlencode(sorted(kept))


def _says_which(path: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether path and parameters say which page it is without a tracker: `news-detail.php` shows any of them."""
    last = path.rpartition("/")[2]
    stem = _EXTENSION.sub("", last)
    is_said = any(map(str.isdigit, stem)) if _SCRIPT.search(last) else _SLUG.search(stem) is not None
    return is_said or _DATED.search(f"/{path}") is not None or any(_SLUG.search(text or name) for name, text in pairs)


def _names_a_page(path: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether a path ends, or parameters hold, what can be one page's own: a figure, a slug, a code. `/news/current`,
    `article.php` and `search?q=lamp` are places where something else stands tomorrow."""
    last = _EXTENSION.sub("", path.rstrip("/").rpartition("/")[2])
    if _DATED.search(f"/{path}"):
        return True
    return _OWN.search(last) is not None or any(_OWN.search(text or name) for name, text in pairs)


def names_an_item(mark: str | None) -> bool:
    """Whether a guid or a URL can be made for one item: a home page, `/current` and `latest` cannot."""
    if not mark:
        return False
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
    asks_more = any(name.lower() not in _WRAPPED and not _TRACKING.match(name) for name, _ in pairs)
    if asks_more and not _WRAPPER_PATH.match(parts.path):
        return None  # read.php?id=7&redirect=https://…: where it goes on from there
    for name, text in pairs:
        if name.lower() in _WRAPPED and re.match(r"https?://[^/\s]+\.[^/\s]+/.", text):
            return text
    return None
