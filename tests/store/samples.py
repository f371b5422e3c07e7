"""Nouns for store tests, short to write: everything has a sensible value unless a test says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    ChannelId,
    Decision,
    Delivery,
    Digest,
    DigestStory,
    Entry,
    EntryId,
    Evidence,
    FeedId,
    FeedState,
    Match,
    MessageKind,
    NewEntry,
    OutletId,
    Posted,
    Priority,
    Reading,
    RuleId,
    StoryId,
    StoryMatch,
    Verdict,
    Waiting,
)
from bot.ports import IngestBatch

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NASTY = 'café 华为 \N{PILE OF POO} it\'s "quoted" % ? \\ <b>&amp;</b>\nnext line'


def feed_state(feed: str = "bbc", **more: Any) -> FeedState:
    fields: dict[str, Any] = {"url": f"https://{feed}.example/rss", "next_due_at": NOW, "interval": 15 * MINUTE} | more
    return FeedState(feed=FeedId(feed), **fields)


def entry(title: str = "Huawei wins 5G contract", **more: Any) -> Entry:
    fields: dict[str, Any] = {"seen_at": NOW, "feed": FeedId("bbc"), "source": OutletId("bbc.example")} | more
    return Entry(title=title, **fields)


def new_entry(number: int, story: int | None = None, title: str = "Huawei wins 5G contract", **more: Any) -> NewEntry:
    """Entry `number` of the archive, the beginner of its own story unless `story` says otherwise."""
    terms = more.pop("terms", tuple(title.lower().split()))
    silent = more.pop("silent", False)
    merged = tuple(StoryId(one) for one in more.pop("merged", ()))
    verdict = more.pop("verdict", Verdict.NEW_STORY if story is None else Verdict.SAME_STORY)
    given = entry(title, **({"url": f"https://bbc.example/{number}", "guid": f"g{number}"} | more))
    return NewEntry(
        id=EntryId(number),
        entry=given,
        reading=Reading(title=title, summary=given.summary, body=given.body, caption="a caption", promo="More news"),
        decision=Decision(
            entry=EntryId(number),
            verdict=verdict,
            story=StoryId(story or number),
            duplicate_of=None if story is None else EntryId(story),
            merged=merged,
            score=0.1 + 0.2,
            reason="because",
            changes=("9 dead → 112 dead",) if verdict is Verdict.UPDATE else (),
        ),
        terms=terms,
        silent=silent,
    )


def batch(*entries: NewEntry, **more: Any) -> IngestBatch:
    return IngestBatch(entries=entries, **({"at": NOW} | more))


def story_match(story: int, rule: str = "r1", found: int | None = None) -> StoryMatch:
    evidence = Evidence(zone="title", text=NASTY, spans=((0, 4), (5, 7)))
    return StoryMatch(
        story=StoryId(story),
        rule=RuleId(rule),
        entry=EntryId(found or story),
        match=Match(rule=RuleId(rule), evidence=(evidence,), quote=evidence),
    )


def waits(channel: str, story: int, found: int | None = None, rule: str | None = "r1", **more: Any) -> Waiting:
    fields: dict[str, Any] = {"since_at": NOW} | more
    return Waiting(
        channel=ChannelId(channel),
        story=StoryId(story),
        entry=EntryId(found or story),
        rule=RuleId(rule) if rule else None,
        **fields,
    )


def told(channel: str, story: int, key: str = "k1", **more: Any) -> Posted:
    fields: dict[str, Any] = {"posted_at": NOW, "priority": Priority.NORMAL, "rules": (RuleId("r1"),)} | more
    return Posted(
        channel=ChannelId(channel), story=StoryId(story), delivery_key=key, kind=MessageKind.IMMEDIATE, **fields
    )


def delivery(key: str = "k1", channel: str = "news", *stories: int, **more: Any) -> Delivery:
    shown = tuple(
        DigestStory(
            story=StoryId(story),
            title=NASTY,
            url="https://bbc.example/1",
            source_name="BBC",
            published_at=None,
            seen_at=NOW,
            rules=(RuleId("r1"),),
        )
        for story in stories
    )
    digest = Digest(channel=ChannelId(channel), kind=MessageKind.DIGEST, at=NOW, stories=shown, window=(NOW, NOW))
    fields: dict[str, Any] = {"payload": {"text": NASTY, "blocks": [{"type": "divider"}]}, "created_at": NOW} | more
    return Delivery(
        key=key, channel=ChannelId(channel), address="#news", kind=MessageKind.DIGEST, digest=digest, **fields
    )
