"""What an entry of a story that was posted waits as, in each channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.digests.waiting import alerts_of
from bot.model import PERHAPS_ANOTHER, ChannelId, Match, RuleId, StoryId, Verdict, WaitingKind
from tests.builders import new_entry, posted, rule

DESK, LATE = ChannelId("desk"), ChannelId("late")
RULES = {RuleId("h"): rule("h", to=(DESK,)), RuleId("o"): rule("o", to=(LATE,))}
UPDATE, REPORT = WaitingKind.UPDATE, WaitingKind.REPORT

CHANGES = {
    "news": (("now: resigns",), [], {DESK: UPDATE, LATE: UPDATE}),
    "the outlet again": (("the same outlet reports again",), [], {DESK: UPDATE, LATE: UPDATE}),
    "in doubt, no rule holds": ((PERHAPS_ANOTHER,), [], {DESK: REPORT, LATE: REPORT}),
    "in doubt, a rule holds": ((PERHAPS_ANOTHER,), ["h"], {DESK: UPDATE, LATE: REPORT}),
}


@pytest.mark.parametrize(("changes", "holds", "kinds"), CHANGES.values(), ids=CHANGES)
def test_what_may_be_another_event_is_news_where_a_rule_holds_on_it(
    changes: tuple[str, ...], holds: list[str], kinds: dict[ChannelId, WaitingKind]
) -> None:
    """A submarine of Lego came into a channel that watches sums of money, as an update of a shipyard's $2.7 billion."""
    new = new_entry(2, 1)
    new = replace(new, decision=replace(new.decision, verdict=Verdict.UPDATE, changes=changes))
    before = {StoryId(1): dict.fromkeys(RULES, False)}
    told = [posted("desk", 1), posted("late", 1)]
    alerts = alerts_of([new], [[Match(rule=RuleId(name)) for name in holds]], RULES, before, told)
    assert {row.channel: row.kind for row in alerts.waiting} == kinds
