"""Parts of polling: parsing against feedparser, unchanged answers, hosts that drip, idle ticks, a worker's memory.

What polls cost whole processes, and lemon24/reader, is measured in `bench.workers`.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import psutil

from bench import Row
from bot.core.parse import DeltaParse, parse
from bot.core.polling import first_state
from bot.core.rulefile.ruleset import read_ruleset
from bot.errors import ParseError
from bot.fetch import HttpFetcher, ParserPool
from bot.model import Feed, FeedId, FeedState, RuleSet
from bot.store import SqliteStore, open_store

FEEDS = 1_000
MANY, ENTRIES = 5_000, 25
DELAY = 0.05
RULES = """
settings: {allow_private_hosts: true, first_run: silent, fetch: {per_host: 0s}}
feeds: [https://news.example/feed]
rules: [Huawei AND 5G]
"""
REPOSITORY = Path(__file__).resolve().parent.parent
DATA = REPOSITORY.parent / "shared" / "data" / "feeds"


def run() -> Iterator[Row]:
    """Parsing, answers that bring nothing, slow hosts, rest, memory."""
    yield from parsing_rows()
    with server() as base:
        yield asyncio.run(unchanged_row(base))
        yield asyncio.run(drip_row(base))
        yield idle_row()
        yield memory_row(base)


def ratio_row(
    what: str, ours: float, peer: float, target: str, *, at_least: float | None = None, at_most: float | None = None
) -> Row:
    """Ours against the peer's, as ours / peer."""
    ratio = ours / peer
    met = None
    if at_least is not None:
        met = ratio >= at_least
    if at_most is not None:
        met = ratio <= at_most
    return Row(what=what, ours=f"{ours:.2f}", peer=f"{peer:.2f}", ratio=ratio, target=target, met=met)


@contextlib.contextmanager
def server(delay: float = DELAY) -> Iterator[str]:
    """The feed server; yields its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench._feed_server", str(delay)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


# --- ours ------------------------------------------------------------------------------------------------------------


def ruleset() -> RuleSet:
    """The rules of the benchmark."""
    found, problems = read_ruleset(RULES.encode(), {})
    assert found is not None, problems
    return found


def feeds(base: str, kind: str = "f", count: int = FEEDS) -> list[Feed]:
    """The feeds of the server."""
    return [Feed(id=FeedId(f"{kind}{n}"), url=f"{base}/{kind}/{n}", name=f"{n}") for n in range(count)]


class CountedParser:
    """A parser that counts what it is given."""

    def __init__(self) -> None:
        self.count = 0
        self._pool = ParserPool()

    async def read(
        self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None = None
    ) -> DeltaParse:
        self.count += 1
        return await self._pool.read(body, url=url, headers=headers, seen_at=seen_at, before=before)

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        return await self._pool.article(body, content_type, url)

    def close(self) -> None:
        self._pool.close()


async def unchanged_row(base: str) -> Row:
    """An unchanged 200 parses nothing."""
    rules = ruleset()
    parser = CountedParser()
    fetcher = HttpFetcher(rules.settings, clock=clock, patience=None, parser=parser)
    states: dict[FeedId, FeedState] = {}
    for _ in range(2):
        parser.count = 0
        for feed in feeds(base, "s", 20):
            state = states.get(feed.id) or first_state(feed, clock(), rules.settings.fetch)
            states[feed.id] = (await fetcher.poll(feed, state, clock())).state
    await fetcher.close()
    parser.close()
    parsed = parser.count
    return Row(what="documents parsed for 20 unchanged 200s", ours=str(parsed), target="0", met=parsed == 0)


async def drip_row(base: str) -> Row:
    """50 hosts that drip, beside 500 feeds."""
    rules = ruleset()

    async def all_of(count_of_drips: int, fetcher: HttpFetcher) -> float:
        now = clock()
        normal = feeds(base, "s", 500)
        drips = [
            Feed(id=FeedId(f"d{n}"), url=f"{base.replace('127.0.0.1', f'127.0.0.{2 + n % 200}')}/d/{n}", name="")
            for n in range(count_of_drips)
        ]
        fetch = rules.settings.fetch
        dripping = [asyncio.create_task(fetcher.poll(feed, first_state(feed, now, fetch), now)) for feed in drips]
        await asyncio.sleep(0)
        started = time.perf_counter()
        await asyncio.gather(*(fetcher.poll(feed, first_state(feed, now, fetch), now) for feed in normal))
        took = time.perf_counter() - started
        for task in dripping:
            task.cancel()
        await asyncio.gather(*dripping, return_exceptions=True)
        return took

    without, beside = [], []
    for _ in range(3):
        for count, found in ((0, without), (50, beside)):
            fetcher = HttpFetcher(rules.settings, clock=clock, patience=None)
            await fetcher.poll(
                feeds(base, "s", 1)[0], first_state(feeds(base, "s", 1)[0], clock(), fetcher.settings.fetch), clock()
            )
            found.append(await all_of(count, fetcher))
            await fetcher.close()
    slower = min(beside) / min(without)
    return Row(
        what="500 feeds beside 50 dripping hosts, s",
        ours=f"{min(beside):.2f}",
        peer=f"{min(without):.2f} (none drips)",
        ratio=slower,
        target="≤ 1.10",
        met=slower <= 1.10,
    )


def idle_row() -> Row:
    """10,000 feeds, none due: what a second of ticks costs."""
    rules = ruleset()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "idle.db")
        store.migrate()
        now = clock()
        many = [Feed(id=FeedId(f"x{n}"), url=f"https://site{n}.example/feed", name="") for n in range(10_000)]
        later = now + timedelta(hours=1)
        store.add_feeds([first_state(feed, later, rules.settings.fetch) for feed in many])
        names = [feed.id for feed in many]
        burnt = time.process_time()
        for _ in range(100):
            store.claim_feeds(names, now, later, 100)
        spent = (time.process_time() - burnt) / 100
        store.close()
    return Row(
        what="CPU of asking once a second which of 10,000 feeds are due, % of a core",
        ours=f"{spent * 100:.2f} %",
        target="≤ 1 %",
        met=spent <= 0.01,
    )


def memory_row(base: str) -> Row:
    """A worker as users run it, its parsers included, once it has polled 5,000 feeds and taken in all their entries."""
    with tempfile.TemporaryDirectory() as name, closing(SqliteStore(Path(name) / "state" / "wirewatch.db")) as store:
        folder = Path(name)
        lines = "".join(f"  - {base}/w/{number}\n" for number in range(MANY))
        rules = (
            f"settings: {{allow_private_hosts: true, fetch: {{per_host: 0s}}}}\nfeeds:\n{lines}rules: [Huawei AND 5G]\n"
        )
        (folder / "rules.yaml").write_text(rules, encoding="utf-8")
        store.migrate()
        worker = psutil.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "STATE_DIR": str(folder / "state")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while store.database.query("SELECT COUNT(*) FROM entries")[0][0] < MANY * ENTRIES:
                time.sleep(1)
            time.sleep(5)
            processes = (worker, *worker.children(recursive=True))
            # What processes share counts once, in parts: parsers share what they have imported.
            held = sorted((process.memory_full_info().pss for process in processes), reverse=True)
            resident = sum(process.memory_info().rss for process in processes)
        finally:
            worker.terminate()
            worker.wait()
    megabytes = sum(held) / 1e6
    return Row(
        what=f"MB of a whole worker with {MANY:,} feeds polled, their {MANY * ENTRIES:,} entries in its story window",
        ours=f"{megabytes:.0f} ({' + '.join(f'{part / 1e6:.0f}' for part in held)}: worker, parsers and their server; "
        f"shared pages counted for each: {resident / 1e6:.0f})",
        target="≤ 200",
        met=megabytes <= 200,
    )


# --- parsing ---------------------------------------------------------------------------------------------------------


def parsing_rows() -> list[Row]:
    """Our reading of the measuring data against feedparser's with its defaults."""
    if not DATA.is_dir():
        return [Row(what="parsing the measuring data", ours="(../shared/data is not here)")]
    files = [json.loads(line)["file"] for line in (DATA / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    bodies = [(DATA / name).read_bytes() for name in files]
    now = clock()
    ours = theirs = 1e9
    for _ in range(2):
        burnt = time.process_time()
        for body in bodies:
            with contextlib.suppress(ParseError):
                parse(body, url="https://news.example/feed", headers={}, seen_at=now, max_entries=100_000)
        ours = min(ours, time.process_time() - burnt)
        burnt = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for body in bodies:
                with contextlib.suppress(ValueError):
                    feedparser.parse(io.BytesIO(body))
        theirs = min(theirs, time.process_time() - burnt)
    return [
        ratio_row(
            f"CPU s to parse {len(bodies)} documents (feedparser's defaults)", ours, theirs, "≤ 0.60", at_most=0.60
        )
    ]


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    for row in run():
        print(row)
