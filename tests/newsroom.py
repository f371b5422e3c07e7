"""The stages on a real store with one feed, on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot import pipeline
from bot.model import (
    ChannelId,
    Digest,
    DigestPlan,
    FeedId,
    Immediate,
    OutletId,
    PollRecord,
    Rule,
    RuleSet,
)
from bot.store import SqlStore
from bot.store.sqlite import SqliteStore
from tests.builders import article_url, channel, entry, feed, feed_state

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DESK, NOWHERE, OPS = ChannelId("desk"), ChannelId("now"), ChannelId("ops")
WIRE = FeedId("wire")


class PlainSink:
    """The least a sink must do for the digest stage: the payload is the digest's titles."""

    def split(self, digest: Digest) -> tuple[Digest, ...]:
        return (digest,)

    def render(self, delivery_key: str, digest: object, level: int = 0) -> Mapping[str, object]:
        assert isinstance(digest, Digest)
        return {"text": digest.title, "titles": [story.title for story in digest.stories]}

    async def deliver(
        self, writer: object, store: object, addresses: object = None, quiet_hours: object = None
    ) -> None:
        raise AssertionError("these tests do not deliver")


def rules(*wanted: Rule) -> RuleSet:
    channels = {
        DESK: channel(DESK, digest=DigestPlan(every=timedelta(minutes=15))),
        NOWHERE: channel(NOWHERE, immediate=Immediate(per_hour=20), follow="update"),
        OPS: channel(OPS, immediate=Immediate()),
    }
    return RuleSet(version="1", channels=channels, rules=wanted, feeds=(feed(WIRE),))


class Newsroom:
    """A store with one feed, ingest on it, and a clock."""

    def __init__(self, ruleset: RuleSet, store: SqlStore | None = None) -> None:
        self.store = store or SqliteStore(None)
        self.store.migrate()
        self.ruleset = ruleset
        self.now = NOW
        self.state = feed_state(WIRE)
        self.store.add_feeds([self.state])
        self.ingest_state = pipeline.IngestState.load(self.store, ruleset)

    def arrive(self, *titles: str, silent: bool = False, age: timedelta = timedelta(0), source: str = "w") -> None:
        """A poll brings entries."""
        entries = tuple(
            entry(
                title,
                guid=f"{source}:{title}",
                url=article_url(title, source),
                feed=WIRE,
                source=OutletId(source),
                seen_at=self.now,
                published_at=self.now - age,
            )
            for title in titles
        )
        self.store.record_polls([PollRecord(state=self.state, entries=entries, baseline=len(entries) if silent else 0)])

    def ingest(self) -> pipeline.Ingested:
        return pipeline.ingest(self.store, self.ingest_state, self.now)

    def digest(self) -> list[list[str]]:
        """Titles of each message made now."""
        made = pipeline.digest(self.store, self.ruleset, PlainSink(), self.now)
        return [[story.title for story in row.digest.stories] for row in made.deliveries]

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
