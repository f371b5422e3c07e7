"""The store on SQLite: one file, one worker, nothing to install.

The lease is an flock on a file beside the database: it ends with its process, killed or not.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from bot.core.codec import instant_text, loads
from bot.errors import StoreError
from bot.model import FeedId, FeedState
from bot.store.database import Lease, WriteGuard
from bot.store.entries import SearchTerms
from bot.store.feeds import FeedsTable
from bot.store.sql import SqlStore
from bot.store.sqlite_database import SqliteDatabase, sqlite_errors


class SqliteStore(SqlStore):
    """A store in the file `path`; None: in memory, for `replay`. `to_read`: nothing in the file changes."""

    def __init__(self, path: Path | None, *, to_read: bool = False) -> None:
        guard = WriteGuard()
        database = SqliteDatabase(path, guard, to_read=to_read)
        super().__init__(
            database, _FileLease(path, guard, database.watch), _SqliteFeeds(database), _SqliteTerms(database)
        )
        self.path = path
        self.copy_file = database.copy_file


class _FileLease(Lease):
    """An flock cannot be lost while its process lives and its file stands."""

    def __init__(self, path: Path | None, guard: WriteGuard, on_claim: Callable[[], None]) -> None:
        self._path, self._guard, self._on_claim = path, guard, on_claim
        self._lock: IO[bytes] | None = None
        self._holder = ""

    def claim(self, holder: str, now: datetime, ttl: timedelta) -> bool:
        if self._lock is None and self._path is not None:
            self._holder = holder
            self._lock = _locked(self._path, holder)
            if self._lock is None:
                return False
        self._guard.open()
        self._on_claim()
        return True

    def renew(self, now: datetime, ttl: timedelta) -> None:
        self._guard.check()
        if self._path is None or self._lock is None or _stands(self._lock, self._path):
            return
        # Somebody has removed it as a stale one: whoever comes next would find the lease free.
        lock = _locked(self._path, self._holder)
        if lock is None:
            raise self._guard.lost()
        self._lock.close()
        self._lock = lock

    def release(self) -> None:
        self._guard.given_back()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def holder(self) -> str | None:
        if self._path is None:
            return None
        path = self._path.with_suffix(".lock")
        with sqlite_errors(self._path), suppress(FileNotFoundError), path.open("rb") as lock:
            if not _lock_it(lock, path, fcntl.LOCK_SH):
                return lock.read().decode("utf-8", "replace").strip() or "unknown"
        return None


def _locked(path: Path, holder: str) -> IO[bytes] | None:
    """The file beside the store, locked, open as long as the lease is held; None: another process has it."""
    with sqlite_errors(path):
        lock = open(path.with_suffix(".lock"), "ab")  # noqa: SIM115  # see above
        try:
            if not _lock_it(lock, path, fcntl.LOCK_EX):
                lock.close()
                return None
            lock.truncate(0)
            lock.write(holder.encode())
            lock.flush()
        except BaseException:
            with suppress(OSError):  # what could not be written is written again by `close`
                lock.close()
            raise
    return lock


def _lock_it(lock: IO[bytes], path: Path, kind: int) -> bool:
    """False: another process has the lock. Raises StoreError where there are no locks (some network shares)."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreError(
            f"The folder {path.parent} does not lock files ({error.strerror or error}), so nobody knows whether "
            "another worker runs there. Is it a network share? Point STATE_DIR to a disk of this machine, or "
            "DATABASE_URL to a PostgreSQL."
        ) from error
    return True


def _stands(lock: IO[bytes], path: Path) -> bool:
    """Whether the file that is locked is still the one that others would find."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.with_suffix(".lock").stat())
    except OSError:
        return False


class _SqliteFeeds(FeedsTable):
    """One process polls: whatever is claimed is its own."""

    def claim(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]:
        wanted = set(feeds)
        with self._database.transaction():
            rows = self._database.query(
                "SELECT id FROM feeds WHERE next_due_at <= ?"
                " AND (leased_until_at IS NULL OR leased_until_at <= ?) ORDER BY next_due_at, id",
                (instant_text(now), instant_text(now)),
            )
            due = [row[0] for row in rows if row[0] in wanted][:limit]
            leases = [(instant_text(until), feed) for feed in due]
            self._database.run_each("UPDATE feeds SET leased_until_at = ? WHERE id = ?", leases)
            states: dict[str, str] = dict(self._query_in("SELECT id, state FROM feeds WHERE id IN (…)", due))
        return [loads(FeedState, states[feed]) for feed in due]

    def release(self) -> None:
        with self._database.transaction():
            self._database.run("UPDATE feeds SET leased_until_at = NULL WHERE leased_until_at IS NOT NULL")


class _SqliteTerms(SearchTerms):
    """FTS5, whose tokenizer must split words where ours did: see `index_word`."""

    def add(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        words = [(entry, index_word(" ".join(terms))) for entry, terms in rows]
        self._database.run_each("INSERT INTO entry_terms (rowid, terms) VALUES (?, ?)", words)

    def delete(self, entries: Sequence[int]) -> None:
        self._run_in("DELETE FROM entry_terms WHERE rowid IN (…)", entries)

    def condition(self, terms: Sequence[Sequence[str]]) -> tuple[str, str]:
        match = " AND ".join("(" + " OR ".join(map(_fts_term, either)) + ")" for either in terms)
        return "id IN (SELECT rowid FROM entry_terms WHERE entry_terms MATCH ?)", match

    def newest(self, terms: Sequence[Sequence[str]], before: int, limit: int) -> list[int]:
        # FTS5 reads its lists from either end, and stops where the limit is.
        _, match = self.condition(terms)
        sql = "SELECT rowid FROM entry_terms WHERE entry_terms MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        rows = self._database.query(sql, (match, before, limit))
        return [row[0] for row in rows]

    def stored(self) -> Iterator[tuple[int, list[str]]]:
        for entry, words in self._database.stream("SELECT rowid, terms FROM entry_terms"):
            yield entry, [index_term(word) for word in words.split()]


_PLAIN = bytes(code for code in range(128) if chr(code).isalnum() or chr(code) == " ")


def index_word(terms: str) -> str:
    """A term, or several with spaces between them, as the full-text index holds them: letters and digits stay, anything
    else becomes `_hex_`. Sign by sign, of which an entry has three kinds: a search through its terms took three times
    as long."""
    if terms.isascii():
        signs = set(terms.encode().translate(None, _PLAIN).decode())
    else:
        signs = {sign for sign in set(terms) if not sign.isalnum() and sign != " "}
    for sign in sorted(signs, key="_".__ne__):  # what a sign becomes holds this one
        terms = terms.replace(sign, f"_{ord(sign):x}_")
    return terms


def index_term(word: str) -> str:
    """The reverse of `index_word`."""
    return re.sub(r"_([0-9a-f]+)_", lambda match: chr(int(match[1], 16)), word)


def _fts_term(term: str) -> str:
    """An index term as an FTS5 string; a trailing `*` asks for a prefix."""
    prefix = term.endswith("*")
    return '"' + index_word(term.rstrip("*")) + '"' + ("*" if prefix else "")
