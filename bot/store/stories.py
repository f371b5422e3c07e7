"""What hangs on stories: identities of items seen before, the story index, merges, matches, lines learnt as promo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.core.codec import dumps, loads
from bot.errors import StoreRefused
from bot.model import EntryId, FeedId, Match, Posted, RuleId, StoryId, StoryMatch, WaitingKind
from bot.store.tables import Table
from bot.store.values import bounded, chunks

_BOILERPLATE_STORIES = 5
"""A line is learnt as promo once it was seen on this many different stories of its feed (docs/rules.md), and on half of
what the feed brought since the first of them: `Vendor: Orbrecht` ends every advisory on Orbrecht, and is what a rule
looks for. A vendor's advisories come in bursts: the square of their number is at least that of the feed's stories."""
_STORIES_OF_FEED = "SELECT COUNT(DISTINCT e.story) FROM entries AS e WHERE e.feed = seen.feed"
_LONGEST_LINE = 400
"""Longer lines are text, not boilerplate (and would not fit a key of PostgreSQL)."""


class IdentitiesTable(Table):
    """Identity key → what is remembered of the item. These outlive the archive."""

    def records(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        asked: dict[str, list[str]] = {}
        for key in dict.fromkeys(keys):
            asked.setdefault(bounded(key), []).append(key)
        rows = self._query_in("SELECT key, data FROM known WHERE key IN (…)", asked)
        return {key: bytes(data) for stored, data in rows for key in asked[stored]}

    def save(self, records: Mapping[str, bytes], at: str | None) -> None:
        """Inside a transaction."""
        self._database.insert(
            "known",
            ("key", "data", "seen_at"),
            [(bounded(key), data, at) for key, data in records.items()],
            "ON CONFLICT (key) DO UPDATE SET data = excluded.data, seen_at = excluded.seen_at",
        )


class StoryIndexTable(Table):
    """The story index's own records (kind, key, data), opaque here."""

    def records(self) -> Iterable[tuple[str, str, bytes]]:
        for kind, key, data in self._database.stream("SELECT kind, key, data FROM story_index"):
            yield kind, key, bytes(data)

    def save(self, records: Sequence[tuple[str, str, bytes | None]]) -> None:
        """None deletes; of several records with one key the last counts (inside a transaction)."""
        last = {(kind, key): data for kind, key, data in records}
        self._database.insert(
            "story_index",
            ("kind", "key", "data"),
            [(*of, data) for of, data in last.items() if data is not None],
            "ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data",
        )
        gone = [of for of, data in last.items() if data is None]
        self._database.run_each("DELETE FROM story_index WHERE kind = ? AND key = ?", gone)


class MatchesTable(Table):
    """The first match of each rule on each story; a silent one gives way to one that may alert."""

    def of_stories(self, ids: Iterable[StoryId]) -> list[StoryMatch]:
        sql = (
            "SELECT story, rule, entry, match FROM matches WHERE silent = 0 AND story IN (…)"
            " ORDER BY story, entry, rule"
        )
        return [
            StoryMatch(story=StoryId(story), rule=RuleId(rule), entry=EntryId(entry), match=loads(Match, match))
            for story, rule, entry, match in self._query_in(sql, ids)
        ]

    def rules(self, stories: Iterable[StoryId]) -> Mapping[StoryId, Mapping[RuleId, bool]]:
        rules: dict[StoryId, dict[RuleId, bool]] = {}
        for story, rule, silent in self._query_in(
            "SELECT story, rule, silent FROM matches WHERE story IN (…)", stories
        ):
            rules.setdefault(StoryId(story), {})[RuleId(rule)] = bool(silent)
        return rules

    def add(self, matches: Sequence[StoryMatch], silent: Sequence[StoryMatch]) -> None:
        """Inside a transaction."""
        replacing = "UPDATE SET entry = excluded.entry, match = excluded.match, silent = 0 WHERE matches.silent = 1"
        for of_kind, is_silent, action in ((matches, 0, replacing), (silent, 1, "NOTHING")):
            self._database.insert(
                "matches",
                ("story", "rule", "entry", "match", "silent"),
                [(m.story, m.rule, m.entry, dumps(m.match), is_silent) for m in of_kind],
                f"ON CONFLICT (story, rule) DO {action}",
            )


class BoilerplateTable(Table):
    """Lines that recur in the entries of one feed."""

    def learnt(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, frozenset[str]]:
        lines: dict[FeedId, set[str]] = {feed: set() for feed in feeds}
        for feed, line in self._query_in("SELECT feed, line FROM learnt_lines WHERE feed IN (…)", lines):
            lines[FeedId(feed)].add(line)
        return {feed: frozenset(of_feed) for feed, of_feed in lines.items()}

    def add(self, lines: Sequence[tuple[FeedId, str, StoryId]], at: str | None) -> Mapping[FeedId, frozenset[str]]:
        """(feed, line, story): the line was seen in an entry of that story (inside a transaction). Returns what is
        learnt by it."""
        rows = [(feed, line, story, at) for feed, line, story in lines if len(line) <= _LONGEST_LINE]
        self._database.insert("boilerplate", ("feed", "line", "story", "seen_at"), rows, "ON CONFLICT DO NOTHING")
        # A story's id is that of its first entry, and both tables forget at the same age (see `prune`).
        learnt: dict[FeedId, frozenset[str]] = {}
        for part in chunks(dict.fromkeys((row[0], row[1]) for row in rows)):
            pairs = ", ".join("(?, ?)" for _ in part)
            taught = self._database.query(
                "INSERT INTO learnt_lines (feed, line) SELECT feed, line FROM ("  # noqa: S608  # `?` and fixed texts only
                "SELECT b.feed, b.line, COUNT(*) AS stories, MIN(b.story) AS first"
                f" FROM (VALUES {pairs}) AS f JOIN boilerplate AS b ON b.feed = f.column1 AND b.line = f.column2"
                " WHERE NOT EXISTS (SELECT 1 FROM learnt_lines AS l WHERE l.feed = b.feed AND l.line = b.line)"
                " GROUP BY b.feed, b.line HAVING COUNT(*) >= ?) AS seen"
                f" WHERE stories * 2 >= ({_STORIES_OF_FEED} AND e.id >= seen.first)"
                f" AND stories * stories >= ({_STORIES_OF_FEED})"
                " ON CONFLICT DO NOTHING RETURNING feed, line",
                (*(value for pair in part for value in pair), _BOILERPLATE_STORIES),
            )
            for feed, line in taught:
                learnt[feed] = learnt.get(feed, frozenset()) | {line}
        return learnt


class MergesTable(Table):
    """Stories that became part of another."""

    def follow(self, story: StoryId) -> StoryId:
        followed = {story}
        while rows := self._database.query("SELECT into_story FROM merges WHERE story = ?", (story,)):
            story = StoryId(rows[0][0])
            if story in followed:
                raise StoreRefused(f"Story {story} was merged into itself: a mistake of Wirewatch's, please report it.")
            followed.add(story)
        return story

    def merge(self, story: StoryId, into: StoryId) -> None:
        """`story` becomes part of `into`, with everything that hangs on it (inside a transaction).

        What was posted first in a channel stays its one message.
        """
        if story == into:
            return
        run = self._database.run
        self._database.insert("merges", ("story", "into_story"), [(story, into)], "ON CONFLICT (story) DO NOTHING")
        run("UPDATE entries SET story = ? WHERE story = ?", (into, story))
        for table, (columns, conflict) in _REKEYED.items():
            run(
                f"INSERT INTO {table} (story, {columns}) SELECT ?, {columns} FROM {table} WHERE story = ?"  # noqa: S608  # names below
                f" ON CONFLICT {conflict}",
                (into, story),
            )
            run(f"DELETE FROM {table} WHERE story = ?", (story,))  # noqa: S608  # names below
        for channel, text in self._database.query("SELECT channel, posted FROM posted WHERE story = ?", (into,)):
            posted = replace(loads(Posted, text), story=into)
            run("UPDATE posted SET posted = ? WHERE channel = ? AND story = ?", (dumps(posted), channel, into))
            # Told already under either name: what still waits as new belongs to that message.
            for kind, which in ((WaitingKind.UPDATE, "priority > ?"), (WaitingKind.REPORT, "priority <= ?")):
                run(
                    f"UPDATE waiting SET kind = ? WHERE channel = ? AND story = ? AND kind = ? AND {which}",  # noqa: S608  # which above
                    (kind, channel, into, WaitingKind.NEW, int(posted.priority)),
                )


_REKEYED = {
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
    "marks": ("rule, verdict, kind, person, at, undone_by, undone_at", "DO NOTHING"),
    "questions": ("kind, rule, asked_at, delivery, settled_by, settled_at", "DO NOTHING"),
}
"""What hangs on a story and moves with it in a merge: table -> (other columns, what to do where both have a row)."""
