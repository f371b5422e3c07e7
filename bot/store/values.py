"""Values as a database takes them: text that it can keep, keys that fit an index, lists that fit a statement."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, TypeVar

_CHUNK = 400
"""Most values in one IN list: well below SQLite's old limit of 999 variables."""
LONGEST_KEY = 500
"""Longer keys are cut and hashed. At most four bytes a character, so any key fits an index."""

_V = TypeVar("_V")


def chunks(values: Iterable[_V]) -> Iterator[list[_V]]:
    """`values` without repeats, in lists of at most `_CHUNK`."""
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), _CHUNK):
        yield unique[start : start + _CHUNK]


def placeholders(values: Sequence[object]) -> str:
    """`?,?,?` for an IN list."""
    return ",".join("?" * len(values))


def bounded(key: str) -> str:
    """`key` as it is stored: its own text while that is short, else its beginning and a hash.

    A row of a PostgreSQL index holds 2,704 bytes, and feeds make guids longer than that.
    """
    text = clean_text(key)
    if len(text) <= LONGEST_KEY:
        return text
    return text[:100] + "#" + hashlib.sha256(text.encode()).hexdigest()


def clean_text(text: str) -> str:
    """NULs and lone surrogates cannot be stored as text; they mean nothing to a reader either."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace").decode()
    return text


_AS_THEY_ARE = frozenset({int, float, bytes, type(None)})


def storable(values: Iterable[Any]) -> list[Any]:
    """Values as a database takes them: text that it can store, enums as what they stand for."""
    return [
        clean_text(value) if value.__class__ is str else value if value.__class__ in _AS_THEY_ARE else _plain(value)
        for value in values
    ]


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        value = value.value
    return clean_text(value) if isinstance(value, str) else value
