"""Figures about the whole store, and retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from bot.core.codec import instant_text, loads
from bot.model import DeliveryState, FeedId, Latency, MessageKind, StoreCounts
from bot.store.database import Database
from bot.store.entries import SearchTerms
from bot.store.tables import Table

_MEASURED_ENTRIES = 20_000
"""Latest entries that `latency` reads, from an index: 40 ms."""
_PRUNED = "pruned:"
"""A fact of each day up to which entries were pruned: the id of the last one."""
_MEASURED_MESSAGES = 500
"""Latest messages that it reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SentStory:
    """What `latency` reads of a story in a digest."""

    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _SentDigest:
    """What it reads of a digest."""

    stories: tuple[_SentStory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What it reads of a delivery."""

    kind: MessageKind
    settled_at: datetime | None = None


class Upkeep(Table):
    """What concerns all tables at once."""

    def __init__(self, database: Database, terms: SearchTerms) -> None:
        super().__init__(database)
        self._terms = terms

    def counts(self, *, of_archive: bool = True) -> StoreCounts:
        def one(what: str) -> int:
            count: int = self._database.query(f"SELECT {what}")[0][0]
            return count

        aside = one("COUNT(*) FROM inbox WHERE aside = 1")
        return StoreCounts(
            entries=one("COUNT(*) FROM entries") if of_archive else 0,
            stories=one("COUNT(DISTINCT story) FROM entries") if of_archive else 0,
            inbox=one("COUNT(*) FROM inbox") - aside,
            aside=aside,
            waiting=one("COUNT(*) FROM waiting"),
            outbox=dict(self._database.query("SELECT state, COUNT(*) FROM outbox GROUP BY state")),
        )

    def latency(self, since: datetime) -> Latency:
        arrivals = self._database.query(
            "SELECT seen_at, published_at, feed FROM entries WHERE seen_at >= ? AND published_at IS NOT NULL"
            " AND silent = 0 ORDER BY seen_at DESC LIMIT ?",
            (instant_text(since), _MEASURED_ENTRIES),
        )
        by_feed: dict[FeedId, list[float]] = {}
        published_to_seen = []
        for seen, published, feed in arrivals:
            seconds = _seconds(datetime.fromisoformat(published), datetime.fromisoformat(seen))
            published_to_seen.append(seconds)
            if feed is not None:
                by_feed.setdefault(FeedId(feed), []).append(seconds)
        messages = self._database.query(
            "SELECT delivery, digest FROM outbox WHERE created_at >= ? AND state = ? ORDER BY id DESC LIMIT ?",
            (instant_text(since), DeliveryState.SENT, _MEASURED_MESSAGES),
        )
        seen_to_posted = []
        for delivery_text, digest_text in messages:
            sent = loads(_Sent, delivery_text)
            if sent.settled_at is not None and sent.kind in (MessageKind.DIGEST, MessageKind.IMMEDIATE):
                stories = loads(_SentDigest, digest_text).stories
                seen_to_posted += [_seconds(story.seen_at, sent.settled_at) for story in stories]
        return Latency(
            published_to_seen=tuple(published_to_seen),
            seen_to_posted=tuple(seen_to_posted),
            lag={feed: median(seconds) for feed, seconds in by_feed.items()},
        )

    def prune(self, entries_before: datetime, identities_before: datetime, limit: int | None = None) -> int:
        old, forgotten = instant_text(entries_before), instant_text(identities_before)
        most = 2**62 if limit is None else limit
        run = self._database.run
        with self._database.transaction():
            # A story that still waits for its digest keeps its entries, however long the channel holds them back.
            rows = self._database.query(
                "SELECT id FROM entries WHERE seen_at < ? AND story NOT IN (SELECT story FROM waiting)"
                " ORDER BY id LIMIT ?",
                (old, most),
            )
            deleted = len(rows)
            gone = [row[0] for row in rows]
            self._terms.delete(gone)
            self._run_in("DELETE FROM entries WHERE id IN (…)", gone)
            if rows:
                # What hangs on a story goes with its last entry. That a rule held in silence outlives it, as the item's
                # ids do: else the next edit of an undated item of a baseline was told as news.
                newest, forgotten_to = rows[-1][0], self._forgotten_to(rows[-1][0], entries_before, identities_before)
                deleted += run(
                    "DELETE FROM matches WHERE entry <= ? AND (silent = 0 OR entry <= ?)"
                    " AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.story = matches.story)",
                    (newest, forgotten_to),
                )
                deleted += run(
                    "DELETE FROM merges WHERE into_story <= ?"
                    " AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.story = merges.into_story)"
                    " AND NOT EXISTS (SELECT 1 FROM matches WHERE matches.story = merges.into_story)",
                    (newest,),
                )
            for sql, before in (
                ("DELETE FROM boilerplate WHERE seen_at < ?", old),
                ("DELETE FROM notices WHERE settled = 1 AND at < ?", old),
                (
                    "DELETE FROM outbox_stories WHERE key IN (SELECT key FROM outbox WHERE created_at < ?"
                    " AND state IN ('sent', 'dead'))",
                    old,
                ),
                ("DELETE FROM outbox WHERE created_at < ? AND state IN ('sent', 'dead')", old),
                ("DELETE FROM posted WHERE posted_at < ?", forgotten),
                ("DELETE FROM marks WHERE at < ?", forgotten),
                ("DELETE FROM questions WHERE asked_at < ?", forgotten),
            ):
                deleted += run(sql, (before,))
            deleted += run(
                "DELETE FROM known WHERE key IN (SELECT key FROM known WHERE seen_at < ? LIMIT ?)", (forgotten, most)
            )
        return deleted

    def _forgotten_to(self, newest: int, entries_before: datetime, identities_before: datetime) -> int:
        """The id up to which the ids of items are forgotten as well; 0: of none yet. Inside a transaction.

        `newest`: the last entry that was seen before `entries_before` and goes. A fact a day says so: in a year nobody
        else knows when those entries were seen.
        """
        day, last = (f"{_PRUNED}{moment.astimezone(UTC).date()}" for moment in (entries_before, identities_before))
        self._database.insert(
            "facts", ("key", "value"), [(day, str(newest))], "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        sql = "SELECT key, value FROM facts WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1"
        latest = self._database.query(sql, (_PRUNED, last))
        if not latest:
            return 0
        self._database.run("DELETE FROM facts WHERE key >= ? AND key < ?", (_PRUNED, latest[0][0]))
        return int(latest[0][1])


def _seconds(start: datetime, end: datetime) -> float:
    """A publisher's clock may be ahead of ours: never below 0."""
    return max((end - start).total_seconds(), 0.0)
