"""Dates that say less than they should, or more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.parse.dates import read_date
from tests.core.parse.odd import entry


@pytest.mark.parametrize(
    "text, expected",
    [
        ("11/27/2026 10:00:00 AM", (2026, 11, 27, 10)),
        ("Fri, 27 Nov 2026 10:00:00 - 0500", (2026, 11, 27, 15)),
        ("27 Nov 2026 10:00 \u2212 0500", (2026, 11, 27, 15)),
        ("27 Nov 2026 10:00 - 12:00", (2026, 11, 27, 10)),
        ("{ts '2026-11-27 10:00:00'}", (2026, 11, 27, 10)),
        ("{d '2026-11-27'}", (2026, 11, 27, 0)),
        ("2026-11-27 下午10:00", (2026, 11, 27, 22)),
        ("2026-11-27 上午 10:00:00", (2026, 11, 27, 10)),
        ("2026-11-27 午後10:00", (2026, 11, 27, 22)),
        ("Nov. 27, 2026, 8:00 a.m. ET", (2026, 11, 27, 13)),
        ("July 27, 2026, 8:00 a.m. ET", (2026, 7, 27, 12)),
        ("Mon, 27 Jul 2026 8:00 AM (PT)", (2026, 7, 27, 15)),
        ("Mon, 27 Jul 2026 08:00:00 PST8PDT", (2026, 7, 27, 15)),
        ("Mon, 27 Jul 2026 08:00:00 PST", (2026, 7, 27, 16)),
        ("27/11/2026 22:00", (2026, 11, 27, 22)),
        ("27.11.2026", (2026, 11, 27, 0)),
        ("5.11.2026 10:00", (2026, 11, 5, 10)),
        ("27-11-2026 10:00:00", (2026, 11, 27, 10)),
        ("11/11/2026", (2026, 11, 11, 0)),
        ("\u200eFri, 27 Nov 2026 10:00:00 GMT", (2026, 11, 27, 10)),
        ("Cum, 27 Kas 2026 10:00:00 +0300", (2026, 11, 27, 7)),
        ("27 kasım 2026 10:00", (2026, 11, 27, 10)),
        ("2026. november 27. 10:00", (2026, 11, 27, 10)),
        ("pe, 27 marraskuuta 2026", (2026, 11, 27, 0)),
        ("27 noiembrie 2026", (2026, 11, 27, 0)),
        ("noviembre 27, 2026", (2026, 11, 27, 0)),
        ("sexta-feira, 27 de novembro de 2026 10:00", (2026, 11, 27, 10)),
        ("den 27 november 2026 kl. 10.00", (2026, 11, 27, 10)),
        ("27 Νοεμβρίου 2026", (2026, 11, 27, 0)),
        ("27 lapkričio 2026", (2026, 11, 27, 0)),
        ("27.11.2026 klo 10.00", (2026, 11, 27, 10)),
        ("10:00 27.11.2026", (2026, 11, 27, 10)),
        ("Fri,27 Nov 2026 10:00:00 GMT", (2026, 11, 27, 10)),
        ("Fri, 27 Nov 2026 10:00:00 Europe/Berlin", (2026, 11, 27, 9)),
        ("2026-11-27T10:00:00[Europe/Berlin]", (2026, 11, 27, 9)),
        ("2026-11-27 10:00:00 PM", (2026, 11, 27, 22)),
        ("20261127100000", (2026, 11, 27, 10)),
        ("27/11/2026 - 10:00", (2026, 11, 27, 10)),
        ("Vendredi, 27 novembre 2026 - 10:00", (2026, 11, 27, 10)),
        ("27th of November 2026, 10:00", (2026, 11, 27, 10)),
        ("Fri, 2026-11-27 10:00:00", (2026, 11, 27, 10)),
        ("2026. november 27., péntek 10:00", (2026, 11, 27, 10)),
        ("27 d’octubre de 2026", (2026, 10, 27, 0)),
        ("27. marec 2026", (2026, 3, 27, 0)),
        ("27 листопада 2026", (2026, 11, 27, 0)),
        ("27 октября 2026", (2026, 10, 27, 0)),
        ("27 října 2026", (2026, 10, 27, 0)),
        ("27 października 2026", (2026, 10, 27, 0)),
        ("27 Desember 2026", (2026, 12, 27, 0)),
        ("27 नवंबर 2026", (2026, 11, 27, 0)),
        ("ngày 27 tháng 11 năm 2026", (2026, 11, 27, 0)),
        ("27. 11. 2026 10:00", (2026, 11, 27, 10)),
        ("2026-11-27, 10:00", (2026, 11, 27, 10)),
        ("2026-11-27 - 10:00", (2026, 11, 27, 10)),
        ("2026-11-27 kl. 10:00", (2026, 11, 27, 10)),
        ("27 de noviembre de 2026 a las 10:00", (2026, 11, 27, 10)),
        ("27 ноября 2026 г., 10:00", (2026, 11, 27, 10)),
        ("27 Nop 2026 10:00", (2026, 11, 27, 10)),
        ("27 de noviembre de 2026 10:00 a. m.", (2026, 11, 27, 10)),
        ("27 de noviembre de 2026 10:00 p. m.", (2026, 11, 27, 22)),
        ("Fri, 27 Nov 2026 10:00 p.m.", (2026, 11, 27, 22)),
        ("November 27, 2026 10:00 a. m.", (2026, 11, 27, 10)),
        ("2026. 11. 27. 오후 10:00", (2026, 11, 27, 22)),
        ("2026. 11. 27. 오전 12:00", (2026, 11, 27, 0)),
        ("2026.11.27. 10:00", (2026, 11, 27, 10)),
        ("2026/11/27(金) 10:00", (2026, 11, 27, 10)),
        ("Publié le 27 novembre 2026 à 10:00", (2026, 11, 27, 10)),
        ("Posted on November 27, 2026 at 10:00 am", (2026, 11, 27, 10)),
        ("/Date(1795773600000)/", (2026, 11, 27, 10)),
        ("/Date(1795773600000+0100)/", (2026, 11, 27, 10)),
        ("1.7957736e+09", (2026, 11, 27, 10)),
        ("Published: 27 November 2026 10:00", (2026, 11, 27, 10)),
        ("Last updated: Fri, 27 Nov 2026 10:00:00 GMT", (2026, 11, 27, 10)),
        (
            '<time datetime="2026-11-27T10:00:00+00:00" class="datetime">Fri, 11/27/2026 - 05:00</time>',
            (2026, 11, 27, 10),
        ),
        ('<time class="x" datetime="">27 November 2026 10:00</time>', (2026, 11, 27, 10)),
        ("2026-11-27 10:00:00 UTC+2", (2026, 11, 27, 8)),
        ("2026-11-27 10:00:00 GMT+02:00", (2026, 11, 27, 8)),
        ("2026-11-27T10:00:00GMT-3", (2026, 11, 27, 13)),
        ("2026-11-27 10:00:00 America/New_York", (2026, 11, 27, 15)),
        ("Fri, 27 Nov 2026 10:00:00 Z+0100", (2026, 11, 27, 9)),
        ("2026-11-27T10:00:00+0100Z", (2026, 11, 27, 9)),
        ("27.11.2026, 10:00 Uhr MEZ", (2026, 11, 27, 9)),
        ("T6, 27/11/2026 - 10:00", (2026, 11, 27, 10)),
        ("202611271000", (2026, 11, 27, 10)),
        ("2026-W48-5T10:00:00Z", (2026, 11, 27, 10)),
        ("2026W485", (2026, 11, 27, 0)),
        ("2026-331T10:00:00Z", (2026, 11, 27, 10)),
        ("11/27/26 10:00 AM", (2026, 11, 27, 10)),
        ("2026\u201111\u201127 10:00", (2026, 11, 27, 10)),
        ("27\u201311\u20132026 \u2013 10:00", (2026, 11, 27, 10)),
    ],
)
def test_dates_of_one_possible_order(text: str, expected: tuple[int, int, int, int]) -> None:
    year, month, day, hour = expected
    assert read_date(text) == datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "dates",
    [
        "<pubDate>soon</pubDate><pubDate>Tue, 24 Feb 2026 10:00:00 GMT</pubDate>",
        "<pubDate>Tue, 24 Feb 2026 10:00:00 GMT</pubDate><pubDate>soon</pubDate>",
        "<pubDate>Tue, 24 Feb 2099 10:00:00 GMT</pubDate><pubDate>Tue, 24 Feb\n 2026 10:00:00 GMT</pubDate>",
    ],
)
def test_of_several_dates_the_first_that_can_be_believed_counts(dates: str) -> None:
    assert entry(f"<title>A</title>{dates}").published_at == datetime(2026, 2, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["11/12/2026", "3-4-2026", "27/27/2026", "11/12/26", "27/11/26"])
def test_dates_of_several_possible_orders_are_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["2026-W54", "0000-W48-1", "0000-331", "9999-999"])
def test_a_day_that_no_year_has_is_none(text: str) -> None:
    """It cost its feed all entries."""
    assert entry(f"<title>a</title><pubDate>{text}</pubDate>").published_at is None


def test_a_date_under_no_known_name_is_one() -> None:
    assert entry("<title>A</title><date>2026-02-24T10:00:00Z</date>").published_at == datetime(
        2026, 2, 24, 10, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "date",
    [
        '<p:publicationDate xmlns:p="http://prismstandard.org/namespaces/basic/2.0/">DATE</p:publicationDate>',
        '<cap:sent xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">DATE</cap:sent>',
        "<dcterms:available>DATE</dcterms:available>",
        "<publishDate>DATE</publishDate>",
    ],
)
def test_a_date_of_another_vocabulary_serves_without_an_own_one(date: str) -> None:
    date = date.replace("DATE", "2026-11-20T10:00:00Z")
    own = "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
    assert entry(f"<title>t</title>{date}").published_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert entry(f"<title>t</title>{date}{own}").published_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "mardi 24 novembre 2026 10:00",
        "Le mardi 24 novembre 2026 à 10h00",
        "martes 24 de noviembre de 2026, 10:00",
        "martedì 24 novembre 2026, ore 10:00",
        "mar 24 nov 2026 10:00",
        "24. 11. 2026. 10:00",
        "24.11.2026 г., 10:00",
        "2026-11-24T10:00:00 00:00",
        "2026-11-24T10:00:00 0000",
        "2026-11-24T05:00:00-5",
        "2026-11-24 10.00.00",
    ],
)
def test_the_day_of_the_week_is_no_month(text: str) -> None:
    """In French, Spanish and Italian all of a Tuesday's news was in March, too old to be told. And zones that have lost
    their sign or a figure."""
    assert read_date(text) == datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["mar. 7 juill. 2026 14:07", "Martes 3 Pebrero 2026"])
def test_a_month_that_nobody_knows_is_not_read_as_the_day_s_name(text: str) -> None:
    assert (found := read_date(text)) is None or found.month != 3


@pytest.mark.parametrize("text", ["24 novembre 2026 à 10 h 30", "24 Nov 2026 1030Z", "241030Z NOV 2026"])
def test_minutes_without_a_colon_count(text: str) -> None:
    assert read_date(text) == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
