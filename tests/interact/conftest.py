"""A small newsroom: rules, a store, the stand-in Slack, and Socket Mode on it."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot import pipeline
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.rulefile.ruleset import read_ruleset
from bot.drills.slack_standin import SlackStandIn
from bot.errors import StoreBusy
from bot.interact import SocketMode
from bot.model import OutletId, PollRecord, RuleSet
from bot.ports import Workplace
from bot.sinks.slack.calls import Pace
from bot.sinks.slack.sink import SlackSink
from bot.store import open_archive
from bot.store.sqlite import SqliteStore
from tests.builders import article_url, entry, feed_state

T = TypeVar("T")
PACE = Pace(channel=0.0, post=0.0, update=0.0, history=0.0, listing=0.0, look=0.05, settle=0.15, token=0.3, retry=0.05)
FILE = """\
feeds: ["https://post.example/feed"]
channels:
  desk: {slack: "#desk", immediate: {per_hour: 100}, follow: update}
  wide: {slack: "#telecom", immediate: {per_hour: 100}}
  narrow: {slack: "#news", immediate: {per_hour: 100}, max_per_day: 2}
entities:
  harbour: [harbour, port]
rules:
  - {id: bridges, when: bridge, to: [desk, wide]}
  - {id: works, when: closed OR opened, to: [desk]}
  - {id: ships, when: ferry, to: [desk]}
"""


class Heard:
    """What a connection's standing was, in order."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def well(self) -> None:
        self.told.put_nowait(("well", ""))

    async def broken(self, why: str, mend: str = "") -> None:
        self.told.put_nowait((why, mend))


@dataclass
class Newsroom:
    """Everything together; `now` moves only when it is told to."""

    slack: SlackStandIn
    store: SqliteStore
    path: Path
    sink: SlackSink
    ruleset: RuleSet
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    envelopes: Any = field(default_factory=lambda: itertools.count(1))
    nudged: list[str] = field(default_factory=list)
    granted: int = 0
    """So many calls find the store …"""
    refusals: int = 0
    """… and so many then find it away."""

    def __post_init__(self) -> None:
        self.ingest_state = pipeline.IngestState.load(self.store, self.ruleset)

    async def write(self, call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        if self.granted:
            self.granted -= 1
        elif self.refusals:
            self.refusals -= 1
            raise StoreBusy("The database db.example/news cannot be reached.")
        return call(*args, **kwargs)

    def clock(self) -> datetime:
        return self.now

    def place(self) -> Workplace:
        return Workplace(
            store=self.store,
            write=self.write,
            ruleset=lambda: self.ruleset,
            sink=self.sink,
            archive=lambda: open_archive(self.path),
            nudge=self.nudge,
        )

    def nudge(self, job: str) -> None:
        self.nudged.append(job)
        if job == "reload":
            base, _ = read_ruleset(FILE.encode(), {})
            assert base is not None
            added = read_added_rules(self.store.facts(ADDED_RULES))
            self.ruleset, _ = with_added_rules(base, added, default_channel({}))
            self.ingest_state = pipeline.IngestState.build(self.ruleset, self.ingest_state.index)

    async def publish(self, title: str, source: str = "post", **more: Any) -> None:
        """An entry comes in, goes through the stages, and is in Slack."""
        self.now += timedelta(seconds=61)
        item = entry(
            title,
            url=article_url(title, source),
            source=OutletId(source),
            seen_at=self.now,
            **more,
        )
        state = feed_state("f", next_due_at=self.now)
        self.store.record_polls([PollRecord(state=state, entries=(item,))])
        pipeline.ingest(self.store, self.ingest_state, self.now)
        await self.turn()

    async def turn(self) -> None:
        pipeline.digest(self.store, self.ruleset, self.sink, self.now, buttons=True)
        await self.sink.deliver(self.write, self.store)

    def messages(self, channel: str = "desk") -> list[dict[str, Any]]:
        return self.slack.channel(channel).messages

    def buttons(self, message: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The interactive elements of a message by their labels."""
        found = {}
        for block in message["blocks"]:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                label = element.get("text") or element["placeholder"]
                found[label["text"]] = {**element, "block_id": block["block_id"]}
        return found

    async def press(
        self, message: dict[str, Any], label: str, envelope: str = "", option: int = 0, response_url: str = ""
    ) -> str:
        element = self.buttons(message)[label]
        action = {"action_id": element["action_id"], "block_id": element["block_id"]}
        if "options" in element:
            action["selected_option"] = element["options"][option]
        else:
            action["value"] = element["value"]
        payload = {"type": "block_actions", "actions": [action], "channel": {"id": "C0DESK0001"}, "message": message}
        payload["response_url"] = response_url
        return await self.send("interactive", payload, envelope)

    async def watch(self, text: str, user: str = "U0ANA", envelope: str = "") -> list[dict[str, Any]]:
        """What `/watch text` answers, to that person alone."""
        before = len(self.slack.socket.responses)
        payload = {
            "command": "/watch",
            "text": text,
            "user_id": user,
            "channel_id": "C0DESK0001",
            "trigger_id": "t",
            "response_url": f"http://127.0.0.1:{self.slack.port}/response/x",
        }
        await self.send("slash_commands", payload, envelope)
        return self.slack.socket.responses[before:]

    async def send(self, kind: str, payload: dict[str, Any], envelope: str = "") -> str:
        name = envelope or f"e{next(self.envelopes)}"
        person = {"user": {"id": "U0ANA"}, "trigger_id": "t"}
        await self.slack.socket.send({"type": kind, "envelope_id": name, "payload": {**person, **payload}})
        await self.idle()
        return name

    async def idle(self) -> None:
        """Until no command is under way and everything that it made is in Slack."""
        while True:
            waiting = [t for t in asyncio.all_tasks() if "SocketMode._carry_out" in repr(t.get_coro())]
            if not waiting:
                break
            await asyncio.wait(waiting, timeout=0.05)
            if "deliver" in self.nudged:  # as the worker's job does meanwhile
                self.nudged.remove("deliver")
                await self.sink.deliver(self.write, self.store)
        await self.sink.deliver(self.write, self.store)


@pytest.fixture
async def room(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Newsroom]:
    """Without Socket Mode."""
    channels = {"desk": "C0DESK0001", "telecom": "C0TELECOM1", "news": "C0NEWS0001"}
    async with SlackStandIn(channels, clock=lambda: datetime.now(UTC)) as slack:
        path = Path(shutil.copyfile(migrated_file, tmp_path / "wirewatch.db"))
        store = SqliteStore(path)
        store.migrate()
        sink = SlackSink(token=slack.token, api_url=slack.url, clock=lambda: datetime.now(UTC), pace=PACE, buttons=True)
        ruleset, problems = read_ruleset(FILE.encode(), {})
        assert ruleset is not None, problems
        yield Newsroom(slack=slack, store=store, path=path, sink=sink, ruleset=ruleset)
        await sink.close()
        assert slack.problems == []
        store.close()


@pytest.fixture
async def newsroom(room: Newsroom) -> AsyncIterator[Newsroom]:
    slack = room.slack
    mode = SocketMode(token=slack.token, app_token=slack.app_token, api_url=slack.url, clock=room.clock)
    await mode.start(room.place())
    yield room
    await mode.stop()


def text_of(value: object) -> str:
    """Everything readable in a payload."""
    return json.dumps(value, ensure_ascii=False)
