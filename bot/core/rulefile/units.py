"""Small values as people write them → durations, instants, sizes, clock times, weekdays, ids; None for all else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.core.text.folding import fold
from bot.core.text.words import runs_of
from bot.model.watch import PersonId

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_BYTES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_SLUG = 40
"""Characters of an id that is made of a name."""
_LEAP = re.compile(r"(:59):60(?=\D|$)")


def duration(text: str) -> timedelta | None:
    """`90s`, `5m`, `6h`, `3d`; `0s` is a duration too. At most 10,000 days."""
    match = re.fullmatch(r"(\d{1,9})([smhd])", text.strip())
    if match is None:
        return None
    seconds = int(match.group(1)) * _SECONDS[match.group(2)]
    return timedelta(seconds=seconds) if seconds <= 10_000 * 86_400 else None


def instant(text: str, zone: tzinfo = UTC) -> datetime | None:
    """ISO 8601, of `zone` where it names no offset. A leap second is the one before it."""
    try:
        at = datetime.fromisoformat(_LEAP.sub(r"\1:59", text.strip()))
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def size(text: str) -> int | None:
    """`5MB`, `500 kB`, `1GiB`, or a number of bytes; never 0."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,3})?)\s*([kKmMgG]?i?[bB]|)", text.strip())
    if match is None:
        return None
    unit = _BYTES.get(match.group(2).lower())
    return None if unit is None else int(float(match.group(1)) * unit) or None


def number(text: str, least: int, most: int) -> int | None:
    """A whole number within bounds, in digits."""
    is_one = re.fullmatch(r"\d{1,9}", text.strip()) and least <= int(text) <= most
    return int(text) if is_one else None


def decimal(text: str, least: float, most: float) -> float | None:
    """A number within bounds, in digits, with at most two behind a point."""
    match = re.fullmatch(r"\d{1,9}(?:\.\d{1,2})?", text.strip())
    return value if match and least <= (value := float(match.group())) <= most else None


def person(text: str) -> PersonId | None:
    """Slack's id of a person, bare or as a mention: `U0ANNA`, `<@U0ANNA>`."""
    match = re.fullmatch(r"([UW][A-Z0-9]{2,})|<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", text.strip())
    return PersonId(match.group(1) or match.group(2)) if match else None


def time_of_day(text: str) -> time | None:
    """`08:30` or `8:30`, local."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if match is None or int(match.group(1)) > 23 or int(match.group(2)) > 59:
        return None
    return time(int(match.group(1)), int(match.group(2)))


def weekdays(text: str) -> frozenset[int] | None:
    """`mon-fri`, `sat`, `mon, wed-fri`, `fri-mon`, `daily`, `weekdays`, `weekends`; 0 is Monday."""
    days: set[int] = set()
    for part in re.split(r"[,\s]+(?![-–])", re.sub(r"\s*[-–]\s*", "-", text.strip().lower())):
        if part in ("daily", "all", "every", "everyday"):
            days |= set(range(7))
        elif part in ("weekdays", "workdays"):
            days |= set(range(5))
        elif part in ("weekends", "weekend"):
            days |= {5, 6}
        else:
            first, dash, last = part.partition("-")
            low, high = _day(first), _day(last if dash else first)
            if low is None or high is None:
                return None
            days |= {(low + step) % 7 for step in range((high - low) % 7 + 1)}
    return frozenset(days)


def _day(text: str) -> int | None:
    for names in (_DAYS, _LONG_DAYS):
        if text in names:
            return names.index(text)
    return None


def yes_or_no(text: str) -> bool | None:
    """YAML's words for true and false."""
    word = text.strip().lower()
    if word in ("true", "yes", "on"):
        return True
    return False if word in ("false", "no", "off") else None


def slug(text: str) -> str:
    """An id made from text: its words folded, joined by `-`, at most 40 characters."""
    words = [re.sub(r"[^\w]+", "-", fold(run)) for run in runs_of(text)]
    return "-".join(words).strip("-")[:_MAX_SLUG].rstrip("-") or "rule"


class Ids:
    """Ids in use. `make` gives one more: as wanted, or with `-2`, `-3` … behind it; at most 40 characters."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def make(self, wanted: str) -> str:
        """An id that is not in use yet, from now on in use."""
        free = wanted
        number = self._numbers.get(wanted, 1)
        while free in self._taken:
            number += 1
            tail = f"-{number}"
            free = wanted[: _MAX_SLUG - len(tail)].rstrip("-") + tail
        self._numbers[wanted] = number
        self._taken.add(free)
        return free
