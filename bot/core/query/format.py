"""AST → the rule's text, so that parsing it gives the same AST: `parse_query(format_query(q)) == q`."""

from __future__ import annotations

import re
from typing import assert_never

from bot.core.query.lexer import OPERATOR
from bot.model import query as ast

_EXCERPT = 60
"""Code points of a rule or a text that a one-line message quotes."""
_SLASH = re.compile(r"\\.|/", re.DOTALL)


def format_query(query: ast.Query) -> str:
    """The rule as text, on one line, with no more parentheses than needed."""
    match query:
        case ast.And():
            return " AND ".join(map(_operand, query.operands))
        case ast.Or():
            return " OR ".join(map(_operand, query.operands))
        case ast.Not():
            return f"NOT {_near(query.operand)}"
        case _:
            return _near(query)


def excerpt(text: str) -> str:
    """A text, shortened for a message."""
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


def format_excerpt(query: ast.Query) -> str:
    """A part of a rule as written, shortened for a message."""
    return excerpt(format_query(query))


def _operand(query: ast.Query) -> str:
    return f"({format_query(query)})" if isinstance(query, ast.And | ast.Or) else format_query(query)


def _near(query: ast.Query) -> str:
    if not isinstance(query, ast.Near):
        return _scope(query)
    operator = "ONEAR" if query.ordered else "NOTNEAR" if query.apart else "NEAR"
    return f"{_near(query.left)} {operator}/{query.reach} {_scope(query.right)}"


def _scope(query: ast.Query) -> str:
    return f"{query.field}:{_atom(query.operand)}" if isinstance(query, ast.In) else _atom(query)


def _atom(query: ast.Query) -> str:
    match query:
        case ast.Word():
            # `#ATLEAST/2` is a hashtag, the word without its sign an operator; `not NEAR/2 x` is a NOTNEAR misspelt.
            sign = "#" if query.text.lower() == "not" or OPERATOR.match(query.text) else ""
            return f"{'=' if query.exact else ''}{sign}{query.text}"
        case ast.Phrase():
            slop = f"~{query.slop}" if query.slop else ""
            return f'{"=" if query.exact else ""}"{" ".join(query.words)}"{slop}'
        case ast.Regex():
            # The pattern's own slashes are escaped, escapes left as they are.
            pattern = _SLASH.sub(lambda match: "\\/" if match.group() == "/" else match.group(), query.pattern)
            return f"/{pattern}/{'i' if query.any_case else ''}"
        case ast.Entity():
            return f"@{query.name}"
        case ast.AtLeast():
            return f"ATLEAST/{query.count} {_atom(query.operand)}"
        case ast.First():
            return f"FIRST/{query.count} {_atom(query.operand)}"
        case ast.In() | ast.Near() | ast.Not() | ast.And() | ast.Or():
            return f"({format_query(query)})"
        case _:
            assert_never(query)
