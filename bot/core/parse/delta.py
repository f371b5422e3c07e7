"""Body and the fingerprints of the document before → the entries that are new or changed, and its own fingerprints.

The law: the outcome is that of reading the whole document and leaving out the entries that stand in it exactly as they
stood in the last one, or with another guid and URL alone. Where their texts can be cut out, they are not even parsed.

Of a document with more than `max_entries` those not seen before come first, in its order; what remains of them is read
with the next poll. Of a feed's first document the rest counts as seen: it was there before we looked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.parse.document import Document, open_document, parse_document
from bot.core.parse.feed import MAX_ENTRIES, DeltaParse
from bot.core.parse.fingerprints import NO_SOURCE, Fingerprint, Fingerprints, fingerprint_of, seen_hash, text_hash
from bot.core.parse.slices import Slices, dates_of, slice_entries, slice_items
from bot.core.parse.succession import Succession
from bot.errors import ParseError
from bot.model import Entry

_LATEST = 30
"""Publishing instants that are handed on: what a feed's rhythm is learnt from."""


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
    slices = slice_items(document.text) if document.is_json else slice_entries(document.text)
    if slices is not None:
        # What a build before wrote down holds no words, or other addresses: it is all read once more.
        is_of_now = bool(last.items) and last.at is not None and not last.as_written
        is_same_frame = is_of_now and slices.head_hash() == last.head
        if is_same_frame or len(slices.items) > max_entries:
            parsed = _read_unknown(document, slices, last, seen_at, max_entries)
            if parsed is not None:
                return parsed
    return _read_all(document, slices, last, seen_at, max_entries)


def _read_all(
    document: Document, slices: Slices | None, last: Fingerprints, seen_at: datetime, max_entries: int
) -> DeltaParse:
    feed = parse_document(document, seen_at, max_entries)
    in_step = slices is not None and feed.well_formed and not feed.cut and len(slices.items) == len(feed.entries)
    if slices is not None and in_step:
        sources = [text_hash(item) for item in slices.items]
        head = slices.head_hash()
    else:
        sources = [NO_SOURCE] * len(feed.entries)
        head = Fingerprints().head
    fingerprints = [
        fingerprint_of(entry, source, as_written=last.as_written)
        for entry, source in zip(feed.entries, sources, strict=True)
    ]
    after = Succession(last, fingerprints, feed.entries, fingerprints, seen_at)
    kept = after.remembered(is_cut=feed.cut)
    if last.as_written:
        kept = _in_one_form(kept, feed.entries)
    memory = Fingerprints(kept, head, at=seen_at)
    return DeltaParse(
        feed=replace(feed, entries=after.new),
        comparison=after.comparison,
        fingerprints=memory.dump() if fingerprints else "",
        dates=_latest(entry.published_at for entry in feed.entries if entry.published_at is not None),
    )


def _in_one_form(kept: Sequence[Fingerprint], entries: Sequence[Entry]) -> tuple[Fingerprint, ...]:
    """Fingerprints of entries, and of what stands behind the cut of a document, with each address in its one form."""
    named = [
        replace(item, guid=named.guid, url=named.url)
        for item, named in zip(kept, map(fingerprint_of, entries), strict=False)
    ]
    return (*named, *kept[len(named) :])


def _read_unknown(
    document: Document, slices: Slices, last: Fingerprints, seen_at: datetime, max_entries: int
) -> DeltaParse | None:
    """Parses only entries whose text is not known. None: they cannot be distinguished from the others after all."""
    known = last.by_source()
    sources = [text_hash(item) for item in slices.items]
    unknown = [
        number for number, source in enumerate(sources) if source not in known and seen_hash(source) not in last.seen
    ]
    wanted = unknown[:max_entries]
    try:
        feed = parse_document(replace(document, text=slices.only(frozenset(wanted))), seen_at, len(wanted) + 1)
    except ParseError:  # JSON that is known for a feed by its items alone, and none is left
        return None
    is_long = len(sources) > max_entries
    if len(feed.entries) != len(wanted) or feed.cut or not (feed.well_formed or is_long):
        return None
    read = {
        number: fingerprint_of(entry, sources[number], as_written=last.as_written)
        for number, entry in zip(wanted, feed.entries, strict=True)
    }
    by_number = {number: read.get(number) or known.get(source) for number, source in enumerate(sources)}
    fingerprints = [one for one in by_number.values() if one is not None]
    if not is_long and (_shares_guids(fingerprints) or _shares_urls(fingerprints, read.values())):
        return None
    unread = unknown[max_entries:]
    seen = {seen_hash(source) for source in sources} & last.seen
    if not last.items:
        seen |= {seen_hash(sources[number]) for number in unread}
    if unread:
        rest = "the others come with the next polls" if last.items else "the others count as seen"
        problem = f"{len(unknown):,} new entries at once: the first {max_entries:,} are taken, {rest}"
        feed = replace(feed, problems=(*feed.problems, problem))
    after = Succession(last, fingerprints, feed.entries, list(read.values()), seen_at)
    kept = after.remembered(is_cut=False)
    memory = Fingerprints(kept, slices.head_hash(), frozenset(seen), seen_at, as_written=last.as_written)
    return DeltaParse(
        feed=replace(feed, entries=after.new),
        comparison=after.comparison,
        fingerprints=memory.dump(),
        dates=_latest(dates_of(slices, seen_at)),
        unread=len(unread) if last.items else 0,
    )


def _latest(dates: Iterable[datetime]) -> tuple[datetime, ...]:
    return tuple(sorted(set(dates), reverse=True)[:_LATEST])


def _shares_urls(fingerprints: Iterable[Fingerprint], new: Iterable[Fingerprint]) -> bool:
    """Whether the URL of a new entry stands on others: then all of them must be looked at together."""
    counts = Counter(item.url for item in fingerprints)
    return any(counts[item.url] > 1 for item in new)


def _shares_guids(fingerprints: list[Fingerprint]) -> bool:
    """Whether one guid stands on two URLs: then all of them must be looked at together."""
    urls: dict[bytes, bytes] = {}
    return any(urls.setdefault(item.guid, item.url) != item.url for item in fingerprints)
