"""The workbench at work: one rule on an archive, as the command does it, and what a worker beside it feels.

Archives of `SMALL` and `LARGE` entries (50,000 and 500,000 unless the environment says otherwise) over 80 days, stories
decided, each with a summary of forty words. The command is a process of its own; its time is by the clock, from start
to exit. PostgreSQL is a real server on this machine.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench import Row
from bench.store import REPOSITORY, SEED, News, server
from bot import pipeline
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.terms import index_terms
from bot.model import (
    Decision,
    Entry,
    EntryId,
    FeedId,
    FeedState,
    IngestBatch,
    NewEntry,
    PollRecord,
    Reading,
    RuleSet,
    StoryId,
    Verdict,
)
from bot.sinks.console import ConsoleSink
from bot.store import SqliteStore, SqlStore, open_store
from bot.store.copies import copy_store

SMALL = int(os.environ.get("SMALL", "50000"))
LARGE = int(os.environ.get("LARGE", "500000"))
DAYS = timedelta(days=80)
_TARGETS = {SMALL: {"rare": 5.0, "common": 5.0, "pattern": 5.0}, LARGE: {"rare": 15.0, "common": 15.0}}
"""Entries -> rule -> seconds at most."""
SAME_STORY = 0.15
"""Share of entries that report a story again."""


def fill(store: SqlStore, count: int, news: News) -> None:
    """An archive of `count` entries: what a worker leaves behind, without deciding each anew."""
    dice = random.Random(SEED)
    entries = iter(news)
    recent: list[int] = []
    number = 0
    while number < count:
        batch: list[NewEntry] = []
        for entry in islice(entries, 2_000):
            number += 1
            is_again = bool(recent) and dice.random() < SAME_STORY
            story = dice.choice(recent) if is_again else number
            if not is_again:
                recent = [*recent[-300:], number]
            batch.append(_archived(number, story, entry))
        store.record_ingest(IngestBatch(entries=tuple(batch), at=batch[-1].entry.seen_at))


def _archived(number: int, story: int, entry: Entry) -> NewEntry:
    reading = Reading(title=entry.title, summary=entry.summary)
    verdict = Verdict.NEW_STORY if story == number else Verdict.SAME_STORY
    decision = Decision(entry=EntryId(number), verdict=verdict, story=StoryId(story))
    return NewEntry(
        id=EntryId(number), entry=entry, reading=reading, decision=decision, terms=tuple(index_terms(reading))
    )


def rules_text(news: News) -> str:
    """Rules of one word each: about one entry in a hundred has the first, one in ten the second; few the pattern."""
    rare, common = news.words[1_500], news.words[60]
    return (
        "channels: {default: {slack: '#news', digest: {every: 1h}}}\n"
        "feeds: ['https://outlet.example/rss']\n"
        "rules:\n"
        f"  - {{id: rare, when: {rare}}}\n"
        f"  - {{id: common, when: {common}}}\n"
        f"  - {{id: pattern, when: '/{rare} [a-f]/'}}\n"
    )


def backtest(folder: Path, rule: str, environment: Mapping[str, str]) -> tuple[float, str]:
    """Seconds, and the line of the rule."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "backtest", "--rule", rule],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - began, done.stdout.splitlines()[2]


def measured(folder: Path, what: str, rule: str, most: float, environment: Mapping[str, str]) -> Row:
    took, line = backtest(folder, rule, environment)
    return Row(what=f"{what}: {line}", ours=f"{took:.1f} s", target=f"<= {most:g} s", met=took <= most)


def longest_wait(store: SqlStore, ruleset: RuleSet, entries: Iterator[Entry], stop: threading.Event) -> float:
    """Seconds from arrival to frozen message at worst, one entry every tenth of a second, until `stop`."""
    state = pipeline.IngestState.load(store, ruleset)
    sink = ConsoleSink(io.StringIO(), clock=lambda: datetime.now(UTC), environ={})
    worst = 0.0
    while not stop.is_set():
        began = time.perf_counter()
        now = datetime.now(UTC)
        feed = FeedState(feed=FeedId("b"), url="https://b.example", next_due_at=now, interval=timedelta(hours=1))
        store.record_polls([PollRecord(state=feed, entries=(next(entries),))])
        pipeline.ingest(store, state, now)
        pipeline.digest(store, ruleset, sink, now)
        worst = max(worst, time.perf_counter() - began)
        stop.wait(0.1)
    return worst


def beside(folder: Path, store: SqlStore, what: str, environment: Mapping[str, str]) -> Row:
    """What a worker on the same store feels of a backtest."""
    text = "channels: {default: {slack: '#n', immediate: true}}\nfeeds: ['https://b.example/']\nrules: ['/[a-z]/']\n"
    ruleset, problems = read_ruleset(text.encode(), {}, None)
    assert ruleset is not None, problems
    news = News(datetime.now(UTC), timedelta(milliseconds=1))
    waits = []
    for is_beside in (False, True):
        stop = threading.Event()
        other = threading.Thread(target=_until_done, args=(folder, environment, is_beside, stop))
        other.start()
        waits.append(longest_wait(store, ruleset, iter(news), stop))
        other.join()
    later = waits[1] - waits[0]
    return Row(
        what=f"{what}: a message beside a backtest comes later by",
        ours=f"{later:.2f} s ({waits[0]:.2f} → {waits[1]:.2f})",
        target="<= 1 s",
        met=later <= 1,
    )


def _until_done(folder: Path, environment: Mapping[str, str], is_beside: bool, stop: threading.Event) -> None:
    try:
        if is_beside:
            backtest(folder, "common", environment)
        else:
            time.sleep(5)
    finally:
        stop.set()


def run() -> list[Row]:
    rows = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        for count, targets in (
            (SMALL, {"rare": 5.0, "common": 5.0, "pattern": 5.0}),
            (LARGE, {"rare": 15.0, "common": 15.0}),
        ):
            place = folder / str(count)
            (place / "state").mkdir(parents=True)
            news = News(datetime.now(UTC) - DAYS, DAYS / count)
            (place / "rules.yaml").write_text(rules_text(news), encoding="utf-8")
            store = stack.enter_context(closing(SqliteStore(place / "state" / "wirewatch.db")))
            store.migrate()
            fill(store, count, news)
            here = {"STATE_DIR": str(place / "state")}
            for rule, most in targets.items():
                rows.append(measured(place, f"SQLite, {count:,} entries", rule, most, here))
            if count == SMALL:
                rows.append(beside(place, store, f"SQLite, {count:,} entries", here))
            url = server(stack)
            if url is None:
                continue
            other = stack.enter_context(closing(open_store(url)))
            other.migrate()
            copy_store(store, other)
            for rule, most in targets.items():
                rows.append(measured(place, f"PostgreSQL, {count:,} entries", rule, most, {"DATABASE_URL": url}))
            if count == SMALL:
                rows.append(beside(place, other, f"PostgreSQL, {count:,} entries", {"DATABASE_URL": url}))
    return rows
