"""docs/rules.md: every row of its tables holds."""

from __future__ import annotations

import re

import pytest

from bot.core.matching.matcher import Matcher
from bot.core.text.reading import read_entry
from tests import builders
from tests.conftest import REPOSITORY

ROW = re.compile(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, bool]]:
    """(rule, title, whether the rule finds it)."""
    text = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    return [
        (rule, title.strip(), expected)
        for rule, finds, finds_not in ROW.findall(text)
        for titles, expected in ((finds, True), (finds_not, False))
        for title in titles.split(" / ")
    ]


@pytest.mark.parametrize(("rule", "title", "expected"), rows(), ids=lambda value: str(value))
def test_a_row_of_the_tables_holds(rule: str, title: str, expected: bool) -> None:
    entry = builders.entry(title)
    matcher = Matcher([builders.rule("r", rule)])
    assert bool(matcher.match(entry, read_entry(entry))) == expected


def test_there_are_rows() -> None:
    assert len(rows()) > 80
