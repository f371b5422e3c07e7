"""An entry → what it is known by: its guid, its URL in one form, a hash of what it says, its outlet.

Law: identity is a matter of the publisher's own marks (guid, URL, text). Dates never take part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from bot.core.parse.links import LONGEST_URL
from bot.core.parse.spellings import canonical_url, names_an_item
from bot.core.text.combining import without_shaping
from bot.model import Entry, OutletId, Reading

TITLE_KEY = "h"
"""What the key of an item's title and date begins with."""

MAX_OPENING = 2_000
"""Characters by which two texts under one headline are told apart; how a longer one ends is not known."""


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
    url = url.strip()[:LONGEST_URL]
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
    return "d" + _hash(_guid_scope(entry), published, entry.guid or "", entry.url or "", entry.title)


def _guid_scope(entry: Entry) -> str:
    """Where a guid counts: within its feed, else within its source."""
    return f"f:{entry.feed}" if entry.feed else f"s:{entry.source or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an entry is known by. Hashed (21 characters a key), so that a store of a million items stays small.

    `keys`, strongest first: guid within its feed, URL; title, text and date where those name nothing (or are not
    there); title and date alone, of a feed's item without guid and URL. `guid_key`: of its guid within its feed, None
    without a guid; `url_key`: of its URL, None without one. `place` and `guid`: URL and guid alone, without the feed,
    shorter; empty without them. `content`: see `content_hash`; `version`: of what it says under its date, empty without
    one. `opening`: the beginning of its text, where nothing else tells an edit of it from another item; empty where
    guid or URL does. `feed_key`: of the item within its feed: the guid's key, or one of feed and URL (or text).
    """

    keys: tuple[str, ...]
    guid_key: str | None
    url_key: str | None
    place: str
    guid: str
    content: str
    version: str
    opening: str
    feed_key: str


def identify(entry: Entry, reading: Reading) -> Identity:
    """What an entry is known by."""
    guid = (entry.guid or "").strip()
    scope = _guid_scope(entry)
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
    if any(names_an_item(mark) for mark, key in ((entry.guid, guid_key), (entry.url, url_key)) if key):
        return keys
    published = entry.published_at.isoformat() if entry.published_at else ""
    # Not the guid: it may stand on two items one day, and none of them has it then.
    marks = ["", entry.url or ""] if entry.guid or entry.url else []
    text = (entry.summary or entry.body)[:4000]
    by_text = "t" + _hash(_guid_scope(entry), entry.title, text, published, *marks)
    if keys or not entry.feed:
        return (*keys, by_text)
    return by_text, TITLE_KEY + _hash(_guid_scope(entry), entry.title, published, *marks)


def content_hash(reading: Reading) -> str:
    """A hash of what the entry says: title, summary and body as read; case, spacing, captions and promo lines apart."""
    zones = map(without_shaping, (reading.title, reading.summary, reading.body))
    return _hash(*(" ".join(text.split()).casefold() for text in zones))
