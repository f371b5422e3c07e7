"""Entries and stories as they stand, the archive search, and retention."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.model import (
    Decision,
    Entry,
    EntryId,
    FeedId,
    Match,
    NewEntry,
    OutletId,
    Reading,
    Report,
    RuleId,
    StoredEntry,
    Story,
    StoryId,
    StoryMatch,
    Verdict,
)
from bot.ports import StoreCounts
from bot.store.base import Row, Sql, chunks, json_list, marks
from bot.store.rows import instant_text, loads, read_instant

ENTRY_COLUMNS = (
    "id",
    "feed",
    "source",
    "guid",
    "url",
    "title",
    "summary",
    "body",
    "caption",
    "promo",
    "author",
    "tags",
    "lang",
    "published_at",
    "seen_at",
    "verdict",
    "duplicate_of",
    "decided_story",
    "merged",
    "score",
    "reason",
    "changes",
    "story",
    "silent",
)


class Archive(Sql):
    """What was taken in. `save_terms` and what it finds again differ between the databases."""

    # --- what an adapter gives ---

    @abstractmethod
    def save_terms(self, entries: Sequence[NewEntry]) -> None:
        """Adds the archive-search words of new entries (inside the ingest transaction)."""

    @abstractmethod
    def delete_terms(self, entries: Sequence[int]) -> None:
        """Drops the archive-search words of entries (inside the prune transaction); at most CHUNK of them."""

    @abstractmethod
    def terms_condition(self, terms: Sequence[Collection[str]]) -> tuple[str, str]:
        """A condition on `entries.id` with one `?`, and its value: an AND of ORs of terms (trailing `*`: a prefix)."""

    # --- stories ---

    def stories(self, ids: Iterable[StoryId]) -> Mapping[StoryId, Story]:
        reports: dict[StoryId, list[Report]] = {}
        for part in chunks(ids):
            rows = self.query(
                "SELECT story, id, title, url, source, feed, published_at, seen_at, verdict, duplicate_of, changes"  # noqa: S608  # marks only
                f" FROM entries WHERE story IN ({marks(part)}) ORDER BY id",
                part,
            )
            for row in rows:
                reports.setdefault(StoryId(row[0]), []).append(
                    Report(
                        entry=EntryId(row[1]),
                        title=row[2],
                        url=row[3],
                        source=OutletId(row[4]) if row[4] else None,
                        feed=FeedId(row[5]) if row[5] else None,
                        published_at=read_instant(row[6]),
                        seen_at=datetime.fromisoformat(row[7]),
                        verdict=Verdict(row[8]),
                        duplicate_of=row[9],
                        changes=tuple(json.loads(row[10])),
                    )
                )
        return {story: Story(id=story, reports=tuple(of_story)) for story, of_story in reports.items()}

    def story_matches(self, ids: Iterable[StoryId]) -> list[StoryMatch]:
        found = []
        for part in chunks(ids):
            rows = self.query(
                f"SELECT story, rule, entry, match FROM matches WHERE silent = 0 AND story IN ({marks(part)})"  # noqa: S608  # marks only
                " ORDER BY story, entry, rule",
                part,
            )
            found += [
                StoryMatch(story=StoryId(r[0]), rule=RuleId(r[1]), entry=EntryId(r[2]), match=loads(Match, r[3]))
                for r in rows
            ]
        return found

    # --- look-ups ---

    def entry(self, entry: EntryId) -> StoredEntry | None:
        found = self._entries("id = ?", (entry,))
        return found[0] if found else None

    def entries_by_url(self, url: str) -> list[StoredEntry]:
        return self._entries("url = ?", (url,))

    def search(
        self, terms: Sequence[Collection[str]] | None, since: datetime | None, before: EntryId | None, limit: int
    ) -> list[StoredEntry]:
        where, values = ["1 = 1"], list[object]()
        if terms:
            if not all(terms):
                return []
            condition, value = self.terms_condition(terms)
            where.append(condition)
            values.append(value)
        if since is not None:
            where.append("seen_at >= ?")
            values.append(instant_text(since))
        if before is not None:
            where.append("id < ?")
            values.append(before)
        return self._entries(" AND ".join(where), (*values, limit), order="id DESC LIMIT ?")

    def document_frequency(self, terms: Iterable[str]) -> Mapping[str, int]:
        found = {}
        for term in dict.fromkeys(terms):
            condition, value = self.terms_condition([[term]])
            sql = f"SELECT COUNT(*) FROM entries WHERE {condition}"  # noqa: S608  # fixed texts
            found[term] = int(self.query(sql, (value,))[0][0])
        return found

    def _entries(self, where: str, values: Sequence[object], order: str = "id") -> list[StoredEntry]:
        sql = f"SELECT {', '.join(ENTRY_COLUMNS)} FROM entries WHERE {where} ORDER BY {order}"  # noqa: S608  # fixed texts
        return [stored_entry(row) for row in self.query(sql, values)]

    def counts(self) -> StoreCounts:
        one = {
            name: self.query(f"SELECT COUNT(*) FROM {name}")[0][0]  # noqa: S608  # the names beside it
            for name in ("entries", "inbox", "waiting")
        }
        aside = self.query("SELECT COUNT(*) FROM inbox WHERE aside = 1")[0][0]
        outbox: dict[str, int] = dict(self.query("SELECT state, COUNT(*) FROM outbox GROUP BY state"))
        stories = self.query("SELECT COUNT(DISTINCT story) FROM entries")[0][0]
        return StoreCounts(
            entries=one["entries"],
            stories=stories,
            inbox=one["inbox"] - aside,
            aside=aside,
            waiting=one["waiting"],
            outbox=outbox,
        )

    # --- retention ---

    def prune(self, entries_before: datetime, identities_before: datetime, limit: int | None = None) -> int:
        old, forgotten = instant_text(entries_before), instant_text(identities_before)
        most = 2**62 if limit is None else limit
        with self.transaction():
            # A story that still waits for its digest keeps its entries, however long the channel holds them back.
            rows = self.query(
                "SELECT id FROM entries WHERE seen_at < ? AND story NOT IN (SELECT story FROM waiting)"
                " ORDER BY id LIMIT ?",
                (old, most),
            )
            deleted = len(rows)
            for part in chunks(row[0] for row in rows):
                self.delete_terms(part)
                self.run(f"DELETE FROM entries WHERE id IN ({marks(part)})", part)  # noqa: S608  # marks only
            if rows:
                # What hangs on a story goes with its last entry.
                newest = rows[-1][0]
                for table, entry in (("matches", "entry"), ("merges", "story")):
                    story = "into_story" if table == "merges" else "story"
                    deleted += self.run(
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
                deleted += self.run(sql, (before,))
            deleted += self.run(
                "DELETE FROM known WHERE key IN (SELECT key FROM known WHERE seen_at < ? LIMIT ?)", (forgotten, most)
            )
        return deleted


def entry_row(new: NewEntry) -> Row:
    entry, reading, decision = new.entry, new.reading, new.decision
    return (
        new.id,
        entry.feed,
        entry.source,
        entry.guid,
        entry.url,
        reading.title,
        reading.summary,
        reading.body,
        reading.caption,
        reading.promo,
        entry.author,
        json_list(entry.tags),
        entry.lang,
        instant_text(entry.published_at),
        instant_text(entry.seen_at),
        decision.verdict,
        decision.duplicate_of,
        decision.story,
        json_list(decision.merged),
        float(decision.score),
        decision.reason,
        json_list(decision.changes),
        decision.story,
        int(new.silent),
    )


def stored_entry(row: Row) -> StoredEntry:
    get = dict(zip(ENTRY_COLUMNS, row, strict=True))
    reading = Reading(
        title=get["title"],
        summary=get["summary"],
        body=get["body"],
        caption=get["caption"],
        promo=get["promo"],
    )
    return StoredEntry(
        id=EntryId(get["id"]),
        entry=Entry(
            title=get["title"],
            guid=get["guid"],
            url=get["url"],
            summary=get["summary"],
            body=get["body"],
            author=get["author"],
            tags=tuple(json.loads(get["tags"])),
            lang=get["lang"],
            published_at=read_instant(get["published_at"]),
            feed=FeedId(get["feed"]) if get["feed"] else None,
            source=OutletId(get["source"]) if get["source"] else None,
            seen_at=datetime.fromisoformat(get["seen_at"]),
        ),
        reading=reading,
        decision=Decision(
            entry=EntryId(get["id"]),
            verdict=Verdict(get["verdict"]),
            story=StoryId(get["decided_story"]),
            duplicate_of=get["duplicate_of"],
            merged=tuple(json.loads(get["merged"])),
            score=get["score"],
            reason=get["reason"],
            changes=tuple(json.loads(get["changes"])),
        ),
        story=StoryId(get["story"]),
    )
