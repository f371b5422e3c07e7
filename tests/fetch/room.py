"""A store, a poller and the ingest between them: what a feed's documents, one after another, would alert."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import pipeline
from bot.core.polling import first_state
from bot.model import ChannelId, FeedState, RuleSet, Verdict
from bot.store import SqlStore
from tests.builders import rss_item

if TYPE_CHECKING:
    from tests.fetch.conftest import Poller

RULES = """
settings:
  allow_private_hosts: true
  max_age: 30d
feeds: [https://news.example/feed]
rules:
  - id: ports
    when: Port OR Harbour OR Strike OR Ferry OR Dock
"""
TITLES = (
    "Port of Rotterdam reopens after storm damage",
    "Harbour pilots end their strike in Hamburg",
    "Ferry line to Bornholm gets a second ship",
    "Dock workers in Oakland reject new contract",
)


def story(number: int, *, title: str = "", link: str | None = "", **more: Any) -> str:
    """One of four unlike stories."""
    link = f"https://news.example/2026/11/story-{number}" if link == "" else link
    escaped = None if link is None else link.replace("&", "&amp;")
    return rss_item(number, title=title or TITLES[number], link=escaped, **more)


@dataclass(slots=True)
class Room:
    """A store, a poller and the ingest between them."""

    store: SqlStore
    poller: Poller
    ruleset: RuleSet
    ingest_state: pipeline.IngestState = field(init=False)

    def __post_init__(self) -> None:
        self.ingest_state = pipeline.IngestState.load(self.store, self.ruleset)

    async def poll(self, url: str, *, commit: bool = True, ingest: bool = True) -> list[str]:
        """One poll and all of its ingest; the titles that would alert."""
        feed = self.poller.feed(url)
        first = self.store.feed_states().get(feed.id)
        if first is None:
            self.store.add_feeds([pipeline_state(self.poller, url)])
            first = self.store.feed_states()[feed.id]
        record = await pipeline.poll(self.poller.fetcher, feed, first, self.ruleset, self.poller.now)
        if not commit:
            return []
        before = self.waiting()
        self.store.record_polls([record])
        while ingest and pipeline.ingest(self.store, self.ingest_state, self.poller.now).taken:
            pass
        self.poller.now += timedelta(hours=1)
        return sorted(self.waiting() - before)

    def waiting(self) -> set[str]:
        titles = set()
        for row in self.store.waiting(ChannelId("default")):
            stored = self.store.entry(row.entry)
            assert stored is not None
            titles.add(stored.entry.title)
        return titles

    def entries(self) -> list[tuple[str, Verdict]]:
        return [
            (stored.entry.title, stored.decision.verdict)
            for stored in reversed(self.store.search(None, None, None, 100))
        ]


def pipeline_state(polling: Poller, url: str) -> FeedState:
    return first_state(polling.feed(url), polling.now, polling.fetcher.settings.fetch)
