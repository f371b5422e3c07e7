"""Feeds around an item, as publishers write them, and their reading."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.parse import ParsedFeed, parse
from bot.model import Entry

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:svg="http://www.w3.org/2000/svg" '
    'xmlns:googleplay="http://www.google.com/schemas/play-podcasts/1.0"'
)


def read(body: str | bytes, kind: str = "application/xml", url: str = "https://feeds.example/x.xml") -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, url=url, headers={"content-type": kind}, seen_at=NOON)


def rss(item: str, head: str = "<link>https://news.example/</link>", declaration: str = "") -> str:
    return (
        f'{declaration}<rss version="2.0" {SPACES}><channel><title>T</title>{head}<item>{item}</item></channel></rss>'
    )


def entry(item: str, **more: str) -> Entry:
    """The item as it is read; `more`: as `rss` takes it."""
    (only,) = read(rss(item, **more)).entries
    return only
