"""What Slack tells in pages is read to the last of them: what is not there is posted again, or said not to exist."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from bot.core.doctor import Level
from bot.drills.slack_standin import SlackStandIn
from bot.model import MessageKind
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.check import check_slack
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import keys, settle

PAGES = 60
"""There was an end after fifty."""


@pytest.mark.parametrize("by_time", [False, True], ids=["by a cursor", "by time"])
async def test_a_busy_channel_is_read_to_where_the_message_may_be(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, by_time: bool
) -> None:
    slack.pages_by_time = by_time
    row = delivery(sink, "a", digest(story(1)))
    others = [delivery(sink, f"other {number}", digest(story(1))) for number in range(PAGES)]
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    slack.page_size = 2
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    for other in others:
        slack.call("chat.postMessage", {"channel": "#desk", **other.payload})
    await settle(sink, store)
    assert keys(slack).count(row.key) == 1


@pytest.mark.parametrize(
    ("of_thread", "first"),
    [
        pytest.param(False, "reset_after", id="a post-it arrived", marks=pytest.mark.slow),
        pytest.param(False, "reset_before", id="a post-it did not"),
        pytest.param(True, "reset_after", id="a reply-it arrived"),
        pytest.param(True, "reset_before", id="a reply-it did not", marks=pytest.mark.slow),
    ],
)
async def test_a_slack_that_shows_one_page_at_a_time_is_read_to_the_last(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, of_thread: bool, first: str
) -> None:
    """Apps that are sold outside of Slack's marketplace see 15 messages of a channel once a minute: who began anew at
    each 429 never came to the second page, and the channel got nothing more."""
    parent = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    row = parent
    if of_thread:
        store.add_deliveries([parent])
        await settle(sink, store)
        row = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=parent.key))
    place = {"thread_ts": slack.channel("desk").messages[0]["ts"]} if of_thread else {}
    later = delivery(sink, "later", digest(story(2)))
    posts, turns = iter([first]), itertools.cycle([None, "429"])
    method_read = "conversations.replies" if of_thread else "conversations.history"
    channel = slack.channel("desk")

    def fault(method: str, _: Mapping[str, object]) -> str | None:
        if method == "chat.postMessage":
            return next(posts, None)
        if method != method_read:
            return None
        if len(channel.messages) < PAGES:  # meanwhile people talk
            texts = ({"type": "message", "text": f"{number}", **place} for number in range(PAGES))
            channel.messages += [
                {"ts": f"{clock().timestamp():.3f}{number:03d}", **text} for number, text in enumerate(texts)
            ]
        return next(turns)

    slack.fault, slack.page_size, slack.retry_after = fault, 20, "0.2"
    store.add_deliveries([row, later])
    await settle(sink, store)
    posted = [
        message["metadata"]["event_payload"]["delivery_key"] for message in channel.messages if "metadata" in message
    ]
    assert posted == [*([parent.key] if of_thread else []), row.key, later.key]


@pytest.mark.parametrize("first", ["reset_after", "reset_before"], ids=["it arrived", "it did not"])
async def test_where_a_place_to_read_on_has_run_out_reading_begins_anew(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, first: str
) -> None:
    """It was taken for a history that cannot be read, and a person was asked to look."""
    row = delivery(sink, "a", digest(story(1)))
    posts, reads, forgets = iter([first]), iter([None, "429"]), iter([False, True])

    def fault(method: str, arguments: Mapping[str, object]) -> str | None:
        slack.forgets_cursors = method == "conversations.history" and "cursor" in arguments and next(forgets, False)
        return next({"chat.postMessage": posts, "conversations.history": reads}.get(method, iter(())), None)

    slack.page_size, slack.retry_after = 2, "0.2"
    for number in range(5):
        slack.call("chat.postMessage", {"channel": "#desk", "text": f"{number}"})
    slack.fault = fault
    store.add_deliveries([row])
    await settle(sink, store)
    posted = [message for message in slack.channel("desk").messages if "metadata" in message]
    assert len(posted) == 1
    assert store.notices() == []


@pytest.mark.parametrize("by_time", [False, True], ids=["by a cursor", "by time"])
async def test_a_busy_thread_is_read_to_where_the_reply_may_be(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, by_time: bool
) -> None:
    slack.pages_by_time, slack.page_size = by_time, 2
    first = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    store.add_deliveries([first])
    await settle(sink, store)
    thread = slack.channel("desk").messages[0]["ts"]
    for number in range(PAGES):
        slack.call("chat.postMessage", {"channel": "#desk", "thread_ts": thread, "text": f"answer {number}"})
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    reply = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=first.key))
    store.add_deliveries([reply])
    await settle(sink, store)
    assert len(slack.channel("desk").messages) == 1 + PAGES + 1


async def test_the_last_channel_of_a_large_workspace_is_found(slack: SlackStandIn) -> None:
    for number in range(PAGES):
        slack.add_channel(f"team-{number}", f"C0TEAM{number:04d}")
    slack.page_size = 1
    calls = SlackCalls(slack.token, slack.url, FAST, clock)
    findings = await check_slack(calls, [f"#team-{PAGES - 1}"])
    await calls.close()
    assert [finding.text for finding in findings if finding.level is Level.BAD] == []
