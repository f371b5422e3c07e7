"""`missed`: near misses of a real store, read only."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import wirewatch
from bot.core.codec import dumps
from bot.core.digests.mutes import REACTIONS, Reaction, ReactionKind
from bot.model import ChannelId, ChannelState, DigestBatch, RuleId, StoryId, WorkbenchBatch
from bot.store import SqliteStore
from tests.builders import MINUTE, NOW, batch, delivery, new_entry, posted, question, story_match, waits

RULES = """feeds: [https://bbc.example/rss]
rules:
  - {id: r1, when: Huawei AND 5G}
  - {id: ships, when: ferry AND Norland}
"""
TITLES = {
    1: "Huawei wins 5G contract",
    2: "Huawei opens a shop",
    3: "Huawei and 5G in court",
    4: "Huawei muted over 5G",
    5: "Huawei counted with 5G",
    6: "Huawei, 5G: told for ships",
    7: "Huawei waits for 5G",
    8: "Huawei is right so",
    9: "Ferry to Sodor",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        entries = [new_entry(number, title=title, seen_at=NOW + number * MINUTE) for number, title in TITLES.items()]
        matches = tuple(story_match(number) for number in (1, 4, 5, 6, 7))
        store.record_ingest(batch(*entries, matches=matches, waiting=(waits("default", 7),)))
        told = [posted("default", 1), posted("default", 5), posted("default", 6, rules=(RuleId("ships"),))]
        store.record_digest(
            DigestBatch(
                channel=ChannelId("default"),
                state=ChannelState(channel=ChannelId("default")),
                deliveries=(delivery("k1", "default", 1, 6),),
                posted=tuple(told),
            )
        )
        mute = Reaction(id="e", kind=ReactionKind.MUTE_STORY, by="U1", at=NOW, story=StoryId(4))
        right_so = question(8, kind="near_miss", settled_by="U1", settled_at=NOW)
        store.record_workbench(WorkbenchBatch(questions=(right_so,), facts={REACTIONS + "e": dumps(mute)}, at=NOW))
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    options = ["--config", str(place / "rules.yaml"), "--state", str(place)]
    return CliRunner().invoke(wirewatch, [*options, "missed", *arguments])


def test_everything_that_was_not_sent_with_its_reason(place: Path) -> None:
    before = (place / "wirewatch.db").read_bytes()
    rows = [json.loads(line) for line in run(place, "--json").stdout.splitlines()]
    assert {(row["id"], row["rule"], row["reason"]) for row in rows} == {
        ("2", "r1", "one_term_short"),
        ("4", "r1", "muted"),
        ("5", "r1", "capped"),
        ("6", "r1", "in_told_story"),
        ("9", "ships", "one_term_short"),
    }
    assert set(rows[0]) == {"id", "title", "url", "source", "seen", "rule", "reason", "detail", "would_match"}
    assert (place / "wirewatch.db").read_bytes() == before


def test_one_rule_some_days_a_few(place: Path) -> None:
    shown = run(place, "--rule", "ships")
    assert "Ferry to Sodor" in shown.stdout
    assert "ships: one_term_short: lacks Norland" in shown.stdout
    few = run(place, "--limit", "1")
    assert few.stdout.count("would match") == 1
    assert "4 more" in few.stderr
    assert len(run(place, "--days", "1", "--json").stdout.splitlines()) == 5, "days of the archive, not of the calendar"
    assert "Did you mean ships" in str(run(place, "--rule", "ship").exception)
