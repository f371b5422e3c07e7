"""What ops is told comes together where it comes at once, and nothing waits for long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digests.notices import are_due, together
from bot.core.polling import messages
from bot.model import Notice, RuleId

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def notice(number: int, text: str = "The Wire fails", ago: float = 0.0) -> Notice:
    return Notice(key=f"k{number}", text=text, at=NOW - timedelta(seconds=ago))


@pytest.mark.parametrize(
    ("ago", "due"),
    [
        pytest.param([], False, id="none"),
        pytest.param([0.5], False, id="one, just now"),
        pytest.param([2.5], True, id="one, and nothing came for a moment"),
        pytest.param([15, 12, 6, 0.5], False, id="they keep coming"),
        pytest.param([25, 15, 6, 0.5], True, id="they have kept coming for long enough"),
        pytest.param([-3600], True, id="the clock was set back"),
        pytest.param([-3600, 0.5], True, id="the clock was set back, and another came"),
    ],
)
def test_what_waits_is_told_when_nothing_came_for_a_moment(ago: Sequence[float], due: bool) -> None:
    assert are_due([notice(number, ago=seconds) for number, seconds in enumerate(ago)], NOW) == due


def test_what_comes_at_once_is_one_message_of_a_line_each() -> None:
    (message,) = together([notice(number, f"New feed {number}") for number in range(3)])
    assert message.text == "New feed 0\nNew feed 1\nNew feed 2"


def test_what_is_said_of_many_feeds_alike_is_one_line() -> None:
    """Forty new feeds were forty lines of the same words, and a feed that fails stood among them."""
    told = [messages.baseline(f"The {name}", number) for number, name in enumerate(("Wire: UK", "Argus", "Herald"), 1)]
    fails = messages.failing("The Echo (echo)", "HTTP 404", 1, NOW, "Europe/Berlin")
    (message,) = together([notice(number, text) for number, text in enumerate([told[0], fails, *told[1:]])])
    assert message.text == (
        "New, and taken in without alerts: The Wire: UK (1 entry), The Argus (2 entries), The Herald (3 entries). What "
        "comes from now on alerts.\n"
        "Feed The Echo (echo) fails: HTTP 404. Next try 24 Nov 10:00 CET; Wirewatch keeps trying."
    )
    old = [
        messages.too_old(name, number, NOW, timedelta(days=30), None, "Europe/London")
        for number, name in enumerate(("A. B.", "C"), 1)
    ]
    (message,) = together([notice(number, text) for number, text in enumerate(old)])
    assert message.text.startswith(
        "Too late to alert: 1 entry of A. B. (read last 24 Nov 09:00 GMT), 2 entries of C (read last 24 Nov 09:00 GMT)."
    )


def test_what_is_told_of_a_rule_stands_alone() -> None:
    """Its message has that rule's button, and says whose rule it is."""
    of_rule = Notice.of_rule(RuleId("huawei"), "quiet", "Huawei is quiet", NOW)
    told = together([notice(1), notice(2), of_rule, notice(3), notice(4)])
    assert [(one.text.count("\n") + 1, one.rule) for one in told] == [(2, None), (1, "huawei"), (2, None)]


@given(st.lists(st.text("ab \n", max_size=1500), max_size=12))
def test_nothing_is_left_out_and_no_message_grows_too_long(texts: list[str]) -> None:
    notices = [notice(number, text) for number, text in enumerate(texts)]
    told = together(notices)
    assert "\n".join(one.text for one in told) == "\n".join(texts)
    assert all(len(one.text) <= 2_501 for one in told)
    assert len({one.key for one in told}) == len(told)
    assert together(notices) == told
