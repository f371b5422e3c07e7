"""Feeds and the inbox: what polling has learnt, who has a feed in hand, and small facts and notices beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.model import FeedId, FeedState, Notice, PollRecord
from bot.store.base import Sql, bounded
from bot.store.rows import dumps, instant_text, loads


class Polls(Sql):
    """The *poll* transaction, and what stands beside it."""

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
                    (state.feed, state.url, dumps(state), instant_text(state.next_due_at)),
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
                    (dumps(state), instant_text(state.next_due_at), state.feed, state.url),
                )
                self._add_notices(poll.notices)

    def release_feeds(self) -> None:
        with self.transaction():
            self.run("UPDATE feeds SET leased_until_at = NULL WHERE leased_until_at IS NOT NULL")

    # --- notices to ops (`Outbox.settle_notices` turns them into deliveries) ---

    def add_notices(self, notices: Iterable[Notice]) -> list[Notice]:
        with self.transaction():
            return self._add_notices(notices)

    def _add_notices(self, notices: Iterable[Notice]) -> list[Notice]:
        new = []
        for notice in notices:
            sql = "INSERT INTO notices (key, text, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"
            if self.run(sql, (bounded(notice.key), notice.text, instant_text(notice.at))):
                new.append(notice)
        return new

    def notices(self) -> list[Notice]:
        rows = self.query("SELECT key, text, at FROM notices WHERE settled = 0 ORDER BY at, key")
        return [Notice(key=row[0], text=row[1], at=datetime.fromisoformat(row[2])) for row in rows]
