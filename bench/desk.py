"""The desk at work on an archive of `ARCHIVE` entries (1,000,000 where the environment says nothing), on both stores.

Searches, keystrokes and pages of a real `wirewatch web` over HTTP, and a message posted while 50 people read.
Times are by the clock, from request to the last byte. Words that are searched stand in one of 20 to one of 20,000
entries, as words of the news do.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bench import Row
from bench.store import REPOSITORY, SEED, News, server
from bench.workbench import fill
from bot import pipeline
from bot.app import clock
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Entry, FeedId, FeedState, OutletId, PollRecord
from bot.sinks.console import ConsoleSink
from bot.store import SqliteStore, SqlStore, open_store
from bot.store.copies import copy_store

ARCHIVE = int(os.environ.get("ARCHIVE", "1000000"))
SEARCHES = 200
READERS = 50
BESIDE = 8.0
"""Seconds that the readers read."""
PAGES = ("/", "/search?q={word}", "/rules/one", "/try?when={word}", "/feeds", "/outbox", "/review", "/stories/{story}")


@contextmanager
def desk(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """`wirewatch web` on the folder's store; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "web"],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(REPOSITORY),
            "LOG_FORMAT": "json",
            "PORT": "0",
            "HOST": "127.0.0.1",
            **environment,
        },
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        line: dict[str, Any] = {}
        while line.get("event") != "web_started":
            line = json.loads(process.stderr.readline())
        yield f"http://127.0.0.1:{line['port']}"
    finally:
        process.terminate()
        process.wait()


async def times(base: str, paths: Sequence[str], accept: str = "text/html") -> list[float]:
    """Milliseconds of each request, one after another."""
    took = []
    async with aiohttp.ClientSession(base, headers={"Accept": accept}) as session:
        for path in paths:
            began = time.perf_counter()
            async with session.get(path) as response:
                body = await response.read()
                assert response.status in (200, 202), (path, body[:300])
            took.append(1000 * (time.perf_counter() - began))
    return took


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def expressions(words: Sequence[str], dice: random.Random) -> list[str]:
    """Two words, a word or a phrase; each has a word that the index narrows by."""
    shapes = ("{}", "{} AND {}", "{} OR {}", "{} NEAR/8 {}", "title:{} NOT {}")
    return [
        dice.choice(shapes).format(words[dice.randrange(20, 20_000)], words[dice.randrange(20, 20_000)])
        for _ in range(SEARCHES)
    ]


async def beside_readers(base: str, words: Sequence[str], work: asyncio.Future[list[float]]) -> list[float]:
    """What `work` measured while READERS looked at pages, one after another."""
    dice = random.Random(SEED)

    async def read(session: aiohttp.ClientSession) -> None:
        while not work.done():
            path = dice.choice(PAGES[:3] + PAGES[4:]).format(word=words[dice.randrange(200, 20_000)], story=1)
            async with session.get(path) as response:
                await response.read()

    async with aiohttp.ClientSession(base, headers={"Accept": "text/html"}) as session:
        await asyncio.gather(*(read(session) for _ in range(READERS)))
    return await work


def digests(store: SqlStore, words: Sequence[str], seconds: float) -> list[float]:
    """Seconds from the arrival of a matching entry to its message, again and again, as a worker makes them."""
    text = 'channels: {default: {slack: "#news", immediate: true}}\nfeeds: [https://b.example/rss]\n'
    text += "rules: [{when: Orbrecht, priority: urgent}]\n"
    ruleset, problems = read_ruleset(text.encode(), {}, None)
    assert ruleset is not None, problems
    state = pipeline.IngestState.load(store, ruleset)
    sink = ConsoleSink(io.StringIO(), clock=clock, environ={})
    took = []
    end = time.perf_counter() + seconds
    dice = random.Random(str(end))
    while time.perf_counter() < end:
        now = datetime.now(UTC)
        title = f"Orbrecht {' '.join(dice.choices(words[5_000:], k=7))}"
        entry = Entry(title=title, guid=title, source=OutletId("b"), seen_at=now)
        poll = FeedState(feed=FeedId("bench"), url="https://b.example", next_due_at=now, interval=timedelta(hours=1))
        began = time.perf_counter()
        store.record_polls([PollRecord(state=poll, entries=(entry,))])
        while pipeline.ingest(store, state, now).taken:
            pass
        assert pipeline.digest(store, ruleset, sink, now).deliveries
        took.append(time.perf_counter() - began)
        time.sleep(0.1)
    return took


def measure(name: str, folder: Path, environment: dict[str, str], store: SqlStore, words: Sequence[str]) -> list[Row]:
    dice = random.Random(SEED)
    with desk(folder, environment) as base:
        asyncio.run(times(base, ["/search?q=warm"] * 4))
        searched = asyncio.run(
            times(base, [f"/search?q={text.replace(' ', '+')}" for text in expressions(words, dice)])
        )
        text = "+".join(words[:60])
        typed = "Orbrecht AND (plant OR contract)"
        keys = [f"/try?when={typed[:end].replace(' ', '+')}&text={text}&part=text" for end in (4, 8)] * (SEARCHES // 2)
        marked = asyncio.run(times(base, keys))
        # What reads much of the archive answers first how far it has come.
        waits = asyncio.run(times(base, [page.format(word=words[60], story=1) for page in PAGES]))
        sizes = asyncio.run(_sizes(base, words))
        alone = digests(store, words, BESIDE / 2)

        async def both() -> list[float]:
            work = asyncio.ensure_future(asyncio.to_thread(digests, store, words, BESIDE))
            return await beside_readers(base, words, work)

        beside = asyncio.run(both())
    later = max(beside) - statistics.median(alone)
    return [
        Row(
            what=f"search of {ARCHIVE:,} entries, p95 of {SEARCHES}: {name}",
            ours=f"{p95(searched):.0f} ms (half within {statistics.median(searched):.0f})",
            target="<= 200 ms",
            met=p95(searched) <= 200,
        ),
        Row(
            what=f"key to marks, p95 of {SEARCHES}: {name}",
            ours=f"{p95(marked):.0f} ms",
            target="<= 150 ms",
            met=p95(marked) <= 150,
        ),
        Row(
            what=f"the first word of a page, at most: {name}",
            ours=f"{max(waits):.0f} ms",
            target="<= 1 s",
            met=max(waits) <= 1_000,
        ),
        Row(what=f"largest page: {name}", ours=f"{max(sizes):,} bytes", target="<= 100 KB", met=max(sizes) <= 100_000),
        Row(
            what=f"a post beside {READERS} readers, at most: {name}",
            ours=f"{later:.2f} s later",
            target="<= 1 s",
            met=later <= 1,
        ),
    ]


async def _sizes(base: str, words: Sequence[str]) -> list[int]:
    async with aiohttp.ClientSession(base, headers={"Accept": "text/html"}) as session:
        sizes = []
        for page in PAGES:
            body = b"data-wait"
            while b"data-wait" in body:
                async with session.get(page.format(word=words[300], story=1)) as response:
                    body = await response.read()
            sizes.append(len(body))
        return sizes


def run() -> list[Row]:
    rows = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        (folder / "state").mkdir()
        news = News(datetime.now(UTC) - timedelta(days=80), timedelta(days=79) / ARCHIVE)
        rules = f"feeds: ['https://b.example/rss']\nrules:\n  - {{id: one, when: {news.words[700]}}}\n"
        (folder / "rules.yaml").write_text(rules, encoding="utf-8")
        store = stack.enter_context(closing(SqliteStore(folder / "state" / "wirewatch.db")))
        store.migrate()
        fill(store, ARCHIVE, news)
        url = server(stack)
        if url is not None:
            other = stack.enter_context(closing(open_store(url)))
            other.migrate()
            copy_store(store, other)
        rows += measure("SQLite", folder, {"STATE_DIR": str(folder / "state")}, store, news.words)
        if url is not None:
            rows += measure("PostgreSQL", folder, {"DATABASE_URL": url}, other, news.words)
    return rows
