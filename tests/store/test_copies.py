"""Copies, backups and restores: from any store to any other, checked, and never half."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.codec import instant_text
from bot.errors import StoreBusy, StoreError
from bot.model import (
    ChannelId,
    ChannelState,
    DeliveryState,
    DigestBatch,
    EntryId,
    FeedId,
    Notice,
    PollRecord,
    RuleId,
    RulesText,
    StoryId,
    WorkbenchBatch,
)
from bot.ports import RESTORED_FROM
from bot.store import SqliteStore, SqlStore, backups, open_store
from bot.store.copies import NUMBERS_APART, copy_store, row_counts
from tests import postgres
from tests.builders import (
    MINUTE,
    NASTY,
    NOW,
    batch,
    delivery,
    entry,
    feed_state,
    mark,
    new_entry,
    posted,
    question,
    story_match,
    waits,
)

Make = Callable[[str, str], SqlStore]
LATER = NOW + 60 * MINUTE


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """A migrated, empty store of a kind; `which` tells several of a kind apart."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def one(kind: str, which: str) -> SqlStore:
            if kind == "postgres":
                if which not in urls:
                    server = request.getfixturevalue("postgres_server")
                    urls[which] = stack.enter_context(postgres.database(*server))
                store = open_store(urls[which])
            else:
                store = SqliteStore(tmp_path / which / "wirewatch.db")
            stack.callback(store.close)
            store.migrate()
            return store

        yield one


def fill(store: SqlStore, base: int = 0) -> None:
    """A store in the middle of its work: something in every table."""
    store.add_feeds([feed_state("bbc"), feed_state("idle")])
    store.record_polls([PollRecord(state=feed_state("bbc"), entries=(entry(NASTY), entry("second")))])
    store.claim_feeds([FeedId("idle")], NOW, NOW + 60 * MINUTE, 1)
    store.record_ingest(
        batch(
            new_entry(base + 1, title=NASTY, terms=("huawei", "华为", "a_b", "at&t")),
            new_entry(base + 2),
            new_entry(base + 3, story=base + 1, terms=()),
            identity_records={"guid:1": b"\0\xff\x80"},
            index=(("story", "1", b"\x01\0"),),
            merges=((StoryId(base + 2), StoryId(base + 1)),),
            matches=(story_match(base + 1),),
            waiting=(waits("news", base + 1),),
            boilerplate=tuple((FeedId("bbc"), NASTY, StoryId(n)) for n in range(1, 6)),
        )
    )
    store.record_digest(
        DigestBatch(
            channel=ChannelId("news"),
            state=ChannelState(channel=ChannelId("news"), last_slot_at=NOW),
            deliveries=(delivery("k1", "news", base + 1), delivery("k2", "news", base + 1)),
            posted=(posted("news", base + 1),),
        )
    )
    store.save_delivery(delivery("k2", "news", base + 1, attempts=2))
    store.add_notices([Notice(key="n", text=NASTY, at=NOW)])
    store.record_workbench(
        WorkbenchBatch(
            marks=(mark(base + 1, by=NASTY),),
            questions=(question(base + 1),),
            rule_states=(("spike", RuleId("r1"), feed_state("any")),),
            at=NOW,
        )
    )
    store.add_rules_text(RulesText(version="v1", at=NOW, by="file", content=b"\xef\xbb\xbfrules:\r\n", added=("{}",)))


def content(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """Everything in it, in any order."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in row_counts(store):
        if table == "entry_terms":
            found[table] = sorted((number, *sorted(terms)) for number, terms in store.terms.stored())
        else:
            rows = store.database.query(f"SELECT {', '.join(store.database.columns(table))} FROM {table}")
            found[table] = sorted(rows, key=repr)
    return found


KINDS = [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite"), ("postgres", "postgres")]


@pytest.mark.parametrize("kinds", KINDS, ids="->".join)
def test_a_copy_is_the_same_store_and_goes_on(make: Make, kinds: tuple[str, str]) -> None:
    source, target = make(kinds[0], "source"), make(kinds[1], "target")
    fill(source)
    before = content(source)
    assert all(before.values()), "every table must take part in this test"
    seen: list[int] = []
    copied = copy_store(source, target, step=seen.append)
    assert copied == row_counts(source) == row_counts(target)
    assert sum(seen) == sum(copied.values())
    assert content(source) == before
    arrived = content(target)
    assert len(target.claim_feeds([FeedId("idle")], NOW, NOW, 1)) == 1, "nobody has its feeds in hand"
    arrived.pop("feeds"), before.pop("feeds")
    assert arrived == before
    assert [found.id for found in target.search([["华为"], ["a_b"], ["at&t"]], None, None, 9)] == [1]
    # New rows go on behind the old ones.
    target.add_deliveries([delivery("k3")])
    assert [row.key for row in target.open_deliveries()] == ["k1", "k2", "k3"]
    target.record_polls([PollRecord(state=feed_state("bbc"), entries=(entry("third"),))])
    assert [row.entry.title for row in target.inbox(9)] == [NASTY, "second", "third"]
    assert target.next_entry_id() == source.next_entry_id()
    assert target.get_fact(RESTORED_FROM) is None


def test_only_into_an_empty_store(make: Make) -> None:
    source, target = make("sqlite", "source"), make("sqlite", "target")
    fill(source)
    target.save_facts({"theirs": "1"})
    with pytest.raises(StoreError, match="not empty"):
        copy_store(source, target)
    assert row_counts(target) == {table: int(table == "facts") for table in row_counts(target)}


def test_a_copy_of_a_store_whose_worker_goes_on_asks_the_history(make: Make) -> None:
    source, target = make("sqlite", "source"), make("sqlite", "target")
    fill(source)
    copy_store(source, target, since=NOW)
    assert target.get_fact(RESTORED_FROM) == instant_text(NOW)
    assert [row.attempts for row in target.open_deliveries()] == [0, 0]
    assert target.next_entry_id() == source.next_entry_id() + NUMBERS_APART + 1


@pytest.mark.parametrize("kinds", KINDS, ids="->".join)
def test_a_restore_brings_back_what_was(make: Make, kinds: tuple[str, str], tmp_path: Path) -> None:
    source = make(kinds[0], "source")
    fill(source)
    file = tmp_path / "a.backup"
    made = backups.back_up(source, file, NOW)
    assert backups.read_backup(file) == made
    assert made.at == NOW
    target = make(kinds[1], "target")
    fill(target, base=10)
    target.save_facts({"later": "1"})
    if isinstance(target, SqliteStore):
        assert target.path is not None
        backups.restore(target.path, file, LATER)
        target.close()
        target = make("sqlite", "target")
    else:
        backups.restore(target, file, LATER)
        target.close()
        target = make("postgres", "target")
    arrived, expected = content(target), content(source)
    for table in ("facts", "feeds", "outbox"):
        arrived.pop(table), expected.pop(table)
    assert arrived == expected
    assert target.get_fact("later") is None
    assert target.get_fact(RESTORED_FROM) == instant_text(NOW)
    assert {row.key: row.attempts for row in target.open_deliveries()} == {"k1": 0, "k2": 0}
    assert target.next_entry_id() > NUMBERS_APART, "numbers given away since the backup never come again"
    assert target.claim_lease("worker", LATER, timedelta(seconds=45))
    target.record_ingest(batch(new_entry(target.next_entry_id())))


def test_a_restore_into_a_server_needs_no_folder_for_temporary_files(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = make("sqlite", "source"), make("postgres", "target")
    fill(source)
    backups.back_up(source, tmp_path / "a.backup", NOW)
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, "/nonexistent")
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    backups.restore(target, tmp_path / "a.backup", LATER)
    assert target.counts().entries == 3


def test_an_unknown_outcome_stays_one(make: Make, tmp_path: Path) -> None:
    source = make("sqlite", "source")
    source.add_deliveries([delivery("k1")])
    source.save_delivery(delivery("k1", state=DeliveryState.SENDING, attempts=1, started_at=NOW))
    backups.back_up(source, tmp_path / "b", NOW)
    backups.restore(tmp_path / "target.db", tmp_path / "b", LATER)
    with closing(SqliteStore(tmp_path / "target.db")) as restored:
        assert [(row.state, row.attempts) for row in restored.open_deliveries()] == [(DeliveryState.SENDING, 1)]


def flip(data: bytearray) -> None:
    data[len(data) // 2] ^= 1


def cut(data: bytearray) -> None:
    del data[-1:]


def lengthen(data: bytearray) -> None:
    data += b"x"


def empty(data: bytearray) -> None:
    data.clear()


def other_text(data: bytearray) -> None:
    data[:] = b"version: 1\nfeeds: []\n" * 100


def bare_store(data: bytearray) -> None:
    del data[: backups.BACKUP_HEADER]


def renamed(data: bytearray) -> None:
    data[: backups.BACKUP_HEADER] = data[: backups.BACKUP_HEADER].replace(b"wirewatch", b"waterwash")


def newer(data: bytearray) -> None:
    fields = json.loads(data[: backups.BACKUP_HEADER]) | {"schema": 99}
    data[: backups.BACKUP_HEADER] = json.dumps(fields).encode().ljust(backups.BACKUP_HEADER)


@pytest.mark.parametrize(
    "damage", [flip, cut, lengthen, empty, other_text, bare_store, renamed, newer], ids=lambda one: one.__name__
)
def test_a_damaged_or_foreign_file_is_refused_and_the_store_untouched(
    make: Make, tmp_path: Path, damage: Callable[[bytearray], None]
) -> None:
    source = make("sqlite", "source")
    fill(source)
    file = tmp_path / "a.backup"
    backups.back_up(source, file, NOW)
    data = bytearray(file.read_bytes())
    damage(data)
    file.write_bytes(data)
    assert isinstance(source, SqliteStore)
    assert source.path is not None
    before = source.path.read_bytes()
    with pytest.raises(StoreError, match=r"left as it is|newer release"):
        backups.restore(source.path, file, LATER)
    assert source.path.read_bytes() == before
    assert source.entry(EntryId(1)) is not None


def test_a_restore_waits_for_no_worker(make: Make, tmp_path: Path) -> None:
    for kind in ("sqlite", "postgres"):
        source = make(kind, "source")
        fill(source)
        file = tmp_path / f"{kind}.backup"
        backups.back_up(source, file, NOW)
        assert source.claim_lease("host:42", NOW, timedelta(seconds=45))
        target = source.path if isinstance(source, SqliteStore) else make(kind, "source")
        assert target is not None
        with pytest.raises(StoreBusy, match="host:42"):
            backups.restore(target, file, LATER)
        source.save_facts({"goes": "on"})


def test_a_damaged_store_can_be_restored_and_is_kept(make: Make, tmp_path: Path) -> None:
    source = make("sqlite", "source")
    fill(source)
    backups.back_up(source, tmp_path / "b", NOW)
    broken = tmp_path / "broken" / "wirewatch.db"
    broken.parent.mkdir()
    broken.write_bytes(b"\0" * 9000)
    backups.restore(broken, tmp_path / "b", LATER)
    with closing(SqliteStore(broken)) as restored:
        restored.migrate()
        assert restored.counts().entries == 3
    assert broken.with_name("wirewatch.db.before-restore").read_bytes() == b"\0" * 9000


def test_a_backup_under_a_running_worker_is_of_one_moment(make: Make, tmp_path: Path) -> None:
    source = make("sqlite", "source")
    fill(source)
    assert source.claim_lease("worker", NOW, timedelta(seconds=45))
    with source.database.transaction():
        source.save_facts({"half": "1"})
        assert isinstance(source, SqliteStore)
        assert source.path is not None
        with closing(SqliteStore(source.path)) as other:
            backups.back_up(other, tmp_path / "b", NOW)
    backups.restore(tmp_path / "t.db", tmp_path / "b", LATER)
    with closing(SqliteStore(tmp_path / "t.db")) as restored:
        assert restored.get_fact("half") is None
        assert restored.counts().entries == 3


def test_a_backup_replaces_only_a_backup(make: Make, tmp_path: Path) -> None:
    source = make("sqlite", "source")
    file = tmp_path / "rules.yaml"
    file.write_text("rules: []\n")
    with pytest.raises(StoreError, match="no backup"):
        backups.back_up(source, file, NOW)
    assert file.read_text() == "rules: []\n"
    good = tmp_path / "b"
    for _ in range(2):
        backups.back_up(source, good, NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "rules.yaml", "source"]


@pytest.mark.parametrize("where", ["missing/b", "source"])
def test_a_place_that_cannot_be_written(make: Make, tmp_path: Path, where: str) -> None:
    source = make("sqlite", "source")
    with pytest.raises(StoreError, match=r"cannot be|no backup"):
        backups.back_up(source, tmp_path / where, NOW)


def test_a_backup_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        backups.restore(tmp_path / "wirewatch.db", tmp_path / "never", NOW)
    assert list(tmp_path.iterdir()) == []
