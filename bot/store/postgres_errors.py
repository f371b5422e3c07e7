"""What PostgreSQL and its library say → words for the person who runs the bot, and what to do about it."""

from __future__ import annotations

import re

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from bot.errors import StoreBusy, StoreError, StoreRefused
from bot.store.postgres_url import PostgresAddress

_NOT_PASSED_ON = re.compile(r"unsupported startup parameter(?: in options)?: (\w+)")
"""PgBouncer's words."""
_LOGIN = re.compile(
    r"password authentication failed|no password supplied|(?:database|role) .* does not exist|no pg_hba\.conf entry"
    r"|is not permitted to log in|permission denied for database"
)
"""The server's words where it is there and does not let this user in. The library gives no code for them; in another
language than English a start waits, and says so, where it could have ended."""

_BAD_VALUE = re.compile(r"invalid [\w ]*(?:value|number)\b.*|root certificate file .* does not exist")
"""The library's words for a value that it refuses before it asks any server."""
_OF_ANOTHER_KIND = re.compile(r"session is (?:not )?read-only|server is (?:not )?in hot standby mode")
"""The library's words where a server is there and is not what `target_session_attrs` asks for."""


def foreign_tables(place: str, what: str) -> StoreError:
    """Tables of another program's stand where ours would."""
    return StoreError(
        f"The database {place} holds another program's tables ({what}); it was left as it is. Give Wirewatch "
        "a database of its own and name it in DATABASE_URL."
    )


def hidden_rows(place: str, tables: int) -> StoreError:
    """Row-level security: what is there looks as if it were not, and would be told again."""
    return StoreError(
        f"The database {place} hides rows from this user (row-level security on {tables} of Wirewatch's tables). Name "
        "the owner of the tables in DATABASE_URL, or let this user by: ALTER ROLE name BYPASSRLS, or ALTER TABLE … "
        "DISABLE ROW LEVEL SECURITY."
    )


def explained(error: psycopg.Error, address: PostgresAddress, reason: str) -> StoreError:
    """An error of the server or the library for the person who runs the bot. `reason`: why there is no connection."""
    # What the server adds (`CONTEXT: COPY feeds, line 1: …`) shows rows, and may show what nobody should see.
    primary = error.diag.message_primary
    text = address.without_password(primary or str(error))
    place = address.place
    match error:
        case errors.DiskFull() | errors.OutOfMemory():
            return StoreError(f"The database {place} has no room left ({text}). Make room: work goes on by itself.")
        case errors.UndefinedTable() | errors.UndefinedColumn():
            return StoreError(
                f"The database {place} lacks what this Wirewatch expects ({text}). If tables were removed, stop the "
                "worker and restore a backup: wirewatch store restore FILE; else bring it up to date: wirewatch store "
                "migrate."
            )
        case errors.InvalidSchemaName():
            return StoreError(
                f"The database {place} has no schema for this user ({text}). Name one that exists: "
                "ALTER ROLE name SET search_path = public, or ?options=-csearch_path%3Dpublic in DATABASE_URL."
            )
        case errors.QueryCanceled():
            return StoreBusy(
                f"The database {place} broke a statement off ({text}). Where its statement_timeout is short, "
                "raise it: ALTER ROLE name SET statement_timeout = '60s'."
            )
        case errors.IdleInTransactionSessionTimeout() | errors.TransactionTimeout():
            return StoreBusy(
                f"The database {place} ended a transaction in which this process stood still ({text}): nothing of it "
                "was kept, and it is tried again."
            )
        case errors.InsufficientPrivilege():
            return StoreError(
                f"The database {place} does not let this user do that ({text}). Grant the rights, or name the "
                "owner of the tables in DATABASE_URL."
            )
        case errors.ReadOnlySqlTransaction():
            return StoreBusy(
                f"The database {place} is read-only ({text}). Point DATABASE_URL to the primary server, or, where this "
                "user alone may not write, ALTER ROLE name SET default_transaction_read_only = off; after a failover "
                "work goes on by itself when it can be written again."
            )
        case errors.DuplicateTable() | errors.DuplicateObject():
            return foreign_tables(place, text)
        case errors.LockNotAvailable() | errors.DeadlockDetected() | errors.SerializationFailure():
            return StoreBusy(f"The database {place} is locked by another program ({text}). Try again.")
        case psycopg.DataError() | psycopg.IntegrityError() | errors.ProgramLimitExceeded():
            return StoreRefused(f"The database {place} refused what it was given ({text}): please report it.")
        case psycopg.OperationalError() if "statement pooling" in text:
            return StoreError(
                f"The pooler at {place} takes no transactions ({text}). Set its pool_mode to transaction or "
                "session, or name the database itself in DATABASE_URL."
            )
        case psycopg.OperationalError() if (option := _NOT_PASSED_ON.search(text)) is not None:
            return StoreError(
                f"The pooler at {place} does not pass on the parameter {option[1]}. Take it out of "
                "DATABASE_URL; a search_path can be given to the user (ALTER ROLE name SET search_path = schema)."
            )
        case psycopg.OperationalError():
            said = (reason or text) if isinstance(error, PoolTimeout) else text
            return _without_connection(said, address)
        case _:
            return StoreError(f"The database {place} failed: {text}.")


def _without_connection(text: str, address: PostgresAddress) -> StoreError:
    """No connection to work with, or none any more. `text`: what was said of it."""
    place = address.place
    if _OF_ANOTHER_KIND.search(text):
        return StoreBusy(
            f"The server of the database {place} is there, but is not of the kind that target_session_attrs "
            f"(PGTARGETSESSIONATTRS) asks for ({text}). Point DATABASE_URL to the primary server, or take "
            "target_session_attrs out; after a failover work goes on by itself."
        )
    if (bad := _BAD_VALUE.search(text)) is not None:
        return StoreError(
            f"The database {place} cannot be asked as DATABASE_URL (or a PG… variable) has it: {bad[0]}. Mend "
            f"the value: waiting does not help. {address.hint}".rstrip()
        )
    if _LOGIN.search(text):
        return StoreError(
            f"The database {place} does not let this user in ({text}). Check user, password and name in "
            "DATABASE_URL; where the password was changed, start again with the new one. "
            f"{address.hint}".rstrip()
        )
    return StoreBusy(
        f"The database {place} cannot be reached ({text}). Check that it runs and that DATABASE_URL "
        f"names it; work goes on when it is back. {address.hint}".rstrip()
    )
