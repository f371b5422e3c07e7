"""A time zone as people write it → the name of the zone that shows the same hours.

Source of the names: the tz database. Mind its signs: `Etc/GMT-2` is two hours ahead of UTC. Abbreviations and odd
offsets are data (`zones.txt`).
"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from bot.core.language.word_lists import word_list
from bot.core.late_pattern import late_pattern
from bot.core.text.suggest import nearest

_OFFSET = late_pattern(r"(?:UTC|GMT|Z)?\s*([+-−])\s*(\d{1,2})(?::?(00|15|30|45))?", re.IGNORECASE)


def nearest_timezone(name: str) -> str:
    """The zone that `name` most likely means, or ""."""
    if (offset := _OFFSET.fullmatch(name)) is not None:
        return _zone_of_offset(offset)
    if written_so := _zone_written(name.upper()):
        return written_so
    zones = {zone.lower(): zone for zone in sorted(available_timezones())}
    written = re.sub(r"\s+", "_", name.strip()).lower()
    if written in zones:
        return zones[written]
    cities = {zone.rpartition("/")[2]: full for zone, full in zones.items() if "/" in zone and "etc/" not in zone}
    if written in cities:
        return cities[written]
    # Letters of an unknown zone are no slip of another zone's: its hours would be others.
    if len(written) <= 4 and "/" not in written:
        return ""
    return zones.get(nearest(written, tuple(zones)), "") or cities.get(nearest(written, tuple(cities)), "")


def _zone_written(name: str) -> str:
    return next((zone for zone, names in word_list("zones").items() if name in names), "")


def _zone_of_offset(offset: re.Match[str]) -> str:
    sign, hours, minutes = "+" if offset.group(1) == "+" else "-", int(offset.group(2)), offset.group(3) or "00"
    if minutes != "00":
        return _zone_written(f"{sign}{hours}:{minutes}")
    if hours == 0:
        return "UTC"
    if hours > (14 if sign == "+" else 12):
        return ""
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
