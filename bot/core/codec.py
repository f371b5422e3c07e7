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
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, TypeVar, cast

from bot.core.earlier import UPGRADES

T = TypeVar("T")
_PLAIN = frozenset({str, int, float, bool, type(None)})
_Code = Callable[[Any], Any]
_to_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def instant_text(value: datetime | None) -> str | None:
    """An aware datetime as sortable text; None stays None."""
    if value is None:
        return None
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(timespec="microseconds")


def dumps(value: object) -> str:
    """A dataclass (or any JSON-able) as compact JSON. Lone surrogates are escaped, so any text survives."""
    return _to_json(_encode(value))


def loads(kind: type[T], text: str) -> T:
    """The dataclass `kind` from what `dumps` wrote.

    Raises:
        ValueError, TypeError: `text` was not written by `dumps`, of this version or an earlier one.
    """
    value: T = _decoder(cast(Any, kind))(json.loads(text))
    return value


def to_columns(noun: object, columns: Sequence[str]) -> list[object]:
    """Several fields of a dataclass, by their names, as columns hold them: like JSON, a list as its text."""
    values = _fields(*columns)(noun)
    return [value if value.__class__ in _PLAIN else _column(value) for value in values]


_fields = cache(attrgetter)


def _column(value: Any) -> Any:
    encoded = _encode(value)
    return (json.dumps(encoded) if encoded else "[]") if isinstance(encoded, list) else encoded


def row_reader(
    kind: type[T], columns: Sequence[str], of: Mapping[str, str] | None = None
) -> Callable[[Sequence[Any]], T]:
    """A function from a row of `columns` to the dataclass `kind`, made once: columns of other names are left alone.

    `of`: field → column, where their names differ.
    """
    hints = typing.get_type_hints(kind)
    places: list[tuple[str, int, _Code]] = []
    for field in dataclasses.fields(cast(Any, kind)):
        column = (of or {}).get(field.name, field.name)
        if column not in columns:
            continue
        decode = _decoder(hints[field.name])
        if typing.get_origin(hints[field.name]) is tuple:
            decode = _list_reader(decode)
        places.append((field.name, columns.index(column), decode))
    names = [name for name, _, _ in places]
    values_of = itemgetter(*(place for _, place, _ in places))
    decoded = [(name, decode) for name, _, decode in places if decode is not _as_is]

    def read(row: Sequence[Any]) -> T:
        fields = dict(zip(names, values_of(row), strict=True))
        for name, decode in decoded:
            fields[name] = decode(fields[name])
        return kind(**fields)

    return read


def _list_reader(decode: _Code) -> _Code:
    return lambda text: () if text == "[]" else decode(json.loads(text))


def _as_is(value: Any) -> Any:
    return value


def _encode(value: Any) -> Any:
    return _encoder(value.__class__)(value)


@cache
def _encoder(kind: type) -> _Code:
    """The function that turns a value of `kind` into what JSON can say, made once a type."""
    if issubclass(kind, datetime):
        return instant_text
    if issubclass(kind, time):
        return time.isoformat
    if issubclass(kind, timedelta):
        return timedelta.total_seconds
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, Mapping):
        return lambda value: {str(_encode(key)): _encode(item) for key, item in value.items()}
    if issubclass(kind, frozenset | set):
        return lambda value: sorted(map(_encode, value))
    if issubclass(kind, list | tuple):
        return lambda value: list(map(_encode, value))
    if dataclasses.is_dataclass(kind):
        return _dataclass_encoder(kind)
    return _as_is


def _dataclass_encoder(kind: Any) -> _Code:
    """A field that has its default is left out: most of a feed's state is, and it is written at every poll. So a
    default never changes once a store has been written with it."""
    fields = [(field.name, field.default) for field in dataclasses.fields(kind)]

    def encode_fields(value: Any) -> dict[str, Any]:
        encoded = {}
        for name, default in fields:
            item = getattr(value, name)
            if item is not default:
                encoded[name] = item if item.__class__ in _PLAIN else _encoder(item.__class__)(item)
        return encoded

    return encode_fields


def _moment(value: str | float) -> datetime:
    """Text, or the Unix seconds in which versions before 3 kept some instants."""
    return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)


_SCALARS: Mapping[type, _Code] = {
    datetime: _moment,
    time: time.fromisoformat,
    timedelta: lambda value: timedelta(seconds=value),
}


@cache
def _decoder(kind: Any) -> _Code:
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


def _key_decoder(kind: Any) -> _Code:
    """JSON's keys are text; ours may be numbers or enums."""
    while isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    if kind in (int, float):
        return cast(_Code, kind)
    if kind is datetime or (isinstance(kind, type) and issubclass(kind, Enum)):
        return _decoder(kind)
    return _as_is


def _union_decoder(kind: Any, members: tuple[Any, ...]) -> _Code:
    """None, and one kind beside it; or kinds that JSON itself tells apart.

    Raises TypeError where JSON does not say which of the members a value is.
    """
    decoders = {_decoder(member) for member in members if member is not type(None)}
    if len(decoders) > 1:
        raise TypeError(f"{kind}: JSON does not tell its members apart")
    decode = decoders.pop()
    return _as_is if decode is _as_is else lambda value: None if value is None else decode(value)


def _dataclass_decoder(kind: type) -> _Code:
    hints = typing.get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(cast(Any, kind))}
    as_they_are = frozenset(name for name, decode in decoders.items() if decode is _as_is)
    upgrade = UPGRADES.get(kind)

    def decode_fields(value: Mapping[str, Any]) -> Any:
        fields = value if upgrade is None else upgrade(value)
        return kind(
            **{
                name: item if name in as_they_are else decoders[name](item)
                for name, item in fields.items()
                if name in decoders
            }
        )

    return decode_fields
