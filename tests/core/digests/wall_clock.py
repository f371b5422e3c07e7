"""Quiet hours by the clock on the wall, written a second time, plainly."""

from __future__ import annotations

from datetime import datetime

from bot.model import Quiet


def is_quiet(quiet: Quiet, when: datetime) -> bool:
    """Whether the local time `when` is in quiet hours."""
    clock = when.time()
    if quiet.weekends and when.weekday() >= 5:
        return True
    if quiet.start <= quiet.end:  # equal: no hours at all
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end
