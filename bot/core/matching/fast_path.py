"""A query → a fast path: terms and plain phrases, which decide it where they can.

The law of this file: a fast path says yes or no only where `evaluate` would say the same; where only places can decide,
it says None.
"""

from __future__ import annotations

from typing import NamedTuple, assert_never

from bot.core.matching.required_terms import Group
from bot.core.query.walk import branches_of, words_of
from bot.core.query.word_patterns import word_patterns
from bot.core.text.terms import PlainPhrase, TextTerms, plain_phrase
from bot.core.text.words import CJK_STRETCH
from bot.model import query as ast
from bot.model.query import TEXT_FIELDS
from bot.model.watch import Rule


class Clause(NamedTuple):
    """One of these is there: a term, or a phrase. Tuples, not sets: a rule in memory that is seldom looked at is slow
    to reach, and a set is four times as long."""

    terms: tuple[str, ...]
    phrases: tuple[PlainPhrase, ...] = ()

    def holds(self, terms: TextTerms) -> bool | None:
        """Whether one is there; None where only places can decide."""
        alone, phrases = self
        if alone and not terms.terms.isdisjoint(alone):
            return True
        sure = True
        for phrase in phrases:
            there = terms.has_phrase(phrase)
            if there:
                return True
            sure = sure and there is not None
        return False if sure else None


class FastPath(NamedTuple):
    """How one rule is decided once its first two groups have led to it. `exact`: what stands here decides alone."""

    groups: tuple[Group, ...]
    feeds: frozenset[str] | None
    """The rule's own."""
    never: tuple[str, ...] = ()
    exact: bool = False
    clauses: tuple[Clause, ...] = ()
    """Each of them holds (beside `groups`, which are clauses of terms alone)."""
    excluded: tuple[Clause, ...] = ()
    """None of them holds."""
    shown: Clause | None = None
    """The terms and phrases that evidence is made of, where they decide alone and a quick look places them."""

    def decide(self, terms: TextTerms) -> bool | None:
        """Whether the clauses hold; None where only places can decide."""
        sure = self.exact
        for clause in self.clauses:
            there = clause.holds(terms)
            if there is False:
                return False
            sure = sure and there is not None
        for clause in self.excluded:
            there = clause.holds(terms)
            if there:
                return False
            sure = sure and there is not None
        return True if sure else None


def fast_path_of(rule: Rule, further: tuple[Group, ...]) -> FastPath:
    """The fast path of a rule. `further`: what it requires beyond the two groups by which it was found."""
    clauses = _by_clauses(rule.query)
    if clauses is None:
        return FastPath(further, rule.feeds, clauses=tuple(_needed_phrases(rule.query)))
    positive, negative = clauses
    return FastPath(
        further,
        rule.feeds,
        never=tuple([term for clause in negative if not clause.phrases for term in clause.terms]),
        exact=True,
        clauses=tuple([clause for clause in positive if clause.phrases]),
        excluded=tuple([clause for clause in negative if clause.phrases]),
        shown=_shown(positive),
    )


def _shown(clauses: list[Clause]) -> Clause | None:
    """What evidence is made of; None where Chinese, Japanese and Korean are among it."""
    if len(clauses) == 1:
        (shown,) = clauses
    else:
        terms = dict.fromkeys([term for clause in clauses for term in clause.terms])
        shown = Clause(tuple(terms), tuple([phrase for clause in clauses for phrase in clause.phrases]))
    if not all(map(str.isascii, shown.terms)) and any(map(CJK_STRETCH.search, shown.terms)):
        return None
    return shown


def _by_clauses(query: ast.Query) -> tuple[list[Clause], list[Clause]] | None:
    """Clauses that must hold, and clauses of which none may; None where terms and plain phrases alone do not decide."""
    if not isinstance(query, ast.And):
        clause = _any_of(query)
        return None if clause is None else ([clause], [])
    positive: list[Clause] = []
    negative: list[Clause] = []
    for operand in query.operands:
        if isinstance(operand, ast.Not):
            clause = _any_of(operand.operand)
            if clause is None:
                return None
            negative.append(clause)
        else:
            part = _by_clauses(operand)
            if part is None:
                return None
            positive += part[0]
            negative += part[1]
    return positive, negative


def _any_of(query: ast.Query) -> Clause | None:
    """What of which one must be there for the query to hold, where that is all it asks; else None."""
    match query:
        case ast.Word() | ast.Phrase():
            return _leaf(query)
        case ast.Or() | ast.Entity():
            if isinstance(query, ast.Entity) and query.but_not:
                return None
            terms: list[str] = []
            phrases: list[PlainPhrase] = []
            for branch in branches_of(query):
                clause = _any_of(branch)
                if clause is None:
                    return None
                terms += clause.terms
                phrases += clause.phrases
            return Clause(tuple(terms), tuple(phrases))
        case ast.In():
            return _any_of(query.operand) if query.field == "text" else None
        case ast.Regex() | ast.Near() | ast.AtLeast() | ast.First() | ast.Not() | ast.And():
            return None
        case _:
            assert_never(query)


def _leaf(query: ast.Word | ast.Phrase) -> Clause | None:
    if query.exact:
        return None
    wanted = [pattern for word in words_of(query) for pattern in word_patterns(word)]
    for pattern in wanted:
        if pattern.capitals or pattern.initial or pattern.before or pattern.after:
            return None
    if len(wanted) == 1:
        pattern = wanted[0]
        return None if pattern.cjk and pattern.pattern is not None else Clause((pattern.key,))
    if isinstance(query, ast.Phrase) and query.slop:
        return None
    for pattern in wanted:
        if pattern.cjk or pattern.pattern is not None:
            return None
    return Clause((), (plain_phrase(tuple([pattern.form for pattern in wanted])),))


def _needed_phrases(query: ast.Query) -> list[Clause]:
    """Clauses with phrases that a query needs in title, summary or body, whatever else it asks."""
    match query:
        case ast.And():
            return [clause for operand in query.operands for clause in _needed_phrases(operand)]
        case ast.Near():
            return _needed_phrases(query.left) + ([] if query.apart else _needed_phrases(query.right))
        case ast.AtLeast() | ast.First():
            return _needed_phrases(query.operand)
        case ast.In():
            return _needed_phrases(query.operand) if query.field in ("text", *TEXT_FIELDS) else []
        case ast.Word() | ast.Phrase() | ast.Or() | ast.Entity():
            clause = _any_of(query)
            return [clause] if clause is not None and clause.phrases else []
        case ast.Regex() | ast.Not():
            return []
        case _:
            assert_never(query)
