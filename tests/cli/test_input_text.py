"""What people hand to a command on stdin is read whole, or refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import starts


@pytest.mark.parametrize(
    ("command", "most"),
    [pytest.param("feeds import -", 20_000_000, id="feeds import"), pytest.param("draft -", 10_000_000, id="draft")],
)
def test_of_a_stdin_that_is_too_long_nothing_is_taken(tmp_path: Path, command: str, most: int) -> None:
    """The rest was cut off in silence."""
    (tmp_path / "rules.yaml").write_text("feeds: [https://news.example/rss]\nrules: [Orbrecht]\n", encoding="utf-8")
    environment = {"PATH": os.environ["PATH"]}
    done = starts.run(*command.split(), cwd=tmp_path, env=environment, stdin=b"x" * (most + 1))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"is larger than {most // 1_000_000} MB" in done.stderr
