"""Documents for the tests of this folder, and their reading."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.parse import ParsedFeed, parse

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

URL = "https://news.example/feeds/all.xml"


def read(body: str | bytes, **headers: str) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return parse(data, url=URL, headers=named, seen_at=NOON)


def rss(items: str, head: str = "", *, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return (
        f'{declaration}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        f"<channel><title>The Feed</title>{head}{items}</channel></rss>"
    )


def titled(title: str) -> str:
    return read(rss(f"<item><title>{title}</title></item>")).entries[0].title
