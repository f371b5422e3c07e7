"""`check` asks the archive, where there is one to speak of, for words that it has never seen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app
from bot.app import Environment, archive_terms, check_rules
from bot.model import Decision, Entry, EntryId, IngestBatch, NewEntry, Reading, StoryId, Verdict
from bot.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RULES = b"feeds: [https://news.example/rss]\nrules:\n  - Huawei AND Zzyzx\n"


def archive(folder: Path, count: int) -> Environment:
    """A store of `count` entries, all on Huawei."""
    store = SqliteStore(folder / "wirewatch.db")
    store.migrate()
    entries = tuple(
        NewEntry(
            id=EntryId(number),
            entry=Entry(title="Huawei", seen_at=NOW),
            reading=Reading(title="Huawei"),
            decision=Decision(entry=EntryId(number), verdict=Verdict.NEW_STORY, story=StoryId(number)),
            terms=("huawei",),
        )
        for number in range(1, count + 1)
    )
    store.record_ingest(IngestBatch(entries=entries, at=NOW))
    store.close()
    return Environment(config=folder / "rules.yaml", state=folder)


def test_a_word_that_the_archive_never_saw_is_a_warning(tmp_path: Path) -> None:
    environment = archive(tmp_path, app.SPEAKING_ARCHIVE)
    ruleset, problems = check_rules(RULES, environment, archive_terms(environment), lint=True)
    assert ruleset is not None
    assert [(p.severity, p.line) for p in problems] == [("warning", 3)]
    assert "Zzyzx" in problems[0].message


@pytest.mark.parametrize("count", [0, 50], ids=["empty", "young"])
def test_a_young_archive_says_nothing(tmp_path: Path, count: int) -> None:
    assert archive_terms(archive(tmp_path, count)) is None


def test_without_a_store_none_is_made(tmp_path: Path) -> None:
    assert archive_terms(Environment(state=tmp_path / "state")) is None
    assert not (tmp_path / "state").exists()
