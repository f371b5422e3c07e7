"""A rule with mistakes → the whole rule as it was meant, where each of them has one mend.

The law of this file: what is shown reads without a mistake; a slip that may be meant in two ways (AND beside OR, words
behind NOT) is left to the person, and with it the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.query.misread import misread_parts
from bot.core.query.parser import parse_all
from bot.errors import NoOperator, QueryError, UnknownField
from bot.model import query as ast

_ROUNDS = 6
"""Behind a mistake others come to light."""
_LONG = 300
"""Code points of a rule that is shown once more."""


def whole_rule(text: str, errors: Sequence[QueryError], entities: Mapping[str, ast.Query]) -> str:
    """The rule on one line, or "": it has no mistake, is long, has a comment, or not every mistake is known to have
    just one mend, or a hint shows it as it is."""
    if not errors or len(text) > _LONG or "#" in text:
        return ""
    first = errors
    for _ in range(_ROUNDS):
        mended = _mended(text, errors)
        if mended is None:
            return ""
        text = mended
        query, errors = parse_all(text, entities)
        if query is not None and not errors:
            if any(misread_parts(query, None)):  # lang:(english)
                return ""
            whole = " ".join(text.split())
            return "" if any(whole in error.hint for error in first) else whole
    return ""


def _mended(text: str, errors: Sequence[QueryError]) -> str | None:
    """With each mistake mended that no other one overlaps, operators first: what stands side by side means something
    else behind NOT and NEAR. None: a mistake has no mend."""
    of_operators = [error for error in errors if not isinstance(error, NoOperator | UnknownField)]
    edits = [error.instead for error in of_operators or errors]
    if None in edits:
        return None
    end = len(text) + 1
    for start, stop, instead in sorted(filter(None, edits), reverse=True):
        if stop > end or (start, stop) == (end, end):
            continue
        end = start
        before, behind = text[:start], text[stop:]
        if instead and before[-1:].isalnum() and instead[:1].isalnum():
            before += " "
        if instead and instead[-1:].isalnum() and (behind[:1].isalnum() or behind[:1] in ('"', "(", "@", "=")):
            behind = " " + behind
        text = before + instead + behind
    return text
