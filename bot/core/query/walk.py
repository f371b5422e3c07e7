"""A query's parts."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.query import And, AtLeast, Entity, First, In, Near, Not, Or, Query


def parts(query: Query) -> Iterator[Query]:
    """The query and everything in it, entities' names and exceptions included."""
    yield query
    below: tuple[Query, ...] = ()
    if isinstance(query, And | Or):
        below = query.operands
    elif isinstance(query, Not | In | AtLeast | First):
        below = (query.operand,)
    elif isinstance(query, Near):
        below = (query.left, query.right)
    elif isinstance(query, Entity):
        below = query.names + query.but_not
    for part in below:
        yield from parts(part)
