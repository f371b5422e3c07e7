"""Text and what variables of the environment hold → the text with the variables' names in place of what they hold.

The law: what an environment variable holds may be a secret, however it came into a text: as it is, percent-encoded in a
URL, decoded again by whoever answers, or without the query that a message leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote, urlsplit, urlunsplit

_SHORTEST = 3
"""Characters; shorter values are no secrets, and stand in too many words."""


def redacted(text: str, variables: Mapping[str, str]) -> str:
    """`text` with `${NAME}` in place of what the variable NAME holds, in each of its spellings."""
    return _without(text, {one: name for name, value in variables.items() for one in (*_in_url(value), value)})


def base_without_secrets(url: str, variables: Mapping[str, str]) -> str:
    """A feed's URL as its relative links are made absolute by: without a login, and without what variables hold in its
    path. Its host stays, or no link would lead anywhere."""
    parts = urlsplit(url)
    spellings = {value: name for name, value in variables.items()}
    path = _without(parts.path, spellings)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, _without(parts.query, spellings), ""))


def _without(text: str, names: Mapping[str, str]) -> str:
    spellings = {
        spelling: name
        for value, name in names.items()
        for spelling in (value.strip(), quote(value, safe=""), quote(value), quote_plus(value), unquote(value))
        if len(spelling) >= _SHORTEST
    }
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, f"${{{spellings[spelling]}}}")
    return text


def _in_url(value: str) -> Iterator[str]:
    """What is secret in a whole URL that a variable holds, part by part; its host is not."""
    if "://" not in value:
        return
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return
    yield value.partition("?")[0]
    yield from (parts.path.strip("/"), parts.query, parts.password or "")
