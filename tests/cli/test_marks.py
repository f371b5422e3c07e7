"""`marks` and `mark`: what people said, from the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import wirewatch
from bot.model import StoryId, WorkbenchBatch
from bot.store import SqliteStore
from tests.builders import NOW, batch, mark, new_entry, story_match

RULES = "feeds: [https://bbc.example/rss]\nrules:\n  - {id: r1, when: Huawei}\n  - {id: quiet, when: ZTE}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        store.record_ingest(batch(new_entry(1), new_entry(2, story=1), new_entry(3), matches=(story_match(1, "gone"),)))
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    options = ["--config", str(place / "rules.yaml"), "--state", str(place)]
    return CliRunner().invoke(wirewatch, [*options, *arguments], env={"USER": "ana"})


def said(place: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in run(place, "marks", "--json").output.splitlines()]


def test_a_mark_is_said_once_changed_and_taken_back(place: Path) -> None:
    done = run(place, "mark", "https://bbc.example/2", "r1", "relevant")
    assert (done.exit_code, done.output) == (0, "story 1, r1: relevant (ana)\n")
    assert "as it was" in run(place, "mark", "1", "r1", "relevant").output
    (line,) = said(place)
    assert (line.pop("at")[:2], line) == (
        "20",
        {"id": "1", "rule": "r1", "verdict": "relevant", "kind": "volunteered", "by": "ana"},
    )
    run(place, "mark", "1", "r1", "not_relevant")
    run(place, "mark", "1", "r1", "relevant", "--by", "bo")
    assert [(one["by"], one["verdict"]) for one in said(place)] == [("ana", "not_relevant"), ("bo", "relevant")]
    assert run(place, "mark", "1", "r1", "relevant", "--undo").exit_code == 1, "ana does not say so any more"
    assert run(place, "mark", "1", "r1", "not_relevant", "--undo").output.endswith("taken back (ana)\n")
    assert [one["by"] for one in said(place)] == ["bo"]
    assert run(place, "mark", "1", "r1", "--undo").exit_code == 1, "ana has said nothing more"
    assert run(place, "mark", "1", "r1", "--undo", "--by", "bo").output == "story 1, r1: relevant, taken back (bo)\n"
    assert run(place, "marks").exit_code == 1, "nobody has marked anything"
    assert "Say which: relevant or not_relevant." in run(place, "mark", "1", "r1").output


def test_marks_shows_each_rule_with_what_was_measured(place: Path) -> None:
    assert run(place, "marks").exit_code == 1
    with closing(SqliteStore(place / "wirewatch.db")) as store:
        marks = [mark(story, kind="sample") for story in (1, 3, 4, 5)] + [mark(3, "quiet", "not_relevant")]
        store.record_workbench(WorkbenchBatch(marks=tuple(marks), at=NOW))
        assert store.stories([StoryId(1)])
    shown = run(place, "marks").output
    assert "r1: 4 relevant, 0 not relevant (4 samples); precision unmeasured" in shown
    assert "Huawei wins 5G contract" in shown
    assert "(no longer in the archive)" in shown
    assert "quiet" not in run(place, "marks", "--rule", "r1").output
    assert run(place, "marks", "--rule", "nobody").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["99", "r1", "relevant"], "no entry 99", id="entry"),
        pytest.param(["1", "quit", "relevant"], "Did you mean quiet?", id="rule"),
        pytest.param(["1", "r1", "good"], "relevant", id="verdict"),
    ],
)
def test_what_there_is_not_is_named(place: Path, arguments: list[str], says: str) -> None:
    done = run(place, "mark", *arguments)
    assert done.exit_code != 0
    assert says in (done.output + str(done.exception))


def test_a_rule_that_is_gone_can_be_marked_where_it_matched(place: Path) -> None:
    assert run(place, "mark", "1", "gone", "relevant").exit_code == 0


def test_a_mistyped_rule_is_no_rule_without_marks(place: Path) -> None:
    run(place, "mark", "1", "r1", "relevant")
    for typed, told in (("quiett", " Did you mean quiet?"), ("quiet", ""), ("nothing-like-it", "")):
        done = run(place, "marks", "--rule", typed)
        assert (done.exit_code, done.output) == (1, f"Nobody has marked a story of rule {typed}.{told}\n")
