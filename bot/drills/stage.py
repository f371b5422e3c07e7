"""One drill's place, and the count at the end.

The law: the stand-in's channels are the only witness. A story that was published and stands in a channel's history
once is well; not at all, it is lost; twice, doubled.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bot
from bot.app import clock, stopwatch, work_stopwatch
from bot.drills.publisher import FEEDS, HARMS, TOPICS, Publisher, invented_word
from bot.drills.slack_standin import SlackStandIn
from bot.errors import UsageError
from bot.store import SqlStore, open_store
from bot.store.tables import TABLES

LONGEST_WAIT = 90.0
"""Seconds without a new message after which a drill stops waiting for what is missing."""
START_WITHIN = 120.0
"""Seconds that a worker gets to start; never waited out unless something is wrong."""
_STOP = 8.0
"""Seconds that a worker gets to stop, on a machine with nothing else to do; it should need less than 4."""
_YARDSTICK = 0.02
"""Seconds of work by which a drill measures how busy the machine is."""
_LATER = "later"
"""The channel that gets every story in digests, besides the one that gets it at once."""


@dataclass(slots=True)
class Outcome:
    """What a drill found."""

    stories: int = 0
    messages: int = 0
    deaths: dict[str, int] = field(default_factory=dict)
    """Moment -> how often a worker was killed or stopped at it."""
    takeovers: list[float] = field(default_factory=list)
    """Seconds from a stop to the next worker's start."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Whatever else should not have been."""

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.problems)


class Life:
    """One worker process and what it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.words: list[str] = []
        self._heard = asyncio.Condition()
        self._readers = [
            asyncio.ensure_future(self._read(stream))
            for stream in (process.stdout, process.stderr)
            if stream is not None
        ]

    async def _read(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            async with self._heard:
                try:
                    self.lines.append(json.loads(line))
                except ValueError:
                    self.words.append(line.decode("utf-8", "replace"))
                self._heard.notify_all()

    def saw(self, event: str) -> bool:
        return any(line.get("event") == event for line in self.lines)

    async def hears(self, event: str, seconds: float) -> bool:
        """Waits for a log line; False when it does not come in time."""
        try:
            async with asyncio.timeout(seconds), self._heard:
                await self._heard.wait_for(lambda: self.saw(event) or self.process.returncode is not None)
        except TimeoutError:
            return False
        return self.saw(event)

    async def end(self, signum: int) -> int:
        """Signals it and waits; returns the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signum)
        try:
            async with asyncio.timeout(_STOP * slowdown()):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        await asyncio.gather(*self._readers)
        return self.process.returncode or 0


def slowdown() -> float:
    """How many times longer anything takes just now than on a machine with nothing else to do: 1 or more."""
    began, work = stopwatch(), work_stopwatch()
    while work_stopwatch() - work < _YARDSTICK:
        pass
    return max((stopwatch() - began) / _YARDSTICK, 1.0)


class Stage:
    """A publisher, a Slack, a store and workers. See `open_stage`."""

    def __init__(self, folder: Path, seed: int, database_url: str | None) -> None:
        self.folder = folder
        self.dice = random.Random(seed)  # noqa: S311  # dice, not secrets
        self.database_url = database_url
        self.publisher = Publisher(clock)
        self.slack = SlackStandIn(clock=clock)
        self.published: dict[str, str] = {}
        """A story's word -> its topic."""
        self.outcome = Outcome()
        self._lives: list[Life] = []

    async def set_up(self, hostile: bool) -> None:
        await self.publisher.start()
        for name in (*TOPICS, _LATER):
            self.slack.add_channel(name.lower(), f"C0{name.upper():0<8}"[:10])
        await self.slack.start()
        (self.folder / "rules.yaml").write_text(_drill_rules(self.publisher.url, hostile), encoding="utf-8")

    async def tear_down(self) -> None:
        for life in self._lives:
            await life.end(signal.SIGKILL)
        await self.publisher.stop()
        await self.slack.stop()

    # --- what happens ---

    def publish(self, count: int = 1) -> None:
        """New stories; every third stands in two feeds."""
        for _ in range(count):
            topic = TOPICS[len(self.published) % len(TOPICS)]
            words = [invented_word(self.dice) for _ in range(6)]
            feeds = self.dice.sample(FEEDS, 2 if len(self.published) % 3 == 0 else 1)
            self.publisher.publish(f"{topic}: {' '.join(words)}", *feeds)
            self.published[words[0]] = topic

    async def start(self) -> Life:
        """A worker."""
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "PYTHONPATH": str(Path(bot.__file__).parent.parent),
            "LOG_FORMAT": "json",
            "SLACK_BOT_TOKEN": self.slack.token,
            "SLACK_API_URL": self.slack.url,
        }
        if self.database_url is not None:
            environment["DATABASE_URL"] = self.database_url
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=self.folder, env=environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, limit=1 << 20,
        )  # fmt: skip  # one call, one line of thought
        life = Life(process)
        self._lives.append(life)
        return life

    def let_the_lease_run_out(self) -> None:
        """What 45 seconds do after a kill, where the lease does not end with its process."""
        if self.database_url is not None:
            with closing(self.open_store()) as store, store.database.transaction():
                store.database.run("UPDATE lease SET until_at = ''")

    def open_store(self) -> SqlStore:
        return open_store(self.database_url or self.folder / "state" / "wirewatch.db")

    def died(self, moment: str) -> None:
        self.outcome.deaths[moment] = self.outcome.deaths.get(moment, 0) + 1

    # --- the count ---

    def texts(self, channel: str) -> list[str]:
        """The messages of a channel, as JSON."""
        return [json.dumps(message) for message in self.slack.channel(channel.lower()).top_level()]

    def missing(self) -> list[str]:
        """Stories that were not posted in a channel yet, as `channel: word`."""
        texts = {channel: "\n".join(self.texts(channel)) for channel in (*TOPICS, _LATER)}
        return [
            f"#{channel.lower()}: {word}"
            for word, topic in self.published.items()
            for channel in (topic, _LATER)
            if word not in texts[channel]
        ]

    async def settle(self) -> None:
        """Waits until every story stands where it belongs, or nothing has come for long."""
        last, since = len(self.missing()), stopwatch()
        while last and stopwatch() - since < LONGEST_WAIT:
            await asyncio.sleep(0.2)
            now = len(self.missing())
            if now != last:
                last, since = now, stopwatch()

    async def count(self) -> Outcome:
        """A worker is left in peace until all is posted; then another, to see whether it posts anything again."""
        for wait in (self.settle, partial(asyncio.sleep, 3.0)):
            life = await self.start()
            await life.hears("worker_started", START_WITHIN)
            await wait()
            if await life.end(signal.SIGTERM) != 0:
                self.outcome.problems.append(f"a worker did not stop cleanly: {life.words[-3:]}")
        outcome = self.outcome
        outcome.stories = len(self.published)
        outcome.messages = sum(len(self.texts(channel)) for channel in (*TOPICS, _LATER))
        outcome.lost = self.missing()
        for word, topic in self.published.items():
            for channel in (topic, _LATER):
                if sum(word in text for text in self.texts(channel)) > 1:
                    outcome.doubled.append(f"#{channel.lower()}: {word}")
        outcome.problems += [f"Slack refused: {problem}" for problem in self.slack.problems]
        return outcome


@asynccontextmanager
async def open_stage(seed: int = 0, database_url: str | None = None, hostile: bool = False) -> AsyncIterator[Stage]:
    """A place for one drill; everything is gone afterwards (a database given by its URL is left empty).

    Raises: UsageError where something is in the database.
    """
    with TemporaryDirectory(prefix="wirewatch-drill-") as folder:
        place = Stage(Path(folder), seed, database_url)
        with closing(place.open_store()) as store:
            store.migrate()
            if any(store.database.query(f"SELECT 1 FROM {table} LIMIT 1") for table in TABLES):  # noqa: S608  # names of ours
                raise UsageError("The database is not empty; a drill would spoil what is in it. Name an empty one.")
        await place.set_up(hostile)
        try:
            yield place
        finally:
            await place.tear_down()
            if database_url is not None:
                with closing(place.open_store()) as store, store.database.transaction():
                    store.database.clear()


def _drill_rules(url: Callable[[str], str], hostile: bool) -> str:
    """Rules for the drill: each topic at once in its channel, and everything in digests."""
    feeds = [f'  - {{url: "{url(feed)}", id: {feed}, outlet: {feed}, every: 1s}}' for feed in FEEDS]
    if hostile:
        feeds += [f'  - {{url: "{url("hostile/" + name)}", id: {name}, every: 1s}}' for name in HARMS]
    channels = [f'  {topic.lower()}: {{slack: "#{topic.lower()}", immediate: {{}}, follow: none}}' for topic in TOPICS]
    rules = [f"  - {{id: {topic.lower()}, when: 'title:{topic}', to: [{topic.lower()}, {_LATER}]}}" for topic in TOPICS]
    channels.append(f'  {_LATER}: {{slack: "#{_LATER}", digest: {{every: 2s, max_stories: 100}}}}')
    return drill_file(feeds, channels, rules)


def drill_file(feeds: Sequence[str], channels: Sequence[str], rules: Sequence[str]) -> str:
    """A rules file of these lines, which polls as fast as a drill wants it."""
    head = "settings:\n  allow_private_hosts: true\n  first_run: alert\n"
    head += "  fetch: {min: 1s, max: 3s, per_host: 0s, timeout: 4s}"
    return "\n".join([head, "feeds:", *feeds, "channels:", *channels, "rules:", *rules, ""])
