"""The modal for a rule: opened, checked while it is typed in, saved."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.core.query.parser import parse_query
from bot.core.rulefile.added_rules import ADDED_RULES, PERSONAL, AddedRule, added_rule_text, read_added_rules
from bot.core.rulefile.units import Ids, slug
from bot.errors import QueryError
from bot.interact import views
from bot.interact.commands import Person, RuleForm, Saved, Typed
from bot.interact.envelopes import Effects, bare_name
from bot.interact.preview import preview, query_problem
from bot.interact.trial import try_rule
from bot.model import DEFAULT_CHANNEL, ChannelId, Priority, RuleId, WorkbenchBatch
from bot.ports import Store
from bot.sinks.slack.elements import escape

_log = structlog.get_logger()


class RuleForms:
    """Rules that people add in Slack, and change there."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects
        self._trying = asyncio.Lock()
        """One backtest at a time: they take a processor each."""
        self._latest: dict[str, RuleForm] = {}
        """What each view that is open was last asked about."""

    def problems(self, form: RuleForm) -> Mapping[str, str]:
        """What is wrong with the form, by input; nothing: it can be saved. Quick: Slack waits for it."""
        try:
            parse_query(form.query, self._effects.ruleset.entities)
        except QueryError as error:
            return {"query": query_problem(form.query, error, self._effects.ruleset.entities)}
        return {}

    async def open(self, person: Person, form: RuleForm) -> None:
        """Opens the form for `person`; it is filled a moment later."""
        effects = self._effects
        if len(form.query) > views.MAX_QUERY:
            await effects.say(
                person,
                f"The query has {len(form.query):,} characters; a form of Slack's takes {views.MAX_QUERY:,}. Write the "
                "rule into rules.yaml, or name a part of it there (`entities:`) and write `@name` for it here.",
            )
            return
        view_id = await effects.replies.open_view(person, views.loading(form))
        if view_id is None:
            await effects.say(person, "Slack did not open the form. Try again.")
            return
        form = replace(form, asked_in=person.channel)
        seen = await preview(effects.place, form.query, effects.now()) if form.query else None
        await effects.replies.update_view(view_id, None, views.rule_modal(form, effects.ruleset, seen))
        if seen is not None:
            await self._show_trial(person, view_id, form, seen)

    async def edit(self, person: Person, name: str) -> None:
        """Opens the form for a rule that was added here; says why not for others."""
        added_rules = {rule.id.lower(): rule for rule in await self._effects.added_rules()}
        if added := added_rules.get(bare_name(name).lower()):
            form = RuleForm(
                rule=added.id,
                query=added.when,
                name=added.name,
                channel=added.to[0],
                priority=added.priority.name.lower(),
            )
            await self.open(person, form)
            return
        rule, problem = self._effects.find_rule(name)
        if rule is not None:
            problem = (
                f"`{views.code(rule)}` stands in rules.yaml, and the file wins: change it there. It is in force within "
                "seconds. Rules added with `/watch add` can be edited here."
            )
        await self._effects.say(person, problem)

    async def check(self, typed: Typed) -> None:
        """Shows under the query what it would have matched, or what is wrong with it."""
        effects = self._effects
        seen = await preview(effects.place, typed.form.query, effects.now())
        view = views.rule_modal(typed.form, effects.ruleset, seen)
        await effects.replies.update_view(typed.view_id, typed.view_hash, view)
        await self._show_trial(typed.person, typed.view_id, typed.form, seen)

    async def _show_trial(self, person: Person, view_id: str, form: RuleForm, seen: views.Preview) -> None:
        """The backtest under the query, unless somebody has typed on meanwhile."""
        effects = self._effects
        self._latest[view_id] = form
        if seen.problem or not form.query:
            return
        async with self._trying:
            if self._latest.get(view_id) is not form:
                return
            rule = self._rule_of(form, person, await effects.added_rules())
            trial = await try_rule(effects.archive, effects.ruleset, rule, effects.now())
        if trial is not None and self._latest.get(view_id) is form:
            view = views.rule_modal(form, effects.ruleset, seen, trial)
            await effects.replies.update_view(view_id, None, view)

    async def save(self, envelope: str, saved: Saved) -> None:
        """Keeps the rule; it is in force within seconds."""
        effects, form = self._effects, saved.form
        self._latest.clear()

        def decide(store: Store) -> tuple[WorkbenchBatch, AddedRule]:
            rule = self._rule_of(form, saved.person, read_added_rules(store.facts(ADDED_RULES)))
            return WorkbenchBatch(facts={ADDED_RULES + rule.id: added_rule_text(rule)}, at=effects.now()), rule

        rule = await effects.once_with(envelope, decide)
        if rule is None:
            return
        _log.info("rule_saved", rule=rule.id, by=rule.by)
        effects.place.nudge("reload")
        where = "you alone" if rule.to[0].startswith(PERSONAL) else ", ".join(rule.to)
        text = f"Rule `{views.code(rule.id)}` is saved and posts to {where}. It looks at what comes from now on."
        await effects.say(saved.person, text)
        await effects.publish_home(saved.person.user)
        if not form.may_exceed:
            async with self._trying:
                trial = await try_rule(effects.archive, effects.ruleset, rule, effects.now())
            if trial is not None and trial.over_budget:
                edit = f"`/watch edit {views.code(rule.id)}` changes it."
                await effects.say(saved.person, f":warning: {escape(trial.over_budget)} {edit}")

    def _rule_of(self, form: RuleForm, person: Person, added: Sequence[AddedRule]) -> AddedRule:
        """The rule that the form would make, saved by `person`."""
        effects = self._effects
        added_rules = {rule.id: rule for rule in added}
        sent_before = next((rule.id for rule in added if form.view and rule.view == form.view), "")
        taken = {rule.id for rule in effects.ruleset.rules} | set(added_rules)
        rule_id = RuleId(form.rule or sent_before or Ids(taken).make(slug(form.name or form.query)))
        return AddedRule(
            id=rule_id,
            name=form.name or form.query[:80],
            when=form.query,
            to=(_channel_of(form, person),),
            priority=Priority.__members__.get(form.priority.upper(), Priority.NORMAL),
            by=person.user,
            at=added_rules[rule_id].at if rule_id in added_rules else effects.now(),
            view=form.view,
        )


def _channel_of(form: RuleForm, person: Person) -> ChannelId:
    """Where the rule posts: a channel, or the person who saves it."""
    if form.channel.startswith(PERSONAL):
        return ChannelId(PERSONAL + person.user)
    return ChannelId(form.channel) if form.channel else DEFAULT_CHANNEL
