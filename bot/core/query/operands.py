"""Operands of NEAR, ATLEAST and FIRST → a mistake, where one is no mention: words at places.

AND, NOT and whole values have no place in a text, not through an entity either.
"""

from __future__ import annotations

from typing import assert_never

from bot.core.query.lexer import FIELD, Lexer
from bot.model import query as ast
from bot.model.query import FIELDS, VALUE_FIELDS

_LONG = 80
"""Code points of operands that a hint still repeats."""


def check_mention(lexer: Lexer, operand: ast.Query, operator: str, other: ast.Query | None = None) -> None:
    """Notes an operand that is no mention. `other`: the operand on the operator's other side."""
    part = _part_without_place(operand)
    if part is None:
        return
    inside = f" (through @{operand.name})" if isinstance(operand, ast.Entity) else ""
    if isinstance(part, ast.In):
        message = f"{operator} works on words in text; {part.field}: compares a whole value{inside}"
        hint = f"join it with AND: {part.field}:… AND …"
    else:
        what = "NOT" if isinstance(part, ast.Not) else "AND"
        message = f"{operator} takes words, phrases, entities or ( … OR … ) of them; here it gets {what}{inside}"
        hint = "NOTNEAR excludes what is close; or put AND NOT beside the whole"
        if isinstance(part, ast.And):
            as_written = not inside and operand.start <= part.start < part.end <= operand.end
            hint = _apart(lexer.text, part, operator, other, as_written=as_written)
    lexer.error(message, operand.start, operand.end, hint)


def _apart(text: str, conjunction: ast.And, operator: str, other: ast.Query | None, *, as_written: bool) -> str:
    """What to write instead of an operator on an AND: the operator on each of its parts."""
    parts = [text[part.start : part.end] for part in conjunction.operands if not isinstance(part, ast.Not)]
    if not as_written or sum(map(len, parts)) > _LONG:
        parts = ["a", "b"]
    if other is None:
        return f"write {' AND '.join(f'{operator} {part}' for part in parts)}, or ( … OR … )"
    far = text[other.start : other.end]
    return f"write {' AND '.join(f'({part} {operator} {far})' for part in parts)}, or ( … OR … )"


def _part_without_place(query: ast.Query) -> ast.And | ast.Not | ast.In | None:
    """The first part of an operand that is no mention, or None."""
    parts: tuple[ast.Query, ...] = ()
    match query:
        case ast.And() | ast.Not():
            return query
        case ast.In():
            return query if query.field in VALUE_FIELDS else _part_without_place(query.operand)
        case ast.Or():
            parts = query.operands
        case ast.Entity():
            parts = query.names
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Near() | ast.AtLeast() | ast.First():
            pass  # the operands of these were checked where they were read
        case _:
            assert_never(query)
    return next((bad for part in parts if (bad := _part_without_place(part)) is not None), None)


def step_over_field(lexer: Lexer, count: str) -> None:
    """Notes a field behind `ATLEAST/2` or `FIRST/50`, which stands before them."""
    lexer.skip()
    field = lexer.at(FIELD)
    if field is None or (name := field.group(1).lower()) not in FIELDS:
        return
    hint = f"join them with AND: {count} … AND {name}:…" if name in VALUE_FIELDS else f"write {name}:{count} …"
    lexer.error(f"a field stands before {count}, not behind it", field.start(), field.end(), hint)
    lexer.pos = field.end()
