"""Feeds that the machine has nothing left for: told where one of them waits for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.polling import ShortageWatch
from bot.model import FeedId
from tests.builders import NOW

ONE, OTHER = FeedId("one"), FeedId("other")
ERROR = "No parser can be started."


@pytest.mark.parametrize(
    ("polls", "told"),
    [
        ([(0, ONE, "short"), (9, ONE, "short")], None),
        ([(0, ONE, "short"), (10, ONE, "short")], "1 feed"),
        ([(0, ONE, "short"), (10, OTHER, "short")], "2 feeds"),
        ([(0, ONE, "short"), (5, ONE, "served"), (10, ONE, "short")], None),
        ([(0, ONE, "short"), (5, OTHER, "served"), (10, ONE, "short")], "1 feed"),
        ([(0, ONE, "short"), (5, ONE, "forget"), (10, ONE, "short")], None),
    ],
    ids=["for less", "one", "another one", "it had its turn", "another one had", "other rules"],
)
def test_who_is_put_off_for_ten_minutes(polls: list[tuple[int, FeedId, str]], told: str | None) -> None:
    watch = ShortageWatch()
    notice = None
    for minutes, feed, what in polls:
        if what == "forget":
            watch.forget()
        elif what == "served":
            watch.served(feed)
        else:
            notice = watch.short(feed, ERROR, NOW + timedelta(minutes=minutes), "Asia/Dubai")
    if told is None:
        assert notice is None
    else:
        assert notice is not None
        assert f"Since 4 Mar 09:06 +04 {told} cannot be read" in notice.text
        assert ERROR in notice.text
