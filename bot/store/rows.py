"""Nouns to JSON text and back: a frozen dataclass in, text out, and the same dataclass again.

Law: what was written by an older version still reads (absent fields take their default, unknown ones are dropped), so
two versions can run side by side during a deploy. Instants are ISO 8601 in UTC with microseconds, so they sort as text.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")
Coder = Callable[[Any], Any]


def instant(value: datetime | None) -> str | None:
    """An aware datetime as sortable text; None stays None."""
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(text: str | None) -> datetime | None:
    """The reverse of `instant`."""
    return None if text is None else datetime.fromisoformat(text)


def dumps(value: object) -> str:
    """A dataclass (or any JSON-able) as compact JSON. Lone surrogates are escaped, so any text survives."""
    return json.dumps(_encode(value), ensure_ascii=True, separators=(",", ":"))


def loads(kind: type[T], text: str) -> T:
    """The dataclass `kind` from what `dumps` wrote."""
    value: T = _decoder(cast(Any, kind))(json.loads(text))
    return value


def _encode(value: Any) -> Any:
    if value is None or value.__class__ in (str, int, float, bool):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_encode(item) for item in value)
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {name: _encode(getattr(value, name)) for name in _names(cast(Any, type(value)))}
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _same(value: Any) -> Any:
    return value


@cache
def _decoder(kind: Any) -> Coder:
    """The function that turns parsed JSON into `kind`, made once a type."""
    while isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = [part for part in typing.get_args(kind) if part is not type(None)]
        decode = _decoder(inner[0]) if len(inner) == 1 else _same
        return lambda value: None if value is None else decode(value)
    if origin is tuple:
        arguments = typing.get_args(kind)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            each = _decoder(arguments[0])
            return lambda value: tuple(each(item) for item in value)
        coders = [_decoder(argument) for argument in arguments]
        return lambda value: tuple(coder(item) for coder, item in zip(coders, value, strict=True))
    if origin is frozenset:
        each = _decoder(typing.get_args(kind)[0])
        return lambda value: frozenset(each(item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        each = _decoder(typing.get_args(kind)[1])
        return lambda value: {key: each(item) for key, item in value.items()}
    if not isinstance(kind, type):
        return _same
    if issubclass(kind, datetime):
        return datetime.fromisoformat
    if issubclass(kind, time):
        return time.fromisoformat
    if issubclass(kind, timedelta):
        return lambda value: timedelta(seconds=value)
    if issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        decoders = {name: _decoder(hints[name]) for name in _names(kind)}

        def decode_fields(value: Mapping[str, Any]) -> Any:
            return kind(**{name: decode(value[name]) for name, decode in decoders.items() if name in value})

        return decode_fields
    return _same
