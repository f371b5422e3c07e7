"""What a feed document reads as, whatever its format, alone and against the one before. Imports no parser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.parse.succession import Comparison
from bot.model import Entry

MAX_ENTRIES = 5_000
"""Taken of one document at once, in its order. The build that kept the 200 newest by date lost news from feeds that
append, from daily lists of 300 papers, and after a downtime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document as read."""

    format: str
    """feedparser's name of it (`rss20`, `atom10`, …), or `json10`, `json11`."""
    title: str = ""
    link: str | None = None
    entries: tuple[Entry, ...] = ()
    """In document order."""
    lang: str | None = None
    ttl: timedelta | None = None
    """RSS `ttl`."""
    update_period: timedelta | None = None
    """`sy:updatePeriod` / `sy:updateFrequency`."""
    skip_hours: frozenset[int] = frozenset()
    """UTC hours, 0 to 23, in which nobody needs to ask."""
    skip_days: frozenset[int] = frozenset()
    """Days of the week, 0 is Monday."""
    hubs: tuple[str, ...] = ()
    self_url: str | None = None
    new_url: str | None = None
    """Another URL at which it says that it is from now on (`itunes:new-feed-url`)."""
    problems: tuple[str, ...] = ()
    cut: bool = False
    """The document ends before it should; the entry that it cuts is left out."""
    well_formed: bool = True
    """JSON, or XML that needed no loose reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaParse:
    """A document against the one before. `feed.entries`: new and changed ones only."""

    feed: ParsedFeed
    comparison: Comparison
    fingerprints: str
    """Of this document, for the next; "" where it has no entries."""
    dates: tuple[datetime, ...] = ()
    """When its latest entries were published, as far as it says so."""
    unread: int = 0
    """Entries never seen that wait for the next poll: there are more than are read at once."""


def length_problems(cut: bool, more: bool, limit: int) -> tuple[str, ...]:
    """What is said of a document that is `cut`, or has `more` entries than `limit`."""
    problems = []
    if cut:
        problems.append("the document is cut off: only whole entries are taken")
    if more:
        problems.append(f"more than {limit:,} entries: the first {limit:,} are taken")
    return tuple(problems)
