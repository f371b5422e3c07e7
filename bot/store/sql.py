"""Every statement of the store, once, in the SQL that SQLite and PostgreSQL both speak.

Comes in: the batches of `bot.ports`. Goes out: nouns. An adapter (`sqlite`, `postgres`) gives `transaction`, `query`,
`run` and `insert`, and the few things that differ (archive search, lease). Placeholders are `?`.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from bot.model import (
    ChannelId,
    ChannelState,
    Decision,
    Delivery,
    DeliveryState,
    Digest,
    Entry,
    EntryId,
    FeedId,
    FeedState,
    Match,
    OutletId,
    Posted,
    Priority,
    Reading,
    Report,
    RuleId,
    StoredEntry,
    Story,
    StoryId,
    StoryMatch,
    Verdict,
    Waiting,
    WaitingKind,
)
from bot.ports import DigestBatch, InboxItem, IngestBatch, NewEntry, Notice, PollRecord, StoreCounts
from bot.store.rows import dumps, instant, loads, read_instant

CHUNK = 400
"""Most values in one IN list: well below SQLite's old limit of 999 variables."""

ENTRY_COLUMNS = [
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
]
BOILERPLATE_STORIES = 5
"""A line is learnt as promo once it was seen on this many different stories of its feed (RULES: 5)."""

Row = tuple[Any, ...]


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """`values` without repeats, in lists of at most `size`."""
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]


def marks(values: Sequence[object]) -> str:
    """`?,?,?` for an IN list."""
    return ",".join("?" * len(values))


def index_word(term: str) -> str:
    """A term as the full-text index holds it: letters and digits stay, anything else becomes `_hex_`."""
    return re.sub(r"[^\w]|_", lambda found: f"_{ord(found.group()):x}_", term)


class SqlStore(ABC):
    """A `bot.ports.Store`, short of its connection."""

    # --- what an adapter gives ---

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """One write transaction; checks that the lease (if one was claimed) still holds. Raises LeaseLost."""

    @abstractmethod
    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a SELECT (or of an INSERT/UPDATE/DELETE … RETURNING within a transaction)."""

    @abstractmethod
    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """One statement; returns the number of rows it changed."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        """Many rows at once; `conflict` is the `ON CONFLICT …` clause."""

    @abstractmethod
    def save_terms(self, entries: Sequence[NewEntry]) -> None:
        """Adds the archive-search words of new entries (inside the ingest transaction)."""

    @abstractmethod
    def delete_terms(self, before: datetime) -> None:
        """Drops the archive-search words of entries seen before (inside the prune transaction)."""

    # --- small facts ---

    def get_fact(self, key: str) -> str | None:
        rows = self.query("SELECT value FROM facts WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def save_facts(self, facts: Mapping[str, str | None]) -> None:
        with self.transaction():
            for key, value in facts.items():
                if value is None:
                    self.run("DELETE FROM facts WHERE key = ?", (key,))
            rows = [(key, value) for key, value in facts.items() if value is not None]
            self.insert("facts", ("key", "value"), rows, "ON CONFLICT (key) DO UPDATE SET value = excluded.value")

    def facts(self, prefix: str) -> Mapping[str, str]:
        end = prefix + "\U0010ffff"
        return dict(self.query("SELECT key, value FROM facts WHERE key >= ? AND key < ? ORDER BY key", (prefix, end)))

    # --- poll ---

    def feed_states(self) -> Mapping[FeedId, FeedState]:
        return {FeedId(row[0]): loads(FeedState, row[1]) for row in self.query("SELECT id, state FROM feeds")}

    def feed_counts(self) -> Mapping[FeedId, int]:
        return {FeedId(row[0]): row[1] for row in self.query("SELECT id, entries FROM feeds")}

    def add_feeds(self, states: Iterable[FeedState]) -> list[FeedId]:
        new = []
        with self.transaction():
            known = {row[0]: row[1] for row in self.query("SELECT id, url FROM feeds")}
            for state in states:
                if known.get(state.feed) == state.url:
                    continue
                new.append(state.feed)
                self.run(
                    "INSERT INTO feeds (id, url, state, next_due_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                    " SET url = excluded.url, state = excluded.state, next_due_at = excluded.next_due_at,"
                    " leased_until_at = NULL",
                    (state.feed, state.url, dumps(state), instant(state.next_due_at)),
                )
        return new

    def record_polls(self, polls: Sequence[PollRecord]) -> None:
        with self.transaction():
            rows = [(dumps(entry), int(poll.silent)) for poll in polls for entry in poll.entries]
            self.insert("inbox", ("entry", "silent"), rows)
            for poll in polls:
                state = poll.state
                self.run(
                    "UPDATE feeds SET state = ?, next_due_at = ?, leased_until_at = NULL WHERE id = ? AND url = ?",
                    (dumps(state), instant(state.next_due_at), state.feed, state.url),
                )
                self._add_notices(poll.notices)

    def release_feeds(self) -> None:
        with self.transaction():
            self.run("UPDATE feeds SET leased_until_at = NULL WHERE leased_until_at IS NOT NULL")

    # --- ingest ---

    def inbox(self, limit: int) -> list[InboxItem]:
        rows = self.query("SELECT id, entry, silent FROM inbox ORDER BY id LIMIT ?", (limit,))
        return [InboxItem(id=row[0], entry=loads(Entry, row[1]), silent=bool(row[2])) for row in rows]

    def known(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        found: dict[str, bytes] = {}
        for part in chunks(keys):
            rows = self.query(f"SELECT key, data FROM known WHERE key IN ({marks(part)})", part)  # noqa: S608  # marks
            found.update((row[0], bytes(row[1])) for row in rows)
        return found

    def index_records(self) -> Iterable[tuple[str, str, bytes]]:
        return [(row[0], row[1], bytes(row[2])) for row in self.query("SELECT kind, key, data FROM story_index")]

    def next_entry_id(self) -> EntryId:
        newest = self.query("SELECT MAX(id) FROM entries")[0][0] or 0
        kept = int(self.get_fact("newest_entry") or 0)
        return EntryId(max(newest, kept) + 1)

    def story_of(self, story: StoryId) -> StoryId:
        while rows := self.query("SELECT into_story FROM merges WHERE story = ?", (story,)):
            story = StoryId(rows[0][0])
        return story

    def matched_rules(self, stories: Iterable[StoryId]) -> Mapping[StoryId, Mapping[RuleId, bool]]:
        found: dict[StoryId, dict[RuleId, bool]] = {}
        for part in chunks(stories):
            sql = f"SELECT story, rule, silent FROM matches WHERE story IN ({marks(part)})"  # noqa: S608  # marks only
            for story, rule, silent in self.query(sql, part):
                found.setdefault(StoryId(story), {})[RuleId(rule)] = bool(silent)
        return found

    def posted(self, stories: Iterable[StoryId]) -> list[Posted]:
        found = []
        for part in chunks(stories):
            sql = f"SELECT posted FROM posted WHERE story IN ({marks(part)}) ORDER BY channel, story"  # noqa: S608  # marks
            found += [loads(Posted, row[0]) for row in self.query(sql, part)]
        return found

    def waiting_for(self, stories: Iterable[StoryId]) -> list[Waiting]:
        found = []
        for part in chunks(stories):
            found += self._waiting(f"story IN ({marks(part)})", part)
        return found

    def boilerplate(self, feed: FeedId, at_least: int = BOILERPLATE_STORIES) -> frozenset[str]:
        if at_least == BOILERPLATE_STORIES:
            return frozenset(row[0] for row in self.query("SELECT line FROM learnt_lines WHERE feed = ?", (feed,)))
        sql = "SELECT line FROM boilerplate WHERE feed = ? GROUP BY line HAVING COUNT(*) >= ?"
        return frozenset(row[0] for row in self.query(sql, (feed, at_least)))

    def record_ingest(self, batch: IngestBatch) -> None:
        at = instant(batch.at)
        with self.transaction():
            for part in chunks(batch.inbox):
                self.run(f"DELETE FROM inbox WHERE id IN ({marks(part)})", part)  # noqa: S608  # marks only
            self.insert("entries", ENTRY_COLUMNS, [_entry_row(new) for new in batch.entries])
            self.save_terms(batch.entries)
            if batch.entries:
                newest = max(new.id for new in batch.entries)
                self.insert(
                    "facts",
                    ("key", "value"),
                    [("newest_entry", str(newest))],
                    "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                )
            for feed, count in batch.counts.items():
                self.run("UPDATE feeds SET entries = entries + ? WHERE id = ?", (count, feed))
            self.insert(
                "known",
                ("key", "data", "seen_at"),
                [(key, data, at) for key, data in batch.known.items()],
                "ON CONFLICT (key) DO UPDATE SET data = excluded.data, seen_at = excluded.seen_at",
            )
            self.insert(
                "story_index",
                ("kind", "key", "data"),
                [record for record in batch.index if record[2] is not None],
                "ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data",
            )
            for kind, key, data in batch.index:
                if data is None:
                    self.run("DELETE FROM story_index WHERE kind = ? AND key = ?", (kind, key))
            for story, into in batch.merges:
                self._merge(story, into)
            self._add_matches(batch)
            self._add_waiting(batch.waiting)
            self._learn_lines(batch, at)
            self._add_notices(batch.notices)

    def _add_matches(self, batch: IngestBatch) -> None:
        columns = ("story", "rule", "entry", "match", "silent")
        self.insert(
            "matches",
            columns,
            [(m.story, m.rule, m.entry, dumps(m.match), 0) for m in batch.matches],
            "ON CONFLICT (story, rule) DO UPDATE SET entry = excluded.entry, match = excluded.match, silent = 0"
            " WHERE matches.silent = 1",
        )
        self.insert(
            "matches",
            columns,
            [(m.story, m.rule, m.entry, dumps(m.match), 1) for m in batch.silent_matches],
            "ON CONFLICT (story, rule) DO NOTHING",
        )

    def _add_waiting(self, waiting: Sequence[Waiting]) -> None:
        rows = [
            (w.channel, w.story, w.entry, w.rule or "", int(w.priority), w.kind, instant(w.since_at), _list(w.changes))
            for w in waiting
        ]
        columns = ("channel", "story", "entry", "rule", "priority", "kind", "since_at", "changes")
        self.insert("waiting", columns, rows, "ON CONFLICT (channel, story, entry, rule) DO NOTHING")

    def _learn_lines(self, batch: IngestBatch, at: str | None) -> None:
        rows = [(feed, line, story, at) for feed, line, story in batch.boilerplate]
        self.insert("boilerplate", ("feed", "line", "story", "seen_at"), rows, "ON CONFLICT DO NOTHING")
        lines: dict[str, dict[str, None]] = {}
        for feed, line, _ in batch.boilerplate:
            lines.setdefault(feed, {})[line] = None
        for feed, of_feed in lines.items():
            for part in chunks(of_feed):
                self.run(
                    f"INSERT INTO learnt_lines (feed, line) SELECT feed, line FROM boilerplate WHERE feed = ?"  # noqa: S608  # marks only
                    f" AND line IN ({marks(part)}) GROUP BY feed, line HAVING COUNT(*) >= ? ON CONFLICT DO NOTHING",
                    (feed, *part, BOILERPLATE_STORIES),
                )

    def _merge(self, story: StoryId, into: StoryId) -> None:
        """`story` becomes part of `into`; what a channel was told first stays its one message."""
        self.insert("merges", ("story", "into_story"), [(story, into)], "ON CONFLICT (story) DO NOTHING")
        self.run("UPDATE entries SET story = ? WHERE story = ?", (into, story))
        for table in ("matches", "waiting", "posted", "outbox_stories"):
            columns = {
                "matches": "rule, entry, match, silent",
                "waiting": "channel, entry, rule, priority, kind, since_at, changes",
                "posted": "channel, posted, posted_at",
                "outbox_stories": "key",
            }[table]
            conflict = "DO NOTHING"
            if table == "posted":
                conflict = (
                    "(channel, story) DO UPDATE SET posted = excluded.posted, posted_at = excluded.posted_at"
                    " WHERE excluded.posted_at < posted.posted_at"
                )
            elif table == "matches":
                conflict = (
                    "(story, rule) DO UPDATE SET entry = excluded.entry, match = excluded.match, silent = 0"
                    " WHERE matches.silent = 1 AND excluded.silent = 0"
                )
            self.run(
                f"INSERT INTO {table} (story, {columns}) SELECT ?, {columns} FROM {table} WHERE story = ?"  # noqa: S608  # names above
                f" ON CONFLICT {conflict}",
                (into, story),
            )
            self.run(f"DELETE FROM {table} WHERE story = ?", (story,))  # noqa: S608  # names above
        for channel, posted in self.query("SELECT channel, posted FROM posted WHERE story = ?", (into,)):
            self.run(
                "UPDATE posted SET posted = ? WHERE channel = ? AND story = ?",
                (dumps(replace(loads(Posted, posted), story=into)), channel, into),
            )
            # Told already under either name: what still waits as new is an update of that message.
            self.run(
                "UPDATE waiting SET kind = ? WHERE channel = ? AND story = ? AND kind = ?",
                (WaitingKind.REPORT, channel, into, WaitingKind.NEW),
            )

    # --- digest ---

    def channel_state(self, channel: ChannelId) -> ChannelState:
        rows = self.query("SELECT state FROM channels WHERE channel = ?", (channel,))
        return loads(ChannelState, rows[0][0]) if rows else ChannelState(channel=channel)

    def waiting(self, channel: ChannelId) -> list[Waiting]:
        return self._waiting("channel = ?", (channel,))

    def _waiting(self, where: str, values: Sequence[object]) -> list[Waiting]:
        rows = self.query(
            "SELECT channel, story, entry, rule, priority, kind, since_at, changes FROM waiting"  # noqa: S608  # fixed texts
            f" WHERE {where} ORDER BY since_at, entry, rule",
            values,
        )
        return [
            Waiting(
                channel=ChannelId(row[0]),
                story=StoryId(row[1]),
                entry=EntryId(row[2]),
                rule=RuleId(row[3]) if row[3] else None,
                priority=Priority(row[4]),
                kind=WaitingKind(row[5]),
                since_at=datetime.fromisoformat(row[6]),
                changes=tuple(json.loads(row[7])),
            )
            for row in rows
        ]

    def waiting_channels(self) -> list[ChannelId]:
        return [ChannelId(row[0]) for row in self.query("SELECT DISTINCT channel FROM waiting ORDER BY channel")]

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

    def record_digest(self, batch: DigestBatch) -> None:
        with self.transaction():
            self.insert(
                "channels",
                ("channel", "state"),
                [(batch.channel, dumps(batch.state))],
                "ON CONFLICT (channel) DO UPDATE SET state = excluded.state",
            )
            self._add_deliveries(batch.deliveries)
            self.insert(
                "posted",
                ("channel", "story", "posted", "posted_at"),
                [(p.channel, p.story, dumps(p), instant(p.posted_at)) for p in batch.posted],
                "ON CONFLICT (channel, story) DO UPDATE SET posted = excluded.posted, posted_at = excluded.posted_at",
            )
            for told in batch.told:
                self.run(
                    "DELETE FROM waiting WHERE channel = ? AND story = ? AND entry = ? AND rule = ?",
                    (told.channel, told.story, told.entry, told.rule or ""),
                )

    # --- deliver ---

    def add_deliveries(self, deliveries: Iterable[Delivery]) -> list[str]:
        with self.transaction():
            return self._add_deliveries(deliveries)

    def _add_deliveries(self, deliveries: Iterable[Delivery]) -> list[str]:
        new = []
        for delivery in deliveries:
            changed = self.run(
                "INSERT INTO outbox (key, channel, state, created_at, delivery, digest, payload)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (
                    delivery.key,
                    delivery.channel,
                    delivery.state,
                    instant(delivery.created_at),
                    _delivery_text(delivery),
                    dumps(delivery.digest),
                    dumps(delivery.payload),
                ),
            )
            if changed:
                new.append(delivery.key)
                stories = [(delivery.key, story.story) for story in delivery.digest.stories]
                self.insert("outbox_stories", ("key", "story"), stories, "ON CONFLICT DO NOTHING")
        return new

    def open_deliveries(self) -> list[Delivery]:
        return self._deliveries("state NOT IN (?, ?)", (DeliveryState.SENT, DeliveryState.DEAD))

    def delivery(self, key: str) -> Delivery | None:
        found = self._deliveries("key = ?", (key,))
        return found[0] if found else None

    def deliveries_of(self, story: StoryId) -> list[Delivery]:
        return self._deliveries("key IN (SELECT key FROM outbox_stories WHERE story = ?)", (story,))

    def _deliveries(self, where: str, values: Sequence[object]) -> list[Delivery]:
        rows = self.query(
            f"SELECT id, delivery, digest, payload FROM outbox WHERE {where} ORDER BY id",  # noqa: S608  # fixed texts
            values,
        )
        return [
            replace(
                loads(Delivery, _with(row[1], digest=row[2], payload=row[3])),
                id=row[0],
            )
            for row in rows
        ]

    def save_delivery(self, delivery: Delivery) -> None:
        with self.transaction():
            self.run(
                "UPDATE outbox SET state = ?, delivery = ?, payload = ? WHERE key = ?",
                (delivery.state, _delivery_text(delivery), dumps(delivery.payload), delivery.key),
            )

    # --- notices to ops ---

    def add_notices(self, notices: Iterable[Notice]) -> list[Notice]:
        with self.transaction():
            return self._add_notices(notices)

    def _add_notices(self, notices: Iterable[Notice]) -> list[Notice]:
        new = []
        for notice in notices:
            sql = "INSERT INTO notices (key, text, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"
            if self.run(sql, (notice.key, notice.text, instant(notice.at))):
                new.append(notice)
        return new

    def notices(self) -> list[Notice]:
        rows = self.query("SELECT key, text, at FROM notices WHERE settled = 0 ORDER BY at, key")
        return [Notice(key=row[0], text=row[1], at=datetime.fromisoformat(row[2])) for row in rows]

    def settle_notices(self, keys: Iterable[str], deliveries: Iterable[Delivery]) -> None:
        with self.transaction():
            self._add_deliveries(deliveries)
            for part in chunks(keys):
                self.run(f"UPDATE notices SET settled = 1 WHERE key IN ({marks(part)})", part)  # noqa: S608  # marks

    # --- look-ups ---

    def entry(self, entry: EntryId) -> StoredEntry | None:
        found = self._entries("id = ?", (entry,))
        return found[0] if found else None

    def entries_by_url(self, url: str) -> list[StoredEntry]:
        return self._entries("url = ?", (url,))

    def _entries(self, where: str, values: Sequence[object], order: str = "id") -> list[StoredEntry]:
        sql = f"SELECT {', '.join(ENTRY_COLUMNS)} FROM entries WHERE {where} ORDER BY {order}"  # noqa: S608  # fixed texts
        return [_stored_entry(row) for row in self.query(sql, values)]

    def counts(self) -> StoreCounts:
        one = {
            name: self.query(f"SELECT COUNT(*) FROM {name}")[0][0]  # noqa: S608  # the names beside it
            for name in ("entries", "inbox", "waiting")
        }
        outbox = dict(self.query("SELECT state, COUNT(*) FROM outbox GROUP BY state"))
        stories = self.query("SELECT COUNT(DISTINCT story) FROM entries")[0][0]
        return StoreCounts(
            entries=one["entries"], stories=stories, inbox=one["inbox"], waiting=one["waiting"], outbox=outbox
        )

    # --- upkeep ---

    def prune(self, entries_before: datetime, known_before: datetime) -> int:
        old = instant(entries_before)
        with self.transaction():
            self.delete_terms(entries_before)
            deleted = self.run("DELETE FROM entries WHERE seen_at < ?", (old,))
            for sql in (
                "DELETE FROM matches WHERE entry < COALESCE((SELECT MIN(id) FROM entries), 0)",
                "DELETE FROM boilerplate WHERE seen_at < ?",
                "DELETE FROM notices WHERE settled = 1 AND at < ?",
                "DELETE FROM outbox_stories WHERE key IN (SELECT key FROM outbox WHERE created_at < ?"
                " AND state IN ('sent', 'dead'))",
                "DELETE FROM outbox WHERE created_at < ? AND state IN ('sent', 'dead')",
            ):
                deleted += self.run(sql, (old,) if "?" in sql else ())
            deleted += self.run("DELETE FROM known WHERE seen_at < ?", (instant(known_before),))
            deleted += self.run("DELETE FROM posted WHERE posted_at < ?", (instant(known_before),))
        return deleted


def _list(values: Iterable[object]) -> str:
    return json.dumps(list(values), ensure_ascii=True)


def _with(delivery: str, *, digest: str, payload: str) -> str:
    """The JSON of a delivery with its frozen parts put back."""
    return delivery[:-1] + ',"digest":' + digest + ',"payload":' + payload + "}"


def _delivery_text(delivery: Delivery) -> str:
    bare = replace(delivery, digest=cast(Digest, None), payload=cast("Mapping[str, object]", None))
    fields = json.loads(dumps(bare))
    return json.dumps({key: value for key, value in fields.items() if key not in ("digest", "payload", "id")})


def _clean(text: str | None) -> Any:
    """NULs and lone surrogates cannot be stored as text; they mean nothing to a reader either."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _entry_row(new: NewEntry) -> Row:
    entry, reading, decision = new.entry, new.reading, new.decision
    return (
        new.id,
        entry.feed,
        _clean(entry.source),
        _clean(entry.guid),
        _clean(entry.url),
        _clean(reading.title),
        _clean(reading.summary),
        _clean(reading.body),
        _clean(reading.caption),
        _clean(reading.promo),
        _clean(entry.author),
        _list(entry.tags),
        _clean(entry.lang),
        instant(entry.published_at),
        instant(entry.seen_at),
        decision.verdict,
        decision.duplicate_of,
        decision.story,
        _list(decision.merged),
        float(decision.score),
        _clean(decision.reason),
        _list(decision.changes),
        decision.story,
        int(new.silent),
    )


def _stored_entry(row: Row) -> StoredEntry:
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
