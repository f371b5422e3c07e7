"""What a store counts and measures: for `status`, `/metrics` and the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.news import FeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """Figures for `status` and `/metrics`."""

    entries: int = 0
    stories: int = 0
    inbox: int = 0
    aside: int = 0
    waiting: int = 0
    outbox: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long news took, in seconds, one figure an entry or a posted story: a sample, the latest first."""

    published_to_seen: tuple[float, ...] = ()
    """Of entries that may alert and that bear a date."""
    seen_to_posted: tuple[float, ...] = ()
    """Of stories in messages of their own (digest or at once), from the entry shown to the message's arrival."""
    lag: Mapping[FeedId, float] = field(default_factory=dict)
    """Median of `published_to_seen` by feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSpan:
    """How much an archive holds: entries, and when the first and the last of them came in (None: it is empty)."""

    entries: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
