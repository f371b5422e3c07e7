"""A rule → a fast path: terms and plain phrases, which decide it where they can.

The law of this file: a fast path says yes or no only where `evaluate` would say the same; where only places can decide,
it says None.

A fast path is one string. Of 10,000 rules an entry looks at seven, mostly others than the entry before: nearly all the
time went into waiting for the tuples and strings of each to come from memory. Taking one string apart costs a third.
"""

from __future__ import annotations

from typing import NamedTuple, assert_never

from bot.core.matching.positions import Span
from bot.core.matching.rule_index import IndexKeys
from bot.core.query.walk import branches_of, required_parts
from bot.core.query.word_patterns import leaf_patterns
from bot.core.text.terms import TextTerms, plain_phrase
from bot.core.text.words import CJK_STRETCH
from bot.model import query as ast
from bot.model.query import TEXT_FIELDS

_FIELD, _OR = "\t", "\n"
"""Between the fields of a fast path, between the terms of a field: neither stands in a term.

The fields: how far it decides; terms of which none may be there; the terms of the clauses that hold where the rule
index led to the rule; the other clauses, of each of which a term or phrase must be there, or none (`_NONE` before)."""
_NONE = "-"
_ALONE, _PLACED = "alone", "placed"
"""What is there decides alone; and a quick look finds the places of all that evidence shows."""

ASKS_FOR_NONE = 2 * _FIELD
"""The fast path of a rule that no term leads to, and none decides: a regular expression alone."""


class _Clause(NamedTuple):
    """One of these is there: a term, or a phrase (with spaces around it)."""

    terms: tuple[str, ...]
    phrases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _OR.join((*self.terms, *self.phrases))


def decide(path: str, terms: TextTerms) -> bool | None:
    """Whether a rule to which the index led holds; None where only places can decide."""
    kind, never, _, *clauses = path.split(_FIELD)
    if never and not terms.terms.isdisjoint(never.split(_OR)):
        return False
    sure = kind != ""
    for clause in clauses:
        excluded = clause[0] == _NONE
        there = _holds(clause[1:] if excluded else clause, terms)
        if there is excluded:
            return False
        sure = sure and there is not None
    return True if sure else None


def _holds(clause: str, terms: TextTerms) -> bool | None:
    sure = True
    for alternative in clause.split(_OR):
        there = terms.has_phrase(alternative) if alternative[0] == " " else alternative in terms.terms
        if there:
            return True
        sure = sure and there is not None
    return False if sure else None


def spans_of(path: str, terms: TextTerms) -> list[Span] | None:
    """What evidence shows of a rule to which the index led, the same as by the long way; []: it does not hold; None:
    the long way has to be gone. Asked only where `can_place`."""
    kind, never, shown, *clauses = path.split(_FIELD)
    present = terms.terms
    if never and not present.isdisjoint(never.split(_OR)):
        return []
    if kind != _PLACED:
        return None
    spans: list[Span] = []
    if shown:
        for term in shown.split(_OR):
            if term in present:
                spans += terms.places(term)
    for clause in clauses:
        if clause[0] == _NONE:
            there = _holds(clause[1:], terms)
            if there is not False:
                return [] if there else None
            continue
        before = len(spans)
        for alternative in clause.split(_OR):
            if alternative[0] == " ":
                places = terms.phrase_places(alternative)
                if places is None:
                    return None
                spans += places
            elif alternative in present:
                spans += terms.places(alternative)
        if len(spans) == before:
            return []
    return spans


def fast_path_of(query: ast.Query, found_by: IndexKeys) -> str:
    """The fast path of a rule. `found_by`: how the index finds it."""
    clauses = _by_clauses(query)
    if clauses is None:
        further = [_Clause(tuple(group)) for group in found_by.further]
        return _FIELD.join((ASKS_FOR_NONE, *map(str, (*further, *_needed_phrases(query)))))
    positive, negative = clauses
    shown: dict[str, None] = {}
    others: list[str] = []
    for clause in positive:
        if not clause.phrases and frozenset(clause.terms) in found_by.checked:
            shown.update(dict.fromkeys(clause.terms))
        else:
            others.append(str(clause))
    never = [term for clause in negative if not clause.phrases for term in clause.terms]
    others += [f"{_NONE}{clause}" for clause in negative if clause.phrases]
    kind = _PLACED if all(map(_is_placed, positive)) else _ALONE
    return _FIELD.join((kind, _OR.join(never), _OR.join(shown), *others))


def _is_placed(clause: _Clause) -> bool:
    """Whether a quick look places what evidence shows of a clause: not Chinese, Japanese and Korean."""
    return all(map(str.isascii, clause.terms)) or not any(map(CJK_STRETCH.search, clause.terms))


def _by_clauses(query: ast.Query) -> tuple[list[_Clause], list[_Clause]] | None:
    """Clauses that must hold, and clauses of which none may; None where terms and plain phrases alone do not decide."""
    if not isinstance(query, ast.And):
        clause = _any_of(query)
        return None if clause is None else ([clause], [])
    positive: list[_Clause] = []
    negative: list[_Clause] = []
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


def _any_of(query: ast.Query) -> _Clause | None:
    """What of which one must be there for the query to hold, where that is all it asks; else None."""
    match query:
        case ast.Word() | ast.Phrase():
            return _leaf(query)
        case ast.Or() | ast.Entity():
            if isinstance(query, ast.Entity) and query.but_not:
                return None
            terms: list[str] = []
            phrases: list[str] = []
            for branch in branches_of(query):
                clause = _any_of(branch)
                if clause is None:
                    return None
                terms += clause.terms
                phrases += clause.phrases
            return _Clause(tuple(terms), tuple(phrases))
        case ast.In():
            return _any_of(query.operand) if query.field == "text" else None
        case ast.Regex() | ast.Near() | ast.AtLeast() | ast.First() | ast.Not() | ast.And():
            return None
        case _:
            assert_never(query)


def _leaf(query: ast.Word | ast.Phrase) -> _Clause | None:
    if query.exact:
        return None
    wanted = leaf_patterns(query)
    for pattern in wanted:
        if pattern.capitals or pattern.initial or pattern.before or pattern.after or pattern.attached:
            return None
    if len(wanted) == 1:
        pattern = wanted[0]
        return None if pattern.cjk and pattern.pattern is not None else _Clause((pattern.key,))
    if isinstance(query, ast.Phrase) and query.slop:
        return None
    for pattern in wanted:
        if pattern.cjk or pattern.pattern is not None:
            return None
    return _Clause((), (plain_phrase(tuple([pattern.form for pattern in wanted])),))


def _needed_phrases(query: ast.Query) -> list[_Clause]:
    """Clauses with phrases that a query needs in title, summary or body, whatever else it asks."""
    match query:
        case ast.And() | ast.Near() | ast.AtLeast() | ast.First():
            return [clause for part in required_parts(query) for clause in _needed_phrases(part)]
        case ast.In():
            return _needed_phrases(query.operand) if query.field in ("text", *TEXT_FIELDS) else []
        case ast.Word() | ast.Phrase() | ast.Or() | ast.Entity():
            clause = _any_of(query)
            return [clause] if clause is not None and clause.phrases else []
        case ast.Regex() | ast.Not():
            return []
        case _:
            assert_never(query)
