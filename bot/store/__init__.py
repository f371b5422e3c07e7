"""Where Wirewatch remembers: one `Store` (see `bot.ports`) on SQLite or PostgreSQL.

`base`           the connection as statements see it, and the text that a database can keep
`polls`          feeds, the inbox, facts and notices
`ingest`         the *ingest* transaction
`outbox`         the *digest* transaction, and each step of a delivery
`archive`        entries and stories as they stand, the archive search, retention
`sql`            all of these: the store short of its connection
`sqlite`         a connection to SQLite: its transactions, lease and archive search
`postgres`       the same for PostgreSQL
`postgres_link`  a connection to PostgreSQL: pooled, replaced when it broke
`copies`         a store → the same store elsewhere
`backups`        a store → one file, and back
`rows`           nouns ↔ JSON text
`earlier`        what earlier versions wrote → nouns of today
`migrations`     the schema, append-only
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from bot.errors import StoreError
from bot.store.sql import SqlStore
from bot.store.sqlite import SqliteStore


def open_store(place: str | Path) -> SqlStore:
    """The store at a path, or at a `postgres://…`, `postgresql://…`, `sqlite:///relative` or `sqlite:////absolute` URL.

    Does not migrate. Raises StoreError for an address of another kind, or a place that cannot be opened.
    """
    if isinstance(place, Path):
        return SqliteStore(place)
    if place.startswith(("postgres://", "postgresql://")):
        from bot.store.postgres import PostgresStore  # psycopg costs every command 0.1 s, and few need it

        return PostgresStore(place)
    path = sqlite_path(place)
    if path is not None:
        return SqliteStore(path)
    raise StoreError(
        "DATABASE_URL is neither postgres://user:password@host/name nor sqlite:///folder/file.db (three slashes: "
        "relative, four: absolute)."
    )


def sqlite_path(url: str) -> Path | None:
    """The file that a `sqlite:///…` URL names; None: another kind of URL."""
    path = unquote(url.removeprefix("sqlite:///"))
    return Path(path) if url.startswith("sqlite:///") and path.strip("/") else None


__all__ = ["SqlStore", "SqliteStore", "open_store", "sqlite_path"]
