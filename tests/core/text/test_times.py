"""Instants as they are read in the zone of the rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.text.times import zoned_time


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
