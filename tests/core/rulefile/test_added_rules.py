"""Rules that people added in Slack, beside the file's."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.rulefile.added_rules import (
    ADDED_RULES,
    AddedRule,
    added_rule_text,
    read_added_rules,
    with_added_rules,
)
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Channel, ChannelId, RuleId, RuleSet

AT = datetime(2026, 6, 2, 9, tzinfo=UTC)


def ruleset(text: str) -> RuleSet:
    made, problems = read_ruleset(text.encode(), {})
    assert made is not None, problems
    return made


def test_the_file_wins_and_says_so() -> None:
    base = ruleset("feeds: [https://a.example/f]\nentities: {e: [x]}\nrules:\n  - {id: ships, when: ferry}\n")
    default = Channel(id=ChannelId("default"), slack="#news")
    rules = [
        AddedRule(id=RuleId("ships"), name="s", when="boat", by="U1", at=AT),
        AddedRule(id=RuleId("gone"), name="g", when="@nobody", by="U1", at=AT),
        AddedRule(id=RuleId("tunnels"), name="t", when="tunnel OR @e", to=(ChannelId("lost"),), by="U1", at=AT),
    ]
    added = read_added_rules({ADDED_RULES + rule.id: added_rule_text(rule) for rule in rules})
    both, problems = with_added_rules(base, added, default)
    assert [(rule.id, rule.when, rule.to) for rule in both.rules] == [
        ("ships", "ferry", ("default",)),
        ("tunnels", "tunnel OR @e", ("default",)),
    ]
    assert [rule.owner for rule in both.rules] == [None, "U1"]
    assert [problem.split(":")[0] for problem in problems] == ["gone", "ships"]
    assert both.version != base.version
    assert "default" in both.channels
