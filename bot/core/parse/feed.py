"""What a feed document reads as, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model import Entry


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
    problems: tuple[str, ...] = ()
    truncated: bool = False
    """There were more entries than the limit."""
    cut: bool = False
    """The document ends before it should; the entry that it cuts is left out."""
    well_formed: bool = True
    """JSON, or XML that needed no loose reading."""


def length_problems(cut: bool, more: bool, limit: int) -> tuple[str, ...]:
    """What is said of a document that is `cut`, or has `more` entries than `limit`."""
    problems = []
    if cut:
        problems.append("the document is cut off: only whole entries are taken")
    if more:
        problems.append(f"more than {limit:,} entries: the first {limit:,} are taken")
    return tuple(problems)
