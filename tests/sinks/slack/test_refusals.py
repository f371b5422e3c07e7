"""What Slack refuses is held, where it is refused and nowhere else; what waits goes where the rules in force say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.digests.held import held_destinations
from bot.drills.slack_standin import SlackStandIn
from bot.model import ChannelId, DeliveryState, MessageKind
from bot.ports import RESTORED_FROM
from bot.sinks.slack.sink import RETRY_FACT, SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import keys, rows_of, settle

OF_ONE_CHANNEL = (
    *("no_permission", "team_access_not_granted", "access_denied", "missing_scope", "restricted_action"),
    *("restricted_action_read_only_channel", "ekm_access_denied", "is_archived", "not_in_channel", "brand_new_word"),
    *("accesslimited", "team_added_to_org", "invalid_post_type"),
)


@asynccontextmanager
async def asking_every(seconds: float, slack: SlackStandIn) -> AsyncIterator[SlackSink]:
    """A sink that tries again what is refused after so long; with 0 at each turn."""
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, token=seconds))
    yield sink
    await sink.close()


@pytest.mark.parametrize("word", OF_ONE_CHANNEL)
async def test_one_channel_never_stops_another(slack: SlackStandIn, store: SqliteStore, word: str) -> None:
    slack.channel("desk").error = word
    began_at = clock()
    async with asking_every(600.0, slack) as sink:
        refused = [delivery(sink, name, digest(story(1))) for name in "ab"]
        others = [delivery(sink, name, digest(story(1)), address=name) for name in ("#telecom", "C0OPS00001")]
        store.add_deliveries([*refused, *others])
        await sink.deliver(writer, store)
        assert [row.state for row in rows_of(store, *refused, *others)] == ["paused", "paused", "sent", "sent"]
        (notice,) = store.notices()
        assert "#desk" in notice.text
        assert word in notice.text
        (held,) = held_destinations(store.open_deliveries())
        assert (held.address, held.messages, word in held.reason) == ("#desk", 2, True)
        assert began_at <= held.since_at <= clock()
        await sink.deliver(writer, store)
        assert len([call for call in slack.calls if call.arguments.get("channel") == "#desk"]) == 1, "one try at a time"
        slack.channel("desk").error = None
        (row,) = rows_of(store, refused[1])  # came in, and was refused, while the first was held
        store.save_delivery(replace(row, held_since_at=began_at - timedelta(hours=3)))
        store.save_facts({RETRY_FACT: clock().isoformat()})
        await settle(sink, store)
    assert keys(slack) == [row.key for row in refused]
    assert held_destinations(store.open_deliveries()) == []
    over = [one.text for one in store.notices() if one != notice]
    assert over == [
        f"Slack takes again what was held: #desk (since {held.since_at:%-d %b %H:%M} UTC). It goes out by itself."
    ]


async def test_the_end_of_a_hold_is_told_once_by_however_many_workers(slack: SlackStandIn, store: SqliteStore) -> None:
    """A weekend's messages, held since unlike hours; the worker restarts while they go out. Then a hold of its own; and
    one of what ops are told themselves: that it is over stands before their eyes."""
    began_at = clock()
    told = []
    digests = [(hours, MessageKind.DIGEST) for hours in (48, 30, 9, -1)]
    for hours, kind in [*digests, (-2, MessageKind.NOTICE)]:
        async with asking_every(0.0, slack) as sink:
            row = delivery(sink, f"{hours}", digest(story(1)), kind=kind)
            store.add_deliveries([row])
            since_at = began_at - timedelta(hours=hours)
            store.save_delivery(replace(row, state=DeliveryState.PAUSED, error="is_archived", held_since_at=since_at))
            await settle(sink, store, lambda: not store.open_deliveries())
        told.append(sum("takes again" in notice.text for notice in store.notices()))
    assert told == [1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    "word",
    [
        *("invalid_attachments", "blocks_not_supported_here", "text_too_long", "invalid_blocks"),
        *("slack_connect_file_link_sharing_blocked", "too_many_contact_cards", "markdown_text_conflict"),
    ],
)
async def test_a_word_about_the_form_that_nobody_knows_holds_no_channel(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, word: str
) -> None:
    first, second = (delivery(sink, name, digest(story(1))) for name in "ab")
    slack.channel("desk").error = word
    store.add_deliveries([first])
    await settle(sink, store)
    assert [row.state for row in rows_of(store, first)] == ["dead"]  # told briefly and plainly, too, in vain
    assert any(word in notice.text for notice in store.notices())
    slack.channel("desk").error = None
    store.add_deliveries([second])
    await settle(sink, store)
    assert keys(slack) == [second.key]


async def test_a_word_about_the_token_from_one_channel_alone_holds_that_channel(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The row that can never go is not the only one tried: `auth.test` says that the token is good."""
    slack.channel("desk").error = "account_inactive"
    row = delivery(sink, "a", digest(story(1)))
    others = [delivery(sink, f"b{n}", digest(story(n)), address="#telecom") for n in range(3)]
    store.add_deliveries([row, *others])
    await settle(sink, store)
    assert keys(slack, "telecom") == [other.key for other in others]
    assert [one.state for one in rows_of(store, row)] == ["paused"]


@pytest.mark.parametrize("word", ["token_revoked", "accesslimited"])
@pytest.mark.parametrize(("seconds", "asked"), [(0.0, ["auth.test"] * 4), (600.0, [])], ids=["due", "not due"])
async def test_a_refused_token_is_asked_about_not_tried_with_messages(
    slack: SlackStandIn, store: SqliteStore, word: str, seconds: float, asked: list[str]
) -> None:
    slack.token_error = word
    async with asking_every(seconds, slack) as sink:
        rows = [delivery(sink, name, digest(story(1)), address=name) for name in ("#desk", "#telecom", "#ops")]
        unclear = delivery(sink, "unclear", digest(story(1)), address="C0DESK0001")
        store.add_deliveries([*rows, unclear])
        store.save_delivery(replace(unclear, state=DeliveryState.SENDING, started_at=clock(), attempts=1))
        await sink.deliver(writer, store)
        before = len(slack.calls)
        for _ in range(4):
            await sink.deliver(writer, store)
        assert [call.method for call in slack.calls[before:]] == asked
        held = held_destinations(store.open_deliveries())
        assert [(one.messages, word in one.reason) for one in held] == [(1, True)] * 3
        slack.token_error = None
        store.save_facts({RETRY_FACT: clock().isoformat()})
        await settle(sink, store, lambda: not store.open_deliveries())
    assert all(row.state == "sent" for row in rows_of(store, *rows, unclear))


async def test_a_fixed_channel_name_frees_what_waited(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    rows = [delivery(sink, name, digest(story(1)), address="#dsek") for name in "ab"]
    first = delivery(sink, "c", digest(story(1), kind=MessageKind.IMMEDIATE), address="#dsek")
    reply = delivery(sink, "d", digest(story(1), kind=MessageKind.REPLY, thread_of=first.key), address="#dsek")
    store.add_deliveries([*rows, first, reply])
    before: Mapping[ChannelId, str] = {ChannelId("desk"): "#dsek"}
    await sink.deliver(writer, store, before)
    assert [row.state for row in rows_of(store, *rows, first)] == ["paused", "paused", "paused"]
    for _ in range(20):
        await sink.deliver(writer, store, {ChannelId("desk"): "#desk"})
        await asyncio.sleep(0.02)
    assert keys(slack) == [row.key for row in (*rows, first, reply)]
    assert slack.channel("desk").messages[-1]["thread_ts"] == slack.channel("desk").messages[-2]["ts"]


async def test_what_belongs_to_a_posted_message_stays_with_it(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The rules name another channel by now; and posts there do not wait for an edit that is refused."""
    first = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    store.add_deliveries([first])
    await sink.deliver(writer, store)
    slack.channel("desk").archived = True
    edit = delivery(sink, "b", digest(story(1), kind=MessageKind.UPDATE, thread_of=first.key, revision=2))
    reply = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=first.key))
    post = delivery(sink, "d", digest(story(2)))
    store.add_deliveries([edit, reply, post])
    for _ in range(3):
        await sink.deliver(writer, store, {ChannelId("desk"): "#telecom"})
    assert keys(slack, "telecom") == [post.key]
    assert [row.state for row in rows_of(store, edit, reply)] == ["paused", "pending"]
    assert keys(slack) == [first.key]


async def test_a_locked_thread_holds_no_new_message_of_its_channel(slack: SlackStandIn, store: SqliteStore) -> None:
    """A channel that the rules name by its id, which is what a reply's refusal speaks of, too."""
    pace = replace(FAST, channel=0.05, token=60.0)
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=pace)
    top = delivery(sink, "top", digest(story(1)), address="C0DESK0001")
    store.add_deliveries([top])
    await sink.deliver(writer, store)
    slack.locks_threads = True
    reply = delivery(sink, "reply", digest(story(1), kind=MessageKind.REPLY), address="C0DESK0001", thread_of=top.key)
    posts = [delivery(sink, name, digest(story(2)), address="C0DESK0001") for name in "ab"]
    store.add_deliveries([reply, *posts])
    await sink.deliver(writer, store)
    await sink.close()
    assert [row.state for row in rows_of(store, reply, *posts)] == ["paused", "sent", "sent"]


@pytest.mark.parametrize("learns_by", ["edit", "reply"])
async def test_no_reply_to_a_message_that_was_deleted(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, learns_by: str
) -> None:
    """Slack would post it into the channel."""
    first = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    store.add_deliveries([first])
    await sink.deliver(writer, store)
    slack.channel("desk").delete(slack.channel("desk").messages[0]["ts"])
    edit = delivery(sink, "b", digest(story(1), kind=MessageKind.UPDATE, thread_of=first.key, revision=2))
    replies = [delivery(sink, n, digest(story(1), kind=MessageKind.REPLY, thread_of=first.key)) for n in "cd"]
    store.add_deliveries([edit, *replies] if learns_by == "edit" else replies)
    await settle(sink, store)
    assert slack.channel("desk").messages == []
    assert [row.state for row in rows_of(store, *replies)] == ["dead", "dead"]
    assert [call.method for call in slack.calls].count("chat.postMessage") == 1


async def test_an_unclear_reply_to_a_message_that_was_deleted_is_given_up(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    first = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    store.add_deliveries([first])
    await sink.deliver(writer, store)
    faults = iter(["reset_before"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    reply = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=first.key))
    store.add_deliveries([reply])
    await sink.deliver(writer, store)
    slack.channel("desk").delete(slack.channel("desk").messages[0]["ts"])
    await settle(sink, store)
    assert [row.state for row in rows_of(store, reply)] == ["dead"]
    assert slack.channel("desk").messages == []


async def test_a_reply_waits_for_the_edit_that_shows_whether_its_message_is_there(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.scopes = slack.scopes - {"channels:history", "groups:history"}
    first = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    store.add_deliveries([first])
    await sink.deliver(writer, store)
    slack.channel("desk").delete(slack.channel("desk").messages[0]["ts"])
    reply = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=first.key))
    edit = delivery(sink, "b", digest(story(1), kind=MessageKind.UPDATE, thread_of=first.key, revision=2))
    store.add_deliveries([edit, reply])
    await settle(sink, store)
    assert slack.channel("desk").messages == []


async def test_a_name_that_moved_is_looked_up_anew_before_a_message_counts_as_absent(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The channel was renamed and another one has its name since: posts go there, and so do the looks."""
    first = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([first])
    await sink.deliver(writer, store)
    slack.channel("C0DESK0001").name = "desk-archive"
    slack.add_channel("desk", "C0DESK0002")
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    second = delivery(sink, "b", digest(story(2)))
    store.add_deliveries([second])
    await settle(sink, store)
    assert keys(slack, "C0DESK0002") == [second.key]
    assert keys(slack, "C0DESK0001") == [first.key]
    assert store.facts("slack_channel:") == {"slack_channel:#desk": "C0DESK0002"}


@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize("dies", [False, True], ids=["unclear", "killed"])
async def test_a_clock_that_is_wrong_doubles_nothing(
    slack: SlackStandIn, store: SqliteStore, minutes: int, dies: bool
) -> None:
    def wrong_clock() -> datetime:
        return clock() + timedelta(minutes=minutes)

    sink = SlackSink(token=slack.token, api_url=slack.url, clock=wrong_clock, pace=FAST)
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    row = delivery(sink, "a", digest(story(1)), address="C0DESK0001", created_at=wrong_clock())
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    if dies:
        await sink.close()
        stored = store.delivery(row.key)
        assert stored is not None
        store.save_delivery(replace(stored, state=DeliveryState.SENDING))
        # The next worker's clock is right again.
        sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=FAST)
    await settle(sink, store)
    await sink.close()
    assert keys(slack) == [row.key]


async def test_a_wrong_clock_does_not_shorten_the_wait_before_a_message_is_sent_again(
    slack: SlackStandIn, store: SqliteStore
) -> None:
    """Stored late, after two looks: the time between is Slack's, whatever our clock says."""

    def early_clock() -> datetime:
        return clock() + timedelta(minutes=10)

    pace = replace(FAST, timeout=0.2, look=0.05, settle=2.0)
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=early_clock, pace=pace)
    faults = iter(["late"])
    slack.slow = 0.9
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    row = delivery(sink, "a", digest(story(1)), created_at=early_clock())
    store.add_deliveries([row])
    await settle(sink, store)
    await sink.close()
    assert keys(slack) == [row.key]


async def test_what_was_dropped_while_it_stood_in_line_is_not_held_again(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.channel("desk").error = "restricted_action"
    rows = [delivery(sink, name, digest(story(1))) for name in "ab"]
    store.add_deliveries(rows)

    def drop(method: str, arguments: Mapping[str, Any]) -> None:
        if method == "chat.postMessage":
            store.save_delivery(replace(rows[1], state=DeliveryState.DEAD))

    slack.fault = drop
    await sink.deliver(writer, store)
    assert [row.state for row in rows_of(store, *rows)] == ["paused", "dead"]


async def test_after_a_restore_names_are_looked_up_anew(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    posted = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    await sink.calls.call("chat.postMessage", {"channel": "#desk", **posted.payload})
    store.save_facts({RESTORED_FROM: (clock() - timedelta(hours=1)).isoformat(), "slack_channel:#desk": "C0OPS00001"})
    store.add_deliveries([posted])
    await settle(sink, store)
    assert keys(slack) == [posted.key]
