"""A channel's state as the store has it ↔ what one run of the planner changes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import ChannelState, EntryId, HeldReply, StoryId, Waiting

COALESCE = timedelta(seconds=60)
"""Shortest time between two changes of one message: fewer would be noise to whoever has the channel open."""
_ROLLING = timedelta(hours=1)
"""`per_hour` counts the posts of so long."""


class ChannelMemory:
    """What the planner remembers of a channel, while it plans at `now`.

    An instant in the future was written while the system clock was ahead: it counts as now.
    """

    def __init__(self, state: ChannelState, now: datetime) -> None:
        self.channel = state.channel
        self.last_slot_at = None if state.last_slot_at is None else min(state.last_slot_at, now)
        self.posted_at = [min(at, now) for at in state.posted_at if at > now - _ROLLING]
        self.overflow = set(state.overflow)
        self.shown_updates = dict(state.shown_updates)
        self.edited_at = {key: at for key, at in state.edited_at.items() if at <= now < at + COALESCE}
        self.held_replies = list(state.held_replies)

    @property
    def room_at(self) -> datetime | None:
        """When the oldest post of the hour no longer counts; None: there is none."""
        return self.posted_at[0] + _ROLLING if self.posted_at else None

    def state(self) -> ChannelState:
        """For the store."""
        return ChannelState(
            channel=self.channel,
            last_slot_at=self.last_slot_at,
            posted_at=tuple(self.posted_at),
            overflow=frozenset(self.overflow),
            shown_updates=self.shown_updates,
            edited_at=self.edited_at,
            held_replies=tuple(self.held_replies),
        )

    def hold_reply(self, thread: str, story: StoryId, updates: Sequence[Waiting], *, is_urgent: bool) -> None:
        """Keeps a reply for later, joined to one that is held for the same story already."""
        changes = tuple(dict.fromkeys(change for row in updates for change in row.changes))
        reply = HeldReply(thread=thread, story=story, changes=changes, entries=entries_of(updates), is_urgent=is_urgent)
        for index, earlier in enumerate(self.held_replies):
            if (earlier.thread, earlier.story) == (thread, story):
                joined = tuple(dict.fromkeys(earlier.changes + reply.changes))
                self.held_replies[index] = replace(
                    reply,
                    changes=joined,
                    entries=earlier.entries + reply.entries,
                    is_urgent=is_urgent or earlier.is_urgent,
                )
                return
        self.held_replies.append(reply)


def entries_of(rows: Iterable[Waiting]) -> tuple[EntryId, ...]:
    """The entries that rows are about, each once."""
    return tuple(sorted({row.entry for row in rows}))
