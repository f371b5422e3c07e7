"""Years of other calendars → ours, where no year of ours could be meant.

The law: never a wrong date. Years of the Buddhist era (543 ahead) and of Iran's calendar (621 behind) are none that
news could bear in ours; those of the Islamic calendar are not read: when its months begin is seen, not counted.
"""

from __future__ import annotations

from datetime import date, timedelta

_BUDDHIST = range(2_533, 2_700)
"""Buddhist years from 1990 on."""
_IRANIAN = range(1_369, 1_410)
"""Years of Iran's calendar from 1990 on; the Islamic ones from 1990 on begin with 1410."""
_FIRST = date(1990, 3, 21)
"""The first day of 1369."""


def our_year(year: int) -> int:
    """A year of our era; a Buddhist one as ours, any other as it stands."""
    return year - 543 if year in _BUDDHIST else year


def from_iranian(year: int, month: int, day: int) -> date | None:
    """The day of ours that one of Iran's calendar is; None where there is no such day, or an Islamic one may be meant.

    In 33 years eight have a day more, as that calendar does from 1925 to 2088 (Borkowski 1996).
    """
    last = 31 if month <= 6 else 30 if month < 12 or _has_a_day_more(year) else 29
    if year not in _IRANIAN or not 1 <= month <= 12 or not 1 <= day <= last:
        return None
    days = 365 * (year - _IRANIAN.start) + sum(map(_has_a_day_more, range(_IRANIAN.start, year)))
    return _FIRST + timedelta(days=days + 30 * (month - 1) + min(month - 1, 6) + day - 1)


def _has_a_day_more(year: int) -> bool:
    return (25 * year + 11) % 33 < 8
