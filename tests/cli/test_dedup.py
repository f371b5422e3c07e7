"""`wirewatch dedup` as a process: story lines in, decisions out."""

from __future__ import annotations

import json
import os
from typing import Any

from tests import starts
from tests.conftest import REPOSITORY


def dedup(*lines: dict[str, Any] | str) -> tuple[int, list[dict[str, Any]], str]:
    """(exit code, decisions, stderr)."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    done = starts.run("dedup", cwd=REPOSITORY, env=os.environ, stdin=text)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_decisions_name_stories_by_the_ids_of_the_lines() -> None:
    code, rows, _ = dedup(
        {"id": "x", "title": "At least 9 dead after quake strikes Varno &amp; Pelluna", "source": "one"},
        {"id": "y", "title": "At least 9 dead after quake strikes Varno & Pelluna - Daily Courier", "source": "two"},
        {"id": "z", "title": "Pelluna and Varno quake: 112 dead", "source": "one", "seen": "2000-01-01T05:00Z"},
        {"title": "Rower Anders Blom retires at 41"},
    )
    assert code == 0
    assert [(row["id"], row["verdict"], row["duplicate_of"], row["story"]) for row in rows] == [
        ("x", "new_story", None, "x"),
        ("y", "near_duplicate", "x", "x"),
        ("z", "update", None, "x"),
        ("4", "new_story", None, "4"),
    ]
    assert all(row["reason"] and 0 <= row["score"] <= 1 for row in rows)
    assert rows[2]["changes"] == ["9 → 112 dead"]


def test_a_bad_line_is_told_and_left_out() -> None:
    code, rows, errors = dedup({"title": "One"}, "no json", {"summary": "no title"}, {"title": "Two"})
    assert code == 2
    assert [row["id"] for row in rows] == ["1", "4"]
    assert ":2:" in errors
    assert ":3:" in errors


def test_no_input_no_decisions() -> None:
    assert dedup() == (0, [], "")
