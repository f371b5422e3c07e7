"""A machine without another thread or process to give (`ulimit -u`, TasksMax, `--pids-limit`)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, until

_WORDS = "no more to give (no further thread can be started)"


@pytest.fixture
def short(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A file: as long as it is there, nothing is given; and the variables that make it so."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: threads are given here")
    library = tmp_path / "no_threads.so"
    source = Path(__file__).with_name("no_threads.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    file = tmp_path / "none"
    variables = {"LD_PRELOAD": str(library), "NO_THREADS": str(file)}
    return file, variables


@pytest.mark.parametrize("command", ["run", "run --once"])
def test_a_start_says_what_is_short(
    feeds: FeedServer, install: Callable[..., Installation], short: tuple[Path, dict[str, str]], command: str
) -> None:
    """It was called a fault of Wirewatch itself, to be reported."""
    file, variables = short
    file.touch()
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), **variables)
    worker = place.start(*command.split()[1:])
    assert worker.wait() == 2
    assert _WORDS in "".join(worker.words)
    assert "fault of Wirewatch" not in "".join(worker.words)


def test_no_feed_is_to_blame_and_work_goes_on_afterwards(
    feeds: FeedServer, install: Callable[..., Installation], short: tuple[Path, dict[str, str]]
) -> None:
    """The document could not be read, said ops and `feeds list`, and on stderr stood tracebacks of multiprocessing."""
    file, variables = short
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    feeds.held.add("/feed")
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), **variables)
    worker = place.start()
    until("the feed is asked", lambda: feeds.requests)
    file.touch()
    feeds.held.clear()
    assert "this machine" in worker.wait_for("feed_postponed")["error"].lower()
    file.unlink()
    worker.wait_for("delivered")
    assert worker.saw("feed_polled", ok=False) is None
    assert worker.stop() == 0
    assert "Traceback" not in "".join(worker.words)


def test_a_run_that_could_ask_no_feed_is_none_that_went_well(
    feeds: FeedServer, install: Callable[..., Installation], short: tuple[Path, dict[str, str]]
) -> None:
    """It ended with 0, and cron was content."""
    file, variables = short
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    feeds.held.add("/feed")
    worker = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), **variables).start("--once")
    until("the feed is asked", lambda: feeds.requests)
    file.touch()
    feeds.held.clear()
    assert worker.wait() == 1
    assert worker.saw("feed_postponed")


def test_a_stop_is_clean_all_the_same(
    feeds: FeedServer, install: Callable[..., Installation], short: tuple[Path, dict[str, str]]
) -> None:
    """It ended with 2: a stop's deadline is a thread, and so is what ends the event loop's threads."""
    file, variables = short
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    worker = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")), **variables).start()
    worker.wait_for("delivered")
    file.touch()
    assert worker.stop() == 0
    assert worker.saw("worker_stopped")


@pytest.mark.slow
def test_a_worker_without_memory_says_so(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    """It was called a fault of Wirewatch itself; and a thread that ended of it left a worker that kept nothing more."""
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")))
    for kilobytes in range(100_000, 180_000, 8_000):
        # A state of its own: a feed that was put off is not due in the next run.
        run = f"{sys.executable} -m bot --state {kilobytes} run --once"
        command = ["bash", "-c", f"ulimit -v {kilobytes}; exec {run}"]
        done = subprocess.run(
            command, cwd=place.folder, env=place.environment, capture_output=True, text=True, timeout=60
        )
        assert "fault of Wirewatch" not in done.stderr
        assert done.returncode != 0 or "feed_polled" in done.stderr
