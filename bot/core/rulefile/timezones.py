"""A time zone as people write it → the name of the zone that shows the same hours.

Source of the names: the tz database. Mind its signs: `Etc/GMT-2` is two hours ahead of UTC.
"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from bot.core.late_pattern import late_pattern
from bot.core.text.suggest import nearest

_OFFSET = late_pattern(r"(?:UTC|GMT|Z)?\s*([+-−])\s*(\d{1,2})(?::?(00|15|30|45))?", re.IGNORECASE)
_ODD_OFFSETS = {
    "-3:30": "America/St_Johns", "-9:30": "Pacific/Marquesas", "+3:30": "Asia/Tehran", "+4:30": "Asia/Kabul",
    "+5:30": "Asia/Kolkata", "+5:45": "Asia/Kathmandu", "+6:30": "Asia/Yangon", "+8:45": "Australia/Eucla",
    "+9:30": "Australia/Darwin", "+10:30": "Australia/Lord_Howe", "+12:45": "Pacific/Chatham",
}  # fmt: skip
_ABBREVIATIONS = {
    "Z": "UTC", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "MT": "America/Denver", "MDT": "America/Denver", "CT": "America/Chicago", "CST": "America/Chicago",
    "CDT": "America/Chicago", "ET": "America/New_York", "EDT": "America/New_York", "AKST": "America/Anchorage",
    "AKDT": "America/Anchorage", "AST": "America/Halifax", "ADT": "America/Halifax", "NST": "America/St_Johns",
    "BRT": "America/Sao_Paulo", "ART": "America/Argentina/Buenos_Aires", "BST": "Europe/London",
    "WEST": "Europe/Lisbon", "CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin",
    "EEST": "Europe/Athens", "TRT": "Europe/Istanbul", "MSK": "Europe/Moscow", "SAST": "Africa/Johannesburg",
    "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos", "GST": "Asia/Dubai", "PKT": "Asia/Karachi", "IST": "Asia/Kolkata", "ICT": "Asia/Bangkok",
    "WIB": "Asia/Jakarta", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "PHT": "Asia/Manila", "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul", "AWST": "Australia/Perth", "ACST": "Australia/Adelaide", "ACDT": "Australia/Adelaide",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip
"""What newsrooms write; of several meanings the one with the most people."""


def nearest_timezone(name: str) -> str:
    """The zone that `name` most likely means, or ""."""
    if (offset := _OFFSET.fullmatch(name)) is not None:
        return _zone_of_offset(offset)
    if name.upper() in _ABBREVIATIONS:
        return _ABBREVIATIONS[name.upper()]
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


def _zone_of_offset(offset: re.Match[str]) -> str:
    sign, hours, minutes = "+" if offset.group(1) == "+" else "-", int(offset.group(2)), offset.group(3) or "00"
    if minutes != "00":
        return _ODD_OFFSETS.get(f"{sign}{hours}:{minutes}", "")
    if hours == 0:
        return "UTC"
    if hours > (14 if sign == "+" else 12):
        return ""
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
