"""What `status` says of stories that were found and not posted yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from bot.core.digests.compose import Context, compose
from bot.core.digests.message import Message
from bot.core.rulefile.ruleset import read_ruleset
from bot.interact.status import status_text
from bot.model import DeliveryState, MessageKind, Quiet, Story, StoryId
from bot.reports.status import status_report
from bot.reports.status_lines import status_lines
from bot.web.desk.today import problems
from tests.builders import channel, delivery, report, rule, story_match
from tests.newsroom import DESK, NOW, NOWHERE, Newsroom, rules


def test_what_waits_is_told_with_its_channel_and_its_end() -> None:
    """README sends people there who miss a post: it said nothing of a slot or of quiet hours."""
    room = Newsroom(rules(rule("h", "Huawei", to=(DESK, NOWHERE))))
    quiet = replace(room.ruleset.channels[NOWHERE], quiet=Quiet(start=time(8), end=time(10)))
    room.ruleset = replace(room.ruleset, channels={**room.ruleset.channels, NOWHERE: quiet})
    assert status_report(room.store, room.ruleset, NOW)["waits"] == []
    room.arrive("Huawei wins 5G contract")
    room.ingest()
    assert status_report(room.store, room.ruleset, NOW)["waits"] == [
        {"channel": "desk", "stories": 1, "until": "2026-11-24T09:15:00+00:00", "quiet": False},
        {"channel": "now", "stories": 1, "until": "2026-11-24T10:00:00+00:00", "quiet": True},
    ]


def test_what_quiet_hours_keep_from_going_out_is_told() -> None:
    room = Newsroom(rules(rule("h", "Huawei", to=(NOWHERE,))))
    quiet = replace(room.ruleset.channels[NOWHERE], quiet=Quiet(start=time(9, 30), end=time(17)))
    room.ruleset = replace(room.ruleset, channels={**room.ruleset.channels, NOWHERE: quiet})
    room.arrive("Huawei wins 5G contract")
    room.ingest()
    assert room.digest() == [["Huawei wins 5G contract"]]
    assert status_report(room.store, room.ruleset, NOW)["held_by_quiet_hours"] == []
    (post,) = room.store.open_deliveries()
    edit = delivery("e1", NOWHERE, 1, kind=MessageKind.UPDATE, thread_of=post.key, created_at=NOW)
    room.store.add_deliveries([edit])
    status = status_report(room.store, room.ruleset, NOW + timedelta(hours=1))
    assert status["held_by_quiet_hours"] == [{"channel": "now", "messages": 1, "until": "2026-11-24T17:00:00+00:00"}]
    assert status["late"] == [], "what belongs to it waits for it"
    lines = "\n".join(status_text(status))
    assert "now: 1 message waits for the end of quiet hours, " in lines
    assert "late" not in lines


def test_what_slack_does_not_take_is_told_with_its_reason() -> None:
    """In an outage of hours `status` said `1 pending, 1 unknown`, and nothing of why."""
    room = Newsroom(rules(rule("h", "Huawei", to=(DESK, NOWHERE))))
    for number, address in enumerate(("#now", "#now", "#desk", "#held"), 1):
        room.store.add_deliveries([delivery(f"k{number}", "now", number, address=address, created_at=NOW)])
    unclear, _, _, held = room.store.open_deliveries()
    error = "chat.postMessage: HTTP 500"
    room.store.save_delivery(replace(unclear, state=DeliveryState.UNKNOWN, error=error, started_at=NOW))
    room.store.save_delivery(replace(held, state=DeliveryState.PAUSED, error="is_archived", held_since_at=NOW))
    assert status_report(room.store, room.ruleset, NOW + timedelta(minutes=1))["late"] == []
    late = status_report(room.store, room.ruleset, NOW + timedelta(minutes=3))["late"]
    assert [(row["address"], row["messages"], row["reason"]) for row in late] == [
        ("#now", 2, error),
        ("#desk", 1, "waiting in line"),
    ]


def test_a_feed_without_a_name_is_called_by_its_outlet() -> None:
    """The host of its URL says little: all of FeedBurner was one outlet to the reader."""
    file = """\
feeds:
  - https://feeds.feedburner.example/one
  - {url: "https://feeds.feedburner.example/two", name: The Second}
rules: [Huawei]
"""
    ruleset, _ = read_ruleset(file.encode(), {})
    assert ruleset is not None
    first, second = (feed.id for feed in ruleset.feeds)
    reports = (report(1, "norrland.example", feed=first), report(2, "zetrix.example", feed=second))
    told = Story(id=StoryId(1), reports=reports)
    context = Context.of(ruleset, {told.id: told}, [story_match(1, found=1)])
    message = Message(channel=DESK, kind=MessageKind.DIGEST, stories=(told.id,), rows=(), since_at=NOW)
    (story,) = compose(message, channel(DESK), context, NOW).stories
    assert [line.name for line in story.sources] == ["norrland.example", "The Second"]


def test_the_desk_says_what_is_late_and_that_nobody_answers_buttons() -> None:
    room = Newsroom(rules(rule("h", "Huawei", to=(NOWHERE,))))
    status = status_report(room.store, room.ruleset, NOW)
    well = {row["text"] for row in problems(status)}
    status["late"] = [{"address": "#now", "messages": 2, "reason": "Slack does not answer", "since": "-"}]
    status["socket"] = {"reason": "invalid_auth", "since": "-"}
    assert {row["text"] for row in problems(status)} - well == {
        "#now: 2 messages late, Slack does not answer",
        "Buttons are not answered: invalid_auth",
    }


def test_slack_is_told_in_the_words_of_the_command() -> None:
    """`/watch status` said `1 sending` where `status` said `1 pending`, nothing of the worker, of what waits or of
    buttons, and counted no more than a hundred messages."""
    room = Newsroom(rules(rule("h", "Huawei", to=(DESK, NOWHERE))))
    rows = [delivery(f"k{number}", "now", number, address="#held <1>", created_at=NOW) for number in range(1, 131)]
    room.store.add_deliveries([*rows, delivery("k131", "now", 131, created_at=NOW)])
    for row in room.store.open_deliveries():
        held = replace(row, state=DeliveryState.PAUSED, error="is_archived", held_since_at=NOW)
        room.store.save_delivery(held if row.address == "#held <1>" else replace(row, state=DeliveryState.SENDING))
    room.store.save_facts({"rules:rejected": "rules.yaml:3:1: error: `this`\n    & that\n    ^"})
    report = status_report(room.store, room.ruleset, NOW)
    report["rules"]["version"] = "v1"
    assert [f"{line.label} {line.text}" for line in status_lines(report)] == [
        "Worker has not run on this store yet (start it: wirewatch run)",
        "RULES the last edit was not taken over:",
        "Rules 1 in force, version v1",
        "Feeds 1, 0 with a problem",
        "Outbox 1 pending, 0 unknown, 130 paused, 0 dead, 0 sent",
        "Archive 0 entries in 0 stories",
    ]
    lines = status_text(report)
    assert lines[:2] == [
        ":warning: *Worker* has not run on this store yet (start it: wirewatch run)",
        ":warning: *Rules* the last edit was not taken over:",
    ]
    assert lines[2] == "```rules.yaml:3:1: error: ˋthisˋ\n    &amp; that\n    ^```"
    assert any(line.startswith("• #held &lt;1&gt;: 130 messages paused since 24 Nov 09:00") for line in lines)
