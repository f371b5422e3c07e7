"""Some messages, a Slack that fails and a worker that is killed → how many got lost or doubled.

The law: the stand-in's channels are the only witness. Each run posts into two channels, with an edit and a reply; Slack
fails at random before and after storing, and the worker is killed with SIGKILL at a random call to the store or to
Slack, over and over, until the last one is left in peace.
"""

from __future__ import annotations

import asyncio
import json
import random
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
from bot.core.digests.deliveries import notice_key
from bot.drills.slack_standin import FAULTS, SlackStandIn
from bot.model import Channel, ChannelId, Delivery, DeliveryState, Digest, DigestStory, MessageKind, RuleId, StoryId
from bot.sinks.slack.payload import payload
from bot.store import SqliteStore

_CHANNELS = {"desk": "C0DESK0001", "telecom": "C0TELECOM1"}
_POINTS = 28
"""Calls to the store after which a worker that has three messages to post is done, whatever happens."""
_REVISION = 7
_LIVES = 4
"""Workers that may be killed in one run, before one is let live."""


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

    async def run(self, runs: int) -> SlackDrillResult:
        """`runs` times: messages out, faults, deaths; then the count."""
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.drills.slack_worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            for number in range(runs):
                await self._one(number, worker)
                self.result.runs += 1
                if self._report is not None:
                    self._report(self.result)
        finally:
            if worker.stdin is not None:
                worker.stdin.close()
            await worker.wait()
        return self.result

    async def _one(self, number: int, worker: asyncio.subprocess.Process) -> None:
        dice = random.Random(f"{self._seed}:{number}")  # noqa: S311  # dice, not secrets
        slack = SlackStandIn(_CHANNELS, clock=clock, fault=self._faults(dice), slow=0.35)
        slack.retry_after = 0
        await slack.start()
        try:
            with _store() as (path, store):
                rows = list(_messages(number, clock()))
                store.add_deliveries(rows)
                lives = dice.randint(0, _LIVES)
                for life in range(lives + 1):
                    death = None if life == lives else _death(dice)
                    status = await _job(
                        worker, {"store": str(path), "token": slack.token, "url": slack.url, "death": death}
                    )
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
        posts = [row for row in rows if row.kind is not MessageKind.UPDATE]
        self.result.messages += len(rows)
        posted: Counter[str] = Counter()
        for channel in slack.channels.values():
            keys = [message["metadata"]["event_payload"]["delivery_key"] for message in channel.messages]
            posted.update(keys)
            wanted = [row.key for row in posts if row.address.lstrip("#") == channel.name]
            if sorted(keys) == sorted(wanted) and keys != wanted:
                self.result.disordered.append(f"run {number}: #{channel.name}")
        shown = {message["metadata"]["event_payload"]["rev"] for message in slack.channel("desk").messages}
        if _REVISION not in shown:
            self.result.lost.append(f"run {number}: the edit")
        for row in rows:
            if row.kind is not MessageKind.UPDATE and posted[row.key] == 0:
                self.result.lost.append(f"run {number}: {row.kind} {row.key[:12]}")
            if posted[row.key] > 1:
                self.result.doubled.append(f"run {number}: {row.kind} {row.key[:12]}")
            stored = store.delivery(row.key)
            if stored is None or stored.state is not DeliveryState.SENT:
                self.result.lost.append(f"run {number}: {row.key[:12]} is {stored and stored.state}")


def _messages(number: int, now: datetime) -> Iterator[Delivery]:
    """A digest and an immediate post, an edit and a reply to it, and a post elsewhere."""
    kinds = {"digest": MessageKind.DIGEST, "at once": MessageKind.IMMEDIATE}
    desk = [_message(f"{number}:{name}", "desk", kind, now) for name, kind in kinds.items()]
    yield from desk
    yield _message(f"{number}:elsewhere", "telecom", MessageKind.DIGEST, now)
    yield _message(f"{number}:edit", "desk", MessageKind.UPDATE, now, desk[1].key)
    yield _message(f"{number}:reply", "desk", MessageKind.REPLY, now, desk[1].key)


def _message(name: str, channel: str, kind: MessageKind, now: datetime, thread: str | None = None) -> Delivery:
    where = Channel(id=ChannelId(channel), slack=f"#{channel}")
    key = notice_key(where, name)
    story = DigestStory(
        story=StoryId(1),
        title=f"Drill: {name}",
        url="https://post.example/drill",
        source_name="Meridian Post",
        published_at=now,
        seen_at=now,
        rules=(RuleId("drill"),),
        rule_names=("Drill",),
    )
    title = "Drill: 1 story" if kind is MessageKind.DIGEST else ""
    revision = _REVISION if kind is MessageKind.UPDATE else 0
    digest = Digest(
        channel=where.id,
        kind=kind,
        at=now,
        stories=(story,),
        title=title,
        window=(now, now),
        thread_of=thread,
        revision=revision,
    )
    return Delivery(
        key=key,
        channel=where.id,
        address=where.slack,
        kind=kind,
        digest=digest,
        payload=payload(key, digest),
        thread_of=thread,
        created_at=now,
    )


def _death(dice: random.Random) -> dict[str, Any]:
    return {"number": dice.randint(1, _POINTS), "when": dice.choice(("before", "after"))}


async def _job(worker: asyncio.subprocess.Process, job: Mapping[str, Any]) -> int:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(job).encode() + b"\n")
    await worker.stdin.drain()
    async with asyncio.timeout(60):
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
