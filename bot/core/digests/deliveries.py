"""A composed digest → the outbox rows that carry it, and what then was posted in its channel.

The law: a delivery's key depends on nothing but its content, so the same message made twice, after a crash or on
another machine, is the same row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.digests.compose import Context
from bot.core.digests.message import Message
from bot.model import Channel, Delivery, Digest, MessageKind, Posted, Priority, Story, StoryId


def deliveries(
    message: Message,
    digest: Digest,
    channel: Channel,
    context: Context,
    posted: Mapping[StoryId, Posted],
    *,
    split: Callable[[Digest], Sequence[Digest]],
    render: Callable[[str, Digest], Mapping[str, object]],
    stories_under: Callable[[str], Collection[StoryId]],
) -> tuple[list[Delivery], list[Posted]]:
    """The rows that carry `digest` (more than one where a sink must split it), and what the channel then knows.

    `stories_under`: the stories, as they stand now, of the message that has a delivery key already; none where the key
    is free. A message of the same stories is this one, made again: it keeps its key, so that no store takes it twice.
    """
    rows: list[Delivery] = []
    key_of: dict[StoryId, str] = {}
    parts = split(digest)
    for number, part in enumerate(parts):
        key = delivery_key(message, context, number if len(parts) > 1 else None)
        own = {story.story for story in part.stories}
        while message.kind is MessageKind.IMMEDIATE and (others := stories_under(key)) and own.isdisjoint(others):
            # Another story that looks alike: "Service disruption" twice a day, at one URL or without any.
            key = _hash([key, "again"])
        rows.append(delivery_of(channel, key, part, render))
        key_of |= {story.story: key for story in part.stories}
    first_key = rows[0].key
    after = [
        posted_after(message, story, digest.at, key_of.get(story, first_key), posted.get(story))
        for story in message.stories
    ]
    return rows, after


def posted_after(message: Message, story: StoryId, at: datetime, key: str, before: Posted | None) -> Posted:
    """What the channel knows of a story once it has the message, made at `at`."""
    of_story = [row for row in message.rows if row.story == story]
    rules = tuple(dict.fromkeys([*(before.rules if before else ()), *(row.rule for row in of_story if row.rule)]))
    priorities = [row.priority for row in of_story] + ([before.priority] if before else [])
    priority = max(priorities, default=Priority.NORMAL)
    if before is not None and message.kind in (MessageKind.UPDATE, MessageKind.REPLY):
        return replace(
            before,
            last_told_at=at,
            priority=priority,
            rules=rules,
            revision=before.revision + 1,
        )
    return Posted(
        channel=message.channel,
        story=story,
        delivery_key=key,
        kind=message.kind,
        priority=priority,
        rules=rules,
        posted_at=at,
        last_told_at=at,
    )


def delivery_key(message: Message, context: Context, part: int | None = None) -> str:
    """A hash over the message's content.

    A story posted at once is named by its first report's URL, title and date, not by our numbers: a store restored
    from a backup numbers what it reads again anew, and the channel's history must still know the message. A reply, and
    what comes back of a story by itself, is named by the reports that it is about.
    """
    parts: list[str] = []
    comes_back = message.kind is MessageKind.IMMEDIATE and not message.updated.isdisjoint(message.stories)
    if message.kind is MessageKind.IMMEDIATE and not comes_back:
        parts = [_identity(context.stories.get(story), story) for story in message.stories]
    elif message.kind is MessageKind.REPLY or comes_back:
        parts = ["again"] if comes_back else []
        parts += [
            _identity(replace(story, reports=(report,)), story.id)
            for story in map(context.stories.get, message.stories)
            if story is not None
            for report in story.reports
            if report.entry in message.entries or any(row.entry == report.entry for row in message.rows)
        ]
    if not parts:
        parts = [f"{row.story}:{row.entry}:{row.rule or ''}" for row in message.rows] or [
            f"{message.stories}:{message.entries}"
        ]
    if message.told_at is not None:
        parts += [context.states[story].text for story in message.stories if story in context.states]
    moment = message.slot_at or message.told_at
    slot = moment.isoformat() if moment is not None else ""
    fields = [message.channel, message.kind.value, message.thread_of or "", slot, str(part or 0), *parts]
    return _hash(fields)


def rest_key(key: str, first: int) -> str:
    """The delivery key of what was too long for the message `key`: its stories from number `first` on."""
    return _hash([key, "rest", str(first)])


def notice_key(channel: Channel, key: str) -> str:
    """The delivery key of a notice that is known to the store as `key`."""
    return _hash([channel.id, MessageKind.NOTICE.value, key])


def delivery_of(
    channel: Channel, key: str, digest: Digest, render: Callable[[str, Digest], Mapping[str, object]]
) -> Delivery:
    """The row that carries a digest, by its delivery key."""
    return Delivery(
        key=key,
        channel=channel.id,
        address=channel.slack,
        kind=digest.kind,
        digest=digest,
        payload=render(key, digest),
        thread_of=digest.thread_of,
        created_at=digest.at,
    )


def _identity(story: Story | None, number: StoryId) -> str:
    if story is None or not story.reports:
        return str(number)
    first = story.reports[0]
    # The day, not the moment: publishers bump the dates of items that they show again.
    day = (first.published_at or first.seen_at).date().isoformat()
    return f"{first.url or first.source}\n{first.title}\n{day}"


def _hash(fields: Sequence[str]) -> str:
    return hashlib.sha256("\x00".join(fields).encode("utf-8", "surrogatepass")).hexdigest()[:40]
