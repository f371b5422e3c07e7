"""A person's command → what it does, and the answer to that person. An answer reaches only the person who asked."""

from __future__ import annotations

from typing import assert_never

from bot.core.language.word_lists import said_instead
from bot.core.rulefile.added_rules import PERSONAL
from bot.core.text.suggest import nearest
from bot.interact import views
from bot.interact.answers import Answering
from bot.interact.commands import (
    DESTINATION,
    NOT_OURS,
    OUTWORN,
    VERBS,
    ButtonPress,
    Command,
    EditPress,
    HomeOpened,
    OldPress,
    Person,
    QuestionPress,
    RuleForm,
    Saved,
    Slash,
    Typed,
)
from bot.interact.envelopes import Effects
from bot.interact.muting import Marking
from bot.interact.preview import preview
from bot.interact.rule_forms import RuleForms
from bot.interact.suggesting import Suggesting
from bot.model import RuleId, StoryId


class Actions:
    def __init__(self, effects: Effects) -> None:
        self._effects = effects
        self._suggesting = Suggesting(effects)
        self._marking = Marking(effects, self._suggesting.offer)
        self._answering = Answering(effects, self._suggesting.offer)
        self.forms = RuleForms(effects)

    async def take(self, envelope: str, command: Command) -> None:
        """Does it, once; says what came of it."""
        if isinstance(command, ButtonPress | QuestionPress) and await self._is_elsewhere(command.posted):
            if await self._effects.once(envelope):
                await self._effects.say(command.person, NOT_OURS)
            return
        match command:
            case Slash():
                await self._slash(envelope, command)
            case ButtonPress():
                await self._press(envelope, command)
            case EditPress(action="rule_suggest"):
                await self._suggesting.preview(envelope, command.person, RuleId(command.rule))
            case EditPress():
                await self._suggesting.apply(
                    envelope, command.person, RuleId(command.rule), command.when, command.expected
                )
            case QuestionPress():
                await self._answering.press(envelope, command)
            case OldPress():
                if await self._effects.once(envelope):
                    await self._effects.say(command.person, OUTWORN)
            case Typed():
                await self.forms.check(command)
            case Saved():
                await self.forms.save(envelope, command)
            case HomeOpened():
                await self._effects.publish_home(command.user)
            case _:
                assert_never(command)

    async def _is_elsewhere(self, posted: str) -> bool:
        """Whether a message is another store's: its numbers of stories are other stories here."""
        place = self._effects.place
        return bool(posted) and await place.write(place.store.delivery, posted) is None

    async def _press(self, envelope: str, press: ButtonPress) -> None:
        match press.action:
            case "rule_add":
                await self.forms.open(press.person, RuleForm())
            case "mark_undo" | "story_undo":
                await self._marking.undo(envelope, press)
            case "story_more" if press.story is not None:
                if await self._effects.once(envelope):
                    await self._coverage(press.person, StoryId(press.story))
            case _:
                await self._marking.press(envelope, press)

    async def _slash(self, envelope: str, slash: Slash) -> None:
        effects, person = self._effects, slash.person
        if slash.verb in ("snooze", "mute", "unmute"):
            await self._marking.silence(envelope, slash)
            return
        if not await effects.once(envelope):
            return
        match slash.verb:
            case "list":
                await effects.replies.tell(person, views.rules_list(await effects.rules_view()))
            case "status":
                await effects.say(person, "\n".join(await effects.status()))
            case "test":
                await self._test(person, slash.rest)
            case "add":
                await self._add(person, slash.rest)
            case "edit":
                await self.forms.edit(person, slash.rest)
            case _:
                await effects.say(person, _help(slash))

    async def _add(self, person: Person, text: str) -> None:
        """`QUERY to me`, `QUERY to #policy`. What is behind the last `to` is read as a channel where it is one, by its
        name in rules.yaml or in Slack: `tunnel AND to AND #policy`, as the form proposed, would never match."""
        destination = DESTINATION.search(text)
        if destination is None:
            await self.forms.open(person, RuleForm(query=text))
            return
        of_rules = self._effects.ruleset.channels.values()
        channels: dict[str, str] = {channel.slack.lstrip("#").lower(): channel.id for channel in of_rules}
        channels |= {channel.id.lower(): channel.id for channel in of_rules} | {"me": PERSONAL}
        wanted, query = channels.get(destination[1].lower()), text[: destination.start()]
        if wanted:
            await self.forms.open(person, RuleForm(query=query, channel=wanted))
            return
        await self.forms.open(person, RuleForm(query=text))
        if self.forms.problems(RuleForm(query=text)) and not self.forms.problems(RuleForm(query=query)):
            known = ", ".join(f"`{views.code(name)}`" for name in ["me", *(channel.id for channel in of_rules)])
            name = views.code(destination[1])
            await self._effects.say(person, f"rules.yaml has no channel `{name}`. A rule can post to {known}.")

    async def _test(self, person: Person, query: str) -> None:
        effects = self._effects
        if not query:
            await effects.say(person, "Write the query behind it: `/watch test Huawei AND 5G`")
            return
        seen = await preview(effects.place, query, effects.now())
        await effects.replies.tell(person, views.preview_answer(query, seen))

    async def _coverage(self, person: Person, story_id: StoryId) -> None:
        place = self._effects.place
        story_id = await place.write(place.store.story_of, story_id)
        story = (await place.write(place.store.stories, [story_id])).get(story_id)
        if story is None:
            await self._effects.say(person, "This story is no longer in the archive.")
            return
        answer = views.coverage(story, self._effects.ruleset)
        await self._effects.replies.tell(person, answer)


def _help(slash: Slash) -> str:
    if not slash.unknown:
        return views.HELP
    verb = slash.unknown.lower()
    alike = nearest(verb, VERBS)
    said = said_instead("watch").get(verb) or (f"Did you mean `/watch {alike}`?" if alike else "")
    return f"There is no `/watch {views.code(slash.unknown)}`. {said}".rstrip() + f"\n{views.HELP}"
