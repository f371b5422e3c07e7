"""Polls that this machine had no file, thread or parser for → one notice a day, where a feed cannot be read for long.

The law: a shortage that passes is no news, since each feed has its turn within a minute or two; one that stays is told
where people look, and not in the log alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.polling import messages
from bot.model import FeedId, Notice

_PATIENCE = timedelta(minutes=10)
"""So long a shortage may last before somebody is called."""


class ShortageWatch:
    """What the polls of one process say about the machine: `short` those that were put off, `served` all others."""

    def __init__(self, patience: timedelta = _PATIENCE) -> None:
        self._patience = patience
        self._since_at: dict[FeedId, datetime] = {}
        self._has_served = False

    @property
    def has_served_none(self) -> bool:
        """Whether feeds were put off, and not one has ever had its turn."""
        return bool(self._since_at) and not self._has_served

    def forget(self) -> None:
        """Other feeds may be in force, or the clock was set."""
        self._since_at.clear()

    def served(self, feed: FeedId) -> None:
        """This feed had its turn."""
        self._has_served = True
        self._since_at.pop(feed, None)

    def short(self, feed: FeedId, error: str, now: datetime, timezone: str) -> Notice | None:
        """A notice, if some feed has been put off for as long as that is waited for."""
        self._since_at.setdefault(feed, now)
        since_at = min(self._since_at.values())
        if now - since_at < self._patience:
            return None
        text = messages.short(since_at, len(self._since_at), error, timezone)
        return Notice(key=f"short:{now:%Y-%m-%d}", text=text, at=now)
