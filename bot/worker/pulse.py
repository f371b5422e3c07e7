"""Once a day the channel named ops hears how things stand: silence then means something."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.app import clock
from bot.core.text.plural import counted
from bot.core.text.times import zoned_time
from bot.messages import OPS
from bot.model import Notice
from bot.ports import Store, Writer
from bot.worker.rules import RulesInForce

_EVERY = timedelta(hours=24)
"""Once a day the log says that all is well."""
_PULSE_AT = "pulse_at"
"""The fact that says when ops last heard."""


class Pulse:
    """`beat` it now and then."""

    def __init__(self, store: Store, write: Writer, rules: RulesInForce, started_at: datetime) -> None:
        self._store = store
        self._write = write
        self._rules = rules
        self._started_at = started_at

    async def beat(self) -> None:
        """A notice, if a day has passed since the last one; nothing on the first day, or without ops."""
        if OPS not in self._rules.ruleset.channels:
            return
        now = clock()
        last = await self._write(self._store.get_fact, _PULSE_AT)
        # One in the future was written while the system clock was ahead.
        if last is not None and timedelta() <= now - datetime.fromisoformat(last) < _EVERY:
            return
        if last is not None:
            notice = Notice(key=f"pulse:{now:%Y-%m-%d}", text=await self._write(self._text), at=now)
            await self._write(self._store.add_notices, [notice])
        await self._write(self._store.save_facts, {_PULSE_AT: now.isoformat()})

    def _text(self) -> str:
        counts, timezone = self._store.counts(), self._rules.ruleset.settings.timezone
        health = [state.health for feed, state in self._store.feed_states().items() if feed in self._rules.feeds]
        troubled = sum(one.is_bad for one in health)
        messages = sum(counts.outbox.get(state, 0) for state in ("paused", "unknown", "unsettled", "dead"))
        feeds, entries = counted(len(self._rules.feeds), "feed", "feeds"), counted(counts.entries, "entry", "entries")
        sent = counted(counts.outbox.get("sent", 0), "message", "messages")
        return (
            f"At work since {zoned_time(self._started_at, timezone)}: {feeds}, {troubled} with a problem; {entries} "
            f"in the archive; {sent} sent, {messages} held. `wirewatch status` has the details."
        )
