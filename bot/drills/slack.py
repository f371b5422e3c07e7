"""Some messages, a Slack that fails and a worker that is killed → how many got lost or doubled.

The law: the stand-in's channels are the only witness. Each run posts into two channels, with an edit and a reply; Slack
fails at random before and after storing, in every other run it takes less than a whole digest, and the worker is killed
with SIGKILL at a random call to the store, over and over, until the last one is left in peace. The worker has its real
paces and patience; stand-in and worker share a simulated time, so that a busy machine changes nothing.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import clock
from bot.core.digests.deliveries import delivery_of, notice_key
from bot.drills.simulated_time import SimulatedLoop
from bot.drills.slack_limits import MAX_WEIGHT, visible_text
from bot.drills.slack_standin import FAULTS, SlackStandIn
from bot.model import Channel, ChannelId, Delivery, DeliveryState, Digest, DigestStory, MessageKind, RuleId, StoryId
from bot.sinks.slack.payload import payload
from bot.store import SqliteStore

_CHANNELS = {"policy": "C0POLICY01", "telecom": "C0TELECOM1"}
_STORIES = 4
"""Of the digest."""
_LIMITS = (MAX_WEIGHT, 1_200)
"""What a message may weigh: in every other run the digest has to be split, and its halves, too."""
_POINTS = 40
"""Calls to the store after which a worker that has three messages to post is done, whatever happens."""
_REVISION = 7
"""Of the edited message, by which a drill finds it again."""
_LIVES = 4
"""Workers that may be killed in one run, before one is let live."""
_LIFETIME = 3600
"""Simulated seconds after which a worker should have delivered everything."""


@dataclass(slots=True)
class SlackDrillResult:
    """What a drill found."""

    runs: int = 0
    messages: int = 0
    deaths: int = 0
    faults: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing doubled, order kept, every form accepted."""
        return not (self.lost or self.doubled or self.disordered or self.refused)


class SlackDrill:
    """Runs of one seed; the same seed gives the same faults and deaths."""

    def __init__(self, seed: int = 0, report: Callable[[SlackDrillResult], None] | None = None) -> None:
        self._seed = seed
        self._report = report
        self.result = SlackDrillResult()

    def run(self, runs: int) -> SlackDrillResult:
        """`runs` times: messages out, faults, deaths; then the count."""
        loop = SimulatedLoop(clock())
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(self._run(runs, loop))

    async def _run(self, runs: int, loop: SimulatedLoop) -> SlackDrillResult:
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.drills.slack_worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            for number in range(runs):
                await self._one(number, worker, loop)
                self.result.runs += 1
                if self._report is not None:
                    self._report(self.result)
        finally:
            if worker.stdin is not None:
                worker.stdin.close()
            await worker.wait()
        return self.result

    async def _one(self, number: int, worker: asyncio.subprocess.Process, loop: SimulatedLoop) -> None:
        dice = random.Random(f"{self._seed}:{number}")  # noqa: S311  # dice, not secrets
        limit = _LIMITS[number % len(_LIMITS)]
        slack = SlackStandIn(_CHANNELS, clock=loop.clock, fault=self._faults(dice), limit=limit)
        await slack.start()
        try:
            with _store() as (path, store):
                rows = list(_messages(number, loop.clock()))
                store.add_deliveries(rows)
                lives = dice.randint(0, _LIVES)
                for life in range(lives + 1):
                    death = None if life == lives else _death(dice)
                    job = {"store": str(path), "token": slack.token, "url": slack.url, "death": death}
                    status = await _job(worker, job | {"begins_at": loop.begins_at.isoformat(), "port": loop.port})
                    if status == 0:
                        break
                    self.result.deaths += 1
                self._count(number, rows, slack, store)
        finally:
            await slack.stop()

    def _faults(self, dice: random.Random) -> Callable[[str, Mapping[str, Any]], str | None]:
        left = dice.randint(0, 4)

        def fault(method: str, arguments: Mapping[str, Any]) -> str | None:
            nonlocal left
            if left and dice.random() < 0.4:
                left -= 1
                self.result.faults += 1
                return dice.choice(FAULTS)
            return None

        return fault

    def _count(self, number: int, rows: list[Delivery], slack: SlackStandIn, store: SqliteStore) -> None:
        self.result.refused += slack.problems
        self.result.messages += len(rows)
        posts = [row for row in rows if row.kind is not MessageKind.UPDATE]
        posted: Counter[str] = Counter()
        for channel in slack.channels.values():
            labels = [_label(message, posts) for message in channel.messages]
            posted.update(label for message in labels for label in message)
            wanted = [label for row in posts if row.address == f"#{channel.name}" for label in _labels_of(row)]
            shown = [label for message in labels for label in message]
            if sorted(shown) == sorted(wanted) and shown != wanted:
                self.result.disordered.append(f"run {number}: #{channel.name}")
        revisions = {message["metadata"]["event_payload"]["rev"] for message in slack.channel("policy").messages}
        if _REVISION not in revisions:
            self.result.lost.append(f"run {number}: the edit")
        for label in [label for row in posts for label in _labels_of(row)]:
            if posted[label] == 0:
                self.result.lost.append(f"run {number}: {label}")
            if posted[label] > 1:
                self.result.doubled.append(f"run {number}: {label}")
        for row in rows:
            stored = store.delivery(row.key)
            if stored is None or stored.state is not DeliveryState.SENT:
                self.result.lost.append(f"run {number}: {row.key[:12]} is {stored and stored.state}")
        self.result.lost += [f"run {number}: {row.key[:12]} is open" for row in store.open_deliveries()]


def _labels_of(row: Delivery) -> list[str]:
    """What a post is counted by: a digest by its stories, since it may be split; others by their keys."""
    return [story.title for story in row.digest.stories] if row.kind is MessageKind.DIGEST else [row.key]


def _label(message: Mapping[str, Any], posts: list[Delivery]) -> list[str]:
    """The same of a message in the channel; an edit has changed what the post at once says, but not its key."""
    key = message["metadata"]["event_payload"]["delivery_key"]
    if any(row.key == key and row.kind is not MessageKind.DIGEST for row in posts):
        return [key]
    return re.findall(r"Drill: [^\n]+? #\d+", visible_text(message.get("blocks")) or message["text"])


def _messages(number: int, now: datetime) -> Iterator[Delivery]:
    """A digest and an immediate post, an edit and a reply to it, and a post elsewhere."""
    yield _message(f"{number}:digest", "policy", MessageKind.DIGEST, now)
    at_once = _message(f"{number}:at once", "policy", MessageKind.IMMEDIATE, now)
    yield at_once
    yield _message(f"{number}:elsewhere", "telecom", MessageKind.DIGEST, now)
    yield _message(f"{number}:edit", "policy", MessageKind.UPDATE, now, at_once.key)
    yield _message(f"{number}:reply", "policy", MessageKind.REPLY, now, at_once.key)


def _message(name: str, channel: str, kind: MessageKind, now: datetime, thread: str | None = None) -> Delivery:
    where = Channel(id=ChannelId(channel), slack=f"#{channel}")
    count = _STORIES if kind is MessageKind.DIGEST else 1
    digest = Digest(
        channel=where.id,
        kind=kind,
        at=now,
        stories=tuple(_story(f"Drill: {name} #{number}", number, now) for number in range(1, count + 1)),
        title=f"Drill: {count} stories" if kind is MessageKind.DIGEST else "",
        window=(now, now),
        thread_of=thread,
        revision=_REVISION if kind is MessageKind.UPDATE else 0,
    )
    return delivery_of(where, notice_key(where, name), digest, payload)


def _story(title: str, number: int, now: datetime) -> DigestStory:
    return DigestStory(
        story=StoryId(number),
        title=title,
        url="https://post.example/drill",
        source_name="Meridian Post",
        published_at=now,
        seen_at=now,
        rules=(RuleId("drill"),),
        rule_names=("Drill",),
    )


def _death(dice: random.Random) -> dict[str, Any]:
    return {"number": dice.randint(1, _POINTS), "when": dice.choice(("before", "after"))}


async def _job(worker: asyncio.subprocess.Process, job: Mapping[str, Any]) -> int:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(job).encode() + b"\n")
    await worker.stdin.drain()
    async with asyncio.timeout(_LIFETIME):
        return int(await worker.stdout.readline())


@contextmanager
def _store() -> Iterator[tuple[Path, SqliteStore]]:
    with TemporaryDirectory(prefix="wirewatch-drill-") as folder:
        path = Path(folder) / "wirewatch.db"
        store = SqliteStore(path)
        store.migrate()
        try:
            yield path, store
        finally:
            store.close()
