"""`Not relevant` is a mark for each rule of the story shown there; a rule can write to one person alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.interact.conftest import Newsroom, text_of


def said(newsroom: Newsroom) -> list[tuple[int, str, str, str, str]]:
    return [(one.story, one.rule, one.verdict, one.kind, one.by) for one in newsroom.store.marks()]


async def test_one_rule_one_click_one_mark(newsroom: Newsroom) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    await newsroom.press(newsroom.messages()[0], "Not relevant")
    assert said(newsroom) == [(1, "ships", "not_relevant", "volunteered", "U0ANA")]
    assert "Not relevant" not in newsroom.buttons(newsroom.messages()[0])
    await newsroom.press(newsroom.messages()[0], "Undo")
    assert said(newsroom) == []
    await newsroom.press(newsroom.messages()[0], "Not relevant")
    assert len(said(newsroom)) == 1


async def test_several_rules_are_a_menu(newsroom: Newsroom) -> None:
    await newsroom.publish("Old bridge closed for repairs")
    menu = newsroom.buttons(newsroom.messages()[0])["Not relevant"]
    assert [option["text"]["text"] for option in menu["options"]] == ["for all its rules", "bridge", "closed OR opened"]
    await newsroom.press(newsroom.messages()[0], "Not relevant", option=2)
    assert said(newsroom) == [(1, "works", "not_relevant", "volunteered", "U0ANA")]
    (message,) = newsroom.messages()
    assert "Marked not relevant for rule works by <@U0ANA>" in text_of(message["blocks"])
    menu = newsroom.buttons(message)["Not relevant"]
    assert [option["text"]["text"] for option in menu["options"]] == ["bridge"]
    await newsroom.press(message, "Not relevant")
    assert [rule for _, rule, *_ in said(newsroom)] == ["bridges", "works"]
    assert "Not relevant" not in newsroom.buttons(newsroom.messages()[0])
    await newsroom.press(newsroom.messages()[0], "Undo")
    assert [rule for _, rule, *_ in said(newsroom)] == ["works"]


async def test_for_all_rules_that_the_channel_has_it_for(newsroom: Newsroom) -> None:
    await newsroom.publish("Old bridge closed for repairs")
    await newsroom.press(newsroom.messages("desk")[0], "Not relevant")
    assert [rule for _, rule, *_ in said(newsroom)] == ["bridges", "works"]
    await newsroom.press(newsroom.messages("telecom")[0], "Not relevant")
    assert len(said(newsroom)) == 2, "the same person said so already"
    await newsroom.press(newsroom.messages("desk")[0], "Undo")
    assert said(newsroom) == []


@pytest.mark.parametrize("closed", [True, False], ids=["the workspace closes messages to edits", "it was deleted"])
async def test_where_the_message_takes_no_edits_the_person_is_told(newsroom: Newsroom, closed: bool) -> None:
    """It was muted, and nothing said so: people pressed again and again. Slack says only of an edit that it is refused:
    of the first press nothing was seen at all."""
    await newsroom.publish("Ferry sinks off the coast")
    (message,) = newsroom.messages()
    desk = newsroom.slack.channel("desk")
    desk.is_closed_to_edits = closed
    if not closed:
        desk.delete(message["ts"])
    await newsroom.press(message, "Snooze rule")
    desk.is_closed_to_edits = False
    (first,) = newsroom.slack.ephemerals
    assert first["text"].startswith("`ships` is snoozed until ")
    assert "Undo" in text_of(first["blocks"])
    await newsroom.press(message, "Mute story")
    (told,) = newsroom.slack.ephemerals[1:]
    assert told["text"] == "This story is muted in desk."
    assert "Undo" in text_of(told["blocks"])
    pressed = {"blocks": [{"block_id": "named by Slack", **block} for block in told["blocks"]]}
    await newsroom.press(newsroom.messages()[0] if closed else pressed, "Undo")
    answers = [one["text"] for one in newsroom.slack.ephemerals[2:]]
    assert answers == ([] if closed else ["Taken back."]), "a message that takes edits again shows it"


@pytest.mark.parametrize("label", ["Mute story", "Not relevant", "More coverage"])
async def test_a_button_of_another_workers_message_touches_no_story_here(newsroom: Newsroom, label: str) -> None:
    """Slack hands what people press to any connection of the app, and another store's story 1 is another story: it was
    muted, in silence. So it was where a store was made anew."""
    await newsroom.publish("Ferry sinks off the coast")
    (message,) = newsroom.messages()
    key, another = message["metadata"]["event_payload"]["delivery_key"], "f" * 32
    theirs = json.loads(json.dumps(message).replace(key, another))
    await newsroom.press(theirs, label)
    assert said(newsroom) == []
    assert newsroom.messages() == [message]
    (told,) = newsroom.slack.ephemerals
    assert "Nothing was done" in told["text"]
    assert "SLACK_APP_TOKEN" in told["text"]


async def test_a_rule_that_writes_to_one_person(newsroom: Newsroom) -> None:
    await newsroom.watch("add tunnel to me")
    filled = newsroom.slack.views[-1]["view"]
    assert "direct message" in text_of(filled)
    inputs = {block["block_id"]: block["element"] for block in filled["blocks"] if block["type"] == "input"}
    assert inputs["query"]["initial_value"] == "tunnel"
    chosen = inputs["channel"]["initial_option"]
    values: dict[str, Any] = {
        "query": {"query": {"value": "tunnel"}},
        "channel": {"channel": {"selected_option": chosen}},
        "priority": {"priority": {"selected_option": {"value": "normal"}}},
    }
    view = {"id": "V1", "hash": "h", "callback_id": "rule_save", "state": {"values": values}}
    view |= {"private_metadata": '{"rule": "", "asked_in": "C0DESK0001"}'}
    await newsroom.send("interactive", {"type": "view_submission", "view": view})
    assert "you alone" in newsroom.slack.ephemerals[-1]["text"]
    assert "→ <@U0ANA>" in text_of(await newsroom.watch("list"))
    await newsroom.publish("Tunnel flooded in the capital")
    assert newsroom.messages("desk") == newsroom.messages("news") == []
    newsroom.now = newsroom.now.replace(year=newsroom.now.year + 1)
    await newsroom.turn()
    (message,) = newsroom.slack.channel("D0ANA").messages
    assert "Tunnel flooded" in text_of(message["blocks"])
    await newsroom.watch("edit tunnel")
    assert "direct message" in text_of(newsroom.slack.views[-1]["view"])


async def test_where_the_channel_takes_nothing_the_person_is_told(newsroom: Newsroom) -> None:
    """What waits until the app is let back in shows nothing to whoever pressed."""
    await newsroom.publish("Ferry sinks off the coast")
    (message,) = newsroom.messages()
    newsroom.slack.channel("desk").error = "restricted_action"
    answers = newsroom.slack.socket.responses
    await newsroom.press(message, "Mute story", response_url=f"http://127.0.0.1:{newsroom.slack.port}/response/x")
    newsroom.slack.channel("desk").error = None
    assert [one["text"] for one in answers] == ["This story is muted in desk."]
