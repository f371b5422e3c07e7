"""What people write in a rules file, by mistake or as another tool has it → what to write instead.

The law of this file: a hint is given for a word that says what was meant and nothing else; typing errors are for
`nearest`. What other tools call a key of ours, and what there is no key for, is data (`keys.txt`, `instead.txt`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta

from bot.core.language.word_lists import said_instead, word_list
from bot.core.text.suggest import nearest

_SIZES = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_UNITS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3_600, "hr": 3_600, "hrs": 3_600, "hour": 3_600, "hours": 3_600,
    "d": 86_400, "day": 86_400, "days": 86_400,
    "w": 604_800, "wk": 604_800, "week": 604_800, "weeks": 604_800,
    "mo": 2_592_000, "month": 2_592_000, "months": 2_592_000,
    "y": 31_536_000, "yr": 31_536_000, "year": 31_536_000, "years": 31_536_000,
}  # fmt: skip
_PART = re.compile(r"(\d{1,18}(?:[.,]\d{1,3})?)\s*([a-z]+)\s*(?:,|and)?\s*")
_ONE = re.compile(r"\b(?:an?|one)\s+(?=[a-z])")
_ISO = re.compile(r"p(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?")
_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.|uhr|h)?|(\d{2})(\d{2})", re.IGNORECASE
)
_MOST = 10_000 * 86_400
"""Seconds: ten thousand days, beyond which a number is a slip."""


# --- keys ---


def meant_key(name: str, keys: Collection[str]) -> str:
    """The key that a word of another tool, or a typing error, stands for; "": nobody knows."""
    word = _plain(name)
    return word if word in keys else _called(word, keys) or nearest(name, tuple(keys)) or ""


def key_hint(name: str, keys: Collection[str]) -> str:
    """What to write instead of a key that the mapping with these keys does not have."""
    word = _plain(name)
    if word not in keys and not _called(word, keys):
        kinds = [kind for kind, key in (("of_rule", "when"), ("request", "headers")) if key in keys]
        if said := next((said_instead(kind)[word] for kind in (*kinds, "key") if word in said_instead(kind)), ""):
            return said
        if place := said_instead("place").get(word):
            return f"{word} stands under {place}"
    meant = meant_key(name, keys)
    return f"did you mean {meant}?" if meant else f"keys are {', '.join(keys)}"


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _called(word: str, keys: Collection[str]) -> str:
    return next((key for key, words in word_list("keys").items() if key in keys and word in words), "")


# --- durations, numbers, clock times ---


def duration_hint(text: str) -> str:
    """`1w`, `3 days`, `1h30m`, `1.5h`, `P1DT12H` → `write 7d`; else how a duration is written."""
    generic = "write it like 90s, 5m, 6h or 3d"
    seconds = _seconds(text.strip().lower())
    if seconds is None or seconds != int(seconds) or seconds < 1:
        return generic
    if seconds > _MOST:
        return "at most 10,000 days: write 10000d"
    unit = next(unit for unit, size in _SIZES.items() if seconds % size == 0)
    return f"write {int(seconds) // _SIZES[unit]}{unit}"


def duration_of(text: str) -> timedelta | None:
    """The same for where people type, and no file is to be mended: `4 hours`, `a day`, `1h30m`; None: it is none, or
    0."""
    seconds = _seconds(text.strip().lower())
    return timedelta(seconds=int(seconds)) if seconds is not None and 1 <= seconds <= _MOST else None


def _seconds(text: str) -> float | None:
    text = _ONE.sub("1 ", text)
    iso = _ISO.fullmatch(text)
    if iso is not None and any(iso.groups()):
        sizes = (604_800, 86_400, 3_600, 60, 1)
        return sum(int(number) * size for number, size in zip(iso.groups(), sizes, strict=True) if number)
    total, at = 0.0, 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part[2] not in _UNITS:
            return None
        total += float(part[1].replace(",", ".")) * _UNITS[part[2]]
        at = part.end()
    return total if at else None


def number_hint(text: str) -> str:
    """`1_000`, `1,000`, `1 000` → `write 1000`; "": what else is no number needs no word."""
    parts = re.fullmatch(r"\d{1,3}(?:[_,.'’\s]\d{3})+", text.strip())
    return f"write {re.sub(r'[^0-9]', '', parts.group())}" if parts else ""


def clock_of(text: str) -> str:
    """`8.30`, `8:30 pm`, `0830`, `08:30:00`, `17h` → `08:30`; "": it is no clock time."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None or not (match[2] or match[3] or match[4]):
        return ""
    hour, minute = (int(match[4]), int(match[5])) if match[4] else (int(match[1]), int(match[2] or 0))
    half = (match[3] or "").lower().replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "pm" else 0)
    hour = 0 if (hour, minute) == (24, 0) else hour
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def clock_hint(text: str) -> str:
    clock = clock_of(text)
    return f'write "{clock}"' if clock else 'write it like "08:30", hours 0 to 23'


def quiet_hint(text: str) -> str:
    """`22:00-07:00` → `write {from: "22:00", to: "07:00"}`."""
    parts = re.split(r"\s*(?:[-–—]|to|until)\s*", text.strip())
    begin, end = (clock_of(part) for part in (*parts, "", "")[:2])
    return f'write {{from: "{begin or "19:00"}", to: "{end or "07:30"}"}}'


def digest_hint(text: str) -> str:
    """`1h`, `08:30`, `daily` → a digest with `every:` or `at:`."""
    every = re.fullmatch(r"write (\w+)", duration_hint(text))
    if every is not None:
        return f"write {{every: {every[1]}}}"
    clock = clock_of(text)
    return f'write {{at: ["{clock}"]}}' if clock else 'write {every: 30m}, or {at: ["08:30"]}'
