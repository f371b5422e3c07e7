"""The weekly questions in Slack: one message each, the first answer counts, Undo, and nothing twice."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.workbench.near_misses import NearMiss
from bot.core.workbench.relaxations import MissReason
from bot.drills import slack_limits
from bot.model import ChannelId, MarkKind, PersonId, QuestionKind, ReviewSettings, RuleId, StoryId
from bot.workbench.questions import ask_samples, list_near_misses
from tests.builders import channel
from tests.interact.conftest import Newsroom, text_of


def with_review(newsroom: Newsroom, owner: str | None = None) -> None:
    """The newsroom with a weekly review, ops, and an owner of the rule `ships`."""
    ruleset = newsroom.ruleset
    ops = channel("ops", slack="#news")
    newsroom.ruleset = replace(
        ruleset,
        settings=replace(ruleset.settings, review=ReviewSettings(sample=5)),
        channels={**ruleset.channels, ChannelId("ops"): ops},
        rules=tuple(
            replace(rule, owner=PersonId(owner)) if owner and rule.id == "ships" else rule for rule in ruleset.rules
        ),
    )


async def ask(newsroom: Newsroom) -> None:
    """Seven ferries, then the weekly review."""
    for number in range(7):
        await newsroom.publish(f"Ferry number {number} {'abcdefg'[number] * 9} sinks off the coast of {number}")
    slot = newsroom.now
    ask_samples(newsroom.store, newsroom.ruleset, newsroom.sink, newsroom.now, slot, True)
    ask_samples(newsroom.store, newsroom.ruleset, newsroom.sink, newsroom.now, slot, True)
    await newsroom.sink.deliver(newsroom.write, newsroom.store)


def questions(message: dict[str, Any]) -> list[dict[str, dict[str, Any]]]:
    """The buttons of each question, by label; of one that was answered, Undo."""
    found = []
    for block in message["blocks"]:
        elements = block.get("elements", []) if block["type"] == "actions" else []
        elements = [block["accessory"]] if "accessory" in block else elements
        if elements:
            found.append({element["text"]["text"]: element for element in elements})
    return found


async def press(newsroom: Newsroom, button: dict[str, Any], user: str = "U0ANA", envelope: str = "") -> None:
    action = {"action_id": button["action_id"], "block_id": "x", "value": button["value"]}
    payload = {"type": "block_actions", "actions": [action], "channel": {"id": "C0NEWS0001"}, "user": {"id": user}}
    await newsroom.send("interactive", payload, envelope)


async def test_the_owner_is_asked_in_one_message(newsroom: Newsroom) -> None:
    with_review(newsroom, owner="U0BO")
    await ask(newsroom)
    (message,) = newsroom.slack.channel("D0BO").messages
    assert [set(buttons) for buttons in questions(message)] == [{"Relevant", "Not relevant"}] * 5
    assert newsroom.messages("news") == []
    assert len(newsroom.store.questions(QuestionKind.SAMPLE)) == 5


async def test_the_first_answer_counts_and_undo_takes_it_back(newsroom: Newsroom) -> None:
    with_review(newsroom)
    await ask(newsroom)
    first = deepcopy(newsroom.messages("news")[0])
    await press(newsroom, questions(first)[0]["Relevant"])
    (sample,) = newsroom.store.marks()
    assert (sample.kind, sample.verdict, sample.by, sample.rule) == (MarkKind.SAMPLE, "relevant", "U0ANA", "ships")
    (message,) = newsroom.messages("news")
    assert "Relevant, says <@U0ANA>" in text_of(message["blocks"])
    assert list(questions(message)[0]) == ["Undo"]
    await press(newsroom, questions(first)[0]["Not relevant"], user="U0BO")
    await press(newsroom, questions(first)[0]["Relevant"])
    assert newsroom.store.marks() == [sample]
    assert "answered before: Relevant, says <@U0ANA>" in newsroom.slack.ephemerals[-1]["text"]
    newsroom.now += timedelta(seconds=5)
    await press(newsroom, questions(message)[0]["Undo"], user="U0BO")
    assert newsroom.store.marks() == []
    (message,) = newsroom.messages("news")
    assert set(questions(message)[0]) == {"Relevant", "Not relevant"}
    newsroom.now += timedelta(seconds=5)
    no = questions(message)[0]["Not relevant"]
    await press(newsroom, no, user="U0BO", envelope="again")
    await press(newsroom, no, user="U0BO", envelope="again")
    assert [(one.verdict, one.by) for one in newsroom.store.marks()] == [("not_relevant", "U0BO")]


async def test_where_the_message_takes_no_edits_whoever_answers_is_told(newsroom: Newsroom) -> None:
    """The answer counted, nothing showed it, and the next press said that it was answered before."""
    with_review(newsroom)
    await ask(newsroom)
    newsroom.slack.channel("news").is_closed_to_edits = True
    (buttons, *_) = questions(newsroom.messages("news")[0])
    await press(newsroom, buttons["Relevant"])
    assert [one["text"] for one in newsroom.slack.ephemerals] == ["Noted."]
    assert [mark.verdict for mark in newsroom.store.marks()] == ["relevant"]


async def test_what_is_volunteered_is_no_answer(newsroom: Newsroom) -> None:
    with_review(newsroom)
    await ask(newsroom)
    await newsroom.press(newsroom.messages("desk")[0], "Not relevant")
    (message,) = newsroom.messages("news")
    assert all("Relevant" in buttons for buttons in questions(message))


MISS = NearMiss(
    story=StoryId(1),
    rule=RuleId("ships"),
    reason=MissReason.ONE_TERM_SHORT,
    detail="lacks ferry",
    would_match="ship",
    rarity=1,
    title='Ship "Aurora" <!channel> aground',
    url="https://post.example/aurora",
    source=None,
    seen_at=None,  # type: ignore[arg-type]  # set below
)


async def test_near_misses_are_judged(newsroom: Newsroom) -> None:
    with_review(newsroom)
    await newsroom.publish("Tunnel flooded in the capital")
    await newsroom.publish("Tram derailed in the suburbs of the town")
    misses = [replace(MISS, seen_at=newsroom.now), replace(MISS, story=StoryId(2), title="Tram", seen_at=newsroom.now)]
    list_near_misses(newsroom.store, newsroom.ruleset, newsroom.sink, newsroom.now, newsroom.now, misses, True)
    await newsroom.sink.deliver(newsroom.write, newsroom.store)
    first = deepcopy(newsroom.messages("news")[0])
    assert [set(buttons) for buttons in questions(first)] == [{"Should have", "Right so"}] * 2
    assert newsroom.slack.pages == []
    newsroom.now += timedelta(seconds=5)
    await press(newsroom, questions(first)[0]["Should have"])
    (relevant,) = newsroom.store.marks()
    assert (relevant.kind, relevant.verdict, relevant.story) == (MarkKind.VOLUNTEERED, "relevant", 1)
    assert "tests: {match: [" in newsroom.slack.ephemerals[-1]["text"]
    await press(newsroom, questions(first)[1]["Right so"])
    (_, settled) = newsroom.store.questions(QuestionKind.NEAR_MISS)
    assert (settled.story, settled.settled_by) == (2, "U0ANA")
    (message,) = newsroom.messages("news")
    assert "Should have been sent, says" in text_of(message["blocks"])
    assert "Right so, says" in text_of(message["blocks"])
    await press(newsroom, questions(first)[1]["Should have"], user="U0BO")
    assert newsroom.store.marks() == [relevant]
    for buttons in questions(message):
        newsroom.now += timedelta(seconds=5)
        await press(newsroom, buttons["Undo"])
    assert newsroom.store.marks() == []
    assert [one.settled_by for one in newsroom.store.questions(QuestionKind.NEAR_MISS)] == [None, None]


async def test_a_question_that_is_no_longer_known(newsroom: Newsroom) -> None:
    await press(newsroom, {"action_id": "question_yes", "value": '{"v":1,"k":"sample","s":9,"r":"ships"}'})
    assert "no longer known" in newsroom.slack.ephemerals[-1]["text"]
    await press(newsroom, {"action_id": "question_yes", "value": '{"v":1,"k":"other","s":9,"r":"ships"}'})
    assert len(newsroom.slack.ephemerals) == 1


@pytest.mark.parametrize("length", [20, 120, 2500])
async def test_twenty_questions_fit_into_one_message(newsroom: Newsroom, length: int) -> None:
    with_review(newsroom)
    url = "https://post.example/" + "x" * length
    misses = [
        replace(
            MISS, story=StoryId(number), title=f"Title {number} " * 40, url=url, seen_at=newsroom.now, detail="d" * 90
        )
        for number in range(1, 31)
    ]
    list_near_misses(newsroom.store, newsroom.ruleset, newsroom.sink, newsroom.now, newsroom.now, misses, True)
    await newsroom.sink.deliver(newsroom.write, newsroom.store)
    (message,) = newsroom.messages("news")
    assert len(questions(message)) == 20
    assert slack_limits.weight(message["blocks"]) < slack_limits.MAX_WEIGHT
