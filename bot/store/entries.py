"""The archive: entries as they were taken in and decided on, stories made of them, and the archive search."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.model import (
    Decision,
    Entry,
    EntryId,
    FeedId,
    NewEntry,
    OutletId,
    Reading,
    Report,
    StoredEntry,
    Story,
    StoryId,
    Verdict,
)
from bot.store.database import Database, Row, SearchTerms
from bot.store.facts import FactsTable
from bot.store.rows import instant_text, read_instant
from bot.store.tables import Table
from bot.store.values import json_list

NEWEST_ENTRY = "newest_entry"
"""The fact that holds the highest entry id ever given away: pruned ones are never used again."""
_COLUMNS = (
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


_AS_IT_READS_NOW = (
    "NOT EXISTS (SELECT 1 FROM entries AS later WHERE later.verdict = 'edit' AND later.id > entries.id"
    " AND later.duplicate_of = CASE WHEN entries.verdict = 'edit' THEN entries.duplicate_of ELSE entries.id END)"
)
"""A condition: no later wording of the same item has come in."""


class EntriesTable(Table):
    """Every entry ever taken in, until it is pruned."""

    def __init__(self, database: Database, terms: SearchTerms, facts: FactsTable) -> None:
        super().__init__(database)
        self._terms, self._facts = terms, facts

    def add(self, entries: Sequence[NewEntry]) -> None:
        """Inside a transaction."""
        if not entries:
            return
        self._database.insert("entries", _COLUMNS, [_entry_row(new) for new in entries])
        self._terms.add([(new.id, new.terms) for new in entries])
        self._facts.save({NEWEST_ENTRY: str(max(new.id for new in entries))})

    def next_id(self) -> EntryId:
        newest = self._database.query("SELECT MAX(id) FROM entries")[0][0] or 0
        return EntryId(max(newest, int(self._facts.get(NEWEST_ENTRY) or 0)) + 1)

    def entry(self, entry: EntryId) -> StoredEntry | None:
        return next(iter(self._select("id = ?", (entry,))), None)

    def by_url(self, url: str) -> list[StoredEntry]:
        return self._select("url = ?", (url,))

    def wordings(self, item: EntryId) -> list[StoredEntry]:
        return self._select("id = ? OR (verdict = 'edit' AND duplicate_of = ?)", (item, item))

    def feeds_of(self, entries: Iterable[EntryId]) -> Mapping[EntryId, FeedId]:
        rows = self._query_in("SELECT id, feed FROM entries WHERE feed IS NOT NULL AND id IN (…)", entries)
        return {EntryId(row[0]): FeedId(row[1]) for row in rows}

    def search(
        self, terms: Sequence[Collection[str]] | None, since: datetime | None, before: EntryId | None, limit: int
    ) -> list[StoredEntry]:
        where, values = [_AS_IT_READS_NOW], list[object]()
        if terms:
            if not all(terms):
                return []
            condition, value = self._terms.condition([list(either) for either in terms])
            where.append(condition)
            values.append(value)
        if since is not None:
            where.append("seen_at >= ?")
            values.append(instant_text(since))
        if before is not None:
            where.append("id < ?")
            values.append(before)
        return self._select(" AND ".join(where), (*values, limit), order="id DESC LIMIT ?")

    def document_frequency(self, terms: Iterable[str]) -> Mapping[str, int]:
        frequency = {}
        for term in dict.fromkeys(terms):
            condition, value = self._terms.condition([[term]])
            sql = f"SELECT COUNT(*) FROM entries WHERE {condition}"  # noqa: S608  # fixed texts
            frequency[term] = int(self._database.query(sql, (value,))[0][0])
        return frequency

    def stories(self, ids: Iterable[StoryId]) -> Mapping[StoryId, Story]:
        reports: dict[StoryId, list[Report]] = {}
        sql = (
            "SELECT story, id, title, url, source, feed, published_at, seen_at, verdict, duplicate_of, changes"
            " FROM entries WHERE story IN (…) ORDER BY id"
        )
        for row in self._query_in(sql, ids):
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

    def _select(self, where: str, values: Sequence[object], order: str = "id") -> list[StoredEntry]:
        sql = f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE {where} ORDER BY {order}"  # noqa: S608  # fixed texts
        return [_stored_entry(row) for row in self._database.query(sql, values)]


def _entry_row(new: NewEntry) -> Row:
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


def _stored_entry(row: Row) -> StoredEntry:
    get = dict(zip(_COLUMNS, row, strict=True))
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
