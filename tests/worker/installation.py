"""The real worker as a process: started, watched through its log, stopped or killed."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.model import Delivery, FeedId, FeedState, PollRecord
from bot.store.sqlite import SqliteStore
from tests import starts

Answer = TypeVar("Answer")
HUAWEI_AT_ONCE = """\
settings:
  allow_private_hosts: true
  first_run: alert
  fetch: {{min: 1s, per_host: 0s, timeout: 5s}}
feeds:
  - {{url: "{url}", id: one, outlet: one, every: 1s}}
channels:
  desk: {{slack: "#desk", immediate: {{}}, follow: none}}
rules:
  - {{id: huawei, when: Huawei, to: [desk]}}
"""
"""One feed, asked every second; what its entries say of Huawei is posted at once. For `.format(url=...)`."""
REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds that a condition gets before the test fails; never waited out when it holds. Machines are slow, and a worker
killed during a call to Slack may send again 30 s after its successor found nothing (`slack_calls.Pace.settle`)."""


def until(what: str, holds: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """The first true value of `holds()`, asked again and again; fails with `what` after `patience` seconds.

    The longer it takes, the more seldom: most questions open the store, and who waits leaves the machine to the others.
    """
    begin = time.monotonic()
    while not (value := holds()):
        waited = time.monotonic() - begin
        if waited > patience:
            raise AssertionError(f"did not happen within {patience:.0f} s: {what}")
        time.sleep(min(max(waited / 20, 0.01), 0.2))
    return value


class Installation:
    """A folder with a rules file and a state folder, and the processes that run on it."""

    def __init__(self, folder: Path, rules: str, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.config = folder / "rules.yaml"
        self.config.write_text(rules, encoding="utf-8")
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONWARNINGS": "default",
            "LOG_FORMAT": "json",
            "LANG": "C",
            **(environment or {}),
        }
        self.workers: list[WorkerProcess] = []

    def command(self, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs `wirewatch ARGUMENTS` to its end."""
        return starts.run(*arguments, cwd=self.folder, env=self.environment | environment, stdin=stdin)

    def start(self, *arguments: str, **environment: str) -> WorkerProcess:
        """Starts `wirewatch run ARGUMENTS`."""
        worker = WorkerProcess(self, ["run", *arguments], self.environment | environment)
        self.workers.append(worker)
        return worker

    def deliveries(self) -> list[Delivery]:
        """All outbox rows."""
        return self._ask(
            lambda store: [
                row
                for (key,) in store.database.query("SELECT key FROM outbox ORDER BY id")
                if (row := store.delivery(key))
            ]
        )

    def feed_states(self) -> Mapping[FeedId, FeedState]:
        """The polling state of each feed as the store has it: what of a poll outlives a kill."""
        return self._ask(lambda store: store.feed_states())

    def run_when_due(self) -> subprocess.CompletedProcess[str]:
        """`run --once`, later: whatever was polled before is due again."""
        if (self.folder / "state").exists():
            self._ask(_make_due)
        return self.command("run", "--once")

    def _ask(self, question: Callable[[SqliteStore], Answer]) -> Answer:
        store = SqliteStore(self.folder / "state" / "wirewatch.db")
        try:
            store.migrate()
            return question(store)
        finally:
            store.close()

    def close(self) -> None:
        """Kills what still runs."""
        for worker in self.workers:
            worker.kill()


def _make_due(store: SqliteStore) -> None:
    now = datetime.now(UTC)
    store.record_polls([PollRecord(state=replace(state, next_due_at=now)) for state in store.feed_states().values()])


class WorkerProcess:
    """One `wirewatch run`. Its log lines (stderr) and its digests (stdout) are gathered by threads."""

    def __init__(self, installation: Installation, arguments: list[str], environment: Mapping[str, str]) -> None:
        folder = installation.folder
        self.process: starts.Process | subprocess.Popen[str]
        if "LD_PRELOAD" in environment:  # the loader's, so it wants a start of its own
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", *arguments],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        else:
            self.process = starts.Process(arguments, cwd=folder, env=environment)
        self.lines: list[dict[str, Any]] = []
        self.words: list[str] = []
        self.printed: list[str] = []
        self._done: queue.Queue[None] = queue.Queue()
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._gather, args=(stream,), daemon=True).start()

    def _gather(self, stream: Any) -> None:
        for line in stream:
            if line.startswith("{"):
                self.lines.append(json.loads(line))
            elif stream is self.process.stderr:
                self.words.append(line)
            else:
                self.printed.append(line)
        stream.close()
        self._done.put(None)

    def saw(self, event: str, **fields: Any) -> dict[str, Any] | None:
        """The first log line of `event` that has these fields."""
        for line in list(self.lines):
            if line.get("event") == event and all(line.get(key) == value for key, value in fields.items()):
                return line
        return None

    def wait_for(self, event: str, **fields: Any) -> dict[str, Any]:
        """Waits until the log has that line."""

        def holds() -> dict[str, Any] | None:
            found = self.saw(event, **fields)
            if found is None and self.process.poll() is not None:
                raise AssertionError(f"the worker ended ({self.process.returncode}) before {event}: {self.told()}")
            return found

        line: dict[str, Any] = until(f"{event} {fields}", holds)
        return line

    def told(self) -> str:
        """What it said, for a failing test."""
        return "\n".join([*self.words[-30:], *(json.dumps(line) for line in self.lines[-30:])])

    def stop(self, signum: int = signal.SIGTERM) -> int:
        """Signals it and waits for its end; returns the exit code."""
        self.process.send_signal(signum)
        return self.wait()

    def wait(self) -> int:
        """Waits for its end; returns the exit code."""
        code = self.process.wait(PATIENCE)
        for _ in range(2):
            self._done.get(timeout=PATIENCE)
        return code

    def kill(self) -> None:
        """kill -9."""
        if self.process.poll() is None:
            self.process.kill()
            self.wait()

    @property
    def output(self) -> str:
        """What it printed on stdout."""
        return "".join(self.printed)
