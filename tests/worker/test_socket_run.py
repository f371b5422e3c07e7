"""The real worker with both tokens: what a button did is on the message, and stays over a restart; so does a rule."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from bot.app import clock
from bot.core.codec import dumps
from bot.core.socket_trouble import SOCKET_TROUBLE, SocketTrouble
from bot.drills.slack_standin import SlackStandIn
from bot.model import QuestionKind
from bot.store import SqliteStore
from tests.worker.archive import told_stories
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation, until

OWNER = "D0ANA"
"""The app's conversation with the person who owns the rule of REVIEWED."""
REVIEWED = """\
settings:
  allow_private_hosts: true
  fetch: {{min: 1s, per_host: 0s}}
  review: {{day: {day}, at: "{at}"}}
feeds: [{{url: "{one}", id: one, every: 1s}}]
rules:
  - {{id: r1, when: Huawei, owner: U0ANA}}
"""
RULES = """\
settings:
  allow_private_hosts: true
  first_run: alert
  fetch: {{min: 1s, per_host: 0s, timeout: 5s}}
feeds:
  - {{url: "{one}", id: one, outlet: one, every: 1s}}
channels:
  desk: {{slack: "#desk", immediate: {{per_hour: 50}}, follow: update}}
rules:
  - {{id: ships, when: ferry, to: [desk]}}
"""


class Slack:
    """The stand-in on a loop and thread of its own, and people who press and type."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._numbers = itertools.count()
        self.standin = SlackStandIn({"desk": "C0DESK0001"}, clock=clock)
        self._wait(self.standin.start())

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(40)

    def send(self, kind: str, payload: dict[str, Any]) -> None:
        person = {"user": {"id": "U0ANA"}, "user_id": "U0ANA", "trigger_id": "t"}
        envelope = {"type": kind, "envelope_id": f"e{next(self._numbers)}", "payload": {**person, **payload}}
        self._wait(self.standin.socket.send(envelope, within=30))

    def press(self, label: str, channel: str = "desk") -> None:
        for block in self.messages(channel)[0]["blocks"]:
            elements = block.get("elements", []) if block["type"] == "actions" else []
            for element in [block["accessory"]] if "accessory" in block else elements:
                if element["text"]["text"] == label:
                    action = {key: element[key] for key in ("action_id", "value")} | {"block_id": block["block_id"]}
                    payload = {"type": "block_actions", "actions": [action], "channel": {"id": "C0DESK0001"}}
                    self.send("interactive", payload)
                    return
        raise AssertionError(f"no button {label}")

    def messages(self, channel: str = "desk") -> list[dict[str, Any]]:
        return self.standin.channel(channel).messages if channel in self._channels() else []

    def _channels(self) -> set[str]:
        return {name for channel in list(self.standin.channels.values()) for name in (channel.id, channel.name)}

    def shown(self, channel: str = "desk") -> str:
        return json.dumps(self.messages(channel), ensure_ascii=False)

    def close(self) -> None:
        self._wait(self.standin.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def slack() -> Iterator[Slack]:
    made = Slack()
    yield made
    made.close()


def test_what_people_do_shows_and_stays(feeds: FeedServer, slack: Slack, install: Callable[..., Installation]) -> None:
    feeds.pages["/one"] = rss_of("Ferry Aurora sinks off the coast")
    rules = RULES.format(one=feeds.url("/one"))
    tokens = {
        "SLACK_BOT_TOKEN": slack.standin.token,
        "SLACK_APP_TOKEN": slack.standin.app_token,
        "SLACK_API_URL": slack.standin.url,
    }
    installation = install(rules, **tokens)
    worker = installation.start()
    until("the story is in Slack", slack.messages)
    slack.press("Not relevant")
    until("the message says so", lambda: "Marked not relevant by <@U0ANA>" in slack.shown())
    values = {
        "query": {"query": {"value": "tunnel"}},
        "channel": {"channel": {"selected_option": {"value": "desk"}}},
    }
    view = {"callback_id": "rule_save", "state": {"values": values}, "private_metadata": "{}"}
    slack.send("interactive", {"type": "view_submission", "view": view})
    worker.wait_for("rules_loaded", rules=2)
    assert worker.stop() == 0
    second = installation.start()
    second.wait_for("worker_started", rules=2)
    feeds.pages["/one"] = rss_of("Tunnel flooded in the capital", "Ferry Aurora sinks off the coast")
    until("the new rule works", lambda: "Tunnel flooded" in slack.shown())
    assert "Marked not relevant by <@U0ANA>" in slack.shown()
    assert second.stop() == 0
    assert slack.standin.problems == []
    assert slack.standin.token not in second.told()


def test_the_weekly_question_is_asked_once_over_kills_and_keeps_its_answer(
    feeds: FeedServer, slack: Slack, install: Callable[..., Installation]
) -> None:
    feeds.pages["/one"] = rss_of("Quiet day in Velmora")
    slot = clock() - timedelta(minutes=2)
    tokens = {
        "SLACK_BOT_TOKEN": slack.standin.token,
        "SLACK_APP_TOKEN": slack.standin.app_token,
        "SLACK_API_URL": slack.standin.url,
    }
    rules = REVIEWED.format(one=feeds.url("/one"), day=f"{slot:%a}".lower(), at=f"{slot:%H:%M}")
    installation = install(rules, **tokens)
    path = installation.folder / "state" / "wirewatch.db"
    told_stories(path, 8)
    first = installation.start()
    first.wait_for("questions_asked", kind="sample", questions=5)
    first.kill()  # perhaps before the message is out, perhaps after
    second = installation.start()
    until("the owner is asked", lambda: slack.messages(OWNER))
    slack.press("Relevant", OWNER)
    until("the message shows the answer", lambda: "Relevant, says <@U0ANA>" in slack.shown(OWNER))
    second.kill()
    third = installation.start()
    third.wait_for("worker_started")
    third.wait_for("feed_polled")
    slack.press("Undo", OWNER)
    until("the answer is gone", lambda: "says <@U0ANA>" not in slack.shown(OWNER))
    slack.press("Not relevant", OWNER)
    until("the other answer shows", lambda: "Not relevant, says <@U0ANA>" in slack.shown(OWNER))
    assert third.stop() == 0
    assert len(slack.messages(OWNER)) == 1
    with closing(SqliteStore(path)) as store:
        assert [(one.kind, one.verdict) for one in store.marks()] == [("sample", "not_relevant")]
        assert len(store.questions(QuestionKind.SAMPLE)) == 5
    assert slack.standin.problems == []


def test_a_worker_without_an_app_token_has_no_buttons_that_nobody_answers(install: Callable[..., Installation]) -> None:
    """`status` said for ever what the last worker that had one met."""
    installation = install(RULES.format(one="http://127.0.0.1:9/one"))
    (installation.folder / "state").mkdir(exist_ok=True)
    with closing(SqliteStore(installation.folder / "state" / "wirewatch.db")) as store:
        store.migrate()
        store.save_facts({SOCKET_TROUBLE: dumps(SocketTrouble(why="invalid_auth", since_at=clock()))})
    worker = installation.start()
    worker.wait_for("worker_started")
    assert worker.stop() == 0
    assert "Buttons not answered" not in installation.command("status").stdout
