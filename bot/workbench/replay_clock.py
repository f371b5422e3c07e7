"""Entries in order of arrival → the moments at which a replay's stages have something to do.

The law: the clock jumps from one arrival or due time to the next. What comes in while no message can go out is taken
in with what follows it, and the messages are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.core.digests import planner
from bot.model import ChannelId, Priority, RuleSet

_BEYOND = timedelta(days=15)
"""How long after the last entry the clock goes on for what is still due, where nothing else ends it."""
_SLICE = 100
"""Arrivals that are taken in together at most."""


class Arriving(Protocol):
    """An entry that comes in at a time."""

    @property
    def seen_at(self) -> datetime: ...


_In = TypeVar("_In", bound=Arriving)
_Taken = TypeVar("_Taken", bound=Arriving, contravariant=True)
_Out = TypeVar("_Out")
_Sent = TypeVar("_Sent", covariant=True)


class Stages(Protocol[_Taken, _Sent]):
    """What is done when the clock stands still."""

    def take(self, arrivals: Sequence[_Taken]) -> bool:
        """Ingest. Whether something waits for a channel now."""

    def digest(self, now: datetime) -> tuple[Sequence[_Sent], Mapping[ChannelId, datetime]]:
        """What goes out, and when each channel must be looked at again at the latest."""

    def expect(self, now: datetime) -> tuple[Sequence[_Sent], datetime | None]:
        """Notices about rules, and when the next rule with `expect:` becomes quiet, unless it is heard before."""


class ReplayClock:
    """One run over a rule set's channels."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._timezone = ruleset.settings.timezone
        self._due: dict[ChannelId, datetime] = {}
        """When each channel must be looked at again at the latest."""
        self._channels = [
            channel for name, channel in ruleset.channels.items() if any(name in rule.to for rule in ruleset.rules)
        ]
        self._is_patient = all(
            rule.priority is not Priority.URGENT and rule.spike is None and rule.expect is None
            for rule in ruleset.rules
        )
        self._quiet_at: datetime | None = None
        """When a rule with `expect:` becomes quiet, unless it is heard before."""
        self._has_notices = any(rule.spike or rule.expect or rule.max_per_day for rule in ruleset.rules)

    def run(self, stages: Stages[_In, _Out], arrivals: Iterator[_In], until: datetime | None = None) -> Iterator[_Out]:
        """What goes out, in order. `arrivals`: in order of time. `until`: the clock stops there."""
        coming = next(arrivals, None)
        while True:
            together: list[_In] = []
            while coming is not None and len(together) < _SLICE and self._can_wait(coming.seen_at):
                together.append(coming)
                coming = next(arrivals, None)
            due = min(self._due.values(), default=None)
            moments = [due] if due is not None else []
            moments += [coming.seen_at] if coming is not None else []
            if self._quiet_at is not None and (coming is not None or until is not None):  # else the input is over
                moments.append(self._quiet_at)
            if not moments or (until is not None and min(moments) > until):
                return
            now = min(moments)
            while coming is not None and coming.seen_at <= now:
                together.append(coming)
                coming = next(arrivals, None)
            if stages.take(together) or due == now:
                posts, dues = stages.digest(now)
                yield from posts
                # The clock must move, whatever is said to be due.
                soonest = now + timedelta(seconds=1)
                self._due = {channel: max(at, soonest) for channel, at in dues.items()}
                due = min(self._due.values(), default=None)
            if self._has_notices:
                notices, self._quiet_at = stages.expect(now)
                yield from notices
            if due is not None and until is None and coming is None and due > now + _BEYOND:
                return

    def _can_wait(self, at: datetime) -> bool:
        """Whether what comes in at `at` may be taken in at the next due time, with the same messages; if so, that is
        noted."""
        if not self._is_patient:
            return False
        looks = {
            channel.id: planner.look_again_at(channel, self._timezone, self._due.get(channel.id), at)
            for channel in self._channels
        }
        can_wait = all(look > at for look in looks.values())
        if can_wait:
            self._due |= looks
        return can_wait
