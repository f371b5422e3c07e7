"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.parse.dates import believable, read_date
from tests.core.parse.documents import NOON, read


@pytest.mark.parametrize(
    "written, iso",
    [
        ("Tue, 24 Nov 2026 10:00:00 GMT", "2026-11-24T10:00"),
        ("Tue, 24 Nov 2026 10:00:00 +0530", "2026-11-24T04:30"),
        ("Tue, 24 Nov 2026 10:00:00 EST", "2026-11-24T15:00"),
        ("Tue, 24 Nov 2026 10:00 CET", "2026-11-24T09:00"),
        ("24 Nov 26 10:00:00 Z", "2026-11-24T10:00"),
        ("Tue, 24 November 2026 10:00:00 +0000", "2026-11-24T10:00"),
        ("Tue, 24 Nov 2026", "2026-11-24T00:00"),
        ("2026-11-24 10:00:00 +0000 UTC", "2026-11-24T10:00"),
        ("2026-11-24T10:00:00+02:00 (EET)", "2026-11-24T08:00"),
        ("Tue, 24 Nov 2026 10:00:00 GMT+2", "2026-11-24T08:00"),
        ("Tue, 24 Nov 2026 24:00:00 GMT", "2026-11-25T00:00"),
        ("Tue Nov 24 10:00:00 2026", "2026-11-24T10:00"),
        ("Tue Nov 24 10:00:00 EST 2026", "2026-11-24T15:00"),
        ("Nov 24, 2026 10:00 PM", "2026-11-24T22:00"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00"),
        ("2026-11-24T10:00:00.123456+01:00", "2026-11-24T09:00"),
        ("2026-11-24T10:00+0100", "2026-11-24T09:00"),
        ("2026-11-24 10:00:00", "2026-11-24T10:00"),
        ("2026-11-24", "2026-11-24T00:00"),
        ("2026-11", "2026-11-01T00:00"),
        ("2026", None),
        ("20261124", "2026-11-24T00:00"),
        ("20261124T100000Z", "2026-11-24T10:00"),
        ("2026/11/24 10:00:00", "2026-11-24T10:00"),
        ("1795500000", "2026-11-24T06:00"),
        ("1795500000000", "2026-11-24T06:00"),
        ("1795500000.5", "2026-11-24T06:00"),
        ("2026年11月24日", "2026-11-24T00:00"),
        ("2026年11月24日 10:30", "2026-11-24T10:30"),
        ("2026年11月24日（火）18時05分 JST", "2026-11-24T09:05"),
        ("2026年11月24日 下午3:20:00 +0800", "2026-11-24T07:20"),
        ("2026년 11월 24일 오후 3시 20분 KST", "2026-11-24T06:20"),
        ("24 novembre 2026 10:00:00 +0100", "2026-11-24T09:00"),
        ("24. November 2026 10:00", "2026-11-24T10:00"),
        ("вт, 24 ноября 2026 10:00:00 +0300", "2026-11-24T07:00"),
        ("24 de noviembre de 2026", "2026-11-24T00:00"),
        ("31 Feb 2026 10:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
        ("10:00", None),
        ("0000-00-00 00:00:00", None),
        ("12345678901234567890123", None),
    ],
)
def test_dates_as_publishers_write_them(written: str, iso: str | None) -> None:
    instant = read_date(written)
    assert (instant and instant.strftime("%Y-%m-%dT%H:%M")) == iso
    assert instant is None or instant.tzinfo is UTC


@pytest.mark.parametrize(
    "iso, is_believed",
    [("1989-12-31", False), ("1990-01-01", True), ("2026-11-25T11:59:00Z", True), ("2026-11-25T12:01:00Z", False)],
)
def test_only_dates_between_1990_and_tomorrow_are_believed(iso: str, is_believed: bool) -> None:
    assert (believable(read_date(iso), NOON) is not None) is is_believed


def test_an_unreadable_published_date_leaves_the_updated_one() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><published>soon</published>'
        "<updated>2026-11-24T10:00:00Z</updated></entry></feed>"
    )
    assert feed.entries[0].published_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    instant = read_date(text)
    assert instant is None or instant.tzinfo is UTC
