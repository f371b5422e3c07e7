"""What YAML reads without an error, and otherwise than it was meant: told, with what to write."""

from __future__ import annotations

import pytest

from tests.core.rulefile.files import FEED, RULES, read

TRAPS = [
    # (file, line, column, severity, what is said, what to write)
    (RULES + '  - "/\\bUS\\b/ AND Huawei"\n', 4, 7, "error", "a backslash in double quotes", "'/\\bUS\\b/ AND Huawei'"),
    (RULES + '  - "\\bHuawei\\b"\n', 4, 6, "error", "a backslash in double quotes", "'\\bHuawei\\b'"),
    (RULES + '  - "/\\P{L}US/ AND x"\n', 4, 7, "error", "a backslash in double quotes", "'/\\P{L}US/ AND x'"),
    (RULES + '  - "O\\\'Brien"\n', 4, 7, "error", "a backslash in double quotes", "'O''Brien'"),
    (
        FEED + 'text:\n  promo: ["\\bour partners"]\nrules:\n  - x\n',
        4,
        12,
        "error",
        "a backslash in double",
        "'\\bour partners'",
    ),
    (RULES + "  - id： a\n    when: Huawei\n", 4, 5, "error", "： is no colon for YAML", "write id: and a space"),
    (RULES + "  - id: a\n    when：Huawei\n", 5, 5, "error", "： is no colon for YAML", "write when: and a space"),
    (FEED + "rules：\n  - Huawei\n", 3, 1, "error", "： is no colon for YAML", "write rules: and a space"),
    (RULES + "  - when: x\n    to: #policy\n", 5, 8, "error", "to is empty", 'write "#policy" in quotes'),
    (RULES + "  - when: #Huawei\n", 4, 10, "error", "when is empty", "put the rule in single quotes: '#Huawei'"),
    (
        FEED + "channels: {a: {slack: C1}}\nrules:\n  - when: x\n    to: [#a]\n",
        6,
        10,
        "error",
        "# begins a comment",
        '"#a"',
    ),
    (
        FEED + "entities: {h: [Huawei， 华为]}\nrules:\n  - '@h'\n",
        3,
        16,
        "warning",
        "“，” parts nothing",
        "[Huawei, 华为]",
    ),
    (
        FEED + "entities: {h: Huawei、华为}\nrules:\n  - '@h'\n",
        3,
        15,
        "warning",
        "“、” parts nothing",
        "[Huawei, 华为]",
    ),
    (FEED + "entities: {h: [Huawei; ZTE]}\nrules:\n  - '@h'\n", 3, 16, "warning", "“;” parts nothing", "[Huawei, ZTE]"),
    (RULES + "  - when: |\n    Huawei AND 5G\n", 5, 5, "error", "the text of a | stands further in", "write 6 spaces"),
    (
        RULES + '  - {id: a, when: "Huawei" OR ZTE}\n',
        4,
        19,
        "error",
        "YAML ends this text behind",
        "single quotes: '\"Huawei\" OR ZTE'",
    ),
    (
        FEED + 'entities: {us: ["US", "T-Mobile" US]}\nrules:\n  - "@us"\n',
        3,
        23,
        "error",
        "YAML ends this text",
        "'\"T-Mobile\" US'",
    ),
    (
        FEED + "channels: {default: {slack: “#policy”}}\nrules:\n  - x\n",
        3,
        29,
        "error",
        "a channel's #name or id, not “#policy”",
        "has no “",
    ),
    (
        FEED + "entities: {h: [Huawei]}\nrules:\n  - “@h wins” NOT x\n",
        5,
        5,
        "warning",
        "@ inside quotes asks for nothing",
        "take the quotes away: @h wins",
    ),
    (RULES + "  - '\"title:trade war\"'\n", 4, 6, "warning", "title: inside quotes asks", 'write title:"trade war"'),
    (RULES + "  - x AND “=Apple”\n", 4, 11, "warning", "= inside quotes asks", 'write ="Apple"'),
    (RULES + "  - Huawei\n    - ZTE\n", 5, 5, "error", "- is no letter", "begins in the column of the one above"),
    (RULES + "  - Huawei AND\n  5G\n", 5, 5, "error", "a : is missing", "goes on in the next line stands further in"),
    (RULES + "  - when: Huawei\n    feeds: []\n", 5, 12, "error", "feeds names no feed", "delete feeds: for all"),
    (
        RULES + "  - when: x\n  -id: b\n",
        5,
        3,
        "error",
        "the next item of the list",
        "begins with - and a space: - id: b",
    ),
    (
        RULES + "  - when: x AND\n      # y\n      z\n",
        6,
        7,
        "error",
        "does not fit here",
        "a comment ends the text above",
    ),
    (RULES + "  - - Huawei\n    - ZTE\n", 4, 5, "error", "a rule is text, not a list", "write one - before each rule"),
    (RULES + "  - huawei: Huawei AND 5G\n", 4, 5, "error", "a rule has no key huawei", "of its name write id: huawei"),
]


@pytest.mark.parametrize(("text", "line", "column", "severity", "message", "hint"), TRAPS)
def test_it_is_told_where_it_stands(text: str, line: int, column: int, severity: str, message: str, hint: str) -> None:
    _, (problem,) = read(text)
    assert (problem.line, problem.column, problem.severity) == (line, column, severity)
    assert message in problem.message
    assert hint in problem.hint


def test_a_list_below_a_name_is_no_rule_of_this_name() -> None:
    _, problems = read(RULES + "  - any: [x, y]\n")
    assert [problem.message for problem in problems] == ["a rule has no key any", "this rule has no when:"]


def test_several_keys_in_one_line_are_shown_in_lines_of_their_own() -> None:
    _, problems = read(RULES + "  - id: a, when: Huawei\n")
    assert any("id: a, and below it when: Huawei" in problem.hint for problem in problems)


def test_what_stands_below_a_shallow_block_is_read() -> None:
    _, problems = read(RULES + "  - when: |\n    Huawei AND 5G\n    priority: high\n  - Huawei and ZTE\n")
    assert [problem.line for problem in problems] == [5, 6, 7]


@pytest.mark.parametrize(
    "text",
    [
        RULES + '  - "Huawei\\tAND \\u4e2d\\u56fd"\n',
        RULES + '  - "/\\\\bUS\\\\b/ AND Huawei"\n',
        RULES + "  - when: |\n      Huawei AND\n      title：5G\n",
        RULES + "  - 'Zelm OR “@jane” OR “Source: Molm”'\n",
        FEED + "entities: {h: ['教育、文化、スポーツ部']}\nrules:\n  - '@h'\n",
        '{"feeds": ["https:\\/\\/news.example\\/rss"], "rules": ["Huawei AND 5G"]}',
    ],
)
def test_what_is_meant_as_it_stands_is_left_alone(text: str) -> None:
    ruleset, problems = read(text)
    assert ruleset is not None
    assert problems == ()
