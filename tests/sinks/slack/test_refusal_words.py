"""Slack's words for a refusal → what people read: what happened, where, what to do. Nothing is given up in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.doctor import Level
from bot.drills.slack_standin import SlackStandIn
from bot.model import Delivery, MessageKind
from bot.sinks.slack.calls import Pace
from bot.sinks.slack.check import check_slack
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import rows_of, settle

UPDATE, REPLY = MessageKind.UPDATE, MessageKind.REPLY
REFERENCE = "https://docs.slack.dev/reference/methods/"


async def following(sink: SlackSink, store: SqliteStore, kind: MessageKind, name: str = "later") -> Delivery:
    """An edit or a reply of a message that was posted."""
    first = delivery(sink, "first", digest(story(1), kind=MessageKind.IMMEDIATE))
    store.add_deliveries([first])
    await settle(sink, store)
    return delivery(sink, name, digest(story(1), kind=kind, thread_of=first.key))


@pytest.mark.parametrize(
    ("kind", "word", "state", "words"),
    [
        (
            UPDATE,
            "edit_window_closed",
            "dead",
            "An edit of a message in #desk is refused for good (chat.update: edit_window",
        ),
        (UPDATE, "edit_window_closed", "dead", "Message editing"),
        (UPDATE, "cant_update_message", "dead", "SLACK_BOT_TOKEN has changed"),
        (UPDATE, "invalid_attachments", "dead", "An edit of a message in #desk could not be posted in any form"),
        (REPLY, "cannot_reply_to_message", "dead", "A reply to a message in #desk is refused for good"),
        (UPDATE, "mystery_word", "paused", "Slack refuses edits of messages in #desk since"),
        (UPDATE, "is_inactive", "paused", "Unarchive the channel"),
        (UPDATE, "mystery_word", "paused", f"{REFERENCE}chat.update"),
        (REPLY, "restricted_action_thread_locked", "paused", "Slack refuses replies to messages in #desk since"),
    ],
)
async def test_what_an_edit_or_a_reply_meets_is_told_as_that(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, kind: MessageKind, word: str, state: str, words: str
) -> None:
    row = await following(sink, store, kind)
    slack.channel("desk").error = word
    store.add_deliveries([row])
    await settle(sink, store, lambda: rows_of(store, row)[0].state == state)
    (notice,) = store.notices()
    assert words in notice.text
    slack.channel("desk").error = None
    if state == "paused":
        await settle(sink, store, lambda: rows_of(store, row)[0].state == "sent")


async def test_edits_that_a_message_takes_no_more_are_told_once(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    edits = [await following(sink, store, UPDATE, name) for name in "ab"]
    slack.channel("desk").error = "edit_window_closed"
    for edit in edits:
        store.add_deliveries([edit])
        await settle(sink, store)
    assert [row.state for row in rows_of(store, *edits)] == ["dead", "dead"]
    assert len(store.notices()) == 1


@pytest.mark.parametrize("word", ["mystery_word", "access_denied", "not_allowed_token_type"])
async def test_where_nobody_knows_a_mend_the_reference_is_named(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, word: str
) -> None:
    slack.channel("desk").error = word
    store.add_deliveries([delivery(sink, "a", digest(story(1)))])
    await sink.deliver(writer, store)
    (notice,) = store.notices()
    assert f"{REFERENCE}chat.postMessage" in notice.text


async def test_a_token_that_is_refused_is_told_once_with_its_mend(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """Nothing went out, and one line of the log said so, at a level that few read."""
    slack.token_error = "token_revoked"
    store.add_deliveries([delivery(sink, name, digest(story(1)), address=name) for name in ("#desk", "#ops")])
    asking = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, token=0.0))
    for _ in range(2):
        await asking.deliver(writer, store)
    await asking.close()
    assert len([call for call in slack.calls if call.method == "auth.test"]) > 1
    (notice,) = store.notices()
    assert "SLACK_BOT_TOKEN" in notice.text
    assert "token_revoked" in notice.text
    assert "OAuth & Permissions" in notice.text


async def test_the_mend_of_a_refused_token_is_that_of_its_own_word(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The post was refused by one word and the token by another: ops was told to invite the app into the channel."""

    def revoke(method: str, arguments: Mapping[str, Any]) -> None:
        if method == "auth.test":
            slack.token_error = "token_revoked"

    slack.channel("desk").error = "not_in_channel"
    slack.fault = revoke
    store.add_deliveries([delivery(sink, "a", digest(story(1)))])
    await sink.deliver(writer, store)
    (notice,) = store.notices()
    assert "(auth.test: token_revoked)" in notice.text
    assert "OAuth & Permissions" in notice.text
    assert "/invite" not in notice.text


async def test_a_digest_that_is_given_up_counts_the_headlines_that_it_does_not_name(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.channel("desk").error = "invalid_blocks"
    store.add_deliveries([delivery(sink, "a", digest(*(story(number) for number in range(1, 13))))])
    await settle(sink, store)
    (notice,) = store.notices()
    assert "and 9 more" in notice.text


@pytest.mark.parametrize("kind", [MessageKind.IMMEDIATE, UPDATE, REPLY])
@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (2, 8), (4, 15), (6, 15), (60, 15)])
async def test_a_slack_that_is_away_is_asked_ever_less_and_what_is_unclear_is_settled_in_time(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, kind: MessageKind, attempts: int, seconds: int
) -> None:
    """Every 1.25 s for six hours: 17,000 edits that nobody took. Then, after half a minute without a network, the first
    look at what was unclear came after a minute: it is to be settled within 45 s."""
    row = await following(sink, store, kind)
    row = replace(row, attempts=attempts, thread_of=row.thread_of if kind in (UPDATE, REPLY) else None)
    slack.fault = lambda method, arguments: "500_before" if method.startswith("chat.") else None
    store.add_deliveries([row])
    now = clock()
    late = SlackSink(token=slack.token, api_url=slack.url, clock=lambda: now, pace=Pace(channel=0.0, post=0.0))
    await late.deliver(writer, store)
    await late.close()
    (row,) = rows_of(store, row)
    assert (row.state, row.attempts, row.not_before_at) == ("unknown", attempts + 1, now + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("address", "level"), [("D0ANA00001", Level.NOTE), ("#D0ANA00001", Level.BAD), ("C0NOWHERE1", Level.BAD)]
)
async def test_a_direct_message_is_in_no_list_of_channels(sink: SlackSink, address: str, level: Level) -> None:
    """It was said not to be found, and messages arrived there."""
    found = [one for one in await check_slack(sink.calls, [address]) if address in one.text]
    assert [one.level for one in found] == [level]


async def test_the_token_of_an_organisation_needs_ids(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    """It has no list of channels: `missing_argument` was all that people read."""
    slack.of_organisation = True
    row = delivery(sink, "a", digest(story(1)))
    posts = iter(["reset_after"])
    slack.fault = lambda method, _: next(posts, None) if method == "chat.postMessage" else None
    store.add_deliveries([row])
    await settle(sink, store, lambda: rows_of(store, row)[0].state == "unsettled")
    (notice,) = store.notices()
    assert "missing_argument" in notice.text
    assert "write the channel's id (C…) in rules.yaml" in notice.text
    (bad,) = [one.text for one in await check_slack(sink.calls, ["#desk"]) if one.level is Level.BAD]
    assert "write the channel's id" in bad
