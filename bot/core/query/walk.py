"""A query's parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.model import query as ast


def children(query: ast.Query) -> tuple[ast.Query, ...]:
    """What a node directly consists of; of an entity, its names and its exceptions."""
    match query:
        case ast.Word() | ast.Phrase() | ast.Regex():
            return ()
        case ast.And() | ast.Or():
            return query.operands
        case ast.Not() | ast.In() | ast.AtLeast() | ast.First():
            return (query.operand,)
        case ast.Near():
            return (query.left, query.right)
        case ast.Entity():
            return query.names + query.but_not
        case _:
            assert_never(query)


def required_parts(query: ast.Query) -> tuple[ast.Query, ...]:
    """What a node directly consists of that holds wherever it holds (whole values and branches apart)."""
    match query:
        case ast.And() | ast.AtLeast() | ast.First():
            return children(query)
        case ast.Near():
            return (query.left,) if query.apart else children(query)
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Or() | ast.Entity() | ast.In() | ast.Not():
            return ()
        case _:
            assert_never(query)


def parts(query: ast.Query) -> Iterator[ast.Query]:
    """The query and everything in it, outermost first."""
    yield query
    for child in children(query):
        yield from parts(child)


def last_part(query: ast.Query) -> ast.Query:
    """What stands last in it: of `Huawei NEAR/5 trade` the word `trade`."""
    match query:
        case ast.Not() | ast.AtLeast() | ast.First():
            return last_part(query.operand)
        case ast.Near():
            return last_part(query.right)
        case _:
            return query


def words_of(query: ast.Word | ast.Phrase) -> tuple[str, ...]:
    """The words of a leaf, as written."""
    return (query.text,) if isinstance(query, ast.Word) else query.words


def branches_of(query: ast.Or | ast.Entity) -> tuple[ast.Query, ...]:
    """What of which one is enough (an entity's exceptions apart)."""
    return query.operands if isinstance(query, ast.Or) else query.names
