"""Rules texts that were in force, in order → what changed from one to the next.

The law: what the file had is given back byte by byte. A text that somebody changed in Slack is the file's with those
rules as further items of `rules:`, so it reads as one rules file and can be taken over by saving it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.rulefile.added_rules import PERSONAL, added_rule_item, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.rulefile.ruleset import read_elsewhere
from bot.core.rulefile.text_edits import unified_diff, with_items
from bot.core.workbench.query_parts import query_hash
from bot.errors import UsageError
from bot.model import BY_FILE, Rule, RuleId, RulesText

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChange:
    """One line of the history: a text, and what it changed of the one before. `diff`: a unified diff; of the first
    text, against nothing."""

    text: RulesText
    added: tuple[RuleId, ...]
    removed: tuple[RuleId, ...]
    changed: tuple[RuleId, ...]
    """Rules that mean something else, or go elsewhere: a name that they refer to may have changed."""
    diff: str

    def concerns(self, rule: str) -> bool:
        """Whether that rule came, went or changed."""
        return rule in self.added + self.removed + self.changed


def text_in_force(text: RulesText, variables: Mapping[str, str]) -> bytes:
    """The text as somebody would have to save it to have it again: the file's own bytes, or, where it was changed in
    Slack, with what was added there. `variables`: see `rules_changes`."""
    return text.content if text.by == BY_FILE else _read(text, variables)[0].encode("utf-8", "surrogateescape")


def rules_changes(texts: Iterable[RulesText], variables: Mapping[str, str]) -> Iterator[RulesChange]:
    """A change for each text. `variables`: what `${VAR}` stands for; one that is not set any more matters not."""
    before = ""
    rules: Mapping[RuleId, Rule] = {}
    version = ""
    for text in texts:
        whole, rules_now = _read(text, variables)
        yield RulesChange(
            text=text,
            added=tuple(rule for rule in rules_now if rule not in rules),
            removed=tuple(rule for rule in rules if rule not in rules_now),
            changed=tuple(rule for rule, now in rules_now.items() if rule in rules and rules[rule] != now),
            diff=unified_diff(before, whole, f"rules.yaml {version}".rstrip(), f"rules.yaml {text.version}"),
        )
        before, rules, version = whole, rules_now, text.version


def rule_before(texts: Sequence[RulesText], rule: Rule, since: datetime) -> tuple[RulesText, Rule] | None:
    """The last text since then that made of an older rule of that id this one, and the older one; None: there is none.

    `texts`: in order.
    """
    now = query_hash(rule)
    after: RulesText | None = None
    for text in reversed(texts):
        former = _read(text, {})[1].get(rule.id)
        if former is not None and query_hash(former) != now:
            return (after, former) if after is not None and after.at >= since else None
        if former is not None:
            after = text
    return None


def _read(text: RulesText, variables: Mapping[str, str]) -> tuple[str, Mapping[RuleId, Rule]]:
    """The file's text with the rules from Slack that held beside it; and the rules of both by id, wherever they stand
    (none where the text does not read any more)."""
    whole = text.content.decode("utf-8", "surrogateescape")
    ruleset = read_elsewhere(text.content, variables, tests=False)  # they held then
    if ruleset is None:
        return whole, {}
    added = {rule.id: rule for rule in read_added_rules({str(number): rule for number, rule in enumerate(text.added)})}
    both, _ = with_added_rules(ruleset, list(added.values()), default_channel(variables))
    from_slack = both.rules[len(ruleset.rules) :]
    of_all = [rule for rule in from_slack if not any(channel.startswith(PERSONAL) for channel in rule.to)]
    whole = _with_items(whole, [added_rule_item(replace(added[rule.id], to=rule.to)) for rule in of_all])
    personal = [added_rule_item(added[rule.id]) for rule in from_slack if rule not in of_all]
    return _with_comments(whole, personal), {rule.id: _without_places(rule) for rule in both.rules}


def _with_items(whole: str, items: Sequence[str]) -> str:
    if not items:
        return whole
    bom = _BOM if whole.startswith(_BOM) else ""
    try:
        return bom + with_items(whole.removeprefix(_BOM), "rules", items)
    except UsageError:
        return _with_comments(whole, items)


def _with_comments(whole: str, items: Sequence[str]) -> str:
    """What a rules file has no words for: a rule that writes to one person alone."""
    if not items:
        return whole
    return whole + ("" if whole.endswith("\n") else "\n") + "".join(f"# added in Slack: {item}\n" for item in items)


def _without_places(rule: Rule) -> Rule:
    return replace(rule, line=0, tests=tuple(replace(test, line=0, column=0) for test in rule.tests))
