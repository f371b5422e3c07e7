"""What Slack tells in pages is read to the last of them: what is not there is posted again, or said not to exist."""

from __future__ import annotations

from bot.core.doctor import Level
from bot.drills.slack_standin import SlackStandIn
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.check import check_slack
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_sink import keys, settle

PAGES = 60
"""There was an end after fifty."""


async def test_a_busy_channel_is_read_to_where_the_message_may_be(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    row = delivery(sink, "a", digest(story(1)))
    others = [delivery(sink, f"other {number}", digest(story(1))) for number in range(PAGES)]
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    slack.page_size = 1
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    for other in others:
        slack.call("chat.postMessage", {"channel": "#desk", **other.payload})
    await settle(sink, store)
    assert keys(slack).count(row.key) == 1


async def test_the_last_channel_of_a_large_workspace_is_found(slack: SlackStandIn) -> None:
    for number in range(PAGES):
        slack.add_channel(f"team-{number}", f"C0TEAM{number:04d}")
    slack.page_size = 1
    calls = SlackCalls(slack.token, slack.url, FAST, clock)
    findings = await check_slack(calls, [f"#team-{PAGES - 1}"])
    await calls.close()
    assert [finding.text for finding in findings if finding.level is Level.BAD] == []
