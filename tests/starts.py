"""`wirewatch ARGUMENTS` as a process of its own, in a tenth of the time that a start takes.

A server, one for all processes of a run, imports the program once, reads what it knows of languages, and forks itself
for each start, as the parsers' server does: hundreds of tests start a command or a worker, and most of what a command
took were the same imports, most of what a worker took the languages' files. For the same reason the server of a
worker's parsers is forked from it.
What a start itself does is tested by real ones: tests/test_imports.py, tests/worker/test_signals.py,
tests/worker/test_places.py, tests/demo.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import multiprocessing.util
import os
import pkgutil
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO

from bot.core.stories import StoryIndex
from bot.core.stories.identity import identify
from bot.core.text.reading import read_entry
from bot.model import Entry, EntryId, StorySettings

REPOSITORY = Path(__file__).resolve().parent.parent
_IN_SHELL = Path(__file__).with_name("start_in_shell.py")
_MOST_OPEN = 4096
"""No process here has more descriptors open."""
_LONGEST = 200_000
"""Bytes of a request: arguments, environment, folder."""
_OWN_STARTS = ("bot.__main__", "bot.fetch.seed")
"""What the program imports in other processes, or when it runs."""
_MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_OLD_STREAMS: list[object] = []
"""Those of the process that was forked. Nobody may let go of them: that writes what they hold, and waits for a thread
that was writing to them; only the other process has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]


class Process:
    """One start, with the methods of `subprocess.Popen` that tests use. A stream that is None is read from here."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        streams: list[IO[str] | None] = []
        ends = [_duplicate(stdin)]
        for given in (stdout, stderr):
            end, write = os.pipe() if given is None else (None, _duplicate(given))
            streams.append(os.fdopen(end, encoding="utf-8", errors="replace") if end is not None else None)
            ends.append(write)
        self.stdout, self.stderr = streams
        self.returncode: int | None = None
        self._report, report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = _Start(arguments=[str(word) for word in arguments], folder=str(cwd), environment=dict(env))
        socket.send_fds(_server(), [json.dumps(asdict(start)).encode()], [*ends, report.fileno()])
        for end in ends:
            os.close(end)
        report.close()
        self.pid = int(self._report.recv(64))

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Raises: TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("wirewatch", timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._report], [], [], timeout)[0]:
            self.returncode = int(self._report.recv(64))
            self._report.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _duplicate(end: int) -> int:
    return os.open(os.devnull, os.O_RDWR) if end == subprocess.DEVNULL else os.dup(end)


def run(
    *arguments: str | Path,
    cwd: Path,
    env: Mapping[str, str],
    stdin: str | bytes = b"",
    stdout: int | None = None,
    timeout: float = 60,
) -> subprocess.CompletedProcess[str]:
    """A start and its end, as `subprocess.run(capture_output=True, encoding="utf-8")`. Raises: TimeoutExpired."""
    with tempfile.TemporaryFile() as read, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        read.write(stdin.encode() if isinstance(stdin, str) else stdin)
        read.seek(0)
        process = Process(
            arguments,
            cwd=cwd,
            env=env,
            stdin=read.fileno(),
            stdout=out.fileno() if stdout is None else stdout,
            stderr=err.fileno(),
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess([str(word) for word in arguments], code, *texts)


def run_in_shell(
    command: str, *, cwd: Path, env: Mapping[str, str], timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """A shell's command in which `wirewatch` is such a start."""
    requests = _server().fileno()
    script = f'wirewatch() {{ {sys.executable} -ISE {_IN_SHELL} {requests} "$@"; }}\n{command}'
    return subprocess.run(
        ["bash", "-c", script],
        cwd=cwd,
        env=env,
        pass_fds=[requests],
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
    )


@cache
def _server() -> socket.socket:
    """The way to the server of this run of tests, which ends with the last of the processes that ask it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    address = f"\0wirewatch-starts-{run}"
    while True:
        ours = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
            try:
                listening.bind(address)
            except OSError:  # another process has it, and will hear at once
                with suppress(ConnectionRefusedError):
                    ours.connect(address)
                    atexit.register(ours.close)
                    return ours
                ours.close()
                time.sleep(0.01)
                continue
            listening.listen()
            ours.connect(address)
            _start_server(listening, ours)
            return ours


def _start_server(listening: socket.socket, ours: socket.socket) -> None:
    # What of the environment speaks to Python itself speaks to the server, which a test's would not.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [sys.executable, "-m", "tests.starts", str(listening.fileno())]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=REPOSITORY, env=environment, pass_fds=[listening.fileno()], **streams)
    atexit.register(_end, server, ours)


def _end(server: subprocess.Popen[bytes], requests: socket.socket) -> None:
    requests.close()
    server.wait()


# --- the server -----------------------------------------------------------------------------------------------------


def _serve(listening: socket.socket) -> tuple[_Start, list[int]] | None:
    """Returns in each child what it shall be, and in the server None when nobody asks any more."""
    asking: list[socket.socket] = []
    reports: dict[int, socket.socket] = {}
    wakeup, woken = socket.socketpair()
    for end in (wakeup, woken):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken.fileno())
    while True:
        ready, _, _ = select.select([listening, wakeup, *asking], [], [])
        if wakeup in ready:
            wakeup.recv(4096)
            while reports:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                with reports.pop(pid) as report:
                    _tell(report, os.waitstatus_to_exitcode(status))
        for requests in [one for one in asking if one in ready]:
            message, ends, _, _ = socket.recv_fds(requests, _LONGEST, 4)
            if not message:
                asking.remove(requests)
                requests.close()
                if not asking:
                    return None
                continue
            *streams, reporting = ends
            pid = os.fork()
            if not pid:
                os.close(reporting)
                return _Start(**json.loads(message)), streams
            for end in streams:
                os.close(end)
            reports[pid] = socket.socket(fileno=reporting)
            _tell(reports[pid], pid)
        if listening in ready:
            asking += _accept(listening)


def _accept(listening: socket.socket) -> list[socket.socket]:
    """Who asks, if it is this user."""
    requests, _ = listening.accept()
    _, user, _ = struct.unpack("3i", requests.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    if user == os.getuid():
        return [requests]
    requests.close()
    return []


def _tell(report: socket.socket, number: int) -> None:
    try:
        report.send(str(number).encode())
    except OSError:
        return  # the test has gone


def _become(start: _Start, streams: Sequence[int]) -> None:
    """What `python -m bot ARGUMENTS` is after its imports: streams, folder, environment, signals of its own."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, end in enumerate(streams):
        os.dup2(end, number)
    os.closerange(3, _MOST_OPEN)
    _open_streams()
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    os.chdir(start.folder)
    if start.environment.get("PYTHONWARNINGS") == "default":
        warnings.simplefilter("default")
    sys.argv[1:] = start.arguments
    sys.path[0] = start.folder
    sys.path.insert(1, str(REPOSITORY))
    multiprocessing.util.spawnv_passfds = _fork_python
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def _open_streams() -> None:
    """New ones, as the interpreter makes them: a stream remembers whether it can seek, and what nobody has read yet."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        stream = os.fdopen(number, mode, 1 if name == "stderr" else -1, encoding="utf-8", closefd=False)
        for attribute in (name, f"__{name}__"):
            _OLD_STREAMS.append(getattr(sys, attribute))
            setattr(sys, attribute, stream)


def _fork_python(path: str, arguments: Sequence[str], ends: Sequence[int]) -> int:
    """`python -c CODE` as multiprocessing starts it, with these descriptors and no other, for a server of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of threads: the child has but this one
        pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for signum in signal.valid_signals():
            if callable(signal.getsignal(signum)):
                signal.signal(signum, signal.SIG_DFL)
        opened = 3
        for end in sorted(ends):
            os.closerange(opened, end)
            opened = max(opened, end + 1)
        os.closerange(opened, _MOST_OPEN)
        _open_streams()
        exec(arguments[-1], {"__name__": "__main__"})
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def _read_languages() -> None:
    """Reads and decides about one entry: what that needs of the languages' files is then there in every start."""
    story = Entry(title="Ferry runs aground off Pelluna", body="<p>It sank.</p><p>Follow us</p>", seen_at=_MOMENT)
    reading = read_entry(story)
    StoryIndex(StorySettings()).decide(EntryId(1), story, reading, identify(story, reading), {})


def _main() -> None:
    for name in ("bot", *(module.name for module in pkgutil.walk_packages([str(REPOSITORY / "bot")], "bot."))):
        if name not in _OWN_STARTS:
            importlib.import_module(name)
    _read_languages()
    gc.collect()
    gc.freeze()  # what all share is written to by nobody's collections
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        started = _serve(listening)
        if started is not None:
            listening.detach()
    if started is not None:
        _become(*started)


if __name__ == "__main__":
    _main()
