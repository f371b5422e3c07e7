"""Unusual volume: what is remembered of a rule's outlets, and a burst of them.

A house is what counts as one voice: an outlet, or all outlets of one owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.news import EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseReport:
    """A house reported in texts of its own, within one clock hour: for the first and the last time."""

    house: str
    entry: EntryId
    """The first of them."""
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Unusually many houses within a rule's window."""

    entry: EntryId
    """The report with which it was too many to be usual."""
    at: datetime
    houses: int
    usual: float
    """Houses in such a window, at this time of the week."""
    window: timedelta
    first: tuple[EntryId, ...]
    """The first reports in the window, of a house each."""
    hours: tuple[int, ...]
    """Houses in each of the last 24 clock hours, the latest last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudTime:
    """From the first report of a burst to its height: no guide to what is usual."""

    begin_at: datetime
    end_at: datetime
    houses: int
    """At its height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeState:
    """What a rule with `spike:` remembers, beside its hours."""

    query: str
    """A hash of what it looks for; another one begins to learn anew."""
    since_at: datetime
    """From here on its reports are known."""
    quiet_below: float | None = None
    """A burst goes on until fewer houses than this report; None: there is none."""
    loud: tuple[LoudTime, ...] = ()
    """The bursts of the last weeks, the latest last."""
    bursts: tuple[Burst, ...] = ()
    """The latest, for the messages that tell of them."""
