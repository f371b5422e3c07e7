"""What a rule's parts say about each other: queries in, implications out.

The law of this file: `implied` is sound, never complete: it says yes only where every text on which the facts hold also
holds the query. Facts are parts that must hold, each with the fields it is looked for in.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.query.values import equals
from bot.core.query.word_patterns import Needle, needles
from bot.model.query import (
    TEXT_FIELDS,
    VALUE_FIELDS,
    And,
    AtLeast,
    Entity,
    First,
    In,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Regex,
    Word,
)

Scope = frozenset[str]
TEXT: Scope = frozenset(TEXT_FIELDS)
Fact = tuple[Query, Scope]
_MAX_BRANCHES = 40
_MAX_DEPTH = 6


def scope_of(field: str) -> Scope:
    """The fields that `field:` searches."""
    return TEXT if field == "text" else frozenset((field,))


def facts_of(query: Query, scope: Scope = TEXT) -> list[Fact]:
    """The query, and every part that must hold where it holds."""
    found: list[Fact] = [(query, scope)]
    if isinstance(query, And):
        for operand in query.operands:
            found += facts_of(operand, scope)
    elif isinstance(query, Phrase):
        found += [(Word(text=word, exact=query.exact), scope) for word in query.words]
    elif isinstance(query, Near):
        found += facts_of(query.left, scope)
        if not query.apart:
            found += facts_of(query.right, scope)
    elif isinstance(query, AtLeast | First):
        found += facts_of(query.operand, scope)
    elif isinstance(query, In) and query.field not in VALUE_FIELDS:
        found += facts_of(query.operand, scope_of(query.field))
    elif isinstance(query, Entity) and len(query.names) == 1:
        found += facts_of(query.names[0], scope)
    return found


def implied(query: Query, facts: Sequence[Fact], scope: Scope = TEXT, depth: int = 0) -> bool:
    """Whether the query holds wherever the facts do."""
    if depth > _MAX_DEPTH:
        return False
    for fact, where in facts:
        if where <= scope and _follows(query, fact, exactly=where == scope):
            return True
    if isinstance(query, Or):
        if any(implied(operand, facts, scope, depth + 1) for operand in query.operands[:_MAX_BRANCHES]):
            return True
    elif isinstance(query, And):
        return all(implied(operand, facts, scope, depth + 1) for operand in query.operands)
    elif isinstance(query, Not):
        return any(
            isinstance(fact, Not) and implied(fact.operand, facts_of(query.operand, scope), where, depth + 1)
            for fact, where in facts
        )
    elif isinstance(query, Entity):
        if not query.but_not and any(implied(name, facts, scope, depth + 1) for name in query.names[:_MAX_BRANCHES]):
            return True
    elif isinstance(query, AtLeast) and query.count == 1:
        return implied(query.operand, facts, scope, depth + 1)
    elif isinstance(query, In):
        if query.field not in VALUE_FIELDS:
            return implied(query.operand, facts, scope_of(query.field), depth + 1)
        return any(
            isinstance(fact, In) and fact.field == query.field and _values_follow(query, fact) for fact, _ in facts
        )
    return _by_cases(query, facts, scope, depth)


def _by_cases(query: Query, facts: Sequence[Fact], scope: Scope, depth: int) -> bool:
    """A fact that is an OR (or an entity) decides where each of its branches does."""
    for fact, where in facts:
        branches: tuple[Query, ...] = ()
        if isinstance(fact, Or):
            branches = fact.operands
        elif isinstance(fact, Entity):
            branches = fact.names
        if (
            1 < len(branches) <= _MAX_BRANCHES
            and fact is not query
            and all(implied(query, facts_of(branch, where), scope, depth + 1) for branch in branches)
        ):
            return True
    return False


def _follows(query: Query, fact: Query, *, exactly: bool) -> bool:
    """Whether one part holds wherever another does, looked for in the same fields (or the fact in some of them)."""
    if isinstance(query, Word):
        return isinstance(fact, Word) and _word_follows(query, fact)
    if isinstance(query, Phrase):
        if isinstance(fact, Word):
            return len(query.words) == 1 and _word_follows(_as_word(query), fact)
        return isinstance(fact, Phrase) and _phrase_follows(query, fact)
    if isinstance(query, Near) and isinstance(fact, Near):
        return _near_follows(query, fact)
    if isinstance(query, AtLeast) and isinstance(fact, AtLeast):
        return query.count <= fact.count and query.operand == fact.operand
    if isinstance(query, First) and isinstance(fact, First):
        return exactly and query.count >= fact.count and query.operand == fact.operand
    if isinstance(query, First):
        return False
    if isinstance(query, Entity) and isinstance(fact, Entity):
        return query.name == fact.name and query == fact
    if isinstance(query, Regex | Or | And | In):
        return query == fact
    return isinstance(query, Not) and query == fact


def _as_word(query: Phrase) -> Word:
    return Word(text=query.words[0], exact=query.exact)


def _word_follows(query: Word, fact: Word) -> bool:
    wanted, given = needles(query.text, query.exact), needles(fact.text, fact.exact)
    return len(wanted) == len(given) and all(map(_needle_follows, wanted, given))


def _needle_follows(wanted: Needle, given: Needle) -> bool:
    if wanted == given:
        return True
    if wanted.exact is not None:
        return False
    if wanted.cjk or given.cjk:
        both = wanted.cjk and given.cjk and wanted.pattern is None and given.pattern is None
        return both and wanted.form in given.form
    if wanted.capitals:
        return given.exact is not None and given.exact.isupper() and given.form == wanted.form and given.pattern is None
    if wanted.pattern is None:
        return given.pattern is None and given.form == wanted.form
    if given.pattern is None:
        return wanted.pattern.fullmatch(given.form) is not None
    return wanted.key == wanted.form + "*" and given.form.startswith(wanted.form)


def _phrase_follows(query: Phrase, fact: Phrase) -> bool:
    if query.exact and not fact.exact:
        return False

    def same(wanted: str, given: str) -> bool:
        return _word_follows(Word(text=wanted, exact=query.exact), Word(text=given, exact=fact.exact))

    if len(query.words) == len(fact.words):
        return query.slop >= fact.slop and all(map(same, query.words, fact.words))
    if fact.slop or len(query.words) > len(fact.words):
        return False
    size = len(query.words)
    return any(all(map(same, query.words, fact.words[at : at + size])) for at in range(len(fact.words) - size + 1))


def _near_follows(query: Near, fact: Near) -> bool:
    if query.apart != fact.apart or (query.ordered and not fact.ordered):
        return False
    same = query.left == fact.left and query.right == fact.right
    turned = not query.ordered and not query.apart and query.left == fact.right and query.right == fact.left
    if not (same or (turned and not fact.ordered) or (turned and fact.ordered)):
        return False
    if isinstance(query.reach, int) and isinstance(fact.reach, int):
        return query.reach <= fact.reach if query.apart else query.reach >= fact.reach
    return query.reach == fact.reach or (query.reach == "p" and fact.reach == "s" and not query.apart)


# --- whole values ---


def values_asked(query: Query) -> list[str] | None:
    """The values of which a whole-value field must have one; None where it is not so simple."""
    if isinstance(query, Word):
        return [query.text]
    if isinstance(query, Phrase):
        return [" ".join(query.words)]
    if isinstance(query, Or | Entity):
        together: list[str] = []
        for branch in query.operands if isinstance(query, Or) else query.names:
            part = values_asked(branch)
            if part is None:
                return None
            together += part
        return together
    return None


def _values_follow(query: In, fact: In) -> bool:
    if query == fact:
        return True
    wanted, given = values_asked(query.operand), values_asked(fact.operand)
    if wanted is None or given is None or any("*" in value or "?" in value for value in given):
        return False
    return all(any(equals(query.field, one, value) for one in wanted) for value in given)


def cannot_both(one: In, other: In) -> bool:
    """Whether no entry can have both values: `source`, `lang` and `domain` are single."""
    if one.field != other.field or one.field == "tag":
        return False
    first, second = values_asked(one.operand), values_asked(other.operand)
    if first is None or second is None or any("*" in value or "?" in value for value in first + second):
        return False
    return not any(equals(one.field, a, b) or equals(one.field, b, a) for a in first for b in second)
