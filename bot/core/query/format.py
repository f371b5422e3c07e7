"""An AST in, the rule's text out, so that parsing it gives the same AST. The law: `parse(format(q)) == q`."""

from __future__ import annotations

from bot.model.query import (
    And,
    AtLeast,
    Entity,
    First,
    In,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Regex,
    Word,
)


def format_query(query: Query) -> str:
    """The rule as text, on one line, with no more parentheses than needed."""
    if isinstance(query, And):
        return " AND ".join(_operand(operand) for operand in query.operands)
    if isinstance(query, Or):
        return " OR ".join(_operand(operand) for operand in query.operands)
    if isinstance(query, Not):
        return f"NOT {_near(query.operand)}"
    return _near(query)


def _operand(query: Query) -> str:
    if isinstance(query, And | Or):
        return f"({format_query(query)})"
    return format_query(query)


def _near(query: Query) -> str:
    if isinstance(query, Near):
        operator = "ONEAR" if query.ordered else "NOTNEAR" if query.apart else "NEAR"
        left = _near(query.left) if isinstance(query.left, Near) else _scope(query.left)
        return f"{left} {operator}/{query.reach} {_scope(query.right)}"
    return _scope(query)


def _scope(query: Query) -> str:
    if isinstance(query, In):
        return f"{query.field}:{_atom(query.operand)}"
    return _atom(query)


def _atom(query: Query) -> str:
    if isinstance(query, Word):
        return f"={query.text}" if query.exact else query.text
    if isinstance(query, Phrase):
        slop = f"~{query.slop}" if query.slop else ""
        return f'{"=" if query.exact else ""}"{" ".join(query.words)}"{slop}'
    if isinstance(query, Regex):
        return f"/{_slashed(query.pattern)}/{'i' if query.any_case else ''}"
    if isinstance(query, Entity):
        return f"@{query.name}"
    if isinstance(query, AtLeast):
        return f"ATLEAST/{query.count} {_atom(query.operand)}"
    if isinstance(query, First):
        return f"FIRST/{query.count} {_atom(query.operand)}"
    return f"({format_query(query)})"


def _slashed(pattern: str) -> str:
    """The pattern with its own slashes escaped, escapes left as they are."""
    out: list[str] = []
    index = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\" and index + 1 < len(pattern):
            out.append(pattern[index : index + 2])
            index += 2
            continue
        out.append("\\/" if char == "/" else char)
        index += 1
    return "".join(out)


def shown(query: Query) -> str:
    """A part of a rule as written, shortened."""
    text = format_query(query)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


_LONG = 60
