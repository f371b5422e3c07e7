"""A body and the memory of the document before in; what is new or changed in it, and its own memory, out.

The law: the outcome is that of reading the whole document and leaving out the entries that stand in it exactly as they
stood in the last one. Where their texts can be cut out, they are not even parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.parse.document import MAX_ENTRIES, Document, ParsedFeed, open_document, parse_document
from bot.core.parse.fingerprints import Comparison, Memory, Name, changed, compare, name_of, source_name
from bot.core.parse.slices import Chunks, dates_of, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document against the one before. `feed.entries`: new and changed ones only."""

    feed: ParsedFeed
    compared: Comparison
    memory: str
    """Of this document, for the next; "" where it has no entries."""
    dates: tuple[datetime, ...] = ()
    """When its entries were published, as far as it says so."""


def reread(
    body: bytes,
    *,
    url: str,
    headers: Mapping[str, str],
    seen_at: datetime,
    memory: str | None = None,
    max_entries: int = MAX_ENTRIES,
) -> Reading:
    """Reads a feed (see `parse`), less what `memory` says has been read. Raises: ParseError."""
    document = open_document(body, url, headers)
    before = Memory.load(memory)
    chunks = None if document.is_json else split(document.text)
    if chunks is not None and len(chunks.items) > max_entries:
        chunks = None
    if chunks is not None and before.by_source and chunks.head_name() == before.head:
        reading = _read_unknown(document, chunks, before, seen_at)
        if reading is not None:
            return reading
    return _read_all(document, chunks, before, seen_at, max_entries)


def _read_all(
    document: Document, chunks: Chunks | None, before: Memory, seen_at: datetime, max_entries: int
) -> Reading:
    feed = parse_document(document, seen_at, max_entries)
    in_step = chunks is not None and feed.well_formed and not feed.cut and len(chunks.items) == len(feed.entries)
    if chunks is not None and in_step:
        sources = [source_name(item) for item in chunks.items]
        names = [name_of(entry, source) for entry, source in zip(feed.entries, sources, strict=True)]
        head = chunks.head_name()
    else:
        names = [name_of(entry) for entry in feed.entries]
        head = Memory().head
    return Reading(
        feed=replace(feed, entries=changed(before, feed.entries, names)),
        compared=compare(before, names),
        memory=Memory(tuple(names), head).dump() if names else "",
        dates=tuple(entry.published_at for entry in feed.entries if entry.published_at is not None),
    )


def _read_unknown(document: Document, chunks: Chunks, before: Memory, seen_at: datetime) -> Reading | None:
    """Parses only entries whose text is not known. None: they cannot be told from the others after all."""
    sources = [source_name(item) for item in chunks.items]
    unknown = [number for number, source in enumerate(sources) if source not in before.by_source]
    reduced = replace(document, text=chunks.only(frozenset(unknown)))
    feed = parse_document(reduced, seen_at, len(unknown) + 1)
    if len(feed.entries) != len(unknown) or not feed.well_formed or feed.cut:
        return None
    read = {number: name_of(entry, sources[number]) for number, entry in zip(unknown, feed.entries, strict=True)}
    names: list[Name] = [
        read[number] if number in read else before.by_source[source] for number, source in enumerate(sources)
    ]
    if _shares_guids(names):
        return None
    return Reading(
        feed=replace(feed, entries=changed(before, feed.entries, read.values())),
        compared=compare(before, names),
        memory=Memory(tuple(names), before.head).dump(),
        dates=tuple(dates_of(chunks, seen_at)),
    )


def _shares_guids(names: list[Name]) -> bool:
    """Whether one guid stands on two addresses: then all of them must be looked at together."""
    addresses: dict[bytes, bytes] = {}
    return any(addresses.setdefault(name.guid, name.address) != name.address for name in names)
