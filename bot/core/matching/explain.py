"""Why a query holds on a text, or which part of it decided that it does not: sentences for people.

The law of this file: it says what `evaluate` decided, in the words of the rule; it never decides by itself.
"""

from __future__ import annotations

from bot.core.matching.evaluate import SCOPES, TEXT_SCOPE, Blocked, apart, excepted, holds, mentions
from bot.core.matching.field_values import values_of
from bot.core.matching.positions import Text
from bot.core.query.format import _LONG, shown
from bot.core.query.word_patterns import needles
from bot.model.query import (
    VALUE_FIELDS,
    WORD_FIELDS,
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

_CAPTION, _PROMO = WORD_FIELDS.index("caption"), WORD_FIELDS.index("promo")


def explain(query: Query, text: Text) -> tuple[bool, str]:
    """Whether the query holds, and the part that decided."""
    if holds(query, text):
        return True, _why(query, text, TEXT_SCOPE, ())
    return False, _why_not(query, text, TEXT_SCOPE, ())


def _where(scope: tuple[int, ...]) -> str:
    names = [WORD_FIELDS[index] for index in scope]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _why(query: Query, text: Text, scope: tuple[int, ...], blocked: Blocked) -> str:
    if isinstance(query, And):
        return "; ".join(_why(operand, text, scope, blocked) for operand in query.operands[:6])
    if isinstance(query, Or):
        branch = next(operand for operand in query.operands if holds(operand, text, scope, blocked))
        return _why(branch, text, scope, blocked)
    if isinstance(query, Not):
        return f"{shown(query.operand)} is not there"
    if isinstance(query, In):
        if query.field in VALUE_FIELDS:
            return f"{query.field} is {', '.join(values_of(query.field, text)[:3])}"
        return _why(query.operand, text, SCOPES[query.field], blocked)
    if isinstance(query, Entity):
        blocked = blocked + excepted(query, text, scope)
        name = next(name for name in query.names if holds(name, text, scope, blocked))
        return f"@{query.name}: {_why(name, text, scope, blocked)}"
    place = mentions(query, text, scope, blocked)[0]
    found = text.zone(place.zone).text[place.start : place.end].replace("\n", " ")
    return f"“{found if len(found) <= _LONG else found[: _LONG - 1] + '…'}” stands in {WORD_FIELDS[place.zone]}"


def _why_not(query: Query, text: Text, scope: tuple[int, ...], blocked: Blocked) -> str:
    if isinstance(query, And):
        failing = next(operand for operand in query.operands if not holds(operand, text, scope, blocked))
        return _why_not(failing, text, scope, blocked)
    if isinstance(query, Or):
        if len(query.operands) <= 3:
            return "; ".join(_why_not(operand, text, scope, blocked) for operand in query.operands)
        return f"none of {', '.join(shown(operand) for operand in query.operands[:6])} … holds"
    if isinstance(query, Not):
        return f"NOT {shown(query.operand)}: {_why(query.operand, text, scope, blocked)}"
    if isinstance(query, In):
        if query.field not in VALUE_FIELDS:
            return _why_not(query.operand, text, SCOPES[query.field], blocked)
        values = values_of(query.field, text)
        if not values:
            return f"{shown(query)}: the story has no {query.field}"
        return f"{shown(query)}: {query.field} is {', '.join(values[:5])}"
    if isinstance(query, Entity):
        except_for = excepted(query, text, scope)
        if except_for and any(holds(name, text, scope, blocked) for name in query.names):
            place = except_for[0]
            return f"@{query.name} stands only inside “{text.zone(place.zone).text[place.start : place.end]}” (but_not)"
        return f"no name of @{query.name} is in {_where(scope)}"
    if isinstance(query, Near):
        return _why_not_near(query, text, scope, blocked)
    if isinstance(query, AtLeast):
        count = apart(mentions(query.operand, text, scope, blocked))
        return f"{shown(query.operand)} is there {count} times, not {query.count}"
    if isinstance(query, First):
        if holds(query.operand, text, scope, blocked):
            return f"{shown(query.operand)} is there, but not among the first {query.count} words"
        return _why_not(query.operand, text, scope, blocked)
    return _why_no_leaf(query, text, scope)


def _why_not_near(query: Near, text: Text, scope: tuple[int, ...], blocked: Blocked) -> str:
    if not holds(query.left, text, scope, blocked):
        return _why_not(query.left, text, scope, blocked)
    if query.apart:
        return f"every {shown(query.left)} has {shown(query.right)} close by"
    if not holds(query.right, text, scope, blocked):
        return _why_not(query.right, text, scope, blocked)
    reach = {"s": "in one sentence", "p": "in one paragraph"}.get(str(query.reach), f"within {query.reach} words")
    order = " in that order" if query.ordered else ""
    return f"{shown(query.left)} and {shown(query.right)} are there, but not {reach}{order}"


def _why_no_leaf(query: Query, text: Text, scope: tuple[int, ...]) -> str:
    assert isinstance(query, Word | Phrase | Regex)
    for index, place in ((_PROMO, "a promo line"), (_CAPTION, "a caption")):
        if index not in scope and text.leaf(query, (index,)):
            return f"{shown(query)} stands only in {place}"
    if isinstance(query, Word):
        needle = needles(query.text, query.exact)[0]
        relaxed = Word(text=query.text.lower())
        if needle.capitals and text.leaf(relaxed, scope):
            return f"{query.text} is a common word: it is found in capitals only, and stands here in small letters"
        if query.exact and text.leaf(Word(text=query.text), scope):
            return f"{shown(query)} is there, but not in this spelling"
    if isinstance(query, Phrase) and len(query.words) > 1:
        missing = [word for word in query.words if not text.leaf(Word(text=word, exact=query.exact), scope)]
        if not missing:
            return f"the words of {shown(query)} are there, but not as a phrase"
        return f"{missing[0]} is not in {_where(scope)}"
    return f"{shown(query)} is not in {_where(scope)}"
