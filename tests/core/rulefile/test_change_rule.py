"""One rule of a file changed: its lines, and no others; whatever way the file is written."""

from __future__ import annotations

import difflib

import pytest

from bot.core.query.parser import parse_query
from bot.core.rulefile.change_rule import Insertion, RuleChange, with_rule_changed
from bot.core.rulefile.ruleset import read_ruleset
from bot.errors import UsageError
from bot.model import Rule, RuleSet
from bot.model import query as ast

BEFORE = "# ours\nfeeds: []\nentities:\n  firm: [Orbrecht]   # a firm\n"
AFTER = "  - id: last   # the end\n    when: Zzz\n# bye\n"
FORMS = {
    "bare": "rules:\n  - Orbrecht OR Velcom   # both\n",
    "bare in quotes": "rules:\n  - 'Orbrecht OR \"Velcom\"'\n",
    "plain": "rules:\n  - id: it\n    when: Orbrecht OR Velcom   # both\n    to: default\n",
    "single quotes": "rules:\n  - id: it\n    when: 'Orbrecht OR \"it''s\"'\n",
    "double quotes": 'rules:\n  - when: "Orbrecht OR \\"a b\\""   # both\n    id: it\n',
    "two lines": "rules:\n  - id: it\n    when: Orbrecht\n      OR Velcom\n    name: It\n",
    "block": "rules:\n  - id: it\n    when: |\n      Orbrecht   # one\n      OR Velcom   # two\n    name: It\n",
    "block after a comment": (
        "rules:\n  - id: it\n    when: |\n      # ours\n\n      # and theirs\n      Orbrecht\n      OR Velcom   # two\n"
    ),
    "folded": "rules:\n  - id: it\n    when: >\n      Orbrecht\n      OR Velcom\n\n    name: It\n",
    "in braces": "rules:\n  - {id: it, when: 'Orbrecht OR Velcom', tests: {match: [Orbrecht wins]}}\n",
    "braces without tests": "rules:\n  - {id: it, when: Orbrecht OR Velcom}\n",
    "tests in lines": (
        "rules:\n  - id: it\n    when: Orbrecht OR Velcom\n    tests:\n      match:\n        - Orbrecht wins   # yes\n"
        "      not:\n        - Nobody wins\n    name: It\n"
    ),
    "tests in brackets": (
        "rules:\n  - id: it\n    when: Orbrecht OR Velcom\n    tests:\n      match: [Orbrecht wins]\n"
        '      not: ["No, no"]   # x\n'
    ),
    "one test": "rules:\n  - id: it\n    when: Orbrecht OR Velcom\n    tests: {not: Nobody wins}\n    name: It\n",
    "only match": (
        "rules:\n  - id: it\n    when: Orbrecht OR Velcom\n    tests:\n      match:\n        - Orbrecht wins\n"
    ),
    "no tests": "rules:\n  - id: it\n    when: Orbrecht OR Velcom\n    tests:\n    name: It\n",
    "brackets over lines": (
        "rules:\n  - id: it\n    when: Orbrecht OR Velcom\n    tests:\n      not: [\n"
        "        Nobody wins,\n        Nothing,\n      ]\n"
    ),
}


def rules_of(text: str) -> RuleSet:
    ruleset, problems = read_ruleset(text.encode(), {})
    assert ruleset is not None, (text, problems)
    return ruleset


def exclusion(rule: Rule) -> RuleChange:
    closing = Insertion(start=rule.query.end, end=rule.query.end, text=') NOT (shop OR "open day")')
    return RuleChange(
        when=(Insertion(start=rule.query.start, end=rule.query.start, text="("), closing),
        match=({"title": "Orbrecht wins: it's a “deal”"},),
        not_match=({"title": "Orbrecht's shop #1"}, {"title": "Day", "body": 'Orbrecht: open day\n\n"Come!"'}),
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("form", FORMS)
def test_a_rule_is_changed_in_its_own_lines(form: str, ending: str) -> None:
    text = (BEFORE + FORMS[form] + AFTER).replace("\n", ending)
    before = rules_of(text)
    rule = before.rules[0]
    changed = with_rule_changed(text, 0, rule, exclusion(rule))
    after = rules_of(changed)
    expected = ast.And(
        operands=(
            rule.query,
            ast.Not(operand=ast.Or(operands=(ast.Word(text="shop"), ast.Phrase(words=("open", "day"))))),
        )
    )
    assert after.rules[0].query == expected
    assert after.rules[0].id == rule.id
    old = [(test.story, test.expected) for test in rule.tests]
    new = [(test.story, test.expected) for test in after.rules[0].tests]
    assert [test for test in new if test in old] == old
    assert len(new) == len(old) + 3
    assert after.rules[1].when == "Zzz"
    assert changed.startswith(BEFORE.replace("\n", ending))
    assert changed.endswith(AFTER.replace("\n", ending))
    assert changed.count("\n") == changed.count(ending)


@pytest.mark.parametrize("form", ["block", "tests in lines", "brackets over lines"])
def test_lines_of_the_rule_that_say_something_else_stay(form: str) -> None:
    text = BEFORE + FORMS[form] + AFTER
    rule = rules_of(text).rules[0]
    changed = with_rule_changed(text, 0, rule, exclusion(rule))
    gone = [line for line in difflib.ndiff(text.splitlines(), changed.splitlines()) if line.startswith("- ")]
    assert all("Orbrecht" in line or "Velcom" in line for line in gone)
    for comment in ("# one", "# two", "# yes"):
        assert (comment in changed) == (comment in text)


ENTITIES = {
    "brackets": "  firm: [Orbrecht, Velcom]   # x\n",
    "lines": "  firm:\n    - Orbrecht   # x\n    - Velcom\n",
    "lines beneath": "  firm:\n  - Orbrecht\n  - Velcom\n",
    "one": "  firm: Orbrecht   # x\n",
    "keys": "  firm:\n    names: [Orbrecht]\n    but_not: [Orbrecht Hall]\n",
    "keys without exceptions": "  firm:\n    names:\n      - Orbrecht\n",
    "keys in braces": "  firm: {names: [Orbrecht], but_not: Orbrecht Hall}\n",
}


@pytest.mark.parametrize("key", ["names", "but_not"])
@pytest.mark.parametrize("form", ENTITIES)
def test_an_entity_is_changed_in_its_own_lines(form: str, key: str) -> None:
    head, tail = (
        "feeds: []\nentities:\n  # first\n  other: [One]\n",
        "  third: [Three]\nrules:\n  - '@firm'\n  - '@other'\n",
    )
    text = head + ENTITIES[form] + tail
    before = rules_of(text)
    change = RuleChange(**{key: {"firm": ("Orbrecht Basin", "O'Brecht")}})
    changed = with_rule_changed(text, 0, before.rules[0], change)
    assert changed.startswith(head)
    assert changed.endswith(tail)
    old, new = before.entities["firm"], rules_of(changed).entities["firm"]
    assert isinstance(old, ast.Entity)
    assert isinstance(new, ast.Entity)
    added = (ast.Phrase(words=("Orbrecht", "Basin")), ast.Word(text="O'Brecht"))
    assert new.names == (old.names + added if key == "names" else old.names)
    assert new.but_not == (old.but_not + added if key == "but_not" else old.but_not)


def test_a_rule_that_is_not_in_the_file_is_refused() -> None:
    text = "feeds: []\nrules:\n  - Orbrecht\n"
    rule = rules_of(text).rules[0]
    with pytest.raises(UsageError, match="not in the rules file"):
        with_rule_changed(text, 1, rule, RuleChange())
    with pytest.raises(UsageError, match="entity firm"):
        with_rule_changed(text, 0, rule, RuleChange(names={"firm": ("X",)}))


def test_a_byte_order_mark_stays() -> None:
    text = "\ufefffeeds: []\nrules:\n  - Orbrecht OR Velcom\n"
    rule = rules_of(text).rules[0]
    changed = with_rule_changed(text, 0, rule, exclusion(rule))
    assert changed.startswith("\ufefffeeds: []\n")
    assert rules_of(changed).rules[0].id == rule.id


WHOLE = {
    "in one line": 'Velcom AND "it\'s new"',
    "in lines, with remarks": 'Velcom  # one\n\nOR "a # b"   # two\n  OR /x#\\d/',
}
"""Expressions that take the place of a rule's whole one, as the desk's playground has them."""


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("when", WHOLE.values(), ids=WHOLE)
def test_a_whole_expression_reads_as_it_was_tried(form: str, when: str, ending: str) -> None:
    text = (BEFORE + FORMS[form] + AFTER).replace("\n", ending)
    before = rules_of(text)
    rule = before.rules[0]
    change = RuleChange(when=(Insertion(start=0, end=len(rule.when), text=when),))
    if form == "folded" and "#" in when:
        with pytest.raises(UsageError, match="YAML joins the lines"):
            with_rule_changed(text, 0, rule, change)
        return
    after, _ = read_ruleset(with_rule_changed(text, 0, rule, change).encode(), {}, tests=False)
    assert after is not None
    assert after.rules[0].query == parse_query(when)
    assert after.rules[0].id == rule.id
    assert [(one.id, one.when) for one in after.rules[1:]] == [(one.id, one.when) for one in before.rules[1:]]


@pytest.mark.parametrize("rule", ["- when: Orbrecht\n    to: default\n", "- {when: Orbrecht, to: default}\n"])
def test_a_rule_that_is_called_by_its_expression_keeps_its_id(rule: str) -> None:
    text = f"{BEFORE}rules:\n  {rule}"
    before = rules_of(text).rules[0]
    change = RuleChange(when=(Insertion(start=0, end=8, text="Velcom"),))
    (after,) = rules_of(with_rule_changed(text, 0, before, change)).rules
    assert (after.id, after.when) == (before.id, "Velcom")
