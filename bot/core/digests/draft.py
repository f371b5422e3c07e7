"""A channel's plan while it is made: stories that wait, messages, settled rows, when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.digests.channel_memory import ChannelMemory, entries_of
from bot.core.digests.message import Message
from bot.model import MessageKind, Priority, StoryId, Waiting, WaitingKind


@dataclass(slots=True)
class WaitingStory:
    """One story's rows, in order of arrival."""

    id: StoryId
    rows: list[Waiting] = field(default_factory=list)
    is_overdue: bool = False
    """It came in while the system clock was ahead; nobody knows how long it has been waiting."""

    @property
    def since_at(self) -> datetime:
        return min(row.since_at for row in self.rows)

    @property
    def priority(self) -> Priority:
        return max(row.priority for row in self.rows)

    @property
    def updates(self) -> list[Waiting]:
        return [row for row in self.rows if row.kind is WaitingKind.UPDATE]

    @property
    def is_update(self) -> bool:
        """There is nothing of it that is new to the channel, but updates."""
        return all(row.kind is WaitingKind.UPDATE for row in self.rows)


@dataclass(slots=True, kw_only=True)
class Draft:
    """What one run of the planner has decided so far."""

    now: datetime
    quiet_until: datetime | None
    """When the quiet hours are over; None: it is not quiet."""
    memory: ChannelMemory
    messages: list[Message] = field(default_factory=list)
    settled: list[Waiting] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)
    """When to look again."""

    def tell(
        self,
        kind: MessageKind,
        stories: Sequence[WaitingStory],
        *,
        capped: bool = False,
        slot_at: datetime | None = None,
        delayed: bool = False,
        thread_of: str | None = None,
    ) -> None:
        """A message. One of its own settles all that waits of these stories; what an edit settles, its caller says."""
        rows = tuple(row for story in stories for row in story.rows)
        self.messages.append(
            Message(
                channel=self.memory.channel,
                kind=kind,
                stories=tuple(story.id for story in stories),
                rows=rows,
                updated=frozenset(story.id for story in stories if story.updates),
                capped=capped,
                delayed=delayed,
                since_at=min([self.now, *(row.since_at for row in rows)]),
                slot_at=slot_at,
                thread_of=thread_of,
                entries=entries_of(rows),
            )
        )
        for story in stories if thread_of is None else ():
            self.settled += story.rows
            self.memory.overflow.discard(story.id)
            self.memory.shown_updates.pop(story.id, None)
