"""Entries that rules hold on → when messages would go out: what a backtest counts.

The law: what decides in the worker decides here (`alerts_of`, `planner.plan`, `MessageWriter`); only what they remember
of stories lies in memory, as a store would keep it. Where messages stay as they are, none is written: it goes out
whatever it says. Whether an edit changes anything hangs on its text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.core.digests import planner
from bot.core.digests.deliveries import posted_after
from bot.core.digests.mutes import Hushed
from bot.core.digests.waiting import alerts_of
from bot.core.workbench.backtest import Posting
from bot.messages import MessageWriter
from bot.model import (
    Channel,
    ChannelId,
    ChannelState,
    DecidedEntry,
    Delivery,
    DigestBatch,
    Entry,
    EntryId,
    Match,
    NewEntry,
    Posted,
    Reading,
    Report,
    RuleId,
    RuleSet,
    StoredEntry,
    Story,
    StoryId,
    StoryMatch,
    Verdict,
    Waiting,
    WaitingKind,
)
from bot.pipeline import is_too_old
from bot.workbench.replay import ReplaySink, ShownMessages
from bot.workbench.replay_clock import ReplayClock

_T = TypeVar("_T")

_UNREAD = Reading(title="")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntry:
    """An archived entry, and the rules that hold on it."""

    decided: DecidedEntry
    seen_at: datetime
    """Its arrival; as in story lines, the clock never runs back."""
    matches: Sequence[Match]
    """With evidence where messages are written."""
    entry: Entry | None = None
    """None: no message is written."""
    title: str = ""
    """As it was read."""


class Forecast:
    """One run, of rules without `spike:` and notices. What follows `expect` is for `MessageWriter`, as in a store."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._rules = {rule.id: rule for rule in ruleset.rules}
        self._matches: dict[StoryId, dict[RuleId, tuple[bool, StoryMatch]]] = {}
        """The first match of each rule on a story; True: silently."""
        self._posted: dict[StoryId, dict[ChannelId, Posted]] = {}
        self._waiting: dict[ChannelId, dict[tuple[datetime, EntryId, str], Waiting]] = {}
        self._states: dict[ChannelId, ChannelState] = {name: ChannelState(channel=name) for name in ruleset.channels}
        self._is_written = needs_texts(ruleset)
        self._merged: dict[StoryId, StoryId] = {}
        self._reports: dict[StoryId, dict[EntryId, Report]] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._shown = ShownMessages()

    def posts(self, entries: Iterator[HeldEntry]) -> Iterator[Posting]:
        """What goes out, in order. `entries`: in order of arrival, all of each story."""
        return ReplayClock(self._ruleset).run(self, entries)

    def take(self, arrivals: Sequence[HeldEntry]) -> bool:
        """Ingest. Whether something waits for a channel now."""
        entries = [self._new_entry(one) for one in arrivals]
        matches = [one.matches for one in arrivals]
        stories = {story for new in entries for story in (new.decision.story, *new.decision.merged)}
        matched = {
            story: {rule: is_silent for rule, (is_silent, _) in self._matches[story].items()}
            for story in stories
            if story in self._matches
        }
        posted = [row for story in stories for row in self._posted.get(story, {}).values()]
        alerts = alerts_of(entries, matches, self._rules, matched, posted)
        for new in entries:
            if self._is_written:
                self._reports.setdefault(new.decision.story, {})[new.id] = _report(new)
        for new in entries:
            for story in new.decision.merged:
                self._merge(story, new.decision.story)
        for records, is_silent in ((alerts.matches, False), (alerts.silent, True)):
            for one in records:
                of_story = self._matches.setdefault(one.story, {})
                if one.rule not in of_story or (of_story[one.rule][0] and not is_silent):
                    of_story[one.rule] = is_silent, one
        for row in alerts.waiting:
            self._waiting.setdefault(row.channel, {})[row.since_at, row.entry, row.rule or ""] = row
        return bool(alerts.waiting)

    def _new_entry(self, arrival: HeldEntry) -> NewEntry:
        decided = arrival.decided
        entry = arrival.entry or Entry(title="", published_at=decided.published_at, seen_at=arrival.seen_at)
        return NewEntry(
            id=decided.decision.entry,
            entry=entry,
            reading=Reading(title=arrival.title) if arrival.title else _UNREAD,
            decision=decided.decision,
            silent=is_too_old(entry, self._ruleset),
        )

    def _merge(self, story: StoryId, into: StoryId) -> None:
        """`story` becomes part of `into`, with everything that hangs on it, as in a store."""
        if story == into:
            return
        self._merged.setdefault(story, into)
        self._reports.setdefault(into, {}).update(self._reports.pop(story, {}))
        mine = self._matches.setdefault(into, {})
        for rule, (is_silent, one) in self._matches.pop(story, {}).items():
            moved = replace(one, story=into)
            if rule not in mine or (is_silent, one.entry) < (mine[rule][0], mine[rule][1].entry):
                mine[rule] = is_silent, moved
        by_channel = self._posted.setdefault(into, {})
        for channel, posted in self._posted.pop(story, {}).items():
            if channel not in by_channel or posted.posted_at < by_channel[channel].posted_at:
                by_channel[channel] = replace(posted, story=into)
        for channel, waiting in self._waiting.items():
            for key, row in waiting.items():
                if row.story == story:
                    row = waiting[key] = replace(row, story=into)
                if row.story == into and channel in by_channel and row.kind is WaitingKind.NEW:
                    # Told already under either name: what still waits as new belongs to that message.
                    is_update = row.priority > by_channel[channel].priority
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
            if self._is_written:
                posts += self._write(channel, plan, posted, now)
            else:
                posts += self._count(channel, plan, posted, now)
        return posts, due

    def _count(
        self, channel: Channel, plan: planner.ChannelPlan, posted: Mapping[StoryId, Posted], now: datetime
    ) -> list[Posting]:
        after = [
            posted_after(message, story, now, "", posted.get(story))
            for message in plan.messages
            for story in message.stories
        ]
        self.record_digest(DigestBatch(channel=channel.id, state=plan.state, posted=tuple(after), settled=plan.settled))
        return [Posting(at=now, channel=channel.id, kind=message.kind) for message in plan.messages]

    def _write(
        self, channel: Channel, plan: planner.ChannelPlan, posted: Mapping[StoryId, Posted], now: datetime
    ) -> list[Posting]:
        writing = MessageWriter(
            store=self, ruleset=self._ruleset, sink=ReplaySink(), now=now, buttons=False, hushed=Hushed()
        )
        return [
            Posting(at=now, channel=channel.id, kind=delivery.kind)
            for delivery in writing.commit(channel, plan, posted)
            if self._shown.changed_by(delivery) or not delivery.digest.stories
        ]

    def _posted_in(self, channel: ChannelId, stories: Collection[StoryId]) -> dict[StoryId, Posted]:
        rows = ((story, self._posted.get(story, {}).get(channel)) for story in stories)
        return {story: posted for story, posted in rows if posted is not None}

    def expect(self, now: datetime) -> tuple[list[Posting], datetime | None]:
        """Its rules give no notices."""
        return [], None

    # --- what messages are written from ---

    def record_digest(self, batch: DigestBatch) -> None:
        """The digest transaction."""
        self._states[batch.channel] = batch.state
        for delivery in batch.deliveries:
            self._deliveries.setdefault(delivery.key, delivery)
        for one in batch.posted:
            self._posted.setdefault(one.story, {})[one.channel] = one
        waiting = self._waiting[batch.channel]
        for row in batch.settled:
            waiting.pop((row.since_at, row.entry, row.rule or ""), None)

    def delivery(self, key: str) -> Delivery | None:
        return self._deliveries.get(key)

    def story_of(self, story: StoryId) -> StoryId:
        """Merges followed."""
        while story in self._merged:
            story = self._merged[story]
        return story

    def stories(self, ids: Iterable[StoryId]) -> dict[StoryId, Story]:
        reports = ((story, self._reports.get(story)) for story in set(ids))
        return {
            story: Story(id=story, reports=tuple(one for _, one in sorted(of_story.items())))
            for story, of_story in reports
            if of_story
        }

    def story_matches(self, ids: Iterable[StoryId]) -> list[StoryMatch]:
        """First matches by story, entry and rule, silent ones left out."""
        matches = (match for story in set(ids) for match in self._matches.get(story, {}).values())
        loud = [one for is_silent, one in matches if not is_silent]
        return sorted(loud, key=lambda one: (one.story, one.entry, one.rule))

    def rule_states(self, kind: str, noun: type[_T]) -> Mapping[RuleId, _T]:
        """None of its rules has `spike:`."""
        return {}

    def archived(self, entries: Iterable[EntryId]) -> list[StoredEntry]:
        """Asked for bursts only."""
        return []


def needs_texts(ruleset: RuleSet) -> bool:
    """Whether messages of its channels may be edited."""
    return not all(map(planner.is_never_edited, ruleset.channels.values()))


def _report(new: NewEntry) -> Report:
    """As a digest shows it."""
    entry, decision = new.entry, new.decision
    has_beginning = not new.reading.title or decision.verdict in {Verdict.UPDATE, Verdict.EDIT}
    return Report(
        entry=new.id,
        title=new.reading.title,
        url=entry.url,
        source=entry.source,
        feed=entry.feed,
        published_at=entry.published_at,
        seen_at=entry.seen_at,
        verdict=decision.verdict,
        duplicate_of=decision.duplicate_of,
        changes=decision.changes,
        beginning=new.reading.beginning if has_beginning else "",
    )
