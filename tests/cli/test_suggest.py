"""`suggest`: from a file of labels or the store's marks to a diff; what is applied, and what is refused."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import wirewatch
from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, added_rule_text
from bot.model import ChannelId, ChannelState, DigestBatch, OutletId, RuleId, WorkbenchBatch
from bot.store import SqliteStore
from tests.builders import NOW, batch, mark, new_entry, posted

RULES = """\
# Ours
feeds: [https://bbc.example/rss]
rules:
  - id: firm   # watched since May
    when: Orbrecht   # the firm
    to: default
  - Velcom
"""
NOISE = [
    "Orbrecht opens a shop in Keld",
    "New Orbrecht shop for Pell",
    "Queue at the Orbrecht shop",
    "Shop by Orbrecht",
]
NEWS = ["Orbrecht wins a contract", "Court fines Orbrecht", "Orbrecht names a head", "Orbrecht cuts jobs in Keld"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(wirewatch, ["--config", str(place / "rules.yaml"), "--state", str(place), *arguments])


def labels(place: Path, *lines: dict[str, Any]) -> str:
    path = place / "labels.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def marked(noise: list[str], news: list[str]) -> list[dict[str, Any]]:
    return [{"title": title, "relevant": title in news} for title in noise + news]


def test_the_diff_is_what_apply_does_and_touches_only_the_rule(place: Path) -> None:
    file = labels(place, *marked(NOISE, NEWS))
    shown = run(place, "suggest", "firm", "--labels", file)
    assert shown.exit_code == 0
    assert (place / "rules.yaml").read_text(encoding="utf-8") == RULES, "nothing is applied by itself"
    applied = run(place, "suggest", "firm", "--labels", file, "--apply")
    assert applied.stdout == shown.stdout
    after = (place / "rules.yaml").read_text(encoding="utf-8")
    assert after == RULES.replace(
        "    when: Orbrecht   # the firm\n    to: default\n",
        "    when: 'Orbrecht NOT shop'   # the firm\n    to: default\n    tests:\n"
        "      match:\n        - 'Orbrecht wins a contract'\n"
        "      not:\n        - 'Orbrecht opens a shop in Keld'\n",
    )
    assert run(place, "check").exit_code == 0
    lines = [line for line in shown.stdout.splitlines(keepends=True) if not line.startswith(("---", "+++", "@@"))]
    assert "".join(line[1:] for line in lines if line[0] in " +") in after
    assert "".join(line[1:] for line in lines if line[0] in " -") in RULES


def test_json_says_what_goes_and_what_stays(place: Path) -> None:
    news = [*NEWS, "Orbrecht sued", "Strike at Orbrecht", "Orbrecht in court again", "Profit falls at Orbrecht"]
    file = labels(place, *marked([*NOISE, "Orbrecht, again"], news))
    done = run(place, "suggest", "firm", "--labels", file, "--json")
    line = json.loads(done.stdout)
    assert (line["rule"], line["kind"], line["when"]) == ("firm", "phrase", "Orbrecht NOT shop")
    assert (line["noise_removed"], line["noise_marked"], line["relevant_lost"]) == (4, 5, 0)
    assert line["unseparated"] == ["5"]
    assert line["tests"] == {"match": [NEWS[0]], "not": [NOISE[0]]}
    assert "Not separated: 5" in done.stderr


def test_a_source_needs_no_test(place: Path) -> None:
    lines = [{"title": title, "source": "echo.example", "relevant": False} for title in NEWS]
    lines += [{"title": f"{title}.", "source": "post.example", "relevant": True} for title in NEWS]
    line = json.loads(run(place, "suggest", "firm", "--labels", labels(place, *lines), "--json").stdout)
    assert (line["kind"], line["when"]) == ("source", "Orbrecht NOT source:echo.example")
    assert "not" not in line["tests"]


def test_what_cannot_be_told_apart_is_refused_by_name(place: Path) -> None:
    lines = [{"title": title, "relevant": relevant} for title in NEWS for relevant in (True, False)]
    done = run(place, "suggest", "firm", "--labels", labels(place, *lines), "--json")
    assert done.exit_code == 1
    line = json.loads(done.stdout)
    assert (line["kind"], line["when"]) == (None, None)
    assert line["unseparated"] == ["2", "4", "6", "8"]
    done = run(place, "suggest", "firm", "--labels", labels(place, *lines), "--apply")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Not separated: 2, 4, 6, 8" in done.stderr
    assert (place / "rules.yaml").read_text(encoding="utf-8") == RULES


@pytest.mark.parametrize("rule", ["firm", "other"])
def test_a_rule_that_yaml_ties_to_another_is_refused_with_that_reason(place: Path, rule: str) -> None:
    """It said that no word separates the noise, of noise with a word of its own."""
    text = RULES.replace("when: Orbrecht ", "when: &firm Orbrecht ") + "  - {id: other, when: *firm, priority: low}\n"
    (place / "rules.yaml").write_text(text, encoding="utf-8")
    done = run(place, "suggest", rule, "--labels", labels(place, *marked(NOISE, NEWS)), "--apply")
    assert done.exit_code == 1
    assert "its lines cannot be changed alone: a name of YAML (&, *) ties them to others" in done.stderr
    assert (place / "rules.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("lines", "said", "code"),
    [
        (marked(NOISE, []), "marked relevant, so nothing shows what must stay", 1),
        (marked([], NEWS), "no story that the rule told is marked not relevant", 1),
        ([], "no story that the rule told is marked not relevant", 1),
        ([*marked(NOISE, NEWS), {"title": "Orbrecht", "relevant": "maybe"}], "`relevant` is true or false", 2),
        ([*marked(NOISE, NEWS), {"id": "77"}], "the story has no title", 2),
        (
            [{"id": "x", "title": title, "relevant": title in NEWS} for title in NOISE + NEWS],
            "Marked both ways, so counted as relevant: x",
            1,
        ),
        (marked(["Velcom opens a shop", "Velcom shop"], NEWS), "no story that the rule told is marked not relevant", 1),
    ],
    ids=["none relevant", "no noise", "empty", "no verdict", "no title", "contradiction", "not told"],
)
def test_odd_labels_get_a_clear_word(place: Path, lines: list[dict[str, Any]], said: str, code: int) -> None:
    done = run(place, "suggest", "firm", "--labels", labels(place, *lines))
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_a_rule_or_a_file_that_is_not_there_is_refused(place: Path) -> None:
    assert run(place, "suggest", "frim", "--labels", labels(place)).exception is not None
    assert "Did you mean firm?" in str(run(place, "suggest", "frim", "--labels", labels(place)).exception)
    assert "cannot be read" in str(run(place, "suggest", "firm", "--labels", str(place / "none")).exception)
    assert "no store yet" in str(run(place, "suggest", "firm").exception)
    assert not (place / "wirewatch.db").exists()


def test_marks_of_the_store_are_taken_and_stories_without_one_that_go_are_listed(place: Path) -> None:
    told = [*NOISE, *NEWS, "Orbrecht shop is sued", "Orbrecht opens a mine"]
    source = OutletId("bbc.example")
    with closing(SqliteStore(place / "wirewatch.db")) as store:
        store.migrate()
        entries = [new_entry(number, title=title, source=source) for number, title in enumerate(told, 1)]
        store.record_ingest(batch(*entries))
        rows = tuple(posted("default", number, rules=("firm",), posted_at=NOW) for number in range(1, len(told) + 1))
        marks = [
            *(mark(number, "firm", "not_relevant") for number in range(1, 5)),
            *(mark(number, "firm", "relevant") for number in range(5, 9)),
            mark(5, "firm", "not_relevant", by="bo"),
            mark(99, "firm", "relevant"),
            mark(1, "velcom", "relevant"),
        ]
        store.record_workbench(WorkbenchBatch(marks=tuple(marks), at=NOW))
        desk = ChannelId("default")
        store.record_digest(DigestBatch(channel=desk, state=ChannelState(channel=desk), posted=rows))
    before = (place / "wirewatch.db").read_bytes()
    done = run(place, "suggest", "firm", "--json")
    line = json.loads(done.stdout)
    assert (line["when"], line["noise_removed"], line["lost"]) == ("Orbrecht NOT shop", 4, ["9"])
    assert "Marked both ways, so counted as relevant: 5" in done.stderr
    assert "1 marked story is no longer in the archive" in done.stderr
    assert (place / "wirewatch.db").read_bytes() == before


def test_a_rule_from_slack_is_changed_there(place: Path) -> None:
    added = AddedRule(id=RuleId("added"), name="Added", when="Orbrecht", by="U1", at=NOW)
    with closing(SqliteStore(place / "wirewatch.db")) as store:
        store.migrate()
        store.save_facts({f"{ADDED_RULES}added": added_rule_text(added)})
    file = labels(place, *marked(NOISE, NEWS))
    assert run(place, "suggest", "added", "--labels", file).stdout == "/watch edit added\nOrbrecht NOT shop\n"
    done = run(place, "suggest", "added", "--labels", file, "--apply")
    assert "was added in Slack" in str(done.exception)
    assert (place / "rules.yaml").read_text(encoding="utf-8") == RULES


def test_line_ends_and_a_byte_order_mark_stay(place: Path) -> None:
    before = ("\ufeff" + RULES).replace("\n", "\r\n").encode()
    (place / "rules.yaml").write_bytes(before)
    assert run(place, "suggest", "firm", "--labels", labels(place, *marked(NOISE, NEWS)), "--apply").exit_code == 0
    after = (place / "rules.yaml").read_bytes()
    kept = [line for line in before.split(b"\r\n") if b"when: Orbrecht" not in line]
    assert [line for line in after.split(b"\r\n") if line in kept] == kept
    assert after.count(b"\n") == after.count(b"\r\n")
