"""The archive: entries as they were taken in and decided on, stories made of them, and the archive search."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.core.codec import instant_text, row_reader, to_columns
from bot.model import (
    BEGINNING,
    ZONES,
    ArchivedText,
    ArchiveSpan,
    DecidedEntry,
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
)
from bot.store.database import Database, Row
from bot.store.facts import FactsTable
from bot.store.tables import Table
from bot.store.values import chunks, placeholders

NEWEST_ENTRY = "newest_entry"
"""The fact that holds the highest entry id ever given away: pruned ones are never used again."""
_OF_ENTRY = ("feed", "source", "guid", "url", "author", "tags", "lang", "published_at", "seen_at")
_OF_DECISION = ("verdict", "duplicate_of", "merged", "score", "reason", "changes")
_COLUMNS = ("id", *_OF_ENTRY, *ZONES, *_OF_DECISION, "decided_story", "story", "silent")
_OF_REPORT = ("title", "url", "source", "feed", "published_at", "seen_at", "verdict", "duplicate_of", "changes")
_read_entry, _read_zones = row_reader(Entry, _COLUMNS), row_reader(Reading, _COLUMNS)
_read_decision = row_reader(Decision, _COLUMNS, {"entry": "id", "story": "decided_story"})
_read_report = row_reader(Report, ("story", "entry", *_OF_REPORT, "beginning"))
_BEGINNING = (
    "CASE WHEN title <> '' AND verdict NOT IN ('update', 'edit') THEN ''"
    f" WHEN summary <> '' THEN substr(summary, 1, {BEGINNING}) ELSE substr(body, 1, {BEGINNING}) END"
)
"""Of a `Report`, without the texts."""
_NEWEST = 5_000
"""Entries of a feed that are looked through for one of a date: as many as a document has at most."""
_BEYOND = 2**63 - 1
"""No entry has so high an id."""
_ID, _STORY = _COLUMNS.index("id"), _COLUMNS.index("story")
_TEXT_COLUMNS = ("id", "story", *_OF_ENTRY, *ZONES)
_read_text_entry, _read_text_zones = row_reader(Entry, _TEXT_COLUMNS), row_reader(Reading, _TEXT_COLUMNS)
_DECIDED_COLUMNS = ("id", "seen_at", "published_at", *_OF_DECISION, "decided_story")
_read_decided = row_reader(Decision, _DECIDED_COLUMNS, {"entry": "id", "story": "decided_story"})

_AS_IT_READS_NOW = (
    "NOT EXISTS (SELECT 1 FROM entries AS later WHERE later.verdict = 'edit' AND later.id > entries.id"
    " AND later.duplicate_of = CASE WHEN entries.verdict = 'edit' THEN entries.duplicate_of ELSE entries.id END)"
)
"""A condition: no later wording of the same item has come in."""


class SearchTerms(Table, ABC):
    """The words of the archive search, made by `core.text.terms`: each database indexes them in its own way."""

    @abstractmethod
    def add(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """(entry, its terms), inside a transaction."""

    @abstractmethod
    def delete(self, entries: Sequence[int]) -> None:
        """Inside a transaction."""

    @abstractmethod
    def condition(self, terms: Sequence[Sequence[str]]) -> tuple[str, str]:
        """A condition on `entries.id` with one `?`, and its value: an AND of ORs of terms (trailing `*`: a prefix)."""

    @abstractmethod
    def newest(self, terms: Sequence[Sequence[str]], before: int, limit: int) -> list[int]:
        """The newest entries that `terms` (as in `condition`) holds on, newest first; only those older than `before`.

        A word of one entry in ten costs no more than one of one in 100,000: neither are all of them looked at.
        """

    @abstractmethod
    def stored(self) -> Iterator[tuple[int, list[str]]]:
        """(entry, its terms) of the whole archive, as `add` takes them."""


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
        self._terms.add([(new.id, new.terms) for new in entries if new.terms])
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

    def dated(self, feed: FeedId, dates: Iterable[datetime]) -> list[StoredEntry]:
        wanted = {instant_text(date) for date in dates}
        newest = "SELECT id, published_at FROM entries WHERE feed = ? ORDER BY id DESC LIMIT ?"
        ids = [row[0] for row in self._database.query(newest, (feed, _NEWEST)) if row[1] in wanted]
        sql = f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE id IN (…)"  # noqa: S608  # fixed texts
        return sorted(map(_stored_entry, self._query_in(sql, ids)), key=lambda stored: stored.id)

    def silent(self, entries: Iterable[EntryId]) -> frozenset[EntryId]:
        rows = self._query_in("SELECT id FROM entries WHERE silent = 1 AND id IN (…)", entries)
        return frozenset(EntryId(row[0]) for row in rows)

    def feeds_began(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, datetime]:
        began = {}
        for feed in dict.fromkeys(feeds):
            # In order of arrival the first of a feed that has been there for long is found at once.
            rows = self._database.query("SELECT seen_at FROM entries WHERE feed = ? ORDER BY seen_at LIMIT 1", (feed,))
            if rows:
                began[feed] = datetime.fromisoformat(rows[0][0])
        return began

    def search(
        self, terms: Sequence[Collection[str]] | None, since: datetime | None, before: EntryId | None, limit: int
    ) -> list[StoredEntry]:
        if terms:
            return self._search_terms([list(either) for either in terms], since, before, limit)
        conditions, values = self._narrowed(None, since)
        conditions.append(_AS_IT_READS_NOW)
        if before is not None:
            conditions.append("id < ?")
            values.append(before)
        return self._select(" AND ".join(conditions), (*values, limit), order="id DESC LIMIT ?")

    def _search_terms(
        self, terms: list[list[str]], since: datetime | None, before: EntryId | None, limit: int
    ) -> list[StoredEntry]:
        """First the newest ids by the index alone, then their rows: most of those that hold a word are never read."""
        if not all(terms):
            return []
        conditions, values = self._narrowed(None, since)
        where = " AND ".join((*conditions, _AS_IT_READS_NOW))
        entries: list[StoredEntry] = []
        oldest: EntryId | None = None
        while len(entries) < limit:
            ids = self._terms.newest(terms, _BEYOND if before is None else before, limit)
            rows = [row for part in chunks(ids) for row in self._of_ids(part, where, values)]
            entries += rows
            if len(ids) < limit:
                break
            before = EntryId(ids[-1])
            if since is not None and not rows:
                # Ids are in order of arrival, but for what was set aside: a date says nothing of the ids below.
                oldest = oldest or self._oldest_since(since)
                if oldest is None or before <= oldest:
                    break
        return entries[:limit]

    def _of_ids(self, ids: Sequence[int], where: str, values: Sequence[object]) -> list[StoredEntry]:
        return self._select(f"id IN ({placeholders(ids)}) AND {where}", (*ids, *values), order="id DESC")

    def _oldest_since(self, since: datetime) -> EntryId | None:
        oldest = self._database.query("SELECT MIN(id) FROM entries WHERE seen_at >= ?", (instant_text(since),))[0][0]
        return None if oldest is None else EntryId(oldest)

    def archive_span(self, since: datetime | None) -> ArchiveSpan:
        conditions, values = self._narrowed(None, since)
        sql = f"SELECT COUNT(*), MIN(seen_at), MAX(seen_at) FROM entries WHERE {' AND '.join(conditions)}"  # noqa: S608  # fixed texts
        count, first, last = self._database.query(sql, values)[0]
        if not count:
            return ArchiveSpan()
        return ArchiveSpan(entries=count, first_at=datetime.fromisoformat(first), last_at=datetime.fromisoformat(last))

    def archived_ids(self, terms: Sequence[Collection[str]] | None, since: datetime | None) -> list[EntryId]:
        conditions, values = self._narrowed(terms, since)
        sql = f"SELECT id FROM entries WHERE {' AND '.join(conditions)}"  # noqa: S608  # fixed texts
        return sorted(EntryId(row[0]) for row in self._database.query(sql, values))  # in order from an index of dates

    def first_of_feeds(self, since: datetime | None) -> list[EntryId]:
        conditions, values = self._narrowed(None, since)
        sql = f"SELECT MIN(id) FROM entries WHERE {' AND '.join(conditions)} GROUP BY feed"  # noqa: S608  # fixed texts
        return sorted(EntryId(row[0]) for row in self._database.query(sql, values))

    def archived_of(self, stories: Iterable[StoryId]) -> list[EntryId]:
        return sorted(EntryId(row[0]) for row in self._query_in("SELECT id FROM entries WHERE story IN (…)", stories))

    def archived(self, entries: Iterable[EntryId]) -> list[StoredEntry]:
        sql = f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE id IN (…) ORDER BY id"  # noqa: S608  # names above
        return [_stored_entry(row) for row in self._query_in(sql, sorted(set(entries)))]

    def archived_texts(self, entries: Iterable[EntryId]) -> list[ArchivedText]:
        sql = f"SELECT {', '.join(_TEXT_COLUMNS)} FROM entries WHERE id IN (…) ORDER BY id"  # noqa: S608  # names above
        return [
            ArchivedText(id=row[0], story=row[1], entry=_read_text_entry(row), reading=_read_text_zones(row))
            for row in self._query_in(sql, sorted(set(entries)))
        ]

    def decided_of(self, stories: Iterable[StoryId]) -> list[DecidedEntry]:
        sql = f"SELECT {', '.join(_DECIDED_COLUMNS)} FROM entries WHERE story IN (…)"  # noqa: S608  # names above
        return [
            DecidedEntry(
                decision=_read_decided(row),
                seen_at=datetime.fromisoformat(row[1]),
                published_at=datetime.fromisoformat(row[2]) if row[2] else None,
            )
            for row in sorted(self._query_in(sql, stories))
        ]

    def _narrowed(
        self, terms: Sequence[Collection[str]] | None, since: datetime | None
    ) -> tuple[list[str], list[object]]:
        """Conditions, and their values."""
        conditions, values = ["1 = 1"], list[object]()
        if terms and not all(terms):
            conditions = ["1 = 0"]
        elif terms:
            condition, value = self._terms.condition([list(either) for either in terms])
            conditions.append(condition)
            values.append(value)
        if since is not None:
            conditions.append("seen_at >= ?")
            values.append(instant_text(since))
        return conditions, values

    def arrivals(self, feed: FeedId, since: datetime) -> list[tuple[datetime, datetime | None, OutletId | None]]:
        sql = "SELECT seen_at, published_at, source FROM entries WHERE feed = ? AND seen_at >= ? ORDER BY seen_at"
        rows = self._database.query(sql, (feed, instant_text(since)))
        return [
            (
                datetime.fromisoformat(seen),
                datetime.fromisoformat(at) if at else None,
                OutletId(source) if source else None,
            )
            for seen, at, source in rows
        ]

    def document_frequency(self, terms: Iterable[str]) -> Mapping[str, int]:
        frequency = {}
        for term in dict.fromkeys(terms):
            condition, value = self._terms.condition([[term]])
            sql = f"SELECT COUNT(*) FROM entries WHERE {condition}"  # noqa: S608  # fixed texts
            frequency[term] = int(self._database.query(sql, (value,))[0][0])
        return frequency

    def stories(self, ids: Iterable[StoryId]) -> Mapping[StoryId, Story]:
        reports: dict[StoryId, list[Report]] = {}
        columns = f"story, id, {', '.join(_OF_REPORT)}, {_BEGINNING}"
        sql = f"SELECT {columns} FROM entries WHERE story IN (…) ORDER BY id"  # noqa: S608  # names above
        for row in self._query_in(sql, ids):
            reports.setdefault(StoryId(row[0]), []).append(_read_report(row))
        return {story: Story(id=story, reports=tuple(of_story)) for story, of_story in reports.items()}

    def _select(self, where: str, values: Sequence[object], order: str = "id") -> list[StoredEntry]:
        sql = f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE {where} ORDER BY {order}"  # noqa: S608  # fixed texts
        return [_stored_entry(row) for row in self._database.query(sql, values)]


def _entry_row(new: NewEntry) -> Row:
    return (
        new.id,
        *to_columns(new.entry, _OF_ENTRY),
        *to_columns(new.reading, ZONES),
        *to_columns(new.decision, _OF_DECISION),
        new.decision.story,
        new.decision.story,
        int(new.silent),
    )


def _stored_entry(row: Row) -> StoredEntry:
    return StoredEntry(
        id=EntryId(row[_ID]),
        entry=_read_entry(row),
        reading=_read_zones(row),
        decision=_read_decision(row),
        story=StoryId(row[_STORY]),
    )
