"""DATABASE_URL → how to reach the server, or what is wrong with it, in words that show nothing of the password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.errors import StoreError

_LIMITS: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
    "client_encoding": "UTF8",
    "application_name": "wirewatch",
}
"""A server that fell silent is noticed within 20 s. What the URL says goes before."""
_ENCODE = "Percent-encode the password: @ is %40, / is %2F, # is %23, ? is %3F, : is %3A, % is %25, a space is %20."
_HINTS = {
    "pgbouncer": "Take it out: Wirewatch works through PgBouncer in transaction mode without being told.",
    "ssl": "Take it out, and write ?sslmode=require.",
    "schema": "Take it out, and write ?options=-csearch_path%3DNAME, or give the user that search_path (ALTER ROLE).",
}
"""What to write instead of parameters that other programs' libraries know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """A server and a database on it."""

    conninfo: str = field(repr=False)
    """For libpq; holds the password."""
    place: str
    """`host/database`, as messages may show it."""
    password: str = field(repr=False)
    hint: str
    """What else to look at when the server cannot be reached; may be empty."""

    def without_password(self, text: str) -> str:
        """What a server or library said, in one line, without the password."""
        text = " ".join(text.split())
        return text.replace(self.password, "***") if self.password else text


def read_postgres_url(url: str) -> PostgresAddress:
    """Raises StoreError for a URL that libpq does not read, or reads otherwise than its author meant."""
    path, _, query = url.split("://", 1)[1].partition("?")
    credentials, _, location = path.partition("@")
    try:
        options = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except (psycopg.Error, UnicodeError) as error:
        parameter = re.search(r'invalid URI query parameter: "([\w;.-]+)"', str(error))
        if parameter is None or "@" in query:
            raise _not_encoded() from None
        hint = _HINTS.get(parameter[1], "Take it out.")
        raise StoreError(
            f"DATABASE_URL has the parameter {parameter[1]}, which PostgreSQL's own library does not know. {hint}"
        ) from None
    ports = options.get("port", "").split(",")
    # libpq takes what stands before the first @ or / for the password, and the rest of it for host, port or database.
    if "@" in location or (location and "/" in credentials) or not all(port.isdigit() for port in ports if port):
        raise _not_encoded()
    return PostgresAddress(
        conninfo=make_conninfo(url, **{key: value for key, value in _LIMITS.items() if key not in options}),
        place=f"{options.get('host') or 'localhost'}/{options.get('dbname', '')}",
        password=options.get("password", ""),
        hint=_ENCODE if re.search(r"[#?\[\]:%]", url.split("://", 1)[1].rpartition("@")[0].partition(":")[2]) else "",
    )


def _not_encoded() -> StoreError:
    return StoreError(
        "DATABASE_URL does not read as postgres://user:password@host:5432/name: its password seems to hold a character "
        f"that has a meaning in a URL. {_ENCODE}"
    )
