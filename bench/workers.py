"""Whole processes that poll: our worker against lemon24/reader (16 workers), the same feeds of one server, in one run.

Nothing is left out: ours claims, fetches, parses in children, keeps poll and log line, ingests and ticks its jobs, as
`wirewatch run` does; reader updates a database of its own. A round is taken once both have started and know every feed.
CPU counts each process with its children, the server left out.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench import Row
from bench.polling import REPOSITORY, ratio_row, server

FEEDS = int(os.environ.get("FEEDS", "1000"))
_WARM = 2
"""Rounds before the clock runs: the first brings every feed's baseline."""
_ROUNDS = 3
_SET_CHILD_SUBREAPER = 36
"""Of `prctl`: orphans among this process's descendants become its children."""
_READER = """
import json, sys, time
import feedparser_sgmllib  # reader's own copy of feedparser wants it by the name that it had before
sys.modules.setdefault("sgmllib", feedparser_sgmllib)
from reader import make_reader
reader = make_reader("reader.db")
for url in json.loads(sys.stdin.read()):
    reader.add_feed(url)
for _ in range(int(sys.argv[1])):
    started, burnt = time.perf_counter(), time.process_time()
    reader.update_feeds(workers=16, scheduled=False)
    print(json.dumps([time.perf_counter() - started, time.process_time() - burnt]), flush=True)
"""


def run() -> Iterator[Row]:
    """Polls answered 304; feeds of which half answer 304; feeds that are new."""
    with server() as base:
        unchanged = [f"{base}/f/{2 * number}" for number in range(FEEDS)]
        ours, theirs = worker_cpu(unchanged), reader_rounds(unchanged)[1]
        yield ratio_row(
            "CPU ms of the whole process for a poll answered 304",
            ours * 1000,
            theirs / FEEDS * 1000,
            "≤ 0.25",
            at_most=0.25,
        )
        mixed = [f"{base}/f/{number}" for number in range(FEEDS)]
        our_round, reader_round = single_runs(mixed), reader_rounds(mixed)
        yield ratio_row(
            f"feeds a second, {FEEDS:,} feeds, half 304",
            FEEDS / our_round[0],
            FEEDS / reader_round[0],
            "≥ 4",
            at_least=4,
        )
        yield ratio_row(f"CPU s for {FEEDS:,} feeds, half 304", our_round[1], reader_round[1], "≤ 0.35", at_most=0.35)
        yield new_feeds_row(base, "w", "all their entries in the story window")
        yield new_feeds_row(base, "o", "twelve of their 25 entries older than the story window, as in real feeds")


def write_rules(folder: Path, urls: list[str]) -> None:
    """A rules file in which every feed is due once a second."""
    lines = [f'  - {{url: "{url}", every: 1s}}' for url in urls]
    settings = "settings: {allow_private_hosts: true, first_run: silent, fetch: {per_host: 0s, min: 0s}}"
    text = "\n".join([settings, "feeds:", *lines, "rules: [Huawei AND 5G]", ""])
    (folder / "rules.yaml").write_text(text, encoding="utf-8")


@contextlib.contextmanager
def worker(folder: Path, *options: str) -> Iterator[psutil.Popen]:
    """`wirewatch run` in `folder`, its log in the file `log` there."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "STATE_DIR": str(folder / "state"),
        "LOG_FORMAT": "json",
    }
    with (folder / "log").open("wb") as log:
        process = psutil.Popen(
            [sys.executable, "-m", "bot", "run", *options],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def burnt(process: psutil.Popen) -> float:
    """CPU seconds of a living process and its children."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def polled(folder: Path) -> int:
    """Polls that the log tells of."""
    return (folder / "log").read_bytes().count(b'"event": "feed_polled"')


def worker_cpu(urls: list[str]) -> float:
    """CPU seconds a poll of a worker that runs: the least of three stretches."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rules(folder, urls)
        single_run(folder)  # takes every feed's baseline in: no ingest is left for the worker that is measured
        with worker(folder) as process:
            shares, warm = [], _WARM * len(urls)
            while len(shares) < _ROUNDS:
                while polled(folder) < warm:
                    time.sleep(0.5)
                count, before = polled(folder), burnt(process)
                while polled(folder) < count + len(urls):
                    time.sleep(0.5)
                spent = burnt(process) - before
                shares.append(spent / (polled(folder) - count))
            return min(shares)


def single_runs(urls: list[str]) -> tuple[float, float]:
    """Seconds and CPU seconds of `run --once` on feeds that it knows, less those of a run on one feed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rules(folder, urls)
        rounds = [single_run(folder) for _ in range(_WARM + _ROUNDS)][_WARM:]
        write_rules(folder, urls[:1])
        starts = [single_run(folder) for _ in range(_ROUNDS)]
        took, spent = (min(each[part] for each in rounds) - min(each[part] for each in starts) for part in (0, 1))
        return took, spent


def single_run(folder: Path) -> tuple[float, float]:
    """Seconds and CPU seconds of one `run --once`, its parsers and their server included: they end after it, so this
    process adopts them (Linux; elsewhere they are left out)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    others = psutil.Process().children()
    time.sleep(1.1)  # every feed is due again
    started = time.perf_counter()
    with worker(folder, "--once") as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status  # type: ignore[attr-defined]  # psutil hands on what subprocess has
    took = time.perf_counter() - started
    usages = [usage]
    while left := [child for child in psutil.Process().children() if child not in others]:
        usages += [os.wait4(child.pid, 0)[2] for child in left]
    return took, sum(usage.ru_utime + usage.ru_stime for usage in usages)


def new_feeds_row(base: str, kind: str, which: str) -> Row:
    """What a feed of 27 KB and 25 entries costs the first time, taken in and all. `kind`: of the server's paths."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rules(folder, [f"{base}/{kind}/{number}" for number in range(FEEDS)])
        spent = single_run(folder)[1] / FEEDS * 1000
    return Row(
        what=f"CPU ms of `run --once` for each of {FEEDS:,} new feeds of 27 KB, start included; {which}",
        ours=f"{spent:.1f}",
        target="≤ 15",
        met=spent <= 15,
    )


def reader_rounds(urls: list[str]) -> tuple[float, float]:
    """The least seconds and CPU seconds in which reader updates all the feeds, once it knows them."""
    with tempfile.TemporaryDirectory() as name:
        lines = subprocess.run(
            [sys.executable, "-c", _READER, str(_WARM + _ROUNDS)],
            cwd=name,
            input=json.dumps(urls),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.splitlines()
    rounds = [json.loads(line) for line in lines][_WARM:]
    return min(took for took, _ in rounds), min(spent for _, spent in rounds)
