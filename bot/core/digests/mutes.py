"""What people did in Slack, as facts of the store → what it means for digests and messages.

The law: a reaction (a mute, a snooze, a "not relevant") holds until its end or until somebody takes it back; it is
never deleted, so a message can go on saying who did what. A button's holds in its channel, `/watch` everywhere.

Facts: `watch:mark:ID`, each one JSON object; `watch:envelope:ID`, taken once, ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.core.codec import loads
from bot.core.text.times import local_time, time_ahead
from bot.model import ChannelId, RuleId, StoryId, StoryState

REACTIONS = "watch:mark:"
ENVELOPES = "watch:envelope:"
RESTATE = "watch:restate:"
"""`watch:restate:CHANNEL:STORY`: a message that does not show yet what was done (settled at the next start)."""


class ReactionKind(StrEnum):
    MUTE_STORY = "mute_story"
    IRRELEVANT = "irrelevant"
    SNOOZE_RULE = "snooze_rule"
    MUTE_RULE = "mute_rule"


_SILENCES = (ReactionKind.SNOOZE_RULE, ReactionKind.MUTE_RULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One thing that one person did. `channel` None: everywhere. `until_at` None: until it is taken back."""

    id: str
    kind: ReactionKind
    by: str
    """Slack's id of the person."""
    at: datetime
    channel: ChannelId | None = None
    story: StoryId | None = None
    rule: RuleId | None = None
    until_at: datetime | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None
    replaced_at: datetime | None = None
    """When a later snooze took its place; made anew at each reading, since that one may be taken back."""

    def holds_after(self, at: datetime) -> bool:
        """Whether it holds at some time later than `at`."""
        ends = [end for end in (self.until_at, self.undone_at, self.replaced_at) if end is not None]
        return not ends or min(ends) > at

    def holds_for_good(self, now: datetime) -> bool:
        """A mute of a rule, which holds until somebody ends it."""
        return self.story is None and self.is_active(now)

    def is_active(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        return self.replaced_at is None and self.is_left(now)

    def is_left(self, now: datetime) -> bool:
        """Whether it would hold at `now` if nothing had taken its place."""
        return self.undone_at is None and (self.until_at is None or now < self.until_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hushed:
    """What may not go out, and what stands on stories, by channel."""

    stories: Mapping[ChannelId, frozenset[StoryId]] = field(default_factory=dict)
    rules: Mapping[ChannelId, frozenset[RuleId]] = field(default_factory=dict)
    states: Mapping[ChannelId, Mapping[StoryId, StoryState]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Everything that people did in Slack."""

    reactions: tuple[Reaction, ...] = ()
    """In the order in which they were made."""

    @classmethod
    def read(cls, facts: Mapping[str, str]) -> Overlay:
        """From `facts(REACTIONS)`."""
        reactions = [loads(Reaction, text) for text in facts.values()]
        return cls(reactions=_replaced(sorted(reactions, key=lambda reaction: (reaction.at, reaction.id))))

    def follow(self, resolve: Callable[[StoryId], StoryId]) -> Overlay:
        """The same, its stories as they stand now (`resolve` follows merges)."""
        return replace(
            self,
            reactions=tuple(
                replace(reaction, story=resolve(reaction.story)) if reaction.story is not None else reaction
                for reaction in self.reactions
            ),
        )

    def hushed(self, channels: Iterable[ChannelId], now: datetime, timezone: str) -> Hushed:
        """What that means for each channel at `now`."""
        ids = tuple(channels)
        stories: dict[ChannelId, set[StoryId]] = {}
        rules: dict[ChannelId, set[RuleId]] = {}
        shown: dict[ChannelId, dict[StoryId, list[Reaction]]] = {}
        for reaction in self.reactions:
            for channel in ids if reaction.channel is None else (reaction.channel,):
                if reaction.story is not None:
                    shown.setdefault(channel, {}).setdefault(reaction.story, []).append(reaction)
                if not reaction.is_active(now):
                    continue
                if reaction.kind is ReactionKind.MUTE_STORY and reaction.story is not None:
                    stories.setdefault(channel, set()).add(reaction.story)
                elif reaction.kind in (ReactionKind.SNOOZE_RULE, ReactionKind.MUTE_RULE) and reaction.rule is not None:
                    rules.setdefault(channel, set()).add(reaction.rule)
        return Hushed(
            stories={channel: frozenset(muted) for channel, muted in stories.items()},
            rules={channel: frozenset(silenced) for channel, silenced in rules.items()},
            states={
                channel: {story: _state(reactions, now, timezone) for story, reactions in by_story.items()}
                for channel, by_story in shown.items()
            },
        )

    def active(self, now: datetime) -> tuple[Reaction, ...]:
        """Marks that hold."""
        return tuple(reaction for reaction in self.reactions if reaction.is_active(now))

    def rule_silences(self, rule: RuleId, now: datetime) -> tuple[Reaction, ...]:
        """Snoozes and mutes of a rule that hold."""
        return tuple(reaction for reaction in self.active(now) if reaction.rule == rule and reaction.kind in _SILENCES)

    def rule_endings(self, rule: RuleId, now: datetime) -> tuple[Reaction, ...]:
        """What has to be taken back for the rule to speak: those, and the snoozes whose place others took."""
        of_rule = (one for one in self.reactions if one.rule == rule and one.kind in _SILENCES)
        return tuple(reaction for reaction in of_rule if reaction.is_left(now))


def _replaced(reactions: Sequence[Reaction]) -> tuple[Reaction, ...]:
    """`/watch snooze RULE` says until when, whatever was said before: 4h after 24h are four hours. One that was taken
    back takes no place. Buttons always mean a day from now, in their channel: the last of those is the longest."""
    later: dict[RuleId, datetime] = {}
    made = []
    for reaction in reversed(reactions):
        at = None
        if reaction.kind is ReactionKind.SNOOZE_RULE and reaction.channel is None and reaction.rule is not None:
            at = later.get(reaction.rule)
            if reaction.undone_at is None:
                later[reaction.rule] = reaction.at
        made.append(replace(reaction, replaced_at=at))
    return tuple(reversed(made))


def _state(reactions: Iterable[Reaction], now: datetime, timezone: str) -> StoryState:
    """The last word of each kind, in the order in which they were said."""
    last: dict[tuple[ReactionKind, RuleId | None], Reaction] = {}
    for reaction in reactions:
        last.pop((reaction.kind, reaction.rule), None)
        last[reaction.kind, reaction.rule] = reaction
    return StoryState(
        text="; ".join(reaction_words(reaction, timezone) for reaction in last.values()),
        active=tuple(_active_word(reaction) for reaction in last.values() if reaction.is_active(now)),
    )


def _active_word(reaction: Reaction) -> str:
    """`mute_story`; of a "not relevant" that was said for one of several rules, `irrelevant:RULE`."""
    if reaction.kind is ReactionKind.IRRELEVANT and reaction.rule is not None:
        return f"{reaction.kind.value}:{reaction.rule}"
    return reaction.kind.value


def reaction_words(reaction: Reaction, timezone: str) -> str:
    """`Rule bridges snoozed until 25 Nov 09:12 by <@U1>, 24 Nov 09:12`."""
    by, at = f"<@{reaction.by}>", local_time(reaction.at, timezone)
    what = {
        ReactionKind.MUTE_STORY: "Story muted",
        ReactionKind.IRRELEVANT: "Marked not relevant"
        + (f" for rule {reaction.rule}" if reaction.rule is not None else ""),
        ReactionKind.SNOOZE_RULE: f"Rule {reaction.rule} snoozed",
        ReactionKind.MUTE_RULE: f"Rule {reaction.rule} muted",
    }[reaction.kind]
    until = f" until {time_ahead(reaction.at, reaction.until_at, timezone)}" if reaction.until_at is not None else ""
    back = ""
    if reaction.undone_by is not None and reaction.undone_at is not None:
        back = f", taken back by <@{reaction.undone_by}>, {local_time(reaction.undone_at, timezone)}"
    return f"{what}{until} by {by}, {at}{back}"
