"""Differences of rules files, as `patch` reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.core.rulefile.text_edits import unified_diff


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
