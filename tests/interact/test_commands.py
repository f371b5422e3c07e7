"""Reading what Slack sends: every known form, and any nonsense."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rulefile.ruleset import read_ruleset
from bot.interact.commands import ButtonPress, HomeOpened, OldPress, Saved, Slash, parse_watch, read_command
from bot.interact.views import coverage
from bot.model import FeedId, Story, StoryId
from tests.builders import report


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("", ("help", "", "")),
        ("list", ("list", "", "")),
        ("  ADD  Huawei AND 5G ", ("add", "Huawei AND 5G", "")),
        ("snooze big rule 4h", ("snooze", "big rule 4h", "")),
        ("frobnicate it", ("help", "", "frobnicate")),
        ("mute\u00a0ships", ("mute", "ships", "")),
        ("test\nferry\nOR tug", ("test", "ferry\nOR tug", "")),
    ],
)
def test_parse_watch(text: str, parsed: tuple[str, str, str]) -> None:
    assert parse_watch(text) == parsed


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("test C&amp;A", "C&A"),
        ('test "a &lt; b &amp;amp; c"', '"a < b &amp; c"'),
        ("test domain:<http://news.example|news.example>", "domain:news.example"),
        ("test url:<https://news.example/x?a=1&amp;b=2>", "url:https://news.example/x?a=1&b=2"),
        ("test <mailto:a@b.example|a@b.example>", "a@b.example"),
        ("test <@U0ANA|ana> OR <#C0DESK0001|desk> OR <@W0BO>", "@ana OR #desk OR @W0BO"),
        ("test <!channel> OR <!subteam^S0TEAM|@team>", "@channel OR @team"),
        ("test a <b> c", "a <b> c"),
    ],
)
def test_a_query_is_what_was_typed_not_what_slack_made_of_it(sent: str, written: str) -> None:
    slash = read_command("slash_commands", {"text": sent})
    assert isinstance(slash, Slash)
    assert slash.rest == written


def test_a_menu_finds_channel_and_story_in_its_block() -> None:
    action = {
        "action_id": "rule_snooze_menu",
        "block_id": "act:desk:night:12:r7",
        "selected_option": {"value": "12|ships"},
    }
    pressed = read_command("interactive", {"type": "block_actions", "user": {"id": "U1"}, "actions": [action]})
    assert isinstance(pressed, ButtonPress)
    assert (pressed.action, pressed.channel, pressed.story, pressed.rule) == ("rule_snooze", "desk:night", 12, "ships")


def test_only_the_home_tab_is_home() -> None:
    event = {"type": "app_home_opened", "user": "U1"}
    assert read_command("events_api", {"event": event | {"tab": "home"}}) == HomeOpened(user="U1")
    assert read_command("events_api", {"event": event | {"tab": "messages"}}) is None


KEYS = (
    *("type", "event", "user", "actions", "action_id", "value", "block_id", "view", "state"),
    *("values", "private_metadata", "selected_option", "text"),
)
WORDS = st.sampled_from(KEYS)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
ANSWERS: dict[str, Any] = {
    "slash_commands": Slash,
    "interactive": ButtonPress | OldPress | Saved | None,
    "events_api": HomeOpened | None,
    "hello": type(None),
    "": type(None),
}


@given(
    st.sampled_from(sorted(ANSWERS)),
    st.dictionaries(WORDS, JSON, max_size=6),
    st.sampled_from(["block_actions", "view_submission", None]),
)
def test_no_payload_is_an_error(kind: str, payload: dict[str, Any], what: str | None) -> None:
    command = read_command(kind, payload | ({"type": what} if what else {}))
    assert isinstance(command, ANSWERS[kind])


def test_more_coverage_calls_outlets_as_messages_do() -> None:
    """The message said Wire, its `More coverage` news-cdn.example, and neither who had it first."""
    feeds = "feeds: [{url: 'https://wire.example/x', id: wire, name: The Wire}]"
    file = f"settings: {{timezone: Europe/Berlin}}\n{feeds}\nrules: [x1]\n"
    ruleset, _ = read_ruleset(file.encode(), {})
    assert ruleset is not None
    reports = (report(1, "news-cdn.example", feed=FeedId("wire")), report(2, "argus.example"))
    (links,) = coverage(Story(id=StoryId(1), reports=reports), ruleset).blocks
    lead, rows = links["elements"]
    assert lead["elements"][0]["text"] == "Title 1: 2 reports on this story:\n"
    assert [row["elements"][1]["text"] for row in rows["elements"]] == [
        ", argus.example, 24 Nov 10:02",
        ", The Wire, 24 Nov 10:01",
    ]
