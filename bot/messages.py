"""What a channel is to be told → frozen messages in its outbox, and what the channel then knows.

The digest stage of `bot.pipeline` plans; here its messages are written with what the store has of their stories,
and kept with the plan in one transaction. So are messages that no plan asks for: what people did with a story shown on
its message, notices to ops.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from bot.core.digests import compose as digests
from bot.core.digests import deliveries as digest_rows
from bot.core.digests import planner
from bot.core.digests.followups import restatement
from bot.core.digests.left_channels import left_channel
from bot.core.digests.message import Message
from bot.core.digests.mutes import REACTIONS, Hushed, Overlay
from bot.core.digests.notices import are_due, together
from bot.core.workbench.spike_message import spike_digest
from bot.core.workbench.spikes import SPIKES
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
    DeliveryState,
    Digest,
    DigestBatch,
    EntryId,
    MessageKind,
    Notice,
    Posted,
    RuleId,
    RuleSet,
    SpikeState,
    StoredEntry,
    Story,
    StoryId,
    StoryMatch,
)
from bot.ports import Sink, Store

_T = TypeVar("_T")

OPS = ChannelId("ops")
"""The channel that hears of feed health, rejected rules and gaps."""


class MessageStore(Protocol):
    """What messages are written from, and where they are kept: of a store, or of a forecast's memory."""

    def delivery(self, key: str) -> Delivery | None: ...

    def story_of(self, story: StoryId) -> StoryId: ...

    def stories(self, ids: Iterable[StoryId]) -> Mapping[StoryId, Story]: ...

    def story_matches(self, ids: Iterable[StoryId]) -> list[StoryMatch]: ...

    def rule_states(self, kind: str, noun: type[_T]) -> Mapping[RuleId, _T]: ...

    def archived(self, entries: Iterable[EntryId]) -> list[StoredEntry]: ...

    def record_digest(self, batch: DigestBatch) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWriter:
    """One run of the digest stage: what all its messages are written with."""

    store: MessageStore
    ruleset: RuleSet
    sink: Sink
    now: datetime
    buttons: bool
    hushed: Hushed

    @classmethod
    def begin(cls, store: Store, ruleset: RuleSet, sink: Sink, now: datetime, buttons: bool) -> MessageWriter:
        """With what people muted or snoozed in Slack, as it holds at `now`."""
        hushed = Hushed()
        if reactions := store.facts(REACTIONS):
            overlay = Overlay.read(reactions).follow(store.story_of)
            hushed = overlay.hushed(ruleset.channels, now, ruleset.settings.timezone)
        return cls(store=store, ruleset=ruleset, sink=sink, now=now, buttons=buttons, hushed=hushed)

    def commit(self, channel: Channel, plan: planner.ChannelPlan, posted: Mapping[StoryId, Posted]) -> list[Delivery]:
        """Keeps the plan of one channel, its messages written, in one transaction."""
        deliveries: list[Delivery] = []
        changes: dict[StoryId, Posted] = {}
        for message in plan.messages:
            rows, after = self.rows(channel, message, {**posted, **changes}, deliveries)
            deliveries += rows
            changes |= {row.story: row for row in after}
        self.store.record_digest(
            DigestBatch(
                channel=channel.id,
                state=plan.state,
                deliveries=tuple(deliveries),
                posted=tuple(changes.values()),
                settled=plan.settled,
            )
        )
        return deliveries

    def rows(
        self,
        channel: Channel,
        message: Message,
        posted: Mapping[StoryId, Posted],
        planned: Sequence[Delivery] = (),
    ) -> tuple[list[Delivery], list[Posted]]:
        """The outbox rows of one message, and what its channel then knows. `planned`: rows that are not kept yet."""
        if message.kind is MessageKind.SPIKE:
            return self._spike_rows(channel, message), []
        before = self.store.delivery(message.thread_of) if message.thread_of is not None else None
        original = self._followed(before.digest) if before is not None else None
        shown = {story.story for story in original.stories} if original is not None else set()
        if message.thread_of is not None and not shown.intersection(message.stories):
            # Counted in that digest, but not shown in it: nothing there to change.
            return [], []
        stories = {*message.stories, *shown}
        context = digests.Context.of(
            self.ruleset,
            self.store.stories(stories),
            self.store.story_matches(stories),
            states=self.hushed.states.get(channel.id),
            silenced=self.hushed.rules.get(channel.id, frozenset()),
            buttons=self.buttons,
        )
        is_edit = message.kind is MessageKind.UPDATE
        composed = digests.compose(message, channel, context, self.now, original if is_edit else None)
        return digest_rows.deliveries(
            message,
            composed,
            channel,
            context,
            posted,
            split=self.sink.split,
            render=self.sink.render,
            stories_under=lambda key: self._stories_under(key, planned),
        )

    def _stories_under(self, key: str, planned: Sequence[Delivery]) -> Collection[StoryId]:
        """The stories, as they stand now, of the message that has a delivery key; none where the key is free."""
        row = next((row for row in planned if row.key == key), None) or self.store.delivery(key)
        return {story.story for story in self._followed(row.digest).stories} if row is not None else ()

    def _spike_rows(self, channel: Channel, message: Message) -> list[Delivery]:
        """The row of a message about a burst; none when its rule is gone."""
        (row,) = message.rows
        rule = self.ruleset.rule(row.rule) if row.rule is not None else None
        state = self.store.rule_states(SPIKES, SpikeState).get(rule.id) if rule is not None else None
        burst = next((one for one in state.bursts if one.entry == row.entry), None) if state is not None else None
        if rule is None or burst is None:
            return []
        context = digests.Context.of(self.ruleset, {}, ())
        reports = self.store.archived(burst.first)
        digest = spike_digest(channel, rule, burst, reports, context.names, context.timezone, self.now)
        return [digest_rows.delivery_of(channel, digest_rows.delivery_key(message, context), digest, self.sink.render)]

    def _followed(self, digest: Digest) -> Digest:
        """The digest with its stories as they stand now: what was merged away since is part of another."""
        stories = {(into := self.store.story_of(row.story)): replace(row, story=into) for row in digest.stories}
        return replace(digest, stories=tuple(stories.values()))


def posted_in(store: Store, channel: ChannelId, stories: Collection[StoryId]) -> dict[StoryId, Posted]:
    """What was posted of these stories in the channel."""
    return {row.story: row for row in store.posted(stories) if row.channel == channel}


def leave_channels(store: Store, ruleset: RuleSet, now: datetime) -> None:
    """What waits for channels that the rules file no longer has waits for those of its rules; ops is told."""
    for channel in store.waiting_channels():
        if channel not in ruleset.channels:
            rows = store.waiting(channel)
            left = left_channel(channel, rows, ruleset, store.posted({row.story for row in rows}))
            notice = left.notice(store.stories(left.homeless), now)
            store.move_waiting(rows, left.moved, [notice] if notice is not None else [])


def restate(
    store: Store, ruleset: RuleSet, sink: Sink, now: datetime, channel_id: ChannelId, story: StoryId, buttons: bool
) -> tuple[str, ...]:
    """Edits the message that shows a story, so that it shows what people did with it. Returns the keys of the edits;
    none: it shows nowhere; there is no message, or it was deleted, or Slack took the last edit of it not (a workspace
    may close messages to edits)."""
    channel = ruleset.channels.get(channel_id)
    posted = posted_in(store, channel_id, [store.story_of(story)])
    if channel is None or not posted:
        return ()
    (previous,) = posted.values()
    writing = MessageWriter.begin(store, ruleset, sink, now, buttons)
    rows, _ = writing.rows(channel, restatement(previous, now), posted)
    takes_edits = _takes_edits(store, previous)
    store.add_deliveries(rows)
    return tuple(row.key for row in rows) if takes_edits else ()


def _takes_edits(store: Store, posted: Posted) -> bool:
    """As far as is known: whether the message of a story is there, and its last edit arrived."""
    message = store.delivery(posted.delivery_key)
    if message is None or message.is_gone or message.state is DeliveryState.DEAD:
        return False
    edits = (
        row
        for row in store.deliveries_of(posted.story)
        if row.kind is MessageKind.UPDATE and row.thread_of == posted.delivery_key and row.state.is_done
    )
    return next(reversed([row.state for row in edits]), DeliveryState.SENT) is not DeliveryState.DEAD


def announce(store: Store, ruleset: RuleSet, sink: Sink, now: datetime, at_once: bool) -> tuple[Notice, ...]:
    """Notices become messages to the channel named ops, what came within seconds in one; without such a channel
    they are settled here, for the caller to log. `at_once`: nothing waits for what else may come."""
    notices = tuple(store.notices())
    if not notices or not (at_once or are_due(notices, now)):
        return ()
    ops = ruleset.channels.get(OPS)
    rows = [notice_delivery(ops, notice, ruleset, sink) for notice in together(notices)] if ops is not None else []
    store.settle_notices([notice.key for notice in notices], rows)
    return notices


def notice_delivery(ops: Channel, notice: Notice, ruleset: RuleSet, sink: Sink) -> Delivery:
    """The outbox row of a notice."""
    content = digests.notice_digest(ops, notice, ruleset.settings.timezone)
    return digest_rows.delivery_of(ops, digest_rows.notice_key(ops, notice.key), content, sink.render)
