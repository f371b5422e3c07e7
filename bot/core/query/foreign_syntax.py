"""A word or phrase with signs that ask for nothing where they stand → a warning.

The law of this file: `“@huawei”`, as a word processor quotes a rule, looks for the word huawei alone, and `recycl!`,
elsewhere all words that begin so, for *recycl*; nobody sees why.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.core.query.misread import RuleWarning
from bot.core.query.walk import children
from bot.model import query as ast
from bot.model.query import FIELDS

_SYNTAX = re.compile(rf"[\"“”„«»](?P<sign>(?:{'|'.join(FIELDS)}):|=|@)(?P<rest>(?P<name>[\w.-]*\w)[^\"“”„«»]*)")

_BEGINNING = re.compile(r"([^\W\d_]{3,})!(?![\w!])")
"""The `!` of a name is no such sign (`Yahoo!`): names begin with a capital."""


def foreign_syntax(query: ast.Query, text: str, entities: Collection[str]) -> Iterator[RuleWarning]:
    """`text`: what the query was read from. `entities`: the names declared; any other `"@name"` is a handle."""
    if isinstance(query, ast.Phrase) and (found := _SYNTAX.match(text, query.start, query.end)) is not None:
        sign, rest = found["sign"], found["rest"].rstrip()
        if sign != "@" or found["name"] in entities:
            hint = f"take the quotes away: @{rest}" if sign == "@" else f'write {sign}"{rest}"'
            message = f"{sign} inside quotes asks for nothing: what they hold is words"
            yield RuleWarning(message=message, start=query.start, end=query.end, hint=hint)
    beginning = _BEGINNING.match(text, query.start) if isinstance(query, ast.Word) else None
    if beginning is not None and (word := beginning[1]).islower():
        message = f"the ! stands for no letters: {word}! finds {word} and no longer word"
        hint = f"write {word}* for all words that begin so, {word} for this one"
        yield RuleWarning(message=message, start=query.start, end=query.end, hint=hint)
    if not isinstance(query, ast.Entity):  # what it stands for is written elsewhere
        for child in children(query):
            yield from foreign_syntax(child, text, entities)
