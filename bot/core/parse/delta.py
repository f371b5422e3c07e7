"""Body and the fingerprints of the document before → the entries that are new or changed, and its own fingerprints.

The law: the outcome is that of reading the whole document and leaving out the entries that stand in it exactly as they
stood in the last one. Where their texts can be cut out, they are not even parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.parse.document import MAX_ENTRIES, Document, ParsedFeed, open_document, parse_document
from bot.core.parse.fingerprints import (
    Comparison,
    Fingerprint,
    Fingerprints,
    changed,
    compare,
    fingerprint_of,
    text_hash,
)
from bot.core.parse.slices import Slices, dates_of, slice_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaParse:
    """A document against the one before. `feed.entries`: new and changed ones only."""

    feed: ParsedFeed
    comparison: Comparison
    fingerprints: str
    """Of this document, for the next; "" where it has no entries."""
    dates: tuple[datetime, ...] = ()
    """When its entries were published, as far as it says so."""


def parse_delta(
    body: bytes,
    *,
    url: str,
    headers: Mapping[str, str],
    seen_at: datetime,
    before: str | None = None,
    max_entries: int = MAX_ENTRIES,
) -> DeltaParse:
    """Reads a feed (see `parse`), less what stood in the document before. Raises: ParseError."""
    document = open_document(body, url, headers)
    last = Fingerprints.load(before)
    slices = None if document.is_json else slice_entries(document.text)
    if slices is not None and len(slices.items) > max_entries:
        slices = None
    if slices is not None and last.items and slices.head_hash() == last.head:
        parsed = _read_unknown(document, slices, last, seen_at)
        if parsed is not None:
            return parsed
    return _read_all(document, slices, last, seen_at, max_entries)


def _read_all(
    document: Document, slices: Slices | None, before: Fingerprints, seen_at: datetime, max_entries: int
) -> DeltaParse:
    feed = parse_document(document, seen_at, max_entries)
    in_step = slices is not None and feed.well_formed and not feed.cut and len(slices.items) == len(feed.entries)
    if slices is not None and in_step:
        sources = [text_hash(item) for item in slices.items]
        fingerprints = [fingerprint_of(entry, source) for entry, source in zip(feed.entries, sources, strict=True)]
        head = slices.head_hash()
    else:
        fingerprints = [fingerprint_of(entry) for entry in feed.entries]
        head = Fingerprints().head
    return DeltaParse(
        feed=replace(feed, entries=changed(before, feed.entries, fingerprints)),
        comparison=compare(before, fingerprints),
        fingerprints=Fingerprints(tuple(fingerprints), head).dump() if fingerprints else "",
        dates=tuple(entry.published_at for entry in feed.entries if entry.published_at is not None),
    )


def _read_unknown(document: Document, slices: Slices, before: Fingerprints, seen_at: datetime) -> DeltaParse | None:
    """Parses only entries whose text is not known. None: they cannot be told from the others after all."""
    known = before.by_source()
    sources = [text_hash(item) for item in slices.items]
    unknown = [number for number, source in enumerate(sources) if source not in known]
    reduced = replace(document, text=slices.only(frozenset(unknown)))
    feed = parse_document(reduced, seen_at, len(unknown) + 1)
    if len(feed.entries) != len(unknown) or not feed.well_formed or feed.cut:
        return None
    read = {number: fingerprint_of(entry, sources[number]) for number, entry in zip(unknown, feed.entries, strict=True)}
    fingerprints: list[Fingerprint] = [
        read[number] if number in read else known[source] for number, source in enumerate(sources)
    ]
    if _shares_guids(fingerprints):
        return None
    return DeltaParse(
        feed=replace(feed, entries=changed(before, feed.entries, read.values())),
        comparison=compare(before, fingerprints),
        fingerprints=Fingerprints(tuple(fingerprints), before.head).dump(),
        dates=tuple(dates_of(slices, seen_at)),
    )


def _shares_guids(fingerprints: list[Fingerprint]) -> bool:
    """Whether one guid stands on two URLs: then all of them must be looked at together."""
    urls: dict[bytes, bytes] = {}
    return any(urls.setdefault(item.guid, item.url) != item.url for item in fingerprints)
