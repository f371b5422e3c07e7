"""An expression on an archive → the entries that it holds on: the store's index narrows, the matcher decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.matching.matcher import Matcher
from bot.core.matching.required_terms import required_terms
from bot.core.rulefile.units import duration, instant
from bot.model import EntryId, Match, Rule, RuleSet, StoredEntry
from bot.ports import Store

_OFFSET_OF_ADDRESS = re.compile(r"(T\d\d:\S+) (\d\d:?\d\d)\Z")
"""In an address a + is a space: `2026-11-24T10:00+01:00` comes without it."""
_FIRST, _PAGE = 100, 500
"""Candidates that are read from the archive at first, and at most at a time: a page of the desk has fifty results."""


def search_archive(
    store: Store,
    rule: Rule,
    ruleset: RuleSet | None,
    since_at: datetime | None = None,
) -> Iterator[tuple[StoredEntry, Match]]:
    """Entries that the rule holds on, newest first."""
    for hits, _ in search_pages(store, rule, ruleset, since_at):
        yield from hits


def search_pages(
    store: Store,
    rule: Rule,
    ruleset: RuleSet | None,
    since_at: datetime | None,
    before: EntryId | None = None,
) -> Iterator[tuple[Iterator[tuple[StoredEntry, Match]], EntryId | None]]:
    """The same in steps, from the newest entry older than `before` on: what the rule holds on among the next entries
    that the index leaves over, and the oldest of those (None: there are no more)."""
    matcher = Matcher([rule])
    labels_of = (ruleset or RuleSet(version="")).labels_of
    terms = required_terms(rule.query)
    size = _FIRST
    while True:
        page = store.search(terms, since_at, before, size)
        before = page[-1].id if len(page) == size else None
        hits = (
            (stored, match)
            for stored in page
            for match in matcher.match(stored.entry, stored.reading, labels_of(stored.entry.feed))
        )
        yield hits, before
        if before is None:
            return
        size = min(3 * size, _PAGE)


def since_of(text: str, now: datetime, timezone: str) -> datetime | None:
    """From when on entries are wanted: a span before `now` (`7d`), or an ISO 8601 time, of `timezone` where it names no
    offset, as are the times that a search shows; None: it is neither."""
    span = duration(text)
    if span is not None:
        return now - span
    return instant(_OFFSET_OF_ADDRESS.sub(r"\1+\2", text), ZoneInfo(timezone))


def search_row(stored: StoredEntry) -> dict[str, Any]:
    """One entry as `search --json` prints it."""
    entry, decision = stored.entry, stored.decision
    return {
        "id": str(stored.id),
        "url": entry.url,
        "title": entry.title,
        "source": entry.source,
        "feed": entry.feed,
        # What is undated, or dated by a clock that is wrong, is as old as our first sight of it.
        "published": (entry.published_at or entry.seen_at).isoformat(),
        "seen": entry.seen_at.isoformat(),
        "verdict": decision.verdict,
        "duplicate_of": None if decision.duplicate_of is None else str(decision.duplicate_of),
        "story": str(stored.story),
    }
