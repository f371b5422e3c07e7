"""The text of a JSON Feed (1.0, 1.1) → its fields and entries. Spec: jsonfeed.org/version/1.1.

The law: fields of a wrong type count as absent; an item cut off by the end of the document is left out, whole items
before it are kept.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.core.parse.entries import (
    LONGEST_TITLE,
    MAX_TAGS,
    first_date,
    joined_names,
    language,
    title_that_says,
)
from bot.core.parse.feed import ParsedFeed, length_problems
from bot.core.parse.links import LONGEST_URL, absolute, is_home_of
from bot.core.parse.markup import as_html, plain_line, whole_pairs
from bot.core.parse.mojibake import fix_mojibake
from bot.core.parse.shared_marks import without_shared_marks
from bot.errors import ParseError
from bot.model import Entry

_SLIP = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*(?:"|\\?\Z))|,\s*([\]},])', re.DOTALL)
"""A comma before a bracket's end or another one, which JSON forbids and templates write; in strings: `_ESCAPE`."""
_ESCAPE = re.compile(r"\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4})|\\")
"""An escape of JSON's, or a backslash of another language (`It\\'s`), which stands for nothing here."""
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
_ITEM_START = re.compile(r'\{\s*"')
_MOST_FAULTS = 100
"""Broken items of a document that are passed over: each costs a look at all that stands before it."""
_URLS = ("url", "external_url", "link")
_DATES = ("date_published", "date_modified", "published", "pubDate")
"""Where an item's URL and dates stand: the specification's names first, then what those write who have read another."""
_CALLED_ITEMS, _AROUND = ("item", "entries", "entry"), ("feed", "data", "rss", "channel", "response", "result")
"""What others call `items`, and what they put around them."""
_REASONS = ("message", "error_description", "detail", "reason", "error", "errors")
_DEEPEST, _LONGEST_REASON = 4, 120
_ITEMS = re.compile(r'"items"\s*:\s*\[')


def read_json(text: str, *, base: str, seen_at: datetime, limit: int, lang: str | None) -> ParsedFeed:
    """Raises: ParseError when the document is JSON but no feed, or no JSON."""
    written, cut = _loaded(text)
    document = _feed_in(written)
    version = str(document.get("version") or "")
    own = language(document.get("language")) or lang
    home = absolute(base, _text(document.get("home_page_url")))
    site = home if home and urlsplit(home).hostname != urlsplit(base).hostname else base
    authors = _authors(document)
    items = [item for item in document["items"] if isinstance(item, dict)]
    more = len(items) > limit
    return ParsedFeed(
        format="json11" if version.rstrip("/").endswith("1.1") else "json10",
        title=plain_line(fix_mojibake(_text(document.get("title")))),
        link=home,
        entries=without_shared_marks(_entry(item, site, own, authors, seen_at) for item in items[:limit]),
        lang=own,
        hubs=tuple(
            _text(hub.get("url"))
            for hub in _list(document.get("hubs"))
            if isinstance(hub, dict) and _text(hub.get("type")).lower() == "websub" and _text(hub.get("url"))
        ),
        self_url=absolute(base, _text(document.get("feed_url"))),
        problems=length_problems(cut, more, limit),
        cut=cut,
    )


def _loaded(text: str) -> tuple[object, bool]:
    """What JSON says, and whether it is cut off: then what can be read of it. Raises ParseError."""
    try:
        return json.loads(text, strict=False), False  # bare line feeds and tabs in strings, which JSON forbids
    except RecursionError:
        raise ParseError("JSON that is nested so deep is not a feed") from None
    except ValueError:
        text = _SLIP.sub(_without_slip, text)
    try:
        return json.loads(text, strict=False), False
    except ValueError:
        return _whole_items(text), True


def _feed_in(document: object) -> dict[str, Any]:
    """The part of a document that is a feed, with a list of `items`. Raises ParseError."""
    feed = _where_items_stand({"items": document} if isinstance(document, list) else document)
    if isinstance(feed, dict):
        if isinstance(feed.get("items"), dict):
            feed["items"] = list(feed["items"].values())  # a list of PHP's that lost some of its items
        if feed.get("items") is None and "jsonfeed" in str(feed.get("version")):
            feed["items"] = []  # what Go makes of a list without items
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError(
            "this JSON is not a feed: it has no list of items. The address of a JSON Feed is needed, not of an API."
            + _says_why(feed)
        )
    if "jsonfeed" not in str(feed.get("version") or "") and not _looks_like_items(feed["items"]):
        raise ParseError(
            "this JSON is not a feed: it names no jsonfeed.org version, and has no items with id and content"
        )
    return feed


def _where_items_stand(document: object) -> object:
    """The part of a document that has `items`, by that or another name, as what turns XML into JSON puts it: `feed`,
    `data`, `rss` and `channel` around it."""
    part = document
    for _ in range(_DEEPEST):
        if not isinstance(part, dict) or part.get("items") is not None:
            return part if isinstance(part, dict) else document
        if (items := next(filter(None, map(_list, map(part.get, _CALLED_ITEMS))), None)) is not None:
            return {**part, "items": items} if _looks_like_items(items) else document
        part = next((inner for inner in map(part.get, _AROUND) if isinstance(inner, dict)), None)
    return document


def _says_why(document: object) -> str:
    """What an API says of itself in place of a feed (`{"error": {"message": "API key missing"}}`)."""
    part = document
    for _ in range(_DEEPEST):
        if not isinstance(part, dict):
            break
        if said := next((text for key in _REASONS if (text := " ".join(_text(part.get(key)).split()))), ""):
            return f" It says: “{plain_line(said)[:_LONGEST_REASON]}”"
        part = next((inner for inner in map(part.get, _REASONS) if isinstance(inner, dict)), None)
    return ""


def _entry(item: dict[str, Any], base: str, lang: str | None, authors: list[Any], seen_at: datetime) -> Entry:
    identifier = item.get("id") or item.get("guid")
    guid = whole_pairs(str(identifier)).strip()[:LONGEST_URL] if isinstance(identifier, str | int | float) else None
    markup = fix_mojibake(_first(item, "content_html", "content", "description"))
    words = fix_mojibake(_text(item.get("content_text")))
    url = next(filter(None, (absolute(base, _text(item.get(key))) for key in _URLS)), None)
    guid_url = absolute(base, guid) if guid and guid.lower().startswith(("http://", "https://")) else None
    if guid_url is not None and (url is None or is_home_of(url, guid_url)):
        url = guid_url
    if url is None:  # an episode that has no page but its file
        files = (file for file in _list(item.get("attachments")) if isinstance(file, dict))
        url = next(filter(None, (absolute(base, _text(file.get("url"))) for file in files)), None)
    own = _authors(item) or authors
    dates = [item.get(key) for key in _DATES]
    published = first_date(seen_at, *(str(date) for date in dates if isinstance(date, str | int | float)))
    return Entry(
        title=title_that_says(plain_line(fix_mojibake(_text(item.get("title"))))[:LONGEST_TITLE], url, published),
        guid=guid or None,
        url=url,
        summary=as_html(fix_mojibake(_text(item.get("summary")))),
        body=markup or as_html(words),
        author=joined_names(_text(author.get("name") if isinstance(author, dict) else author) for author in own),
        tags=tuple(
            dict.fromkeys(tag for raw in _list(item.get("tags"))[:MAX_TAGS] if (tag := plain_line(_text(raw))[:200]))
        ),
        lang=language(item.get("language")) or lang,
        published_at=published,
        seen_at=seen_at,
    )


def _authors(of: dict[str, Any]) -> list[Any]:
    """Of a feed or an item, in the form of 1.1, of 1.0, or of neither (`"authors": {"name": …}`, `"author": [ … ]`)."""
    several, one = of.get("authors"), of.get("author")
    written = several if several and isinstance(several, list | dict) else one
    return written if isinstance(written, list) else [written] if written else []


def _first(item: dict[str, Any], *keys: str) -> str:
    return next(filter(None, (_text(item.get(key)) for key in keys)), "")


def _whole_items(text: str) -> dict[str, Any]:
    """What can be read of a cut document: its head's plain fields and the items before the cut. Raises ParseError."""
    start = _ITEMS.search(text)
    if start is None:
        raise ParseError("what begins like JSON and is none is not a feed")
    document: dict[str, Any] = {}
    for key in ("version", "title", "home_page_url", "feed_url", "language"):
        match = re.search(rf'"{key}"\s*:\s*("(?:[^"\\]|\\.)*")', text[: start.start()])
        if match:
            with suppress(ValueError):
                document[key] = json.loads(match[1], strict=False)
    return {**document, "items": _items_behind(text, start.end())}


def _items_behind(text: str, position: int) -> list[Any]:
    """The items of a cut list whose first one begins at `position`, but for those that cannot be read."""
    decoder = json.JSONDecoder(strict=False)
    items = []
    faults = 0
    while True:
        while (sign := text[position : position + 1]) == "," or sign.isspace():
            position += 1
        try:
            if text[position : position + 1] == '"':  # a quote between two items, which the next one would end
                raise ValueError(position)
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            faults += 1
            is_rubbish = text[position : position + 1] not in ("{", "]", "")  # between two items
            if is_rubbish and faults <= _MOST_FAULTS and (following := _ITEM_START.search(text, position)) is not None:
                position = following.start()
                continue
            if faults > _MOST_FAULTS or (following := _NEXT.search(text, position)) is None:
                break
            position = following.end()  # one broken item costs no other
            continue
        if not faults or (isinstance(item, dict) and "id" in item):  # else a part of the broken one
            items.append(item)
    return items


def _without_slip(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2]
    return match[1] if "\\" not in match[1] else _ESCAPE.sub(lambda one: one[0] if len(one[0]) > 1 else "", match[1])


def _looks_like_items(items: list[Any]) -> bool:
    first: dict[str, Any] = next((item for item in items if isinstance(item, dict)), {})
    # WordPress's own API has a title, too, and more within it.
    says = any(_text(first.get(key)) for key in ("content_html", "content_text", "url", "title"))
    return says and any(key in first for key in ("id", "guid", "link", "url"))


def _text(value: object) -> str:
    return whole_pairs(value) if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
