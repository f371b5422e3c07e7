"""The schema: every version is reached from the one before, with what was kept still there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot.core.codec import dumps
from bot.errors import StoreError
from bot.model import ChannelId, DeliveryState, FeedHealth, FeedId, PollRecord, RuleId, WorkbenchBatch
from bot.store import SqliteStore, open_store
from bot.store.migrations import DIALECTS, migrations, newest_version, statements_of
from bot.store.sqlite_database import APPLICATION_ID
from bot.store.tables import TABLES
from tests.builders import NOW, batch, mark, new_entry, posted
from tests.conftest import SAMPLE_DATA

VERSIONS = [step.version for step in migrations("sqlite")]


@dataclass(frozen=True)
class Place:
    """A store to be: where it is, and a way to run bare SQL there."""

    address: str
    run: Callable[[Sequence[str]], None]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "postgres":
        url = request.getfixturevalue("bare_postgres_url")

        def run(statements: Sequence[str]) -> None:
            with psycopg.connect(url) as connection:
                for statement in statements:
                    connection.execute(statement)

        return Place(url, run)
    path = tmp_path / "wirewatch.db"

    def run_file(statements: Sequence[str]) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return Place(f"sqlite:///{path}", run_file)


def migrate(address: str) -> int:
    with closing(open_store(address)) as store:
        return store.migrate()


def marked(place: Place, version: int) -> list[str]:
    """What tells a store's version."""
    if place.address.startswith("sqlite"):
        return [f"PRAGMA user_version = {version}", f"PRAGMA application_id = {APPLICATION_ID}"]
    return [
        "CREATE TABLE IF NOT EXISTS wirewatch_schema (version INTEGER NOT NULL)",
        "DELETE FROM wirewatch_schema",
        f"INSERT INTO wirewatch_schema VALUES ({version})",
    ]


@pytest.mark.parametrize("before", VERSIONS[:-1] or VERSIONS)
def test_from_the_version_before_with_what_it_kept(place: Place, before: int) -> None:
    dialect = "sqlite" if place.address.startswith("sqlite") else "postgres"
    for step in migrations(dialect):
        if step.version <= before:
            place.run(step.statements)
    place.run([*marked(place, before), "INSERT INTO facts (key, value) VALUES ('kept', 'yes')"])
    store = open_store(place.address)
    assert store.migrate() == newest_version()
    assert store.get_fact("kept") == "yes"
    store.record_ingest(batch(new_entry(1)))
    store.close()


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def test_rows_of_a_store_of_version_2_are_read(place: Place) -> None:
    """What the last build with that version left behind: feeds, a channel, messages on their way."""
    dialect = "sqlite" if place.address.startswith("sqlite") else "postgres"
    for step in migrations(dialect)[:2]:
        place.run(step.statements)
    texts = json.loads((SAMPLE_DATA / "stores/version2.json").read_text(encoding="utf-8"))
    rows = [
        "INSERT INTO feeds (id, url, state, next_due_at)"
        f" VALUES ('{name}', 'http://feed.example/{name}', {quoted(text)}, '2026')"
        for name, text in texts["FeedState"].items()
    ]
    rows.append(f"INSERT INTO channels (channel, state) VALUES ('telecom', {quoted(texts['ChannelState']['busy'])})")
    digest = '{"channel": "telecom", "kind": "immediate", "at": "2026-03-04T05:06:07.890123+00:00", "stories": []}'
    rows += [
        "INSERT INTO outbox (key, channel, state, created_at, delivery, digest, payload)"
        f" VALUES ('{name}', 'telecom', 'unknown', '2026-03-04', {quoted(text)}, {quoted(digest)}, '{{}}')"
        for name, text in texts["Delivery"].items()
    ]
    place.run([*marked(place, 2), *rows])
    with closing(open_store(place.address)) as store:
        assert store.migrate() == newest_version()
        states = store.feed_states()
        assert {feed: state.health for feed, state in states.items()} == {
            name: FeedHealth.FAILING if name == "failing" else FeedHealth.OK for name in texts["FeedState"]
        }
        assert states[FeedId("rich")].rhythm.gap == timedelta(hours=1)
        assert store.channel_state(ChannelId("telecom")).overflow == {7, 9}
        assert [row.state for row in store.open_deliveries()] == [DeliveryState.UNSETTLED, DeliveryState.UNKNOWN]
        claimed = store.claim_feeds([FeedId("rich")], NOW, NOW, 1)
        store.record_polls([PollRecord(state=state) for state in claimed])
        assert store.feed_states() == states


def test_what_was_pressed_before_there_were_marks_is_a_mark_for_each_rule_shown_there(place: Place) -> None:
    dialect = "sqlite" if place.address.startswith("sqlite") else "postgres"
    for step in migrations(dialect)[:3]:
        place.run(step.statements)
    pressed = {"id": "e1", "kind": "irrelevant", "by": "U1", "at": "2026-03-04T05:06:07+00:00", "channel": "news"}
    pressed |= {"story": 7, "rule": None, "until_at": None, "undone_by": None, "undone_at": None}
    later = {"at": "2026-03-04T05:07:07.000001+00:00", "by": "U2"}
    facts = {
        "e1": pressed,
        "e2": {**pressed, "by": "U4", "undone_by": "U3", "undone_at": "2026-03-05T05:06:07+00:00"},
        "e3": {**pressed, **later},
        "e4": {**pressed, "kind": "mute_story"},
        "e5": {**pressed, "channel": "elsewhere"},
    }
    rows = [f"INSERT INTO facts VALUES ('watch:mark:{key}', {quoted(json.dumps(fact))})" for key, fact in facts.items()]
    told = dumps(posted("news", 9, rules=(RuleId("r1"), RuleId("r'2"))))
    rows.append(f"INSERT INTO posted VALUES ('news', 9, {quoted(told)}, '2026-03-04')")
    rows += ["INSERT INTO merges VALUES (7, 8)", "INSERT INTO merges VALUES (8, 9)"]
    place.run([*marked(place, 3), *rows])
    with closing(open_store(place.address)) as store:
        store.migrate()
        at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
        first = [mark(9, rule, "not_relevant", at=at) for rule in ("r'2", "r1")]
        second = [replace(one, by="U2", at=at + timedelta(minutes=1, microseconds=1)) for one in first]
        assert store.marks() == [*first, *second]
        store.record_workbench(WorkbenchBatch(undone=tuple(first), by="U1", at=NOW))
        assert store.marks() == second


def test_numbers_have_no_gaps_and_both_databases_the_same_tables() -> None:
    assert list(range(1, len(VERSIONS) + 1)) == VERSIONS
    for dialect in DIALECTS:
        text = "\n".join(statement for step in migrations(dialect) for statement in step.statements)
        assert all(f"CREATE TABLE {table} (" in text for table in TABLES)
        assert "{" not in text


def test_statements_end_at_the_end_of_a_line() -> None:
    text = "-- words; more\nCREATE TABLE a (\n  b TEXT NOT NULL -- ';' here\n);\nCREATE INDEX c ON a (b);\n"
    assert len(statements_of(text, "sqlite")) == 2
    assert 'TEXT COLLATE "C" NOT NULL' in statements_of(text, "postgres")[0]


def test_a_newer_store_is_refused_and_left_untouched(place: Place) -> None:
    store = open_store(place.address)
    store.migrate()
    store.close()
    place.run(marked(place, newest_version() + 1))
    with pytest.raises(StoreError, match="newer release"):
        migrate(place.address)


def test_two_releases_that_migrate_at_once(place: Place) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(migrate, [place.address] * 4)) == [newest_version()] * 4


def test_a_database_of_another_program_is_left_as_it_is(place: Place) -> None:
    place.run(["CREATE TABLE entries (theirs INTEGER)"])
    with pytest.raises(StoreError, match="left as it is"):
        migrate(place.address)
    place.run(["INSERT INTO entries (theirs) VALUES (1)", "DROP TABLE entries"])


def test_a_store_that_was_never_migrated_says_what_to_do(place: Place) -> None:
    store = open_store(place.address)
    with pytest.raises(StoreError, match="store migrate"):
        store.get_fact("a")
    store.close()


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u:geheim@h/d",
        "sqlite://",
        "sqlite:///",
        "state.db",
        "",
        "postgres//u:geheim@h/d",
        "postgres://u:geheim@h/d?bogus=1",
    ],
)
def test_addresses_of_another_kind(address: str) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL") as raised:
        open_store(address)
    assert "geheim" not in str(raised.value)


def test_relative_and_absolute_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for address, file in (
        ("sqlite:///some/where.db", "some/where.db"),
        (f"sqlite:///{tmp_path}/a%20b.db", "a b.db"),
    ):
        store = open_store(address)
        store.migrate()
        store.close()
        assert (tmp_path / file).is_file()
    assert isinstance(open_store(Path("other.db")), SqliteStore)


def test_an_old_archive_still_reads(place: Place) -> None:
    store = open_store(place.address)
    store.migrate()
    store.record_ingest(batch(new_entry(1, seen_at=NOW)))
    place.run(["UPDATE entries SET reason = '', changes = '[]' WHERE id = 1"])
    assert len(store.search(None, None, None, 9)) == 1
    store.close()
