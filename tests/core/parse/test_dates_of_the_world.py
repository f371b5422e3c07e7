"""Dates in the digits, words and calendars of the world: the right day, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.core.language.date_words import month_of, persian_month_of
from bot.core.language.tables import LANGUAGES, table_of
from bot.core.language.word_lists import word_list
from bot.core.parse.calendars import from_iranian
from bot.core.parse.dates import believable, read_date
from tests.core.parse.odd import read, rss

SEEN = datetime(2027, 1, 1, 12, tzinfo=UTC)
DATES = [
    ("12 listopada 2026 r. 12.30", "2026-11-12T12"),
    ("7 listopada 2026, 17.30", "2026-11-07T17"),
    ("6 listopada 2026.", "2026-11-06T00"),
    ("6. listopada 2026. 10:00", "2026-10-06T10"),
    ("2026:11:28 10:00:00", "2026-11-28T10"),
    ("2026:11:28 10:00", "2026-11-28T10"),
    ("28/Nov/2026:10:00:00 +0100", "2026-11-28T09"),
    ("28 พ.ย. 2569", "2026-11-28T00"),
    ("28 พฤศจิกายน 2569", "2026-11-28T00"),
    ("28 พฤศจิกายน 2569 10:00 น.", "2026-11-28T10"),
    ("28 พ.ย. 69", "2026-11-28T00"),
    ("28 พ.ย. 69 10:30", "2026-11-28T10"),
    ("28 พ.ย. 2026 10:00", "2026-11-28T10"),
    ("วันเสาร์ที่ 28 พฤศจิกายน พ.ศ. 2569 เวลา 10.00 น.", "2026-11-28T10"),
    ("พ.ย. 28, 2569", "2026-11-28T00"),
    ("28/11/2569 10:00", "2026-11-28T10"),
    ("11/28/2569 06:56 หลังเที่ยง", "2026-11-28T18"),
    ("2569-11-28", "2026-11-28T00"),
    ("Sat, 28 Nov 2569 10:00:00 +0700", "2026-11-28T03"),
    ("29 ก.พ. 2567", "2024-02-29T00"),
    ("27-NOV-26 10.00.00.000000 AM", "2026-11-27T10"),
    ("27-NOV-26 10.00.00.000000 PM", "2026-11-27T22"),
    ("27-NOV-26 10.00.00.000000 PM +02:00", "2026-11-27T20"),
    ("27-NOV-2026 10.00.00", "2026-11-27T10"),
    ("27-NOV-26", "2026-11-27T00"),
    ("28-NOV-26 02.30.00 PM UTC", "2026-11-28T14"),
    ("٢٨ نوفمبر ٢٠٢٦", "2026-11-28T00"),
    ("٢٨/١١/٢٠٢٦ ١٠:٠٠", "2026-11-28T10"),
    ("٢٠٢٦-١١-٢٨", "2026-11-28T00"),
    ("२८ नवंबर २०२६", "2026-11-28T00"),
    ("शनिवार, 28 नवंबर 2026 10:00", "2026-11-28T10"),
    ("शनि, २८ नवम्बर २०२६ १०:००:००", "2026-11-28T10"),
    ("२८/११/२०२६", "2026-11-28T00"),
    ("২৮ নভেম্বর ২০২৬", "2026-11-28T00"),
    ("২৮ নভেম্বর, ২০২৬ ১০:০০", "2026-11-28T10"),
    ("28 நவம்பர் 2026", "2026-11-28T00"),
    ("28 నవంబర్ 2026", "2026-11-28T00"),
    ("२८ नोव्हेंबर २०२६", "2026-11-28T00"),
    ("令和8年11月28日", "2026-11-28T00"),
    ("令和８年１１月２８日", "2026-11-28T00"),
    ("令和8年11月28日 18時05分 JST", "2026-11-28T09"),
    ("令和元年11月28日", "2019-11-28T00"),
    ("平成31年4月30日", "2019-04-30T00"),
    ("２０２６年１１月２８日", "2026-11-28T00"),
    ("民國115年11月28日", "2026-11-28T00"),
    ("民国115年11月28日 10:00", "2026-11-28T10"),
    ("中華民國115年11月28日", "2026-11-28T00"),
    ("2026年11月28日 中午11:30", "2026-11-28T11"),
    ("2026年11月28日 上午10:00", "2026-11-28T10"),
    ("七 آذر ۱۴۰۵", None),
    ("۷ آذر ۱۴۰۵", "2026-11-28T00"),
    ("شنبه ۷ آذر ۱۴۰۵ - ۱۰:۰۰", "2026-11-28T10"),
    ("شنبه، ۷ آذر ۱۴۰۵ ساعت ۱۰:۰۰", "2026-11-28T10"),
    ("۱۴۰۵/۰۹/۰۷", "2026-11-28T00"),
    ("۱۴۰۵/۹/۷ ۱۰:۰۰", "2026-11-28T10"),
    ("1405-09-07 10:00:00", "2026-11-28T10"),
    ("1405/09/07 - 10:00", "2026-11-28T10"),
    ("30 اسفند 1403", "2025-03-20T00"),
    ("30 اسفند 1404", None),
    ("29 اسفند 1404", "2026-03-20T00"),
    ("1 فروردین 1405", "2026-03-21T00"),
    ("31 شهریور 1405", "2026-09-22T00"),
    ("31 مهر 1405", None),
    ("18 جمادى الآخرة 1448", None),
    ("18 جمادى الآخرة 1448 هـ", None),
    ("السبت 28 نوفمبر 2026", "2026-11-28T00"),
    ("السبت، 28 نوفمبر 2026 10:00 ص", "2026-11-28T10"),
    ("السبت ٢٨ نوفمبر ٢٠٢٦ - ١٠:٠٠ م", "2026-11-28T22"),
    ("28 تشرين الثاني 2026", "2026-11-28T00"),
    ("28 تشرين الثاني/نوفمبر 2026", "2026-11-28T00"),
    ("28 نوفمبر/تشرين الثاني 2026", "2026-11-28T00"),
    ("28 نوفمبر (تشرين الثاني) 2026 10:00", "2026-11-28T10"),
    ("28 كانون الأول 2025", "2025-12-28T00"),
    ("28 آذار 2026", "2026-03-28T00"),
    ("28 أيار 2026", "2026-05-28T00"),
    ("28 نوفمبر، 2026", "2026-11-28T00"),
    ("نوفمبر 28, 2026", "2026-11-28T00"),
    ("28 نونبر 2026", "2026-11-28T00"),
    ("28 دجنبر 2025", "2025-12-28T00"),
    ("28 בנובמבר 2026", "2026-11-28T00"),
    ("28 נובמבר 2026 10:00", "2026-11-28T10"),
    ("יום שבת, 28 בנובמבר 2026, 10:00", "2026-11-28T10"),
    ("שבת 28 בנובמבר 2026 בשעה 10:00", "2026-11-28T10"),
    ("ה-28 בנובמבר 2026", "2026-11-28T00"),
    ('כ"ח בכסלו תשפ"ז', None),
    ("28 בנוב׳ 2026", "2026-11-28T00"),
    ("28 נוב' 2026", "2026-11-28T00"),
    ("28 Νοε 2026 10:00 π.μ.", "2026-11-28T10"),
    ("28 Νοεμβρίου 2026, 10:00 μ.μ.", "2026-11-28T22"),
    ("Σάββατο, 28 Νοεμβρίου 2026", "2026-11-28T00"),
    ("28/11/2026 10:00 ÖS", "2026-11-28T22"),
    ("28 Kas 2026 10:00 ÖÖ", "2026-11-28T10"),
    ("28 Ara 2025 Paz", "2025-12-28T00"),
    ("суббота, 28 ноября 2026 г.", "2026-11-28T00"),
    ("28 lis 2026", None),
    ("28 lip 2026", None),
    ("28 listopad 2026", None),
    ("28 listopada 2026 10:00", "2026-11-28T10"),
    ("28. listopada 2026. 10:00", "2026-10-28T10"),
    ("28 listopada 2026 r.", "2026-11-28T00"),
    ("28. listopadu 2026", "2026-11-28T00"),
    ("28 led 2026", "2026-01-28T00"),
    ("28. Mär 2026", "2026-03-28T00"),
    ("28 mrt. 2026", "2026-03-28T00"),
    ("28 Tháng Mười Một 2026", None),
    ("31/11/2569", None),
    ("28 Azar 1405", None),
    ("Rabu, 28 Nov 2026 10:00 WIB", "2026-11-28T03"),
    ("28 Μαΐου 2026", "2026-05-28T00"),
    ("28 Kasım 2026 Cumartesi 10:00", "2026-11-28T10"),
    ("28 KASIM 2026", "2026-11-28T00"),
    ("28 AĞUSTOS 2026", "2026-08-28T00"),
    ("28 ARALIK 2025", "2025-12-28T00"),
    ("2026 m. lapkričio 28 d. 10:00", "2026-11-28T10"),
    ("2026. gada 28. novembris", "2026-11-28T00"),
    ("28 de novembre de 2026", "2026-11-28T00"),
    ("२०२६-११-२८T१०:००:००Z", "2026-11-28T10"),
    # Signs in other places, an hour without minutes.
    ("Sat , 28 Nov 2026 10:00:00 GMT", "2026-11-28T10"),
    ("28/Nov/2026:10:00:00 +0000", "2026-11-28T10"),
    ("28/Nov/2026 10:00", "2026-11-28T10"),
    ("2026-Nov-28 10:00", "2026-11-28T10"),
    ("2026/Nov/28", "2026-11-28T00"),
    ("2026, November 28", "2026-11-28T00"),
    ("2026-11-28T100000Z", "2026-11-28T10"),
    ("2026-11-28 10h00", "2026-11-28T10"),
    ("20261128 10:00:00", "2026-11-28T10"),
    ("samedi 28 novembre 2026 à 10h", "2026-11-28T10"),
    ("Thứ Bảy, 28/11/2026, 10:00 (GMT+7)", "2026-11-28T03"),
    ("2026-11-28(土) 10:00", "2026-11-28T10"),
    ("28th Nov 2026 at 10am", "2026-11-28T10"),
    ("Nov. 28, 2026, 10 p.m. ET", "2026-11-29T03"),
    ("28 novembre 2026", "2026-11-28T00"),
    # Not wrong, but not now: never believed.
    ("1448-06-18", None),
    ("28 Nov 1405", None),
    ("28 Nov 2666", None),
    ("10:00 10:00", None),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_a_date_is_right_or_none(text: str, expected: str | None) -> None:
    instant = believable(read_date(text), SEEN)
    assert (instant and instant.strftime("%Y-%m-%dT%H")) == expected


def test_the_days_of_irans_calendar_follow_one_another() -> None:
    days = [
        on
        for year in range(1369, 1410)
        for month in range(1, 13)
        for number in range(1, 32)
        if (on := from_iranian(year, month, number)) is not None
    ]
    assert (days[0], days[-1]) == (date(1990, 3, 21), date(2031, 3, 20))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}


def test_two_clock_times_are_no_date_and_cost_no_feed() -> None:
    feed = read(rss("<title>A</title><pubDate>10:00 10:00</pubDate>"))
    assert [(one.title, one.published_at) for one in feed.entries] == [("A", None)]


def test_no_name_means_two_months() -> None:
    meanings: dict[str, set[int]] = {}
    for code, words in word_list("months").items():
        groups = " ".join(words).split("/")
        assert len(groups) == 12, code
        for number, names in enumerate(groups, start=1):
            for name in names.split() if code != "persian" else ():
                meanings.setdefault(name, set()).add(number)
    assert {name: numbers for name, numbers in meanings.items() if len(numbers) > 1} == {}


@pytest.mark.parametrize("code", sorted({*LANGUAGES} & {*word_list("months")}))
def test_months_of_a_language_are_known_in_dates(code: str) -> None:
    words = [month for month in table_of(code).months if " " not in month]
    unknown = {month for month in words if month_of(month) is None and persian_month_of(month) is None}
    assert unknown <= {"listopad"}  # October next door
