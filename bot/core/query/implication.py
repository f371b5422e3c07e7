"""What a rule's parts say about each other: facts → whether another part follows.

The law of this file: `implied` is sound, never complete: it says yes only where every text on which the facts hold also
holds the query. Facts are parts that must hold, each with the fields it is looked for in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.core.query.values import is_value
from bot.core.query.walk import branches_of, required_parts, words_of
from bot.core.query.word_patterns import WordPattern, leaf_patterns, word_patterns
from bot.model import query as ast
from bot.model.query import TEXT_FIELDS, VALUE_FIELDS

FieldSet = frozenset[str]
DEFAULT_FIELDS: FieldSet = frozenset(TEXT_FIELDS)
"""Where words are looked for that name no field."""
Fact = tuple[ast.Query, FieldSet]
_MAX_BRANCHES = 40
"""Alternatives of one rule that are compared with another's: each is with each."""
_MAX_DEPTH = 6
"""How far is looked: beyond that nothing is said to follow, and a warning less is given."""


def fields_searched(field: str) -> FieldSet:
    """The fields that `FIELD:` looks in."""
    return DEFAULT_FIELDS if field == "text" else frozenset((field,))


def facts_of(query: ast.Query, fields: FieldSet) -> list[Fact]:
    """The query, and every part that must hold where it holds."""
    facts: list[Fact] = [(query, fields)]
    match query:
        case ast.And() | ast.Near() | ast.AtLeast() | ast.First():
            facts += [fact for part in required_parts(query) for fact in facts_of(part, fields)]
        case ast.Phrase():
            facts += [(word, fields) for word in _words_inside(query)]
        case ast.In() if query.field not in VALUE_FIELDS:
            facts += facts_of(query.operand, fields_searched(query.field))
        case ast.Entity(names=(name,)):
            facts += facts_of(name, fields)
        case ast.Word() | ast.Regex() | ast.In() | ast.Entity() | ast.Or() | ast.Not():
            pass
        case _:
            assert_never(query)
    return facts


def implied(query: ast.Query, facts: Sequence[Fact], fields: FieldSet, depth: int = 0) -> bool:
    """Whether the query holds wherever the facts do."""
    if depth > _MAX_DEPTH:
        return False
    for fact, where in facts:
        if where <= fields and _follows(query, fact, exactly=where == fields):
            return True
    match query:
        case ast.Or():
            if any(implied(operand, facts, fields, depth + 1) for operand in query.operands[:_MAX_BRANCHES]):
                return True
        case ast.And():
            return all(implied(operand, facts, fields, depth + 1) for operand in query.operands)
        case ast.Not():
            excluded = facts_of(query.operand, fields)
            return any(
                isinstance(fact, ast.Not) and implied(fact.operand, excluded, where, depth + 1) for fact, where in facts
            )
        case ast.Entity():
            names = () if query.but_not else query.names[:_MAX_BRANCHES]
            if any(implied(name, facts, fields, depth + 1) for name in names):
                return True
        case ast.AtLeast(count=1):
            return implied(query.operand, facts, fields, depth + 1)
        case ast.In() if query.field in VALUE_FIELDS:
            return any(
                isinstance(fact, ast.In) and fact.field == query.field and _values_follow(query, fact)
                for fact, _ in facts
            )
        case ast.In():
            return implied(query.operand, facts, fields_searched(query.field), depth + 1)
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Near() | ast.AtLeast() | ast.First():
            pass
        case _:
            assert_never(query)
    return _by_cases(query, facts, fields, depth)


def _by_cases(query: ast.Query, facts: Sequence[Fact], fields: FieldSet, depth: int) -> bool:
    """A fact that is an OR (or an entity) decides where each of its branches does."""
    return any(
        isinstance(fact, ast.Or | ast.Entity)
        and fact is not query
        and 1 < len(branches_of(fact)) <= _MAX_BRANCHES
        and all(implied(query, facts_of(branch, where), fields, depth + 1) for branch in branches_of(fact))
        for fact, where in facts
    )


def _follows(query: ast.Query, fact: ast.Query, *, exactly: bool) -> bool:
    """Whether one part holds wherever another does, looked for in the same fields (or the fact in some of them)."""
    match query:
        case ast.Word():
            return isinstance(fact, ast.Word) and _word_follows(query, fact)
        case ast.Phrase():
            if isinstance(fact, ast.Word):
                return len(query.words) == 1 and _word_follows(_words(query)[0], fact)
            return isinstance(fact, ast.Phrase) and _phrase_follows(query, fact)
        case ast.Near():
            return isinstance(fact, ast.Near) and _near_follows(query, fact)
        case ast.AtLeast():
            return isinstance(fact, ast.AtLeast) and query.count <= fact.count and query.operand == fact.operand
        case ast.First():
            same = isinstance(fact, ast.First) and query.count >= fact.count and query.operand == fact.operand
            return exactly and same
        case ast.Regex() | ast.Entity() | ast.In() | ast.Not() | ast.And() | ast.Or():
            return query == fact
        case _:
            assert_never(query)


def _words(query: ast.Phrase) -> list[ast.Word]:
    return [ast.Word(text=word, exact=query.exact) for word in query.words]


def _words_inside(query: ast.Phrase) -> list[ast.Word]:
    """The words that a text holds as such where it holds the phrase; not one in `בתל אביב` that finds no `בתל`."""
    return _words(query)[1 if leaf_patterns(query, query.exact)[0].attached else 0 :]


def _word_follows(query: ast.Word, fact: ast.Word) -> bool:
    wanted, given = word_patterns(query.text, query.exact), word_patterns(fact.text, fact.exact)
    return len(wanted) == len(given) and all(map(_pattern_follows, wanted, given))


def _pattern_follows(wanted: WordPattern, given: WordPattern) -> bool:
    if wanted == given:
        return True
    if wanted.exact is not None or wanted.before or wanted.after:
        return False
    if wanted.cjk or given.cjk:
        both = wanted.cjk and given.cjk and wanted.pattern is None and given.pattern is None
        return both and wanted.form in given.form
    if wanted.capitals:
        return given.exact is not None and given.exact.isupper() and given.form == wanted.form and given.pattern is None
    if wanted.initial:
        spelling = "X" if given.capitals or given.initial else given.exact or ""
        return spelling[:1].isupper() and given.form == wanted.form and given.pattern is None
    if wanted.pattern is None:
        return given.pattern is None and given.form == wanted.form
    if given.pattern is None:
        return wanted.pattern.fullmatch(given.form) is not None
    return wanted.key == wanted.form + "*" and given.form.startswith(wanted.form)


def _phrase_follows(query: ast.Phrase, fact: ast.Phrase) -> bool:
    if query.exact and not fact.exact:
        return False
    wanted, given = _words(query), _words(fact) if len(query.words) > 1 else _words_inside(fact)
    size = len(wanted)
    if size == len(given):
        return query.slop >= fact.slop and all(map(_word_follows, wanted, given))
    return not fact.slop and any(
        all(map(_word_follows, wanted, given[at : at + size])) for at in range(len(given) - size + 1)
    )


def _near_follows(query: ast.Near, fact: ast.Near) -> bool:
    if query.apart != fact.apart or (query.ordered and not fact.ordered):
        return False
    same = query.left == fact.left and query.right == fact.right
    turned = query.left == fact.right and query.right == fact.left
    if not same and (not turned or query.ordered or query.apart):
        return False
    if isinstance(query.reach, int) and isinstance(fact.reach, int):
        return query.reach <= fact.reach if query.apart else query.reach >= fact.reach
    return query.reach == fact.reach or (query.reach == "p" and fact.reach == "s" and not query.apart)


# --- whole values ---


def _values_asked(query: ast.Query) -> list[str] | None:
    """The values of which a whole-value field must have one; None where it is not so simple."""
    match query:
        case ast.Word() | ast.Phrase():
            return [" ".join(words_of(query))]
        case ast.Or() | ast.Entity():
            asked = [_values_asked(branch) for branch in branches_of(query)]
            return None if None in asked else [value for values in asked for value in values or ()]
        case ast.Regex() | ast.In() | ast.Near() | ast.AtLeast() | ast.First() | ast.Not() | ast.And():
            return None
        case _:
            assert_never(query)


def _values_follow(query: ast.In, fact: ast.In) -> bool:
    if query == fact:
        return True
    wanted, given = _values_asked(query.operand), _values_asked(fact.operand)
    if wanted is None or given is None or any("*" in value or "?" in value for value in given):
        return False
    return all(any(is_value(query.field, one, value) for one in wanted) for value in given)


def cannot_both(one: ast.In, other: ast.In) -> bool:
    """Whether no entry can have both values: `source`, `lang` and `domain` are single."""
    if one.field != other.field or one.field == "tag":
        return False
    first, second = _values_asked(one.operand), _values_asked(other.operand)
    if first is None or second is None or any("*" in value or "?" in value for value in first + second):
        return False
    return not any(is_value(one.field, a, b) or is_value(one.field, b, a) for a in first for b in second)
