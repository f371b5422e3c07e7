"""A long Retry-After → a fact in the store, and back at the next start: a restart asks Slack no earlier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sinks.slack.answers import LONGEST_PATIENCE
from bot.sinks.slack.calls import Pacer
from bot.sinks.slack.outbox import Outbox

_FACT = "slack_patience:"
"""Before a method's name: until when nobody calls it."""
_LONG = 60.0
"""Seconds; a shorter wait is over about as soon as a new worker is at work."""


class Patience:
    """What of the pacer's holds outlives the process."""

    def __init__(self, pacer: Pacer, clock: Callable[[], datetime]) -> None:
        self._pacer, self._clock = pacer, clock
        self._kept: dict[str, float] | None = None
        """The holds that the store knows, by method, in the pacer's time; None: not read yet."""

    async def keep(self, outbox: Outbox) -> None:
        """At first takes up what an earlier process was told, later keeps what is new. Raises StoreError."""
        if self._kept is None:
            now = self._clock()
            for name, until in (await outbox.write(outbox.store.facts, _FACT)).items():
                seconds = (datetime.fromisoformat(until) - now).total_seconds()
                if seconds > 0:
                    self._pacer.hold(
                        name.removeprefix(_FACT), min(seconds, LONGEST_PATIENCE)
                    )  # the clock may be another
            self._kept = dict(self._pacer.holds)
            return
        new = {
            method: until
            for method, until in self._pacer.holds.items()
            if until != self._kept.get(method) and self._pacer.held_for(method) >= _LONG
        }
        if not new:
            return
        now = self._clock()
        untils = {method: now + timedelta(seconds=self._pacer.held_for(method)) for method in new}
        await outbox.write(
            outbox.store.save_facts, {f"{_FACT}{method}": until.isoformat() for method, until in untils.items()}
        )
        self._kept |= new
