"""Buttons, /watch, the modal and the home tab, through a real socket to the strict stand-in."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.digests.mutes import REACTIONS
from bot.drills.slack_standin import SlackStandIn
from bot.interact import SocketMode
from bot.interact.socket import Socket
from bot.sinks.slack.calls import SlackCalls
from tests.interact.conftest import Heard, Newsroom, text_of


async def test_mute_shows_who_and_when_and_silences_the_story(newsroom: Newsroom) -> None:
    await newsroom.publish("Old bridge closed for repairs", summary="The old bridge over the Tarn closed on Monday.")
    (message,) = newsroom.messages()
    assert list(newsroom.buttons(message)) == ["Mute story", "Snooze rule", "Not relevant", "More coverage"]
    await newsroom.press(message, "Mute story")
    (message,) = newsroom.messages()
    assert "Story muted by <@U0ANA>" in text_of(message["blocks"])
    assert list(newsroom.buttons(message)) == ["Undo", "Snooze rule", "Not relevant", "More coverage"]
    edits = message["edited"]["ts"]
    await newsroom.publish(
        "Old bridge closed for repairs", "wire", summary="The old bridge over the Tarn closed on Monday."
    )
    assert newsroom.messages()[0]["edited"]["ts"] == edits
    await newsroom.press(message, "Undo")
    (message,) = newsroom.messages()
    assert "taken back by <@U0ANA>" in text_of(message["blocks"])
    assert "Mute story" in newsroom.buttons(message)


async def test_an_envelope_takes_effect_once(newsroom: Newsroom) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    message = deepcopy(newsroom.messages()[0])
    envelope = await newsroom.press(message, "Not relevant")
    (shown,) = newsroom.messages()
    assert "Undo" in newsroom.buttons(shown)
    await newsroom.press(shown, "Undo")
    await newsroom.press(message, "Not relevant", envelope)
    assert "Undo" not in newsroom.buttons(newsroom.messages()[0])
    assert len(newsroom.store.facts(REACTIONS)) == 1


async def test_not_relevant_stays_over_later_reports(newsroom: Newsroom) -> None:
    body = "The ferry Aurora sank off the coast of Norland on Monday evening; all forty passengers were saved by boats."
    await newsroom.publish("Ferry Aurora sinks off Norland coast", body=body)
    await newsroom.press(newsroom.messages()[0], "Not relevant")
    await newsroom.publish("Ferry Aurora sinks off Norland coast", "wire", body=body)
    (message,) = newsroom.messages()
    assert "Marked not relevant by <@U0ANA>" in text_of(message["blocks"])
    assert "2 outlets" in text_of(message["blocks"])


async def test_snooze_from_a_menu_holds_in_its_channel_for_a_day(newsroom: Newsroom) -> None:
    await newsroom.publish("Old bridge closed for repairs")
    await newsroom.press(newsroom.messages()[0], "Snooze rule", option=0)
    assert "Rule bridges snoozed until" in text_of(newsroom.messages()[0]["blocks"])
    await newsroom.publish("Railway bridge damaged by lorry")
    assert len(newsroom.messages("desk")) == 1
    assert len(newsroom.messages("telecom")) == 2
    newsroom.now += timedelta(hours=24)
    await newsroom.publish("Footbridge bridge painted in blue")
    assert len(newsroom.messages("desk")) == 2


async def test_more_coverage_is_for_one_person(newsroom: Newsroom) -> None:
    await newsroom.publish("Ferry <!channel> sinks off the coast")
    await newsroom.press(newsroom.messages()[0], "More coverage")
    (answer,) = newsroom.slack.ephemerals
    assert (answer["user"], answer["channel"]) == ("U0ANA", "C0DESK0001")
    assert "1 report" in answer["text"]
    assert newsroom.slack.pages == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("list", ["bridges", "works", "ships"], id="list"),
        pytest.param("", ["/watch add"], id="nothing"),
        pytest.param("help", ["/watch snooze"], id="help"),
        pytest.param("lst", ["There is no", "/watch list"], id="unknown"),
        pytest.param(
            "status",
            ["*Worker*", "*Outbox* 0 pending, 0 unknown, 0 paused, 0 dead, 1 sent", "1 entry in 1 story"],
            id="status",
        ),
        pytest.param("snooze bridgs 4h", ["There is no rule `bridgs`. Did you mean `bridges`?"], id="nearest-rule"),
        pytest.param("snooze bridges soon", ["no time span"], id="span"),
        pytest.param("snooze bridges 4h", ["snoozed until"], id="snooze"),
        pytest.param("snooze bridges for a day", ["snoozed until"], id="snooze-in-words"),
        pytest.param("mute SHIPS", ["ships", "muted"], id="mute"),
        pytest.param("mute SHIPS 1d", ["`ships` is snoozed until"], id="mute-for-a-span"),
        pytest.param("mute ships forever", ["no time span", "or nothing for good"], id="mute-for-ever"),
        pytest.param("mute shipz 1d", ["There is no rule `shipz`", "`ships`"], id="mute-nearest-rule"),
        pytest.param("unmute ships", ["neither muted"], id="unmute"),
        pytest.param("mute nothing like it", ["There is no rule `nothing like it`"], id="a-name-that-is-none"),
        pytest.param("mute bridge", ["`bridges` is muted until `/watch unmute bridges`"], id="as-messages-call-it"),
        pytest.param("mute Closed or opened 4h", ["`works` is snoozed until"], id="its-name-and-a-span"),
        pytest.param("remove ships", ["with its lines in rules.yaml", "/watch mute RULE"], id="remove"),
        pytest.param("search ferry", ["Did you mean `/watch test`?"], id="a-verb-of-other-bots"),
        pytest.param("add ferry to nowhere", ["rules.yaml has no channel `nowhere`", "`wide`"], id="add-to-no-channel"),
        pytest.param("edit ships", ["rules.yaml"], id="edit-file"),
        pytest.param("test @harbor", ["harbor", "harbour"], id="query-error"),
        pytest.param("test ferry", ["1 story", "last 7 days (archived since"], id="test"),
        pytest.param(
            "test ferry AND", ["AND – something", "was expected. Finish the rule"], id="a-mistake-and-its-mend"
        ),
    ],
)
async def test_watch_answers_the_person_alone(newsroom: Newsroom, text: str, says: list[str]) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    before = len(newsroom.messages())
    answers = await newsroom.watch(text)
    assert len(answers) == 1
    assert answers[0]["response_type"] == "ephemeral"
    for word in says:
        assert word in text_of(answers)
    assert len(newsroom.messages()) == before


async def test_status_says_what_slack_refuses(newsroom: Newsroom) -> None:
    newsroom.slack.channel("desk").archived = True
    await newsroom.publish("Old bridge closed for repairs")
    answers = await newsroom.watch("status")
    assert "1 message paused since" in text_of(answers)
    assert "is_archived" in text_of(answers)


async def test_watch_mute_holds_everywhere_until_unmute(newsroom: Newsroom) -> None:
    (answer,) = await newsroom.watch("mute bridges")
    assert "Undo" in text_of(answer)
    await newsroom.publish("Old bridge painted")
    assert newsroom.messages("desk") + newsroom.messages("telecom") == []
    (answer,) = await newsroom.watch("snooze bridges 1h")
    assert "It is muted beyond that by <@U0ANA>: `/watch unmute bridges` ends both." in answer["text"]
    await newsroom.watch("unmute bridges")
    await newsroom.publish("Railway bridge damaged by lorry")
    assert len(newsroom.messages("telecom")) == 1


def form(query: str, name: str = "", channel: str = "default", rule: str = "") -> dict[str, Any]:
    values = {
        "query": {"query": {"value": query}},
        "name": {"name": {"value": name}},
        "channel": {"channel": {"selected_option": {"value": channel}}},
        "priority": {"priority": {"selected_option": {"value": "normal"}}},
    }
    view = {"id": "V1", "hash": "h", "callback_id": "rule_save", "state": {"values": values}}
    return view | {"private_metadata": f'{{"rule": "{rule}", "asked_in": "C0DESK0001"}}'}


async def test_add_opens_a_form_checks_it_and_saves_the_rule(newsroom: Newsroom) -> None:
    await newsroom.publish("Tunnel flooded in the capital")
    await newsroom.watch("add tunnel")
    opened, filled = newsroom.slack.views[:2]
    assert (opened["how"], filled["how"]) == ("open", "update")
    assert "1 story" in text_of(filled["view"])
    typed = {"type": "block_actions", "actions": [{"action_id": "query"}], "view": form("tunnel AND")}
    await newsroom.send("interactive", typed)
    assert ":x:" in text_of(newsroom.slack.views[-1]["view"])
    bad = await newsroom.send("interactive", {"type": "view_submission", "view": form("tunnel AND")})
    assert "errors" in newsroom.slack.socket.acks[bad]["payload"]
    good = await newsroom.send("interactive", {"type": "view_submission", "view": form("tunnel", "Tunnels", "wide")})
    assert "payload" not in newsroom.slack.socket.acks[good]
    assert "is saved" in newsroom.slack.ephemerals[-1]["text"]
    await newsroom.publish("Tunnel reopens after week of repairs")
    (message,) = newsroom.messages("telecom")
    assert "Tunnels" in text_of(message["blocks"])
    answers = await newsroom.watch("list")
    assert "tunnels` `tunnel` → wide · added here" in text_of(answers)


async def test_the_last_snooze_counts(newsroom: Newsroom) -> None:
    """`snooze ships 4h` after a day of it said "until" four hours later, and the day went on."""
    await newsroom.watch("snooze ships 1d")
    await newsroom.watch("snooze ships 4h")
    assert text_of(await newsroom.watch("list")).count("snoozed until") == 2 * 1  # in the text and in the blocks
    newsroom.now += timedelta(hours=4)
    await newsroom.publish("Ferry sinks off the coast")
    assert len(newsroom.messages()) == 1
    assert "neither muted" in text_of(await newsroom.watch("unmute ships"))


async def test_home_calls_a_muted_story_by_its_headline(newsroom: Newsroom) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    await newsroom.press(newsroom.messages()[0], "Mute story")
    home = text_of(newsroom.slack.views[-1])
    assert "Ferry sinks off the coast · story muted in desk by <@U0ANA>" in home


async def test_home_names_the_rules(newsroom: Newsroom) -> None:
    await newsroom.send("events_api", {"event": {"type": "app_home_opened", "user": "U0ANA", "tab": "home"}})
    (view,) = newsroom.slack.views
    assert (view["how"], view["user"]) == ("publish", "U0ANA")
    assert all(rule in text_of(view) for rule in ("bridges", "works", "ships"))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        pytest.param("interactive", {"type": "block_actions", "actions": [{"action_id": "story_open"}]}, id="url"),
        pytest.param("interactive", {"type": "block_actions", "actions": "nonsense"}, id="nonsense"),
        pytest.param("interactive", {"type": "view_closed"}, id="closed"),
        pytest.param("events_api", {"event": None}, id="no-event"),
        pytest.param("brand_new", {}, id="new-type"),
    ],
)
async def test_everything_is_acknowledged(newsroom: Newsroom, kind: str, payload: dict[str, Any]) -> None:
    envelope = await newsroom.send(kind, payload)
    assert envelope in newsroom.slack.socket.acks


async def test_a_lost_socket_comes_back(newsroom: Newsroom) -> None:
    await newsroom.watch("help")
    await newsroom.slack.socket.connections[-1].close()
    assert await newsroom.watch("help")
    await newsroom.slack.socket.connections[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
    assert await newsroom.watch("help")


async def test_a_silent_socket_is_replaced() -> None:
    """A zombie: the connection stands and answers our pings, but Slack's own pings have stopped."""
    async with SlackStandIn({}, clock=lambda: datetime.now(UTC)) as slack:
        calls = SlackCalls(slack.app_token, slack.url)
        socket = Socket(calls, lambda envelope, kind, payload: (None, None), Heard(), no_server_ping=1.5)
        running = asyncio.create_task(socket.run())
        await slack.socket.send({"type": "interactive", "envelope_id": "e1", "payload": {}})
        first = slack.socket.connections[-1]
        async with asyncio.timeout(20):
            # One ping must have been seen before its absence means anything.
            while not slack.socket.pings_sent:
                await asyncio.sleep(0.05)
            slack.socket.pings = False
            while not slack.socket.connections or slack.socket.connections[-1] is first:
                await asyncio.sleep(0.05)
        await slack.socket.send({"type": "interactive", "envelope_id": "e2", "payload": {}}, within=10)
        running.cancel()
        await asyncio.wait([running])
        await calls.close()


@pytest.mark.parametrize(
    ("span", "hours"),
    [("4 h", 4), ("4hours", 4), ("for 4 hours", 4), ("2w", 336), ("1h30m", 1.5), ("", 24)],
)
async def test_a_snooze_as_people_write_it(newsroom: Newsroom, span: str, hours: float) -> None:
    """`4 h` was said to be a rule `ships 4`."""
    await newsroom.watch(f"snooze ships {span}")
    (reaction,) = newsroom.store.facts(REACTIONS).values()
    assert (newsroom.now + timedelta(hours=hours)).isoformat()[:16] in reaction


@pytest.mark.parametrize("rest", ["ships later", "ships 0h", "ships 99999999999d"])
async def test_what_is_no_time_span_is_told(newsroom: Newsroom, rest: str) -> None:
    (answer,) = await newsroom.watch(f"snooze {rest}")
    assert "is no time span" in answer["text"]


@pytest.mark.parametrize(
    ("action", "value"), [("retired_button", "1"), ("story_mute", "1"), ("story_more", '{"v": 0}')]
)
async def test_a_button_of_another_release_says_so(newsroom: Newsroom, action: str, value: str) -> None:
    """It was acknowledged, and nothing happened."""
    pressed = {"action_id": action, "block_id": "act:desk:1:r0", "value": value}
    await newsroom.send("interactive", {"type": "block_actions", "actions": [pressed], "channel": {"id": "C0DESK0001"}})
    assert "does nothing any more" in newsroom.slack.ephemerals[-1]["text"]


@pytest.mark.parametrize("refusals", [1, 2, 4])
async def test_what_is_done_while_the_store_is_away_is_done_later_or_said_not_to_be(
    room: Newsroom, refusals: int
) -> None:
    """It was acknowledged, and nothing came of it: a failover swallowed what people pressed."""
    slack = room.slack
    mode = SocketMode(
        token=slack.token, app_token=slack.app_token, api_url=slack.url, clock=room.clock, pauses=(0.0,) * 3
    )
    await mode.start(room.place())
    await room.publish("Old bridge closed for repairs")
    room.refusals = refusals
    await room.press(room.messages()[0], "Mute story")
    async with asyncio.timeout(10):
        while not (slack.ephemerals or room.store.facts(REACTIONS)):
            await asyncio.sleep(0.01)
    room.refusals = 0
    await room.idle()
    is_done = "Story muted" in text_of(room.messages()[0]["blocks"])
    assert is_done == (refusals < 4)
    assert ["could not do that" in one["text"] for one in slack.ephemerals] == ([] if is_done else [True])
    assert "db.example" not in text_of(slack.ephemerals)
    await mode.stop()


@pytest.mark.parametrize(
    ("granted", "what"),
    [
        pytest.param(1, "list", id="before the answer"),
        pytest.param(3, "Mute story", id="before the message shows it"),
    ],
)
async def test_who_asked_hears_of_it_when_the_store_goes_away_halfway(room: Newsroom, granted: int, what: str) -> None:
    """The envelope was taken, and the second try did nothing: no answer came, and no message showed what was done."""
    slack = room.slack
    mode = SocketMode(
        token=slack.token, app_token=slack.app_token, api_url=slack.url, clock=room.clock, pauses=(0.0,) * 3
    )
    await mode.start(room.place())
    await room.publish("Old bridge closed for repairs")
    room.granted, room.refusals = granted, 1
    if what == "list":
        await room.send(
            "slash_commands", {"command": "/watch", "text": what, "user_id": "U0ANA", "channel_id": "C0DESK0001"}
        )
    else:
        await room.press(room.messages()[0], what)
    async with asyncio.timeout(10):
        while not slack.ephemerals:
            await asyncio.sleep(0.01)
    await room.idle()
    assert ["halfway" in one["text"] for one in slack.ephemerals] == [True]
    assert ("Story muted" in text_of(room.messages()[0]["blocks"])) == (what != "list")
    await mode.stop()
