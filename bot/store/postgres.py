"""The store on PostgreSQL: what several machines share, and what a dyno's disk cannot forget.

The lease is a row with an epoch that grows with every change of hands (see `postgres_database` for how it guards a
write). Lease times are the server's, so the clocks of the workers do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from psycopg import errors

from bot.core.codec import instant_text, loads
from bot.errors import StoreError
from bot.model import FeedId, FeedState
from bot.store.database import Database, Lease, WriteGuard
from bot.store.entries import SearchTerms
from bot.store.feeds import FeedsTable
from bot.store.postgres_database import UTC_NOW, WAIT, PostgresDatabase, translated
from bot.store.sql import SqlStore
from bot.store.values import storable

_UNTIL = UTC_NOW.replace("clock_timestamp()", "(clock_timestamp() + make_interval(secs => ?))")
_LONGEST_LEXEME = 500
"""Characters; PostgreSQL takes 2,046 bytes a lexeme, and 1 MB for all of an entry."""
_ALL_LEXEMES = 700_000
"""Bytes, of all lexemes of an entry."""

_SLICE = 4_000
"""Newest entries that are looked through before anything is known of a word: 2 ms."""
_COST_OF_WALKING, _COST_OF_FETCHING = 1, 10
"""To read the next entry's words, and those of an entry anywhere: .4 and 2 to 7 µs where the server has them in memory
(measured on a million entries)."""


class PostgresStore(SqlStore):
    """A store in the database of `url` (`postgres://…` or `postgresql://…`; TLS as its `sslmode` says)."""

    def __init__(self, url: str, *, wait: timedelta = WAIT) -> None:
        guard = WriteGuard()
        database = PostgresDatabase(url, guard, wait)
        feeds, terms = _PostgresFeeds(database, guard), _PostgresTerms(database)
        super().__init__(database, _RowLease(database, guard), feeds, terms)


class _RowLease(Lease):
    """The row `writer`."""

    def __init__(self, database: PostgresDatabase, guard: WriteGuard) -> None:
        self._database, self._guard = database, guard

    def claim(self, holder: str, now: datetime, ttl: timedelta) -> bool:
        if self._guard.epoch is not None:
            self.renew(now, ttl)
            return True
        with self._database.errors(), self._database.borrowed() as connection:
            try:
                with connection.transaction():
                    connection.execute("SET LOCAL lock_timeout = '2s'")
                    connection.execute(
                        "INSERT INTO lease (name, holder, epoch, until_at) VALUES ('writer', '', 0, '')"
                        " ON CONFLICT (name) DO NOTHING"
                    )
                    rows = connection.execute(
                        translated(
                            f"UPDATE lease SET holder = ?, epoch = epoch + 1, until_at = {_UNTIL}"  # noqa: S608  # constants above
                            f" WHERE name = 'writer' AND until_at <= {UTC_NOW} RETURNING epoch"
                        ),
                        (holder, ttl.total_seconds()),
                    ).fetchall()
            except errors.LockNotAvailable:
                return False  # its holder is committing this very moment
        if not rows:
            return False
        self._guard.open(rows[0][0])
        return True

    def renew(self, now: datetime, ttl: timedelta) -> None:
        self._guard.check()
        with self._database.errors(), self._database.borrowed() as connection:
            changed = connection.execute(
                translated(f"UPDATE lease SET until_at = {_UNTIL} WHERE name = 'writer' AND epoch = ?"),  # noqa: S608  # constants above
                (ttl.total_seconds(), self._guard.epoch),
            ).rowcount
        if not changed:
            raise self._guard.lost()

    def release(self) -> None:
        epoch = self._guard.epoch
        self._guard.given_back()
        if epoch is None:
            return
        # Whoever cannot reach the database any more leaves the lease to its end.
        with suppress(StoreError), self._database.errors(), self._database.borrowed(wait=1.0) as connection:
            connection.execute("UPDATE lease SET until_at = '' WHERE name = 'writer' AND epoch = %s", (epoch,))

    def holder(self) -> str | None:
        rows = self._database.query(f"SELECT holder FROM lease WHERE name = 'writer' AND until_at > {UTC_NOW}")  # noqa: S608  # constant above
        return rows[0][0] if rows else None


class _PostgresFeeds(FeedsTable):
    """Several pollers share the feeds; rows that another one is claiming at this moment are skipped."""

    def __init__(self, database: Database, guard: WriteGuard) -> None:
        super().__init__(database)
        self._guard = guard

    def claim(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        role = "poller" if self._guard.epoch is None else "writer"
        with self._database.transaction():
            rows = self._database.query(
                "UPDATE feeds SET leased_until_at = ?, leased_by = ? WHERE id IN"
                " (SELECT id FROM feeds WHERE next_due_at <= ?"
                " AND (leased_until_at IS NULL OR leased_until_at <= ?) AND id = ANY(?)"
                " ORDER BY next_due_at, id LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING next_due_at, id, state",
                (instant_text(until), role, instant_text(now), instant_text(now), list(feeds), limit),
            )
        return [loads(FeedState, row[2]) for row in sorted(rows)]

    def release(self) -> None:
        """What the writer before us had claimed. The pollers beside us keep theirs; of one that died they run out."""
        with self._database.transaction():
            self._database.run("UPDATE feeds SET leased_until_at = NULL WHERE leased_by = 'writer'")


class _PostgresTerms(SearchTerms):
    """A `tsvector` made of an array: no parser, no dictionary."""

    def add(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        lexemes = [(entry, _lexemes(terms)) for entry, terms in rows]
        self._database.run_each("INSERT INTO entry_terms (id, terms) VALUES (?, array_to_tsvector(?))", lexemes)

    def delete(self, entries: Sequence[int]) -> None:
        self._run_in("DELETE FROM entry_terms WHERE id IN (…)", entries)

    def condition(self, terms: Sequence[Sequence[str]]) -> tuple[str, str]:
        query = " & ".join("(" + " | ".join(map(_lexeme, either)) + ")" for either in terms)
        return "id IN (SELECT id FROM entry_terms WHERE terms @@ CAST(? AS tsquery))", query

    def newest(self, terms: Sequence[Sequence[str]], before: int, limit: int) -> list[int]:
        """Walks back through the newest entries while that is cheaper than to fetch all that the index has.

        The planner cannot choose: of a word outside its list of common ones it knows nothing, and takes one in 1,000
        entries to hold it. A walk for a word of one in 20,000 reads the whole archive.
        """
        _, query = self.condition(terms)
        newest: list[int] = []
        size = _SLICE
        while True:
            ids, walked, last = self._walk(query, before, size)
            newest += ids
            if len(newest) >= limit or walked < size or last is None:
                return newest[:limit]
            before = last
            share = (len(ids) + 1) / walked
            rows = int((limit - len(newest)) / share)
            if rows * _COST_OF_WALKING > share * last * _COST_OF_FETCHING:
                return newest + self._fetch(query, before, limit - len(newest))
            size = min(max(rows, _SLICE), 4 * size)

    def _walk(self, query: str, before: int, size: int) -> tuple[list[int], int, int | None]:
        """Of the next `size` entries: those that `query` holds on, how many there are, and the oldest one."""
        rows = self._database.query(
            "SELECT array_agg(id ORDER BY id DESC) FILTER (WHERE is_hit), COUNT(*), MIN(id) FROM (SELECT id,"
            " terms @@ CAST(? AS tsquery) AS is_hit FROM entry_terms WHERE id < ? ORDER BY id DESC LIMIT ?) AS newest",
            (query, before, size),
        )
        ids, walked, last = rows[0]
        return ids or [], walked, last

    def _fetch(self, query: str, before: int, limit: int) -> list[int]:
        """By the index of words. MATERIALIZED: else the planner may walk all the same, for the order."""
        rows = self._database.query(
            "WITH hits AS MATERIALIZED (SELECT id FROM entry_terms WHERE terms @@ CAST(? AS tsquery) AND id < ?)"
            " SELECT id FROM hits ORDER BY id DESC LIMIT ?",
            (query, before, limit),
        )
        return [row[0] for row in rows]

    def stored(self) -> Iterator[tuple[int, list[str]]]:
        for row in self._database.stream("SELECT id, tsvector_to_array(terms) FROM entry_terms"):
            yield row[0], row[1]


def _lexeme(term: str) -> str:
    """An index term as part of a tsquery; a trailing `*` asks for a prefix."""
    prefix = term.endswith("*")
    word = term.rstrip("*")[:_LONGEST_LEXEME].replace("\\", "\\\\").replace("'", "''")
    return f"'{word}'" + (":*" if prefix else "")


def _lexemes(terms: Sequence[str]) -> list[Any]:
    """Terms that fit a tsvector: not empty, not too long, not too many."""
    lexemes: list[Any] = []
    size = 0
    for term in storable(terms):
        word = term[:_LONGEST_LEXEME]
        size += 4 * len(word)
        if size > _ALL_LEXEMES:
            break
        if word:
            lexemes.append(word)
    return lexemes
