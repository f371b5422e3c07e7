"""feedparser's dictionary of one entry → `Entry`.

The law: title and author are plain text; summary and body stay HTML (plain text is escaped to it); the URL is
absolute, http or https, or absent; a guid is kept as written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.core.parse.dates import believable, read_date
from bot.core.parse.feed_elements import DATES_APART
from bot.core.parse.links import LONGEST_URL, absolute, is_home_of
from bot.core.parse.markup import as_html, plain_line, without_address, without_cdata
from bot.core.parse.mojibake import fix_mojibake, fix_references
from bot.core.text.unrendered import shows_code
from bot.model import Entry

LONGEST_TITLE = 2_000
"""Characters; feeds without titles put whole articles there."""
MAX_TAGS = 50
"""Tags of one entry."""

_TITLES = (
    "title", "other_dc_title", "dcterms_title", "other_rssatom_title", "other_itunes_title", "other_media_title",
    "nested_title",
)  # fmt: skip
_SUMMARIES = (
    "other_dc_description", "dcterms_description", "dcterms_abstract", "excerpt_encoded", "other_rssatom_summary",
    "other_itunes_summary", "googleplay_description", "subtitle", "other_media_description", "nested_summary",
    "nested_description", "excerpt", "intro", "lead", "teaser", "article", "text", "html", "other_media_text",
)  # fmt: skip
"""Where an entry's title and summary stand: its own first, those of other vocabularies and of its parts without one."""
_FULL_TEXTS = ("full-text", "fulltext", "full_text", "turbo_content")
"""How elements end that hold an article beside its lead, whatever vocabulary they name (`yandex:full-text`)."""
_DATES = (
    "publicationdate", "publication_date", "publishdate", "publish_date", "publisheddate", "datepublished",
    "date_published", "dcterms_available", "cap_sent",
)  # fmt: skip
"""How elements end that date an entry in vocabularies of their own (`prism:publicationDate`, `cap:sent`)."""
_PATH = re.compile(r"(?!(?:null|undefined|none|nil|nan)/)(?:[^/.?=#]*[/.?=]|[^#]*#.)", re.IGNORECASE)
"""How a link begins that leads somewhere. `undefined/posts/1` is what a script wrote of a site it did not know."""
_OWN_MACHINE = re.compile(r"https?://(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1\])(?:[:/?#]|$)", re.IGNORECASE)
_NO_TITLES = frozenset(("null", "(null)", "undefined", "[object object]", "nan"))
"""What scripts write of a title that is not there."""
_LONGEST_NONE = 100
"""Characters of such a text, the blanks around it included."""
_NOTHING = re.compile(
    r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]+|\{[{%][^{}]*[%}]\}|\$\{[^{}]*\}|<%[^<>]*%>"
)
"""A title that nobody sees (a joiner, a mark of direction), or that a template was to fill in (`{{ title }}`)."""
_RELATIONS = "http://www.iana.org/assignments/relation/"
"""What RFC 4287 (4.2.7.2) puts before a relation that is registered."""
_OF_THE_ENTRY = 8
"""So many of `_SUMMARIES` speak of the entry as a whole, not of a picture or a part."""

_REDIRECT = re.compile(
    r"https?://(?:www\.google\.[a-z.]{2,6}/url|news\.google\.com/news/url|www\.bing\.com/news/apiclick\.aspx"
    r"|lm?\.facebook\.com/l\.php)\?|https?://r\.search\.yahoo\.com/(?:[^?#]*/)?RU=(?P<inner>[^/?#]+)/R[KS]=",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"</(\w+)>|<br\s*/?>|<p[\s>]|<img\s|&#?\w+;")
_ESCAPED_MARKUP = re.compile(r"&lt;(?:/(?:p|div|li|a|span|strong|em|blockquote|h[1-6])|br\s*/?)&gt;", re.IGNORECASE)
_ESCAPED_EMBED = re.compile(
    r"(?<=>)\s{0,20}&lt;(figure|iframe|video|audio|picture|object)\b(?:(?!&lt;/?\1\b)[^<]){0,3000}"
    r"&lt;/\1&gt;(?=\s{0,20}(?:<|\Z))",
    re.IGNORECASE,
)
"""A picture or a player that was escaped once more than the paragraphs around it, and stands between them."""
_DATE_ALONE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?\d{1,4}[ -](?:\d\d|[A-Z][a-z]{2,8})[ -]\d{2,4}"
    r"[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
)
_LANG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$")


def entry_from(
    raw: dict[str, Any], *, base: str, is_atom: bool, lang: str | None, author: str, seen_at: datetime
) -> Entry:
    """One entry. `base`: what links are relative to where the document does not say; `lang`: the feed's; `author`: of
    an entry that names none."""
    get = raw.get if type(raw) is dict else lambda key, default=None: dict.get(raw, key, default)
    detail = get("title_detail") or {}
    title = next(filter(None, (_own_text(raw, key) for key in (*_TITLES, "headline"))), "")
    summary, body = _texts(raw, is_atom=is_atom)
    url = _url(raw, base)
    published = first_date(seen_at, get("published"), get("created"), get("updated"), _own_text(raw, "date"))
    if published is None:
        published = first_date(seen_at, *(_own_text(raw, key) for key in raw if key.endswith(_DATES)))
    return Entry(
        title=title_that_says(plain_line(fix_references(fix_mojibake(title)))[:LONGEST_TITLE], url, published),
        guid=(get("id") or "").strip()[:LONGEST_URL] or None,
        url=url,
        summary=fix_references(fix_mojibake(summary)),
        body=fix_references(fix_mojibake(body)),
        author=authors_of(raw) or authors_of(get("source")) or author,
        tags=tuple(dict.fromkeys(_tags(get("tags") or ()))),
        lang=language(get("language") or dict.get(detail, "language")) or lang,
        published_at=published,
        source_url=_source_url(raw),
        seen_at=seen_at,
    )


def title_that_says(title: str, url: str | None, published: datetime | None) -> str:
    """A title; empty where it is no more than the entry's URL or date, as of posts that have none: what they say
    stands below."""
    if title and (title == url or title.casefold() in _NO_TITLES or _NOTHING.fullmatch(title) is not None):
        return ""
    is_date = published is not None and _DATE_ALONE.fullmatch(title) is not None and read_date(title) == published
    return "" if is_date else title


def language(tag: object) -> str | None:
    """A language tag as declared (`en-GB`), or None for what is none."""
    tag = str(tag or "").strip()
    return tag.replace("_", "-") if _LANG.match(tag) else None


def _url(raw: dict[str, Any], base: str) -> str | None:
    """The entry's own page: its link, an alternate of any type, a guid that is a URL, a podcast's file; without them
    what it calls its URL, or where it is talked about.

    A proxy's link gives way to the one that it stands for (`feedburner:origLink`).
    """
    get = partial(dict.get, raw)
    for proxied in ("feedburner_origlink", "pheedo_origlink"):
        if (original := absolute("", _own_text(raw, proxied))) is not None:
            return original
    guid = (get("id") or "").strip()
    guid_url = absolute(base, guid) if _is_url(guid) else None
    link = get("link") or ""
    if _leads(link, guid_url) and (guid_url or link.strip() != guid) and (url := absolute(base, link)):
        if guid_url and not get("guid_is_a_name") and is_home_of(url, guid_url) and not _has_recording(raw):
            url = guid_url
        return _destination(url)
    links = get("links") or ()
    for rel in ("alternate", "canonical", "bookmark", "enclosure"):
        for one in links:
            href = dict.get(one, "href")
            if _relation(one) == rel and _leads(href, guid_url) and (url := absolute(base, href)):
                return _destination(url)
        if guid_url and rel == "bookmark":
            return guid_url
    elsewhere = (dict.get(one, "src") for one in get("content") or ())  # Atom: the content is what stands there
    about = (dict.get(one, "href") for one in links if _relation(one) in ("related", "via"))  # what it tells of
    pages = (dict.get(one, "href") for one in links if _relation(one).startswith(("self", "http")) and _is_page(one))
    # `href` is feedparser's for `<url>`.
    others = (get("href"), get("nested_link"), *elsewhere, *about, *pages, _own_text(raw, "comments"))
    return next(filter(None, (absolute(base, one) for one in others)), None)


def _leads(link: str | None, guid_url: str | None) -> bool:
    """Whether a link is one. Beside a guid that is an address, `null`, `#` and `http://localhost:3000/1` are what a
    template wrote of nothing, or of the machine that it was tried on."""
    if not guid_url:
        return bool(link)
    is_of_a_desk = _OWN_MACHINE.match(link or "") is not None and _OWN_MACHINE.match(guid_url) is None
    return not is_of_a_desk and _PATH.match(link or "") is not None


def _has_recording(raw: dict[str, Any]) -> bool:
    """Whether an entry is an episode: its guid may be the address of its file."""
    kinds = (dict.get(one, "type") for one in dict.get(raw, "links") or () if _relation(one) == "enclosure")
    return any(not str(kind or "").startswith("image/") for kind in kinds)


def _relation(link: dict[str, Any]) -> str:
    """What a link is to its entry; also where it is written as IANA's address of that word."""
    return str(dict.get(link, "rel") or "alternate").lower().removeprefix(_RELATIONS)


def _is_page(link: dict[str, Any]) -> bool:
    return str(dict.get(link, "type") or "").startswith(("text/html", "application/xhtml"))


def _own_text(raw: dict[str, Any], name: str) -> str:
    """The text of an element that no vocabulary knows."""
    text = dict.get(raw, name)
    return text if isinstance(text, str) else ""


def _is_url(guid: str) -> bool:
    """Whether a guid can be a link, whatever `isPermaLink` says: `10423` and a UUID are none, and lead nowhere."""
    return guid[:8].lower().startswith(("http://", "https://", "/"))


def _destination(url: str) -> str:
    """Where the redirect of a search engine or a network leads (alerts by Google and Bing, links by Yahoo, Facebook);
    any other URL as it is."""
    if (redirect := _REDIRECT.match(url)) is None:
        return url
    query = dict(parse_qsl(urlsplit(url).query))
    inner = unquote(redirect["inner"] or "") or query.get("url") or query.get("q") or query.get("u")
    return absolute("", inner) or url


def _source_url(raw: dict[str, Any]) -> str | None:
    """RSS `<source url>`, the page of an Atom `<source>`: whose item it is, where an aggregator carries it."""
    source = dict.get(raw, "source")
    if not isinstance(source, dict):
        return None
    return absolute("", dict.get(source, "href")) or absolute("", dict.get(source, "link"))


def _texts(raw: dict[str, Any], *, is_atom: bool) -> tuple[str, str]:
    """Summary and body as HTML. feedparser copies content into an absent summary: that copy is dropped."""
    summary = dict.get(raw, "summary") or ""
    detail = dict.get(raw, "summary_detail") or {}
    content = dict.get(raw, "content") or ()
    body = ""
    body_type = ""
    for part in content:
        value = dict.get(part, "value") or ""
        kind = dict.get(part, "type") or ""
        is_text = not kind or kind.startswith("text/") or kind.endswith(("xml", "html"))
        if is_text and len(value) > len(body):
            body, body_type = value, kind
    if not body:
        body = next((text for key in raw if key.endswith(_FULL_TEXTS) and (text := _own_text(raw, key))), "")
    if body and summary == body:  # of two contents the other one may be the lead, which stood behind it
        detail = next((part for part in content if (dict.get(part, "value") or "") not in ("", body)), {})
        summary = dict.get(detail, "value") or ""
    if not summary:  # pictures speak only where the entry itself says nothing
        others = _SUMMARIES[: _OF_THE_ENTRY if body else None]
        summary, detail = next(filter(None, (_own_text(raw, key) for key in others)), ""), {}
    if not body and (other := dict.get(raw, "other_itunes_summary") or "") != summary:
        body = other  # a podcast's long description, beside the short one
    summary, body = (_without_second_escape(_said(text)) for text in (summary, body))
    if summary and dict.get(detail, "type") == "text/plain" and not (not is_atom and _CLOSING.search(summary)):
        summary = _plain_as_html(summary)
    if body and body_type == "text/plain":
        body = _plain_as_html(body)
    return summary, body


def _said(text: str) -> str:
    """A text; nothing where it is what scripts write of none."""
    return "" if len(text) < _LONGEST_NONE and text.strip().casefold() in _NO_TITLES else text


def _without_second_escape(text: str) -> str:
    """HTML that was escaped once too often: no tag in it is one, and what is escaped are the tags of paragraphs; or
    that holds a picture which was."""
    if "![CDATA[" in text and (cdata := without_cdata(text)) is not text:
        return _without_second_escape(cdata)
    if "&lt;" not in text:
        return text
    if "<" in text:  # what is escaped beside tags is what the text speaks of, but for what it would show
        if shows_code(text):
            return text
        return _ESCAPED_EMBED.sub(lambda embed: html.unescape(embed[0]) if "=" in embed[0] else embed[0], text)
    return html.unescape(text) if _ESCAPED_MARKUP.search(text) is not None else text


def _plain_as_html(text: str) -> str:
    """Text declared as plain. Much of it is HTML all the same: where it closes a tag, it is taken for HTML."""
    return text if re.search(r"</[a-zA-Z]\w*>|<br ?/?>|<p>", text) else as_html(text)


def authors_of(raw: object) -> str:
    """The authors of an entry, of the feed that it was taken from, or of its own feed (RFC 4287, 4.2.1)."""
    if not isinstance(raw, dict):
        return ""
    names = [name for author in dict.get(raw, "authors") or () if (name := dict.get(author, "name"))]
    return fix_mojibake(joined_names(names or [dict.get(raw, "author") or ""]))


def joined_names(names: Iterable[str]) -> str:
    """The authors of an entry as one line, none of them twice, each without the address beside the name."""
    return ", ".join(dict.fromkeys(filter(None, (without_address(plain_line(name)) for name in names))))[:500]


def _tags(tags: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Label and term: the label may be the term in words (`Economy`), or what the term is one of (`form type`: 8-K)."""
    for _, tag in zip(range(MAX_TAGS), tags, strict=False):
        for name in ("label", "term"):
            if written := plain_line(fix_mojibake(dict.get(tag, name) or ""))[:200]:
                yield written


def first_date(seen_at: datetime, *texts: str | None) -> datetime | None:
    """The first of these dates that can be believed."""
    for text in (one for several in texts if several for one in several.split(DATES_APART)):
        if (instant := believable(read_date(text), seen_at)) is not None:
            return instant
    return None
