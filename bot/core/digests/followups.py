"""Later reports of stories that were posted in a channel already → edits, replies, and what comes back in a digest.

The law: such a story never gets a second message of its own. With `follow` its message is edited, at most once a
minute and for a day; replies are posts, so they keep quiet hours; in a channel of digests an update comes back in the
next one. What is urgent rings at once: a reply does not wait for the end of quiet hours, and where nothing would show
it (no digests, `follow: none`) it comes back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.digests.channel_memory import COALESCE
from bot.core.digests.draft import Draft, WaitingStory
from bot.core.digests.message import Message
from bot.model import Channel, MessageKind, Posted, Priority, StoryId, Waiting, WaitingKind

_FOLLOWED = timedelta(hours=24)
"""How long a message goes on growing."""


def follow_up(channel: Channel, stories: Sequence[tuple[WaitingStory, Posted]], draft: Draft) -> list[WaitingStory]:
    """Edits, replies and what is urgent; returns what goes back into a digest."""
    has_digests = channel.immediate is None
    is_alone = not has_digests and channel.follow == "none"
    returning: list[WaitingStory] = []
    edits: dict[str, list[tuple[WaitingStory, Posted]]] = {}
    for story, posted in stories:
        story.rows = [_as_later_report(row, posted) for row in story.rows]
        is_urgent = is_alone and _is_urgent(story.updates)
        returns = bool(story.updates) and (has_digests or is_urgent)
        follows = channel.follow != "none" and draft.now - posted.posted_at < _FOLLOWED
        is_unseen = max(row.entry for row in story.rows) > draft.memory.shown_updates.get(story.id, -1)
        if follows and is_unseen:
            edits.setdefault(posted.delivery_key, []).append((story, posted))
        else:
            draft.settled += _settled(story, returns)
        if is_urgent:
            draft.tell(MessageKind.IMMEDIATE, [WaitingStory(story.id, story.updates)])
        elif returns:
            returning.append(WaitingStory(story.id, story.updates))
    for key, group in edits.items():
        changed_at = [posted.last_told_at or posted.posted_at for _, posted in group]
        next_at = max([*changed_at, draft.memory.edited_at.get(key, changed_at[0])]) + COALESCE
        # Further away than that it was written while the system clock was ahead.
        if draft.now < next_at <= draft.now + COALESCE:
            draft.due.append(next_at)
        else:
            _edit(channel, key, [story for story, _ in group], draft)
    return returning


def reply_after_quiet_hours(muted: frozenset[StoryId], draft: Draft) -> None:
    """The replies that are held, as soon as it is not quiet; the urgent ones now."""
    replies = draft.memory.held_replies
    waiting = [reply for reply in replies if draft.quiet_until is not None and not reply.is_urgent]
    if draft.quiet_until is not None and waiting:
        draft.due.append(draft.quiet_until)
    draft.messages += [
        Message(
            channel=draft.memory.channel,
            kind=MessageKind.REPLY,
            stories=(reply.story,),
            updated=frozenset({reply.story}),
            since_at=draft.now,
            thread_of=reply.thread,
            changes=reply.changes,
            entries=reply.entries,
        )
        for reply in replies
        if reply.story not in muted and reply not in waiting
    ]
    replies[:] = waiting


def restatement(posted: Posted, now: datetime) -> Message:
    """The edit of the message that shows a story, so that it shows what people did with it."""
    return Message(
        channel=posted.channel,
        kind=MessageKind.UPDATE,
        stories=(posted.story,),
        since_at=now,
        thread_of=posted.delivery_key,
        told_at=now,
    )


def _edit(channel: Channel, key: str, stories: Sequence[WaitingStory], draft: Draft) -> None:
    draft.memory.edited_at[key] = draft.now
    draft.tell(MessageKind.UPDATE, stories, thread_of=key)
    for story in stories:
        returns = bool(story.updates) and channel.immediate is None
        if returns:
            draft.memory.shown_updates[story.id] = max(row.entry for row in story.rows)
        draft.settled += _settled(story, returns)
        if channel.follow == "thread" and story.updates:
            draft.memory.hold_reply(key, story.id, story.updates, is_urgent=_is_urgent(story.updates))


def _is_urgent(updates: Sequence[Waiting]) -> bool:
    return any(row.priority is Priority.URGENT for row in updates)


def _settled(story: WaitingStory, returns: bool) -> list[Waiting]:
    """The rows that are done with; the updates of a story that comes back in a digest are not."""
    return [row for row in story.rows if not (returns and row.kind is WaitingKind.UPDATE)]


def _as_later_report(row: Waiting, posted: Posted) -> Waiting:
    """A row that waited as new while its story was posted (two stories merged): an update only if more pressing."""
    if row.kind is not WaitingKind.NEW:
        return row
    return replace(row, kind=WaitingKind.UPDATE if row.priority > posted.priority else WaitingKind.REPORT)
