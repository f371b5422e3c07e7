"""How a rule was read, for `check --explain`: a rule in, lines out."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.matching.required_terms import group_cost, required_groups
from bot.core.query.format import format_query
from bot.core.query.walk import parts
from bot.core.query.word_patterns import Needle, needles
from bot.model.query import Entity, Phrase, Query, Word
from bot.model.watch import Rule

_SHOWN = 12


def _needles(query: Query) -> Iterator[tuple[str, Needle]]:
    for part in parts(query):
        words = (part.text,) if isinstance(part, Word) else part.words if isinstance(part, Phrase) else ()
        if isinstance(part, Word | Phrase):
            for word in words:
                for needle in needles(word, part.exact):
                    yield word, needle


def words_in_capitals(query: Query) -> list[str]:
    """The words that smart case finds in capitals only, as written, each once."""
    return list(dict.fromkeys(word for word, needle in _needles(query) if needle.capitals))


def how_read(rule: Rule) -> list[str]:
    """The rule as it was read: its parts, smart case, forms, entities, and what it is indexed under."""
    query = rule.query
    lines = [f"{rule.id}: {rule.name}", f"  read as      {format_query(query)}"]
    capitals = words_in_capitals(query)
    if capitals:
        lines.append(f"  in capitals  {', '.join(capitals)} (common words in small letters)")
    joined = {
        word: needle.key for word, needle in _needles(query) if needle.key != word.lower() and not needle.capitals
    }
    if joined:
        lines.append("  searched as  " + ", ".join(f"{word} → {key}" for word, key in list(joined.items())[:_SHOWN]))
    seen: set[str] = set()
    for part in parts(query):
        if isinstance(part, Entity) and part.name not in seen:
            seen.add(part.name)
            names = ", ".join(format_query(name) for name in part.names)
            but_not = ", ".join(format_query(name) for name in part.but_not)
            lines.append(f"  @{part.name}  {names}" + (f"; but not inside {but_not}" if but_not else ""))
    groups = sorted(set(required_groups(query)), key=group_cost)
    if groups:
        lines.append(f"  looked at    only for stories with {_group(groups[0])}")
        if len(groups) > 1:
            lines.append(f"               and with {_group(groups[1])}")
    else:
        lines.append("  looked at    for every story: no word is required")
    if rule.feeds is not None:
        lines.append(f"  only feeds   {', '.join(sorted(rule.feeds))}")
    lines.append(f"  posted to    {', '.join(rule.to)}, priority {rule.priority.name.lower()}")
    return lines


def _group(group: frozenset[str]) -> str:
    keys = sorted(group)
    shown = " or ".join(keys[:_SHOWN])
    return shown if len(keys) <= _SHOWN else f"{shown} or {len(keys) - _SHOWN} more"
