"""A worker's sign of life, as it is kept in the store's facts: who it is, what it does, when it last said so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.codec import loads

_SILENT_AFTER = timedelta(seconds=60)
"""A worker beats every 5 s; one that has not for so long hangs or was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """One beat."""

    state: str = "never ran"
    """`running`, `stopped`, `done` (after `run --once`); `silent` (see `as_of`); `never ran`; `unknown`: the
    store could not be asked."""
    process: str = ""
    version: str = ""
    started_at: datetime | None = None
    beat_at: datetime | None = None
    polling: int = 0
    """Polls under way."""

    @classmethod
    def load(cls, text: str | None) -> Heartbeat:
        """From the fact; None: no worker has run on the store yet."""
        return loads(cls, text) if text else cls()

    def row(self) -> dict[str, Any]:
        """As `status --json` shows it."""
        if self.beat_at is None:
            return {"state": self.state}
        return {
            "state": self.state,
            "process": self.process,
            "version": self.version,
            "started_at": None if self.started_at is None else self.started_at.isoformat(timespec="seconds"),
            "beat_at": self.beat_at.isoformat(timespec="seconds"),
            "polling": self.polling,
        }

    def as_of(self, now: datetime) -> Heartbeat:
        """With the state `silent` for a worker that should run and gives no sign of life."""
        is_silent = self.state == "running" and self.beat_at is not None and now - self.beat_at > _SILENT_AFTER
        return replace(self, state="silent") if is_silent else self
