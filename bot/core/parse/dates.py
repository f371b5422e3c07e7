"""A date as a publisher wrote it → an aware UTC instant, or None when it cannot be believed.

The law: a date more than 24 h ahead, before 1990, missing or unreadable is None (the entry counts from first sight).
The two forms that nearly every feed uses are read here; the rest by feedparser, except where it is wrong: numbers
(`1795500000` is an instant, not the year 1795), Chinese, Japanese and Korean dates, zones it takes for UTC, and
anything that would depend on the clock or zone of this machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedparser.datetimes.greek import _parse_date_greek
from feedparser.datetimes.hungarian import _parse_date_hungarian
from feedparser.datetimes.korean import _parse_date_nate, _parse_date_onblog
from feedparser.datetimes.perforce import _parse_date_perforce
from feedparser.datetimes.rfc822 import _parse_date_rfc822
from feedparser.datetimes.w3dtf import _parse_date_w3dtf

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MAX_AHEAD = timedelta(hours=24)

_RFC822 = re.compile(
    r"(?:\(?[A-Za-z]+\)?\.?(?:,\s*|\s+))?(\d{1,2})[\s-]?([A-Za-z]{3,9})\.?,?[\s-](\d{4}|\d{2}(?!\d))"
    r"(?:,?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(.*)$"
)
_ISO = re.compile(
    r"(?:[^\W\d]+\.?,\s+)?(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt ]|,|\s[-–|]\s|\skl\.?\s)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?:Z(?=[+-]))?(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Za-z]{1,5})?(?:\[([\w/+-]+)\]|(?<=\d)\s+\(?[A-Z]{1,5}\)?)?$"
)
_SLASHED = re.compile(
    r"(\d{4})[/.] ?(\d{1,2})[/.] ?(\d{1,2})\.?(?: ?\([^\W\d]{1,3}\))?"
    r"(?:[T ]+(?:(오전|오후|午前|午後|上午|下午) ?)?(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_CJK = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]"
    r"[^\d]*(?:(\d{1,2})\s*[時时點点시:：]\s*(?:(\d{1,2})\s*[分분:：]?)?\s*(?:(\d{1,2})\s*[秒초]?)?)?\s*(.*)$"
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?|(\d{2})(\d{2})(\d{2}))\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_NUMBER = re.compile(r"(?:/Date\()?(-?\d{9,19}(?:\.\d+)?|\d\.\d+[eE]\+?(?:09|9|12))(?:(?:[+-]\d{4})?\)/)?$")
"""Also as .NET (`/Date(1795773600000)/`) and as templates write floats (`1.7957736e+09`)."""
_PLACE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z_/-]+")
"""A zone by its place: `Europe/Berlin`."""
_OFFSET = re.compile(r"(?:GMT|UTC|UT)?\s*([+-])(\d{1,2}):?(\d{2})?\b")
_AFTERNOON = ("下午", "午後", "오후", "晚上", "中午")
_MORNING = ("上午", "午前", "오전")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar januari janvier janv jän jänner enero ene gennaio gen janeiro gener ianuarie ian január "
            "ocak oca tammikuu tammikuuta januara styczeń stycznia января янв січня януари leden ledna ιανουαρίου "
            "ιαν يناير ינואר januára siječnja sausio janvāris jaanuar tammi sty січень январь janúar xaneiro "
            "јануар јануари ژانویه جنوری yanvar janar जनवरी জানুয়ারি студзеня جانفي հունվարի იანვარი ιανουάριος",
            "feb februar februari février févr fév fevrier febrero febbraio fevereiro fev febrer februarie "
            "február şubat şub helmikuu helmikuuta lutego luty февраля фев февр лютого февруари února φεβρουαρίου "
            "φεβ فبراير פברואר februára veljače vasario februāris veebruar helmi lut февраль febrúar febreiro "
            "фебруар فوریه فروری fevral shkurt फ़रवरी फरवरी ফেব্রুয়ারি лютага فيفري փետրվարի თებერვალი "
            "φεβρουάριος",
            "mar märz mrz maart mars marzo março marco març martie március mart maaliskuu maaliskuuta marca "
            "marzec марта мар березня март března μαρτίου μαρ مارس מרץ ožujka kovo marts märts maalis maret márc marec "
            "مارچ मार्च মার্চ сакавіка մարտի მარტი μάρτιος",
            "apr april avril avr abril abr aprile aprilie április nisan nis huhtikuu huhtikuuta kwietnia апреля "
            "апр квітня април dubna απριλίου απρ أبريل ابريل אפריל apríla travnja balandžio aprīlis aprill huhti "
            "kwi апрель apríl ápr آوریل اپریل aprel prill अप्रैल এপ্রিল красавіка أفريل ապրիլի აპრილი απρίλιος",
            "may mai mei mayo maggio mag maio maig maja maj május mayıs toukokuu toukokuuta мая май травня května "
            "μαΐου μαΐ مايو מאי mája svibnja gegužės maijs touko maí máj мај مئی मई মে ماي մայիսի მაისი μάιος",
            "jun juni juin junio giugno giu junho juny iunie iun június junij haziran haz kesäkuu kesäkuuta juna "
            "czerwca июня июн червня юни června ιουνίου ιουν يونيو יוני júna lipnja birželio jūnijs juuni kesä "
            "cze июнь júní jún xuño јун јуни ژوئن جون iyun qershor जून জুন чэрвеня جوان հունիսի ივნისი ιούνιος",
            "jul juli juillet juil julio luglio lug julho juliol iulie iul július julij temmuz tem heinäkuu heinäkuuta "
            "jula lipca июля июл липня юли července ιουλίου ιουλ يوليو יולי júla srpnja liepos jūlijs juuli heinä "
            "июль júlí júl xullo јул јули ژوئیه جولائی iyul korrik जुलाई জুলাই ліпеня جويلية հուլիսի ივლისი "
            "ιούλιος",
            "aug august augustus augusti août aout agosto ago agost agustus augusztus ağustos ağu elokuu elokuuta "
            "avgust avgusta sierpnia августа авг серпня август srpna αυγούστου αυγ أغسطس אוגוסט augusta kolovoza "
            "rugpjūčio augusts agt ags elo sie ogos ágúst اوت اگست avqust gusht अगस्त আগস্ট жніўня أوت օգոստոսի აგვისტო "
            "αύγουστος",
            "sep sept september septembre septiembre settembre set setembro setembre septembrie szeptember eylül "
            "eyl syyskuu syyskuuta septembar września сентября сен сент вересня септември září σεπτεμβρίου σεπ "
            "سبتمبر ספטמבר septembra rujna rugsėjo septembris syys wrz сентябрь szept септембар سپتامبر ستمبر "
            "sentyabr shtator सितंबर सितम्बर সেপ্টেম্বর верасня սեպտեմբերի სექტემბერი σεπτέμβριος",
            "oct okt oktober octobre octubre ottobre ott outubro out octombrie október ekim eki lokakuu lokakuuta "
            "oktobar października октября окт жовтня октомври října οκτωβρίου οκτ أكتوبر אוקטובר októbra spalio "
            "oktobris oktoober loka paź октябрь октобар اکتبر اکتوبر oktyabr tetor अक्टूबर अक्तूबर অক্টোবর "
            "кастрычніка հոկտեմբերի ოქტომბერი οκτώβριος",
            "nov november novembre noviembre novembro noiembrie noi kasım kas marraskuu marraskuuta novembar "
            "listopada ноября ноя нояб ноември listopadu νοεμβρίου νοε نوفمبر נובמבר novembra studenoga studenog "
            "nop lapkričio novembris marras листопада ноябрь nóvember новембар نوامبر نومبر noyabr nëntor नवंबर "
            "नवम्बर নভেম্বর лістапада նոյեմբերի ნოემბერი νοέμβριος",
            "dec dez des dezember december desember décembre déc diciembre dic dicembre dezembro desembre "
            "decembrie aralık ara joulukuu joulukuuta decembar grudnia декабря дек грудня декември prosince "
            "δεκεμβρίου δεκ ديسمبر דצמבר decembra prosinca gruodžio decembris detsember joulu gru декабрь "
            "disember decembro децембар دسامبر دسمبر dekabr dhjetor दिसंबर दिसम्बर ডিসেম্বর снежня դեկտեմբերի "
            "დეკემბერი δεκέμβριος",
        ),
        start=1,
    )
    for name in names.split()
}
"""Months as the languages of Europe, the Near East and South Asia write them in dates. Without those that mean another
month next door: `listopada` is November to Poles and October to Croats, who get none of theirs."""
_WORDS = re.compile(
    r"(?:[^\W\d]+(?:-[^\W\d]+)?\.?,?\s+)?(?:den\s+)?(\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|de)?\s*"
    r"(?:of\s+|de\s+|d['’]|ב)?([^\W\d][^\s\d.,/:-]*)\.?,?\s+"
    r"(?:de[l]?\s+)?(\d{4})\.?(?:,?\s+(?:[-–|@]\s+)?(?:[^\W\d]+\.?\s+)?(\d{1,2})[:h.](\d{2})(?:[:.](\d{2}))?)?\s*(.*)$"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})\.?\s+([^\W\d]+)\.?\s+(\d{1,2})\.?(?:,?\s+(?:[^\W\d]+,?\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?\s*(.*)$"
)
"""`2026. november 27. 10:00`, as Hungarians write."""
_NUMBERED = re.compile(r"(?:\D{0,40}\s)?(\d{1,2})\s+tháng\s+(\d{1,2})(?:,|\s+năm)?\s+(\d{4})(.*)$", re.IGNORECASE)
"""`ngày 27 tháng 11 năm 2026`: Vietnamese months have numbers."""
_DAY_OR_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})([./-])(?:(?<=\.) )?(\d{1,2})\2(?:(?<=\.) )?(\d{4}|\d{2})"
    r"(?:,?[T\s]+(?:[-–|@]\s*)?(?:[^\W\d]+\.?\s+)?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?)?\s*([AaPp]\.?\s?[Mm]\.?)?\s*(.*)$"
)
_CLOCK_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?),?\s+(\D*\d.*)$")
_LABELLED = re.compile(
    r"[^\W\d](?:[^\d:<>]{2,30}:|[^\W\d]{2,20}\s(?:on|le|am|el|em|il|op)\s)\s*(\S*\d.*|[^\W\d]+\.?,?\s+\d.*)$"
)
"""`Published: 27 November 2026`, `Publié le 27 novembre 2026`."""
_TIME_TAG = re.compile(r"""\s*<time\b[^<>]*?\sdatetime\s*=\s*["']([^"'<>]*)["'][^<>]*>([^<>]*)""", re.IGNORECASE)
"""HTML's element for a date, which Drupal puts into `<pubDate>`."""
_NAMED = re.compile(r"(?:[^\W\d]+\.?,?\s+)?([^\W\d]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(.*?)\s*$")
"""`Nov 24, 2026 10:00 AM`, and asctime's `Tue Nov 24 10:00:00 2026`."""
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?\s?[Mm]\b\.?)?")
_HALF_DAY = re.compile(r"[AaPp]\.?\s?[Mm]\b\.?")
"""`AM`, `p.m.`, `a. m.`: of which `a` alone would be a zone."""
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")

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
        (60, "bst west cet met mez n"),
        (120, "cest mest mesz eet sast"),
        (180, "eest msk trt"),
        (240, "msd gst"),
        (300, "pkt"),
        (330, "ist"),
        (345, "npt"),
        (420, "wib ict"),
        (480, "hkt sgt pht awst"),
        (540, "jst kst"),
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

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
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
    if "<" in text and (tag := _TIME_TAG.match(text)) is not None:
        return read_date(tag[1]) or read_date(tag[2])
    text = " ".join(_MARKS.sub("", text).split())[:100].replace("\u2212", "-")
    for read in _READERS:
        try:
            instant = read(text)
        except (ValueError, OverflowError, KeyError, AttributeError, IndexError, TypeError):
            continue
        if instant is not None:
            return instant
    if (match := _CLOCK_FIRST.match(text)) is not None:
        return read_date(f"{match[2]} {match[1]}")
    if (match := _LABELLED.match(text)) is not None:
        return read_date(match[1])
    return None


def _offset(zone: str | None) -> timedelta:
    """UTC offset of a zone as written; an unknown or absent one is UTC, as feedparser has it."""
    if not zone:
        return timedelta()
    zone = zone.strip()
    if match := _OFFSET.match(zone):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timedelta(minutes=-minutes if match[1] == "-" else minutes)
    if match := re.match(r"\(?([A-Za-z]+)", zone):
        return timedelta(minutes=_ZONE_MINUTES.get(match[1].lower(), 0))
    return timedelta()


def _instant(year: int, month: int, day: int, clock: tuple[str | None, ...] = (), zone: str | None = None) -> datetime:
    hour, minute, second = (int(part or 0) for part in (*clock, None, None, None)[:3])
    extra = timedelta()
    if hour == 24 and not minute and not second:  # ISO 8601's end of day
        hour, extra = 0, timedelta(days=1)
    second = min(second, 59)  # leap seconds
    if zone and _PLACE.fullmatch(zone.strip()):
        with suppress(ZoneInfoNotFoundError):
            return (
                datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone.strip())).astimezone(UTC) + extra
            )
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC) + extra - _offset(zone)


def _year(text: str) -> int:
    year = int(text)
    if len(text) <= 2:
        year += 1900 if year >= 90 else 2000
    return year


def _read_rfc822(text: str) -> datetime | None:
    match = _RFC822.match(text)
    if match is None or (month := _EN_MONTHS.get(match[2].lower())) is None:
        return None
    zone = match[7]
    hour = match[4]
    if hour is None and any(character.isdigit() for character in zone):  # `27 november 2026 kl. 10.00`
        return None
    if (half := _HALF_DAY.match(zone)) is not None:
        hour, zone = _hour(hour, zone), zone[half.end() :]
    return _instant(_year(match[3]), month, int(match[1]), (hour, match[5], match[6]), zone)


def _read_iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    hour, zone = match[4], match[7] or match[8]
    if (zone or "").lower() in ("am", "pm"):
        hour, zone = _hour(hour, zone), None
    return _instant(int(match[1]), int(match[2]), int(match[3]), (hour, match[5], match[6]), zone)


def _read_slashed(text: str) -> datetime | None:
    if (match := _SLASHED.match(text)) is not None:
        half = "" if match[4] is None else "a" if match[4] in _MORNING else "p"
        clock: tuple[str | None, ...] = (_hour(match[5], half), match[6], match[7])
        zone = match[8]
    elif (match := _COMPACT.match(text)) is not None:
        clock, zone = match.groups()[3:6] if match[4] else match.groups()[6:9], match[10]
    else:
        return None
    return _instant(int(match[1]), int(match[2]), int(match[3]), clock, zone)


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
    if hour is not None and any(word in text for word in _AFTERNOON) and int(hour) < 12:
        hour = str(int(hour) + 12)
    if hour is not None and any(word in text for word in _MORNING) and int(hour) == 12:
        hour = "0"
    return _instant(int(match[1]), int(match[2]), int(match[3]), (hour, match[5], match[6]), match[7])


def _read_named(text: str) -> datetime | None:
    match = _NAMED.match(text)
    if match is None or (month := _MONTHS.get(match[1].lower()) or _EN_MONTHS.get(match[1][:3].lower())) is None:
        return None
    year = _YEAR.search(match[3])
    if year is None:
        return None
    rest = match[3].replace(year[1], " ", 1)
    clock = _CLOCK.search(rest)
    if clock is None:
        return _instant(int(year[1]), month, int(match[2]), (), rest.strip())
    hour = _hour(clock[1], clock[4])
    return _instant(int(year[1]), month, int(match[2]), (hour, clock[2], clock[3]), rest[clock.end() :].strip())


def _read_day_or_month_first(text: str) -> datetime | None:
    """`11/27/2026 10:00 AM`, `27.11.2026`, `27-11-2026`: read where only one order is possible. Dots are always day
    first; with slashes and dashes `11/12/2026` is November to an American and December to the rest, so it is none.
    """
    match = _DAY_OR_MONTH_FIRST.match(text)
    if match is None or (len(match[4]) == 2 and match[2] != "."):
        return None
    one, other = int(match[1]), int(match[3])
    if match[2] != "." and one <= 12 and other <= 12 and one != other:
        return None
    month, day = (other, one) if match[2] == "." or one > 12 else (one, other)
    return _instant(_year(match[4]), month, day, (_hour(match[5], match[8]), match[6], match[7]), match[9])


def _hour(hour: str | None, half: str | None) -> str | None:
    """An hour of the day from one of twelve: `12 AM` is 0, `1 PM` is 13."""
    if hour is None or not half:
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
    if (month := _MONTHS.get(name.lower())) is None:
        return None
    hour, rest = clock[0], clock[3]
    if hour is None and (time := _CLOCK.search(rest)) is not None:  # `… 2026 a las 10:00`, `… 2026 г., 10:00`
        hour = _hour(time[1], time[4])
        return _instant(int(year), month, int(day), (hour, time[2], time[3]), rest[time.end() :])
    if (half := _HALF_DAY.match(rest)) is not None:
        hour, rest = _hour(hour, rest), rest[half.end() :]
    return _instant(int(year), month, int(day), (hour, *clock[1:3]), rest)


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
    if text.replace(".", "").isdigit() and len(text) not in (4, 8):
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
