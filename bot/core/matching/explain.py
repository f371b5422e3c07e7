"""Query × text → why it holds, or which part of it decided that it does not: sentences for people.

The law of this file: it says what `evaluate` decided, in the words of the rule; it never decides by itself.
"""

from __future__ import annotations

from typing import assert_never

from bot.core.matching.evaluate import Blocked, count_apart, excepted, holds, mentions_of
from bot.core.matching.field_values import values_of
from bot.core.matching.mentions import TEXT_ZONES, ZONES_OF, EntryText, Leaf, Zones
from bot.core.query.format import excerpt, format_excerpt
from bot.core.query.word_patterns import word_patterns
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS, WORD_FIELDS

_CAPTION, _PROMO = WORD_FIELDS.index("caption"), WORD_FIELDS.index("promo")


def explain_query(query: ast.Query, text: EntryText) -> tuple[bool, str]:
    """Whether the query holds, and the part that decided."""
    if holds(query, text):
        return True, _why(query, text, TEXT_ZONES, ())
    return False, _why_not(query, text, TEXT_ZONES, ())


def _where(zones: Zones) -> str:
    names = [WORD_FIELDS[index] for index in zones]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _why(query: ast.Query, text: EntryText, zones: Zones, blocked: Blocked) -> str:
    match query:
        case ast.And():
            return "; ".join(_why(operand, text, zones, blocked) for operand in query.operands[:6])
        case ast.Or():
            branch = next(operand for operand in query.operands if holds(operand, text, zones, blocked))
            return _why(branch, text, zones, blocked)
        case ast.Not():
            return f"{format_excerpt(query.operand)} is not there"
        case ast.In() if query.field in VALUE_FIELDS:
            return f"{query.field} is {', '.join(values_of(query.field, text)[:3])}"
        case ast.In():
            return _why(query.operand, text, ZONES_OF[query.field], blocked)
        case ast.Entity():
            blocked = blocked + excepted(query, text, zones)
            name = next(name for name in query.names if holds(name, text, zones, blocked))
            return f"@{query.name}: {_why(name, text, zones, blocked)}"
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Near() | ast.AtLeast() | ast.First():
            mention = mentions_of(query, text, zones, blocked)[0]
            words = text.zone(mention.zone).text[mention.start : mention.end].replace("\n", " ")
            return f"“{excerpt(words)}” stands in {WORD_FIELDS[mention.zone]}"
        case _:
            assert_never(query)


def _why_not(query: ast.Query, text: EntryText, zones: Zones, blocked: Blocked) -> str:
    match query:
        case ast.And():
            failing = next(operand for operand in query.operands if not holds(operand, text, zones, blocked))
            return _why_not(failing, text, zones, blocked)
        case ast.Or():
            if len(query.operands) <= 3:
                return "; ".join(_why_not(operand, text, zones, blocked) for operand in query.operands)
            return f"none of {', '.join(map(format_excerpt, query.operands[:6]))} … holds"
        case ast.Not():
            return f"NOT {format_excerpt(query.operand)}: {_why(query.operand, text, zones, blocked)}"
        case ast.In() if query.field in VALUE_FIELDS:
            values = values_of(query.field, text)
            if not values:
                return f"{format_excerpt(query)}: the story has no {query.field}"
            return f"{format_excerpt(query)}: {query.field} is {', '.join(values[:5])}"
        case ast.In():
            return _why_not(query.operand, text, ZONES_OF[query.field], blocked)
        case ast.Entity():
            exceptions = excepted(query, text, zones)
            if exceptions and any(holds(name, text, zones, blocked) for name in query.names):
                first = exceptions[0]
                where = text.zone(first.zone).text[first.start : first.end]
                return f"@{query.name} stands only inside “{where}” (but_not)"
            return f"no name of @{query.name} is in {_where(zones)}"
        case ast.Near():
            return _why_not_near(query, text, zones, blocked)
        case ast.AtLeast():
            count = count_apart(mentions_of(query.operand, text, zones, blocked))
            return f"{format_excerpt(query.operand)} is there {count} times, not {query.count}"
        case ast.First():
            if holds(query.operand, text, zones, blocked):
                return f"{format_excerpt(query.operand)} is there, but not among the first {query.count} words"
            return _why_not(query.operand, text, zones, blocked)
        case ast.Word() | ast.Phrase() | ast.Regex():
            return _why_no_leaf(query, text, zones)
        case _:
            assert_never(query)


def _why_not_near(query: ast.Near, text: EntryText, zones: Zones, blocked: Blocked) -> str:
    left, right = format_excerpt(query.left), format_excerpt(query.right)
    if not holds(query.left, text, zones, blocked):
        return _why_not(query.left, text, zones, blocked)
    if query.apart:
        return f"every {left} has {right} close by"
    if not holds(query.right, text, zones, blocked):
        return _why_not(query.right, text, zones, blocked)
    reach = {"s": "in one sentence", "p": "in one paragraph"}.get(str(query.reach), f"within {query.reach} words")
    return f"{left} and {right} are there, but not {reach}{' in that order' if query.ordered else ''}"


def _why_no_leaf(leaf: Leaf, text: EntryText, zones: Zones) -> str:
    for index, place in ((_PROMO, "a promo line"), (_CAPTION, "a caption")):
        if index not in zones and text.mentions(leaf, (index,)):
            return f"{format_excerpt(leaf)} stands only in {place}"
    if isinstance(leaf, ast.Word):
        wanted = word_patterns(leaf.text, leaf.exact)[0]
        if (wanted.capitals or wanted.initial) and text.mentions(ast.Word(text=leaf.text.lower()), zones):
            how = "in capitals only" if wanted.capitals else "with a capital beginning only"
            return f"{leaf.text} is found {how}, and stands here in another case"
        if leaf.exact and text.mentions(ast.Word(text=leaf.text), zones):
            return f"{format_excerpt(leaf)} is there, but not in this spelling"
    if isinstance(leaf, ast.Phrase) and len(leaf.words) > 1:
        missing = [word for word in leaf.words if not text.mentions(ast.Word(text=word, exact=leaf.exact), zones)]
        if not missing:
            return f"the words of {format_excerpt(leaf)} are there, but not as a phrase"
        return f"{missing[0]} is not in {_where(zones)}"
    return f"{format_excerpt(leaf)} is not in {_where(zones)}"
