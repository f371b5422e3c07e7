"""The form of a rule where there is more than a menu of Slack's takes."""

from __future__ import annotations

import pytest

from bot.core.rulefile.ruleset import read_ruleset
from bot.drills.slack_limits import block_problems
from bot.interact.commands import RuleForm
from bot.interact.views import rule_modal


@pytest.mark.parametrize(
    ("channels", "chosen", "shown"),
    [
        (3, "c002", "c002"),
        (150, "c002", "c002"),
        (150, "c149", "c149"),
        (3, "", "default"),
        (3, "removed", "default"),
        (150, "removed", "default"),
        (150, "@U0ANA", "@"),
    ],
)
def test_who_sends_the_form_without_a_look_at_the_channel_changes_nothing(
    channels: int, chosen: str, shown: str
) -> None:
    """Of a rule of the hundredth channel the form said `me, in a direct message`, and the rule went there."""
    declared = "".join(f"  c{number:03}: {{slack: '#c{number}'}}\n" for number in range(channels))
    ruleset, _ = read_ruleset(f"feeds: ['https://a.example/f']\nchannels:\n{declared}rules: [Huawei]\n".encode(), {})
    assert ruleset is not None
    blocks = rule_modal(RuleForm(query="ferry", channel=chosen), ruleset, None)["blocks"]
    (menu,) = [block["element"] for block in blocks if block.get("block_id") == "channel"]
    assert menu["initial_option"]["value"] == shown
    assert menu["initial_option"] in menu["options"]
    assert block_problems(blocks, view=True) == []
