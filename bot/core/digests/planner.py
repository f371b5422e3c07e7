"""What waits for one channel in, the messages to make now (and when to look again) out.

The law, in this order, for every story that waits:

1. a muted story, and rows of a rule that is snoozed or muted (also later reports of its stories), are dropped;
2. a story the channel was told already never gets a second message of its own: with `follow` its message is edited, at
   most once a minute and for a day; in a channel of digests an update comes back in the next digest;
3. `urgent` goes out at once, past digests, quiet hours and `per_hour`;
4. in a channel with `immediate` a story goes out at once; in quiet hours it waits for their end, above `per_hour` for
   the next digest (without one: until the hour has room again);
5. in a channel with `digest` it waits for its slot (`at`), or `every` after the first that waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.digests import schedule
from bot.core.digests.channel_memory import COALESCE, Memory, entries_of
from bot.core.digests.message import Message
from bot.model import (
    Channel,
    ChannelState,
    EntryId,
    MessageKind,
    Posted,
    Priority,
    RuleId,
    StoryId,
    Waiting,
    WaitingKind,
)

HOUR = timedelta(hours=1)
FOLLOWED = timedelta(hours=24)
"""How long a message goes on growing."""
OVERFLOW = timedelta(minutes=55)
"""Stories above `per_hour` wait at most this long where no digest takes them: within an hour, with room for a retry."""
ALONE = timedelta(hours=1)
"""With `every:`, updates alone make no digest more often than this: a story must not become fourteen messages."""
LATE = timedelta(minutes=5)
"""A slot dealt with this long after its time counts as delayed although the worker was up."""
LATE_ONCE = timedelta(minutes=15)
"""The same for `run --once`, which a timer starts now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now for one channel, and when to look again (None: when something new waits)."""

    messages: tuple[Message, ...] = ()
    done: tuple[Waiting, ...] = ()
    """Rows that are settled, with the messages or without."""
    state: ChannelState
    next_due_at: datetime | None = None


@dataclass(slots=True)
class _Story:
    """One story's rows, in order of arrival."""

    id: StoryId
    rows: list[Waiting] = field(default_factory=list)

    @property
    def since_at(self) -> datetime:
        return min(row.since_at for row in self.rows)

    @property
    def priority(self) -> Priority:
        return max(row.priority for row in self.rows)

    @property
    def updates(self) -> list[Waiting]:
        return [row for row in self.rows if row.kind is WaitingKind.UPDATE]


def plan(
    channel: Channel,
    timezone: str,
    state: ChannelState,
    waiting: Sequence[Waiting],
    posted: Mapping[StoryId, Posted],
    now: datetime,
    *,
    once: bool = False,
    started_at: datetime | None = None,
    muted: frozenset[StoryId] = frozenset(),
    silenced: frozenset[RuleId] = frozenset(),
) -> Plan:
    """Decides for one channel what goes out at `now`.

    Args:
        waiting: the channel's rows, in order of arrival.
        posted: what the channel was told, at least for every story in `waiting`.
        once: `run --once`: digests with `every:` do not wait.
        started_at: when this worker began; slots before it that were not dealt with are marked delayed.
        muted: stories that people muted; silenced: rules that are snoozed or muted at `now`.
    """
    return _Planner(channel, timezone, state, now, once, started_at).plan(waiting, posted, muted, silenced)


def restatement(posted: Posted, now: datetime) -> Message:
    """The edit of the message that told a story, so that it shows what people did with it."""
    return Message(
        channel=posted.channel,
        kind=MessageKind.UPDATE,
        stories=(posted.story,),
        since_at=now,
        thread_of=posted.delivery_key,
        told_at=now,
    )


class _Planner:
    """One run of `plan`: gathers messages, settled rows, the state to be and the instants to look again at."""

    def __init__(
        self,
        channel: Channel,
        timezone: str,
        state: ChannelState,
        now: datetime,
        once: bool,
        started_at: datetime | None,
    ) -> None:
        self.channel, self.timezone, self.now, self.once, self.started_at = channel, timezone, now, once, started_at
        self.state = state
        self.extra = Memory.read(state.extra, now)
        self.posts = [at for at in state.posted_at if at > now - HOUR]
        self.last_slot_at = state.last_slot_at
        self.quiet_end = schedule.quiet_until(channel.quiet, timezone, now)
        self.messages: list[Message] = []
        self.done: list[Waiting] = []
        self.due: list[datetime] = []

    def plan(
        self,
        waiting: Sequence[Waiting],
        posted: Mapping[StoryId, Posted],
        muted: frozenset[StoryId],
        silenced: frozenset[RuleId],
    ) -> Plan:
        stories: dict[StoryId, _Story] = {}
        for row in waiting:
            # A later report speaks for the rules that its story was posted for.
            known = posted.get(row.story)
            rules = (row.rule,) if row.rule is not None else known.rules if known is not None else ()
            is_silent = bool(rules) and all(rule in silenced for rule in rules)
            if row.story in muted or is_silent or (row.rule is None and known is None):
                self.done.append(row)
            else:
                stories.setdefault(row.story, _Story(row.story)).rows.append(row)
        fresh = [story for story in stories.values() if story.id not in posted]
        told = [(story, posted[story.id]) for story in stories.values() if story.id in posted]
        pool = self._follow(told)
        pool += self._at_once(fresh)
        self._digest(pool)
        self._held_replies(muted)
        return Plan(
            messages=tuple(self.messages),
            done=tuple(self.done),
            state=ChannelState(
                channel=self.channel.id,
                last_slot_at=self.last_slot_at,
                posted_at=tuple(self.posts),
                extra=self.extra.write(),
            ),
            next_due_at=min((max(at, self.now) for at in self.due), default=None),
        )

    # --- stories that the channel knows ---

    def _follow(self, told: Sequence[tuple[_Story, Posted]]) -> list[_Story]:
        """Edits and replies; returns what goes back into a digest."""
        back: list[_Story] = []
        edits: dict[str, list[tuple[_Story, Posted]]] = {}
        for story, known in told:
            story.rows = [_as_told(row, known) for row in story.rows]
            returns = bool(story.updates) and self.channel.immediate is None
            follows = self.channel.follow != "none" and self.now - known.posted_at < FOLLOWED
            unseen = max(row.entry for row in story.rows) > self.extra.edited.get(story.id, -1)
            if follows and unseen:
                edits.setdefault(known.delivery_key, []).append((story, known))
            if returns:
                back.append(_Story(story.id, story.updates))
            if not follows or not unseen:
                self.done += [row for row in story.rows if not (returns and row.kind is WaitingKind.UPDATE)]
        for key, group in edits.items():
            last = max([known.last_told_at or known.posted_at for _, known in group] + self.extra.last_edit(key))
            if self.now < last + COALESCE:
                self.due.append(last + COALESCE)
            else:
                self._edit(key, [story for story, _ in group])
        return back

    def _edit(self, key: str, group: Sequence[_Story]) -> None:
        rows = [row for story in group for row in story.rows]
        self.extra.edits[key] = self.now
        self._add(MessageKind.UPDATE, group, thread_of=key, entries=entries_of(rows))
        for story in group:
            keeps = bool(story.updates) and self.channel.immediate is None
            if keeps:
                self.extra.edited[story.id] = max(row.entry for row in story.rows)
            self.done += [row for row in story.rows if not (keeps and row.kind is WaitingKind.UPDATE)]
            if self.channel.follow == "thread" and story.updates:
                self.extra.hold_reply(key, story.id, story.updates)

    def _held_replies(self, muted: frozenset[StoryId]) -> None:
        """Replies are posts, so they keep quiet hours; the message itself was edited meanwhile."""
        if self.quiet_end is not None:
            if self.extra.replies:
                self.due.append(self.quiet_end)
            return
        for key, story, changes, entries in self.extra.replies:
            if story not in muted:
                self.messages.append(
                    Message(
                        channel=self.channel.id,
                        kind=MessageKind.REPLY,
                        stories=(story,),
                        updated=frozenset({story}),
                        since_at=self.now,
                        thread_of=key,
                        changes=changes,
                        entries=entries,
                    )
                )
        self.extra.replies = []

    # --- stories that are new to the channel ---

    def _at_once(self, fresh: Sequence[_Story]) -> list[_Story]:
        """Urgent and immediate posts; returns what goes into a digest."""
        pool: list[_Story] = []
        held: list[_Story] = []
        overflow: list[_Story] = []
        single: list[_Story] = []
        # Room for what has been waiting for it; what only now found none is not let out by the same tick.
        had_room = self._has_room() and bool(self.extra.overflow)
        for story in fresh:
            if story.priority is Priority.URGENT:
                self._post(story)
            elif self.channel.immediate is None:
                pool.append(story)
            elif story.id in self.extra.overflow:
                overflow.append(story)
            elif self.quiet_end is not None:
                self.due.append(self.quiet_end)
            elif schedule.quiet_until(self.channel.quiet, self.timezone, story.since_at) is not None:
                held.append(story)
            elif self._has_room():
                self.posts.append(self.now)
                single.append(story)
            else:
                overflow.append(story)
        self.extra.overflow = {story.id for story in overflow}
        if len(held) == 1:
            self._post(held[0])
        elif held:
            self._settle(MessageKind.DIGEST, held)
        for story in single:
            self._post(story)
        if self.channel.digest is not None:
            return pool + overflow
        self._release(overflow, had_room)
        return pool

    def _has_room(self) -> bool:
        limit = self.channel.immediate.per_hour if self.channel.immediate else None
        return limit is None or len(self.posts) < limit

    def _release(self, overflow: Sequence[_Story], had_room: bool) -> None:
        """Overflow of a channel without digests: one digest as soon as the rolling hour has room again."""
        if not overflow:
            return
        due = min(story.since_at for story in overflow) + OVERFLOW
        if had_room:
            due = self.now
        elif self.posts:
            due = min(due, self.posts[0] + HOUR)
        if self.quiet_end is not None:
            due = max(due, self.quiet_end)
        if self.now < due:
            self.due.append(due)
            return
        self.extra.overflow = set()
        self._settle(MessageKind.DIGEST, overflow)

    def _post(self, story: _Story) -> None:
        self._settle(MessageKind.IMMEDIATE, [story])

    # --- digests ---

    def _digest(self, pool: Sequence[_Story]) -> None:
        if not pool:
            return
        if self.channel.digest is None or self.channel.digest.every is not None:
            self._digest_every(pool)
        else:
            self._digest_at(pool)

    def _digest_every(self, pool: Sequence[_Story]) -> None:
        every = self.channel.digest.every if self.channel.digest and self.channel.digest.every else timedelta(0)
        new = [story.since_at for story in pool if not _is_update(story)]
        due = min((at + every for at in new), default=None)
        if due is None:
            due = min(story.since_at for story in pool) + max(every, ALONE)
        elif self.once:
            due = self.now
        if self.quiet_end is not None:
            due = max(due, self.quiet_end)
        if self.now < due:
            self.due.append(due)
        else:
            self._settle(MessageKind.DIGEST, pool, capped=True)

    def _digest_at(self, pool: Sequence[_Story]) -> None:
        assert self.channel.digest is not None
        slot = schedule.last_slot(self.channel.digest, self.timezone, self.now)
        ready: list[_Story] = []
        if slot is not None and (self.last_slot_at is None or slot > self.last_slot_at):
            ready = [story for story in pool if story.since_at <= slot]
        if ready and self.quiet_end is not None:
            self.due.append(self.quiet_end)
        elif ready:
            assert slot is not None
            self.last_slot_at = slot
            self._settle(MessageKind.DIGEST, ready, capped=True, slot_at=slot, delayed=self._is_late(slot))
        if len(ready) < len(pool):
            following = schedule.next_slot(self.channel.digest, self.timezone, self.now)
            if following is not None:
                self.due.append(schedule.quiet_until(self.channel.quiet, self.timezone, following) or following)

    def _is_late(self, slot: datetime) -> bool:
        due = schedule.quiet_until(self.channel.quiet, self.timezone, slot) or slot
        if self.once:
            return self.now - due > LATE_ONCE
        return self.now - due > LATE or (self.started_at is not None and due < self.started_at)

    # --- messages ---

    def _settle(
        self,
        kind: MessageKind,
        stories: Sequence[_Story],
        *,
        capped: bool = False,
        slot_at: datetime | None = None,
        delayed: bool = False,
    ) -> None:
        self._add(kind, stories, capped=capped, slot_at=slot_at, delayed=delayed)
        for story in stories:
            self.done += story.rows
            self.extra.overflow.discard(story.id)
            self.extra.edited.pop(story.id, None)

    def _add(
        self,
        kind: MessageKind,
        stories: Sequence[_Story],
        *,
        capped: bool = False,
        slot_at: datetime | None = None,
        delayed: bool = False,
        thread_of: str | None = None,
        entries: tuple[EntryId, ...] = (),
    ) -> None:
        rows = tuple(row for story in stories for row in story.rows)
        self.messages.append(
            Message(
                channel=self.channel.id,
                kind=kind,
                stories=tuple(story.id for story in stories),
                rows=rows,
                updated=frozenset(story.id for story in stories if story.updates),
                capped=capped,
                delayed=delayed,
                since_at=min(row.since_at for row in rows),
                slot_at=slot_at,
                thread_of=thread_of,
                entries=entries or entries_of(rows),
            )
        )


def _as_told(row: Waiting, known: Posted) -> Waiting:
    """A row that waited as new while its story became known (two stories merged): an update only if more pressing."""
    if row.kind is not WaitingKind.NEW:
        return row
    kind = WaitingKind.UPDATE if row.priority > known.priority else WaitingKind.REPORT
    return Waiting(
        channel=row.channel,
        story=row.story,
        entry=row.entry,
        rule=row.rule,
        priority=row.priority,
        kind=kind,
        since_at=row.since_at,
        changes=row.changes,
    )


def _is_update(story: _Story) -> bool:
    return all(row.kind is WaitingKind.UPDATE for row in story.rows)
