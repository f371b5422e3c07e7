"""A phrase that holds what quotes make words of → a warning.

The law of this file: `“@huawei”`, as a word processor quotes a rule, looks for the word huawei alone, and nobody sees
why.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.core.query.lint import RuleWarning
from bot.core.query.walk import children
from bot.model import query as ast
from bot.model.query import FIELDS

_SYNTAX = re.compile(rf"[\"“”„«»](?P<sign>(?:{'|'.join(FIELDS)}):|=|@)(?P<rest>(?P<name>[\w.-]*\w)[^\"“”„«»]*)")


def quoted_syntax(query: ast.Query, text: str, entities: Collection[str]) -> Iterator[RuleWarning]:
    """`text`: what the query was read from. `entities`: the names declared; any other `"@name"` is a handle."""
    if isinstance(query, ast.Phrase) and (found := _SYNTAX.match(text, query.start, query.end)) is not None:
        sign, rest = found["sign"], found["rest"].rstrip()
        if sign != "@" or found["name"] in entities:
            hint = f"take the quotes away: @{rest}" if sign == "@" else f'write {sign}"{rest}"'
            message = f"{sign} inside quotes asks for nothing: what they hold is words"
            yield RuleWarning(message=message, start=query.start, end=query.end, hint=hint)
    if not isinstance(query, ast.Entity):  # what it stands for is written elsewhere
        for child in children(query):
            yield from quoted_syntax(child, text, entities)
