"""Mutes, snoozes and "not relevant", and taking them back: reactions in the store, shown on the story's message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.core.codec import dumps
from bot.core.digests.mutes import REACTIONS, RESTATE, Overlay, Reaction, ReactionKind
from bot.core.rulefile.hints import duration_of
from bot.core.text.times import time_ahead
from bot.interact import views
from bot.interact.commands import ALL_RULES, OUTWORN, ButtonPress, Person, Slash
from bot.interact.envelopes import Effects
from bot.model import ChannelId, Mark, MarkKind, MarkVerdict, RuleId, StoryId, WorkbenchBatch
from bot.ports import Store

_SNOOZE = timedelta(hours=24)
"""What the button `Snooze rule` means, and `/watch snooze RULE` without a time."""
_KEPT = timedelta(days=30)
"""How long what was done with a story is kept: stories close after days."""
_TAKEN_BACK = "Taken back."
_NOT_LATER = "What it finds meanwhile is not posted later, either."
_log = structlog.get_logger()


class Marking:
    """Makes reactions and takes them back."""

    def __init__(self, effects: Effects, offer: Callable[[Person, tuple[Mark, ...]], Awaitable[None]]) -> None:
        self._effects, self._offer = effects, offer

    # --- buttons ---

    async def press(self, envelope: str, press: ButtonPress) -> None:
        """`Snooze rule`, `Mute story`, `Not relevant`."""
        now = self._effects.now()
        reaction = Reaction(
            id=envelope,
            kind=ReactionKind.IRRELEVANT,
            by=press.person.user,
            at=now,
            channel=ChannelId(press.channel),
            story=StoryId(press.story) if press.story is not None else None,
        )
        if press.action == "rule_snooze" and press.rule:
            snooze = replace(reaction, kind=ReactionKind.SNOOZE_RULE, rule=RuleId(press.rule), until_at=now + _SNOOZE)
            await self._react(envelope, press.person, snooze)
        elif press.action == "story_mute" and reaction.story is not None:
            await self._react(envelope, press.person, replace(reaction, kind=ReactionKind.MUTE_STORY))
        elif press.action == "story_irrelevant" and reaction.story is not None:
            rule = RuleId(press.rule) if press.rule not in ("", ALL_RULES) else None
            await self._react(envelope, press.person, replace(reaction, rule=rule))
        elif await self._effects.once(envelope):
            await self._effects.say(press.person, OUTWORN)

    async def undo(self, envelope: str, press: ButtonPress) -> None:
        """`Undo` in an answer: that reaction; on a message: the last one there."""
        if press.action == "mark_undo":
            await self._undo(envelope, press.person, lambda reaction: reaction.id == press.mark)
        elif press.story is not None:
            place, story = self._effects.place, StoryId(press.story)
            # The number on the message, and the one that the story has by now.
            stories = {story, await place.write(place.store.story_of, story)}
            channel = ChannelId(press.channel)
            await self._undo(
                envelope, press.person, lambda reaction: reaction.channel == channel and reaction.story in stories
            )

    # --- /watch ---

    async def silence(self, envelope: str, slash: Slash) -> None:
        """`snooze`, `mute` and `unmute`: everywhere. Who mutes for a span snoozes."""
        effects = self._effects
        rule, problem = effects.find_rule(slash.rest)
        span = _SNOOZE if slash.verb == "snooze" else None
        if rule is None and slash.verb != "unmute":
            rule, problem, span_text = self._rule_and_span(slash.rest)
            span = duration_of(span_text)
            if rule is not None and not span:
                or_none = ", or nothing for good" if slash.verb == "mute" else ""
                problem = f"`{views.code(span_text)}` is no time span: write 30m, 4h or 2d{or_none}."
        if problem or rule is None:
            if await effects.once(envelope):
                await effects.say(slash.person, problem)
        elif slash.verb == "unmute":
            await self._unmute(envelope, slash.person, rule)
        else:
            now = effects.now()
            reaction = Reaction(id=envelope, kind=ReactionKind.MUTE_RULE, by=slash.person.user, at=now, rule=rule)
            if span:
                reaction = replace(reaction, kind=ReactionKind.SNOOZE_RULE, until_at=now + span)
            await self._react(envelope, slash.person, reaction)

    def _rule_and_span(self, text: str) -> tuple[RuleId | None, str, str]:
        """(the rule that `text` begins with, what to say where there is none, what stands behind it)."""
        words = text.split()
        for end in range(len(words) - 1, 0, -1):
            rule, _ = self._effects.find_rule(" ".join(words[:end]))
            if rule is not None:
                return rule, "", " ".join(words[end:]).removeprefix("for ")
        # `Huawei and 5G` is all name, `shipz 1d` is not.
        ends = (end for end in range(1, len(words)) if duration_of(" ".join(words[end:]).removeprefix("for ")))
        return *self._effects.find_rule(" ".join(words[: next(ends, len(words))])), ""

    # --- what they share ---

    async def _react(self, envelope: str, person: Person, reaction: Reaction) -> None:
        effects = self._effects
        overlay = await effects.overlay()
        outdated = [
            old for old in overlay.reactions if old.at < reaction.at - _KEPT and not old.holds_for_good(reaction.at)
        ]
        facts = _facts(reaction) | {REACTIONS + old.id: None for old in outdated}

        def decide(store: Store) -> tuple[WorkbenchBatch, tuple[Mark, ...]]:
            marks = _marks(store, reaction)
            return WorkbenchBatch(marks=marks, facts=facts, at=reaction.at), marks

        marks = await effects.once_with(envelope, decide)
        if marks is None:
            return
        _note("marked", reaction, reaction.by)
        answer = views.done(self._done_text(reaction) + _still_muted(overlay, reaction), reaction)
        edits = await self._restated(reaction)
        if not edits:
            await effects.replies.tell(person, answer)
        await self._offer(person, marks)
        await effects.publish_home(reaction.by)
        if edits and not await effects.arrive(edits):
            await effects.replies.tell(person, answer)

    async def _undo(self, envelope: str, person: Person, wanted: Callable[[Reaction], bool]) -> None:
        effects = self._effects
        overlay = await effects.overlay()
        reaction = next((reaction for reaction in reversed(overlay.active(effects.now())) if wanted(reaction)), None)
        if reaction is None:
            if await effects.once(envelope):
                await effects.say(person, "There is nothing left to take back.")
            return
        now = effects.now()
        facts = _facts(replace(reaction, undone_by=person.user, undone_at=now))
        if not await effects.once_with(
            envelope,
            lambda store: (
                WorkbenchBatch(undone=_said(store, reaction), by=person.user, facts=facts, at=now),
                True,
            ),
        ):
            return
        _note("mark_undone", reaction, person.user)
        edits = await self._restated(reaction)
        if not edits:
            await effects.say(person, _TAKEN_BACK)
        await effects.publish_home(person.user)
        if edits and not await effects.arrive(edits):
            await effects.say(person, _TAKEN_BACK)

    async def _unmute(self, envelope: str, person: Person, rule: RuleId) -> None:
        effects, now = self._effects, self._effects.now()
        overlay = await effects.overlay()
        ending = overlay.rule_silences(rule, now)
        facts: dict[str, str | None] = {}
        for reaction in overlay.rule_endings(rule, now):
            facts |= _facts(replace(reaction, undone_by=person.user, undone_at=now))
        if not await effects.once(envelope, facts):
            return
        await effects.restate_all()
        name = views.code(rule)
        await effects.say(person, f"`{name}` speaks again." if ending else f"`{name}` was neither muted nor snoozed.")
        await effects.publish_home(person.user)

    async def _restated(self, reaction: Reaction) -> tuple[str, ...]:
        """The keys of the edits that show it on the story's message; none: nobody will see it there."""
        if reaction.channel is None or reaction.story is None:
            return ()
        return await self._effects.restate(reaction.channel, reaction.story)

    def _done_text(self, reaction: Reaction) -> str:
        timezone = self._effects.ruleset.settings.timezone
        until = f" until {time_ahead(reaction.at, reaction.until_at, timezone)}" if reaction.until_at else ""
        where = f" in {reaction.channel}" if reaction.channel is not None else ""
        name = views.code(reaction.rule or "")
        return {
            ReactionKind.SNOOZE_RULE: f"`{name}` is snoozed{until}{where}. {_NOT_LATER}",
            ReactionKind.MUTE_RULE: f"`{name}` is muted until `/watch unmute {name}`. {_NOT_LATER}",
            ReactionKind.MUTE_STORY: f"This story is muted{where}.",
            ReactionKind.IRRELEVANT: f"Noted: not relevant{where}.",
        }[reaction.kind]


def _still_muted(overlay: Overlay, reaction: Reaction) -> str:
    """What a snooze changes nothing of."""
    if reaction.kind is not ReactionKind.SNOOZE_RULE or reaction.rule is None:
        return ""
    for other in overlay.rule_silences(reaction.rule, reaction.at):
        if other.kind is ReactionKind.MUTE_RULE and other.channel is None:
            return (
                f" It is muted beyond that by <@{other.by}>: `/watch unmute {views.code(other.rule or '')}` ends both."
            )
    return ""


def _marks(store: Store, reaction: Reaction) -> tuple[Mark, ...]:
    """What `Not relevant` says: a mark for each rule that the story was posted for in the channel."""
    if reaction.kind is not ReactionKind.IRRELEVANT or reaction.story is None:
        return ()
    story = store.story_of(reaction.story)
    rules = (rule for one in store.posted([story]) if one.channel == reaction.channel for rule in one.rules)
    return tuple(
        Mark(story=story, rule=rule, verdict=MarkVerdict.NOT_RELEVANT, by=reaction.by, at=reaction.at)
        for rule in rules
        if reaction.rule in (None, rule)
    )


def _said(store: Store, reaction: Reaction) -> tuple[Mark, ...]:
    """The marks that it left and that still stand."""
    said = {(mark.story, mark.rule, mark.verdict, mark.by) for mark in _marks(store, reaction)}
    return tuple(
        mark
        for mark in store.marks({story for story, *_ in said})
        if mark.kind is MarkKind.VOLUNTEERED and (mark.story, mark.rule, mark.verdict, mark.by) in said
    )


def _facts(reaction: Reaction) -> dict[str, str | None]:
    """The reaction, and that the story's message does not show it yet."""
    facts: dict[str, str | None] = {REACTIONS + reaction.id: dumps(reaction)}
    if reaction.channel is not None and reaction.story is not None:
        facts[f"{RESTATE}{reaction.channel}:{reaction.story}"] = "1"
    return facts


def _note(event: str, reaction: Reaction, by: str) -> None:
    """One log line."""
    _log.info(event, kind=reaction.kind, channel=reaction.channel, story=reaction.story, rule=reaction.rule, by=by)
