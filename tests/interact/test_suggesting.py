"""An edit of a noisy rule: offered to who marks, shown before it is made, made by a button, taken back by another."""

from __future__ import annotations

import json
from typing import Any

from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, added_rule_text
from bot.model import ChannelId, RuleId, WorkbenchBatch
from tests.builders import mark
from tests.interact.conftest import FILE, Newsroom, text_of

PLACES = ("Veyra", "Karsholm", "Dunmere", "Lindfjord", "Norvik", "Ambler")
RELEVANT = "{} {} floods after {} days of rain, engineers drain the {} shaft"
NOISE = "The {} on stage: {} ballet reviewed by {} critics, {} applauds"


async def newsroom_with_noise(newsroom: Newsroom, rule: str = "tunnels", word: str = "tunnel") -> None:
    """Six floods, three of them marked relevant for the rule, and two nights at the ballet, marked so in Slack."""
    added = AddedRule(
        id=RuleId("tunnels"), name="Tunnels", when="tunnel", to=(ChannelId("desk"),), by="U0BO", at=newsroom.now
    )
    newsroom.store.save_facts({ADDED_RULES + added.id: added_rule_text(added)})
    newsroom.nudge("reload")
    for place in PLACES:
        await newsroom.publish(RELEVANT.format(place, word, place * 2, place * 3))
    said = tuple(mark(story, rule, by="U0BO", at=newsroom.now) for story in (1, 2, 3))
    newsroom.store.record_workbench(WorkbenchBatch(marks=said, at=newsroom.now))
    for place in PLACES[:2]:
        await newsroom.publish(NOISE.format(word, place, place * 2, place * 3))
        await newsroom.press(newsroom.messages()[-1], "Not relevant")


def offered(newsroom: Newsroom, label: str) -> list[dict[str, Any]]:
    """Buttons of that label in answers to one person."""
    return [
        element
        for answer in newsroom.slack.ephemerals
        for block in answer.get("blocks", ())
        for element in block.get("elements", ())
        if element.get("text", {}).get("text") == label
    ]


async def press(newsroom: Newsroom, button: dict[str, Any], envelope: str = "") -> None:
    action = {"action_id": button["action_id"], "block_id": "x", "value": button["value"]}
    payload = {"type": "block_actions", "actions": [action], "channel": {"id": "C0DESK0001"}}
    await newsroom.send("interactive", payload, envelope)


def when(newsroom: Newsroom) -> str:
    return next(rule.when for rule in newsroom.ruleset.rules if rule.id == "tunnels")


async def test_an_edit_is_shown_made_and_taken_back(newsroom: Newsroom) -> None:
    await newsroom_with_noise(newsroom)
    (offer,) = offered(newsroom, "Suggest an edit")
    await press(newsroom, offer)
    shown = newsroom.slack.ephemerals[-1]
    assert "removes 2 of 2 stories marked not relevant, loses no relevant one" in shown["text"]
    assert when(newsroom) == "tunnel", "a preview changes nothing"
    (apply,) = offered(newsroom, "Apply")
    after = json.loads(apply["value"])["w"]
    assert f"+ {after}" in text_of(shown["blocks"])
    await press(newsroom, apply, envelope="apply")
    await press(newsroom, apply, envelope="apply")
    assert when(newsroom) == after != "tunnel"
    (undo,) = offered(newsroom, "Undo")
    await press(newsroom, apply)
    assert "changed meanwhile" in newsroom.slack.ephemerals[-1]["text"]
    await press(newsroom, undo)
    assert when(newsroom) == "tunnel"


async def test_nothing_is_offered_where_nothing_shows_what_must_stay(newsroom: Newsroom) -> None:
    await newsroom_with_noise(newsroom, rule="ships")
    assert offered(newsroom, "Suggest an edit") == []


async def test_a_rule_of_the_file_is_changed_there(newsroom: Newsroom) -> None:
    newsroom.store.save_facts({"rules:text": FILE})
    await newsroom_with_noise(newsroom, rule="ships", word="ferry")
    (offer,) = offered(newsroom, "Suggest an edit")
    await press(newsroom, offer)
    shown = newsroom.slack.ephemerals[-1]
    assert "wirewatch suggest ships --apply" in shown["text"]
    assert "-  - {id: ships, when: ferry, to: [desk]}" in text_of(shown["blocks"])
    assert offered(newsroom, "Apply") == []


async def test_what_cannot_be_done_is_said(newsroom: Newsroom) -> None:
    await newsroom.publish("Ferry sinks off the coast")
    await press(newsroom, {"action_id": "rule_suggest", "value": '{"v":1,"r":"ships"}'})
    assert "Nothing to suggest for ships" in newsroom.slack.ephemerals[-1]["text"]
    await press(newsroom, {"action_id": "rule_suggest", "value": '{"v":1,"r":"gone"}'})
    assert "no rule `gone`" in newsroom.slack.ephemerals[-1]["text"]
    await press(newsroom, {"action_id": "rule_apply", "value": '{"v":1,"r":"ships","w":"x","o":"ferry"}'})
    assert "changed meanwhile" in newsroom.slack.ephemerals[-1]["text"]
