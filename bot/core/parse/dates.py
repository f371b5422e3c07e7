"""A date as a publisher wrote it → an aware UTC instant, or None when it cannot be believed.

The law: a date more than 24 h ahead, before 1990, missing or unreadable is None (the entry counts from first sight).
The two forms that nearly every feed uses are read here; the rest by feedparser, except where it is wrong: numbers
(`1795500000` is an instant, not the year 1795), Chinese, Japanese and Korean dates, zones it takes for UTC, and
anything that would depend on the clock or zone of this machine.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedparser.datetimes.greek import _parse_date_greek
from feedparser.datetimes.hungarian import _parse_date_hungarian
from feedparser.datetimes.korean import _parse_date_nate, _parse_date_onblog
from feedparser.datetimes.perforce import _parse_date_perforce
from feedparser.datetimes.rfc822 import _parse_date_rfc822
from feedparser.datetimes.w3dtf import _parse_date_w3dtf

from bot.core.language.date_words import halves, in_plain_words, month_of, persian_month_of
from bot.core.parse.calendars import from_iranian, our_year
from bot.core.parse.markup import without_cdata
from bot.core.parse.offsets import is_zone, offset_of, place_of
from bot.core.parse.tidy_dates import tidied

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MAX_AHEAD = timedelta(hours=24)
"""A date further ahead than any time zone and wrong clock explain counts as absent."""
_QUOTES = "\"'`“”‘’<> "
_ODD_CLOCK = re.compile(r":(?=\d(?!\d))|--(?=\d\d:?\d\d$)")
"""What stands before a lone figure of a clock time (`9:5:3`), and a sign twice before a zone (`--0500`)."""
_WIDE_CLOCK = re.compile(r"(?<=\d) h (?=[0-5]\d\b)|(?:(?<=\d{4} [01]\d)|(?<=\d{4} 2[0-3]))(?=[0-5]\d ?(?:Z|UTC|GMT)$)")
"""Where a clock time has no colon: `10 h 30`, and `24 Nov 2026 1000Z` as meteorologists and soldiers write."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LONGEST = 1_000
"""Characters of a date that are looked at, its markup included; more of them would only cost time."""

_RFC822 = re.compile(
    r"(?:\(?[A-Za-z]+\)?\.?(?:,\s*|\s+))?(\d{1,2})[\s-]?([A-Za-z]{3,9})\.?,?[\s-](\d{4}|\d{2}(?!\d))"
    r"(?:,?\s*(\d{1,2})([:.])(\d{2})(?:\5(\d{2})(?:\.\d+)?)?)?\s*(.*)$"
)
"""Also as Oracle writes, `27-NOV-26 10.00.00.000000 AM`."""
_ISO = re.compile(
    r"(?:[^\W\d]+\.?,\s+)?(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt ]|,|\s[-–|]\s|\skl\.?\s)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?:Z(?=[+-]))?"
    r"(Z|z|[+-]\d{2}:?\d{2}Z?|[+-]\d{2}|(?:GMT|UTC) ?[+-]\d{1,2}(?::?\d\d)?|[A-Z][a-z]+/[\w/-]+|[A-Za-z]{1,5}\.?)?"
    r"(?:\[([\w/+-]+)\]|(?<=\d)\s+\(?([A-Z]{1,5})\)?)?$"
)
_CJK = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]"
    r"[^\d]*(?:(\d{1,2})\s*[時时點点시:：]\s*(?:(\d{1,2})\s*[分분:：]?)?\s*(?:(\d{1,2})\s*[秒초]?)?)?\s*(.*)$"
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?|(\d{2})(\d{2})(\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_NUMBER = re.compile(r"(?:/Date\(|@)?(-?\d{9,19}(?:\.\d+)?|\d\.\d+[eE]\+?(?:09|9|12))(?:(?:[+-]\d{4})?\)/)?$")
"""Also as .NET (`/Date(1795773600000)/`) and as templates write floats (`1.7957736e+09`)."""


_WORDS = re.compile(
    r"(?:[^\s\d.,:;<>/]+[.,]?\s+){0,2}(?:ה-?)?(\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|de)?\s*"
    r"(?:of\s+|de\s+|d['’]|ב)?([^\W\d][^\s\d.,/:-]*)\.?,?\s+"
    r"(?:de[l]?\s+)?(\d{4})\.?(?:,?\s+(?:[-–|@]\s+)?(?:[^\W\d]+\.?\s+)?(\d{1,2})[:h.](\d{2})(?:[:.](\d{2}))?)?\s*(.*)$"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})\.?\s+(?:[^\W\d]+\.?\s+)??([^\W\d]+)\.?\s+(\d{1,2})\.?"
    r"(?:,?\s+(?:[^\W\d]+[.,]*\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?\s*(.*)$"
)
"""`2026. november 27. 10:00` as Hungarians write, `2026 m. lapkričio 27 d.`"""
_YEAR_THEN_DAY = re.compile(r"(\d{4})\.?\s+[^\W\d]+\s+(\d{1,2}\.\s+[^\W\d]+)(.*)$")
"""`2026. gada 27. novembris`."""
_NUMBERED = re.compile(r"(?:\D{0,40}\s)?(\d{1,2})\s+tháng\s+(\d{1,2})(?:,|\s+năm)?\s+(\d{4})(.*)$", re.IGNORECASE)
"""`ngày 27 tháng 11 năm 2026`: Vietnamese months have numbers."""
_DAY_OR_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+\d?\.?,?\s+)?(\d{1,2})([./-])(?:(?<=\.) )?(\d{1,2})\2(?:(?<=\.) )?(\d{4}|\d{2})\.?(?: ?г\.)?"
    r"(?:,?[T\s]+(?:[-–|@]\s*)?(?:[^\W\d]+\.?\s+)?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?)?\s*([AaPp]\.?\s?[Mm]\.?)?\s*(.*)$"
)
_CLOCK_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm](?: [A-Z]{2,5})?)?),?\s+(\D*\d.*)$")
_LABELLED = re.compile(
    r"[^\W\d](?:[^\d:<>]{2,30}:|[^\W\d]{2,20}\s(?:on|le|am|el|em|il|op)\s)\s*(\S*\d.*|[^\W\d]+\.?,?\s+\d.*)$"
)
"""`Published: 27 November 2026`, `Publié le 27 novembre 2026`."""
_TIME_TAG = re.compile(r"""\s*<time\b[^<>]*?\sdatetime\s*=\s*["']([^"'<>]*)["'][^<>]*>([^<>]*)""", re.IGNORECASE)
"""HTML's element for a date, which Drupal puts into `<pubDate>`."""
_NAMED = re.compile(r"(?:[^\W\d]+\.?,?\s+)?([^\W\d]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(.*?)\s*$")
"""`Nov 24, 2026 10:00 AM`, and asctime's `Tue Nov 24 10:00:00 2026`."""
_WORD_BETWEEN = re.compile(r"(?:de\s+)?(?!del?\b)[^\W\d_]{3,}")
"""A word between day and year, other than Spanish `noviembre 24 del 2026`."""
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?\s?[Mm]\b\.?)?")
_HOUR = re.compile(r"(?<![\d:.])(\d{1,2})\s?(?=[AaPp]\.?\s?[Mm]\b)([AaPp])\.?\s?[Mm]\b\.?")
"""`10am`."""
_H = re.compile(r"(?:[\s,]|\b(?:à|às|a las?|alle|ora|ore|um|om|at|kl)\b\.?)*(\d{1,2})\s?h\b\s*(.*)$", re.IGNORECASE)
"""`à 10h`. Behind another word or sign, or before one, it is a duration: `| 3 h`, `updated 3h ago`, `vor 3 h`."""
_HALF_DAY = re.compile(r"[AaPp]\.?\s?[Mm]\b\.?")
"""`AM`, `p.m.`, `a. m.`: of which `a` alone would be a zone."""
_YEAR = re.compile(r"\b((?:19|20|25)\d{2})\b")
"""Of our era, or the Buddhist one."""

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HYPHENS = re.compile(r"(?<=\d)[\u2010-\u2013](?=\d)")
"""Typographic ones within a date; between spaces they part it from its clock time."""
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Invisible characters, such as the left-to-right mark that Windows puts before dates."""
_EN_MONTHS = {name: number for number, name in enumerate(_ENGLISH, start=1)}


def believable(instant: datetime | None, seen_at: datetime) -> datetime | None:
    """`instant` unless it is before 1990 or more than 24 h after `seen_at`."""
    if instant is None or instant < _EARLIEST or instant > seen_at + _MAX_AHEAD:
        return None
    return instant


def read_date(text: str | None) -> datetime | None:
    """The instant that a date string names, in UTC, however far away; None when it names none."""
    if not text:
        return None
    text = text.strip()[:_LONGEST]
    if "<" in text and (tag := _TIME_TAG.match(text)) is not None:
        return read_date(tag[1]) or read_date(tag[2])
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text or text[:1] in _QUOTES:
        text = without_cdata(html.unescape(text)).strip(_QUOTES)
    text = _ODD_CLOCK.sub(lambda odd: ":0" if odd[0] == ":" else "-", text)
    text = " ".join(in_plain_words(_MARKS.sub("", text)).split())[:100].replace("\u2212", "-")
    text = _WIDE_CLOCK.sub(":", _HYPHENS.sub("-", text))
    for form in _forms(text):
        for read in _READERS:
            try:
                instant = read(form)
            except (ValueError, OverflowError, KeyError, AttributeError, IndexError, TypeError):
                continue
            if instant is not None:
                return instant
    return None


def _forms(text: str) -> Iterator[str]:
    """The text; the same with its clock time behind; without a label before it."""
    yield text
    if (match := _CLOCK_FIRST.match(text)) is not None:
        yield f"{match[2]} {match[1]}"
    elif (match := _LABELLED.match(text)) is not None:
        yield match[1]
        if (match := _CLOCK_FIRST.match(match[1])) is not None:
            yield f"{match[2]} {match[1]}"
    elif (match := _YEAR_THEN_DAY.match(text)) is not None:
        yield f"{match[2]} {match[1]}{match[3]}"
    with suppress(ValueError, OverflowError):  # no such day: 2026-W54
        if (tidy := tidied(text)) != text:
            yield tidy


def _instant(year: int, month: int, day: int, clock: tuple[str | None, ...] = (), zone: str | None = None) -> datetime:
    year = our_year(year)
    hour, minute, second = (int(part or 0) for part in (*clock, None, None, None)[:3])
    extra = timedelta()
    if hour == 24 and not minute and not second:  # ISO 8601's end of day
        hour, extra = 0, timedelta(days=1)
    second = min(second, 59)  # leap seconds
    if zone and (place := place_of(zone)) is not None:
        with suppress(ZoneInfoNotFoundError):
            return datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(place)).astimezone(UTC) + extra
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC) + extra - offset_of(zone)


def _year(text: str) -> int:
    year = int(text)
    if len(text) <= 2:
        year += 1900 if year >= 90 else 2000
    return year


def _read_rfc822(text: str) -> datetime | None:
    match = _RFC822.match(text)
    if match is None or (month := _EN_MONTHS.get(match[2].lower())) is None:
        return None
    zone = match[8]
    hour = match[4]
    if hour is None and any(character.isdigit() for character in zone):  # `27 november 2026 kl. 10.00`
        return None
    if (half := _HALF_DAY.match(zone)) is not None:
        hour, zone = _hour(hour, zone), zone[half.end() :]
    return _instant(_year(match[3]), month, int(match[1]), (hour, match[6], match[7]), zone)


def _read_iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    hour, zone = match[4], match[7] or match[8] or match[9]
    if (zone or "").lower() in ("am", "pm"):
        hour, zone = _hour(hour, zone), None
    return _instant(*_day(*match.group(1, 2, 3)), (hour, match[5], match[6]), zone)


@cache
def _slashed() -> re.Pattern[str]:
    before = "|".join((*halves(0), *halves(1)))
    return re.compile(
        r"(\d{4})[/.] ?(\d{1,2})[/.] ?(\d{1,2})\.?(?: ?\([^\W\d]{1,3}\))?"
        rf"(?:(?:[T ]+| ?- ?)(?:({before}) ?)?(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?)?\s*"
        r"(AM|PM|\(?[A-Z]{1,5}\)?|[+-]\d{2}:?\d{2})?$"
    )


def _read_slashed(text: str) -> datetime | None:
    if (match := _slashed().match(text)) is not None:
        zone = match[8]
        half = "" if match[4] is None else "a" if match[4] in halves(0) else "p"
        if zone in ("AM", "PM"):
            half, zone = zone, None
        clock: tuple[str | None, ...] = (_hour(match[5], half), match[6], match[7])
    elif (match := _COMPACT.match(text)) is not None:
        clock, zone = match.groups()[3:6] if match[4] else match.groups()[6:9], match[10]
    else:
        return None
    return _instant(*_day(*match.group(1, 2, 3)), clock, zone)


def _day(year: str, month: str, day: str) -> tuple[int, int, int]:
    """Year, month and day of ours, from figures alone."""
    on = from_iranian(int(year), int(month), int(day))
    return (on.year, on.month, on.day) if on is not None else (int(year), int(month), int(day))


def _read_number(text: str) -> datetime | None:
    """Unix time in seconds, milliseconds or microseconds, distinguished by size."""
    if (match := _NUMBER.match(text)) is None:
        return None
    value = float(match[1])
    while abs(value) > 2e10:
        value /= 1000
    return datetime.fromtimestamp(value, UTC)


def _read_cjk(text: str) -> datetime | None:
    match = _CJK.search(text)
    if match is None:
        return None
    hour = match[4]
    if hour is not None and any(word in text for word in halves(1)) and int(hour) < 12:
        hour = str(int(hour) + 12)
    if hour is not None and any(word in text for word in halves(2)) and int(hour) < 10:
        hour = str(int(hour) + 12)  # half past eleven is about noon, too
    if hour is not None and any(word in text for word in halves(0)) and int(hour) == 12:
        hour = "0"
    return _instant(int(match[1]), int(match[2]), int(match[3]), (hour, match[5], match[6]), match[7])


def _read_named(text: str) -> datetime | None:
    match = _NAMED.match(text)
    if match is None or (month := month_of(match[1]) or _EN_MONTHS.get(match[1][:3].lower())) is None:
        return None
    year = _YEAR.search(match[3])
    if year is None or _WORD_BETWEEN.match(match[3][: year.start()]) is not None:
        return (
            None  # the month stands behind the day: `mardi 24 novembre 2026` was in March, with all of Tuesday's news
        )
    rest = match[3].replace(year[1], " ", 1)
    clock = _CLOCK.search(rest)
    if clock is None:
        hour, zone = _hour_alone(rest)
        return _instant(int(year[1]), month, int(match[2]), (hour,), zone)
    hour = _hour(clock[1], clock[4])
    return _instant(int(year[1]), month, int(match[2]), (hour, clock[2], clock[3]), rest[clock.end() :].strip())


def _read_day_or_month_first(text: str) -> datetime | None:
    """`11/27/2026 10:00 AM`, `27.11.2026`, `27-11-2026`: read where only one order is possible. Dots are always day
    first; with slashes and dashes `11/12/2026` is November to an American and December to the rest, so it is none.
    """
    match = _DAY_OR_MONTH_FIRST.match(text)
    if match is None:
        return None
    one, other = int(match[1]), int(match[3])
    if len(match[4]) == 2 and match[2] != "." and other <= 12:  # may be the year, month and day
        return None
    if match[2] != "." and one <= 12 and other <= 12 and one != other:
        return None
    month, day = (other, one) if match[2] == "." or one > 12 else (one, other)
    return _instant(_year(match[4]), month, day, (_hour(match[5], match[8]), match[6], match[7]), match[9])


def _hour(hour: str | None, half: str | None) -> str | None:
    """An hour of the day from one of twelve: `12 AM` is 0, `1 PM` is 13; `14 AM` is a template's that counts to 24."""
    if hour is None or not half or int(hour) > 12:
        return hour
    return str(int(hour) % 12 + (12 if half[0] in "pP" else 0))


def _read_words(text: str) -> datetime | None:
    if (match := _WORDS.match(text)) is not None:
        day, name, year, *clock = match.groups()
    elif (match := _YEAR_FIRST.match(text)) is not None:
        year, name, day, *clock = match.groups()
    elif (match := _NUMBERED.match(text)) is not None:
        time = _CLOCK.search(match[4])
        return _instant(int(match[3]), int(match[2]), int(match[1]), time.group(1, 2, 3) if time else ())
    else:
        return None
    if (in_iran := persian_month_of(name)) is not None:
        on = from_iranian(int(year), in_iran, int(day))
        if on is None:
            return None
        year, month, day = on.year, on.month, on.day
    else:
        has_stop = re.search(rf"(?<!\d){day}\.\s*{re.escape(name)}", text) is not None  # `12.` may be of the clock
        known = (has_stop and month_of(f".{name}")) or month_of(name)
        if not known:
            return None
        month = known
    hour, rest = clock[0], clock[3]
    if hour is None and (time := _CLOCK.search(rest)) is not None:  # `… 2026 a las 10:00`, `… 2026 г., 10:00`
        hour = _hour(time[1], time[4])
        return _instant(int(year), month, int(day), (hour, time[2], time[3]), rest[time.end() :])
    if hour is None:
        hour, rest = _hour_alone(rest)
    elif (half := _HALF_DAY.match(rest)) is not None:
        hour, rest = _hour(hour, rest), rest[half.end() :]
    return _instant(int(year), month, int(day), (hour, *clock[1:3]), rest)


def _hour_alone(rest: str) -> tuple[str | None, str]:
    """(The hour that stands without minutes behind a date, the zone behind it)."""
    if (found := _HOUR.search(rest)) is not None:
        return _hour(found[1], found[2]), rest[found.end() :].strip()
    if (found := _H.match(rest)) is not None and (not found[2][:1].isalpha() or is_zone(found[2])):
        return found[1], found[2]
    return None, rest.strip()


_HANDLERS: tuple[Callable[[str], tuple[int, ...] | None], ...] = (
    _parse_date_w3dtf,
    _parse_date_rfc822,
    _parse_date_perforce,
    _parse_date_hungarian,
    _parse_date_greek,
    _parse_date_nate,
    _parse_date_onblog,
)
"""feedparser's, in its order, less `iso8601` (guesses from this machine's clock and zone) and `asctime` (read above).
"""


def _read_rest(text: str) -> datetime | None:
    if text.replace(".", "").isdigit() and len(text) != 8:  # a year alone does not say when an entry came out
        return None
    if len(text) == 8 and text.isdigit():
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:]), tzinfo=UTC)
    for handler in _HANDLERS:
        try:
            parts = handler(text)
        except (ValueError, OverflowError, KeyError, AttributeError, IndexError):
            continue
        if parts:
            year, month, day, hour, minute, second = tuple(parts)[:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return None


_READERS = (
    _read_rfc822,
    _read_iso,
    _read_slashed,
    _read_number,
    _read_cjk,
    _read_day_or_month_first,
    _read_named,
    _read_words,
    _read_rest,
)
"""The most frequent form first."""
