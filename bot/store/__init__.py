"""Where Wirewatch remembers: one `Store` (see `bot.ports`) on SQLite or PostgreSQL.

`sql`                one store, composed of all that follows; the transactions over several tables
`database`           what the tables stand on, and the lease that says who may write
`tables`             what every table has; their names
`facts`              small facts; notices to ops
`feeds`              feeds and who polls them; the inbox
`entries`            the archive and its search
`stories`            what hangs on stories: identities, the story index, matches, merges, boilerplate
`outbox`             what waits for channels, and messages on their way
`review`             people's marks, what they were asked; rules texts that were in force; what rules remember
`upkeep`             counts and retention
`sqlite`             a store on SQLite: its lease, claims and archive search
`sqlite_database`    SQLite as a database: its transactions, migrations and errors
`sqlite_files`       how a database file begins, and what lies beside it
`overwritten`        its file, written over in place
`disk`               why its folder cannot be written
`postgres`           the same as `sqlite` for PostgreSQL
`postgres_database`  the same as `sqlite_database` for PostgreSQL
`postgres_connection`  a connection that does not wait for ever
`postgres_errors`    what the server says, in words
`postgres_url`       DATABASE_URL → how to reach the server, or what is wrong with it
`copies`             a store → the same store elsewhere
`backups`            a store ↔ one file
`values`             text and keys as a database takes them
`migrations`         the schema, append-only
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

from bot.errors import StoreError
from bot.store.migrations import newest_version
from bot.store.sql import SqlStore
from bot.store.sqlite import SqliteStore

_POSTGRES = re.compile(r"postgres(?:ql)?(?:\+\w+)?://", re.IGNORECASE)


def open_store(place: str | Path, *, wait: timedelta | None = None) -> SqlStore:
    """The store at a path, or at a `postgres://…`, `postgresql://…`, `sqlite:///relative` or `sqlite:////absolute` URL.

    Does not migrate. `wait`: how long each call waits while a server is away (None: as long as a worker does). Raises
    StoreError for a URL of another kind, or a place that cannot be opened.
    """
    if isinstance(place, Path):
        return SqliteStore(place)
    # As other programs write it, too: `postgresql+psycopg2://`, `POSTGRES://`.
    place = _POSTGRES.sub("postgresql://", place)
    if place.startswith("postgresql://"):
        from bot.store.postgres import PostgresStore  # psycopg costs every command 0.1 s, and few need it

        return PostgresStore(place) if wait is None else PostgresStore(place, wait=wait)
    path = sqlite_path(place)
    if path is not None:
        return SqliteStore(path)
    raise StoreError(
        "The store's URL (DATABASE_URL, or what a command is given) is neither postgres://user:password@host/name nor "
        "sqlite:///folder/file.db (three slashes: relative, four: absolute; no :memory:, which forgets, and nothing "
        "behind a ?)."
    )


def open_archive(place: str | Path) -> SqlStore | None:
    """A store to read from: it is neither made nor migrated, and nothing in it changes. None: there is none yet.

    Raises StoreError as `open_store` does, and for a store that an older release made.
    """
    file = place if isinstance(place, Path) else sqlite_path(place)
    if file is None:
        store = open_store(place)
    elif not file.exists():
        return None
    else:
        store = SqliteStore(file, to_read=True)
    version = store.database.version()
    if not version:
        store.close()
        return None
    if version < newest_version():
        place = store.place
        store.close()
        raise StoreError(
            f"The store {place} is of version {version}, this Wirewatch reads {newest_version()}. Bring it up to date: "
            "wirewatch store migrate."
        )
    return store


def sqlite_path(url: str) -> Path | None:
    """The file that a `sqlite:///…` URL names; None: another kind of URL."""
    written = url.removeprefix("sqlite:///")
    path = unquote(written)
    if not url.startswith("sqlite:///") or "?" in written or path.strip("/") in ("", ":memory:"):
        return None
    return Path(os.path.expanduser(path))


__all__ = ["SqlStore", "SqliteStore", "open_archive", "open_store", "sqlite_path"]
