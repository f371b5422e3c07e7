"""What commands share: the envelope taken once, facts kept with it, messages restated, answers to the person.

The law: the envelope's id is taken in the same transaction as what it does, so each has its effect once, ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from bot import messages
from bot.core.digests.mutes import ENVELOPES, REACTIONS, RESTATE, Overlay
from bot.core.query.lexer import INVISIBLE
from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, read_added_rules
from bot.core.text.suggest import nearest
from bot.daemon_thread import in_daemon_thread
from bot.errors import StoreError
from bot.interact import views
from bot.interact.archive import Archive
from bot.interact.commands import Person
from bot.interact.replies import Replies
from bot.interact.status import status_text
from bot.model import ChannelId, DeliveryState, RuleId, RuleSet, StoryId, WorkbenchBatch
from bot.ports import Store, Workplace
from bot.reports.status import status_report
from bot.sinks.slack.elements import escape, unformatted
from bot.workbench.questions import RESTATE_QUESTIONS, restate_questions

_T = TypeVar("_T")

_SHOWN_WITHIN, _LOOK_AGAIN = 10.0, 0.2
"""Seconds in which a message shows what was done with its story, else the person is told."""
_NOT_SHOWN = (DeliveryState.DEAD, DeliveryState.PAUSED, DeliveryState.UNSETTLED)


def bare_name(text: str) -> str:
    """A rule's id without the quotes around it, and what came along unseen when it was copied."""
    return text.strip().strip(f"`\"'“”‘’{INVISIBLE}")


class Effects:
    """The worker's store, rules and sink, and the person's Slack."""

    def __init__(self, place: Workplace, replies: Replies, clock: Callable[[], datetime]) -> None:
        self.place = place
        self.archive = Archive(place)
        self.replies = replies
        self.now = clock
        self.repeated: set[str] = set()
        """Envelopes under way that were found to be taken."""

    @property
    def ruleset(self) -> RuleSet:
        return self.place.ruleset()

    async def once(self, envelope: str, facts: Mapping[str, str | None] | None = None) -> bool:
        """Takes the envelope and keeps `facts`, together. False: it was taken before."""
        now = self.now()
        return bool(await self.once_with(envelope, lambda store: (WorkbenchBatch(facts=facts or {}, at=now), True)))

    async def once_with(self, envelope: str, decide: Callable[[Store], tuple[WorkbenchBatch, _T]]) -> _T | None:
        """Takes the envelope and keeps what `decide` makes of the store as it stands, together; returns the rest of
        what it says. None: the envelope was taken before."""
        store = self.place.store
        at = self.now().isoformat()

        def take() -> _T | None:
            if store.get_fact(ENVELOPES + envelope) is not None:
                self.repeated.add(envelope)
                return None
            batch, outcome = decide(store)
            store.record_workbench(replace(batch, facts={**batch.facts, ENVELOPES + envelope: at}))
            return outcome

        return await self.place.write(take)

    async def say(self, person: Person, text: str) -> None:
        """A few words to one person, mrkdwn of ours."""
        await self.replies.tell(person, views.say(text))

    async def restate(self, channel: ChannelId, story: StoryId) -> tuple[str, ...]:
        """Has the story's message say what was done with it. Returns the keys of its edits; none: nobody will see it
        there."""
        place, now = self.place, self.now()

        def restate() -> tuple[str, ...]:
            edits = messages.restate(place.store, place.ruleset(), place.sink, now, channel, story, buttons=True)
            place.store.save_facts({f"{RESTATE}{channel}:{story}": None})
            return edits

        edits = await place.write(restate)
        if edits:
            place.nudge("deliver")
        return edits

    async def arrive(self, edits: Sequence[str]) -> bool:
        """Whether all of these edits are in Slack in time for whoever waits to see them. That a message takes no edits
        any more, Slack says only of the edit itself: whoever pressed its button saw nothing."""
        end = asyncio.get_running_loop().time() + _SHOWN_WITHIN
        left = set(edits)
        while left and asyncio.get_running_loop().time() < end:
            for key in sorted(left):
                row = await self.place.write(self.place.store.delivery, key)
                if row is None or row.state in _NOT_SHOWN:
                    return False
                if row.state is DeliveryState.SENT:
                    left.discard(key)
            await asyncio.sleep(_LOOK_AGAIN if left else 0)
        return not left

    async def restate_all(self) -> None:
        """Messages that do not show yet what was done."""
        for fact in await self.place.write(self.place.store.facts, RESTATE_QUESTIONS):
            await self.restate_questions(fact.removeprefix(RESTATE_QUESTIONS))
        for fact in await self.place.write(self.place.store.facts, RESTATE):
            channel, _, story = fact.removeprefix(RESTATE).rpartition(":")
            await self.restate(ChannelId(channel), StoryId(int(story)))

    async def catch_up(self) -> None:
        """What was done and left half-way shows, and is in force."""
        self.place.nudge("reload")
        await self.restate_all()

    async def restate_questions(self, key: str) -> tuple[str, ...]:
        """Has a message with questions show how they were answered. Returns the keys of its edits."""
        place, now = self.place, self.now()
        edits = await place.write(restate_questions, place.store, place.ruleset(), place.sink, now, key)
        if edits:
            place.nudge("deliver")
        return edits

    async def overlay(self) -> Overlay:
        return Overlay.read(await self.place.write(self.place.store.facts, REACTIONS))

    async def added_rules(self) -> tuple[AddedRule, ...]:
        return read_added_rules(await self.place.write(self.place.store.facts, ADDED_RULES))

    async def rules_view(self) -> views.RulesView:
        """The rules with what was done to them, and which of those from here the file overrules."""
        ruleset, added_rules = self.ruleset, await self.added_rules()
        of_file = {rule.id: rule.when for rule in ruleset.rules}
        clashes = [
            f":warning: {escape(rule.id)}: rules.yaml has a rule of this id, which wins over the one added in Slack"
            for rule in added_rules
            if of_file.get(rule.id, rule.when) != rule.when
        ]
        overlay = await self.overlay()
        muted = {reaction.story for reaction in overlay.active(self.now()) if reaction.story is not None}
        stories = await self.place.write(self.place.store.stories, muted)
        return views.RulesView(
            ruleset=ruleset,
            added=frozenset(rule.id for rule in added_rules),
            clashes=clashes,
            overlay=overlay,
            now=self.now(),
            titles={number: story.reports[0].headline for number, story in stories.items() if story.reports},
        )

    async def status(self) -> list[str]:
        """How things stand, in mrkdwn lines."""
        return status_text(await in_daemon_thread(self._report))

    def _report(self) -> dict[str, Any]:
        """In a thread and a connection of its own: a long outbox takes a while to read, and the worker goes on."""
        with self.archive.reading() as archive:
            if archive is None:
                raise StoreError("There is no store to look at.")
            return status_report(archive, self.ruleset, self.now())

    async def publish_home(self, user: str) -> None:
        await self.replies.publish_home(user, views.home(await self.rules_view(), await self.status()))

    def find_rule(self, name: str) -> tuple[RuleId | None, str]:
        """The rule that `name` names, in any case: by its id, or as messages call it. Else what to say instead."""
        ids = {rule.id.lower(): rule.id for rule in self.ruleset.rules}
        by_name: dict[str, list[RuleId]] = {}
        for rule in self.ruleset.rules:
            by_name.setdefault(rule.name.lower(), []).append(rule.id)
        wanted = bare_name(name)
        if not wanted:
            return None, "Name a rule: `/watch list` shows their ids."
        if wanted.lower() in ids:
            return ids[RuleId(wanted.lower())], ""
        named = by_name.get(wanted.lower(), [])
        if len(named) == 1:
            return named[0], ""
        if named:
            of_name = ", ".join(f"`{views.code(rule)}`" for rule in named)
            return None, f"{len(named)} rules are called {unformatted(wanted)}: {of_name}. Name one by its id."
        alike = nearest(wanted, [*ids.values(), *by_name])
        alike = by_name[alike][0] if alike in by_name and alike not in ids else alike
        hint = f" Did you mean `{views.code(alike)}`?" if alike else " `/watch list` shows their ids."
        return None, f"There is no rule `{views.code(wanted)}`.{hint}"
