"""What the planner decided to send: one message of one channel, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import ChannelId, EntryId, MessageKind, StoryId, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to make. `stories` are not ranked or capped yet; `core.digests.compose.compose` does that."""

    channel: ChannelId
    kind: MessageKind
    stories: tuple[StoryId, ...]
    rows: tuple[Waiting, ...] = ()
    """What it is made of; none for a reply that was held in quiet hours."""
    updated: frozenset[StoryId] = frozenset()
    capped: bool = False
    """`max_stories` holds. Stories that were held (quiet hours, overflow without a digest) are never cut."""
    delayed: bool = False
    since_at: datetime
    slot_at: datetime | None = None
    thread_of: str | None = None
    changes: tuple[str, ...] = ()
    entries: tuple[EntryId, ...] = ()
    """Makes the key of an edit or a reply: the entries it is about."""
    told_at: datetime | None = None
    """Makes the key of an edit that is about no entry, but about what somebody did."""
