"""Instants as they are read in the zone of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.text.times import time_ahead, zoned_time


@pytest.mark.parametrize(
    ("at", "zone", "read"),
    [
        pytest.param("2026-11-24T09:00", "Europe/Berlin", "24 Nov 10:00 CET", id="a zone"),
        pytest.param("2026-11-24T09:00", "UTC", "24 Nov 09:00 UTC", id="UTC itself"),
        pytest.param("2026-11-24T20:30", "Asia/Kolkata", "25 Nov 02:00 IST", id="the next day there"),
        pytest.param("2026-07-05T22:00", "Europe/London", "5 Jul 23:00 BST", id="summer time of then"),
        pytest.param("2026-12-31T23:30", "Asia/Tokyo", "1 Jan 08:30 JST", id="the next year there"),
        pytest.param("2026-03-04T05:06", "Asia/Dubai", "4 Mar 09:06 +04", id="a zone without a name"),
        pytest.param("2028-02-29T10:00", "Europe/Berlin", "29 Feb 11:00 CET", id="a leap day"),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_rules(at: str, zone: str, read: str) -> None:
    assert zoned_time(datetime.fromisoformat(at).replace(tzinfo=UTC), zone) == read


@pytest.mark.parametrize(
    ("days", "text"), [(1, "2 Dec 09:00"), (60, "30 Jan 09:00"), (299, "26 Sep 10:00"), (400, "5 Jan 2028 09:00")]
)
def test_what_is_far_ahead_has_its_year(days: int, text: str) -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert time_ahead(now, now + timedelta(days=days), "Europe/London") == text
