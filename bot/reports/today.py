"""A store and the rules in force → what each channel was told since, and what it waits for."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.core.digests import planner
from bot.core.text.times import iso_seconds
from bot.model import Channel, FeedId, Posted, RuleSet, Story, StoryId, Verdict, WaitingKind
from bot.ports import Store
from bot.reports.entries import coverage_line, is_counted_only

_MOST_DEAD = 500
"""Messages that were given up, of which to know."""


def channels_report(store: Store, ruleset: RuleSet, since: datetime, now: datetime) -> list[dict[str, Any]]:
    """The channels in the order of the rules file, those that are no longer in it behind them; newest stories first."""
    posted = store.posted_since(since)
    stories = store.stories({row.story for row in posted})
    showing = store.messages_showing(stories)
    unsent = {*store.open_keys(), *(row.key for row in store.dead_deliveries(_MOST_DEAD))}
    gone = [channel for channel in dict.fromkeys(row.channel for row in posted) if channel not in ruleset.channels]
    return [
        {
            "channel": channel,
            "waiting": None if channel in gone else waiting_report(store, ruleset, ruleset.channels[channel], now),
            "stories": told_stories(
                [row for row in posted if row.channel == channel and not is_counted_only(row, showing)],
                stories,
                ruleset,
                unsent,
            ),
            "counted_only": sum(
                row.channel == channel and row.story in stories and is_counted_only(row, showing) for row in posted
            ),
        }
        for channel in (*ruleset.channels, *gone)
    ]


def told_stories(
    posted: Sequence[Posted], stories: Mapping[StoryId, Story], ruleset: RuleSet, unsent: Container[str] = ()
) -> list[dict[str, Any]]:
    """What was told, newest first. `unsent`: keys of messages that are held, on their way or given up."""
    names = ruleset.outlet_names
    return [
        {**_told(row, stories[row.story], names), "sent": row.delivery_key not in unsent}
        for row in reversed(posted)
        if row.story in stories
    ]


def _told(row: Posted, story: Story, names: Mapping[FeedId, str]) -> dict[str, Any]:
    first = story.reports[0]
    news = next((report for report in reversed(story.reports) if report.verdict is Verdict.UPDATE), None)
    return {
        "id": str(row.story),
        "title": first.headline or first.url or "",
        "url": first.url,
        "source": first.source,
        "rules": list(row.rules),
        "priority": row.priority,
        "at": iso_seconds(row.posted_at),
        "updated": None if row.last_told_at in (None, row.posted_at) else iso_seconds(row.last_told_at),
        "news": None
        if news is None
        else {"id": str(news.entry), "title": news.headline, "changes": list(news.changes)},
        "sources": coverage_line(story, names),
        "outlets": len(story.outlets),
    }


def waiting_report(store: Store, ruleset: RuleSet, channel: Channel, now: datetime) -> dict[str, Any]:
    """Stories that wait for the channel, and when they go out at the latest (None: nothing waits)."""
    rows = store.waiting(channel.id)
    stories = {row.story for row in rows if row.kind is not WaitingKind.REPORT}
    if not stories:
        return {"stories": 0, "until": None}
    posted = {row.story: row for row in store.posted(stories) if row.channel == channel.id}
    plan = planner.plan(channel, ruleset.settings.timezone, store.channel_state(channel.id), rows, posted, now)
    return {"stories": len(stories), "until": iso_seconds(plan.next_due_at)}
