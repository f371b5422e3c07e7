"""What the store's statements stand on: one connection behind four calls.

Comes in: SQL with `?` for values. Goes out: rows. `sqlite` and `postgres` implement these; `polls`, `ingest`, `outbox`
and `archive` hold the statements, each once, in the SQL that both databases speak.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any, TypeVar

GIVEN_BACK = "This worker has given the lease back; it must not write any more."
CHUNK = 400
"""Most values in one IN list: well below SQLite's old limit of 999 variables."""

LONGEST_KEY = 500
"""Longer keys are cut and hashed. At most four bytes a character, so any key fits an index."""

Row = tuple[Any, ...]
V = TypeVar("V")


class Sql(ABC):
    """The connection, as the statements see it."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """One write transaction, or part of the one that is open. Checks that the lease (if one was claimed) still
        holds. Raises LeaseLost."""

    @abstractmethod
    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a SELECT."""

    @abstractmethod
    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a large SELECT, a few at a time. Nothing else may use the store meanwhile."""

    @abstractmethod
    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """One statement; returns the number of rows it changed."""

    @abstractmethod
    def run_each(self, sql: str, rows: Sequence[Row]) -> None:
        """One statement for each row of values (inside a transaction)."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
        """Many rows at once; `conflict` is the `ON CONFLICT …` clause."""


def chunks(values: Iterable[V], size: int = CHUNK) -> Iterator[list[V]]:
    """`values` without repeats, in lists of at most `size`."""
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]


def marks(values: Sequence[object]) -> str:
    """`?,?,?` for an IN list."""
    return ",".join("?" * len(values))


def json_list(values: Iterable[object]) -> str:
    """A list as JSON text, safe for any text in it."""
    return json.dumps(list(values), ensure_ascii=True)


def bounded(key: str) -> str:
    """`key` as it is kept: its own text while that is short, else its beginning and a hash.

    A row of a PostgreSQL index holds 2,704 bytes, and feeds make guids longer than that.
    """
    text = clean_text(key)
    if len(text) <= LONGEST_KEY:
        return text
    return text[:100] + "#" + hashlib.sha256(text.encode()).hexdigest()


def clean_text(text: str) -> str:
    """NULs and lone surrogates cannot be kept as text; they mean nothing to a reader either."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def clean(values: Iterable[object]) -> list[Any]:
    """Values as a database takes them: text that it can keep, enums as what they stand for."""
    cleaned: list[Any] = []
    for value in values:
        if isinstance(value, Enum):
            value = value.value
        cleaned.append(clean_text(value) if isinstance(value, str) else value)
    return cleaned
