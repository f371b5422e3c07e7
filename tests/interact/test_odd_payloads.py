"""Whatever comes over the socket: acknowledged, answered once, never a traceback, and nothing done twice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.core.digests.mutes import REACTIONS
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules
from tests.interact.conftest import Newsroom, text_of
from tests.interact.test_socket_mode import form

HELP, NO_RULE = "*Watch rules*", "There is no rule"
RULE_NAME = "r" * 3500


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("\u200b", HELP, id="nothing but an invisible sign"),
        pytest.param("?", HELP, id="question mark"),
        pytest.param("frob" * 900, HELP, id="a verb of 3,600 letters"),
        pytest.param("/watch list", HELP, id="the command twice"),
        pytest.param("\ufefftest ferry", "1 story", id="BOM before the verb"),
        pytest.param("test ferry\u200b", "1 story", id="zero-width space in a query"),
        pytest.param("test \u2068ferry\u2069", "1 story", id="isolated direction"),
        pytest.param("test „Ferry sinks“", "1 story", id="German quotes"),
        pytest.param("test «Ferry sinks»", "1 story", id="French quotes"),
        pytest.param("test حريق", "0 stories", id="Arabic"),
        pytest.param("test " + " OR ".join(f"word{n}" for n in range(600)), "0 stories", id="600 words"),
        pytest.param("test " + "x" * 3500, "0 stories", id="a word of 3,500 letters"),
        pytest.param("test f" + "\u0301" * 2000, "0 stories", id="a letter with 2,000 accents"),
        pytest.param("test " + "(" * 3000, "(", id="3,000 brackets"),
        pytest.param("test " + "NOT " * 1000 + "a", "NOT", id="1,000 negations"),
        pytest.param("test /[/", "no regular expression", id="regular expression"),
        pytest.param("test 🚀", "no letter or digit", id="emoji"),
        pytest.param("test fer\x00ry", "invisible character", id="NUL"),
        pytest.param("test \ud83d", "half a character", id="half an emoji"),
        pytest.param("test %s {0} {a!r}", "mean nothing in a rule", id="formats"),
        pytest.param("mute ships\u200b", "`ships` is muted", id="zero-width space behind a rule"),
        pytest.param("mute\u3000“ships”", "`ships` is muted", id="wide space and quotes"),
        pytest.param("mute *ships*", "Did you mean `ships`?", id="bold"),
        pytest.param("mute <!channel>", NO_RULE, id="everybody"),
        pytest.param("mute <@U0ANA>", NO_RULE, id="a person"),
        pytest.param(f"edit {RULE_NAME}", NO_RULE, id="a rule of 3,500 letters"),
        pytest.param(f"snooze {RULE_NAME} 4h", NO_RULE, id="the same, with a span"),
        pytest.param("snooze ships 1e9h", "no time span", id="a span that is none"),
        pytest.param("snooze ships ٤h", "snoozed until", id="Arabic digits"),
    ],
)
async def test_an_odd_text_is_answered_once_and_calls_nobody(newsroom: Newsroom, text: str, says: str) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    (answer,) = await newsroom.watch(text)
    assert says in answer["text"]
    assert len(answer["text"]) <= 4000
    assert newsroom.slack.pages == []


@pytest.mark.parametrize(
    ("text", "query", "channel"),
    [
        ("tunnel to #telecom", "tunnel", "wide"),
        ("tunnel to <#C0TELECOM1|telecom>", "tunnel", "wide"),
        ("tunnel to wide", "tunnel", "wide"),
        ("tunnel TO Me", "tunnel", "@"),
        ('"way to desk"', '"way to desk"', "default"),
        ("tunnel to nowhere", "tunnel to nowhere", "default"),
    ],
)
async def test_where_a_rule_posts_may_stand_behind_its_query(
    newsroom: Newsroom, text: str, query: str, channel: str
) -> None:
    """It was read as part of the query, and the form proposed `tunnel AND to AND #telecom`, which would never match."""
    await newsroom.watch(f"add {text}")
    blocks = {block["block_id"]: block for block in newsroom.slack.views[-1]["view"]["blocks"] if "block_id" in block}
    assert blocks["query"]["element"]["initial_value"] == query
    assert blocks["channel"]["element"]["initial_option"]["value"] == channel


async def test_a_query_that_fits_into_no_form_is_not_cut(newsroom: Newsroom) -> None:
    """The form had its first 3,000 characters: what was saved left out the rest, and nobody was told."""
    query = " OR ".join(f"word{n}" for n in range(400))
    (answer,) = await newsroom.watch(f"add {query}")
    assert "a form of Slack's takes 3,000" in answer["text"]
    assert newsroom.slack.views == []


@pytest.mark.parametrize("second", ["tunnel", "tunnel AND rail"])
async def test_a_form_that_is_sent_again_is_one_rule(newsroom: Newsroom, second: str) -> None:
    """Where the acknowledgement is late Slack shows trouble, and the person presses Save again: a new envelope."""
    payload = {"type": "view_submission", "user": {"id": "U0ANA"}}
    envelope = {"type": "interactive", "payload": payload | {"view": form("tunnel", "Tunnels", "wide")}}
    await asyncio.gather(*(newsroom.slack.socket.send(envelope | {"envelope_id": f"save-{n}"}) for n in range(3)))
    await newsroom.idle()
    await newsroom.send("interactive", {"type": "view_submission", "view": form(second, "Tunnels", "wide")})
    (rule,) = read_added_rules(newsroom.store.facts(ADDED_RULES))
    assert (rule.id, rule.when) == ("tunnels", second)
    await newsroom.send("interactive", {"type": "view_submission", "view": form("ferry", "Tunnels") | {"id": "V2"}})
    assert len(newsroom.store.facts(ADDED_RULES)) == 2, "another form of the same name is another rule"


async def test_a_rule_that_was_added_here_is_edited_under_its_name_in_quotes(newsroom: Newsroom) -> None:
    """It was said to stand in rules.yaml."""
    await newsroom.send("interactive", {"type": "view_submission", "view": form("tunnel", "Tunnels", "wide")})
    await newsroom.watch("edit `tunnels`")
    assert "Edit rule" in text_of(newsroom.slack.views[-1])


async def test_an_answer_finds_the_person_where_the_app_is_no_member(newsroom: Newsroom) -> None:
    """`/watch add` is heard everywhere; that the rule was saved was told to nobody."""
    metadata = json.dumps({"rule": "", "asked_in": "C0ELSEWHERE"})
    view = form("tunnel", "Tunnels", "wide") | {"private_metadata": metadata}
    await newsroom.send("interactive", {"type": "view_submission", "view": view})
    (message,) = newsroom.slack.channel("D0ANA").messages
    assert "is saved" in message["text"]
    assert newsroom.slack.ephemerals == []


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {"values": None},
        {"values": {"query": []}},
        {"values": {"query": {"query": {"value": None}}}},
        {"values": {"query": {"query": {"value": "  "}}}},
    ],
)
async def test_a_form_without_its_values_is_refused_in_the_acknowledgement(newsroom: Newsroom, state: object) -> None:
    envelope = await newsroom.send("interactive", {"type": "view_submission", "view": form("x") | {"state": state}})
    assert "errors" in newsroom.slack.socket.acks[envelope]["payload"]
    assert newsroom.store.facts(ADDED_RULES) == {}


@pytest.mark.parametrize(
    "name", ["🚀", "\x00", "\ud83d", "x" * 3000, "../..", "<!channel>", "我们", "\u202eabc", "bridges"]
)
async def test_a_rule_takes_any_name(newsroom: Newsroom, name: str) -> None:
    await newsroom.send("interactive", {"type": "view_submission", "view": form("tunnel", name)})
    assert "is saved" in newsroom.slack.ephemerals[-1]["text"]
    answers = await newsroom.watch("list")
    assert "added here" in text_of(answers)
    assert newsroom.slack.pages == []


def pressed(action: str, **data: Any) -> dict[str, Any]:
    return {"type": "block_actions", "actions": [{"action_id": action, "value": json.dumps({"v": 1, **data})}]}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", {"type": "block_actions", "actions": []}),
        ("interactive", {"type": "block_actions", "actions": [{"action_id": "story_mute", "value": None}]}),
        ("interactive", pressed("story_more", c="desk", s=99)),
        ("interactive", pressed("story_mute", c="gone", s=99)),
        ("interactive", pressed("story_mute", c="de\x00sk", s=1)),
        ("interactive", pressed("story_undo", c="desk", s=-5)),
        ("interactive", pressed("rule_snooze", c="desk", s=1, r="gone")),
        ("interactive", pressed("story_mute", c="desk", s=1) | {"user": None}),
        (
            "interactive",
            {"type": "block_actions", "actions": [{"action_id": "rule_snooze_menu", "selected_option": None}]},
        ),
        ("interactive", {"type": "block_suggestion", "action_id": "x", "value": "a"}),
        ("interactive", {"type": "shortcut", "callback_id": "x"}),
        ("interactive", {"type": "message_action", "message": {}}),
        ("interactive", {"type": "dialog_submission", "submission": {}}),
        ("interactive", {"type": "view_submission", "view": {"callback_id": "old"}}),
        ("interactive", {"type": ["list"]}),
        ("slash_commands", {}),
        ("slash_commands", {"text": None, "user_id": None, "channel_id": None}),
        ("slash_commands", {"text": 5, "user_id": "W0ANA", "enterprise_id": "E1", "team_id": None}),
        ("events_api", {"event": {"type": "app_home_opened", "user": None, "tab": None}}),
        ("events_api", {"event": {"type": "message", "text": "x" * 1_000_000}}),
        ("events_api", {"event": {"type": "tokens_revoked"}}),
    ],
)
async def test_an_odd_payload_is_acknowledged_and_no_fault_of_ours(
    newsroom: Newsroom, kind: str, payload: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    envelope = await newsroom.send(kind, payload)
    assert envelope in newsroom.slack.socket.acks
    said = "".join(capsys.readouterr())
    assert "command_failed" not in said
    assert "envelope_failed" not in said
    assert len(newsroom.messages()) == 1


@pytest.mark.parametrize(
    "frame",
    [
        *("", "null", "[]", "5", '"x"', "{", "ping", "[" * 100_000),
        '{"type": "interactive"}',
        '{"type": "interactive", "envelope_id": 5}',
        '{"type": null, "envelope_id": "e"}',
        '{"type": "interactive", "envelope_id": "e", "payload": "text"}',
        '{"type": "hello"}',
        '{"type": "error", "error": {"code": 1}}',
        '{"type": "disconnect", "reason": {"a": 1}}',
        b"\xff\xfe",
    ],
    ids=repr,
)
async def test_an_odd_frame_costs_nobody_an_answer(newsroom: Newsroom, frame: str | bytes) -> None:
    await newsroom.watch("help")
    socket = newsroom.slack.socket.connections[-1]
    await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
    assert len(await newsroom.watch("help")) == 1


async def test_all_are_answered_while_a_connection_is_replaced(newsroom: Newsroom) -> None:
    slack = newsroom.slack
    await newsroom.watch("help")
    old = slack.socket.connections[-1]
    payload = {"text": "test ferry", "user_id": "U0ANA", "response_url": f"http://127.0.0.1:{slack.port}/response/x"}
    for number in range(60):
        if number == 30:
            await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await old.send_json({"type": "slash_commands", "envelope_id": f"old-{number}", "payload": payload})
    async with asyncio.timeout(20):
        while len(slack.socket.responses) < 61:
            await asyncio.sleep(0.01)
    await newsroom.idle()
    assert len(slack.socket.responses) == 61
    assert sum(envelope.startswith("old-") for envelope in slack.socket.acks) == 60


async def test_an_envelope_that_comes_five_times_at_once_is_one_mute(newsroom: Newsroom) -> None:
    slack = newsroom.slack
    payload = {"text": "mute ships", "user_id": "U0ANA", "response_url": f"http://127.0.0.1:{slack.port}/response/x"}
    envelope = {"type": "slash_commands", "envelope_id": "same", "payload": payload}
    await slack.socket.send(envelope)
    for _ in range(4):
        await slack.socket.connections[-1].send_json(envelope)
    await newsroom.watch("help")
    await newsroom.idle()
    assert len(newsroom.store.facts(REACTIONS)) == 1
    assert len(slack.socket.responses) == 2
