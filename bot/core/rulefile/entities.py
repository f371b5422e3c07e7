"""`entities:` of a rules file: names → resolved queries. An entity may name others, never itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import yaml

from bot.core.query.lexer import ENTITY
from bot.core.query.parser import parse_name
from bot.core.query.walk import children
from bot.core.rulefile.kinds import TEXT_SCHEMA, Keys, Kind, mapping_schema, one_or_more
from bot.core.rulefile.nodes import Node, NodeReader, Pair
from bot.model.query import Entity, Query

_MAX_CHAIN = 50
"""How many entities may stand inside one another."""
_MAX_PARTS = 100_000
"""Of an entity, with all that stand inside it: doubled forty times over it would never be read to the end."""


class Entities(Mapping[str, Query]):
    """Entities by name, each resolved when it is first asked for."""

    def __init__(self, reader: NodeReader, node: Node | None) -> None:
        self._reader = reader
        self._resolved: dict[str, Entity] = {}
        self._parts: dict[str, int] = {}
        """How many parts a resolved one has, those of the entities in it included."""
        self._open: list[str] = []
        """The entities being read, each inside the one before."""
        self._pairs = {name: Pair(key, value) for name, key, value in reader.named(node, "entities")}
        for name, pair in self._pairs.items():
            if ENTITY.fullmatch(f"@{name}") is None:
                plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")
                hint = f"write letters, digits, - and _ only: {plain}" if plain else "write letters and digits"
                if name.startswith("@") and plain:
                    hint = f"the @ stands in rules only: {plain}"
                reader.error(pair.key, f"no rule can name this entity: @{name}", hint, severity="warning")
            self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, name: str) -> Query:
        if name in self._resolved:
            return self._resolved[name]
        key, value = self._pairs[name]
        if name in self._open:
            way = " → ".join(f"@{part}" for part in (*self._open[self._open.index(name) :], name))
            self._reader.error(key, f"the entity {name} contains itself: {way}", "take one of these out of the other")
            return Entity(name=name, names=())
        if len(self._open) >= _MAX_CHAIN:
            message = f"more than {_MAX_CHAIN} entities stand inside one another here"
            self._reader.error(key, message, "write the names out")
            return Entity(name=name, names=())
        self._open.append(name)
        try:
            entity = self._read(name, key, value)
        finally:
            self._open.pop()
        self._parts[name] = self._parts_of((*entity.names, *entity.but_not))
        if self._parts[name] > _MAX_PARTS:
            message = f"with all entities in it {name} stands for more than {_MAX_PARTS:,} names"
            self._reader.error(key, message, "name each entity once")
            entity, self._parts[name] = Entity(name=name, names=()), 1
        self._resolved[name] = entity
        return entity

    def _parts_of(self, queries: Iterable[Query]) -> int:
        waiting, count = list(queries), 1
        while waiting:
            query = waiting.pop()
            if isinstance(query, Entity):
                count += self._parts.get(query.name, 1)
            else:
                count += 1
                waiting += children(query)
        return count

    def resolved(self) -> dict[str, Query]:
        return {name: self[name] for name in self._pairs}

    def _read(self, name: str, key: Node, value: Node) -> Entity:
        reader = self._reader
        names, but_not = value, None
        if isinstance(value, yaml.MappingNode):
            pairs = reader.mapping(value, f"the entity {name}", _ENTITY)
            if "names" not in pairs:
                reader.error(key, f"the entity {name} has no names", "add names: [ … ]")
                return Entity(name=name, names=())
            names = pairs["names"].value
            but_not = pairs["but_not"].value if "but_not" in pairs else None
        if reader.empty(names) or (isinstance(names, yaml.SequenceNode) and not names.value):
            reader.error(key, f"the entity {name} has no names", "write a list of them: [Huawei, HiSilicon]")
            return Entity(name=name, names=())
        return Entity(
            name=name,
            names=self._queries(names, f"a name of {name}"),
            but_not=self._queries(but_not, f"but_not of {name}") if but_not is not None else (),
        )

    def _queries(self, node: Node, what: str) -> tuple[Query, ...]:
        queries: list[Query] = []
        for text, item in self._reader.one_or_more(node, what, names=True):
            query, errors = parse_name(text, cast("Mapping[str, Query]", self))
            for error in errors:
                self._reader.source.in_scalar("error", item, error.start, error.end, str(error), error.hint)
            if query is not None:
                queries.append(query)
        return tuple(queries)


_NAMES = one_or_more(TEXT_SCHEMA)
_ENTITY: Keys = {
    "names": Kind(schema=_NAMES).about("Any of them is a mention; rule expressions are allowed."),
    "but_not": Kind(schema=_NAMES).about("A mention inside one of these does not count."),
}
ENTITIES_SECTION = Kind(
    schema={
        "type": ["object", "null"],
        "additionalProperties": {"anyOf": [_NAMES, mapping_schema(_ENTITY, "names")]},
    }
).about("Names that stand for several: `@name` in rules.")
