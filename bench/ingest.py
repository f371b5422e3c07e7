"""Ingest from end to end, by `run --once`: real feeds of 73 KB, fetched, parsed, decided, matched by 1,000 rules, kept.

Against feedparser alone on the same bytes, and with a second process that polls. CPU is that of the whole process with
its parsers, less that of a run on one small feed (the start); the server is left out. Documents are read in place from
../shared/data/feeds.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import Row, pollers
from bench.polling import DATA, ratio_row
from bench.polling import server as feed_server
from bench.store import REPOSITORY, News, rule_lines, server
from bench.workers import single_run
from bot.core.polling import first_state
from bot.model import Feed, FetchSettings
from bot.store import SqlStore, open_store

FEEDS = int(os.environ.get("FEEDS", "200"))
"""Feeds of 27 KB that are taken in with and without a second poller."""
_WARM = 60
_LEAST, _MOST = 40_000, 150_000
"""Bytes of the documents: 75 of them, 73 KB on average."""
_PEER = """
import io, sys, time, warnings
import feedparser
warnings.simplefilter("ignore")
bodies = [open(name, "rb").read() for name in sys.argv[1:]]
burnt = time.process_time()
for body in bodies:
    feedparser.parse(io.BytesIO(body))
print(time.process_time() - burnt)
"""


def run() -> Iterator[Row]:
    """CPU against feedparser's; entries a CPU second; what a second poller brings."""
    if DATA.is_dir():
        yield from real_feeds_rows()
    with ExitStack() as stack:
        url = server(stack)
        if url is None:
            yield Row(what="a second poller", ours="no PostgreSQL here")
        else:
            yield second_poller_row(stack, url)


def real_feeds_rows() -> Iterator[Row]:
    """`run --once` on all the documents at once."""
    documents = sorted(file for file in DATA.iterdir() if _LEAST <= file.stat().st_size <= _MOST)
    documents = [file for file in documents if file.suffix != ".jsonl"]
    small = min(DATA.glob("*.xml"), key=lambda file: file.stat().st_size)
    with tempfile.TemporaryDirectory() as name, _files(DATA) as base:
        folder = Path(name)
        write_rules(folder, [f"{base}/{small.name}"])
        start = single_run(folder)[1]
        write_rules(folder, [f"{base}/{file.name}" for file in documents])
        spent = single_run(folder)[1] - start
        events = [json.loads(line) for line in (folder / "log").read_bytes().splitlines() if line.startswith(b"{")]
    taken = sum(event["new"] for event in events if event["event"] == "entries_ingested")
    peer = float(subprocess.check_output([sys.executable, "-c", _PEER, *map(str, documents)]))
    size = sum(file.stat().st_size for file in documents) / len(documents) / 1000
    yield ratio_row(
        f"CPU s of `run --once`, {len(documents)} real feeds of {size:.0f} KB, 1,000 rules (feedparser alone)",
        spent,
        peer,
        "≤ 1.8",
        at_most=1.8,
    )
    yield Row(
        what="entries that it takes in, a CPU second",
        ours=f"{taken / spent:,.0f} ({taken:,} entries)",
        target="≥ 800",
        met=taken / spent >= 800,
    )


def write_rules(folder: Path, urls: list[str]) -> None:
    """A rules file of 1,000 rules whose feeds are due at once, then twice a day."""
    feeds = [f'  - {{url: "{url}", every: 12h}}' for url in urls]
    settings = "settings: {allow_private_hosts: true, fetch: {per_host: 0s, min: 0s}}"
    rules = rule_lines(News(datetime.now(UTC), timedelta()).words)
    text = "\n".join([settings, "feeds:", *feeds, "rules:", *rules, ""])
    (folder / "rules.yaml").write_text(text, encoding="utf-8")


def second_poller_row(stack: ExitStack, url: str) -> Row:
    """Feeds a second that a worker takes in, alone and with a process beside it that only polls."""
    base = stack.enter_context(feed_server(0.0))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
    store = stack.enter_context(closing(open_store(url)))
    store.migrate()
    rules = rule_lines(News(datetime.now(UTC), timedelta()).words)
    feeds = pollers.write_rules(folder, f"{base}/w", FEEDS + _WARM, rules)
    alone, beside = (_taken_in(store, folder, url, feeds, roles) for roles in (("all",), ("all", "poll")))
    return Row(
        what=f"feeds of 27 KB taken in a second, {FEEDS} new ones, with a second process that polls",
        ours=f"{beside:.1f}",
        peer=f"alone {alone:.1f}",
        ratio=beside / alone,
        target="≥ 1.5",
        met=beside >= 1.5 * alone,
    )


def _taken_in(store: SqlStore, folder: Path, url: str, feeds: list[Feed], roles: tuple[str, ...]) -> float:
    """Feeds a second of the clock from when they are due until the last entry has been ingested."""
    with store.database.transaction():
        store.database.clear()
    store.add_feeds([first_state(feed, datetime.now(UTC) + timedelta(hours=1), FetchSettings()) for feed in feeds])
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "run", *(("--role", role) if role != "all" else ())],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(REPOSITORY),
                "DATABASE_URL": url,
                "LOG_LEVEL": "error",
                "STATE_DIR": str(folder / role),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for role in roles
    ]
    try:
        for part in (feeds[:_WARM], feeds[_WARM:]):  # the first brings every process's parsers up
            began = time.perf_counter()
            pollers.make_due(store, part)
            pollers.wait_for(store)
            while store.first_in_inbox() is not None:
                time.sleep(0.05)
        return FEEDS / (time.perf_counter() - began)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()


@contextlib.contextmanager
def _files(folder: Path) -> Iterator[str]:
    """A server of a folder's files, a process of its own; yields its base URL."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().split(' port ')[1].split()[0]}"
    finally:
        process.kill()
        process.wait()
