"""Problems as people read them: the caret stands under what is meant."""

from __future__ import annotations

import pytest

from bot.core.rulefile.problems import problem_text
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Problem

HEAD = "feeds:\n  - https://news.example/rss\nrules:\n  - "


def shown(rule: str) -> tuple[str, str]:
    """The line and the caret's line of a rule's only problem."""
    _, (problem,) = read_ruleset(f"{HEAD}{rule}\n".encode(), {})
    lines = problem_text("rules.yaml", problem).split("\n")
    return lines[1], lines[2]


@pytest.mark.parametrize(
    ("rule", "caret"),
    [
        ("Huawei and 5G", "               ^^^"),
        ("\u534e\u4e3a and 5G", "        \u3000\u3000 ^^^"),  # each as wide as two letters
        ("\u0e19\u0e49\u0e33\u0e17\u0e48\u0e27\u0e21 and 5G", "              ^^^"),  # signs above have no width
        ("Zu\u0308rich and 5G", "               ^^^"),
        ("5G AND \u534e\u4e3a \u5c0f\u7c73", "               ^^^^^^^^^"),
    ],
    ids=str,
)
def test_the_caret_stands_under_the_mistake(rule: str, caret: str) -> None:
    assert shown(rule)[1] == caret


@pytest.mark.parametrize("count", [1, 20, 500])
def test_of_a_long_line_the_place_is_shown(count: int) -> None:
    long = " AND ".join(f"word{number}" for number in range(count))
    line, caret = shown(f"{long} AND slip and {long}")
    assert line[caret.index("^") : caret.index("^") + 3] == "and"
    assert len(line) < 210
    assert line.endswith("\u2026") == (count > 10)


def test_a_problem_behind_the_end_of_its_line_has_a_caret() -> None:
    problem = Problem(line=1, column=5, severity="error", message="more was expected", excerpt="a: b", width=3)
    assert problem_text("x", problem).split("\n")[2] == "        ^"
