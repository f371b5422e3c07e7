"""What people did in Slack, as facts of the store → what it means for digests and messages.

The law: a mark (a mute, a snooze, a "not relevant") holds until its end or until somebody takes it back; it is never
deleted, so a message can go on saying who did what. A button's mark holds in its channel, `/watch` everywhere.

Facts: `watch:mark:ID`, each one JSON object; `watch:envelope:ID`, taken once, ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum

from bot.core.text.times import local_time
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

    def holds_after(self, at: datetime) -> bool:
        """Whether it holds at some time later than `at`."""
        ends = [end for end in (self.until_at, self.undone_at) if end is not None]
        return not ends or min(ends) > at

    def holds_for_good(self, now: datetime) -> bool:
        """A mute of a rule, which holds until somebody ends it."""
        return self.story is None and self.is_active(now)

    def is_active(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        return self.undone_at is None and (self.until_at is None or now < self.until_at)


_FIELDS = tuple(one.name for one in fields(Reaction))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hushed:
    """What may not go out, and what stands on stories, by channel."""

    stories: Mapping[ChannelId, frozenset[StoryId]] = field(default_factory=dict)
    rules: Mapping[ChannelId, frozenset[RuleId]] = field(default_factory=dict)
    states: Mapping[ChannelId, Mapping[StoryId, StoryState]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Everything that people did in Slack."""

    marks: tuple[Reaction, ...] = ()
    """In the order in which they were made."""

    @classmethod
    def read(cls, facts: Mapping[str, str]) -> Overlay:
        """From `facts(REACTIONS)`."""
        marks = list(map(_read_reaction, facts.values()))
        return cls(marks=tuple(sorted(marks, key=lambda mark: (mark.at, mark.id))))

    def follow(self, resolve: Callable[[StoryId], StoryId]) -> Overlay:
        """The same, its stories as they stand now (`resolve` follows merges)."""
        return replace(
            self,
            marks=tuple(
                replace(mark, story=resolve(mark.story)) if mark.story is not None else mark for mark in self.marks
            ),
        )

    def hushed(self, channels: Iterable[ChannelId], now: datetime, timezone: str) -> Hushed:
        """What that means for each channel at `now`."""
        ids = tuple(channels)
        stories: dict[ChannelId, set[StoryId]] = {}
        rules: dict[ChannelId, set[RuleId]] = {}
        shown: dict[ChannelId, dict[StoryId, list[Reaction]]] = {}
        for mark in self.marks:
            for channel in ids if mark.channel is None else (mark.channel,):
                if mark.story is not None:
                    shown.setdefault(channel, {}).setdefault(mark.story, []).append(mark)
                if not mark.is_active(now):
                    continue
                if mark.kind is ReactionKind.MUTE_STORY and mark.story is not None:
                    stories.setdefault(channel, set()).add(mark.story)
                elif mark.kind in (ReactionKind.SNOOZE_RULE, ReactionKind.MUTE_RULE) and mark.rule is not None:
                    rules.setdefault(channel, set()).add(mark.rule)
        return Hushed(
            stories={channel: frozenset(muted) for channel, muted in stories.items()},
            rules={channel: frozenset(silenced) for channel, silenced in rules.items()},
            states={
                channel: {story: _state(marks, now, timezone) for story, marks in by_story.items()}
                for channel, by_story in shown.items()
            },
        )

    def active(self, now: datetime) -> tuple[Reaction, ...]:
        """Marks that hold."""
        return tuple(mark for mark in self.marks if mark.is_active(now))

    def rule_marks(self, rule: RuleId, now: datetime) -> tuple[Reaction, ...]:
        """Snoozes and mutes of a rule that hold."""
        kinds = (ReactionKind.SNOOZE_RULE, ReactionKind.MUTE_RULE)
        return tuple(mark for mark in self.active(now) if mark.rule == rule and mark.kind in kinds)


def reaction_text(mark: Reaction) -> str:
    """The fact that keeps a mark."""
    return json.dumps(asdict(mark), default=datetime.isoformat)


def _read_reaction(text: str) -> Reaction:
    """The reverse of `reaction_text`; fields of another version do no harm."""
    values = {name: value for name, value in json.loads(text).items() if name in _FIELDS}
    times = {name: datetime.fromisoformat(values[name]) for name in ("at", "until_at", "undone_at") if values.get(name)}
    return Reaction(**values | {"kind": ReactionKind(values["kind"])} | times)


def _state(marks: Iterable[Reaction], now: datetime, timezone: str) -> StoryState:
    """The last word of each kind, in the order in which they were said."""
    last: dict[tuple[ReactionKind, RuleId | None], Reaction] = {}
    for mark in marks:
        last.pop((mark.kind, mark.rule), None)
        last[mark.kind, mark.rule] = mark
    return StoryState(
        text="; ".join(reaction_words(mark, timezone) for mark in last.values()),
        active=tuple(_active_word(mark) for mark in last.values() if mark.is_active(now)),
    )


def _active_word(mark: Reaction) -> str:
    """`mute_story`; of a "not relevant" that was said for one of several rules, `irrelevant:RULE`."""
    if mark.kind is ReactionKind.IRRELEVANT and mark.rule is not None:
        return f"{mark.kind.value}:{mark.rule}"
    return mark.kind.value


def reaction_words(mark: Reaction, timezone: str) -> str:
    """`Rule bridges snoozed until 25 Nov 09:12 by <@U1>, 24 Nov 09:12`."""
    by, at = f"<@{mark.by}>", local_time(mark.at, timezone)
    what = {
        ReactionKind.MUTE_STORY: "Story muted",
        ReactionKind.IRRELEVANT: "Marked not relevant" + (f" for rule {mark.rule}" if mark.rule is not None else ""),
        ReactionKind.SNOOZE_RULE: f"Rule {mark.rule} snoozed",
        ReactionKind.MUTE_RULE: f"Rule {mark.rule} muted",
    }[mark.kind]
    until = f" until {local_time(mark.until_at, timezone)}" if mark.until_at is not None else ""
    back = ""
    if mark.undone_by is not None and mark.undone_at is not None:
        back = f", taken back by <@{mark.undone_by}>, {local_time(mark.undone_at, timezone)}"
    return f"{what}{until} by {by}, {at}{back}"
