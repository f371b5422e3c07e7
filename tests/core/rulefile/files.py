"""Rules files for the tests of this folder, and their reading."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.rulefile.ruleset import read_ruleset, rules_schema
from bot.model import (
    Problem,
    RuleSet,
)
from tests.json_schema import from_yaml, slips

FEED = "feeds:\n  - https://news.example/rss\n"


def read(text: str | bytes, environ: Mapping[str, str] | None = None) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rules file read; whenever it is sound, its schema must take it, too."""
    data = text.encode() if isinstance(text, str) else text
    files = {"story.txt": "Huawei wins\n\nIn 5G networks."}
    ruleset, problems = read_ruleset(data, environ or {}, files.__getitem__)
    if ruleset is not None:
        assert slips(from_yaml(data.decode("utf-8-sig")), rules_schema()) == []
    return ruleset, problems


RULES = FEED + "rules:\n"
