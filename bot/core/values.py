"""Fields whose whole values are compared: `source`, `domain`, `tag`, `lang`. A query's operand in, evidence out.

The law of this file: values are compared without regard to case and spacing; `domain` includes subdomains, `lang:en`
includes `en-GB`; a missing value equals nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from bot.core.mentions import Text, compile_re2_cached
from bot.model.query import And, Entity, In, Not, Or, Phrase, Query, Regex, Word
from bot.model.watch import Evidence


def normal_value(value: str) -> str:
    """A value as it is compared."""
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())


def host_of(url: str | None) -> str:
    """The host of an address in small letters, "" where there is none."""
    if not url:
        return ""
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


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


def equals(field: str, wanted: str, value: str) -> bool:
    """Whether a value is what a rule names, both as written."""
    wanted, value = normal_value(wanted), normal_value(value)
    if field == "lang":
        wanted, value = wanted.replace("_", "-"), value.replace("_", "-")
    if "*" in wanted or "?" in wanted:
        return _wildcard(wanted).fullmatch(value) is not None
    if wanted == value:
        return True
    if field == "domain":
        wanted = wanted.removeprefix("*.").strip(".")
        return wanted != "" and (value == wanted or value.endswith("." + wanted))
    return field == "lang" and value.startswith(wanted + "-")


@lru_cache(maxsize=4_096)
def _wildcard(wanted: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(char) or re.escape(char) for char in wanted), re.DOTALL)


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
