"""Extra pollers on one PostgreSQL: feeds a second and CPU a feed with 1, 2 and 4 of them, on parse-bound load.

Every feed answers at once with a new 27 KB body (made before, in a process of its own); a poller leases feeds, fetches,
parses in its own two processes, and commits entries, validators and due times. No worker ingests meanwhile. CPU
counts each poller with its parsers. On 2 cores that also run server and database, feeds a second cannot show what more
pollers bring; flat CPU a feed does.

The clock runs when all processes have started: a parser starts when its poller has its first document, and imports for
longer than it then parses its share of a short run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bench import Row
from bench.polling import server as feed_server
from bench.store import REPOSITORY, server
from bot.core.codec import instant_text
from bot.core.polling import first_state
from bot.model import Feed, FeedId, FetchSettings
from bot.store import SqlStore, open_store

FEEDS = int(os.environ.get("FEEDS", "600"))
WARM = 500
"""Feeds that each round polls before the clock runs, more than three pollers claim at once: every process has work."""


def run() -> list[Row]:
    rows = []
    with ExitStack() as stack:
        url = server(stack)
        if url is None:
            return [Row(what="extra pollers", ours="no PostgreSQL here")]
        base = stack.enter_context(feed_server(0.0))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        store = stack.enter_context(closing(open_store(url)))
        store.migrate()
        feeds = write_rules(folder, f"{base}/s", FEEDS + WARM, ["  - Huawei AND 5G"])
        one: tuple[float, float] | None = None
        for count in (1, 2, 4):
            rate, cpu = measure(store, folder, url, feeds, count)
            one = one or (rate, cpu)
            rows.append(
                Row(
                    what=f"{count} poller{'s' if count > 1 else ''}",
                    ours=f"{rate:,.0f} feeds/s, {cpu * 1000:.1f} ms of CPU a feed",
                    peer="1 poller",
                    ratio=rate / one[0],
                    target="CPU a feed within 15 % of one poller's" if count > 1 else "",
                    met=cpu <= one[1] * 1.15 if count > 1 else None,
                )
            )
    return rows


def write_rules(folder: Path, base: str, count: int, rules: Sequence[str]) -> list[Feed]:
    """A rules file of `count` feeds below `base`, polled twice a day, and `rules`, a line each. Returns the feeds."""
    feeds = [
        Feed(id=FeedId(f"f{number}"), url=f"{base}/{number}", name=str(number), every=timedelta(hours=12))
        for number in range(count)
    ]
    lines = [f'  - {{url: "{feed.url}", id: {feed.id}, every: 12h}}' for feed in feeds]
    settings = "settings: {allow_private_hosts: true, fetch: {per_host: 0s}}"
    text = "\n".join([settings, "feeds:", *lines, "rules:", *rules, ""])
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return feeds


def measure(store: SqlStore, folder: Path, url: str, feeds: list[Feed], count: int) -> tuple[float, float]:
    """Feeds a second of the clock, and CPU seconds a feed of all pollers together."""
    now = datetime.now(UTC)
    with store.database.transaction():
        store.database.clear()
    store.add_feeds([first_state(feed, now + timedelta(hours=1), FetchSettings()) for feed in feeds])
    pollers = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--role", "poll"],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(REPOSITORY),
                "DATABASE_URL": url,
                "LOG_LEVEL": "error",
                "STATE_DIR": str(folder / str(number)),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number in range(count)
    ]
    try:
        while len(store.facts("poller:")) < count:
            time.sleep(0.1)
        warm_up(store, feeds[:WARM], pollers)
        before = cpu_of(pollers)
        began = time.perf_counter()
        make_due(store, feeds[WARM:])
        wait_for(store)
        took = time.perf_counter() - began
        return FEEDS / took, (cpu_of(pollers) - before) / FEEDS
    finally:
        for poller in pollers:
            poller.terminate()
        for poller in pollers:
            poller.wait()


def warm_up(store: SqlStore, feeds: list[Feed], pollers: list[subprocess.Popen[bytes]]) -> None:
    """Until every poller has polled, and its parsers have imported what they need and wait for work.

    A tick claims all that there is room for (100 feeds), so a small batch would go to one of them.
    """
    parsers = 2 * len(pollers)
    while len(parsers_of(pollers)) < parsers:
        make_due(store, feeds)
        wait_for(store)
    before = None
    while (burnt := [sum(parser.cpu_times()[:2]) for parser in parsers_of(pollers)]) != before:
        before = burnt
        time.sleep(1)


def parsers_of(pollers: list[subprocess.Popen[bytes]]) -> list[psutil.Process]:
    """Grandchildren: between a poller and its parsers is the server that forks them."""
    return [
        parser for poller in pollers for child in psutil.Process(poller.pid).children() for parser in child.children()
    ]


def make_due(store: SqlStore, feeds: list[Feed]) -> None:
    with store.database.transaction():
        for feed in feeds:
            store.database.run(
                "UPDATE feeds SET next_due_at = ? WHERE id = ?", (instant_text(datetime.now(UTC)), feed.id)
            )


def wait_for(store: SqlStore) -> None:
    """Until nothing is due."""
    while store.database.query("SELECT COUNT(*) FROM feeds WHERE next_due_at <= ?", (instant_text(datetime.now(UTC)),))[
        0
    ][0]:
        time.sleep(0.05)


def cpu_of(pollers: list[subprocess.Popen[bytes]]) -> float:
    """CPU seconds of the pollers and their parsers so far."""
    total = 0.0
    for poller in pollers:
        process = psutil.Process(poller.pid)
        for one in (process, *process.children(recursive=True)):
            times = one.cpu_times()
            total += times.user + times.system
    return total
