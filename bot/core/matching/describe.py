"""A rule → how it was read, in lines for `check --explain`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.matching.required_terms import group_cost, required_groups
from bot.core.query.format import format_query
from bot.core.query.walk import children, parts, words_of
from bot.core.query.word_patterns import WordPattern, word_patterns
from bot.core.text.times import span_text
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS
from bot.model.watch import Rule

_HYPHENS = re.compile(r"(?<=[^\W\d_])[-‐‑](?=[^\W\d_])")
_SHOWN = 12
"""Words of one kind that a line shows."""


def _patterns(query: ast.Query) -> Iterator[tuple[str, WordPattern]]:
    """What is searched for, none of the values that are compared whole: `source:BBC` finds bbc, too."""
    if isinstance(query, ast.In) and query.field in VALUE_FIELDS:
        return
    if isinstance(query, ast.Word | ast.Phrase):
        for word in words_of(query):
            for pattern in word_patterns(word, query.exact):
                yield word, pattern
    for child in children(query):
        yield from _patterns(child)


def words_in_capitals(query: ast.Query) -> list[str]:
    """The words that are found in capitals only, as written, each once."""
    return list(dict.fromkeys(word for word, pattern in _patterns(query) if pattern.capitals))


def _words_with_capital(query: ast.Query) -> list[str]:
    """The words that are found with a capital beginning only, as written, each once."""
    return list(dict.fromkeys(word for word, pattern in _patterns(query) if pattern.initial))


def how_read(rule: Rule) -> list[str]:
    """The rule as it was read: its parts, smart case, forms, entities, and what it is indexed under."""
    query = rule.query
    lines = [f"{rule.id}: {rule.name}", f"  read as      {format_query(query)}"]
    capitals = words_in_capitals(query)
    if capitals:
        lines.append(f"  in capitals  {', '.join(capitals)} (three letters or fewer, or common words in lower case)")
    if initial := _words_with_capital(query):
        lines.append(f"  capital      {', '.join(initial)}, as {initial[0]} or {initial[0].capitalize()}")
    forms: dict[str, str] = {}
    for word, pattern in _patterns(query):
        if not pattern.capitals:
            form = f"{pattern.before}{pattern.key}{pattern.after}"
            forms[word] = f"{forms[word]} {form}" if word in forms and form not in forms[word].split() else form
    keys = {word: form for word, form in forms.items() if form != word.lower()}
    if keys:
        lines.append("  searched as  " + ", ".join(f"{word} → {key}" for word, key in list(keys.items())[:_SHOWN]))
    for word, key in keys.items():
        if (apart := _HYPHENS.sub(" ", word)) != word and key == _HYPHENS.sub("", word).lower():
            lines.append(f'  hyphen       {word} also finds {key}, but not {apart}; "{apart}" finds {word} and {apart}')
    entities: dict[str, ast.Entity] = {}
    for part in parts(query):
        if isinstance(part, ast.Entity):
            entities.setdefault(part.name, part)
    for entity in entities.values():
        names = ", ".join(map(format_query, entity.names))
        but_not = ", ".join(map(format_query, entity.but_not))
        lines.append(f"  @{entity.name}  {names}" + (f"; but not inside {but_not}" if but_not else ""))
    groups = sorted(set(required_groups(query)), key=group_cost)
    if groups:
        lines.append(f"  looked at    only for stories with {_group(groups[0])}")
        if len(groups) > 1:
            lines.append(f"               and with {_group(groups[1])}")
    else:
        lines.append("  looked at    for every story: no word is required")
    if rule.feeds is not None:
        lines.append(f"  only feeds   {', '.join(sorted(rule.feeds))}")
    if (spike := rule.spike) is not None:
        unusual = f"{spike.times:g} times what is usual"
        lines.append(
            f"  a burst      {spike.at_least} outlets or more within {span_text(spike.window)}, {unusual}: one message"
        )
    lines.append(f"  posted to    {', '.join(rule.to)}, priority {rule.priority.name.lower()}")
    return lines


def _group(group: frozenset[str]) -> str:
    keys = sorted(group, key=lambda key: (len(key), key))
    shown = " or ".join(keys[:_SHOWN])
    return shown if len(keys) <= _SHOWN else f"{shown} or {len(keys) - _SHOWN} more"
