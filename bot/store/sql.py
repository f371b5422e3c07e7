"""The whole store short of its connection: every transaction of the pipeline, in SQL that both databases speak."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from bot.model import FeedId, FeedState
from bot.store.ingest import Ingest

TABLES = (
    "facts",
    "feeds",
    "inbox",
    "entries",
    "known",
    "story_index",
    "merges",
    "matches",
    "waiting",
    "posted",
    "channels",
    "outbox",
    "outbox_stories",
    "notices",
    "boilerplate",
    "learnt_lines",
)
"""Every table that holds what Wirewatch remembers; beside them only the lease and the archive-search words."""


class SqlStore(Ingest):
    """A `bot.ports.Store`, short of what an adapter must give."""

    place: str
    """Where it lies, as messages may show it: never a password."""

    # --- see `bot.ports.Store` ---

    @abstractmethod
    def migrate(self) -> int: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def claim_lease(self, holder: str, now: datetime, ttl: timedelta) -> bool: ...

    @abstractmethod
    def renew_lease(self, now: datetime, ttl: timedelta) -> None: ...

    @abstractmethod
    def release_lease(self) -> None: ...

    @abstractmethod
    def lease_holder(self) -> str | None:
        """Who holds the lease at this moment; None: nobody."""

    @abstractmethod
    def server_time(self) -> datetime | None:
        """The database's own clock; None: it has ours."""

    @abstractmethod
    def claim_feeds(self, feeds: Sequence[FeedId], now: datetime, until: datetime, limit: int) -> list[FeedState]: ...

    # --- for copies (`bot.store.copies`) ---

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """Whatever is read inside is of one moment, however long it takes."""

    @abstractmethod
    def columns(self, table: str) -> list[str]:
        """The columns of a table, in order."""

    @abstractmethod
    def clear(self) -> None:
        """Forgets everything but the schema (inside a transaction)."""

    @abstractmethod
    def adopt_numbers(self) -> None:
        """After rows came in with their numbers, new ones go on behind them (inside a transaction)."""

    @abstractmethod
    def stored_terms(self) -> Iterator[tuple[int, list[str]]]:
        """The archive-search words of every entry."""

    @abstractmethod
    def insert_terms(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """What `stored_terms` of another store gave (inside a transaction)."""

    @abstractmethod
    def check_whole(self) -> None:
        """Reads everything once. Raises StoreError for a damaged store."""
