"""Rules that people mark as noisy → a suggested edit, shown to whoever asks.

The law: a button makes the edit, another takes it back; nothing happens by itself.

Only rules that were added in Slack can be changed from here: the file's are its own, and the preview says how.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import structlog

from bot.core.rulefile.added_rules import ADDED_RULES, added_rule_text, read_added_rules
from bot.core.rulefile.change_rule import changed_when
from bot.core.rulefile.ruleset import read_elsewhere
from bot.core.text.plural import counted
from bot.core.workbench.suggest import Suggestion
from bot.daemon_thread import in_daemon_thread
from bot.errors import WirewatchError
from bot.interact import views
from bot.interact.commands import Person
from bot.interact.envelopes import Effects
from bot.model import Mark, MarkVerdict, Rule, RuleId, RuleSet, WorkbenchBatch
from bot.ports import Store
from bot.reports.suggestion import RuleInFile
from bot.sinks.slack.elements import Block, actions, button, escape, section
from bot.workbench.backtest import Backtester
from bot.workbench.suggestions import labels_of_marks

_MAX_VALUE = 1_900
"""Characters that a button brings back, at most."""
_MAX_DIFF = 2_500
"""Characters; a section holds three thousand."""
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
                buttons = actions(button("rule_suggest", "Suggest an edit", json.dumps({"v": 1, "r": rule})))
                await effects.replies.tell(person, views.Ephemeral(text=text, blocks=(section(text), buttons)))

    async def preview(self, envelope: str, person: Person, rule: RuleId) -> None:
        """What would separate the noise, and what that does on the archive."""
        effects = self._effects
        if not await effects.once(envelope):
            return
        ruleset = effects.ruleset
        watched = ruleset.rule(rule)
        if watched is None:
            await effects.say(person, f"There is no rule `{views.code(rule)}` any more.")
            return
        text = await effects.place.write(effects.place.store.get_fact, "rules:text")
        try:
            shown = await in_daemon_thread(self._look, ruleset, watched, text or "")
        except WirewatchError as error:
            _log.warning("suggestion_failed", rule=rule, error=str(error))
            shown = _Preview(text="The archive cannot be read just now.")
        blocks: list[Block] = [section(escape(shown.text))]
        if shown.diff:
            blocks.append(section(f"```{escape(shown.diff[:_MAX_DIFF])}```"))
        value = json.dumps({"v": 1, "r": rule, "w": shown.when, "o": watched.when})
        if shown.when and len(value) <= _MAX_VALUE:
            blocks.append(actions(button("rule_apply", "Apply", value)))
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
        undo = actions(button("rule_apply", "Undo", value))
        await effects.replies.tell(person, views.Ephemeral(text=text, blocks=(section(text), undo)))

    # --- in a thread of its own ---

    def _look(self, ruleset: RuleSet, rule: Rule, file_text: str) -> _Preview:
        with self._effects.archive.reading() as archive:
            if archive is None:
                return _Preview(text="There is no archive to look at.")
            return self._looked(archive, ruleset, rule, file_text)

    def _looked(self, archive: Store, ruleset: RuleSet, rule: Rule, file_text: str) -> _Preview:
        with archive.snapshot():
            file = RuleInFile(file_text, read_elsewhere, ruleset, rule)
            marked = labels_of_marks(archive, rule, ruleset)
            suggestion, comparison = file.suggestion(marked.stories, Backtester(archive))
            if comparison is None:
                return _Preview(text=f"Nothing to suggest for {rule.id}: {suggestion.reason}.")
        before, after = len(comparison.before.stories), len(comparison.after.stories)
        text = f"{rule.id}: {_summary(suggestion)} On the archive: {before} → {after} stories."
        if not file.is_in_file:
            when = changed_when(rule.when, suggestion.change.when)
            return _Preview(text=text, diff=f"- {rule.when}\n+ {when}", when=when)
        how = f"It stands in rules.yaml: `wirewatch suggest {rule.id} --apply` makes the edit there."
        _, _, diff = file.patch(suggestion.change, "").split("\n", 2)
        return _Preview(text=f"{text} {how}", diff=diff)


def _marked_stories(store: Store, rule: RuleId) -> tuple[int, int]:
    """How many of the rule's stories somebody calls irrelevant, and how many relevant."""
    stories = {(mark.story, mark.verdict) for mark in store.marks() if mark.rule == rule}
    verdicts = [verdict for _, verdict in stories]
    return verdicts.count(MarkVerdict.NOT_RELEVANT), verdicts.count(MarkVerdict.RELEVANT)


def _summary(suggestion: Suggestion) -> str:
    if suggestion.noise and suggestion.removed:
        removed = f"{len(suggestion.removed)} of {suggestion.noise}"
        text = f"removes {removed} stories marked not relevant, loses no relevant one."
    else:
        text = f"finds {counted(len(suggestion.removed), 'relevant story', 'relevant stories')} that it missed."
    return text + (f" Stories without a mark that go, too: {len(suggestion.lost)}." if suggestion.lost else "")
