"""How a rule is decided: a query in, a plan out, by which terms and plain phrases decide it where they can.

The law of this file: a plan says yes or no only where `evaluate` would say the same; where only places can tell,
it says None.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.matching.required_terms import Group
from bot.core.query.word_patterns import needles
from bot.core.text.terms import TextTerms
from bot.core.text.words import HAS_CJK
from bot.model.query import TEXT_FIELDS, And, AtLeast, Entity, First, In, Near, Not, Or, Phrase, Query, Word


@dataclass(frozen=True, slots=True)
class Clause:
    """One of these is there: a term, or a phrase of plain words (as ` its words `, and the words)."""

    terms: Group
    phrases: tuple[tuple[str, Group], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How one rule is decided once its first two groups have led to it. `exact`: what stands here decides alone."""

    groups: tuple[Group, ...]
    never: Group
    exact: bool
    clauses: tuple[Clause, ...] = ()
    """Each of them holds (beside `groups`, which are clauses of terms alone)."""
    excluded: tuple[Clause, ...] = ()
    """None of them holds."""
    shown: Group | None = None
    """The terms that evidence is made of, where terms alone decide and a quick look places them."""


def decide(plan: Plan, terms: TextTerms) -> bool | None:
    """Whether the clauses hold; None where only places can tell."""
    sure = plan.exact
    for clause in plan.clauses:
        held = _holds(clause, terms)
        if held is False:
            return False
        sure = sure and held is not None
    for clause in plan.excluded:
        held = _holds(clause, terms)
        if held:
            return False
        sure = sure and held is not None
    return True if sure else None


def _holds(clause: Clause, terms: TextTerms) -> bool | None:
    if not clause.terms.isdisjoint(terms.terms):
        return True
    sure = True
    for phrase, words in clause.phrases:
        found = terms.has_phrase(phrase, words)
        if found:
            return True
        sure = sure and found is not None
    return False if sure else None


def plan_of(query: Query, required: list[Group]) -> Plan:
    """The plan of a rule. `required`: its groups, rarest first; by the first two of them it was found."""
    groups = tuple(required[2:])
    decided = _by_clauses(query)
    if decided is None:
        return Plan(groups=groups, never=frozenset(), exact=False, clauses=tuple(_needed_phrases(query)))
    positive, negative = decided
    never: set[str] = set()
    for clause in negative:
        if not clause.phrases:
            never |= clause.terms
    return Plan(
        groups=groups,
        never=frozenset(never),
        exact=True,
        clauses=tuple(clause for clause in positive if clause.phrases),
        excluded=tuple(clause for clause in negative if clause.phrases),
        shown=_shown(positive),
    )


def _shown(clauses: list[Clause]) -> Group | None:
    """The terms that evidence is made of; None where phrases or Chinese, Japanese and Korean are among them."""
    if any(clause.phrases for clause in clauses):
        return None
    terms = frozenset(term for clause in clauses for term in clause.terms)
    return None if any(HAS_CJK.search(term) for term in terms if not term.isascii()) else terms


def _by_clauses(query: Query) -> tuple[list[Clause], list[Clause]] | None:
    """Clauses that must hold, and clauses of which none may; None where terms and plain phrases alone do not decide."""
    if not isinstance(query, And):
        clause = _any_of(query)
        return None if clause is None else ([clause], [])
    positive: list[Clause] = []
    negative: list[Clause] = []
    for operand in query.operands:
        if isinstance(operand, Not):
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


def _any_of(query: Query) -> Clause | None:
    """What of which one must be there for the query to hold, where that is all it asks; else None."""
    if isinstance(query, Word | Phrase):
        words = (query.text,) if isinstance(query, Word) else query.words
        wanted = [needle for word in words for needle in needles(word, query.exact)]
        if any(needle.exact is not None or needle.capitals for needle in wanted):
            return None
        if len(wanted) == 1:
            needle = wanted[0]
            return None if needle.cjk and needle.pattern is not None else Clause(frozenset((needle.key,)))
        if (isinstance(query, Phrase) and query.slop) or any(needle.cjk or needle.pattern for needle in wanted):
            return None
        forms = [needle.form for needle in wanted]
        return Clause(frozenset(), ((f" {' '.join(forms)} ", frozenset(forms)),))
    if isinstance(query, Or) or (isinstance(query, Entity) and not query.but_not):
        terms: set[str] = set()
        phrases: list[tuple[str, Group]] = []
        for branch in query.operands if isinstance(query, Or) else query.names:
            clause = _any_of(branch)
            if clause is None:
                return None
            terms |= clause.terms
            phrases += clause.phrases
        return Clause(frozenset(terms), tuple(phrases))
    if isinstance(query, In) and query.field == "text":
        return _any_of(query.operand)
    return None


def _needed_phrases(query: Query) -> list[Clause]:
    """Clauses with phrases that a query needs in title, summary or body, whatever else it asks."""
    if isinstance(query, And):
        return [clause for operand in query.operands for clause in _needed_phrases(operand)]
    if isinstance(query, Near):
        return _needed_phrases(query.left) + ([] if query.apart else _needed_phrases(query.right))
    if isinstance(query, AtLeast | First):
        return _needed_phrases(query.operand)
    if isinstance(query, In):
        return _needed_phrases(query.operand) if query.field in ("text", *TEXT_FIELDS) else []
    clause = _any_of(query) if isinstance(query, Word | Phrase | Or | Entity) else None
    return [clause] if clause is not None and clause.phrases else []
