"""Values that are sound and hardly meant so: each is warned of, and the file is read all the same."""

from __future__ import annotations

import pytest

from bot.core.rulefile.problems import problem_text
from bot.core.rulefile.ruleset import read_ruleset

FEEDS = "feeds: [https://news.example/rss]\n"
WARNED = {
    "names with commas": (
        FEEDS + "entities: {no: 'Norway, Norge'}\nrules: ['@no']\n",
        "write a list",
        "[Norway, Norge]",
    ),
    "names of which the last is short": (
        FEEDS + "entities: {x: 'Nokia, ZTE, HP', y: ['Apple, Inc.']}\nrules: ['@x', '@y']\n",
        "a name of x is one text",
        "[Nokia, ZTE, HP]",
    ),
    "names of firms": (
        FEEDS + "entities: {x: 'Apple Inc., Meta Inc.'}\nrules: ['@x']\n",
        "a name of x is one text",
        "[Apple Inc., Meta Inc.]",
    ),
    "exceptions with commas": (
        FEEDS + "entities: {us: {names: USA, but_not: 'x1 US, x2 US'}}\nrules: ['@us']\n",
        "but_not of us is one text",
        "[x1 US, x2 US]",
    ),
    "tags with commas": (
        "feeds: [{url: 'https://news.example/rss', tags: 'tech, law'}]\nrules: [Huawei]\n",
        "tags is one text",
        "[tech, law]",
    ),
    "a name that no rule can write": (
        FEEDS + "entities: {my firm: Orbrecht}\nrules: [Huawei]\n",
        "no rule can name this entity: @my firm",
        "my-firm",
    ),
    "quiet hours of no length": (
        FEEDS + "channels: {a: {slack: '#a', quiet: {from: '22:00', to: '22:00'}}}\nrules: [{when: Huawei, to: a}]\n",
        "nothing is quiet",
        "delete quiet",
    ),
}
SOUND = (
    FEEDS + "entities: {acme: ['Acme, Inc.'], zetrix: '\"Zetrix, Ltd\" OR Zetrix'}\nrules: ['@acme OR @zetrix']\n",
    FEEDS + "entities: {x: 'Washington, D.C.', y: {names: 'Apple, Inc.', but_not: 'Y, Ltd'}}\nrules: ['@x', '@y']\n",
    FEEDS + "entities: {x: 'Robert Downey, Jr', y: 'Jane Roe, M. D., Ph.D.'}\nrules: ['@x', '@y']\n",
    FEEDS + "rules: [{when: Huawei, tests: {match: 'Huawei wins, they say'}}]\n",
)


@pytest.mark.parametrize(("file", "message", "hint"), WARNED.values(), ids=WARNED)
def test_what_is_hardly_meant_is_warned_of(file: str, message: str, hint: str) -> None:
    ruleset, (problem,) = read_ruleset(file.encode(), {})
    assert ruleset is not None
    assert problem.severity == "warning"
    text = problem_text("rules.yaml", problem)
    assert message in text
    assert hint in text


@pytest.mark.parametrize("file", SOUND)
def test_commas_that_are_meant(file: str) -> None:
    ruleset, problems = read_ruleset(file.encode(), {})
    assert ruleset is not None
    assert problems == ()


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\u2003"])
def test_spaces_that_are_none_for_yaml_are_named_and_the_rest_is_read(space: str) -> None:
    """Copied from a web page: a colon was said to be missing."""
    _, problems = read_ruleset(f"{FEEDS}rules:\n{space}{space}- Huawei\n  - Nokia and ZTE\n".encode(), {})
    assert [(problem.line, problem.column) for problem in problems] == [(3, 1), (4, 11)]
    assert f"U+{ord(space):04X}" in problems[0].message


@pytest.mark.parametrize(
    "address, said",
    [
        ("xoxb-1-geheim", "a token"),
        ("#ops,#news", "for several"),
        ("#", "# alone"),
        ("#" + "n" * 90, "at most 80"),
        ("ana@news.example", "no @"),
        ("S012A3CDE", "begins with C"),  # a group of people
        ("T012A3CDE", "begins with C"),
        ("#C012A3CDEF", "write C012A3CDEF"),
        ("\uff03policy", "no \uff03"),
        ("policy#", "no #"),
    ],
)
def test_what_is_no_channel(address: str, said: str) -> None:
    """All were taken, and held when they were posted to."""
    file = f"{FEEDS}channels: {{a: {{slack: '{address}'}}}}\nrules: [{{when: Huawei, to: a}}]\n"
    _, (problem,) = read_ruleset(file.encode(), {})
    assert said in f"{problem.message} {problem.hint}"
    assert "geheim" not in f"{problem.message} {problem.hint}"


def test_the_address_of_a_webhook_is_not_repeated() -> None:
    """It is as good as a password, and messages reach Slack and logs."""
    file = (
        FEEDS + "channels: {a: {slack: 'https://hooks.slack.com/services/T0/B0/XYZ'}}\nrules: [{when: Huawei, to: a}]\n"
    )
    _, (problem,) = read_ruleset(file.encode(), {})
    assert "XYZ" not in problem.message
    assert "#name" in problem.hint


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [("#desk", "#desk", True), ("#desk", "Desk", True), ("C0DESK0001", "#desk", False), ("#desk", "#wide", False)],
)
def test_a_rule_that_tells_one_place_twice(first: str, second: str, is_told: bool) -> None:
    file = f"{FEEDS}channels: {{a: {{slack: '{first}', immediate: {{}}}}, b: {{slack: '{second}'}}}}\n"
    _, problems = read_ruleset(f"{file}rules: [{{when: Huawei, to: [a, b]}}]\n".encode(), {}, lint=True)
    assert ["comes there twice" in problem.message for problem in problems] == [True] * is_told
