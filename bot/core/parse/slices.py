"""The text of a feed → the texts of its entries and what stands around them, where they can be cut apart.

The law: entries are cut out only where nothing can go wrong: every start tag has its end tag, none lies in another, and
none of them counts inside CDATA or comments. Anything else is None, and the whole document is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.parse.dates import believable, read_date
from bot.core.parse.fingerprints import text_hash

_FIRST = re.compile(r"<((?:[A-Za-z][\w.-]*:)?(?:item|entry))(?=[\s>])")
_DATE = re.compile(
    r"<(?:[A-Za-z]\w*:)?(pubDate|published|issued|date|updated|modified)(?:\s[^>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]{4,60})"
)
_JSON_DATE = re.compile(r'"(date_published|date_modified)"\s*:\s*"([^"\\]{4,60})"')
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")
_LATER = ("updated", "modified", "date_modified")
_VOLATILE = re.compile(
    r"<((?:\w+:)?(?:lastBuildDate|pubDate|updated|modified|date|updateBase))\b[^>]*>[^<]*</\1>|<rdf:li\b[^>]*>|<!--.*?(?:-->|\Z)|\s+",
    re.DOTALL,
)
"""What changes around entries without changing them: build dates, RDF's list of them, comments of caches."""


@dataclass(frozen=True, slots=True)
class Slices:
    """`around` has one more part than there are `items`: before, between and after them; with a `separator`, two."""

    around: tuple[str, ...]
    items: tuple[str, ...]
    separator: str = ""
    """What parts two entries, where they cannot stand side by side (JSON)."""

    def head_hash(self) -> bytes:
        """The name of what stands around the entries, what changes by itself left out."""
        return text_hash(_VOLATILE.sub(" ", "\x00".join(self.around)))

    def only(self, wanted: frozenset[int]) -> str:
        """The document with only these of its entries."""
        if self.separator:
            return (
                self.around[0] + self.separator.join(self.items[number] for number in sorted(wanted)) + self.around[1]
            )
        parts = [self.around[0]]
        for number, item in enumerate(self.items):
            if number in wanted:
                parts.append(item)
            parts.append(self.around[number + 1])
        return "".join(parts)


def slice_entries(text: str) -> Slices | None:
    """Cuts a document into its entries and the rest."""
    first = _FIRST.search(text)
    if first is None:
        return None
    tag = re.escape(first[1])
    tokens = re.compile(rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<({tag})(?=[\s>])|</({tag})\s*>", re.DOTALL)
    around: list[str] = []
    items: list[str] = []
    start = -1
    last = 0
    for token in tokens.finditer(text):
        if token[1]:
            if start >= 0:
                return None
            start = token.start()
        elif token[2]:
            if start < 0:
                return None
            around.append(text[last:start])
            last = token.end()
            items.append(text[start:last])
            start = -1
        elif not token[0].endswith(("]]>", "-->")):
            return None  # open to the end of the document, whatever stands in it
    if start >= 0 or not items:
        return None
    return Slices((*around, text[last:]), tuple(items))


def slice_items(text: str) -> Slices | None:
    """Cuts a JSON Feed into its items and the rest."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    decode = json.JSONDecoder().raw_decode
    items: list[str] = []
    at = start.end()
    try:
        while (at := _GAP.match(text, at).end()) < len(text) and text[at] != "]":  # type: ignore[union-attr]  # matches ""
            _, end = decode(text, at)
            items.append(text[at:end])
            at = end
        frame = json.loads(text[: start.end()] + text[at:])
    except (ValueError, RecursionError):
        return None
    if not items or not isinstance(frame, dict) or frame.get("items") != []:
        return None
    return Slices((text[: start.end()], text[at:]), tuple(items), ",")


def dates_of(slices: Slices, seen_at: datetime) -> Iterator[datetime]:
    """When each entry says that it was published, as far as that can be seen from outside."""
    for item in slices.items:
        pattern = _JSON_DATE if slices.separator else _DATE
        dates = {match[1]: match[2] for match in pattern.finditer(item)}
        text = next((dates[key] for key in dates if key not in _LATER), None) or next(iter(dates.values()), None)
        if (instant := believable(read_date(text), seen_at)) is not None:
            yield instant
