"""Rules texts that were in force: what changed, by rule, and their bytes again."""

from __future__ import annotations

import pytest

from bot.core.rulefile.added_rules import AddedRule, added_rule_text
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.workbench.rules_history import rules_changes, text_in_force
from bot.model import RuleId, RulesText
from tests.builders import MINUTE, NOW

FEEDS = "feeds: [https://a.example/f]\n"
ONE = FEEDS + "entities: {x: [ZTE]}\nrules:\n  - {id: a, when: Huawei}\n  - {id: b, when: '@x'}  # kept\n"
SHIPS = AddedRule(id=RuleId("ships"), name='The "ships"', when='"oil tanker" AND ferry', by="U1", at=NOW)


def text(content: str, number: int = 0, by: str = "file", *added: AddedRule) -> RulesText:
    rules = tuple(map(added_rule_text, added))
    return RulesText(version=f"v{number}", at=NOW + number * MINUTE, by=by, content=content.encode(), added=rules)


@pytest.mark.parametrize(
    ("after", "added", "removed", "changed"),
    [
        pytest.param(ONE.replace("Huawei", "Nokia"), "", "", "a", id="expression"),
        pytest.param(ONE.replace("[ZTE]", "[ZTE, 中兴]"), "", "", "b", id="entity"),
        pytest.param(ONE.replace("when: Huawei", "when: Huawei, priority: low"), "", "", "a", id="key"),
        pytest.param(ONE.replace("{id: a, when: Huawei}", "{id: c, when: Huawei}"), "c", "a", "", id="id"),
        pytest.param("# a comment\n" + ONE, "", "", "", id="comment"),
        pytest.param("rules: [", "", "ab", "", id="does-not-read"),
    ],
)
def test_what_changed_by_rule(after: str, added: str, removed: str, changed: str) -> None:
    first, second = rules_changes([text(ONE), text(after, 1)], {})
    assert first.added == ("a", "b")
    assert first.diff.startswith("--- rules.yaml\n+++ rules.yaml v0\n")
    assert (second.added, second.removed, second.changed) == (tuple(added), tuple(removed), tuple(changed))
    assert second.diff.startswith("--- rules.yaml v0\n+++ rules.yaml v1\n")
    assert second.concerns("a") == ("a" in added + removed + changed)


def test_a_rule_whose_tests_do_not_hold_any_more_was_in_force() -> None:
    """They held, or the text would not have been taken over: another build reads the stories of tests otherwise."""
    (change,) = rules_changes([text(FEEDS + "rules: [{id: a, when: Huawei, tests: {match: [Nokia]}}]\n")], {})
    assert change.added == ("a",)


def test_a_variable_that_is_not_set_any_more_matters_not() -> None:
    (change,) = rules_changes([text("feeds: ['https://a.example/${KEY}']\nrules: [Huawei]\n")], {})
    assert change.added == ("huawei",)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ONE, id="block"),
        pytest.param("\ufeff" + ONE.replace("\n", "\r\n"), id="windows"),
        pytest.param("rules: [Huawei]\n" + FEEDS, id="brackets"),
        pytest.param(FEEDS, id="none"),
        pytest.param(ONE.rstrip("\n"), id="no-last-line-end"),
    ],
)
def test_a_text_changed_in_slack_reads_as_one_file(content: str) -> None:
    changed = text(content, 1, "U1", SHIPS)
    before, after = rules_changes([text(content), changed], {})
    assert (after.added, after.removed, after.changed) == (("ships",), (), ())
    whole = text_in_force(changed, {})
    ruleset, problems = read_ruleset(whole, {})
    assert ruleset is not None, problems
    assert [rule.id for rule in ruleset.rules] == [*before.added, "ships"]
    (rule,) = (rule for rule in ruleset.rules if rule.id == "ships")
    assert (rule.name, rule.when) == (SHIPS.name, SHIPS.when)
    removed = [line for line in after.diff.splitlines()[2:] if line.startswith("-")]
    assert len(removed) <= 1, "a list in brackets is opened, a last line gets its end; all others stay"


def test_what_the_file_had_is_given_back_byte_by_byte() -> None:
    windows = "\ufeff" + ONE.replace("\n", "\r\n")
    assert text_in_force(text(windows, 0, "file", SHIPS), {}) == windows.encode()


def test_a_rule_of_slack_that_the_file_overrules_is_no_change() -> None:
    clash = AddedRule(id=RuleId("a"), name="a", when="other", by="U1", at=NOW)
    _, after = rules_changes([text(ONE), text(ONE, 1, "U1", clash)], {})
    assert (after.added, after.changed, after.diff) == ((), (), "")
