"""A whole-value field (`source`, `domain`, `tag`, `lang`) and an operand → evidence.

The law of this file: values are compared without regard to case and spacing; `domain` includes subdomains, `lang:en`
includes `en-GB`; a missing value equals nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.core.matching.mentions import EntryText
from bot.core.query.values import host_of, is_value, normal_value
from bot.core.query.walk import words_of
from bot.core.text.regex import compile_re2_cached
from bot.model import query as ast
from bot.model.watch import Evidence


def values_of(field: str, text: EntryText) -> tuple[str, ...]:
    """An entry's values of a field, as written. `tag`: its categories, and what its feed is tagged."""
    entry = text.entry
    if field == "source":
        return (entry.source,) if entry.source else ()
    if field == "lang":
        return (entry.lang,) if entry.lang else ()
    if field == "domain":
        host = host_of(entry.url)
        return (host,) if host else ()
    own = [tag for tag in entry.tags if tag]
    return (*own, *sorted(label for label in text.labels if label != entry.feed and label not in own))


def value_keys(field: str, text: EntryText) -> Iterator[str]:
    """An entry's values of a field as keys of the rule index (`field=value`), a value's wider ones included."""
    for value in values_of(field, text):
        if field == "domain":
            value = normal_value(field, value)
            while value:
                yield f"domain={value}"
                value = value.partition(".")[2]
        elif field == "lang":
            value = normal_value(field, value).replace("_", "-")
            while value:
                yield f"lang={value}"
                value = value.rpartition("-")[0]
        else:
            yield f"{field}={normal_value(field, value)}"


def value_evidence(field: str, query: ast.Query, text: EntryText) -> list[Evidence] | None:
    """What a whole-value field's operand rests on; None where it does not hold."""
    match query:
        case ast.Word() | ast.Phrase() | ast.Regex():
            value = next((value for value in values_of(field, text) if _is(field, query, value)), None)
            return None if value is None else [Evidence(zone=field, text=value, spans=((0, len(value)),))]
        case ast.Not():
            return [] if value_evidence(field, query.operand, text) is None else None
        case ast.And():
            parts = [value_evidence(field, operand, text) for operand in query.operands]
            return None if None in parts else _together(parts)
        case ast.Or():
            return _together([value_evidence(field, operand, text) for operand in query.operands])
        case ast.Entity():
            if any(value_evidence(field, phrase, text) is not None for phrase in query.but_not):
                return None
            return _together([value_evidence(field, name, text) for name in query.names])
        case ast.In():
            return value_evidence(query.field, query.operand, text)
        case ast.Near() | ast.AtLeast() | ast.First():
            return None  # the parser refuses these on whole values
        case _:
            assert_never(query)


def _together(parts: list[list[Evidence] | None]) -> list[Evidence] | None:
    """What holds of several parts; None where none does."""
    evidence = [part for part in parts if part is not None]
    return [item for part in evidence for item in part] if evidence else None


def _is(field: str, query: ast.Word | ast.Phrase | ast.Regex, value: str) -> bool:
    if isinstance(query, ast.Regex):
        return compile_re2_cached(query.pattern, query.any_case).search(value) is not None
    return is_value(field, " ".join(words_of(query)), value)
