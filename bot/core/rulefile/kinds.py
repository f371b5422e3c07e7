"""What a key of rules.yaml may hold, declared once: how it is read, and its JSON Schema for editors.

The law of this file: a schema accepts whatever the reader takes (it may accept more: `${VAR}` stands for anything). It
sees what an editor's YAML 1.2 makes of a scalar, so a text may come as a number or a truth value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import partial
from typing import Any

from bot.core.rulefile.hints import clock_hint, number_hint
from bot.core.rulefile.nodes import Node, NodeReader, Pair
from bot.core.rulefile.units import decimal, number, person, size, time_of_day, weekdays

JsonSchema = Mapping[str, Any]

_VARIABLE = r".*\$\{[A-Za-z_][A-Za-z0-9_]*\}.*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a key may hold. `read` reports what it cannot read and gives None; without it the section reads the key."""

    schema: JsonSchema
    read: Callable[[NodeReader, Node, str], Any] | None = None

    def about(self, text: str) -> Kind:
        """The same, with what an editor says of the key."""
        return replace(self, schema={**self.schema, "description": text})


Keys = Mapping[str, Kind]
"""The keys that a mapping may have."""


def read_values(reader: NodeReader, pairs: Mapping[str, Pair], keys: Keys) -> dict[str, Any]:
    """The values of a mapping, each read as its key's kind; what is faulty is reported and left out."""
    values = {}
    for key, pair in pairs.items():
        read = keys[key].read
        value = read(reader, pair.value, key) if read is not None else None
        if value is not None:
            values[key] = value
    return values


def read_mapping(reader: NodeReader, node: Node | None, what: str, keys: Keys) -> dict[str, Any]:
    """The same, of a node that should be a mapping, or is not there."""
    return read_values(reader, reader.mapping(node, what, keys), keys) if node is not None else {}


def mapping_schema(keys: Keys, *required: str) -> JsonSchema:
    """A mapping with these keys and no others; nothing behind its colon is an empty one."""
    schema: dict[str, Any] = {
        "type": ["object", "null"],
        "properties": {key: kind.schema for key, kind in keys.items()},
        "additionalProperties": False,
    }
    return {**schema, "type": "object", "required": list(required)} if required else schema


def one_or_more(schema: JsonSchema) -> JsonSchema:
    """One, or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def _pattern(core: str) -> str:
    return rf"^(?:\s*(?:{core})\s*|{_VARIABLE})$"


TEXT_SCHEMA: JsonSchema = {"type": ["string", "number", "boolean"]}
ONE_TEXT = Kind(schema=TEXT_SCHEMA, read=NodeReader.text)
"""Text on one line or several, never empty."""
FLAG = Kind(
    schema={
        "type": ["boolean", "string"],
        "pattern": _pattern("[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]"),
    },
    read=NodeReader.flag,
)
_DURATION_SCHEMA: JsonSchema = {"type": "string", "pattern": _pattern("[0-9]{1,9}[smhd]")}
DURATION = Kind(schema=_DURATION_SCHEMA, read=NodeReader.duration)
DURATION_OR_ZERO = Kind(schema=_DURATION_SCHEMA, read=partial(NodeReader.duration, zero=True))


def read_clock(reader: NodeReader, node: Node, what: str) -> time | None:
    """`08:30`; None: reported."""
    return reader.value(node, what, time_of_day, "a clock time", clock_hint(str(node.value)))


CLOCK = Kind(schema={"type": "string", "pattern": _pattern("[0-9]{1,2}:[0-9]{2}")}, read=read_clock)
COPY_MEMBER_ID = "write the person's id, U…: a profile in Slack shows it under ⋮, Copy member ID"
"""Where people find what stands for a person."""
PERSON = Kind(
    schema=TEXT_SCHEMA,
    read=lambda reader, node, what: reader.value(node, what, person, "a person of Slack", COPY_MEMBER_ID),
)


def whole_number(least: int, most: int) -> Kind:
    """A number in digits, both bounds included."""
    return Kind(
        schema={"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": _pattern("[0-9]{1,9}")},
        read=lambda reader, node, what: reader.value(
            node,
            what,
            partial(number, least=least, most=most),
            f"a whole number from {least:,} to {most:,}",
            number_hint(str(node.value)),
        ),
    )


PER_DAY = whole_number(1, 1_000_000)
"""A budget of messages a day."""


def decimal_number(least: float, most: float) -> Kind:
    """The same with at most two digits behind a point."""
    return Kind(
        schema={
            "type": ["number", "string"],
            "minimum": least,
            "maximum": most,
            "pattern": _pattern(r"[0-9]{1,9}(?:\.[0-9]{1,2})?"),
        },
        read=lambda reader, node, what: reader.value(
            node, what, partial(decimal, least=least, most=most), f"a number from {least:g} to {most:g}"
        ),
    )


def choice(*words: str) -> Kind:
    """One of `words`, in any case; read in small letters."""
    return Kind(
        schema={
            "anyOf": [{"enum": list(words)}, {"type": "string", "pattern": _pattern("|".join(map(_any_case, words)))}]
        },
        read=lambda reader, node, what: reader.choice(node, what, words),
    )


def _any_case(word: str) -> str:
    return "".join(f"[{char.upper()}{char}]" for char in word)


SIZE = Kind(
    schema={
        "type": ["integer", "string"],
        "minimum": 1,
        "pattern": _pattern(r"[0-9]{1,12}(?:\.[0-9]{1,3})?\s*(?:[kKmMgG]?i?[bB])?"),
    },
    read=lambda reader, node, what: reader.value(node, what, size, "a size", "write it like 5MB or 500kB"),
)
TEXTS = Kind(
    schema=one_or_more(TEXT_SCHEMA),
    read=lambda reader, node, what: tuple(text for text, _ in reader.one_or_more(node, what)),
)
"""One text, or a list of them."""


def _one_weekday(text: str) -> int | None:
    days = weekdays(text)
    return next(iter(days)) if days is not None and len(days) == 1 else None


WEEKDAY = Kind(
    schema=TEXT_SCHEMA,
    read=lambda reader, node, what: reader.value(node, what, _one_weekday, "one weekday", "write mon, tue, … or sun"),
)
