"""What the digest stage remembers of a channel besides its slots: `ChannelState.extra`, JSON-able, in and out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model import EntryId, StoryId, Waiting

COALESCE = timedelta(seconds=60)
"""Shortest time between two changes of one message (SLACK.md: coalesce ≥ 60 s)."""


@dataclass(slots=True)
class Memory:
    """`ChannelState.extra`, read."""

    overflow: set[StoryId]
    """Stories above `per_hour` that wait for a digest."""
    edited: dict[StoryId, EntryId]
    """Updates that still wait for a digest, but show in an earlier message already: the newest entry shown."""
    edits: dict[str, datetime]
    """Delivery key -> when that message was last edited."""
    replies: list[tuple[str, StoryId, tuple[str, ...], tuple[EntryId, ...]]]
    """Replies that quiet hours hold: thread, story, what changed, entries."""

    @classmethod
    def read(cls, extra: Mapping[str, object], now: datetime) -> Memory:
        edits = {key: datetime.fromisoformat(at) for key, at in _items(extra.get("edits"))}
        return cls(
            overflow={StoryId(int(story)) for story in _list(extra.get("overflow"))},
            edited={StoryId(int(story)): EntryId(int(entry)) for story, entry in _items(extra.get("edited"))},
            edits={key: at for key, at in edits.items() if now - at < COALESCE},
            replies=[
                (key, StoryId(int(story)), tuple(changes), tuple(EntryId(int(entry)) for entry in entries))
                for key, story, changes, entries in _list(extra.get("replies"))
            ],
        )

    def write(self) -> Mapping[str, object]:
        """JSON-able; only what is there, so that an idle channel's state is empty."""
        written: dict[str, object] = {
            "overflow": sorted(self.overflow),
            "edited": {str(story): entry for story, entry in self.edited.items()},
            "edits": {key: at.isoformat() for key, at in self.edits.items()},
            "replies": [[key, story, list(changes), list(entries)] for key, story, changes, entries in self.replies],
        }
        return {key: value for key, value in written.items() if value}

    def last_edit(self, key: str) -> list[datetime]:
        return [self.edits[key]] if key in self.edits else []

    def hold_reply(self, key: str, story: StoryId, updates: Sequence[Waiting]) -> None:
        changes = tuple(dict.fromkeys(change for row in updates for change in row.changes))
        entries = entries_of(updates)
        for index, (thread, held, before, earlier) in enumerate(self.replies):
            if (thread, held) == (key, story):
                both = tuple(dict.fromkeys(before + changes))
                self.replies[index] = (key, story, both, earlier + entries)
                return
        self.replies.append((key, story, changes, entries))


def _items(value: object) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, Mapping) else ()


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def entries_of(rows: Iterable[Waiting]) -> tuple[EntryId, ...]:
    """The entries that rows tell of, each once."""
    return tuple(sorted({row.entry for row in rows}))
