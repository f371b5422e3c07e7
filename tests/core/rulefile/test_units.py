"""Small values as people write them; zones that are none."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.language.word_lists import word_list
from bot.core.rulefile import timezones
from bot.core.rulefile.units import Ids, duration, size, slug, time_of_day, weekdays
from tests.core.rulefile.files import RULES, read


@pytest.mark.parametrize(
    ("read_unit", "text", "value"),
    [
        (duration, "90s", timedelta(seconds=90)),
        (duration, "0s", timedelta(0)),
        (duration, "3d", timedelta(days=3)),
        (duration, "3 d", None),
        (duration, "1h30m", None),
        (duration, "999999999d", None),
        (size, "5MB", 5_000_000),
        (size, "1 KiB", 1_024),
        (size, "77", 77),
        (size, "5 pounds", None),
        (time_of_day, "8:30", time(8, 30)),
        (time_of_day, "24:00", None),
        (weekdays, "mon-fri", frozenset(range(5))),
        (weekdays, "fri-mon", frozenset({4, 5, 6, 0})),
        (weekdays, "Sat, sunday", frozenset({5, 6})),
        (weekdays, "weekends", frozenset({5, 6})),
        (weekdays, "someday", None),
        (slug, "Huawei AND (5G OR 'ZTE')", "huawei-and-5g-or-zte"),
        (slug, "华为 AND 5G", "华为-and-5g"),
        (slug, "!!!", "rule"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_units(read_unit: object, text: str, value: object) -> None:
    assert callable(read_unit)
    assert read_unit(text) == value


def test_an_id_stays_within_forty_characters() -> None:
    ids = Ids(["a" * 40])
    assert [ids.make("a" * 40) for _ in range(10)][-1] == "a" * 37 + "-11"


TIMEZONES = {
    "UTC+2": "Etc/GMT-2",
    "GMT-5": "Etc/GMT+5",
    "+02:00": "Etc/GMT-2",
    "UTC+5:30": "Asia/Kolkata",
    "UTC+0": "UTC",
    "UTC+15": "",
    "PST": "America/Los_Angeles",
    "bst": "Europe/London",
    "Z": "UTC",
    "europe/london": "Europe/London",
    "Berlin": "Europe/Berlin",
    "New York": "America/New_York",
    "Europe/Lodnon": "Europe/London",
    "Lodnon": "Europe/London",
    "XYT": "",
}


@pytest.mark.parametrize(("written", "zone"), TIMEZONES.items())
def test_a_timezone_that_is_none_leads_to_the_same_hours(written: str, zone: str) -> None:
    _, problems = read(f'settings: {{timezone: "{written}"}}\n{RULES}  - x1\n')
    hint = f"did you mean {zone}?" if zone else "write it like Europe/London or America/New_York"
    assert [problem.hint for problem in problems] == [hint]


def test_every_zone_that_is_suggested_exists() -> None:
    offsets = [f"UTC{sign}{hours}" for sign in "+-" for hours in range(1, 13)]
    ways = [way for ways in word_list("zones").values() for way in ways]
    for written in (*(way if way.isalpha() else f"UTC{way}" for way in ways), *offsets):
        zone = ZoneInfo(timezones.nearest_timezone(written))
        offset = datetime(2026, 1, 15, tzinfo=zone).utcoffset()
        assert offset is not None
        if written in offsets:
            assert offset == timedelta(hours=int(written[3:]))
