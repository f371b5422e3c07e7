"""What is remembered of a rule with `expect:`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How long ago a rule was heard, and whether ops was told that it is quiet."""

    at_least: int
    """Stories that are expected."""
    since_at: datetime
    """From here on so many of its stories are known."""
    latest: tuple[datetime, ...] = ()
    """When its latest stories came in, as many as are expected; those of a mute or a snooze left out."""
    quiet_since_at: datetime | None = None
    """From when on it is quiet, as ops was told; None: it is not."""
