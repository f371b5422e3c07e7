"""What waits for one channel → the messages to make now, and when to look again.

The law, in this order, for every story that waits:

0. a burst of a rule with `spike:` goes out at once, held in quiet hours unless it is urgent, dropped while the rule is
   snoozed or muted;
1. a muted story, and rows of a rule that is snoozed or muted (also later reports of its stories), are dropped;
2. a story that was posted in the channel already never gets a second message of its own (see `followups`);
3. `urgent` goes out at once, past digests, quiet hours and `per_hour`;
4. in a channel with `immediate` a story goes out at once; in quiet hours it waits for their end, above `per_hour` for
   the next digest (without one: until the hour has room again);
5. in a channel with `digest` it waits for its slot (`at`), or `every` after the first that waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.digests import schedule
from bot.core.digests.channel_memory import ChannelMemory
from bot.core.digests.draft import Draft, WaitingStory
from bot.core.digests.followups import follow_up, reply_after_quiet_hours
from bot.core.digests.message import Message
from bot.model import Channel, ChannelState, MessageKind, Posted, Priority, RuleId, StoryId, Waiting, WaitingKind

_OVERFLOW = timedelta(minutes=55)
"""Stories above `per_hour` wait at most this long where no digest takes them: within an hour, with room for a retry."""
_SKEW = timedelta(minutes=1)
"""By so much the clocks of several machines may differ; a story that arrives later than that came in while the system
clock was ahead, and waits no longer."""
_LATE = timedelta(minutes=5)
"""A slot dealt with this long after its time counts as delayed although the worker was up."""
_LATE_ONCE = timedelta(minutes=15)
"""The same for `run --once`, which a timer starts now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlan:
    """What to do now for one channel, and when to look again (None: when something new waits)."""

    messages: tuple[Message, ...] = ()
    settled: tuple[Waiting, ...] = ()
    """Rows that are done with, shown in the messages or not."""
    state: ChannelState
    next_due_at: datetime | None = None


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
) -> ChannelPlan:
    """Decides for one channel what goes out at `now`.

    Args:
        waiting: the channel's rows, in order of arrival.
        posted: what was posted in the channel, at least for every story in `waiting`.
        once: `run --once`: digests with `every:` do not wait.
        started_at: when this worker began; slots before it that were not dealt with are marked delayed.
        muted: stories that people muted; silenced: rules that are snoozed or muted at `now`.
    """
    quiet_until = schedule.quiet_until(channel.quiet, timezone, now)
    draft = Draft(now=now, quiet_until=quiet_until, memory=ChannelMemory(state, now))
    _tell_spikes([row for row in waiting if row.kind is WaitingKind.SPIKE], silenced, draft)
    stories = [row for row in waiting if row.kind is not WaitingKind.SPIKE]
    fresh, later = _by_story(stories, posted, muted, silenced, draft)
    planner = _Planner(channel, timezone, once, started_at, draft)
    pool = follow_up(channel, later, draft)
    pool += planner.post_at_once(fresh)
    planner.digest(pool)
    reply_after_quiet_hours(muted, draft)
    return ChannelPlan(
        messages=tuple(draft.messages),
        settled=tuple(draft.settled),
        state=draft.memory.state(),
        next_due_at=min((max(at, now) for at in draft.due), default=None),
    )


def is_never_edited(channel: Channel) -> bool:
    """Whether its messages stay as they are."""
    return channel.follow == "none"


def look_again_at(channel: Channel, timezone: str, due: datetime | None, at: datetime) -> datetime:
    """When a channel must be looked at, at the latest, if something may come in at `at` that is not urgent.

    `due`: when it must be anyway (None: nothing waits). With digests alone nothing goes out before the next one can,
    and to look before that changes nothing; every other channel is looked at at once.
    """
    digest = channel.digest
    if digest is None or channel.immediate is not None or not is_never_edited(channel):
        return at
    if digest.every is not None:
        soonest = at + digest.every
    elif due is not None:
        return due
    elif schedule.last_slot(digest, timezone, at) == at:
        return at
    else:
        soonest = schedule.next_slot(digest, timezone, at) or at
    return soonest if due is None else min(due, soonest)


def _tell_spikes(rows: Sequence[Waiting], silenced: frozenset[RuleId], draft: Draft) -> None:
    for row in rows:
        if row.rule not in silenced and draft.quiet_until is not None and row.priority is not Priority.URGENT:
            draft.due.append(draft.quiet_until)
            continue
        draft.settled.append(row)
        if row.rule not in silenced:
            draft.messages.append(
                Message(channel=row.channel, kind=MessageKind.SPIKE, stories=(), rows=(row,), since_at=row.since_at)
            )


def _by_story(
    waiting: Sequence[Waiting],
    posted: Mapping[StoryId, Posted],
    muted: frozenset[StoryId],
    silenced: frozenset[RuleId],
    draft: Draft,
) -> tuple[list[WaitingStory], list[tuple[WaitingStory, Posted]]]:
    """(stories that are new to the channel, those that were posted there); what may not be posted is settled."""
    stories: dict[StoryId, WaitingStory] = {}
    for row in waiting:
        before = posted.get(row.story)
        # A later report speaks for the rules that its story was posted for.
        rules = (row.rule,) if row.rule is not None else before.rules if before is not None else ()
        is_silent = bool(rules) and all(rule in silenced for rule in rules)
        if row.story in muted or is_silent or (row.rule is None and before is None):
            draft.settled.append(row)
        else:
            story = stories.setdefault(row.story, WaitingStory(row.story))
            story.is_overdue |= row.since_at > draft.now + _SKEW
            story.rows.append(row)
    fresh = [story for story in stories.values() if story.id not in posted]
    return fresh, [(story, posted[story.id]) for story in stories.values() if story.id in posted]


class _Planner:
    """Stories that are new to a channel, and its digests."""

    def __init__(self, channel: Channel, timezone: str, once: bool, started_at: datetime | None, draft: Draft) -> None:
        self.channel, self.timezone, self.once, self.started_at = channel, timezone, once, started_at
        self.draft, self.now, self.memory = draft, draft.now, draft.memory

    # --- at once ---

    def post_at_once(self, fresh: Sequence[WaitingStory]) -> list[WaitingStory]:
        """Urgent and immediate posts; returns what goes into a digest."""
        pool: list[WaitingStory] = []
        released: list[WaitingStory] = []
        overflow: list[WaitingStory] = []
        single: list[WaitingStory] = []
        # Room for what has been waiting for it; what only now found none is not let out by the same tick.
        had_room = self._has_room() and bool(self.memory.overflow)
        for story in fresh:
            if story.priority is Priority.URGENT:
                self._post(story)
            elif self.channel.immediate is None:
                pool.append(story)
            elif story.id in self.memory.overflow:
                overflow.append(story)
            elif self.draft.quiet_until is not None:
                self.draft.due.append(self.draft.quiet_until)
            elif schedule.quiet_until(self.channel.quiet, self.timezone, story.since_at) is not None:
                released.append(story)
            elif self._has_room():
                self.memory.posted_at.append(self.now)
                single.append(story)
            else:
                overflow.append(story)
        self.memory.overflow = {story.id for story in overflow}
        if len(released) == 1:
            # A post like any other, once it is out: it counts for `per_hour`.
            self.memory.posted_at.append(self.now)
            self._post(released[0])
        elif released:
            self.draft.tell(MessageKind.DIGEST, released)
        for story in single:
            self._post(story)
        if self.channel.digest is not None:
            return pool + overflow
        self._release(overflow, had_room)
        return pool

    def _has_room(self) -> bool:
        limit = self.channel.immediate.per_hour if self.channel.immediate else None
        return limit is None or len(self.memory.posted_at) < limit

    def _release(self, overflow: Sequence[WaitingStory], had_room: bool) -> None:
        """Overflow of a channel without digests: one digest as soon as the rolling hour has room again."""
        if not overflow:
            return
        due = min(story.since_at for story in overflow) + _OVERFLOW
        if had_room:
            due = self.now
        elif self.memory.room_at is not None:
            due = min(due, self.memory.room_at)
        if self.draft.quiet_until is not None:
            due = max(due, self.draft.quiet_until)
        if self.now < due:
            self.draft.due.append(due)
            return
        self.memory.overflow = set()
        self.draft.tell(MessageKind.DIGEST, overflow)

    def _post(self, story: WaitingStory) -> None:
        self.draft.tell(MessageKind.IMMEDIATE, [story])

    # --- digests ---

    def digest(self, pool: Sequence[WaitingStory]) -> None:
        """The channel's digest, if it is due."""
        if not pool:
            return
        if self.channel.digest is None or self.channel.digest.every is not None:
            self._digest_every(pool)
        else:
            self._digest_at(pool)

    def _digest_every(self, pool: Sequence[WaitingStory]) -> None:
        every = self.channel.digest.every if self.channel.digest and self.channel.digest.every else timedelta(0)
        due = min(story.since_at for story in pool) + every
        if self.once or any(story.is_overdue for story in pool):
            due = self.now
        if self.draft.quiet_until is not None:
            due = max(due, self.draft.quiet_until)
        if self.now < due:
            self.draft.due.append(due)
        else:
            self.draft.tell(MessageKind.DIGEST, pool, capped=True)

    def _digest_at(self, pool: Sequence[WaitingStory]) -> None:
        assert self.channel.digest is not None
        slot = schedule.last_slot(self.channel.digest, self.timezone, self.now)
        ready: list[WaitingStory] = []
        if slot is not None and (self.memory.last_slot_at is None or slot > self.memory.last_slot_at):
            ready = [story for story in pool if story.since_at <= slot or story.is_overdue]
        if ready and self.draft.quiet_until is not None:
            self.draft.due.append(self.draft.quiet_until)
        elif ready:
            assert slot is not None
            self.memory.last_slot_at = slot
            self.draft.tell(MessageKind.DIGEST, ready, capped=True, slot_at=slot, delayed=self._is_late(slot))
        if len(ready) < len(pool):
            following = schedule.next_slot(self.channel.digest, self.timezone, self.now)
            if following is not None:
                self.draft.due.append(schedule.quiet_until(self.channel.quiet, self.timezone, following) or following)

    def _is_late(self, slot: datetime) -> bool:
        due = schedule.quiet_until(self.channel.quiet, self.timezone, slot) or slot
        if self.once:
            return self.now - due > _LATE_ONCE
        return self.now - due > _LATE or (self.started_at is not None and due < self.started_at)
