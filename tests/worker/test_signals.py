"""A stop at any moment, and a log that nobody reads: as a person or a platform does it to the real process."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import PATIENCE, Installation, until

RULES = """\
settings: {{allow_private_hosts: true, first_run: alert, fetch: {{min: 1s, per_host: 0s}}}}
feeds: [{{url: "{url}", id: wire, every: 1s}}]
channels:
  news: {{slack: "#news", immediate: {{}}, follow: none}}
rules: [{{id: huawei, when: Huawei, to: [news]}}]
"""


@pytest.fixture(autouse=True)
def hang_up_is_not_ignored() -> Iterator[None]:
    """Tests that run under `nohup` hand that on to what they start; a handler of ours is not inherited."""
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    yield
    signal.signal(signal.SIGHUP, before)


@contextmanager
def in_own_group(place: Installation, *arguments: str, **streams: int) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a terminal starts it: a group of its own, so that Ctrl-C reaches its children too."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=place.folder,
        env=place.environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("signum", "delay"),
    [
        *[(signal.SIGTERM, delay) for delay in (0.1, 0.6, 1.6)],
        *[pytest.param(signal.SIGTERM, delay, marks=pytest.mark.slow) for delay in (0.3, 1.0)],
        (signal.SIGINT, 1.0),
        *[pytest.param(signal.SIGINT, delay, marks=pytest.mark.slow) for delay in (0.1, 0.3, 0.6, 1.6)],
        (signal.SIGHUP, 0.1),  # the terminal is gone
        pytest.param(signal.SIGHUP, 1.6, marks=pytest.mark.slow),
        (signal.SIGQUIT, 1.6),  # Ctrl-\
        (signal.SIGALRM, 0.1),
    ],
)
def test_a_stop_at_any_moment_of_the_start(
    feeds: FeedServer, install: Callable[..., Installation], delay: float, signum: signal.Signals
) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")))
    with in_own_group(place, "run") as process:
        until("our code is running", lambda: _is_our_code(process.pid))
        threading.Event().wait(delay)
        os.killpg(process.pid, signum)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors.decode()
    assert b"Traceback" not in errors


HELD_BACK = """\
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
"""


@pytest.mark.parametrize(
    "signum",
    [signal.SIGTERM, *(pytest.param(signum, marks=pytest.mark.slow) for signum in (signal.SIGINT, signal.SIGHUP))],
)
def test_signals_that_a_launcher_held_back_are_heard(
    feeds: FeedServer, install: Callable[..., Installation], signum: signal.Signals
) -> None:
    """A program that starts others often blocks signals meanwhile, and they inherit it: no stop came through."""
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")))
    command = [sys.executable, "-c", HELD_BACK, "run"]
    with subprocess.Popen(command, cwd=place.folder, env=place.environment, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            lines = iter(process.stderr.readline, b"")
            assert any(b"delivered" in line for line in lines)
            process.send_signal(signum)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def test_a_single_run_ends_where_a_launcher_held_back_what_is_said_of_children(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")))
    done = subprocess.run(
        [sys.executable, "-c", HELD_BACK, "run", "--once"],
        cwd=place.folder,
        env=place.environment,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0
    assert b"worker_stopping" not in done.stderr, "parsers were waited for until patience was over"


def test_nohup_is_obeyed(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")))
    command = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, cwd=place.folder, env=place.environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, b"")
        assert any(b"delivered" in line for line in lines)
        process.send_signal(signal.SIGHUP)
        feeds.pages["/feed"] = rss_of("Court hears Huawei patent case in Velmora")
        assert any(b"delivered" in line for line in lines)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


@pytest.mark.slow
def test_signals_that_mean_nothing_here_end_nothing(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    """To the whole group, as `kill -USR1 -- -GROUP` does: parsers go on, too."""
    place = install(RULES.format(url=feeds.url("/feed")))
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    with in_own_group(place, "run") as process:
        until("our code is running", lambda: _is_our_code(process.pid))
        os.killpg(process.pid, signal.SIGUSR1)
        assert process.stderr is not None
        lines = iter(process.stderr.readline, b"")
        assert any(b"delivered" in line for line in lines)
        os.killpg(process.pid, signal.SIGUSR2)
        assert any(b"signal_ignored" in line and b"SIGUSR2" in line for line in lines)
        feeds.pages["/feed"] = rss_of("Court hears Huawei patent case in Velmora")
        assert any(b"delivered" in line for line in lines)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def _is_our_code(pid: int) -> bool:
    """Whether Python has come as far as our package: it looks signals up first of all."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def test_a_log_that_nobody_reads_holds_nothing_up(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")), LOG_LEVEL="debug")
    unread, log = os.pipe()
    fcntl.fcntl(log, fcntl.F_SETPIPE_SZ, 4096)
    printed: list[bytes] = []
    with in_own_group(place, "run", stderr=log) as process:
        output = process.stdout
        assert output is not None
        reader = threading.Thread(target=lambda: printed.extend(iter(output.readline, b"")), daemon=True)
        reader.start()
        until("the first story is printed", lambda: b"Atlantis" in b"".join(printed))
        until("the pipe has lines", lambda: _waiting(unread))
        for title, word in (
            ("Court hears Huawei patent case in Velmora", b"patent"),
            ("Lawmakers question Huawei about undersea cables", b"undersea"),
            ("Striking workers halt Huawei warehouse near Tarsis", b"warehouse"),
        ):
            feeds.pages["/feed"] = rss_of(title)
            until("the next story is printed", lambda word=word: word in b"".join(printed))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        reader.join()
    os.close(unread)
    os.close(log)


def _waiting(pipe: int) -> int:
    """Bytes in a pipe that nobody has read."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0")
    return int.from_bytes(answer, sys.byteorder)


@pytest.mark.parametrize(
    ("redirects", "is_shown"),
    [
        pytest.param("2>/dev/full", True, id="log on a full disk"),
        pytest.param("<&- 2>&-", True, id="no log", marks=pytest.mark.slow),
        pytest.param("<&- >&- 2>&-", False, id="nothing"),
        pytest.param(">&- 2>&-", False, id="no output", marks=pytest.mark.slow),
    ],
)
def test_streams_that_take_nothing_stop_no_run(
    feeds: FeedServer, install: Callable[..., Installation], redirects: str, is_shown: bool
) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")))
    command = f"exec '{sys.executable}' -m bot run --once {redirects}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=place.folder, env=place.environment, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert (b"Atlantis" in done.stdout) is is_shown
    assert [delivery.state for delivery in place.deliveries()] == ["sent"]
    assert done.stderr == b""
