"""Ids that people name → the rules of a rule set, or what there is instead."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.text.suggest import meant_instead
from bot.errors import UsageError
from bot.model import Rule, RuleSet

_LISTED = 20
"""Rules that an error names."""


def rules_named(ruleset: RuleSet, names: Sequence[str]) -> list[Rule]:
    """The rules of these ids, in the order of the file; all where none is named. Raises UsageError for others."""
    ids = [rule.id for rule in ruleset.rules]
    for name in names:
        if name not in ids:
            raise no_such_rule(name, ids)
    return [rule for rule in ruleset.rules if not names or rule.id in names]


def no_such_rule(name: str, ids: Sequence[str]) -> UsageError:
    """Names the rule that was meant most likely, or those that there are."""
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    there_are = f" There are: {', '.join(ids[:_LISTED])}{more}." if ids else ""
    return UsageError(f"There is no rule {name}.{meant_instead(name, ids) or there_are}")
