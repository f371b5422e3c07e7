"""Entries → the same entries with the text of their article's page as body (`full_text: true` on a feed).

The law: pages are asked under the limits of feeds, in their host's turn, and only where robots.txt lets us; a page that
gives nothing leaves its entry as the feed has it, and never fails the feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from bot.errors import ParseError
from bot.fetch.faults import FetchFault
from bot.fetch.hosts import HostBusy
from bot.fetch.http import Client
from bot.fetch.pool import Parser
from bot.model import Entry

_PAGES = 20
"""Pages asked for in one poll; the rest of a flood stays as the feed has it."""
_PATIENCE = timedelta(seconds=30)
"""For one page, so that a poll does not outlast its lease."""
_ALL_WITHIN = 120.0
"""Seconds for all pages of one poll: less than a claim on a feed lasts."""
_ROBOTS_LAST = 86_400.0
"""Seconds that a robots.txt is good for (RFC 9309 §2.4)."""
_ROBOTS_BYTES = 500_000
"""RFC 9309 §2.5 asks for at least 500 kibibytes."""
_AGENT = "wirewatch"
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


class Articles:
    """Fetches pages, and remembers what robots.txt files say."""

    def __init__(self, client: Client, parser: Parser) -> None:
        self._client = client
        self._parser = parser
        self._robots: dict[str, tuple[float, RobotFileParser]] = {}

    async def filled(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """`entries`, those whose page has more text than the feed with that text as their body."""
        filled = list(entries)
        try:
            async with asyncio.timeout(_ALL_WITHIN):
                for number, entry in enumerate(filled[:_PAGES]):
                    if entry.url and (body := await self._article(entry.url)) and len(body) > len(entry.body):
                        filled[number] = replace(entry, body=body)
        except TimeoutError:
            pass
        return tuple(filled)

    async def _article(self, url: str) -> str:
        try:
            if not await self._may_fetch(url):
                return ""
            page = await self._client.get(url, patience=_PATIENCE, accept=_ACCEPT)
            kind = page.headers.get("content-type", "text/html").lower()
            if page.status != 200 or not page.whole or "html" not in kind:
                return ""
            return await self._parser.article(page.body, kind, page.url)
        except (FetchFault, HostBusy, ParseError):
            return ""

    async def _may_fetch(self, url: str) -> bool:
        """What the host's robots.txt says: none (4xx) allows everything, one that cannot be had nothing (RFC 9309)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        now = asyncio.get_running_loop().time()
        robots = self._robots.get(site)
        if robots is None or robots[0] < now:
            if len(self._robots) > 5_000:
                self._robots.clear()
            robots = (now + _ROBOTS_LAST, await self._ask_robots(f"{site}/robots.txt"))
            self._robots[site] = robots
        return robots[1].can_fetch(_AGENT, url)

    async def _ask_robots(self, url: str) -> RobotFileParser:
        rules = RobotFileParser(url)
        lines = ["User-agent: *", "Disallow: /"]
        try:
            answer = await self._client.get(url, patience=_PATIENCE, accept="text/plain, */*;q=0.1")
        except (FetchFault, HostBusy):
            pass
        else:
            if answer.status == 200:
                lines = answer.body[:_ROBOTS_BYTES].decode("utf-8", "replace").splitlines()
            elif 400 <= answer.status < 500:
                lines = []
        rules.parse(lines)
        rules.modified()  # an empty file has been read, too: it allows everything
        return rules
