"""`rules log` and `rules show`: rules texts that were in force, from the command line."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import wirewatch
from bot.model import RulesText
from bot.store import SqliteStore
from tests.builders import MINUTE, NOW

FIRST = b"\xef\xbb\xbffeeds: [https://a.example/f]\r\nrules:\r\n  - {id: a, when: Huawei}\r\n"
SECOND = FIRST.replace(b"Huawei", "Huawei OR 华为".encode())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    first = RulesText(version="v1", at=NOW, by="file", content=FIRST)
    second = RulesText(version="v2", at=NOW + MINUTE, by="file", content=SECOND)
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        for text in (first, second, replace(first, at=NOW + 2 * MINUTE)):
            store.add_rules_text(text)
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(wirewatch, ["--state", str(place), "rules", *arguments])


def test_the_log_names_every_text_with_what_changed(place: Path) -> None:
    rows = [json.loads(line) for line in run(place, "log", "--json").output.splitlines()]
    assert [(row["version"], row["by"], row["rules_changed"]) for row in rows] == [
        ("v1", "file", []),
        ("v2", "file", ["a"]),
        ("v1", "file", ["a"]),
    ]
    assert set(rows[0]) == {"version", "at", "by", "rules_added", "rules_removed", "rules_changed", "diff"}
    assert "-  - {id: a, when: Huawei}" in rows[1]["diff"]
    shown = run(place, "log").output
    assert "UTC  v1            file: added a\n" in shown
    assert len(run(place, "log", "a").output.splitlines()) > 3
    assert run(place, "log", "nobody").exit_code == 1


@pytest.mark.parametrize(("version", "content"), [("v1", FIRST), ("v2", SECOND)])
def test_show_gives_the_bytes(place: Path, version: str, content: bytes) -> None:
    assert run(place, "show", version).stdout_bytes == content


def test_what_there_is_not(place: Path, tmp_path: Path) -> None:
    unknown = run(place, "show", "v9")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "rules log" in unknown.stderr
    assert "no archive yet" in str(run(tmp_path / "empty", "log").exception)


def test_a_mistyped_rule_has_the_nearest_named(tmp_path: Path) -> None:
    text = RulesText(version="v1", at=NOW, by="file", content=b"rules: [{id: huawei-5g, when: Huawei}]\n")
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        store.add_rules_text(text)
    done = CliRunner().invoke(wirewatch, ["--state", str(tmp_path), "rules", "log", "huawei5g"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "No text that was in force has a rule huawei5g. Did you mean huawei-5g?\n"
