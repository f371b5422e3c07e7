"""Nouns ↔ JSON text: any frozen dataclass, with whatever dataclasses, enums, instants, spans, tuples, sets and mappings
stand in its fields. A new field or noun needs no code here.

Law: what an older version wrote still reads (absent fields take their default, unknown ones are dropped, and `earlier`
says where a field used to stand), so two versions can run side by side during a deploy. Instants are ISO 8601 in UTC
with microseconds, so they sort as text; spans are seconds.
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

from bot.store.earlier import UPGRADES

T = TypeVar("T")
_Decode = Callable[[Any], Any]


def instant_text(value: datetime | None) -> str | None:
    """An aware datetime as sortable text; None stays None."""
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(text: str | None) -> datetime | None:
    """The reverse of `instant_text`."""
    return None if text is None else datetime.fromisoformat(text)


def dumps(value: object) -> str:
    """A dataclass (or any JSON-able) as compact JSON. Lone surrogates are escaped, so any text survives."""
    return json.dumps(_encode(value), ensure_ascii=True, separators=(",", ":"))


def loads(kind: type[T], text: str) -> T:
    """The dataclass `kind` from what `dumps` wrote.

    Raises:
        ValueError, TypeError: `text` was not written by `dumps`, of this version or an earlier one.
    """
    value: T = _decoder(cast(Any, kind))(json.loads(text))
    return value


def _encode(value: Any) -> Any:
    if value is None or value.__class__ in (str, int, float, bool):
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(_encode(key)): _encode(item) for key, item in value.items()}
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


def _as_is(value: Any) -> Any:
    return value


def _moment(value: str | float) -> datetime:
    """Text, or the Unix seconds in which versions before 3 kept some instants."""
    return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)


_SCALARS: Mapping[type, _Decode] = {
    datetime: _moment,
    time: time.fromisoformat,
    timedelta: lambda value: timedelta(seconds=value),
}


@cache
def _decoder(kind: Any) -> _Decode:
    """The function that turns parsed JSON into `kind`, made once a type."""
    while isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union_decoder(kind, arguments)
    if origin is tuple and arguments[-1] is not Ellipsis:
        coders = [_decoder(argument) for argument in arguments]
        return lambda value: tuple(coder(item) for coder, item in zip(coders, value, strict=True))
    if origin in (tuple, frozenset):
        each = _decoder(arguments[0])
        return lambda value: origin(map(each, value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key_of, each = _key_decoder(arguments[0]), _decoder(arguments[1])
        return lambda value: {key_of(key): each(item) for key, item in value.items()}
    if not isinstance(kind, type):
        return _as_is
    if issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        return _dataclass_decoder(kind)
    return _SCALARS.get(kind, _as_is)


def _key_decoder(kind: Any) -> _Decode:
    """JSON's keys are text; ours may be numbers or enums."""
    while isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    if kind in (int, float):
        return cast(_Decode, kind)
    if kind is datetime or (isinstance(kind, type) and issubclass(kind, Enum)):
        return _decoder(kind)
    return _as_is


def _union_decoder(kind: Any, members: tuple[Any, ...]) -> _Decode:
    """None, and one kind beside it; or kinds that JSON itself tells apart.

    Raises TypeError where JSON does not say which of the members a value is.
    """
    decoders = {_decoder(member) for member in members if member is not type(None)}
    if len(decoders) > 1:
        raise TypeError(f"{kind}: JSON does not tell its members apart")
    decode = decoders.pop()
    return lambda value: None if value is None else decode(value)


def _dataclass_decoder(kind: type) -> _Decode:
    hints = typing.get_type_hints(kind)
    decoders = {name: _decoder(hints[name]) for name in _names(kind)}
    upgrade = UPGRADES.get(kind)

    def decode_fields(value: Mapping[str, Any]) -> Any:
        fields = value if upgrade is None else upgrade(value)
        return kind(**{name: decode(fields[name]) for name, decode in decoders.items() if name in fields})

    return decode_fields
