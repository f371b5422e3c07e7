"""What Slack could not take before quiet hours waits for their end; what is urgent, and other channels, do not."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.digests.quiet_hours import QuietHours
from bot.drills.slack_standin import SlackStandIn
from bot.model import ChannelId, Digest, MessageKind, Priority
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import clock, delivery, writer
from tests.sinks.slack.test_sink import keys, rows_of, settle

QUIET, LOUD = ChannelId("quiet"), ChannelId("loud")


def at_once(number: int, channel: ChannelId = QUIET, priority: Priority = Priority.NORMAL) -> Digest:
    return digest(story(number, priority=priority), kind=MessageKind.IMMEDIATE, channel=channel)


async def test_what_waited_for_slack_waits_for_the_end_of_quiet_hours(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """Six hours of outage ended at half past eleven, and the afternoon's digests rang at once."""
    late = [delivery(sink, name, at_once(number)) for number, name in enumerate("ab", 1)]
    edit = delivery(
        sink, "edit", digest(story(1), kind=MessageKind.UPDATE, thread_of=late[0].key, revision=1, channel=QUIET)
    )
    urgent = delivery(sink, "urgent", at_once(3, priority=Priority.URGENT))
    elsewhere = delivery(sink, "elsewhere", at_once(4, LOUD), address="#telecom")
    store.add_deliveries([*late, edit, urgent, elsewhere])
    began_at = clock() + timedelta(seconds=1)
    quiet = {QUIET: began_at}

    def quiet_hours(now: datetime) -> QuietHours:
        return QuietHours(since=quiet)

    await sink.deliver(writer, store, None, quiet_hours)
    assert keys(slack) == [urgent.key]
    assert keys(slack, "telecom") == [elsewhere.key]
    assert [row.state for row in rows_of(store, *late, edit)] == ["pending"] * 3
    asked = len(slack.calls)
    await sink.deliver(writer, store, None, quiet_hours)
    assert len(slack.calls) == asked, "nor is anything asked meanwhile"
    quiet.clear()
    await settle(sink, store)
    assert keys(slack) == [urgent.key, *(row.key for row in late)]
    assert [row.state for row in rows_of(store, edit)] == ["sent"]


async def test_a_message_that_became_urgent_in_quiet_hours_goes_out(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """Its post waited for the morning, and so did the urgent edit and the urgent reply, which wait for the post."""
    post, calm = (delivery(sink, name, at_once(number)) for number, name in enumerate(("post", "calm"), 1))
    later = [
        delivery(
            sink,
            kind,
            digest(story(1, priority=Priority.URGENT), kind=kind, thread_of=post.key, revision=1, channel=QUIET),
        )
        for kind in (MessageKind.UPDATE, MessageKind.REPLY)
    ]
    store.add_deliveries([post, calm, *later])
    began_at = clock() + timedelta(seconds=1)
    for _ in range(3):
        await sink.deliver(writer, store, None, lambda now: QuietHours(since={QUIET: began_at}))
    assert [row.state for row in rows_of(store, post, *later, calm)] == ["sent", "sent", "sent", "pending"]
    assert keys(slack) == [post.key, later[1].key]
