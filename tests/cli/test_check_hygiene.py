"""`check --archive`: hygiene and budgets, its exit codes, JUnit, and that the store stays as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import pytest

from bot.store import SqliteStore
from tests.archives import feeds_of_rules, made_up_news, rule_set, take_in
from tests.cli.test_backtest import contents, run

RULES = """
channels:
  desk: {slack: "#desk", digest: {every: 30m}}
rules:
  - {id: contracts, when: contract, to: desk, owner: U0ANNA, tests: {match: [A contract]}}
  - {id: never, when: unheard, to: desk}
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store."""
    folder = tmp_path_factory.mktemp("archive")
    store = SqliteStore(folder / "wirewatch.db")
    store.migrate()
    take_in(store, rule_set(RULES), made_up_news(7, 120))
    store.close()
    return folder


def checked(folder: Path, archive: Path, rules: str, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, what `check --archive --json` printed, stderr."""
    (folder / "rules.yaml").write_text(feeds_of_rules() + rules, encoding="utf-8")
    done = run(folder, "--state", str(archive), "check", "--archive", "--json", *arguments)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_warnings_alone_are_no_error(tmp_path: Path, archive: Path) -> None:
    before = contents(archive)
    code, rows, _ = checked(tmp_path, archive, RULES)
    assert contents(archive) == before
    assert code == 0
    assert [(row["rule"], row["kind"], row["severity"]) for row in rows] == [
        ("never", "silent", "warning"),
        ("never", "no_tests", "warning"),
        ("never", "no_owner", "warning"),
    ]
    assert {row["line"] for row in rows} == {len((feeds_of_rules() + RULES).splitlines())}


def test_what_several_rules_lack_is_read_once(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        feeds_of_rules() + RULES + "  - {id: nothing, when: unsaid, to: desk}\n", encoding="utf-8"
    )
    done = run(tmp_path, "--state", str(archive), "check", "--archive")
    assert done.returncode == 0
    messages = [line.partition(": warning: ")[2] for line in done.stdout.splitlines()]
    assert [message for message in messages if " no " in message] == [
        "2 rules have no tests: never, nothing",
        "2 rules have no owner: never, nothing",
    ]


def test_budgets_alone_are_exit_3(tmp_path: Path, archive: Path) -> None:
    rules = RULES.replace("when: contract,", "when: contract, max_per_day: 1,").replace("30m}", "30m}, max_per_day: 1")
    code, rows, _ = checked(tmp_path, archive, rules, "--junit", "result.xml")
    assert code == 3
    errors = [(row["rule"], row["channel"]) for row in rows if row["severity"] == "error"]
    assert errors == [("contracts", None), (None, "desk")]
    suite = xml.parse(tmp_path / "result.xml").getroot()[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("2", "3")


def test_a_budget_that_is_kept_is_none(tmp_path: Path, archive: Path) -> None:
    code, rows, _ = checked(tmp_path, archive, RULES.replace("when: contract,", "when: contract, max_per_day: 50,"))
    assert code == 0
    assert "budget" not in {row["kind"] for row in rows}


def test_a_file_with_mistakes_is_exit_1_and_its_rules_are_not_tried(tmp_path: Path, archive: Path) -> None:
    code, rows, _ = checked(tmp_path, archive, RULES.replace("unheard", "unheard and x"), "--junit", "result.xml")
    assert code == 1
    assert [row["severity"] for row in rows] == ["error"]
    assert "kind" not in rows[0]
    assert xml.parse(tmp_path / "result.xml").getroot()[0].get("failures") == "1"


def test_without_an_archive_nothing_can_be_said(tmp_path: Path) -> None:
    code, rows, errors = checked(tmp_path, tmp_path / "none", RULES)
    assert (code, rows) == (2, [])
    assert "There is no archive yet" in errors
    assert not (tmp_path / "none").exists()


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "state" / "wirewatch.db")
    store.migrate()
    store.close()
    code, rows, errors = checked(tmp_path, tmp_path / "state", RULES)
    assert code == 0
    assert "The archive is empty" in errors
    assert [row["kind"] for row in rows] == ["no_tests", "no_owner"]


def test_a_result_that_cannot_be_written(tmp_path: Path, archive: Path) -> None:
    code, _, errors = checked(tmp_path, archive, RULES, "--junit", "nowhere/result.xml")
    assert code == 2
    assert "nowhere/result.xml cannot be written" in errors
