"""Feeds (what polling has learnt, and who polls which), and the inbox of parsed entries that wait for ingest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.core.codec import dumps, instant_text, loads
from bot.model import Entry, FeedId, FeedState, InboxItem
from bot.store.tables import Table


class FeedsTable(Table, ABC):
    """One row a feed. How several pollers share them differs between the databases."""

    @abstractmethod
    def claim(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]: ...

    @abstractmethod
    def release(self) -> None: ...

    def states(self) -> Mapping[FeedId, FeedState]:
        rows = self._database.query("SELECT id, state FROM feeds")
        return {FeedId(row[0]): loads(FeedState, row[1]) for row in rows}

    def counts(self) -> Mapping[FeedId, int]:
        return {FeedId(row[0]): row[1] for row in self._database.query("SELECT id, entries FROM feeds")}

    def add(self, states: Iterable[FeedState]) -> list[FeedId]:
        with self._database.transaction():
            urls: dict[str, str] = dict(self._database.query("SELECT id, url FROM feeds"))
            new = [state for state in states if urls.get(state.feed) != state.url or self._is_later(state)]
            self._database.run_each(
                "INSERT INTO feeds (id, url, state, next_due_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                " SET url = excluded.url, state = excluded.state, next_due_at = excluded.next_due_at,"
                " leased_until_at = NULL",
                [(state.feed, state.url, dumps(state), instant_text(state.next_due_at)) for state in new],
            )
        return [state.feed for state in new]

    def _is_later(self, state: FeedState) -> bool:
        """Whether it was polled after the one that is kept of its feed, under another id (see `core.polling`)."""
        kept = self._database.query("SELECT state FROM feeds WHERE id = ?", (state.feed,))
        polled_at = loads(FeedState, kept[0][0]).last_poll_at
        return state.last_poll_at is not None and (polled_at is None or polled_at < state.last_poll_at)

    def former_ids(self, feeds: Iterable[FeedId]) -> Mapping[FeedId, tuple[FeedId, ...]]:
        rows = self._query_in("SELECT id, state FROM feeds WHERE id IN (…)", feeds)
        former = ((FeedId(row[0]), loads(FeedState, row[1]).former) for row in rows if '"former"' in row[1])
        return {feed: ids for feed, ids in former if ids}

    def save(self, states: Iterable[FeedState]) -> None:
        """Ends the claims on these feeds (inside a transaction). One whose URL was replaced meanwhile is left alone."""
        self._database.run_each(
            "UPDATE feeds SET state = ?, next_due_at = ?, leased_until_at = NULL WHERE id = ? AND url = ?",
            [(dumps(state), instant_text(state.next_due_at), state.feed, state.url) for state in states],
        )

    def count_entries(self, counts: Mapping[FeedId, int]) -> None:
        """So many more entries were taken from each feed (inside a transaction)."""
        rows = [(count, feed) for feed, count in counts.items()]
        self._database.run_each("UPDATE feeds SET entries = entries + ? WHERE id = ?", rows)


class InboxTable(Table):
    """Parsed entries in order of arrival."""

    def add(self, entries: Iterable[tuple[Entry, bool]]) -> None:
        """(entry, silent), inside a transaction."""
        rows = [(dumps(entry), int(silent)) for entry, silent in entries]
        self._database.insert("inbox", ("entry", "silent"), rows)

    def first(self, limit: int) -> list[InboxItem]:
        rows = self._database.query("SELECT id, entry, silent FROM inbox WHERE aside = 0 ORDER BY id LIMIT ?", (limit,))
        return [InboxItem(id=row[0], entry=loads(Entry, row[1]), silent=bool(row[2])) for row in rows]

    def first_id(self) -> int | None:
        first: int | None = self._database.query("SELECT MIN(id) FROM inbox WHERE aside = 0")[0][0]
        return first

    def remove(self, items: Iterable[int]) -> None:
        """Inside a transaction."""
        self._run_in("DELETE FROM inbox WHERE id IN (…)", items)

    def set_aside(self, item: int) -> bool:
        """Inside a transaction; False: there is no such row."""
        return bool(self._database.run("UPDATE inbox SET aside = 1 WHERE id = ?", (item,)))

    def take_back(self) -> None:
        with self._database.transaction():
            self._database.run("UPDATE inbox SET aside = 0 WHERE aside = 1")
