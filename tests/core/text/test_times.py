"""Times that were written in UTC, as they are read in the zone of the rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.text.times import in_zone, utc_time

NEAR = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "near", "read"),
    [
        pytest.param(
            "Next try 24 Nov 09:00 UTC; on", "Europe/Berlin", NEAR, "Next try 24 Nov 10:00 CET; on", id="a zone"
        ),
        pytest.param("at 24 Nov 09:00 UTC", "UTC", NEAR, "at 24 Nov 09:00 UTC", id="UTC itself"),
        pytest.param("at 24 Nov 20:30 UTC", "Asia/Kolkata", NEAR, "at 25 Nov 02:00 IST", id="the next day there"),
        pytest.param("since 5 Jul 22:00 UTC", "Europe/London", NEAR, "since 5 Jul 23:00 BST", id="summer time of then"),
        pytest.param(
            "since 31 Dec 23:30 UTC",
            "Asia/Tokyo",
            datetime(2027, 1, 2, tzinfo=UTC),
            "since 1 Jan 08:30 JST",
            id="last year",
        ),
        pytest.param(
            "from 4 Mar 05:06 UTC to 6 Mar 05:06 UTC",
            "Asia/Dubai",
            NEAR,
            "from 4 Mar 09:06 +04 to 6 Mar 09:06 +04",
            id="two, a zone without a name",
        ),
        pytest.param(
            "29 Feb 10:00 UTC", "Europe/Berlin", datetime(2028, 3, 1, tzinfo=UTC), "29 Feb 11:00 CET", id="a leap day"
        ),
        pytest.param(
            "29 Feb 10:00 UTC", "Europe/Berlin", datetime(2026, 3, 1, tzinfo=UTC), "29 Feb 10:00 UTC", id="no such day"
        ),
        pytest.param(
            "`UTC+2`, 24 Nov 09:00, 24 Nov 25:00 UTC",
            "Europe/Berlin",
            NEAR,
            "`UTC+2`, 24 Nov 09:00, 24 Nov 25:00 UTC",
            id="no instant",
        ),
        pytest.param("24 Nov 09:00 UTC+2", "Europe/Berlin", NEAR, "24 Nov 09:00 UTC+2", id="of another zone"),
        pytest.param(
            "read " + utc_time(datetime(2026, 6, 1, 4, 5, tzinfo=UTC)),
            "America/New_York",
            NEAR,
            "read 1 Jun 00:05 EDT",
            id="as it is written",
        ),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_rules(text: str, zone: str, near: datetime, read: str) -> None:
    assert in_zone(text, zone, near) == read
