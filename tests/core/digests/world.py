"""A channel, its stories and a clock: the planner as the digest stage drives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.core.digests.message import Message
from bot.core.digests.planner import plan
from bot.model import (
    Channel,
    ChannelId,
    ChannelState,
    DigestPlan,
    EntryId,
    Immediate,
    Posted,
    Priority,
    Quiet,
    RuleId,
    StoryId,
    Waiting,
    WaitingKind,
)
from tests.builders import channel

DESK = ChannelId("desk")

NIGHT = Quiet(start=time(19), end=time(7, 30))


def at(clock: str, day: int = 2) -> datetime:
    """June 2026, UTC; the 2nd is a Tuesday."""
    return datetime.fromisoformat(f"2026-06-{day:02d}T{clock}").replace(tzinfo=UTC)


@dataclass
class World:
    """Drives `plan` minute by minute the way the pipeline does, and keeps what came out."""

    channel: Channel
    zone: str = "UTC"
    started_at: datetime | None = None
    state: ChannelState = field(default_factory=lambda: ChannelState(channel=DESK))
    waiting: list[Waiting] = field(default_factory=list)
    posted: dict[StoryId, Posted] = field(default_factory=dict)
    sent: list[tuple[datetime, Message]] = field(default_factory=list)
    entries: int = 0

    def arrive(
        self,
        story: int,
        seen: datetime,
        *,
        priority: Priority = Priority.NORMAL,
        rule: str | None = "r",
        changes: tuple[str, ...] = (),
        update: bool = False,
    ) -> None:
        self.entries += 1
        known = self.posted.get(StoryId(story))
        kind = WaitingKind.NEW
        if known is not None:
            pressing = rule is not None and priority > known.priority
            kind = WaitingKind.UPDATE if update or pressing else WaitingKind.REPORT
            rule = rule if pressing else None
        elif rule is None:
            return
        self.waiting.append(
            Waiting(
                channel=DESK,
                story=StoryId(story),
                entry=EntryId(self.entries),
                rule=RuleId(rule) if rule else None,
                priority=priority,
                kind=kind,
                since_at=seen,
                changes=changes,
            )
        )

    def tick(self, now: datetime, **more: Any) -> datetime | None:
        made = plan(
            self.channel, self.zone, self.state, self.waiting, self.posted, now, started_at=self.started_at, **more
        )
        self.state = made.state
        done = set(made.settled)
        assert done <= set(self.waiting)
        self.waiting = [row for row in self.waiting if row not in done]
        for message in made.messages:
            self.sent.append((now, message))
            for story in message.stories:
                before = self.posted.get(story)
                if before is None or message.thread_of is None:
                    self.posted[story] = Posted(
                        channel=DESK,
                        story=story,
                        delivery_key=f"{message.kind}:{now.isoformat()}:{message.stories[0]}",
                        kind=message.kind,
                        priority=max((row.priority for row in message.rows), default=Priority.NORMAL),
                        rules=(),
                        posted_at=now,
                        last_told_at=now,
                    )
        return made.next_due_at

    def run(self, arrivals: Iterable[tuple[datetime, int, Mapping[str, Any]]], until: datetime) -> None:
        """Jumps from event to event as `replay` does."""
        queue = sorted(arrivals, key=lambda item: item[0])
        now = queue[0][0]
        for _ in range(10_000):
            while queue and queue[0][0] <= now:
                seen, story, more = queue.pop(0)
                self.arrive(story, seen, **more)
            due = self.tick(now)
            following = [moment for moment in (due, queue[0][0] if queue else None) if moment is not None]
            if not following or min(following) > until:
                return
            assert min(following) > now or due == now, "the clock must move"
            now = max(min(following), now)
        raise AssertionError("never ends")

    def told(self) -> list[tuple[str, str, tuple[int, ...]]]:
        return [(f"{when:%d %H:%M}", message.kind.value, tuple(message.stories)) for when, message in self.sent]


AT = channel(digest=DigestPlan(at=(time(8, 30), time(17))))

EVERY = channel(digest=DigestPlan(every=timedelta(minutes=15)))

NOW = channel(immediate=Immediate(per_hour=3), follow="update")


def arrivals(*texts: str, **more: Any) -> list[tuple[datetime, int, dict[str, Any]]]:
    """`"08:00 1"`: story 1 at eight; `"3T08:00 1"` on the third."""
    made = []
    for text in texts:
        when, story = text.split()
        day, _, clock = when.rpartition("T")
        made.append((at(clock, int(day or 2)), int(story), dict(more)))
    return made
