"""feedparser's dictionary of one entry → `Entry`.

The law: title and author are plain text; summary and body stay HTML (plain text is escaped to it); the URL is
absolute, http or https, or absent; a guid is kept as written, and is absent where it names two different items of one
document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.core.parse.dates import believable, read_date
from bot.core.parse.markup import as_html, plain_line
from bot.core.parse.mojibake import fix_mojibake
from bot.model import Entry

LONGEST_URL = 2_000
LONGEST_TITLE = 2_000
MAX_TAGS = 50

_CLOSING = re.compile(r"</(\w+)>|<br\s*/?>|<p[\s>]|<img\s|&#?\w+;")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_LANG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$")


def entry_from(raw: dict[str, Any], *, base: str, is_atom: bool, lang: str | None, seen_at: datetime) -> Entry:
    """One entry. `base`: what links are relative to where the document does not say; `lang`: the feed's."""
    get = raw.get if type(raw) is dict else lambda key, default=None: dict.get(raw, key, default)
    detail = get("title_detail") or {}
    title = plain_line(fix_mojibake(get("title") or ""))[:LONGEST_TITLE]
    summary, body = _texts(raw, is_atom=is_atom)
    published = _first_date(seen_at, get("published"), get("created"), get("updated"))
    return Entry(
        title=title,
        guid=(get("id") or "").strip()[:LONGEST_URL] or None,
        url=_url(raw, base),
        summary=fix_mojibake(summary),
        body=fix_mojibake(body),
        author=fix_mojibake(_author(raw)),
        tags=tuple(dict.fromkeys(_tags(get("tags") or ()))),
        lang=language(get("language") or dict.get(detail, "language")) or lang,
        published_at=published,
        seen_at=seen_at,
    )


def language(tag: object) -> str | None:
    """A language tag as declared (`en-GB`), or None for what is none."""
    tag = str(tag or "").strip()
    return tag.replace("_", "-") if _LANG.match(tag) else None


def absolute(base: str, link: str | None) -> str | None:
    """`link` as an absolute http(s) address without white space, or None when it is none."""
    link = _SPACE.sub("%20", (link or "").strip())
    if not link:
        return None
    try:
        url = link if link[:8].lower().startswith(("http://", "https://")) else urljoin(base, link)
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return url[:LONGEST_URL]


def without_shared_guids(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of one document: a guid that stands on items with different addresses identifies none of them."""
    entries = tuple(entries)
    addresses: defaultdict[str, set[str | None]] = defaultdict(set)
    for entry in entries:
        if entry.guid:
            addresses[entry.guid].add(entry.url)
    shared = {guid for guid, urls in addresses.items() if len(urls) > 1}
    if not shared:
        return entries
    return tuple(replace(entry, guid=None) if entry.guid in shared else entry for entry in entries)


def _url(raw: dict[str, Any], base: str) -> str | None:
    """The entry's own page: its link, an alternate of any type, a guid that is an address, a podcast's file."""
    url = absolute(base, dict.get(raw, "link"))
    if url:
        return url
    links = dict.get(raw, "links") or ()
    for rel in ("alternate", "enclosure"):
        for link in links:
            if dict.get(link, "rel", "alternate") == rel and (url := absolute(base, dict.get(link, "href"))):
                return url
        guid = (dict.get(raw, "id") or "").strip()
        if (
            rel == "alternate"
            and guid[:8].lower().startswith(("http://", "https://"))
            and (url := absolute(base, guid))
        ):
            return url
    return None


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
        if (
            value
            and (len(value) > len(body))
            and (kind.startswith("text/") or kind.endswith(("xml", "html")) or not kind)
        ):
            body, body_type = value, kind
    if body and summary == body:
        summary = ""
    if summary and dict.get(detail, "type") == "text/plain" and not (not is_atom and _CLOSING.search(summary)):
        summary = _plain_as_html(summary)
    if body and body_type == "text/plain":
        body = _plain_as_html(body)
    return summary, body


def _plain_as_html(text: str) -> str:
    """Text declared as plain. Much of it is HTML all the same: where it closes a tag, it is taken for HTML."""
    return text if re.search(r"</[a-zA-Z]\w*>|<br ?/?>|<p>", text) else as_html(text)


def _author(raw: dict[str, Any]) -> str:
    names = []
    for author in dict.get(raw, "authors") or ():
        name = dict.get(author, "name")
        if name:
            names.append(plain_line(name))
    if not names:
        names = [plain_line(dict.get(raw, "author") or "")]
    return ", ".join(dict.fromkeys(name for name in names if name))[:500]


def _tags(tags: Iterable[dict[str, Any]]) -> Iterable[str]:
    for _, tag in zip(range(MAX_TAGS), tags, strict=False):
        term = dict.get(tag, "label") or dict.get(tag, "term") or ""
        if term := plain_line(fix_mojibake(term))[:200]:
            yield term


def _first_date(seen_at: datetime, *texts: str | None) -> datetime | None:
    for text in texts:
        if text and (instant := believable(read_date(text), seen_at)) is not None:
            return instant
    return None
