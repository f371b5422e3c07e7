"""A time zone as publishers write it → its distance from UTC.

The law: a name means what news sites of the world mean by it; an unknown or absent one is UTC, as feedparser has it.
"""

from __future__ import annotations

import re
from datetime import timedelta

_OFFSET = re.compile(r"(?:GMT|UTC|UT|Z)?\s*([+-])(?:(\d{1,2})[:.]?(\d{2})?|\s(\d{2})(\d{2}))(?!\d)")
"""Also as `- 0400`; behind a space, `- 04:00` would be a clock time, as in `02:00 - 04:00`."""
_PLACE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z_/-]+")
"""A zone by its place: `Europe/Berlin`."""
_IN_WORDS = re.compile(r"\(?((?:[A-Z][a-z]+ ){1,3}Time)\b")
"""`Eastern Standard Time`: its initials are its name."""
_ZONE_MINUTES = {
    name: minutes
    for minutes, names in (
        (-720, "m"),
        (-600, "hst"),
        (-540, "akst"),
        (-480, "pst pt akdt"),
        (-420, "mst mt pdt"),
        (-360, "cst ct mdt"),
        (-300, "est et cdt"),
        (-240, "edt ast clt"),
        (-210, "nst"),
        (-180, "adt brt art"),
        (-150, "ndt"),
        (-60, "a"),
        (0, "ut utc gmt z wet"),
        (60, "bst west cet met mez wat n"),
        (120, "cest mest mesz eet sast cat"),
        (180, "eest msk мск trt eat"),
        (240, "msd gst"),
        (300, "pkt"),
        (330, "ist"),
        (345, "npt"),
        (420, "wib ict"),
        (480, "hkt sgt pht myt wita awst"),
        (540, "jst kst wit"),
        (570, "acst"),
        (600, "aest"),
        (630, "acdt"),
        (660, "aedt"),
        (720, "nzst y"),
        (780, "nzdt"),
    )
    for name in names.split()
}
"""Minutes east of UTC. RFC 822's names, and those that news sites of the world write (feedparser takes these for UTC).
`IST` is India's, `BST` Britain's, `CST` Chicago's."""


_PLACES = {
    name: place
    for place, names in (
        ("America/New_York", "et est5edt"),
        ("America/Chicago", "ct cst6cdt"),
        ("America/Denver", "mt mst7mdt"),
        ("America/Los_Angeles", "pt pst8pdt"),
    )
    for name in names.split()
}
"""Names for summer and winter: `8:30 p.m. ET`."""


def place_of(zone: str) -> str | None:
    """The place whose time a zone is in summer and winter: what is written as one, or stands for one."""
    zone = zone.strip()
    return zone if _PLACE.fullmatch(zone) else _PLACES.get(zone.strip("()").lower())


def is_zone(name: str) -> bool:
    """Whether a name is one of the zones that are known."""
    return name.lower() in _ZONE_MINUTES


def offset_of(zone: str | None) -> timedelta:
    """UTC offset of a zone as written; an unknown or absent one is UTC, as feedparser has it."""
    if not zone:
        return timedelta()
    zone = zone.strip()
    if match := _OFFSET.match(zone):
        minutes = int(match[2] or match[4]) * 60 + int(match[3] or match[5] or 0)
        return timedelta(minutes=-minutes if match[1] == "-" else minutes)
    if match := _IN_WORDS.match(zone):
        zone = "".join(filter(str.isupper, match[1]))
    first, *others = re.findall(r"[^\W\d_]+", zone) or [""]
    names = (first, *(name for name in others if len(name) > 1 and name.isupper()))  # `Uhr MEZ`; `et` is a word
    return timedelta(minutes=next((_ZONE_MINUTES[one] for name in names if (one := name.lower()) in _ZONE_MINUTES), 0))
