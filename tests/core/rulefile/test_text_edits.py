"""Differences of rules files, as `patch` reads them, and texts as they stand in one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from bot.core.rulefile.text_edits import double_quoted, single_quoted, unified_diff


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n", "a\nc\n"),
        ("a\nb", "a\nc"),
        ("a\nb", "a\nb\n"),
        ("rules:\n  - 'Huawei\u2028AND 5G'\n  - ZTE\n", "rules:\n  - 'Huawei\u2028OR 5G'\n  - ZTE\n"),
        ("a\x0cb\x85c\n# end", "a\x0cb\x85d\n# end"),
        ("华为\r\n5G\r\n", "华为\r\n6G\r\n"),
    ],
    ids=["lines", "no end", "an end comes", "line separator", "form feed", "carriage returns"],
)
def test_a_difference_applies(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "rules.yaml").write_bytes(before.encode())
    (tmp_path / "p").write_bytes(unified_diff(before, after, "a/rules.yaml", "b/rules.yaml").encode())
    subprocess.run(["git", "apply", "p"], cwd=tmp_path, check=True)
    assert (tmp_path / "rules.yaml").read_bytes().decode() == after


def test_texts_that_are_alike_have_none() -> None:
    assert unified_diff("a\n", "a\n", "a", "b") == ""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Let's go", "'Let''s go'"),
        ("بانک\u200cها تعطیل", "'بانک\u200cها تعطیل'"),
        ("👩\u200d🚀 lands", "'👩\u200d🚀 lands'"),
        ("🚨 \u200fתל אביב", '"🚨 \\u200fתל אביב"'),
        ("a\tb \\ \U000e0041", '"a\\tb \\\\ \\U000e0041"'),
    ],
    ids=["an apostrophe", "a non-joiner", "a joiner", "a mark of direction", "a tab and a tag"],
)
def test_a_text_is_quoted_as_people_read_it(text: str, written: str) -> None:
    assert single_quoted(text) == written
    assert yaml.safe_load(written) == yaml.safe_load(double_quoted(text)) == text
