"""An expression given on the command line → a rule of its own, or every mistake in it with a caret."""

from __future__ import annotations

from bot.core.rulefile.expressions import expression_rule
from bot.core.rulefile.problems import problems_text
from bot.errors import UsageError
from bot.model import Rule, RuleId, RuleSet


def read_expression(text: str, where: str, rule: RuleId, ruleset: RuleSet | None) -> Rule:
    """The rule `rule` of this expression, with the entities of `ruleset`. `where` names it in what is wrong with it.

    Raises: UsageError with all mistakes.
    """
    read, problems = expression_rule(text, rule, ruleset)
    if read is None:
        raise UsageError(problems_text(where, problems))
    return read
