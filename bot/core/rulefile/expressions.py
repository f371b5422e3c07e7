"""An expression outside a rules file → a rule of its own, or every mistake in it with line, column and caret."""

from __future__ import annotations

from dataclasses import replace

from bot.core.query.lint import warnings_of
from bot.core.query.mending import whole_rule
from bot.core.query.parser import parse_all
from bot.core.rulefile.problems import problems_text
from bot.core.rulefile.source import Source
from bot.core.text.zones import compile_promo
from bot.errors import UsageError
from bot.model import Problem, Rule, RuleId, RuleSet


def expression_rule(text: str, rule: RuleId, ruleset: RuleSet | None) -> tuple[Rule | None, tuple[Problem, ...]]:
    """The rule `rule` of this expression, with the entities of `ruleset`; None with its mistakes, where it has some."""
    entities = ruleset.entities if ruleset is not None else {}
    query, errors = parse_all(text, entities)
    if query is None:
        source = Source(text)
        for error in errors:
            width = error.end - error.start
            source.report("error", *source.place(error.start), width, str(error), error.hint)
        problems = source.problems
        if whole := whole_rule(text, errors, entities):
            problems[-1] = replace(problems[-1], whole=whole)
        return None, tuple(problems)
    return Rule(id=rule, name=text, when=text, query=query), ()


def read_expression(text: str, where: str, rule: RuleId, ruleset: RuleSet | None) -> Rule:
    """The same. `where` names the expression in what is wrong with it. Raises: UsageError with all mistakes."""
    read, problems = expression_rule(text, rule, ruleset)
    if read is None:
        raise UsageError(problems_text(where, problems))
    return read


def hardly_meant(rule: Rule, ruleset: RuleSet | None) -> list[str]:
    """Where such a rule finds nothing, what `check` would warn of: `lang:german`, a phrase with a question mark."""
    promo = compile_promo(ruleset.promo if ruleset is not None else ())
    entities = ruleset.entities if ruleset is not None else {}
    return [
        f"{rule.when[warning.start : warning.end]}: {'; '.join(filter(None, (warning.message, warning.hint)))}"
        for warning in warnings_of(rule.query, rule.when, entities, promo)
    ]
