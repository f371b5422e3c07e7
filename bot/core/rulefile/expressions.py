"""An expression outside a rules file → a rule of its own, or every mistake in it with line, column and caret."""

from __future__ import annotations

from bot.core.query.parser import parse_all
from bot.core.rulefile.problems import excerpt_around
from bot.errors import QueryError
from bot.model import Problem, Rule, RuleId, RuleSet


def expression_rule(text: str, rule: RuleId, ruleset: RuleSet | None) -> tuple[Rule | None, tuple[Problem, ...]]:
    """The rule `rule` of this expression, with the entities of `ruleset`; None with its mistakes, where it has some."""
    query, errors = parse_all(text, ruleset.entities if ruleset is not None else {})
    if query is None:
        return None, tuple(_problem(text, error) for error in errors)
    return Rule(id=rule, name=text, when=text, query=query), ()


def _problem(text: str, error: QueryError) -> Problem:
    begin = text.rfind("\n", 0, error.start) + 1
    end = text.find("\n", error.start)
    line = text[begin : end if end >= 0 else len(text)]
    excerpt, skipped = excerpt_around(line, error.start - begin + 1)
    return Problem(
        line=text.count("\n", 0, error.start) + 1,
        column=error.start - begin + 1,
        severity="error",
        message=str(error),
        hint=error.hint,
        excerpt=excerpt,
        skipped=skipped,
        width=max(min(error.end, begin + len(line)) - error.start, 1),
    )
