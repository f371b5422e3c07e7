"""Rules that people mark as noisy → a suggested edit, shown to whoever asks.

The law: a button makes the edit, another takes it back; nothing happens by itself.

Only rules that were added in Slack can be changed from here: the file's are its own, and the preview says how.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import structlog

from bot.backtest import Backtester
from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, added_rule_text, read_added_rules
from bot.core.rulefile.change_rule import RuleChange, changed_when, with_rule_changed
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.rulefile.text_edits import unified_diff
from bot.core.text.plural import counted
from bot.core.text.zones import compile_promo
from bot.core.workbench.backtest import RuleOnTrial
from bot.core.workbench.suggest import Suggestion, suggest, when_after
from bot.daemon_thread import in_daemon_thread
from bot.errors import UsageError, WirewatchError
from bot.interact import views
from bot.interact.commands import Person
from bot.interact.envelopes import Effects
from bot.model import Mark, MarkVerdict, Rule, RuleId, RuleSet
from bot.ports import Store, WorkbenchBatch
from bot.sinks.slack.elements import Block, button, escape, section
from bot.suggestions import labels_of_marks

_MAX_VALUE = 1_900
"""Characters that a button brings back, at most."""
_MAX_DIFF = 2_500
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Preview:
    """A suggested edit of one rule. `when` empty: it cannot be made from here."""

    text: str
    diff: str = ""
    when: str = ""


class Suggesting:
    """Offers, previews, and edits of rules that were added in Slack."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects

    async def offer(self, person: Person, marks: tuple[Mark, ...]) -> None:
        """After somebody called stories irrelevant: a button for each rule of which two, four, eight … are marked so.

        Without a story that is marked relevant nothing shows what must stay: then there is nothing to offer.
        """
        effects = self._effects
        for rule in dict.fromkeys(mark.rule for mark in marks if mark.verdict is MarkVerdict.NOT_RELEVANT):
            noise, relevant = await effects.place.write(_marked_stories, effects.place.store, rule)
            if relevant and noise >= 2 and noise & (noise - 1) == 0:
                text = f"{counted(noise, 'story', 'stories')} of `{views.code(rule)}` are marked not relevant."
                buttons: Block = {
                    "type": "actions",
                    "elements": [button("rule_suggest", "Suggest an edit", json.dumps({"v": 1, "r": rule}))],
                }
                await effects.replies.tell(person, views.Ephemeral(text=text, blocks=(section(text), buttons)))

    async def preview(self, envelope: str, person: Person, rule: RuleId) -> None:
        """What would separate the noise, and what that does on the archive."""
        effects = self._effects
        if not await effects.once(envelope):
            return
        ruleset = effects.ruleset
        watched = next((one for one in ruleset.rules if one.id == rule), None)
        if watched is None:
            await effects.say(person, f"There is no rule `{views.code(rule)}` any more.")
            return
        added = {one.id: one for one in await effects.added_rules()}
        text = await effects.place.write(effects.place.store.get_fact, "rules:text")
        try:
            shown = await in_daemon_thread(self._look, ruleset, watched, added.get(rule), text or "")
        except WirewatchError as error:
            _log.warning("suggestion_failed", rule=rule, error=str(error))
            shown = _Preview(text="The archive cannot be read just now.")
        blocks: list[Block] = [section(escape(shown.text))]
        if shown.diff:
            blocks.append(section(f"```{escape(shown.diff[:_MAX_DIFF])}```"))
        value = json.dumps({"v": 1, "r": rule, "w": shown.when, "o": watched.when})
        if shown.when and len(value) <= _MAX_VALUE:
            blocks.append({"type": "actions", "elements": [button("rule_apply", "Apply", value)]})
        await effects.replies.tell(person, views.Ephemeral(text=escape(shown.text), blocks=tuple(blocks)))

    async def apply(self, envelope: str, person: Person, rule: RuleId, when: str, expected: str) -> None:
        """The rule's expression becomes `when`, if it still is what the preview was made of; and back again."""
        effects, now = self._effects, self._effects.now()

        def change(store: Store) -> tuple[WorkbenchBatch, str]:
            added = {one.id: one for one in read_added_rules(store.facts(ADDED_RULES))}.get(rule)
            if added is None or added.when != expected:
                return WorkbenchBatch(at=now), "It has been changed meanwhile, and was left as it is."
            fact = added_rule_text(replace(added, when=when, by=person.user))
            return WorkbenchBatch(facts={ADDED_RULES + rule: fact}, at=now), ""

        problem = await effects.once_with(envelope, change)
        if problem is None:
            return
        if problem:
            await effects.say(person, f"`{views.code(rule)}`: {problem}")
            return
        _log.info("rule_saved", rule=rule, by=person.user)
        effects.place.nudge("reload")
        text = f"`{views.code(rule)}` is now `{views.code(when, 1000)}`."
        value = json.dumps({"v": 1, "r": rule, "w": expected, "o": when})
        undo: Block = {"type": "actions", "elements": [button("rule_apply", "Undo", value)]}
        await effects.replies.tell(person, views.Ephemeral(text=text, blocks=(section(text), undo)))

    # --- in a thread of its own ---

    def _look(self, ruleset: RuleSet, rule: Rule, added: AddedRule | None, file_text: str) -> _Preview:
        archive = self._effects.place.archive()
        if archive is None:
            return _Preview(text="There is no archive to look at.")
        with closing(archive), archive.snapshot():
            labels = labels_of_marks(archive, rule, ruleset)

            def after(change: RuleChange) -> RuleSet | None:
                return _after(ruleset, rule, change) if added is not None else _file_after(file_text, rule, change)

            def accept(change: RuleChange) -> Rule | None:
                changed = after(change)
                return _named(changed, rule.id) if changed is not None else None

            suggestion = suggest(rule, ruleset.entities, labels.stories, accept, compile_promo(ruleset.promo))
            changed = after(suggestion.change) if suggestion.kind is not None else None
            if changed is None:
                return _Preview(text=f"Nothing to suggest for {rule.id}: {suggestion.reason}.")
            sides = [
                RuleOnTrial(rule=rule, ruleset=ruleset),
                RuleOnTrial(rule=_named(changed, rule.id), ruleset=changed),
            ]
            before_edit, after_edit = Backtester(archive).backtests(sides)
        stories = f"On the archive: {len(before_edit.stories)} → {len(after_edit.stories)} stories."
        text = f"{rule.id}: {_summary(suggestion)} {stories}"
        if added is not None:
            when = changed_when(rule.when, suggestion.change.when)
            return _Preview(text=text, diff=f"- {rule.when}\n+ {when}", when=when)
        how = f"It stands in rules.yaml: `wirewatch suggest {rule.id} --apply` makes the edit there."
        return _Preview(text=f"{text} {how}", diff=_diff(file_text, _changed_text(file_text, rule, suggestion.change)))


def _marked_stories(store: Store, rule: RuleId) -> tuple[int, int]:
    """How many of the rule's stories somebody calls irrelevant, and how many relevant."""
    stories = {(mark.story, mark.verdict) for mark in store.marks() if mark.rule == rule}
    verdicts = [verdict for _, verdict in stories]
    return verdicts.count(MarkVerdict.NOT_RELEVANT), verdicts.count(MarkVerdict.RELEVANT)


def _after(ruleset: RuleSet, rule: Rule, change: RuleChange) -> RuleSet | None:
    """The rule set with the changed rule; None: the change asks for more than an expression."""
    query = when_after(rule, ruleset.entities, change)
    if query is None or change.names or change.but_not:
        return None
    changed = replace(rule, query=query, when=changed_when(rule.when, change.when))
    return replace(ruleset, rules=tuple(changed if one.id == rule.id else one for one in ruleset.rules))


def _file_after(file_text: str, rule: Rule, change: RuleChange) -> RuleSet | None:
    try:
        changed = _changed_text(file_text, rule, change)
    except UsageError:
        return None
    return read_ruleset(changed.encode(), _variables(changed))[0]


def _changed_text(file_text: str, rule: Rule, change: RuleChange) -> str:
    ruleset, _ = read_ruleset(file_text.encode(), _variables(file_text))
    ids = [one.id for one in ruleset.rules] if ruleset is not None else []
    if rule.id not in ids:
        raise UsageError(f"{rule.id} does not stand in the rules file")
    return with_rule_changed(file_text, ids.index(rule.id), rule, change)


def _variables(text: str) -> Mapping[str, str]:
    """Whatever the `${VAR}` of feeds hold: rules have none."""
    return dict.fromkeys(_VARIABLE.findall(text), "x")


def _named(ruleset: RuleSet, rule: RuleId) -> Rule:
    return next(one for one in ruleset.rules if one.id == rule)


def _diff(before: str, after: str) -> str:
    lines = unified_diff(before, after, "", "").splitlines(keepends=True)
    return "".join(lines[2:])


def _summary(suggestion: Suggestion) -> str:
    if suggestion.noise and suggestion.removed:
        removed = f"{len(suggestion.removed)} of {suggestion.noise}"
        text = f"removes {removed} stories marked not relevant, loses no relevant one."
    else:
        text = f"finds {counted(len(suggestion.removed), 'relevant story', 'relevant stories')} that it missed."
    return text + (f" Stories without a mark that go, too: {len(suggestion.lost)}." if suggestion.lost else "")
