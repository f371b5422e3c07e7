"""Settings, headers and publishing instants → spans between polls: rhythm, back-off, Retry-After. Pure arithmetic.

Sources: docs/polling.md; RFC 9110 §10.2.3 (Retry-After), RFC 9111 §4.2 and §5 (freshness), RSS 2.0 (ttl in minutes,
skipHours in GMT), the syndication module of RSS 1.0 (sy:updatePeriod).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

from bot.model import FetchSettings

_UNKNOWN_FACTOR = 12
"""A feed whose rhythm is not known is asked every 12 × `fetch.min` …"""
_UNKNOWN_MOST = timedelta(hours=1)
"""… and at least hourly: once an hour with the defaults (Rachel Kroll's criterion for feeds no faster)."""
_RETRY_CAP = timedelta(hours=24)
"""A Retry-After of ten years is a mistake: no server is left alone for longer than this."""
_EARLIEST, _LATEST = 10**9, 10**11
"""From 2001 to the year 5138: a number of seconds as large as these is an instant as Unix counts them, not a wait."""
QUIET_DEFAULT = timedelta(seconds=60)
"""How long a host is left alone after a 429 that does not say."""
GONE_RECHECK = timedelta(days=7)
"""How often a feed is asked that said twice that it is gone."""
_RHYTHM_ENTRIES = 30
"""How many of the latest entries a feed's rhythm is learnt from."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def first_interval(every: timedelta | None, fetch: FetchSettings) -> timedelta:
    """The interval of a feed whose rhythm is not known yet."""
    if every is not None:
        return max(every, fetch.min)
    return min(max(min(_UNKNOWN_FACTOR * fetch.min, _UNKNOWN_MOST), fetch.min), max(fetch.max, fetch.min))


def interval(
    every: timedelta | None, rhythm: timedelta | None, floors: Iterable[timedelta | None], fetch: FetchSettings
) -> timedelta:
    """The gap between two good polls: `every`; else half the `rhythm`, raised by `floors`, within min and max."""
    if every is not None:
        return max(every, fetch.min)
    wanted = rhythm / 2 if rhythm is not None else first_interval(None, fetch)
    wanted = max([wanted, *(floor for floor in floors if floor is not None)])
    return min(max(wanted, fetch.min), max(fetch.max, fetch.min))


def backoff(base: timedelta, failures: int, jitter: float, every: timedelta | None, fetch: FetchSettings) -> timedelta:
    """After `failures` failed polls in a row: base × 2^failures, jittered by ±20 %, at most max. `jitter` in [0, 1)."""
    most = max(fetch.max, fetch.min, every or timedelta())
    base = max(base, timedelta(seconds=1))
    if failures >= 40 or base >= most:
        return most
    factor: float = 2**failures * (0.8 + 0.4 * jitter)
    return max(min(base * factor, most), fetch.min)


_LONGEST_ANSWER = 200
"""Characters of a Retry-After that are read."""
_SPAN = re.compile(
    r"(?<![\d.])(\d{1,9}(?:\.\d{1,9})?) ?"
    r"((?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-su-z]))",
    re.IGNORECASE,
)
"""A number with its unit, which the standard does not know: `120s`, `30 minutes`, `1h30m`, `PT30S`."""
_AROUND_SPANS = re.compile(r"(?:in |PT?)?(?:T|and|[ ,.])*", re.IGNORECASE)
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_COMMA = re.compile(r",(?!\s*\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))", re.IGNORECASE)
"""Between two values of a header that came twice; none within a date."""
_BESIDE = re.compile(r"[;(].*")
"""A parameter or a comment behind a value."""


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What a Retry-After asks for, at most 24 h; of several values the longest. A date counts from the answer's own
    Date. Rubbish is None."""
    text = headers.get("retry-after", "")[:_LONGEST_ANSWER]
    counted_from = http_date(headers.get("date", "")) or now
    values = (_asked_for(value, counted_from) for value in (text, *_COMMA.split(text)))
    longest = max((value for value in values if value is not None), default=None)
    return None if longest is None else min(longest, _RETRY_CAP)


def _asked_for(text: str, now: datetime) -> timedelta | None:
    """What one value asks for: seconds, with or without a fraction, a unit, quotes; a date; an instant in seconds."""
    text = _BESIDE.sub("", text).strip(" \t\"'").removeprefix("+")
    if (spans := _SPAN.findall(text)) and _AROUND_SPANS.fullmatch(_SPAN.sub("", text)) is not None:
        return timedelta(seconds=min(sum(map(_seconds, spans)), _LATEST))
    if re.fullmatch(r"\d+(?:\.\d*)?", text, re.ASCII):
        whole, _, fraction = text.partition(".")
        seconds = min(int(whole[-18:]) if len(whole) <= 18 else _LATEST, _LATEST) + bool(fraction.strip("0"))
        if seconds < _EARLIEST:
            return timedelta(seconds=seconds)
        until: datetime | None = datetime.fromtimestamp(min(seconds, _LATEST), UTC)
    else:
        until = http_date(text) or _iso_instant(text)
    wait = until - now if until is not None else timedelta()
    return wait if wait > timedelta() else None


def _iso_instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _seconds(span: tuple[str, str]) -> float:
    number, unit = span[0], span[1].lower()
    return float(number) * (0.001 if unit.startswith(("ms", "mil")) else _UNITS[unit[0]])


def host_quiet_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long a host that answered 429 is left alone."""
    return retry_after(headers, now) or QUIET_DEFAULT


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer says it stays fresh: max-age less Age, else Expires from its own Date. None: says nothing."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return None
    match = re.search(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", control)
    if match:
        age = re.fullmatch(r"\d{1,12}", headers.get("age", "").strip())
        return timedelta(seconds=max(0, min(int(match[1]), 10**9) - (int(age[0]) if age else 0)))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    rest = expires - (http_date(headers.get("date", "")) or now)
    return rest if rest > timedelta() else None


def http_date(text: str) -> datetime | None:
    """An HTTP date (any of its three forms), aware, or None for anything else."""
    text = text.strip()
    if not text or not any(character.isalpha() for character in text):
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)


def rhythm(instants: Iterable[datetime]) -> timedelta | None:
    """The median gap between the latest publishing instants; None for fewer than two distinct ones."""
    latest = sorted(set(instants), reverse=True)[:_RHYTHM_ENTRIES]
    if len(latest) < 2:
        return None
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(latest)]
    return timedelta(seconds=median(gaps))


def longest_gap(instants: Iterable[datetime]) -> timedelta | None:
    """The longest gap between the latest publishing instants."""
    latest = sorted(set(instants), reverse=True)[:_RHYTHM_ENTRIES]
    return max((later - earlier for later, earlier in pairwise(latest)), default=None)


def after_skips(at: datetime, hours: Collection[int], days: Collection[int]) -> datetime:
    """`at`, or the first moment after it outside the hours (UTC) and days (0: Monday) that nobody needs to ask in.

    A feed that skips every hour or every day means something else: then nothing is skipped.
    """
    if not {*range(24)} - set(hours):
        hours = ()
    if not {*range(7)} - set(days):
        days = ()
    for _ in range(24 * 8):
        if at.weekday() in days:
            at = (at + _DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        elif at.hour in hours:
            at = (at + _HOUR).replace(minute=0, second=0, microsecond=0)
        else:
            break
    return at
