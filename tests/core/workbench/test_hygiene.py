"""What is wrong with rules, by what they did: warnings, and budgets as errors; the same as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as xml

import pytest

from bot.core.digests.mutes import Overlay, Reaction, ReactionKind
from bot.core.workbench.backtest import Backtest, Covered, Hit, Posting
from bot.core.workbench.hygiene import FindingKind, RuleFinding, as_read, findings
from bot.core.workbench.junit import junit_xml
from bot.core.workbench.precision import MarkCounts
from bot.model import (
    Channel,
    ChannelId,
    EntryId,
    MessageKind,
    PersonId,
    Problem,
    Rule,
    RuleId,
    RuleSet,
    RuleTest,
    StoryId,
)
from tests import builders
from tests.builders import NOW

DESK = ChannelId("desk")
COVERED = Covered(entries=500, first_at=NOW - timedelta(days=10), last_at=NOW)


def sound(name: str, **more: Any) -> Rule:
    """A rule that nothing is wrong with by itself."""
    fields: dict[str, Any] = {"owner": PersonId("U0ANNA"), "tests": (RuleTest(story={}, expected=True),)} | more
    return builders.rule(name, **fields)


def backtest(name: str, per_day: Sequence[int], covered: Covered = COVERED, edits: int = 0) -> Backtest:
    """`per_day`: new messages on the days from the first one on."""
    assert covered.first_at is not None
    moments = [
        covered.first_at + timedelta(days=day, hours=1) for day, count in enumerate(per_day) for _ in range(count)
    ]
    posts = [Posting(at=at, channel=DESK, kind=MessageKind.DIGEST) for at in moments]
    posts += [Posting(at=NOW, channel=DESK, kind=MessageKind.UPDATE)] * edits
    hits = [Hit(entry=EntryId(number), story=StoryId(number), seen_at=at) for number, at in enumerate(moments)]
    return Backtest(
        rule=RuleId(name),
        hits=tuple(hits),
        posts=tuple(posts),
        marks=MarkCounts(),
        covered=covered,
        timezone="UTC",
    )


def found(rules: Sequence[Rule], backtests: Sequence[Backtest], *reactions: Reaction) -> list[RuleFinding]:
    ruleset = RuleSet(version="", rules=tuple(rules), channels={DESK: builders.channel("desk")})
    return list(findings(ruleset, backtests, {}, Overlay(reactions=reactions), NOW))


def kinds(all_found: Sequence[RuleFinding]) -> list[tuple[str, str]]:
    return [(str(one.rule), one.kind.value) for one in all_found]


def test_nothing_is_wrong_with_a_sound_rule() -> None:
    assert found([sound("a")], [backtest("a", [1, 0, 2])]) == []


def test_tests_and_owners_are_missed() -> None:
    rules = [sound("a", tests=()), sound("b", owner=None)]
    all_found = found(rules, [backtest("a", [1]), backtest("b", [1])])
    assert kinds(all_found) == [("a", "no_tests"), ("b", "no_owner")]
    assert {one.severity for one in all_found} == {"warning"}


def test_what_many_rules_lack_is_read_once() -> None:
    """Forty rules without an owner were forty times the same three lines; programs get each."""
    rules = [sound("a", tests=()), sound("b", owner=None, tests=()), *(sound(f"r{n}", owner=None) for n in range(9))]
    all_found = found(rules, [backtest(rule.id, [1]) for rule in rules])
    assert len(all_found) == 12
    assert [one.message for one in as_read(all_found)] == [
        "2 rules have no tests: a, b",
        "10 rules have no owner: b, r0, r1, r2, r3, r4, r5, r6 and 2 more",
    ]
    single = found([sound("a", owner=None)], [backtest("a", [])])
    assert as_read(single) == single


def test_a_silent_rule_is_told_of_where_the_archive_holds_something() -> None:
    (one,) = found([sound("a")], [backtest("a", [])])
    assert one.kind is FindingKind.SILENT
    assert "10 days" in one.message
    assert found([sound("a")], [backtest("a", [], Covered(first_at=NOW, last_at=NOW))]) == []


NOISE = {
    "one stands out": ([2, 3, 4, 3, 90], ["r4"]),
    "all are alike": ([30, 31, 32, 33], []),
    "too few to tell": ([1, 99], []),
    "most are silent, one posts once in two days": ([0, 0, 0, 0, 5], []),
    "most are silent, one does not stop": ([0, 0, 0, 0, 60], ["r4"]),
    "a wide spread": ([1, 20, 40, 60, 80], []),
}


@pytest.mark.parametrize(("messages", "noisy"), NOISE.values(), ids=NOISE)
def test_noise_is_what_stands_three_deviations_above_the_median(messages: list[int], noisy: list[str]) -> None:
    names = [f"r{number}" for number in range(len(messages))]
    all_found = found([sound(name) for name in names], [backtest(n, [m]) for n, m in zip(names, messages, strict=True)])
    assert [str(one.rule) for one in all_found if one.kind is FindingKind.NOISY] == noisy


def test_a_budget_is_exceeded_by_new_messages_alone() -> None:
    rule = sound("a", max_per_day=3)
    assert found([rule], [backtest("a", [3, 3, 1], edits=9)]) == []
    (one,) = found([rule], [backtest("a", [4, 3, 6])])
    assert (one.kind, one.severity) == (FindingKind.BUDGET, "error")
    assert "on 2 days: 6 messages on 2026-02-24" in one.message


def test_a_channel_has_a_budget_of_its_own() -> None:
    channel = Channel(id=DESK, slack="#desk", max_per_day=2, line=7)
    ruleset = RuleSet(version="", channels={DESK: channel})
    days = {DESK: [(date(2026, 3, 1), 2), (date(2026, 3, 2), 5)]}
    (one,) = findings(ruleset, [], days, Overlay(), NOW)
    assert (one.channel, one.line, one.severity) == (DESK, 7, "error")
    assert "5 messages on 2026-03-02" in one.message


def reaction(kind: str, days: int, **more: Any) -> Reaction:
    at = NOW - timedelta(days=days)
    return Reaction(id=f"{kind}{days}", kind=ReactionKind(kind), by="U1", at=at, rule=RuleId("a"), **more)


def test_old_mutes_and_snoozes_are_told_of() -> None:
    def told(*reactions: Reaction) -> list[str]:
        return [one.message for one in found([sound("a")], [backtest("a", [1])], *reactions)]

    assert told(reaction("mute_rule", 6)) == []
    assert told(reaction("mute_rule", 8)) == ["the rule a has been muted since 24 Feb 05:06"]
    assert told(reaction("snooze_rule", 8, until_at=NOW - timedelta(days=1))) == []
    assert told(reaction("snooze_rule", 8, until_at=NOW + timedelta(days=1), channel=DESK)) == [
        "the rule a has been snoozed in desk since 24 Feb 05:06"
    ]
    assert told(reaction("mute_rule", 8, undone_by="U2", undone_at=NOW)) == []


def test_a_finding_stands_at_its_rule() -> None:
    text = "rules:\n  - Huawei AND ZTE\n"
    finding = RuleFinding(kind=FindingKind.SILENT, rule=RuleId("a"), line=2, message="silent", hint="look")
    problem = finding.problem(text)
    assert (problem.line, problem.column, problem.width, problem.excerpt) == (2, 5, 14, "  - Huawei AND ZTE")
    of_slack = RuleFinding(kind=FindingKind.SILENT, rule=RuleId("a"), message="silent", hint="look").problem(text)
    assert (of_slack.line, of_slack.column, of_slack.excerpt) == (1, 1, "")


def test_junit_counts_errors_as_failures_and_warnings_as_skipped() -> None:
    a, b = RuleId("a"), RuleId("b & <c>")
    all_found = [
        RuleFinding(kind=FindingKind.BUDGET, rule=a, message="too many \x07", hint="raise it"),
        RuleFinding(kind=FindingKind.HUSHED, rule=b, message="muted", hint="unmute"),
        RuleFinding(kind=FindingKind.HUSHED, rule=b, message="snoozed", hint="unmute"),
        RuleFinding(kind=FindingKind.BUDGET, channel=DESK, message="desk is full", hint="raise it"),
    ]
    problem = Problem(line=3, column=5, severity="warning", message="never seen")
    text = junit_xml("rules.yaml", [problem], [a, b], [DESK], all_found)
    suite = xml.fromstring(text)[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped")} == {
        "tests": str(1 + 2 * len(FindingKind) + 1),
        "failures": "2",
        "skipped": "2",
    }
    told = {
        (case.get("classname"), case.get("name")): (case[0].tag, case[0].get("message")) for case in suite if len(case)
    }
    assert told == {
        ("rules file", "line 3, column 5"): ("skipped", "never seen"),
        ("a", "budget"): ("failure", "too many  "),
        ("b & <c>", "hushed"): ("skipped", "muted; snoozed"),
        ("desk", "budget"): ("failure", "desk is full"),
    }
