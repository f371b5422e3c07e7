"""A desk as it is run: an archive of made-up news, `wirewatch web` as a process on loopback, a browser before it."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.app import clock
from bot.model import (
    ChannelId,
    DigestBatch,
    Entry,
    Mark,
    MarkVerdict,
    MessageKind,
    Posted,
    Priority,
    Question,
    QuestionKind,
    RuleId,
    StoryId,
    WorkbenchBatch,
)
from bot.store import SqliteStore, SqlStore
from bot.worker.opening import forget_last_worker
from tests import starts
from tests.archives import START, feeds_of_rules, made_up_news, rule_set, take_in
from tests.builders import delivery
from tests.conftest import REPOSITORY

NO_CHROMIUM = "no Chromium here"
RULES = """\
settings: {timezone: Europe/London, max_age: 30d}
channels:
  trade: {slack: "#trade", digest: {every: 15m}}
rules:
  - id: orbrecht
    when: Orbrecht AND (5G OR battery OR chip)
    to: trade
    owner: U0EDITOR
    tests: {match: ["Orbrecht wins a 5G contract in Veyra"]}
  - {id: recalls, when: recalls, to: trade}
  - {id: strikes, when: 'strike NEAR/6 (Karsholm OR Dunmere)', to: trade}
"""


def recent_news(seed: int = 5, count: int = 160) -> list[Entry]:
    """Made-up news that ends an hour ago."""
    entries = made_up_news(seed, count)
    shift = clock() - timedelta(hours=1) - entries[-1].seen_at
    return [_moved(entry, shift) for entry in entries]


def _moved(entry: Entry, shift: timedelta) -> Entry:
    from dataclasses import replace

    published = entry.published_at + shift if entry.published_at is not None else None
    return replace(entry, seen_at=entry.seen_at + shift, published_at=published)


def fill(store: SqlStore, entries: Sequence[Entry], rules: str = RULES) -> None:
    """The news taken in; some of it told, asked about and marked."""
    store.migrate()
    forget_last_worker(store, clock(), timedelta(days=30))
    ruleset = rule_set(rules)
    take_in(store, ruleset, entries)
    told = [row for row in store.waiting(ChannelId("trade")) if row.rule is not None]
    stories = list(dict.fromkeys(row.story for row in told))[:12]
    row = delivery("k1", "trade", *stories[:10])
    store.record_digest(
        DigestBatch(
            channel=ChannelId("trade"),
            state=store.channel_state(ChannelId("trade")),
            deliveries=(row,),
            posted=tuple(_posted(story, row.key) for story in stories),
            settled=tuple(waiting for waiting in told if waiting.story in stories),
        )
    )
    asked = tuple(
        Question(kind=QuestionKind.SAMPLE, story=story, rule=RuleId("orbrecht"), asked_at=clock(), delivery="k1")
        for story in stories[:6]
    )
    said = Mark(story=stories[0], rule=RuleId("orbrecht"), verdict=MarkVerdict.RELEVANT, by="U0EDITOR", at=clock())
    store.record_workbench(WorkbenchBatch(questions=asked, marks=(said,), at=clock()))
    # On a busy machine a module's tests take minutes, and after one without a beat a worker counts as silent.
    beat = {"state": "running", "beat_at": (clock() + timedelta(hours=1)).isoformat(), "process": "worker 1"}
    text = feeds_of_rules() + rules
    store.save_facts({"worker": json.dumps(beat), "rules:text": text, "rules:version": ruleset.version})


def _posted(story: StoryId, key: str) -> Posted:
    return Posted(
        channel=ChannelId("trade"),
        story=story,
        delivery_key=key,
        kind=MessageKind.DIGEST,
        priority=Priority.NORMAL,
        rules=(RuleId("orbrecht"),),
        posted_at=clock() - timedelta(minutes=30),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskProcess:
    """A desk that runs, and the installation that it shows."""

    url: str
    folder: Path

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        place = ("--config", self.folder / "rules.yaml", "--state", self.folder)
        return starts.run(*place, *arguments, cwd=REPOSITORY, env=os.environ)

    def rows(self, *arguments: str) -> list[Any]:
        """What a command prints as JSON, one object a line."""
        return [json.loads(line) for line in self.command(*arguments).stdout.splitlines()]


def installation(folder: Path, entries: Sequence[Entry] | None = None, rules: str = RULES) -> Path:
    """A folder with rules file and store. Without `entries` a copy of the one that this process has taken in already:
    the same store elsewhere, as a backup is."""
    if entries is None:
        shutil.copytree(_usual_installation(), folder, dirs_exist_ok=True)
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yaml").write_text(feeds_of_rules() + rules, encoding="utf-8")
    with closing(SqliteStore(folder / "wirewatch.db")) as store:
        fill(store, entries, rules)
    return folder


@cache
def _usual_installation() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="wirewatch-desk-")
    atexit.register(folder.cleanup)
    return installation(Path(folder.name), recent_news())


@contextmanager
def desk_process(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[DeskProcess]:
    """`wirewatch web` on the folder's store."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "WEB_TOKEN")}
    environment |= {"PORT": "0", "HOST": "127.0.0.1", "LOG_FORMAT": "json", "LOG_LEVEL": "info", **(variables or {})}
    place = ("--config", folder / "rules.yaml", "--state", folder)
    process = starts.Process([*place, "web"], cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if '"web_started"' in line:
                yield DeskProcess(url=f"http://127.0.0.1:{json.loads(line)['port']}", folder=folder)
                break
        else:
            pytest.fail("wirewatch web did not start")
    finally:
        process.terminate()
        process.stderr.close()
        process.wait(10)


def chromium() -> str:
    """The system's browser. Skips where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip(os.environ.get("NO_CHROMIUM") or NO_CHROMIUM)


CHROMIUM_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
BROWSER_PATIENCE = 240_000.0
"""Milliseconds before a browser or a page counts as stuck: the library's 30 seconds run out on a starved machine."""
__all__ = [
    "BROWSER_PATIENCE",
    "CHROMIUM_ARGUMENTS",
    "START",
    "DeskProcess",
    "chromium",
    "desk_process",
    "installation",
    "recent_news",
]
