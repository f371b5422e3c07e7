"""`backtest` as people call it: what it prints, what it refuses, and that the store stays as it is."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.store import SqliteStore, open_store
from bot.store.copies import copy_store
from tests import starts
from tests.archives import feeds_of_rules, made_up_news, rule_set, take_in

RULES = """
settings: {timezone: Europe/London}
channels:
  desk: {slack: "#desk", digest: {every: 30m}}
rules:
  - {id: contracts, when: contract, to: desk}
  - {id: strikes, when: strike, to: desk}
  - {id: never, when: unheard, to: desk}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a rules file, and the store of a worker that has stopped."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "rules.yaml").write_text(feeds_of_rules() + RULES, encoding="utf-8")
    store = SqliteStore(folder / "state" / "wirewatch.db")
    store.migrate()
    # So many that an edit takes whole stories away, however reports are grouped.
    take_in(store, rule_set(RULES), made_up_news(7, 160))
    store.close()
    return folder


def run(folder: Path, *arguments: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "60", **environ}
    return starts.run(*arguments, cwd=folder, env=env, stdin=stdin)


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def contents(folder: Path) -> Mapping[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_every_rule_in_force(place: Path) -> None:
    before = contents(place / "state")
    contracts, strikes, never = objects(run(place, "backtest", "--json"))
    assert contents(place / "state") == before
    assert [row["rule"] for row in (contracts, strikes, never)] == ["contracts", "strikes", "never"]
    assert list(contracts) == ["rule", "entries", "stories", "per_day", "posts", "posts_per_day", "marks", "covered"]
    assert contracts["entries"] >= contracts["stories"] == sum(day["stories"] for day in contracts["per_day"]) > 0
    days = contracts["covered"]["days"]  # to the hundredth, too
    assert contracts["posts_per_day"] == pytest.approx(contracts["posts"] / days, abs=0.02)
    assert contracts["marks"] == {"relevant": 0, "not_relevant": 0, "sampled": 0, "precision": None}
    assert never["stories"] == never["posts"] == 0
    assert len(never["per_day"]) == len(contracts["per_day"])


def test_another_expression_in_place_of_a_rules(place: Path) -> None:
    (row,) = objects(run(place, "backtest", "--rule", "contracts", "--when", "contract NOT ferry", "--json"))
    (old,) = objects(run(place, "backtest", "--rule", "contracts", "--json"))
    assert row["rule"] == "contracts"
    assert row["added"] == []
    assert row["before"] == {"stories": old["stories"], "posts_per_day": old["posts_per_day"]}
    assert row["after"] == {"stories": row["stories"], "posts_per_day": row["posts_per_day"]}
    assert len(row["removed"]) == old["stories"] - row["stories"] > 0
    first = row["removed"][0]
    assert list(first) == ["id", "title", "url", "source", "seen", "evidence", "mark"]
    assert "ferry" in first["title"].lower()
    assert first["mark"] is None
    (part,) = [part for part in first["evidence"] if part["zone"] == "title"]
    assert [part["text"][start:end] for start, end in part["spans"]] == ["contract"]


def test_an_expression_alone_needs_no_rules_file(place: Path) -> None:
    (row,) = objects(run(place, "--config", "nowhere.yaml", "backtest", "--when", "contract", "--json"))
    (of_file,) = objects(run(place, "backtest", "--rule", "contracts", "--json"))
    assert (row["rule"], row["stories"], row["entries"]) == ("when", of_file["stories"], of_file["entries"])
    assert "added" not in row


def test_another_rules_file(place: Path, tmp_path: Path) -> None:
    text = (place / "rules.yaml").read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(
        text.replace("when: contract", "when: contract OR recalls").replace("id: strikes", "id: walkouts"),
        encoding="utf-8",
    )
    rows = {row["rule"]: row for row in objects(run(place, "backtest", "--against", str(other), "--json"))}
    assert list(rows) == ["contracts", "walkouts", "strikes"]
    assert rows["contracts"]["removed"] == []
    assert len(rows["contracts"]["added"]) == rows["contracts"]["stories"] - rows["contracts"]["before"]["stories"] > 0
    assert rows["walkouts"]["before"]["stories"] == 0
    assert len(rows["walkouts"]["added"]) == len(rows["strikes"]["removed"]) == rows["walkouts"]["stories"]
    assert rows["strikes"]["after"]["stories"] == 0


def test_a_rules_file_that_changes_nothing(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("# a remark\n" + (place / "rules.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    done = run(place, "backtest", "--against", str(other))
    assert (done.returncode, done.stdout) == (0, "")
    assert "No rule of" in done.stderr


def test_for_people(place: Path) -> None:
    lines = run(place, "backtest", "--rule", "contracts").stdout.splitlines()
    assert lines[0].startswith("Archive: ")
    assert lines[2].startswith("contracts: ")
    assert lines[3] == "  precision unmeasured"
    assert set(lines[4].strip()) <= set("▁▂▃▄▅▆▇█ ")
    assert len(lines[4]) <= 60
    assert lines[5].lstrip().startswith("22 Oct")
    assert lines[5].endswith("26 Oct")


def test_the_last_days_alone(place: Path) -> None:
    (row,) = objects(run(place, "backtest", "--rule", "contracts", "--days", "2", "--json"))
    assert row["covered"]["days"] <= 2
    done = run(place, "backtest", "--rule", "contracts", "--days", "30")
    assert "of the 30 days are archived" in done.stderr


def test_an_archive_that_is_cut_by_retention_says_so(place: Path, tmp_path: Path) -> None:
    text = (place / "rules.yaml").read_text(encoding="utf-8").replace("settings: {", "settings: {keep: 5d, ")
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    done = run(tmp_path, "--state", str(place / "state"), "backtest", "--rule", "contracts", "--json")
    assert "entries older than settings.keep (5d) are deleted" in done.stderr
    assert "are deleted" not in run(place, "backtest", "--rule", "contracts", "--json").stderr


REFUSED = {
    "a rule that is none": (("--rule", "contrcts"), "contracts?"),
    "a mistake in the expression": (("--when", "contract and ferry"), "write AND"),
    "an expression for two rules": (("--when", "x", "--rule", "contracts", "--rule", "strikes"), "one --rule"),
    "an expression and a file": (("--when", "x", "--against", "rules.yaml"), "without --against"),
    "a file that is none": (("--against", "nowhere.yaml"), "nowhere.yaml"),
    "no days": (("--days", "0"), "--days"),
}


@pytest.mark.parametrize(("arguments", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(place: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(place, "backtest", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_with_mistakes_is_not_compared(place: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("rules:\n  - contract and ferry\n", encoding="utf-8")
    done = run(place, "backtest", "--against", str(tmp_path / "broken.yaml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "broken.yaml:2:14: error: operators are written in capitals" in done.stderr


def test_a_file_whose_tests_fail_is_compared_all_the_same(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("rules: [{id: strikes, when: walkout, tests: {match: [Strike in the harbour]}}]\n", "utf-8")
    done = run(place, "backtest", "--against", str(other), "--json")
    assert "the test of rule strikes failed" in done.stderr
    assert "strikes" in [line["rule"] for line in objects(done)]


def test_no_archive_and_an_empty_one(place: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes((place / "rules.yaml").read_bytes())
    done = run(tmp_path, "backtest")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no archive yet" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["rules.yaml"]
    store = SqliteStore(tmp_path / "state" / "wirewatch.db")
    store.migrate()
    store.close()
    done = run(tmp_path, "backtest", "--json")
    assert done.returncode == 1
    assert "The archive is empty" in done.stderr
    assert [json.loads(line)["posts_per_day"] for line in done.stdout.splitlines()] == [None, None, None]


def test_an_archive_of_a_few_hours_has_no_rate(place: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes((place / "rules.yaml").read_bytes())
    store = SqliteStore(tmp_path / "state" / "wirewatch.db")
    store.migrate()
    take_in(store, rule_set(RULES), made_up_news(7, 40, days=0.5))
    store.close()
    done = run(tmp_path, "backtest", "--rule", "contracts", "--json")
    assert "less than a day" in done.stderr
    (row,) = objects(done)
    assert row["posts"] > 0
    assert row["posts_per_day"] is None


def test_the_same_on_postgresql(place: Path, postgres_url: str) -> None:
    here = open_store(place / "state" / "wirewatch.db")
    there = open_store(postgres_url)
    there.migrate()
    copy_store(here, there)
    here.close()
    there.close()
    arguments = ("backtest", "--rule", "contracts", "--when", "contract NOT ferry", "--json")
    assert objects(run(place, *arguments, DATABASE_URL=postgres_url)) == objects(run(place, *arguments))


def test_a_terminal_shows_how_far_it_is(place: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes((place / "rules.yaml").read_bytes())
    store = SqliteStore(tmp_path / "state" / "wirewatch.db")
    store.migrate()
    take_in(store, rule_set(RULES), made_up_news(3, 500))
    store.close()
    terminal, end = pty.openpty()
    with (tmp_path / "out").open("wb") as out:
        done = starts.Process(
            ["backtest", "--when", "/contract/", "--json"],
            cwd=tmp_path,
            env={"LANG": "C.UTF-8"},
            stdout=out.fileno(),
            stderr=end,
        )
        assert done.wait(60) == 0
    os.close(end)
    written = b""
    with suppress(OSError):  # all is read, and nobody has the other end open any more
        while part := os.read(terminal, 65_536):
            written += part
    os.close(terminal)
    shown = written.decode()
    assert "entries read: 400 of " in shown
    assert shown.endswith("\r\x1b[K")
    assert json.loads((tmp_path / "out").read_bytes())["entries"] > 0


def test_a_burst_that_is_not_foreseen_yet_says_why(place: Path, tmp_path: Path) -> None:
    """`5 stories, 0 posts` looked like a rule that finds and never tells."""
    text = feeds_of_rules() + "rules: [{id: bursts, when: contract, spike: {at_least: 2}}, {id: plain, when: strike}]\n"
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    said = {
        rule: run(tmp_path, "--state", str(place / "state"), "backtest", "--rule", rule) for rule in ("bursts", "plain")
    }
    assert "bursts: with `spike:` a rule posts nothing for 28 days, while it learns." in said["bursts"].stderr
    assert "learns" not in said["plain"].stderr
    read = run(tmp_path, "check", "--explain", "bursts").stdout
    assert "a burst      2 outlets or more within 6 h, 3 times what is usual: one message" in read


def test_what_it_is_compared_with_may_come_by_stdin(place: Path) -> None:
    """As of `git show main:rules.yaml | wirewatch backtest --against -`."""
    done = run(place, "backtest", "--against", "-", stdin=(place / "rules.yaml").read_bytes())
    assert (done.returncode, done.stdout) == (0, "")
    assert "No rule of - differs" in done.stderr
    done = run(place, "backtest", "--against", "-", stdin=b"rules: [Huawei AND]\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "-:1:" in done.stderr
