"""A suggested change of a rule → the rules file as it would be, the difference, what `suggest --json` prints.

Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.app import Environment, check_rules, load_rules
from bot.core.rulefile.change_rule import ExampleStory, Insertion, RuleChange, changed_when, with_rule_changed
from bot.core.rulefile.text_edits import unified_diff
from bot.core.text.zones import compile_promo
from bot.core.workbench.backtest import RuleComparison, RuleOnTrial
from bot.core.workbench.edits import EditKind, MarkedStory, reread
from bot.core.workbench.suggest import Suggestion, suggest
from bot.errors import UsageError
from bot.model import Rule, RuleSet
from bot.rules_files import read_rules_text
from bot.workbench.backtest import Backtester


class RuleInFile:
    """A rule and the rules file that it stands in (or beside, if it came from Slack), and what would become of them."""

    def __init__(self, text: str, read: Callable[[bytes], RuleSet | None], ruleset: RuleSet, rule: Rule) -> None:
        """`text`: the file's; `read`: how it is read; `ruleset`: its rules, and those from Slack behind them."""
        self._text, self._read, self._ruleset, self._rule = text, read, ruleset, rule
        self._number = ruleset.rules.index(rule)
        of_file = read(text.encode())
        self.is_in_file = of_file is not None and of_file.rule(rule.id) is not None

    @classmethod
    def of_environment(cls, environment: Environment, ruleset: RuleSet, rule: Rule) -> RuleInFile:
        """Raises UsageError, or RulesError with all its problems: nothing can be changed in a file that is broken."""
        load_rules(environment)
        text = read_rules_text(environment.config).decode("utf-8")
        return cls(text, lambda data: check_rules(data, environment)[0], ruleset, rule)

    def suggestion(
        self, stories: Sequence[MarkedStory], backtester: Backtester | None
    ) -> tuple[Suggestion, RuleComparison | None]:
        """What would separate the noise, and what that does on the archive; None: there is none, or no edit."""
        promo = compile_promo(self._ruleset.promo)
        suggestion = suggest(self._rule, self._ruleset.entities, stories, self.accept, promo)
        if suggestion.unseparated and suggestion.kind is None and (tied := self._tied()):
            suggestion = replace(suggestion, reason=tied)
        trials = self._trials(suggestion) if backtester is not None else None
        if backtester is None or trials is None:
            return suggestion, None
        return suggestion, backtester.comparisons([trials])[0]

    def _tied(self) -> str:
        """Why no edit of the rule's expression would do, not even one that changes nothing; "": one would."""
        nothing = RuleChange(when=(Insertion(start=0, end=0, text=""),))
        if self.accept(nothing) is not None:
            return ""
        try:
            self.changed(nothing)
        except UsageError as error:
            return str(error)
        return "its lines cannot be changed alone: a name of YAML (&, *) ties them to others; write its when: out first"

    def accept(self, change: RuleChange) -> Rule | None:
        """The rule once the change is made; None: the file would not pass `check`."""
        ruleset = self.rules_after(change)
        return ruleset.rules[self._number] if ruleset is not None else None

    def rules_after(self, change: RuleChange) -> RuleSet | None:
        """The rule set of the changed file, or with the changed rule from Slack."""
        if self.is_in_file:
            try:
                changed = self.changed(change)
            except UsageError:
                return None
            after = self._read(changed.encode())
            return after if self.keeps_others(change, after) else None
        query = reread(self._rule, change.when, self._ruleset.entities)
        if query is None or change.names or change.but_not:
            return None
        rule = replace(self._rule, query=query, when=changed_when(self._rule.when, change.when))
        return replace(self._ruleset, rules=tuple(rule if one is self._rule else one for one in self._ruleset.rules))

    def keeps_others(self, change: RuleChange, after: RuleSet | None) -> bool:
        """Whether the changed file reads well and its other rules are what they were: a name of YAML (`&x`, `*x`) may
        tie their lines to this one's."""
        if after is None or change.names or change.but_not:
            return after is not None
        rules = zip(self._ruleset.rules, after.rules, strict=False)  # behind the file's stand those from Slack
        return all(
            number == self._number or (one.id, one.query) == (other.id, other.query)
            for number, (one, other) in enumerate(rules)
        )

    def _trials(self, suggestion: Suggestion) -> tuple[RuleOnTrial, RuleOnTrial] | None:
        """The rule as it is and as it would be; None: nothing is suggested."""
        after = self.rules_after(suggestion.change) if suggestion.kind is not None else None
        if after is None:
            return None
        changed = after.rules[self._number]
        return RuleOnTrial(rule=self._rule, ruleset=self._ruleset), RuleOnTrial(rule=changed, ruleset=after)

    def diff(self, change: RuleChange, name: str, new_name: str) -> str:
        """Unified, between a file `name` and `new_name`; of a rule that was added in Slack, what to send there."""
        if not self.is_in_file:
            return f"/watch edit {self._rule.id}\n{changed_when(self._rule.when, change.when)}\n"
        return unified_diff(self._text, self.changed(change), name, new_name)

    def patch(self, change: RuleChange, file: str) -> str:
        """`diff` for `git apply` and `patch -p1`, in the folder of the rules file, whose name is `file`."""
        return self.diff(change, f"a/{file}", f"b/{file}")

    def changed(self, change: RuleChange) -> str:
        """The file's text once the change is made. Raises UsageError where its lines cannot be changed alone."""
        return with_rule_changed(self._text, self._number, self._rule, change)


def suggestion_row(rule: Rule, suggestion: Suggestion, comparison: RuleComparison | None) -> Mapping[str, Any]:
    """As `suggest --json` prints it; `comparison`: what the edit does on the archive."""
    change = suggestion.change
    tests = {
        key: [_test(story) for story in stories]
        for key, stories in (("match", change.match), ("not", change.not_match))
        if stories
    }
    return {
        "rule": rule.id,
        "kind": suggestion.kind,
        "when": suggestion.when if suggestion.kind is not None else None,
        "tests": tests,
        "noise_removed": 0 if suggestion.kind is EditKind.ALIAS else len(suggestion.removed),
        "noise_marked": suggestion.noise,
        "relevant_lost": 0,
        "unseparated": list(suggestion.unseparated),
        "lost": list(suggestion.lost),
        "reason": suggestion.reason,
        "backtest": comparison.to_json() if comparison is not None else None,
    }


def _test(story: ExampleStory) -> str | dict[str, str]:
    return story["title"] if set(story) == {"title"} else dict(story)
