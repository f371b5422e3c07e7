"""The form for a rule shows its backtest, and asks before a rule is saved that would exceed a budget."""

from __future__ import annotations

from typing import Any

from tests.interact.conftest import Newsroom, text_of


def form(query: str, channel: str = "default", **more: dict[str, Any]) -> dict[str, Any]:
    values = {
        "query": {"query": {"value": query}},
        "channel": {"channel": {"selected_option": {"value": channel}}},
        "priority": {"priority": {"selected_option": {"value": "normal"}}},
        **more,
    }
    view = {"id": "V1", "hash": "h", "callback_id": "rule_save", "state": {"values": values}}
    return view | {"private_metadata": '{"rule": "", "asked_in": "C0DESK0001"}'}


async def typed(newsroom: Newsroom, view: dict[str, Any]) -> list[dict[str, Any]]:
    """What the form shows after that was typed in."""
    before = len(newsroom.slack.views)
    await newsroom.send("interactive", {"type": "block_actions", "actions": [{"action_id": "query"}], "view": view})
    return [shown["view"] for shown in newsroom.slack.views[before:]]


def blocks(view: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block for block in view["blocks"]}


async def three_tunnels(newsroom: Newsroom) -> None:
    for place in ("Veyra", "Karsholm", "Dunmere"):
        await newsroom.publish(f"Tunnel under {place} is flooded after {place * 3} rains")


async def test_what_the_rule_would_have_posted(newsroom: Newsroom) -> None:
    await three_tunnels(newsroom)
    await newsroom.watch("add tunnel")
    opened, filled, tried = (shown["view"] for shown in newsroom.slack.views)
    assert "trial" not in blocks(filled) | blocks(opened | {"blocks": []})
    assert "3 stories, 1 message." in text_of(blocks(tried)["trial"])
    _, shown = await typed(newsroom, form("tunnel NOT Veyra", "wide"))
    assert "2 stories, 2 messages" in text_of(blocks(shown)["trial"])
    assert "over_budget" not in blocks(shown)
    assert len(await typed(newsroom, form("tunnel AND"))) == 1, "what does not read is not tried"


async def test_over_budget_it_asks(newsroom: Newsroom) -> None:
    await three_tunnels(newsroom)
    _, shown = await typed(newsroom, form("tunnel", "narrow"))
    assert "it would have posted 3 messages; narrow is meant to have at most 2 a day" in text_of(
        blocks(shown)["budget"]
    )
    box = blocks(shown)["over_budget"]
    assert (box["type"], box.get("optional", False)) == ("input", False), "Slack sends no form without it"
    ticked = {"over_budget": {"over_budget": {"selected_options": [{"value": "yes"}]}}}
    await newsroom.send("interactive", {"type": "view_submission", "view": form("tunnel", "narrow", **ticked)})
    assert "is saved" in newsroom.slack.ephemerals[-1]["text"]


async def test_a_form_that_was_sent_before_it_could_ask_is_told_of(newsroom: Newsroom) -> None:
    await three_tunnels(newsroom)
    await newsroom.send("interactive", {"type": "view_submission", "view": form("tunnel", "narrow")})
    saved, warned = (one["text"] for one in newsroom.slack.ephemerals[-2:])
    assert "is saved" in saved
    assert "at most 2 a day" in warned
    assert "/watch edit tunnel" in warned


async def test_without_an_archive_the_form_does_without(newsroom: Newsroom) -> None:
    await newsroom.watch("add tunnel")
    assert len(newsroom.slack.views) == 2


async def test_a_query_of_another_tool_is_answered_with_the_whole_rule(newsroom: Newsroom) -> None:
    await newsroom.watch("add intitle:tunnel AND -bridge")
    said = text_of(newsroom.slack.views[-1]["view"])
    assert "there is no field intitle:" in said
    assert "The whole rule: title:tunnel AND NOT bridge" in said
