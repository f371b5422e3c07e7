"""Facts of the store → the rules that people added in Slack; a rule set and those → both as one rule set.

The law: rules from Slack stand beside the file's; where ids clash the file wins. Facts: `watch:rule:ID`, each one JSON
object.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bot.core.codec import loads
from bot.core.query.parser import parse_query
from bot.core.rulefile.channels import person_channel
from bot.core.rulefile.text_edits import quoted_scalar
from bot.errors import QueryError
from bot.model.watch import DEFAULT_CHANNEL, Channel, ChannelId, PersonId, Priority, Rule, RuleId, RuleSet

ADDED_RULES = "watch:rule:"
"""What the keys of such facts begin with; the rule's id follows."""
PERSONAL = "@"
"""What a channel's key begins with that is one person's, whose id in Slack follows: of rules added `to me`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRule:
    """A rule that was added in Slack. `by`: Slack's id of the person."""

    id: RuleId
    name: str
    when: str
    to: tuple[ChannelId, ...] = (DEFAULT_CHANNEL,)
    priority: Priority = Priority.NORMAL
    by: str
    at: datetime
    view: str = ""
    """Slack's id of the modal that it was last saved from."""


def read_added_rules(facts: Mapping[str, str]) -> tuple[AddedRule, ...]:
    """From `facts(ADDED_RULES)`, in the order in which they were added."""
    rules = [loads(AddedRule, text) for text in facts.values()]
    return tuple(sorted(rules, key=lambda rule: (rule.at, rule.id)))


def added_rule_text(rule: AddedRule) -> str:
    """The fact that keeps a rule: all its fields, for a release before the codec asks for each."""
    return json.dumps(asdict(rule), ensure_ascii=False, default=datetime.isoformat)


def added_rule_keys(rule: AddedRule) -> list[str]:
    """The keys of the rule, each as it stands in an item of `rules:`."""
    parts = [f"id: {rule.id}", f"name: {quoted_scalar(rule.name)}", f"when: {quoted_scalar(rule.when)}"]
    parts.append(f"to: [{', '.join(map(quoted_scalar, rule.to))}]")
    if rule.priority is not Priority.NORMAL:
        parts.append(f"priority: {rule.priority.name.lower()}")
    return parts


def added_rule_item(rule: AddedRule) -> str:
    """The rule as an item of `rules:`, on one line."""
    return "{" + ", ".join(added_rule_keys(rule)) + "}"


def with_added_rules(
    ruleset: RuleSet, added_rules: Sequence[AddedRule], default: Channel
) -> tuple[RuleSet, tuple[str, ...]]:
    """The file's rules and those from Slack; and, in words, which of the latter cannot hold.

    Args:
        default: the channel that rules without one post to, for a file that declares none.
    """
    if not added_rules:
        return ruleset, ()
    of_file = {rule.id for rule in ruleset.rules}
    channels = dict(ruleset.channels)
    rules = list(ruleset.rules)
    problems = []
    for added in added_rules:
        if added.id in of_file:
            problems.append(f"{added.id}: rules.yaml has a rule of this id, which wins over the one added in Slack")
            continue
        try:
            query = parse_query(added.when, ruleset.entities)
        except QueryError as error:
            problems.append(f"{added.id}: the rule added in Slack does not read any more: {error}")
            continue
        for channel in added.to:
            if channel.startswith(PERSONAL):
                channels.setdefault(channel, person_channel(channel, channel.removeprefix(PERSONAL)))
        to = tuple(channel for channel in added.to if channel in channels) or (DEFAULT_CHANNEL,)
        if DEFAULT_CHANNEL in to:
            channels.setdefault(DEFAULT_CHANNEL, default)
        rules.append(
            Rule(
                id=added.id,
                name=added.name,
                when=added.when,
                query=query,
                to=to,
                priority=added.priority,
                owner=PersonId(added.by),
            )
        )
    text = json.dumps([added_rule_text(rule) for rule in added_rules])
    version = f"{ruleset.version}+{hashlib.sha256(text.encode()).hexdigest()[:4]}"
    return replace(ruleset, rules=tuple(rules), channels=channels, version=version), tuple(problems)
