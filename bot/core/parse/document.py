"""The bytes of a document and its headers → `ParsedFeed`, or a ParseError that says what stands there instead.

The law: what kind of document it is, is decided by its content, never by its media type. A web page, an empty body and
anything without a feed's root raise; everything that is a feed is read as far as it goes, and its faults are named.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.core.parse.charset import decode_body
from bot.core.parse.entries import authors_of, entry_from, language
from bot.core.parse.error_reports import error_report
from bot.core.parse.feed import MAX_ENTRIES, ParsedFeed, length_problems
from bot.core.parse.jsonfeed import read_json
from bot.core.parse.links import absolute
from bot.core.parse.markup import plain_line, possible_references
from bot.core.parse.mojibake import fix_mojibake
from bot.core.parse.shared_marks import without_shared_marks
from bot.core.parse.spellings import canonical_url
from bot.core.parse.webpage import feeds_of_page, page_title
from bot.core.parse.wrappings import unwrapped
from bot.core.parse.xml import Raw, read_xml
from bot.core.text.sanitize import short_line
from bot.errors import ParseError

_FEED_START = re.compile(r"<\?xml|<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE_ROOT = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<html[\s>]", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
"""One without an end goes on to the document's: asked for, an end is looked for from each beginning anew."""
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,4000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(r"<skipDays>(.{0,4000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_SKIPS = ("<sk", "<Sk", "<sK", "<SK")
"""How both of them begin: most feeds have neither."""
_HEAD = 100_000
"""Characters of a document in which they are looked for."""
_REDIRECT = re.compile(
    r"(?:<\?xml[^<>]*>\s*)?<redirect\b[^<>]*>\s*<newLocation\b[^<>]*>([^<]{1,2000})</", re.IGNORECASE
)
"""What some put in the place of a feed that has moved, where they cannot redirect: `<redirect><newLocation>…`."""
_OTHER_FILES = {
    b"\x89PNG": "a picture (PNG)",
    b"GIF8": "a picture (GIF)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"\x00\x00\x01\x00": "a picture (an icon)",
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a zip archive",
}
"""What files of other kinds begin with: some servers send who they do not like their icon. Of all others is said only
that they are no text."""
_OF_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_WHOLE_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_READ = "RSS, Atom, RDF and JSON Feed can be read"
_TAG = re.compile(r"<[^<>]*>")
_REASON = re.compile(r"""\s(?:message|error|reason|description)\s*=\s*(["'])([^"'<>]{1,200})\1""", re.IGNORECASE)
_LONGEST_REASON = 120
"""What an API says in place of a feed, in its words or in an attribute, and the characters of it that are shown."""
_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_SY_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_PROXIES = (
    "feeds.feedburner.com",
    "feedproxy.google.com",
    "feeds2.feedburner.com",
    "feedpress.me",
    "feeds.feedblitz.com",
)
"""Hosts that serve other sites' Atom feeds: relative links there belong to the site, as in RSS on any other host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A body as text: what it says it is relative to, and what was wrong with its bytes."""

    text: str
    base: str
    lang: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether it begins like JSON. A feed's root in a JSON Feed's string (`"What <rss> is"`) is none."""
        if self.text[:1] not in ("{", "["):
            return False
        root = _FEED_ROOT.search(self.text[:500])
        if root is None or '"items"' not in self.text:  # without: a warning of PHP's, a service's answer
            return root is None
        return self.text[: root.start()].replace('\\"', "").count('"') % 2 == 1


def parse(
    body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, max_entries: int = MAX_ENTRIES
) -> ParsedFeed:
    """Reads a feed.

    `url`: where the body came from in the end, what relative links are relative to; `headers`: of the answer, names in
    lower case. Raises: ParseError (`… is not a feed …`), its message without the URL.
    """
    return parse_document(open_document(body, url, headers), seen_at, max_entries)


def open_document(body: bytes, url: str, headers: Mapping[str, str]) -> Document:
    """The text of a body, whatever its character set. Raises: ParseError when there is none."""
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise ParseError("the answer is empty")
    if (kind := next((name for start, name in _OTHER_FILES.items() if body.startswith(start)), "")) != "":
        raise ParseError(f"{kind} is not a feed. {_READ}")
    text, problems = decode_body(body, headers.get("content-type", ""))
    text = possible_references(text)
    text, around = unwrapped(text)
    problems = (*problems, around) if around else problems
    repaired = fix_mojibake(text)
    if repaired is not text:
        text = repaired
        problems = (*problems, "the text was encoded twice: repaired")
    return Document(
        text=text.lstrip("\ufeff \t\r\n\x00\u200b"),
        base=url,
        lang=language(headers.get("content-language", "").split(",")[0]),
        problems=problems,
    )


def parse_document(document: Document, seen_at: datetime, max_entries: int) -> ParsedFeed:
    """Reads the text of a feed. Raises: ParseError."""
    text, base = document.text, document.base
    if document.is_json:
        feed = read_json(text, base=base, seen_at=seen_at, limit=max_entries, lang=document.lang)
        return _of_news(replace(feed, problems=(*document.problems, *feed.problems)), base)
    start = _FEED_START.search(text[:100_000])
    if _is_page(text):
        raise ParseError(_about_page(text, base))
    problems = document.problems
    if start and start.start() and not text.startswith("<!"):
        problems = (*problems, "something stands before the feed: left out")
        text = text[start.start() :]
    raw = read_xml(text, base=base, lang=document.lang, limit=max_entries)
    if not raw.version and not raw.entries:
        raise ParseError(_about_other(text, base))
    return _of_news(_from_xml(raw, text, base, seen_at, document.lang, problems, max_entries), base)


def _of_news(feed: ParsedFeed, base: str) -> ParsedFeed:
    """A feed, unless its only entry says that it could not be made. Raises: ParseError."""
    if (title := error_report(feed.entries, base)) is not None:
        said = short_line(title, _LONGEST_REASON)
        raise ParseError(f"instead of the feed there is one entry that says “{said}”: ask who runs that server")
    return feed


def _is_page(text: str) -> bool:
    """Whether HTML's root comes before a feed's. Comments do not count: `<!-- <html> is for browsers -->`."""
    head = _COMMENT.sub("", text[:200_000])
    page, root = _PAGE_ROOT.search(head[:5_000]), _FEED_ROOT.search(head)
    if page is None:
        return False
    if root is None:
        return True
    has_only_doctype = page[0].startswith("<!") and _HTML_ROOT.search(head[: root.start()]) is None
    return page.start() < root.start() and not has_only_doctype


def _from_xml(
    raw: Raw, text: str, base: str, seen_at: datetime, lang: str | None, problems: tuple[str, ...], limit: int
) -> ParsedFeed:
    feed = raw.feed
    is_atom = raw.version.startswith("atom")
    link = absolute(base, dict.get(feed, "link"))
    lang = language(dict.get(feed, "language")) or lang
    author = authors_of(feed) if is_atom else ""  # RSS names who runs the feed, not who has written in it
    host = urlsplit(base).hostname
    is_elsewhere = link is not None and (not is_atom or host in _PROXIES) and urlsplit(link).hostname != host
    entries = without_shared_marks(
        entry_from(
            entry,
            base=link if link and is_elsewhere else base,
            is_atom=is_atom,
            lang=lang,
            author=author,
            seen_at=seen_at,
        )
        for entry in raw.entries
    )
    head = text[:_HEAD] if any(map(text[:_HEAD].__contains__, _SKIPS)) else ""
    written = str(dict.get(feed, "itunes_new-feed-url") or "").strip()
    new_url = absolute(base, written) if _WHOLE_URL.fullmatch(written) is not None else None  # what people write there
    if new_url is not None and canonical_url(new_url) == canonical_url(base):
        new_url = None  # the feed that others have moved to says so, too
    if raw.malformed:
        problems = (*problems, f"not well-formed XML ({raw.malformed}): read loosely")

    def linked(rel: str) -> tuple[str, ...]:
        links = [link for link in dict.get(feed, "links") or () if dict.get(link, "rel") == rel]
        return tuple(dict.fromkeys(filter(None, (absolute(base, dict.get(link, "href")) for link in links))))

    return ParsedFeed(
        format=raw.version or "xml",
        title=plain_line(fix_mojibake(dict.get(feed, "title") or dict.get(feed, "other_dc_title") or "")),
        link=link,
        entries=entries,
        lang=lang,
        ttl=_minutes(dict.get(feed, "ttl")),
        update_period=_sy(dict.get(feed, "sy_updateperiod"), dict.get(feed, "sy_updatefrequency")),
        skip_hours=_skip_hours(head),
        skip_days=_skip_days(head),
        hubs=linked("hub"),
        self_url=next(iter(linked("self")), None),
        new_url=new_url,
        problems=(*problems, *length_problems(raw.cut, raw.more, limit)),
        cut=raw.cut,
        well_formed=not raw.malformed,
    )


def _about_page(text: str, base: str) -> str:
    title = page_title(text)
    named = f" (“{title}”)" if title else ""
    links = feeds_of_page(text, base)
    if links:
        return f"a web page{named} is not a feed. The page names its feed: {links[0]}"
    return (
        f"a web page{named} is not a feed, and it names none. Look for a link called RSS on the site, or try "
        f"{_guess(base)}"
    )


def _about_other(text: str, base: str) -> str:
    if (redirect := _REDIRECT.match(text)) is not None and (
        target := absolute(base, html.unescape(redirect[1]).strip())
    ):
        return f"the feed says that it has moved to {target}: use that address"
    if text.startswith("<"):
        root = re.search(r"<([\w:.-]+)[\s>/]", text)
        kind = {
            "opml": "an OPML list of feeds (try `wirewatch feeds import`)",
            "urlset": "a sitemap",
            "sitemapindex": "a sitemap",
        }
        name = root[1] if root else "?"
        if (what := kind.get(name.lower())) is None:
            said = [_TAG.sub(" ", text[:_HEAD]), *(one[1] for one in _REASON.findall(text[:_HEAD]))]
            says = " ".join(html.unescape(" ".join(said)).split())[:_LONGEST_REASON]
            what = f"a document that begins with <{name[:40]}>{f' (“{says}”)' if says else ''}"
        return f"{what} is not a feed. {_READ}"
    if _OF_NO_TEXT.search(text[:60]) is not None:
        return f"a file that is no text is not a feed. {_READ}"
    return f"what stands there is not a feed (it begins “{' '.join(text[:60].split())}”). Try {_guess(base)}"


def _guess(base: str) -> str:
    parts = urlsplit(base)
    other = "rss" if parts.path.strip("/") == "feed" else "feed"  # not the one that was asked
    return f"{parts.scheme}://{parts.netloc}/{other}" if parts.netloc else "the site's /feed"


def _minutes(text: object) -> timedelta | None:
    match = re.match(r"\s*(\d{1,6})", str(text or ""))
    return timedelta(minutes=int(match[1])) if match and int(match[1]) > 0 else None


def _sy(period: object, frequency: object) -> timedelta | None:
    span = _SY_PERIODS.get(str(period or "").strip().lower())
    if span is None:
        return None
    match = re.match(r"\s*(\d{1,4})", str(frequency or "1"))
    return span / max(1, int(match[1]) if match else 1)


def _skip_hours(head: str) -> frozenset[int]:
    hours = _skipped(_SKIP_HOURS, r"<hour>\s*(\d{1,2})\s*</hour>", head)
    return frozenset(int(hour) % 24 for hour in hours if int(hour) <= 24)  # 24: midnight, as RSS 0.91 counts


def _skip_days(head: str) -> frozenset[int]:
    names = _skipped(_SKIP_DAYS, r"<day>\s*([A-Za-z]{3})", head)
    return frozenset(_DAYS[name.lower()] for name in names if name.lower() in _DAYS)


def _skipped(element: re.Pattern[str], one: str, head: str) -> list[str]:
    match = element.search(head)
    return re.findall(one, match[1], re.IGNORECASE) if match else []
