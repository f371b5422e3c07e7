"""`entities:` of a rules file: names in, resolved queries out. An entity may name others, never itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import yaml

from bot.core.query.parser import parse_name
from bot.core.rulefile.nodes import Node, Reader
from bot.model.query import Entity, Query

MAX_CHAIN = 50
"""How many entities may stand inside one another."""


class Entities(Mapping[str, Query]):
    """Entities by name, each resolved when it is first asked for."""

    def __init__(self, reader: Reader, node: Node | None) -> None:
        self._reader = reader
        self._nodes: dict[str, tuple[Node, Node]] = {}
        self._known: dict[str, Entity] = {}
        self._open: list[str] = []
        if node is not None:
            for name, key, value in reader.named(node, "entities"):
                self._nodes[name] = (key, value)
        for name in self._nodes:
            self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, name: str) -> Query:
        known = self._known.get(name)
        if known is not None:
            return known
        key, value = self._nodes[name]
        if name in self._open:
            way = " → ".join(f"@{part}" for part in (*self._open[self._open.index(name) :], name))
            self._reader.error(key, f"the entity {name} contains itself: {way}", "take one of these out of the other")
            return Entity(name=name, names=())
        if len(self._open) >= MAX_CHAIN:
            self._reader.error(
                key, f"more than {MAX_CHAIN} entities stand inside one another here", "write the names out"
            )
            return Entity(name=name, names=())
        self._open.append(name)
        try:
            entity = self._read(name, key, value)
        finally:
            self._open.pop()
        self._known[name] = entity
        return entity

    def resolved(self) -> dict[str, Query]:
        """All of them."""
        return {name: self[name] for name in self._nodes}

    def _read(self, name: str, key: Node, value: Node) -> Entity:
        reader = self._reader
        names, but_not = value, None
        if isinstance(value, yaml.MappingNode):
            found = reader.mapping(value, f"the entity {name}", ("names", "but_not"))
            if "names" not in found:
                reader.error(key, f"the entity {name} has no names", "add names: [ … ]")
                return Entity(name=name, names=())
            names = found["names"][1]
            but_not = found["but_not"][1] if "but_not" in found else None
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
        for text, item in self._texts(node, what):
            query, errors = parse_name(text, cast("Mapping[str, Query]", self))
            for error in errors:
                self._reader.source.in_scalar("error", item, error.start, error.end, str(error), error.hint)
            if query is not None:
                queries.append(query)
        return tuple(queries)

    def _texts(self, node: Node, what: str) -> list[tuple[str, Node]]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = []
        for item in nodes:
            text = self._reader.text(item, what, expand=False)
            if text is not None:
                found.append((text, item))
        return found
