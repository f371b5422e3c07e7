"""A fault of ours costs one entry: the news before and behind it arrives, and the entry is kept."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.stories import IndexRecord, StoryIndex
from bot.errors import StoreBusy, StoreRefused
from bot.model import Decision, Entry, FeedId, PollRecord, RuleSet
from bot.pipeline import IngestState
from bot.ports import Store
from bot.store import SqliteStore
from bot.store.entries import NEWEST_ENTRY
from bot.worker.ingesting import Ingesting
from tests.builders import article_url, entry, feed_state

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WIRE = FeedId("wire")
RULES = RuleSet(version="1", channels={}, rules=(), feeds=())
NEWS = ["Bakery in Velmora wins a prize", "Ferry sinks off Kassaby", "Court bars the merger of two banks", "Comet seen"]


class FaultyIndex(StoryIndex):
    """An index with a fault of ours in it: entries whose title holds `POISON` make it raise, half way through."""

    error: type[Exception] = ValueError

    def decide(self, entry_id: Any, entry: Entry, *rest: Any, **more: Any) -> Decision:
        decision = super().decide(entry_id, entry, *rest, **more)
        if "POISON" in entry.title:
            raise self.error("a fault of ours")
        return decision


def faulty_state(store: Store, ruleset: RuleSet) -> IngestState:
    records = (IndexRecord(kind=kind, key=key, data=data) for kind, key, data in store.index_records())
    return IngestState.build(ruleset, FaultyIndex.restore(ruleset.settings.stories, records))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "wirewatch.db")
    made.migrate()
    yield made
    made.close()


def arrive(store: Store, *titles: str) -> None:
    state = feed_state(WIRE)
    store.add_feeds([state])
    entries = tuple(entry(title, url=article_url(title, "w"), feed=WIRE) for title in titles)
    store.record_polls([PollRecord(state=state, entries=entries)])


def drain(ingesting: Ingesting, limit: int = 50) -> None:
    for _ in range(100):
        if not ingesting.take(NOW, limit).taken:
            return
    raise AssertionError("the inbox never became empty")


def titles(store: SqliteStore) -> list[str]:
    return [row[0] for row in store.database.query("SELECT title FROM entries ORDER BY id")]


def decisions(store: SqliteStore) -> list[Any]:
    return store.database.query("SELECT title, verdict, story, reason FROM entries ORDER BY id")


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize("at", range(len(NEWS) + 1))
def test_only_the_entry_that_fails_is_set_aside(store: SqliteStore, at: int, limit: int) -> None:
    arrive(store, *NEWS[:at], "POISON", *NEWS[at:])
    drain(Ingesting(store, RULES, faulty_state), limit)
    assert titles(store) == NEWS
    assert store.inbox(9) == []
    assert (store.counts().inbox, store.counts().aside) == (0, 1), "kept"
    (notice,) = store.notices()
    assert "POISON" in notice.text
    assert "ValueError: a fault of ours" in notice.text
    assert "https://w.example/poison" in notice.text


def test_what_was_half_done_leaves_no_trace_in_later_decisions(store: SqliteStore, tmp_path: Path) -> None:
    arrive(store, *NEWS[:2], "POISON in the ferry off Kassaby", *NEWS[2:], "Ferry sinks off Kassaby, dozens missing")
    drain(Ingesting(store, RULES, faulty_state))
    other = SqliteStore(tmp_path / "without.db")
    other.migrate()
    arrive(other, *NEWS, "Ferry sinks off Kassaby, dozens missing")
    drain(Ingesting(other, RULES, IngestState.load))
    assert decisions(store) == decisions(other)
    other.close()


def test_the_next_release_tries_again_and_this_one_does_not(store: SqliteStore) -> None:
    arrive(store, "POISON", *NEWS)
    ingesting = Ingesting(store, RULES, faulty_state)
    ingesting.take_back("1.0")
    drain(ingesting)
    again = Ingesting(store, RULES, faulty_state)
    again.take_back("1.0")
    assert store.inbox(9) == []
    mended = Ingesting(store, RULES, IngestState.load)
    mended.take_back("1.1")
    assert [item.entry.title for item in store.inbox(9)] == ["POISON"]
    drain(mended)
    assert titles(store) == [*NEWS, "POISON"]
    assert (store.counts().inbox, store.counts().aside) == (0, 0)


def test_a_row_that_cannot_be_read_holds_nobody_up(store: SqliteStore) -> None:
    arrive(store, NEWS[0], "unreadable", NEWS[1])
    row = store.inbox(9)[1].id
    store.database.run("UPDATE inbox SET entry = ? WHERE id = ?", ('{"title": 5, "seen_at": "x"}', row))
    drain(Ingesting(store, RULES, IngestState.load))
    assert titles(store) == NEWS[:2]
    assert store.counts().aside == 1
    assert store.notices()[0].text.startswith("An entry could not be taken in (ValueError: ")


def test_what_the_store_refuses_is_set_aside(store: SqliteStore) -> None:
    class Refusing(FaultyIndex):
        raised = StoreRefused

    def load(store: Store, ruleset: RuleSet) -> IngestState:
        records = (IndexRecord(kind=kind, key=key, data=data) for kind, key, data in store.index_records())
        return IngestState.build(ruleset, Refusing.restore(ruleset.settings.stories, records))

    arrive(store, NEWS[0], "POISON", NEWS[1])
    drain(Ingesting(store, RULES, load))
    assert titles(store) == NEWS[:2]
    assert store.counts().aside == 1


def test_a_row_that_comes_before_it_meanwhile_is_not_taken_for_it(store: SqliteStore) -> None:
    """On PostgreSQL a poller's rows get their numbers before they can be seen."""
    arrive(store, "Innocent", "POISON", NEWS[0])
    first = store.inbox(1)[0].id
    store.database.run("UPDATE inbox SET aside = 1 WHERE id = ?", (first,))

    class Late(FaultyIndex):
        def decide(self, entry_id: Any, entry: Entry, *rest: Any, **more: Any) -> Decision:
            if "POISON" in entry.title:
                store.database.run("UPDATE inbox SET aside = 0 WHERE id = ?", (first,))
            return super().decide(entry_id, entry, *rest, **more)

    def load(store: Store, ruleset: RuleSet) -> IngestState:
        records = (IndexRecord(kind=kind, key=key, data=data) for kind, key, data in store.index_records())
        return IngestState.build(ruleset, Late.restore(ruleset.settings.stories, records))

    drain(Ingesting(store, RULES, load), limit=1)
    assert titles(store) == ["Innocent", NEWS[0]]
    assert "POISON" in store.notices()[0].text


def test_garbage_is_looked_for_between_slices_and_not_within(store: SqliteStore) -> None:
    within: list[bool] = []

    class Watched(FaultyIndex):
        def decide(self, entry_id: Any, entry: Entry, *rest: Any, **more: Any) -> Decision:
            within.append(gc.isenabled())
            return super().decide(entry_id, entry, *rest, **more)

    def load(store: Store, ruleset: RuleSet) -> IngestState:
        return IngestState.build(ruleset, Watched(ruleset.settings.stories))

    arrive(store, NEWS[0], "POISON")
    ingesting = Ingesting(store, RULES, load)
    assert gc.isenabled()
    drain(ingesting)
    assert within
    assert not any(within)
    assert gc.isenabled(), "after a fault, too"


def test_a_feed_full_of_such_entries_is_told_once(store: SqliteStore) -> None:
    arrive(store, "POISON 1", NEWS[0], "POISON 2", "POISON 3", NEWS[1])
    drain(Ingesting(store, RULES, faulty_state))
    assert titles(store) == NEWS[:2]
    assert store.counts().aside == 3
    assert len(store.notices()) == 1


@pytest.mark.parametrize("raised", [MemoryError, OSError])
def test_what_is_no_entrys_fault_sets_nothing_aside(store: SqliteStore, raised: type[Exception]) -> None:
    class Index(FaultyIndex):
        error = raised

    def load(store: Store, ruleset: RuleSet) -> IngestState:
        return IngestState.build(ruleset, Index(ruleset.settings.stories))

    arrive(store, NEWS[0], "POISON")
    ingesting = Ingesting(store, RULES, load)
    for _ in range(2):
        with pytest.raises(raised):
            ingesting.take(NOW, 50)
    assert len(store.inbox(9)) == 2
    assert store.notices() == []


def test_a_store_that_is_away_sets_nothing_aside(store: SqliteStore, tmp_path: Path) -> None:
    arrive(store, NEWS[0])
    store.database.run("PRAGMA busy_timeout = 50")  # ten seconds in earnest
    with closing(sqlite3.connect(tmp_path / "wirewatch.db", isolation_level=None)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            Ingesting(store, RULES, IngestState.load).take(NOW, 50)
        browser.execute("ROLLBACK")
    assert len(store.inbox(9)) == 1


def test_the_index_is_made_anew_where_the_store_gives_other_numbers_away(store: SqliteStore) -> None:
    """A database failed over to a server a second behind: the index knew reports that nothing else knew."""
    loaded = []

    def load(store: Store, ruleset: RuleSet) -> IngestState:
        loaded.append(IngestState.load(store, ruleset))
        return loaded[-1]

    ingesting = Ingesting(store, RULES, load)
    arrive(store, *NEWS[:2])
    drain(ingesting)
    arrive(store, NEWS[2])
    drain(ingesting)
    assert len(loaded) == 1
    store.save_facts({NEWEST_ENTRY: "7"})
    arrive(store, NEWS[3])
    drain(ingesting)
    assert len(loaded) == 2
    assert titles(store) == NEWS
