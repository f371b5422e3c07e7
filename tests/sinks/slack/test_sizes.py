"""A digest of any size arrives whole, whatever limit Slack has: each story once, or counted as omitted."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.drills.slack_limits import visible_text
from bot.drills.slack_standin import FAULTS, SlackStandIn
from bot.model import ChannelState, Delivery, Digest, DigestBatch, MessageKind
from bot.sinks.slack.sink import SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, posted, story
from tests.examples import seeds
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.sinks.slack.test_blocks import rich
from tests.sinks.slack.test_sink import keys, rows_of, settle


def add_digest(sink: SlackSink, store: SqliteStore, content: Digest) -> list[Delivery]:
    """The rows of a digest, as the digest stage would make them."""
    rows = [delivery(sink, f"part {number}", part) for number, part in enumerate(sink.split(content))]
    store.add_deliveries(rows)
    return rows


def shown_stories(slack: SlackStandIn) -> list[int]:
    """The stories that the channel shows, in order."""
    text = "\n".join(
        visible_text(message["blocks"]) if message.get("blocks") else message["text"]
        for message in slack.channel("desk").messages
    )
    return [int(number) for number in re.findall(r"vendor number (\d+)", text)]


LIMITS = (13_200, 9_000, 4_000)
SOME_SIZES = [(1, 13_200, False), (12, 9_000, False), (51, 4_000, False), (80, 13_200, False), (120, 9_000, False)]
SOME_SIZES += [(12, 13_200, True), (300, 13_200, True)]
ALL_SIZES = [(80, 4_000, True), *((count, limit, False) for count in (1, 12, 51, 80, 120, 300) for limit in LIMITS)]


@pytest.mark.parametrize(
    ("count", "limit", "buttons"),
    [*SOME_SIZES, *(pytest.param(*size, marks=pytest.mark.slow) for size in ALL_SIZES if size not in SOME_SIZES)],
)
async def test_every_story_arrives_once_and_in_order(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, count: int, limit: int, buttons: bool
) -> None:
    slack.limit = limit
    add_digest(sink, store, digest(*(rich(number) for number in range(count)), buttons=buttons, omitted=3))
    await settle(sink, store)
    assert shown_stories(slack) == list(range(count))
    assert len(set(keys(slack))) == len(keys(slack))
    texts = [message["text"] for message in slack.channel("desk").messages]
    assert [number for number, text in enumerate(texts) if "3 more stories not shown" in text] == [len(texts) - 1]
    assert slack.problems == []
    if limit == 13_200:
        assert slack.too_long == 0


async def test_headlines_alone_stay_within_fifty_blocks(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """Each is one block, and so short that fifty weigh little."""
    bare: dict[str, Any] = dict.fromkeys(("source_name", "url"), "") | dict.fromkeys(
        ("rules", "rule_names", "sources"), ()
    )
    bare |= {"quote": None, "published_at": None, "mentions": ("<!here>",)}
    stories = [story(number, f"vendor number {number}", **bare) for number in range(80)]
    add_digest(sink, store, digest(*stories, omitted=3, held_back=2, delayed=True, next_at=clock()))
    await settle(sink, store)
    assert shown_stories(slack) == list(range(80))
    assert slack.problems == []
    blocks = [len(message.get("blocks", ())) for message in slack.channel("desk").messages]
    assert max(blocks) <= 50 < sum(blocks)
    assert min(blocks) > 0, "told as plain text"


@pytest.mark.parametrize("seed", seeds(2, 6))
async def test_faults_and_deaths_neither_lose_nor_double_a_story(
    slack: SlackStandIn, store: SqliteStore, seed: int
) -> None:
    dice = random.Random(seed)
    slack.limit, slack.slow, slack.retry_after = 4_000, 0.1, 0
    left = 12

    def fault(method: str, arguments: Mapping[str, Any]) -> str | None:
        nonlocal left
        if left and dice.random() < 0.3:
            left -= 1
            return dice.choice(FAULTS)
        return None

    slack.fault = fault
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=FAST)
    add_digest(sink, store, digest(*(rich(number) for number in range(30))))
    for _ in range(5):
        await sink.deliver(writer, store)
        await sink.close()
        sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=FAST)
    await settle(sink, store)
    await sink.close()
    assert shown_stories(slack) == list(range(30))


async def test_later_messages_come_after_the_rest(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    slack.limit = 4_000
    add_digest(sink, store, digest(*(rich(number) for number in range(24))))
    store.add_deliveries([delivery(sink, "later", digest(rich(99)))])
    await settle(sink, store)
    assert shown_stories(slack) == [*range(24), 99]
    titles = [message["text"].splitlines()[0] for message in slack.channel("desk").messages]
    assert titles[0].startswith("Vendors: 24 stories (1 of 2)")
    assert all("(continued)" in title or "(2 of 2)" in title for title in titles[1:-1])
    assert "(continued) (continued)" not in str(titles)


async def test_a_story_that_moved_to_the_rest_is_edited_there(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.limit = 4_000
    content = digest(*(rich(number) for number in range(1, 7)))
    (row,) = add_digest(sink, store, content)
    stories = [one.story for one in content.stories]
    rows = tuple(posted(row.channel, story, row.key) for story in stories)
    store.record_digest(DigestBatch(channel=row.channel, state=ChannelState(channel=row.channel), posted=rows))
    edit = delivery(
        sink,
        "edit",
        digest(*content.stories, kind=MessageKind.UPDATE, title=content.title, thread_of=row.key, revision=2),
    )
    store.add_deliveries([edit])
    await settle(sink, store)
    after = store.posted(stories)
    assert len({one.delivery_key for one in after}) > 1
    for one in after:
        message = store.delivery(one.delivery_key)
        assert message is not None
        assert one.story in [shown.story for shown in message.digest.stories]
        assert store.deliveries_of(one.story)[0].key == one.delivery_key
    assert shown_stories(slack) == list(range(1, 7))
    assert [one.state for one in rows_of(store, row, edit)] == ["sent", "sent"]
