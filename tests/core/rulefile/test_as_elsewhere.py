"""Rules written as other tools and formats have them: what is told, and that what it says to write is sound."""

from __future__ import annotations

import pytest

from bot.core.rulefile.ruleset import read_ruleset

FILE = "feeds:\n  - https://news.example/rss\nrules:\n"
RULE = FILE + "  - id: a\n    when: Huawei\n"

REFUSED = [
    ("- HEADLINE(Huawei)", "a field is followed by a colon", "write title:(…)", "- title:(Huawei)"),
    ("- HLEAD(Huawei OR ZTE) AND 5G", "a field is followed by a colon", "write title:(…)", "- title:(Huawei OR ZTE)"),
    ("- 'hlp=Huawei'", "a field is followed by a colon", "write title:Huawei", "- title:Huawei"),
    ("- hd:Huawei", "there is no field hd:", "did you mean title:?", "- title:Huawei"),
    (
        "- ALLCAPS(AIDS) AND Africa",
        "other tools write it so",
        "write =AIDS",
        "- =AIDS AND Africa",
    ),
    (
        "- *berg",
        "* at the beginning of a value means something else in YAML",
        r"put the rule in single quotes: 'berg'; for words that end so: '/\w*berg\b/i'",
        r"- '/\w*berg\b/i'",
    ),
    ("- Huawei AND *berg", "* comes too early: no word begins with it (*berg)", r"write /\w*berg\b/i", "- Huawei"),
    (
        "- Huawei AND *berg*",
        "* comes too early: no word begins with it (*berg*)",
        "write /berg/i",
        "- Huawei AND /berg/i",
    ),
    ("- OR(Huawei)", "OR cannot begin a rule", "it stands between two words: a OR b", "- Huawei OR ZTE"),
    (
        "- when: {any: [Huawei, ZTE]}",
        "when takes a rule as text, not a mapping",
        "write it as text: Huawei OR ZTE",
        "- Huawei OR ZTE",
    ),
    (
        "- when:\n      all: [Huawei, trade war]",
        "when takes a rule as text, not a mapping",
        "write it as text: Huawei AND (trade war)",
        '- Huawei AND ("trade war")',
    ),
    ("- {when:Huawei, name: x}", "a rule has no key when:Huawei", "write when: Huawei", "- {when: Huawei, name: x}"),
    ("- when: Huawei\n    unless: shop", "a rule has no key unless", "write NOT in when:", "- Huawei NOT shop"),
    (
        "- when: Huawei\n    name: 'It's China'",
        "YAML ends this text behind the closing '; what follows belongs to nothing",
        "put the text in single quotes: 'It''s China'",
        "- when: Huawei\n    name: 'It''s China'",
    ),
    ("- when: Huawei\n    name: [China]", "name takes text, not a list", "[ begins a list", "- Huawei"),
    (
        "- when: Huawei\n    tests:\n      match: [Exclusive: Huawei wins]",
        "the : in this line makes YAML read the test as a key with a value",
        "put the text in single quotes: 'Exclusive: Huawei wins'",
        "- when: Huawei\n    tests:\n      match: ['Exclusive: Huawei wins']",
    ),
    (
        '- when: Huawei\n    tests:\n      match: ["Huawei wins" "Huawei pays"]',
        "a comma is missing behind this text",
        "write , between two items",
        '- when: Huawei\n    tests:\n      match: ["Huawei wins", "Huawei pays"]',
    ),
]


@pytest.mark.parametrize(("rule", "message", "hint", "instead"), REFUSED)
def test_what_other_tools_write_is_told_with_what_to_write(rule: str, message: str, hint: str, instead: str) -> None:
    ruleset, problems = read_ruleset(f"{FILE}  {rule}\n".encode(), {})
    assert ruleset is None
    assert problems[0].message == message
    assert hint in problems[0].hint
    ruleset, problems = read_ruleset(f"{FILE}  {instead}\n".encode(), {})
    assert ruleset is not None, problems


@pytest.mark.parametrize(
    ("rule", "whole"),
    [
        ("- Huawei and 5G", "Huawei AND 5G"),
        ("- 'Huawei and 5G'", "'Huawei AND 5G'"),
        ('- when: "Huawei and 5G"', "'Huawei AND 5G'"),
        ("- !ZTE && Huawei", "'NOT ZTE AND Huawei'"),
        ("- when: |\n      Huawei and (5G or ZTE\n", "Huawei AND (5G OR ZTE)"),
        ("- when: |\n      Huawei and\n      'trade war'", 'Huawei AND "trade war"'),
        ('- "trade war" -Huawei', "'\"trade war\" NOT Huawei'"),
        ("- “trade war” and @us", ""),
        ("- Huawei and ‘Let''s Dance’", ""),
        ("- Huawei and 5G or ZTE", ""),
        ("- ‘trade war’ and 5G", "'\"trade war\" AND 5G'"),
        ('- "trade war" AND 5G', ""),
    ],
)
def test_the_whole_rule_is_shown_as_it_can_be_pasted(rule: str, whole: str) -> None:
    _, problems = read_ruleset(f"{FILE}  {rule}\n".encode(), {})
    assert problems[-1].whole == whole
    assert not whole or read_ruleset(f"{FILE}  - {whole}\n".encode(), {})[1] == ()


@pytest.mark.parametrize(
    ("rule", "message", "hint"),
    [
        (
            "- recycl! AND plastic",
            "the ! stands for no letters: recycl! finds recycl and no longer word",
            "write recycl* for all words that begin so, recycl for this one",
        ),
        (
            r"- 'Huawei AND /\\d{3} dead/'",
            r"\\ asks for a backslash: no text holds \d as it stands",
            r"write \d, with one backslash",
        ),
        ("- Yahoo! AND Huawei", "", ""),
        (r"- 'Huawei AND /C:\\Windows/'", "", ""),
        (r"- 'Huawei AND /srv\\\d+/'", "", ""),
    ],
)
def test_what_finds_something_else_elsewhere_is_warned_of(rule: str, message: str, hint: str) -> None:
    ruleset, problems = read_ruleset(f"{FILE}  {rule}\n".encode(), {})
    assert ruleset is not None
    assert [(problem.message, problem.hint) for problem in problems] == ([(message, hint)] if message else [])


def test_a_pattern_in_a_list_is_quoted_alone() -> None:
    text = RULE + 'text:\n  promo: ["^more\\s"]\n'
    _, (problem,) = read_ruleset(text.encode(), {})
    assert problem.hint == r"put the text in single quotes: '^more\s'"
    assert read_ruleset(text.replace('"', "'").encode(), {})[1] == ()


def test_a_rule_with_a_long_expression_and_no_name_is_called_by_its_id() -> None:
    names = {
        "Huawei AND 5G": "Huawei AND 5G",
        f"Huawei OR ({' OR '.join(['ZTE', 'Nokia', 'Ericsson'] * 5)})": "vendors",
    }
    for when, name in names.items():
        ruleset, _ = read_ruleset(f"{FILE}  - {{id: vendors, when: '{when}'}}\n".encode(), {})
        assert ruleset is not None
        assert ruleset.rules[0].name == name
