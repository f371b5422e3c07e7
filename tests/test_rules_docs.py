"""docs/rules.md: every row of its tables holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.core.matching.matcher import Matcher
from bot.core.query.parser import parse_query
from bot.core.text.reading import read_entry
from bot.model import Entry, Rule, RuleId
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
    entry = Entry(title=title, seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    matcher = Matcher([Rule(id=RuleId("r"), name=rule, when=rule, query=parse_query(rule))])
    assert bool(matcher.match(entry, read_entry(entry))) == expected


def test_there_are_rows() -> None:
    assert len(rows()) > 80
