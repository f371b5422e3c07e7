"""Nouns for tests, short to write: everything has a sensible value unless a test says otherwise.

Ids are given as plain text or numbers. Documents of feeds are at the end.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.core.query.parser import parse_query
from bot.model import (
    Channel,
    ChannelId,
    Decision,
    Delivery,
    Digest,
    DigestStory,
    Entry,
    EntryId,
    Evidence,
    Feed,
    FeedId,
    FeedState,
    IngestBatch,
    Mark,
    MarkKind,
    MarkVerdict,
    Match,
    MessageKind,
    NewEntry,
    OutletId,
    Posted,
    Priority,
    Question,
    QuestionKind,
    Reading,
    Report,
    Rule,
    RuleId,
    SourceLine,
    StoryId,
    StoryMatch,
    Verdict,
    Waiting,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""When digests are made."""
MINUTE = timedelta(minutes=1)
ABOUT = "About story {}."
"""What an item says whose text is not given."""
NASTY = 'café 华为 \N{PILE OF POO} it\'s "quoted" % ? \\ <b>&amp;</b>\nnext line'


# --- what is declared ------------------------------------------------------------------------------------------------


def feed(name: str = "bbc", /, **more: Any) -> Feed:
    fields: dict[str, Any] = {"id": FeedId(name), "url": f"https://{name}.example/rss", "name": name} | more
    return Feed(**fields)


def channel(name: str = "desk", /, **more: Any) -> Channel:
    return Channel(**({"id": ChannelId(name), "slack": f"#{name}"} | more))


def rule(name: str, when: str = "x", /, **more: Any) -> Rule:
    fields: dict[str, Any] = {"id": RuleId(name), "name": name, "when": when, "to": (ChannelId("desk"),)} | more
    return Rule(**({"query": parse_query(when)} | fields))


# --- what comes in ---------------------------------------------------------------------------------------------------


def feed_state(feed: str = "bbc", **more: Any) -> FeedState:
    fields: dict[str, Any] = {"url": f"https://{feed}.example/rss", "next_due_at": NOW, "interval": 15 * MINUTE} | more
    return FeedState(feed=FeedId(feed), **fields)


def entry(title: str = "Huawei wins", summary: str = "", body: str = "", **more: Any) -> Entry:
    return Entry(title=title, summary=summary, body=body, **({"seen_at": NOW} | more))


def article_url(title: str, outlet: str = "bbc") -> str:
    """Where an outlet has the article of that title: another title, another URL."""
    return f"https://{outlet}.example/{quote(title.lower().replace(' ', '-'))}"


def new_entry(number: int, story: int | None = None, title: str = "Huawei wins 5G contract", **more: Any) -> NewEntry:
    """Entry `number` of the archive, the beginner of its own story unless `story` says otherwise."""
    terms = more.pop("terms", tuple(title.lower().split()))
    silent = more.pop("silent", False)
    merged = tuple(StoryId(one) for one in more.pop("merged", ()))
    verdict = more.pop("verdict", Verdict.NEW_STORY if story is None else Verdict.SAME_STORY)
    fields: dict[str, Any] = {"url": f"https://bbc.example/{number}", "guid": f"g{number}", "feed": FeedId("bbc")}
    given = entry(title, **(fields | {"source": OutletId("bbc.example")} | more))
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


def report(number: int, outlet: str, **more: Any) -> Report:
    """Entry `number` in its story, from `outlet`, `number` minutes after AT."""
    fields: dict[str, Any] = {
        "entry": EntryId(number),
        "title": f"Title {number}",
        "url": f"https://{outlet}.example/{number}",
        "source": OutletId(outlet),
        "feed": FeedId(outlet),
        "published_at": AT + number * MINUTE,
        "seen_at": AT + number * MINUTE,
        "verdict": Verdict.SAME_STORY,
        "duplicate_of": None,
    }
    return Report(**(fields | more))


# --- what goes out ---------------------------------------------------------------------------------------------------


def story_match(story: int, rule: str = "r1", found: int | None = None) -> StoryMatch:
    evidence = Evidence(zone="title", text=NASTY, spans=((0, 4), (5, 7)))
    return StoryMatch(
        story=StoryId(story),
        rule=RuleId(rule),
        entry=EntryId(found or story),
        match=Match(rule=RuleId(rule), evidence=(evidence,), quote=evidence),
    )


def mark(story: int, rule: str = "r1", verdict: str = "relevant", kind: str = "volunteered", **more: Any) -> Mark:
    fields: dict[str, Any] = {"verdict": MarkVerdict(verdict), "kind": MarkKind(kind), "by": "U1", "at": NOW} | more
    return Mark(story=StoryId(story), rule=RuleId(rule), **fields)


def question(story: int, rule: str = "r1", kind: str = "sample", **more: Any) -> Question:
    fields: dict[str, Any] = {"asked_at": NOW, "delivery": "k1"} | more
    return Question(kind=QuestionKind(kind), story=StoryId(story), rule=RuleId(rule), **fields)


def waits(channel: str, story: int, found: int | None = None, rule: str | None = "r1", **more: Any) -> Waiting:
    fields: dict[str, Any] = {"since_at": NOW} | more
    return Waiting(
        channel=ChannelId(channel),
        story=StoryId(story),
        entry=EntryId(found or story),
        rule=RuleId(rule) if rule else None,
        **fields,
    )


def posted(channel: str, story: int, key: str = "k1", **more: Any) -> Posted:
    fields: dict[str, Any] = {"posted_at": NOW, "priority": Priority.NORMAL, "rules": (RuleId("r1"),)} | more
    return Posted(
        channel=ChannelId(channel), story=StoryId(story), delivery_key=key, kind=MessageKind.IMMEDIATE, **fields
    )


def story(number: int, title: str = "", **more: Any) -> DigestStory:
    """A story as digests show it, with everything that one may have."""
    fields: dict[str, Any] = {
        "story": StoryId(number),
        "title": title or f"Meridia bars vendor number {number}",
        "url": f"https://post.example/{number}",
        "source_name": "Meridian Post",
        "published_at": AT - number * MINUTE,
        "seen_at": AT,
        "rules": (RuleId("vendors"),),
        "rule_names": ("Vendors",),
        "quote": Evidence(zone="body", text="The regulator bars the vendor from its core.", spans=((14, 18),)),
        "evidence": (Evidence(zone="title", text="vendor", spans=((0, 6),)),),
        "sources": (SourceLine(outlet=OutletId("post"), name="Meridian Post", url=f"https://post.example/{number}"),),
        "first_at": AT - 60 * MINUTE,
        "last_at": AT,
    }
    return DigestStory(**(fields | more))


def digest(*stories: DigestStory, kind: MessageKind = MessageKind.DIGEST, **more: Any) -> Digest:
    fields: dict[str, Any] = {
        "channel": ChannelId("desk"),
        "kind": kind,
        "at": AT,
        "stories": stories,
        "title": f"Vendors: {len(stories)} stories" if kind is MessageKind.DIGEST else "",
        "window": (AT - 180 * MINUTE, AT),
    }
    return Digest(**(fields | more))


def delivery(key: str = "k1", channel: str = "news", *stories: int, **more: Any) -> Delivery:
    content = digest(*(story(number, NASTY) for number in stories), channel=ChannelId(channel))
    fields: dict[str, Any] = {
        "key": key,
        "channel": ChannelId(channel),
        "address": "#news",
        "kind": MessageKind.DIGEST,
        "digest": content,
        "payload": {"text": NASTY, "blocks": [{"type": "divider"}]},
        "created_at": NOW,
    }
    return Delivery(**(fields | more))


# --- documents -------------------------------------------------------------------------------------------------------


def rss_item(
    number: int,
    *,
    title: str = "",
    guid: str | None = "",
    link: str | None = "",
    date: str = "",
    text: str | None = ABOUT,
) -> str:
    """An item of a feed, its texts XML as they stand; guid, link and text are made from `number`. None: without it."""
    text = ABOUT.format(number) if text is ABOUT else text
    guid = f"id-{number}" if guid == "" else guid
    link = f"https://news.example/{number}" if link == "" else link
    parts = [f"<title>{title or f'Story {number}'}</title>"]
    parts += [f'<guid isPermaLink="false">{guid}</guid>'] if guid else []
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    parts += [f"<description>{text}</description>"] if text is not None else []
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str, head: str = "<title>News</title>") -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
