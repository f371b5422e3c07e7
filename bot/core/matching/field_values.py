"""Fields whose whole values are compared: `source`, `domain`, `tag`, `lang`. A query's operand in, evidence out.

The law of this file: values are compared without regard to case and spacing; `domain` includes subdomains, `lang:en`
includes `en-GB`; a missing value equals nothing.
"""

from __future__ import annotations

from bot.core.matching.positions import Text
from bot.core.query.values import equals, host_of
from bot.core.text.regex import compile_re2_cached
from bot.model.query import And, Entity, In, Not, Or, Phrase, Query, Regex, Word
from bot.model.watch import Evidence


def values_of(field: str, text: Text) -> tuple[str, ...]:
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


def value_evidence(field: str, query: Query, text: Text) -> list[Evidence] | None:
    """What a whole-value field's operand rests on; None where it does not hold."""
    if isinstance(query, Word | Phrase | Regex):
        for value in values_of(field, text):
            if _is(field, query, value):
                return [Evidence(zone=field, text=value, spans=((0, len(value)),))]
        return None
    if isinstance(query, Not):
        return [] if value_evidence(field, query.operand, text) is None else None
    if isinstance(query, And):
        together: list[Evidence] = []
        for operand in query.operands:
            part = value_evidence(field, operand, text)
            if part is None:
                return None
            together.extend(part)
        return together
    if isinstance(query, In):
        return value_evidence(query.field, query.operand, text)
    parts: tuple[Query, ...] = ()
    if isinstance(query, Or):
        parts = query.operands
    elif isinstance(query, Entity):
        parts = query.names
        if any(value_evidence(field, phrase, text) is not None for phrase in query.but_not):
            return None
    found = [part for operand in parts if (part := value_evidence(field, operand, text)) is not None]
    return [evidence for part in found for evidence in part] if found else None


def _is(field: str, query: Word | Phrase | Regex, value: str) -> bool:
    if isinstance(query, Regex):
        found = compile_re2_cached(query.pattern, query.any_case).search(value)
        return found is not None
    wanted = query.text if isinstance(query, Word) else " ".join(query.words)
    return equals(field, wanted, value)
