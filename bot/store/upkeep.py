"""Figures about the whole store, and retention."""

from __future__ import annotations

from datetime import datetime

from bot.ports import StoreCounts
from bot.store.database import Database, SearchTerms
from bot.store.rows import instant_text
from bot.store.values import chunks, placeholders


class Upkeep:
    """What concerns all tables at once."""

    def __init__(self, database: Database, terms: SearchTerms) -> None:
        self._database, self._terms = database, terms

    def counts(self) -> StoreCounts:
        def one(what: str) -> int:
            count: int = self._database.query(f"SELECT {what}")[0][0]
            return count

        aside = one("COUNT(*) FROM inbox WHERE aside = 1")
        return StoreCounts(
            entries=one("COUNT(*) FROM entries"),
            stories=one("COUNT(DISTINCT story) FROM entries"),
            inbox=one("COUNT(*) FROM inbox") - aside,
            aside=aside,
            waiting=one("COUNT(*) FROM waiting"),
            outbox=dict(self._database.query("SELECT state, COUNT(*) FROM outbox GROUP BY state")),
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
            for part in chunks(row[0] for row in rows):
                self._terms.delete(part)
                run(f"DELETE FROM entries WHERE id IN ({placeholders(part)})", part)  # noqa: S608  # `?` only
            if rows:
                # What hangs on a story goes with its last entry.
                newest = rows[-1][0]
                for table, entry, story in (("matches", "entry", "story"), ("merges", "story", "into_story")):
                    deleted += run(
                        f"DELETE FROM {table} WHERE {entry} <= ?"  # noqa: S608  # names above
                        f" AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.story = {table}.{story})",
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
            ):
                deleted += run(sql, (before,))
            deleted += run(
                "DELETE FROM known WHERE key IN (SELECT key FROM known WHERE seen_at < ? LIMIT ?)", (forgotten, most)
            )
        return deleted
