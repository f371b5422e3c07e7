"""A rule's query → what the workbench asks of it: words, entities, parts; the same query with other parts in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from bot.core.query.format import format_query
from bot.core.query.walk import children, parts, words_of
from bot.core.text.words import read_run, runs_of
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS
from bot.model.watch import Rule


def query_hash(rule: Rule) -> str:
    """Of what a rule looks for, entities and feeds included: another one when it may find something else."""
    entities = [part for part in parts(rule.query) if isinstance(part, ast.Entity)]
    names = [[format_query(name) for name in (*entity.names, *entity.but_not)] for entity in entities]
    text = f"{format_query(rule.query)}{names}{sorted(rule.feeds) if rule.feeds is not None else None}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def own_words(query: ast.Query) -> frozenset[str]:
    """The folded words of a rule, and of its entities."""
    return frozenset(
        form.form
        for part in parts(query)
        if isinstance(part, ast.Word | ast.Phrase)
        for word in words_of(part)
        for raw in runs_of(word)
        for form in read_run(raw).forms
    )


def with_names(
    query: ast.Query, entity: str, *, name: ast.Query | None = None, but_not: ast.Query | None = None
) -> ast.Query:
    """The query with a name, or an exception, added to one of its entities, wherever it stands."""

    if isinstance(query, ast.Entity) and query.name == entity:
        names = query.names if name is None else (*query.names, name)
        return replace(query, names=names, but_not=query.but_not if but_not is None else (*query.but_not, but_not))
    return rebuilt(query, lambda part: with_names(part, entity, name=name, but_not=but_not))


def rebuilt(query: ast.Query, inside: Callable[[ast.Query], ast.Query]) -> ast.Query:
    """The query with `inside` of each part that it directly consists of; an entity's exceptions stay."""
    match query:
        case ast.Entity():
            return replace(query, names=tuple(map(inside, query.names)))
        case ast.And() | ast.Or():
            return replace(query, operands=tuple(map(inside, query.operands)))
        case ast.Not() | ast.In() | ast.AtLeast() | ast.First():
            return replace(query, operand=inside(query.operand))
        case ast.Near():
            return replace(query, left=inside(query.left), right=inside(query.right))
        case ast.Word() | ast.Phrase() | ast.Regex():
            return query
        case _:
            assert_never(query)


def entities_of(query: ast.Query) -> list[str]:
    """The entities that a rule asks for."""
    return list(dict.fromkeys(part.name for part in positive_parts(query) if isinstance(part, ast.Entity)))


def positive_parts(query: ast.Query) -> Iterator[ast.Query]:
    """The parts of a query that are not under NOT."""
    if isinstance(query, ast.Not):
        return
    yield query
    for part in query.names if isinstance(query, ast.Entity) else children(query):
        yield from positive_parts(part)


def demands(query: ast.Query) -> tuple[ast.Query, ...]:
    """What a node directly asks of the words of a text: nothing under NOT, apart or about a whole value."""
    match query:
        case ast.Not():
            return ()
        case ast.Near() if query.apart:
            return ()
        case ast.In() if query.field in VALUE_FIELDS:
            return ()
        case ast.Entity():
            return query.names
        case _:
            return children(query)
