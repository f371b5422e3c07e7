"""What comes into a rules file with the clipboard: signs that nobody sees, fences, headlines as tests."""

from __future__ import annotations

import pytest

from tests.core.rulefile.files import FEED, RULES, read

RULE = RULES + "  - id: a\n    when: Huawei OR Nokia\n"
PASTED = {
    "a space of a page before an item": (RULES + "\u00a0\u00a0- Huawei\n", 4, 1, "(U+00A0) indents this line"),
    "a mark of direction before an item": (RULES + "  \u200f- Huawei\n", 4, 3, "(U+200F) stands here"),
    "a mark of direction before a key": (FEED + "\u200frules:\n  - Huawei\n", 3, 1, "(U+200F) stands here"),
    "the byte order mark of a joined file": (FEED + "\ufeffrules:\n  - Huawei\n", 3, 1, "(U+FEFF) stands here"),
    "a space of a page before a key that rules have as a field, too": (
        RULE + "    tests:\n      match:\n        - body: Huawei\n\u00a0         title: Huawei\n",
        9,
        1,
        "(U+00A0) indents this line",
    ),
    "spaces of a page throughout": (RULES + "\u00a0\u00a0-\u00a0Huawei\n", 4, 1, "(U+00A0) indents this line"),
    "a tab behind a dash": (RULES + "  -\tHuawei\n", 4, 4, "a tab stands behind this -"),
    "a fence": (f"```yaml\n{RULES}  - Huawei\n```\n", 1, 1, "belongs to the page that this was copied from"),
}


@pytest.mark.parametrize(("text", "line", "column", "message"), PASTED.values(), ids=PASTED)
def test_it_is_one_problem_where_it_stands(text: str, line: int, column: int, message: str) -> None:
    _, (problem,) = read(text)
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message


def test_lines_of_a_rule_may_be_indented_as_they_came() -> None:
    ruleset, problems = read(RULES + "  - when: |\n      \u00a0title: Huawei\n      \u3000AND \u200fعقد\n")
    assert problems == ()
    assert ruleset is not None
    assert len(ruleset.rules) == 1


TEXTS = {
    "a block": "|\n            {}",
    "a folded block": ">-\n            Huawei wins\n            {}",
    "double quotes": '"Huawei wins\n            {}"',
    "single quotes": "'Huawei wins\n            {}'",
}


@pytest.mark.parametrize("line", ["\u3000Note: Huawei", "\u00a0- Huawei wins", "\u200fهواوي: عقد", "\ufeffUpdate: x"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_so_may_those_of_a_text(text: str, line: str) -> None:
    """Of a sound file it was said that its lines are to be indented otherwise, and no worker would start on it."""
    body = text.format(line)
    ruleset, problems = read(f"{RULE}    tests:\n      match:\n        - title: Huawei\n          body: {body}\n")
    assert problems == ()
    assert ruleset is not None
    assert line in str(ruleset.rules[0].tests[0].story["body"])


def test_a_fence_inside_a_text_is_its_own() -> None:
    fenced = "        - title: Huawei\n          body: |\n            ```\n            code\n            ```\n"
    _, (problem,) = read(f'{RULE}    tests:\n      match:\n{fenced}  - id: b\n    when: "x" OR y\n')
    assert (problem.line, problem.column) == (14, 11)


HEADLINES = (
    '"Huawei" wins big',
    "'Huawei' wins big",
    "[Live] Huawei wins",
    "{Exclusive} Huawei wins",
    "@huawei says no",
    "> Huawei wins",
    "Huawei: what now",
)


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize(
    "place", ["    tests:\n      match:\n        - {}\n", "    tests:\n      match:\n      - {}\n"]
)
def test_a_headline_as_a_test_is_quoted_as_it_is(headline: str, place: str) -> None:
    """`put the rule in single quotes, and group with ( )` was said of a headline that begins with [Live]."""
    _, (problem,) = read(RULE + place.format(headline))
    quoted = "'" + headline.replace("'", "''") + "'"
    assert problem.hint == f"put the text in single quotes: {quoted}"
    ruleset, problems = read(RULE + place.format(quoted))
    assert problems == ()
    assert ruleset is not None
    assert ruleset.rules[0].tests[0].story["title"] == headline


BRACKETS = {
    "{match: [Huawei 5G, [Live] Huawei wins]}": ["'[Live] Huawei wins'"],
    "{match: [Huawei wins [video], Nokia]}": ["'Huawei wins [video]'"],
    "{match: [Huawei {5G} wins]}": ["'Huawei {5G} wins'"],
    "{match: [[Live] Huawei, [Live] Nokia]}": ["'[Live] Huawei'", "'[Live] Nokia'"],
}


@pytest.mark.parametrize(("tests", "quoted"), BRACKETS.items())
def test_brackets_of_a_headline_inside_a_list(tests: str, quoted: list[str]) -> None:
    """`this list is never closed`, of one that was."""
    _, problems = read(f"{RULE}    tests: {tests}\n")
    assert [problem.hint for problem in problems] == [f"put the text in single quotes: {one}" for one in quoted]
    for one in quoted:
        tests = tests.replace(one[1:-1], one)
    assert read(f"{RULE}    tests: {tests}\n")[1] == ()


@pytest.mark.parametrize("tests", ["{match: [Huawei, [Nokia}", "{match: [Huawei], not: [ZTE]", "{match: [Huawei] x]}"])
def test_a_list_that_is_not_closed_is_said_to_be_none(tests: str) -> None:
    _, problems = read(f"{RULE}    tests: {tests}\n")
    assert "never closed" in problems[0].message


CUT = {
    "a headline": "    tests:\n      match:\n        - Huawei is #1 in China\n",
    "a title": "    tests:\n      match:\n        - title: Huawei is #1 in China\n",
    "a name": "    name: Huawei is #1 in China\n",
}


@pytest.mark.parametrize("lines", CUT.values(), ids=CUT)
def test_what_yaml_takes_for_a_comment_is_told(lines: str) -> None:
    _, (problem,) = read(RULE + lines)
    assert problem.severity == "warning"
    assert "'Huawei is #1 in China'" in problem.hint
    for written in ("'Huawei is #1 in China'", "Huawei is # 1 in China"):
        assert read(RULE + lines.replace("Huawei is #1 in China", written))[1] == ()


def test_a_word_to_quote_is_no_part_of_the_first_one() -> None:
    """`أو` (or) begins `أوبك` (OPEC): the hint quoted the beginning of the name."""
    _, (problem,) = read(RULES + "  - أوبك أو أرامكو\n")
    assert problem.hint.startswith('write OR; of a name write "أوبك أو أرامكو" (')


@pytest.mark.parametrize(("number", "plain"), [("1_000", 1000), ("1,000", 1000), ("1.000", 1000), ("1’000", 1000)])
def test_a_number_in_groups_is_shown_without_them(number: str, plain: int) -> None:
    _, (problem,) = read(f"{RULE}    max_per_day: {number}\n")
    assert problem.hint == f"write {plain}"
