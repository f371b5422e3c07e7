"""A command of a person in; what it does to the store, and what the person is told, out.

The law: the envelope's id is taken in the same transaction as what it does, so each has its effect once, ever; then the
story's message is edited so that it shows what was done and by whom. An answer reaches only the person who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import pipeline
from bot.core.digests.marks import (
    ENVELOPES,
    MARKS,
    RESTATE,
    Mark,
    MarkKind,
    Overlay,
    mark_text,
)
from bot.core.query.parser import parse
from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, added_rule_text, read_added_rules
from bot.core.rulefile.units import duration, slug
from bot.core.text.times import local_time
from bot.errors import QueryError
from bot.interact import views
from bot.interact.commands import VERBS, HomeOpened, Person, Press, RuleForm, Saved, Slash, Typed, nearest
from bot.interact.preview import preview
from bot.interact.replies import Replies
from bot.interact.state import status_lines
from bot.model import DEFAULT_CHANNEL, ChannelId, Priority, RuleId, RuleSet, StoryId
from bot.ports import Workplace

SNOOZE = timedelta(hours=24)
"""What the button `Snooze rule` means."""
KEPT = timedelta(days=30)
"""How long what was done with a story is kept: stories close after days."""
log = structlog.get_logger()


class Actions:
    """Does what people ask for."""

    def __init__(self, place: Workplace, replies: Replies, clock: Callable[[], datetime]) -> None:
        self._place = place
        self._replies = replies
        self._clock = clock

    async def settle(self) -> None:
        """At start: messages that do not show yet what was done before the last stop."""
        for fact in await self._place.write(self._place.store.facts, RESTATE):
            channel, _, story = fact.removeprefix(RESTATE).rpartition(":")
            await self._restate(ChannelId(channel), StoryId(int(story)))

    async def take(self, envelope: str, command: Slash | Press | Typed | Saved | HomeOpened) -> None:
        """Does it, once; says what came of it."""
        if isinstance(command, Slash):
            await self._slash(envelope, command)
        elif isinstance(command, Press):
            await self._press(envelope, command)
        elif isinstance(command, Typed):
            await self._typed(command)
        elif isinstance(command, Saved):
            await self._saved(envelope, command)
        else:
            await self.publish_home(command.user)

    def problems(self, form: RuleForm) -> Mapping[str, str]:
        """What is wrong with the rule modal, by input; nothing: it can be saved. Quick: Slack waits for it."""
        try:
            parse(form.query, self._ruleset().entities)
        except QueryError as error:
            return {"query": query_problem(form.query, error)}
        return {}

    # --- buttons ---

    async def _press(self, envelope: str, press: Press) -> None:
        channel = ChannelId(press.channel)
        story = StoryId(press.story) if press.story is not None else None
        now = self._clock()
        if press.action == "rule_add":
            await self._open_form(press.person, RuleForm())
        elif press.action == "mark_undo":
            await self._undo(envelope, press.person, lambda mark: mark.id == press.mark)
        elif press.action == "story_undo" and story is not None:
            stories = await self._same_story(story)
            await self._undo(envelope, press.person, lambda mark: mark.channel == channel and mark.story in stories)
        elif press.action == "story_more" and story is not None:
            if await self._once(envelope, {}):
                await self._coverage(press.person, story)
        elif press.action == "rule_snooze" and press.rule:
            mark = Mark(
                id=envelope,
                kind=MarkKind.SNOOZE_RULE,
                by=press.person.user,
                at=now,
                channel=channel,
                story=story,
                rule=RuleId(press.rule),
                until_at=now + SNOOZE,
            )
            await self._mark(envelope, press.person, mark)
        elif press.action in ("story_mute", "story_irrelevant") and story is not None:
            kind = MarkKind.MUTE_STORY if press.action == "story_mute" else MarkKind.IRRELEVANT
            mark = Mark(id=envelope, kind=kind, by=press.person.user, at=now, channel=channel, story=story)
            await self._mark(envelope, press.person, mark)

    async def _mark(self, envelope: str, person: Person, mark: Mark) -> None:
        facts: dict[str, str | None] = {MARKS + mark.id: mark_text(mark)}
        if mark.channel is not None and mark.story is not None:
            facts[f"{RESTATE}{mark.channel}:{mark.story}"] = "1"
        overlay = await self._overlay()
        facts |= {MARKS + old.id: None for old in overlay.marks if old.at < mark.at - KEPT and not _lasts(old, mark.at)}
        if not await self._once(envelope, facts):
            return
        log.info("marked", kind=mark.kind, channel=mark.channel, story=mark.story, rule=mark.rule, by=mark.by)
        shown = False
        if mark.channel is not None and mark.story is not None:
            shown = await self._restate(mark.channel, mark.story)
        if not shown:
            await self._replies.tell(person, views.done(self._done_text(mark), mark))
        await self.publish_home(mark.by)

    async def _undo(self, envelope: str, person: Person, wanted: Callable[[Mark], bool]) -> None:
        overlay = await self._overlay()
        mark = next((mark for mark in reversed(overlay.active(self._clock())) if wanted(mark)), None)
        if mark is None:
            if await self._once(envelope, {}):
                await self._replies.tell(person, views.say("There is nothing left to take back."))
            return
        undone = replace(mark, undone_by=person.user, undone_at=self._clock())
        facts = {MARKS + mark.id: mark_text(undone)}
        if mark.channel is not None and mark.story is not None:
            facts[f"{RESTATE}{mark.channel}:{mark.story}"] = "1"
        if not await self._once(envelope, facts):
            return
        log.info("mark_undone", kind=mark.kind, channel=mark.channel, story=mark.story, rule=mark.rule, by=person.user)
        if mark.channel is None or mark.story is None or not await self._restate(mark.channel, mark.story):
            await self._replies.tell(person, views.say("Taken back."))
        await self.publish_home(person.user)

    async def _coverage(self, person: Person, story: StoryId) -> None:
        place = self._place
        story = await place.write(place.store.story_of, story)
        found = (await place.write(place.store.stories, [story])).get(story)
        if found is None:
            await self._replies.tell(person, views.say("This story is no longer in the archive."))
            return
        await self._replies.tell(person, views.coverage(found.reports[0].title, tuple(reversed(found.reports))))

    async def _same_story(self, story: StoryId) -> set[StoryId]:
        """The number on the message, and the one the story has by now."""
        return {story, await self._place.write(self._place.store.story_of, story)}

    # --- /watch ---

    async def _slash(self, envelope: str, slash: Slash) -> None:
        if slash.verb in ("snooze", "mute", "unmute"):
            await self._silence(envelope, slash)
            return
        if not await self._once(envelope, {}):
            return
        person = slash.person
        if slash.verb == "list":
            await self._replies.tell(person, views.rules_list(await self._rules_view()))
        elif slash.verb == "status":
            await self._replies.tell(person, views.say("\n".join(await self._status())))
        elif slash.verb == "test":
            await self._test(person, slash.rest)
        elif slash.verb == "add":
            await self._open_form(person, RuleForm(query=slash.rest))
        elif slash.verb == "edit":
            await self._edit(person, slash.rest)
        else:
            await self._replies.tell(person, views.say(_help(slash)))

    async def _silence(self, envelope: str, slash: Slash) -> None:
        """snooze, mute and unmute: everywhere."""
        rule, problem = self._find_rule(slash.rest)
        span: timedelta | None = SNOOZE
        name, _, span_text = slash.rest.rpartition(" ")
        if rule is None and slash.verb == "snooze" and name:
            rule, problem = self._find_rule(name)
            span = duration(span_text)
            if rule is not None and not span:
                problem = f"`{views.code(span_text)}` is no time span: write 30m, 4h or 2d."
        if problem or rule is None:
            if await self._once(envelope, {}):
                await self._replies.tell(slash.person, views.say(problem))
            return
        now = self._clock()
        if slash.verb == "unmute":
            await self._unmute(envelope, slash.person, rule)
            return
        snoozes = slash.verb == "snooze"
        mark = Mark(
            id=envelope,
            kind=MarkKind.SNOOZE_RULE if snoozes else MarkKind.MUTE_RULE,
            by=slash.person.user,
            at=now,
            rule=rule,
            until_at=now + span if snoozes and span else None,
        )
        await self._mark(envelope, slash.person, mark)

    async def _unmute(self, envelope: str, person: Person, rule: RuleId) -> None:
        overlay = await self._overlay()
        now = self._clock()
        ending = overlay.rule_marks(rule, now)
        facts: dict[str, str] = {}
        for mark in ending:
            facts[MARKS + mark.id] = mark_text(replace(mark, undone_by=person.user, undone_at=now))
            if mark.channel is not None and mark.story is not None:
                facts[f"{RESTATE}{mark.channel}:{mark.story}"] = "1"
        if not await self._once(envelope, facts):
            return
        await self.settle()
        text = (
            f"`{views.code(rule)}` speaks again." if ending else f"`{views.code(rule)}` was neither muted nor snoozed."
        )
        await self._replies.tell(person, views.say(text))
        await self.publish_home(person.user)

    async def _test(self, person: Person, query: str) -> None:
        if not query:
            await self._replies.tell(person, views.say("Write the query behind it: `/watch test Huawei AND 5G`"))
            return
        found = await preview(self._place, query, self._clock())
        await self._replies.tell(person, views.preview_answer(query, found))

    async def _edit(self, person: Person, name: str) -> None:
        added = next((rule for rule in await self._added_rules() if rule.id.lower() == name.strip().lower()), None)
        if added is not None:
            form = RuleForm(
                rule=added.id,
                query=added.when,
                name=added.name,
                channel=added.to[0],
                priority=added.priority.name.lower(),
            )
            await self._open_form(person, form)
            return
        rule, problem = self._find_rule(name)
        if rule is not None:
            problem = (
                f"`{views.code(rule)}` stands in rules.yaml, and the file wins: change it there. It is in force within "
                "seconds. Rules added with `/watch add` can be edited here."
            )
        await self._replies.tell(person, views.say(problem))

    # --- the rule modal ---

    async def _open_form(self, person: Person, form: RuleForm) -> None:
        view_id = await self._replies.open_view(person, views.loading("Edit rule" if form.rule else "Add a rule"))
        if view_id is None:
            await self._replies.tell(person, views.say("Slack did not open the form. Try again."))
            return
        form = replace(form, asked_in=person.channel)
        found = await preview(self._place, form.query, self._clock()) if form.query else None
        await self._replies.update_view(view_id, None, views.rule_modal(form, self._ruleset(), found))

    async def _typed(self, typed: Typed) -> None:
        found = await preview(self._place, typed.form.query, self._clock())
        view = views.rule_modal(typed.form, self._ruleset(), found)
        await self._replies.update_view(typed.view_id, typed.view_hash, view)

    async def _saved(self, envelope: str, saved: Saved) -> None:
        form = saved.form
        added_rules = await self._added_rules()
        taken = {rule.id for rule in self._ruleset().rules} | {rule.id for rule in added_rules}
        rule_id = RuleId(form.rule) if form.rule else new_id(form.name or form.query, taken)
        rule = AddedRule(
            id=rule_id,
            name=form.name or form.query[:80],
            when=form.query,
            to=(ChannelId(form.channel) if form.channel else DEFAULT_CHANNEL,),
            priority=Priority[form.priority.upper()]
            if form.priority.upper() in Priority.__members__
            else Priority.NORMAL,
            by=saved.person.user,
            at=next((old.at for old in added_rules if old.id == rule_id), self._clock()),
        )
        if not await self._once(envelope, {ADDED_RULES + rule.id: added_rule_text(rule)}):
            return
        log.info("rule_saved", rule=rule.id, by=rule.by)
        self._place.nudge("reload")
        where = ", ".join(rule.to)
        text = f"Rule `{views.code(rule.id)}` is saved and posts to {where}. It looks at what comes from now on."
        await self._replies.tell(saved.person, views.say(text))
        await self.publish_home(saved.person.user)

    # --- what they share ---

    async def publish_home(self, user: str) -> None:
        """The home tab of one person."""
        await self._replies.publish_home(user, views.home(await self._rules_view(), await self._status()))

    async def _status(self) -> list[str]:
        return await self._place.write(status_lines, self._place.store, self._ruleset(), self._clock())

    async def _once(self, envelope: str, facts: Mapping[str, str | None]) -> bool:
        """Takes the envelope and keeps `facts`, together. False: it was taken before."""
        store = self._place.store
        at = self._clock().isoformat()

        def take() -> bool:
            if store.get_fact(ENVELOPES + envelope) is not None:
                return False
            store.save_facts({**facts, ENVELOPES + envelope: at})
            return True

        return await self._place.write(take)

    async def _restate(self, channel: ChannelId, story: StoryId) -> bool:
        """Has the story's message say what was done with it."""
        place, now = self._place, self._clock()

        def restate() -> bool:
            done = pipeline.restate(place.store, place.ruleset(), place.sink, now, channel, story, buttons=True)
            place.store.save_facts({f"{RESTATE}{channel}:{story}": None})
            return done

        done = await place.write(restate)
        if done:
            place.nudge("deliver")
        return done

    async def _overlay(self) -> Overlay:
        """What people did."""
        return Overlay.read(await self._place.write(self._place.store.facts, MARKS))

    async def _added_rules(self) -> tuple[AddedRule, ...]:
        """Rules that people added here."""
        return read_added_rules(await self._place.write(self._place.store.facts, ADDED_RULES))

    async def _rules_view(self) -> views.RulesView:
        """The rules with what was done to them, and which of those from here the file overrules."""
        ruleset, added_rules = self._ruleset(), await self._added_rules()
        of_file = {rule.id: rule.when for rule in ruleset.rules}
        clashes = [
            f"{rule.id}: rules.yaml has a rule of this id, which wins over the one added in Slack"
            for rule in added_rules
            if of_file.get(rule.id, rule.when) != rule.when
        ]
        return views.RulesView(
            ruleset=ruleset,
            added=frozenset(rule.id for rule in added_rules),
            clashes=clashes,
            overlay=await self._overlay(),
            now=self._clock(),
        )

    def _find_rule(self, name: str) -> tuple[RuleId | None, str]:
        """The rule that `name` names (ids, in any case), or what to say instead."""
        ids = [rule.id for rule in self._ruleset().rules]
        wanted = name.strip().strip("`")
        for rule in ids:
            if rule.lower() == wanted.lower():
                return rule, ""
        if not wanted:
            return None, "Name a rule: `/watch list` shows their ids."
        alike = nearest(wanted, [str(rule) for rule in ids])
        hint = f" Did you mean `{views.code(alike)}`?" if alike else " `/watch list` shows their ids."
        return None, f"There is no rule `{views.code(wanted)}`.{hint}"

    def _done_text(self, mark: Mark) -> str:
        timezone = self._ruleset().settings.timezone
        until = f" until {local_time(mark.until_at, timezone)}" if mark.until_at is not None else ""
        where = f" in {mark.channel}" if mark.channel is not None else ""
        if mark.rule is not None:
            word = "snoozed" if mark.kind is MarkKind.SNOOZE_RULE else "muted"
            return (
                f"`{views.code(mark.rule)}` is {word}{until}{where}. Nothing of it is posted meanwhile, or made up for."
            )
        return {
            MarkKind.MUTE_STORY: f"This story is muted{where}.",
            MarkKind.IRRELEVANT: f"Noted: not relevant{where}.",
        }.get(mark.kind, "Done.")

    def _ruleset(self) -> RuleSet:
        return self._place.ruleset()


def _lasts(mark: Mark, now: datetime) -> bool:
    """A mute of a rule, which holds until somebody ends it."""
    return mark.story is None and mark.is_active(now)


def query_problem(query: str, error: QueryError) -> str:
    """What is wrong with a query, naming the word at fault."""
    word = query[error.start : error.end].strip()
    at = f"“{word[:60]}”: " if word and word not in str(error) else ""
    return f"{at}{error}" + (f" {error.hint}" if error.hint else "")


def new_id(text: str, taken: set[RuleId]) -> RuleId:
    """A slug of the text that is not taken."""
    base = slug(text) or "rule"
    number, made = 1, base
    while RuleId(made) in taken:
        number += 1
        made = f"{base[:37]}-{number}"
    return RuleId(made)


def _help(slash: Slash) -> str:
    if not slash.unknown:
        return views.HELP
    alike = nearest(slash.unknown, list(VERBS))
    hint = f" Did you mean `/watch {alike}`?" if alike else ""
    return f"There is no `/watch {views.code(slash.unknown)}`.{hint}\n{views.HELP}"
