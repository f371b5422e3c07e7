"""`slack test`, `slack manifest`, `slack retry`, `slack rules`: what a person at the keyboard gets."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.app import clock
from bot.cli.options import Options
from bot.cli.slack import slack_command
from bot.cli.status import status_command
from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, added_rule_text
from bot.core.rulefile.ruleset import read_ruleset
from bot.drills.slack_standin import SlackStandIn
from bot.drills.slack_workspace import GRANTED_SCOPES
from bot.errors import WirewatchError
from bot.model import Delivery, DeliveryState, RuleId
from bot.sinks.console import ConsoleSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import delivery

FILE = """\
feeds: ["https://post.example/feed"]
channels:
  desk: {slack: "#desk"}
  quiet: {slack: "#quiet"}
rules:
  - {id: ships, when: ferry, to: [desk, quiet]}
"""
Command = Callable[..., Result]
CONSOLE: Any = ConsoleSink(io.StringIO(), clock=clock, environ={})


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command of `slack` in this process, on a rules file and a state folder of its own."""
    config = tmp_path / "rules.yaml"
    config.write_text(FILE, encoding="utf-8")

    def run(*arguments: str, answer: str = "", **variables: str) -> Result:
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        options = Options(config=config, state=tmp_path / "state")
        return CliRunner().invoke(slack_command, list(arguments), obj=options, input=answer)

    return run


def test_the_manifest_has_what_delivery_needs(command: Command) -> None:
    done = command("manifest")
    made = json.loads(done.stdout)
    assert set(GRANTED_SCOPES) <= set(made["oauth_config"]["scopes"]["bot"])
    assert made["settings"]["socket_mode_enabled"]
    assert made["features"]["slash_commands"][0]["command"] == "/watch"
    assert len(made["display_information"]["description"]) <= 140


class Threaded:
    """The stand-in beside a command that has a loop of its own."""

    def __init__(self, **more: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.standin = SlackStandIn(clock=clock, **more)
        self.standin.add_channel("desk", "C0DESK0001")
        self.standin.add_channel("quiet", "C0QUIET001", member=False)
        asyncio.run_coroutine_threadsafe(self.standin.start(), self._loop).result(10)
        self._run = lambda work: asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def __enter__(self) -> SlackStandIn:
        return self.standin

    def __exit__(self, *_: object) -> None:
        self._run(self.standin.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def test_test_posts_and_removes_and_names_what_is_missing(command: Command) -> None:
    with Threaded(scopes=GRANTED_SCOPES - {"groups:history"}) as standin:
        done = command("test", SLACK_BOT_TOKEN=standin.token, SLACK_API_URL=standin.url)
        assert standin.channel("desk").messages == []
        assert [call.method for call in standin.calls].count("chat.postMessage") == 1
    assert done.exit_code == 1
    assert "groups:history" in done.stdout
    assert "#quiet" in done.stdout
    assert "/invite" in done.stdout
    assert "posted and removed" in done.stdout
    assert standin.token not in done.output


def test_test_is_happy_with_a_channel_that_is_ready(command: Command) -> None:
    with Threaded() as standin:
        done = command("test", "#desk", SLACK_BOT_TOKEN=standin.token, SLACK_API_URL=standin.url.rstrip("/"))
    assert (done.exit_code, "BAD" in done.stdout) == (0, False)


def test_test_is_happy_where_its_message_must_stay(command: Command) -> None:
    with Threaded(fault=lambda method, _: "fatal_after" if method == "chat.delete" else None) as standin:
        done = command("test", "#desk", SLACK_BOT_TOKEN=standin.token, SLACK_API_URL=standin.url)
    assert (done.exit_code, "BAD" in done.stdout) == (0, False)
    assert "posted; it stays there (chat.delete" in done.stdout


def test_test_names_a_refused_token(command: Command) -> None:
    with Threaded() as standin:
        done = command("test", SLACK_BOT_TOKEN="xoxb-other", SLACK_API_URL=standin.url)
    assert done.exit_code == 1
    assert "SLACK_BOT_TOKEN" in done.stdout
    assert "xoxb-other" not in done.output


def test_test_knows_an_app_token_where_the_bots_is_wanted(command: Command) -> None:
    with Threaded() as standin:
        done = command("test", SLACK_BOT_TOKEN="xapp-1-A0-secret", SLACK_API_URL=standin.url)
        assert standin.calls == []
    assert done.exit_code == 1
    assert "it looks like the SLACK_APP_TOKEN" in done.stdout
    assert "secret" not in done.stdout


def test_test_without_a_token_says_how_to_get_one(command: Command) -> None:
    done = command("test")
    assert isinstance(done.exception, WirewatchError)
    assert "slack manifest" in str(done.exception)


def rows(tmp_path: Path) -> tuple[SqliteStore, dict[str, Delivery]]:
    store = SqliteStore(tmp_path / "state" / "wirewatch.db")
    store.migrate()
    states = {
        "paused": (DeliveryState.PAUSED, "chat.postMessage: is_archived"),
        "unknown": (DeliveryState.UNSETTLED, "no scope"),
        "dead": (DeliveryState.DEAD, "invalid_blocks"),
        "sent": (DeliveryState.SENT, None),
    }
    made = {}
    for name, (state, error) in states.items():
        made[name] = replace(delivery(CONSOLE, name, digest(story(1, name))), state=state, error=error)
        store.add_deliveries([made[name]])
    return store, made


@pytest.mark.parametrize(
    ("arguments", "states"),
    [
        pytest.param([], {"paused": "pending", "unknown": "unknown", "dead": "dead"}, id="all-paused"),
        pytest.param(["{unknown}"], {"paused": "paused", "unknown": "unknown"}, id="look-again"),
        pytest.param(["{unknown}", "--resend"], {"paused": "paused", "unknown": "pending"}, id="resend"),
        pytest.param(["{dead}", "--resend"], {"dead": "pending"}, id="dead"),
        pytest.param(["{sent}", "--resend"], {"sent": "sent"}, id="never-what-was-sent"),
    ],
)
def test_retry(command: Command, tmp_path: Path, arguments: list[str], states: dict[str, str]) -> None:
    store, made = rows(tmp_path)
    keys = {name: row.key for name, row in made.items()}
    done = command("retry", *(argument.format(**keys) for argument in arguments))
    assert done.exit_code == (1 if "sent" in states else 0), done.output
    assert {name: store.delivery(keys[name]).state for name in states} == states  # type: ignore[union-attr]  # all there
    if "unknown" in states:
        unknown = store.delivery(keys["unknown"])
        assert unknown is not None
        assert unknown.error is None
    store.close()


def test_retry_says_what_waits_for_the_end_of_quiet_hours(command: Command, tmp_path: Path) -> None:
    """It said that the worker would try again, and nothing came until the morning."""
    store, made = rows(tmp_path)
    began_at = clock() - timedelta(minutes=5)
    quiet = f'{{slack: "#desk", quiet: {{from: "{began_at:%H:%M}", to: "{began_at + timedelta(hours=23):%H:%M}"}}}}'
    news = made["paused"].channel
    text = FILE.replace('desk: {slack: "#desk"}', f"{news}: {quiet}").replace("[desk, quiet]", f"[{news}]")
    store.save_facts({"rules:text": text})
    old = replace(delivery(CONSOLE, "old", digest(story(2))), state=DeliveryState.PAUSED)
    store.add_deliveries([replace(old, created_at=clock() - timedelta(days=1))])
    store.close()
    done = command("retry")
    assert done.exit_code == 0, done.output
    assert "to be tried again by the worker" in done.output
    assert f"{news}: 1 message waits for the end of quiet hours, " in done.output


@pytest.mark.parametrize(
    ("arguments", "answer", "given_up"),
    [
        pytest.param(["#desk"], "n\n", (), id="asks"),
        pytest.param(["#desk"], "y\n", ("paused", "unknown"), id="yes"),
        pytest.param(["#desk", "--yes"], "", ("paused", "unknown"), id="unasked"),
        pytest.param(["desk", "--yes"], "", ("paused", "unknown"), id="by-key"),
        pytest.param(["#nowhere", "--yes"], "", (), id="nothing-there"),
    ],
)
def test_drop_gives_up_what_waits(
    command: Command, tmp_path: Path, arguments: list[str], answer: str, given_up: tuple[str, ...]
) -> None:
    store, made = rows(tmp_path)
    done = command("drop", *arguments, answer=answer)
    assert done.exit_code == (0 if given_up else 1), done.output
    after = {name: store.delivery(row.key).state for name, row in made.items()}  # type: ignore[union-attr]  # all there
    assert after == {name: "dead" if name in given_up else row.state for name, row in made.items()}
    store.close()


def test_drop_names_what_waits_instead_of_a_mistyped_channel(command: Command, tmp_path: Path) -> None:
    rows(tmp_path)[0].close()
    done = command("drop", "#deks", "--yes")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Nothing waits for #deks. Did you mean #desk?\n"


def test_status_says_what_is_held_where_why_and_since_when(command: Command, tmp_path: Path) -> None:
    store, made = rows(tmp_path)
    since = clock() - timedelta(hours=2)
    store.save_delivery(replace(made["paused"], held_since_at=since))
    store.close()
    options = Options(config=tmp_path / "rules.yaml", state=tmp_path / "state")
    report = json.loads(CliRunner().invoke(status_command, ["--json"], obj=options).stdout)
    unknown, paused = sorted(report["held"], key=lambda row: row["state"], reverse=True)
    assert (paused["address"], paused["messages"], paused["state"]) == ("#desk", 1, "paused")
    assert (paused["reason"], paused["since"]) == ("chat.postMessage: is_archived", since.isoformat(timespec="seconds"))
    assert (unknown["state"], unknown["reason"]) == ("unknown", "no scope")
    assert report["outbox"] == {"pending": 0, "unknown": 1, "paused": 1, "dead": 1, "sent": 1}
    text = CliRunner().invoke(status_command, obj=options).stdout
    assert "#desk: 1 message paused since" in text
    assert "slack drop" in text


def test_resend_needs_a_key(command: Command, tmp_path: Path) -> None:
    assert isinstance(command("retry", "--resend").exception, WirewatchError)


def test_rules_from_slack_fit_into_the_file(command: Command, tmp_path: Path) -> None:
    store, _ = rows(tmp_path)
    when = 'title:"it\'s" OR a # a "comment"\nOR b'
    rule = AddedRule(id=RuleId("it-s"), name="It's: a #1", when=when, by="U1", at=clock())
    store.save_facts({ADDED_RULES + rule.id: added_rule_text(rule)})
    store.close()
    printed = command("rules").stdout
    ruleset, problems = read_ruleset(("feeds: ['https://a.example/f']\n" + printed).encode(), {})
    assert ruleset is not None, problems
    assert (ruleset.rules[0].when, ruleset.rules[0].name) == (when, "It's: a #1")
