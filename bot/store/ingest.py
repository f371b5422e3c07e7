"""The *ingest* transaction: inbox rows become entries of stories, with matches and what waits for channels.

All of it is kept at once or not at all. A merge re-keys everything that hangs on the story that ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.errors import StoreRefused
from bot.model import Entry, EntryId, FeedId, Notice, Posted, RuleId, StoryId, Waiting, WaitingKind
from bot.ports import InboxItem, IngestBatch
from bot.store.archive import ENTRY_COLUMNS, Archive, entry_row
from bot.store.base import bounded, chunks, clean_text, json_list, marks
from bot.store.outbox import Outbox
from bot.store.polls import Polls
from bot.store.rows import dumps, instant_text, loads

BOILERPLATE_STORIES = 5
"""A line is learnt as promo once it was seen on this many different stories of its feed (RULES: 5)."""
LONGEST_LINE = 400
"""Longer lines are text, not boilerplate (and would not fit a key of PostgreSQL)."""


class Ingest(Polls, Outbox, Archive):
    """What ingest asks, and the one transaction in which it answers."""

    # --- ingest ---

    def inbox(self, limit: int) -> list[InboxItem]:
        rows = self.query("SELECT id, entry, silent FROM inbox WHERE aside = 0 ORDER BY id LIMIT ?", (limit,))
        return [InboxItem(id=row[0], entry=loads(Entry, row[1]), silent=bool(row[2])) for row in rows]

    def first_in_inbox(self) -> int | None:
        first: int | None = self.query("SELECT MIN(id) FROM inbox WHERE aside = 0")[0][0]
        return first

    def set_aside(self, item: int, notice: Notice) -> None:
        with self.transaction():
            if self.run("UPDATE inbox SET aside = 1 WHERE id = ?", (item,)):
                self._add_notices([notice])

    def take_back(self) -> None:
        with self.transaction():
            self.run("UPDATE inbox SET aside = 0 WHERE aside = 1")

    def identity_records(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        asked: dict[str, list[str]] = {}
        for key in dict.fromkeys(keys):
            asked.setdefault(bounded(key), []).append(key)
        found: dict[str, bytes] = {}
        for part in chunks(asked):
            rows = self.query(f"SELECT key, data FROM known WHERE key IN ({marks(part)})", part)  # noqa: S608  # marks
            found.update((key, bytes(row[1])) for row in rows for key in asked[row[0]])
        return found

    def index_records(self) -> Iterable[tuple[str, str, bytes]]:
        for kind, key, data in self.stream("SELECT kind, key, data FROM story_index"):
            yield kind, key, bytes(data)

    def next_entry_id(self) -> EntryId:
        newest = self.query("SELECT MAX(id) FROM entries")[0][0] or 0
        kept = int(self.get_fact("newest_entry") or 0)
        return EntryId(max(newest, kept) + 1)

    def story_of(self, story: StoryId) -> StoryId:
        followed = {story}
        while rows := self.query("SELECT into_story FROM merges WHERE story = ?", (story,)):
            story = StoryId(rows[0][0])
            if story in followed:
                raise StoreRefused(f"Story {story} was merged into itself: a mistake of Wirewatch's, please report it.")
            followed.add(story)
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

    def boilerplate(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, frozenset[str]]:
        found: dict[FeedId, set[str]] = {feed: set() for feed in feeds}
        for part in chunks(found):
            sql = f"SELECT feed, line FROM learnt_lines WHERE feed IN ({marks(part)})"  # noqa: S608  # marks only
            for feed, line in self.query(sql, part):
                found[FeedId(feed)].add(line)
        return {feed: frozenset(lines) for feed, lines in found.items()}

    def record_ingest(self, batch: IngestBatch) -> None:
        at = instant_text(batch.at)
        index = {(kind, key): data for kind, key, data in batch.index}
        with self.transaction():
            for part in chunks(batch.inbox):
                self.run(f"DELETE FROM inbox WHERE id IN ({marks(part)})", part)  # noqa: S608  # marks only
            self.insert("entries", ENTRY_COLUMNS, [entry_row(new) for new in batch.entries])
            self.save_terms(batch.entries)
            if batch.entries:
                newest = max(new.id for new in batch.entries)
                self.insert(
                    "facts",
                    ("key", "value"),
                    [("newest_entry", str(newest))],
                    "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                )
            counts = [(count, feed) for feed, count in batch.counts.items()]
            self.run_each("UPDATE feeds SET entries = entries + ? WHERE id = ?", counts)
            self.insert(
                "known",
                ("key", "data", "seen_at"),
                [(bounded(key), data, at) for key, data in batch.identity_records.items()],
                "ON CONFLICT (key) DO UPDATE SET data = excluded.data, seen_at = excluded.seen_at",
            )
            self.insert(
                "story_index",
                ("kind", "key", "data"),
                [(*of, data) for of, data in index.items() if data is not None],
                "ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data",
            )
            gone = [of for of, data in index.items() if data is None]
            self.run_each("DELETE FROM story_index WHERE kind = ? AND key = ?", gone)
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
            (
                w.channel,
                w.story,
                w.entry,
                w.rule or "",
                int(w.priority),
                w.kind,
                instant_text(w.since_at),
                json_list(w.changes),
            )
            for w in waiting
        ]
        columns = ("channel", "story", "entry", "rule", "priority", "kind", "since_at", "changes")
        self.insert("waiting", columns, rows, "ON CONFLICT (channel, story, entry, rule) DO NOTHING")

    def _learn_lines(self, batch: IngestBatch, at: str | None) -> None:
        found = [
            (feed, clean_text(line), story) for feed, line, story in batch.boilerplate if len(line) <= LONGEST_LINE
        ]
        rows = [(feed, line, story, at) for feed, line, story in found]
        self.insert("boilerplate", ("feed", "line", "story", "seen_at"), rows, "ON CONFLICT DO NOTHING")
        for part in chunks(dict.fromkeys((feed, line) for feed, line, _ in found)):
            pairs = ", ".join("(?, ?)" for _ in part)
            self.run(
                f"INSERT INTO learnt_lines (feed, line) SELECT b.feed, b.line FROM (VALUES {pairs}) AS f"  # noqa: S608  # marks only
                " JOIN boilerplate AS b ON b.feed = f.column1 AND b.line = f.column2"
                " GROUP BY b.feed, b.line HAVING COUNT(*) >= ? ON CONFLICT DO NOTHING",
                (*(value for pair in part for value in pair), BOILERPLATE_STORIES),
            )

    def _merge(self, story: StoryId, into: StoryId) -> None:
        """`story` becomes part of `into`; what a channel was told first stays its one message."""
        if story == into:
            return
        self.insert("merges", ("story", "into_story"), [(story, into)], "ON CONFLICT (story) DO NOTHING")
        self.run("UPDATE entries SET story = ? WHERE story = ?", (into, story))
        for table, (columns, conflict) in REKEYED.items():
            self.run(
                f"INSERT INTO {table} (story, {columns}) SELECT ?, {columns} FROM {table} WHERE story = ?"  # noqa: S608  # names above
                f" ON CONFLICT {conflict}",
                (into, story),
            )
            self.run(f"DELETE FROM {table} WHERE story = ?", (story,))  # noqa: S608  # names above
        for channel, text in self.query("SELECT channel, posted FROM posted WHERE story = ?", (into,)):
            posted = replace(loads(Posted, text), story=into)
            self.run("UPDATE posted SET posted = ? WHERE channel = ? AND story = ?", (dumps(posted), channel, into))
            # Told already under either name: what still waits as new belongs to that message.
            for kind, which in ((WaitingKind.UPDATE, "priority > ?"), (WaitingKind.REPORT, "priority <= ?")):
                self.run(
                    f"UPDATE waiting SET kind = ? WHERE channel = ? AND story = ? AND kind = ? AND {which}",  # noqa: S608  # which above
                    (kind, channel, into, WaitingKind.NEW, int(posted.priority)),
                )


REKEYED = {
    "matches": (
        "rule, entry, match, silent",
        "(story, rule) DO UPDATE SET entry = excluded.entry, match = excluded.match, silent = excluded.silent"
        " WHERE excluded.silent < matches.silent"
        " OR (excluded.silent = matches.silent AND excluded.entry < matches.entry)",
    ),
    "waiting": ("channel, entry, rule, priority, kind, since_at, changes", "DO NOTHING"),
    "posted": (
        "channel, posted, posted_at",
        "(channel, story) DO UPDATE SET posted = excluded.posted, posted_at = excluded.posted_at"
        " WHERE excluded.posted_at < posted.posted_at",
    ),
    "outbox_stories": ("key", "DO NOTHING"),
}
"""What hangs on a story and moves with it in a merge: table -> (other columns, what to do where both have a row)."""
