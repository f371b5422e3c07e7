"""Entries that rules hold on → when messages would go out, their texts left unwritten: what a backtest counts.

The law: what decides in the worker decides here (`alerts_of`, `planner.plan`); only what both remember of stories lies
in memory, and no message is composed. That is exact where messages stay as they are: whether an edit changes anything
hangs on its text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.digests import planner
from bot.core.digests.deliveries import posted_after
from bot.core.digests.waiting import alerts_of
from bot.core.workbench.backtest import Posting
from bot.model import (
    ChannelId,
    ChannelState,
    DecidedEntry,
    Entry,
    EntryId,
    Match,
    NewEntry,
    Posted,
    Reading,
    RuleId,
    RuleSet,
    StoryId,
    Waiting,
    WaitingKind,
)
from bot.pipeline import is_too_old
from bot.replay_clock import ReplayClock

_UNREAD = Reading(title="")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntry:
    """An archived entry without its texts, and the rules that hold on it."""

    decided: DecidedEntry
    seen_at: datetime
    """Its arrival; as in story lines, the clock never runs back."""
    rules: Sequence[RuleId]


class Forecast:
    """One run, of rules without `spike:` and notices in channels that `planner.is_never_edited` says yes to."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._rules = {rule.id: rule for rule in ruleset.rules}
        self._matches = {rule.id: Match(rule=rule.id) for rule in ruleset.rules}
        self._matched: dict[StoryId, dict[RuleId, bool]] = {}
        """Rules that hold on a story; True: silently."""
        self._posted: dict[StoryId, dict[ChannelId, Posted]] = {}
        self._waiting: dict[ChannelId, dict[tuple[datetime, EntryId, str], Waiting]] = {}
        self._states: dict[ChannelId, ChannelState] = {name: ChannelState(channel=name) for name in ruleset.channels}

    def posts(self, entries: Iterator[HeldEntry]) -> Iterator[Posting]:
        """What goes out, in order. `entries`: in order of arrival, all of each story."""
        return ReplayClock(self._ruleset).run(self, entries)

    def take(self, arrivals: Sequence[HeldEntry]) -> bool:
        """Ingest. Whether something waits for a channel now."""
        entries = [self._new_entry(one) for one in arrivals]
        matches = [[self._matches[rule] for rule in one.rules] for one in arrivals]
        stories = {story for new in entries for story in (new.decision.story, *new.decision.merged)}
        matched = {story: self._matched[story] for story in stories if story in self._matched}
        posted = [row for story in stories for row in self._posted.get(story, {}).values()]
        alerts = alerts_of(entries, matches, self._rules, matched, posted)
        for new in entries:
            for story in new.decision.merged:
                self._merge(story, new.decision.story)
        for records, is_silent in ((alerts.matches, False), (alerts.silent, True)):
            for one in records:
                of_story = self._matched.setdefault(one.story, {})
                of_story[one.rule] = is_silent and of_story.get(one.rule, True)
        for row in alerts.waiting:
            self._waiting.setdefault(row.channel, {})[row.since_at, row.entry, row.rule or ""] = row
        return bool(alerts.waiting)

    def _new_entry(self, arrival: HeldEntry) -> NewEntry:
        decided = arrival.decided
        entry = Entry(title="", published_at=decided.published_at, seen_at=arrival.seen_at)
        return NewEntry(
            id=decided.decision.entry,
            entry=entry,
            reading=_UNREAD,
            decision=decided.decision,
            silent=is_too_old(entry, self._ruleset),
        )

    def _merge(self, story: StoryId, into: StoryId) -> None:
        """`story` becomes part of `into`, with everything that hangs on it, as in a store."""
        if story == into:
            return
        mine = self._matched.setdefault(into, {})
        for rule, is_silent in self._matched.pop(story, {}).items():
            mine[rule] = is_silent and mine.get(rule, True)
        told = self._posted.setdefault(into, {})
        for channel, posted in self._posted.pop(story, {}).items():
            if channel not in told or posted.posted_at < told[channel].posted_at:
                told[channel] = replace(posted, story=into)
        for channel, waiting in self._waiting.items():
            for key, row in waiting.items():
                if row.story == story:
                    row = waiting[key] = replace(row, story=into)
                if row.story == into and channel in told and row.kind is WaitingKind.NEW:
                    # Told already under either name: what still waits as new belongs to that message.
                    is_update = row.priority > told[channel].priority
                    waiting[key] = replace(row, kind=WaitingKind.UPDATE if is_update else WaitingKind.REPORT)

    def digest(self, now: datetime) -> tuple[list[Posting], Mapping[ChannelId, datetime]]:
        """What goes out, and when each channel must be looked at again at the latest."""
        posts: list[Posting] = []
        due: dict[ChannelId, datetime] = {}
        for channel in self._ruleset.channels.values():
            waiting = self._waiting.setdefault(channel.id, {})
            if not waiting and self._states[channel.id].is_at_rest:
                continue
            rows = [row for _, row in sorted(waiting.items())]
            posted = self._posted_in(channel.id, {row.story for row in rows})
            timezone, state = self._ruleset.settings.timezone, self._states[channel.id]
            plan = planner.plan(channel, timezone, state, rows, posted, now)
            if plan.next_due_at is not None:
                due[channel.id] = plan.next_due_at
            for message in plan.messages:
                posts.append(Posting(at=now, channel=channel.id, kind=message.kind))
                for story in message.stories:
                    after = posted_after(message, story, now, "", posted.get(story))
                    self._posted.setdefault(story, {})[channel.id] = after
            for row in plan.settled:
                waiting.pop((row.since_at, row.entry, row.rule or ""), None)
            self._states[channel.id] = plan.state
        return posts, due

    def _posted_in(self, channel: ChannelId, stories: Collection[StoryId]) -> dict[StoryId, Posted]:
        told = ((story, self._posted.get(story, {}).get(channel)) for story in stories)
        return {story: posted for story, posted in told if posted is not None}

    def expect(self, now: datetime) -> tuple[list[Posting], datetime | None]:
        """Its rules give no notices."""
        return [], None
