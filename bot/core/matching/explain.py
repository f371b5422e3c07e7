"""Query × text → why it holds, or which part of it decided that it does not: sentences for people.

The law of this file: it says what `evaluate` decided, in the words of the rule; it never decides by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

from bot.core.matching.evaluate import Blocked, count_apart, excepted, holds, mentions_of
from bot.core.matching.field_values import values_of
from bot.core.matching.mentions import TEXT_ZONES, ZONES_OF, EntryText, Leaf, Mention, Zones
from bot.core.query.format import excerpt, format_excerpt
from bot.core.query.word_patterns import word_patterns
from bot.core.text.plural import counted
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS, WORD_FIELDS

_SHOWN = 6
"""Operands that a sentence names."""
_INNER_SIGN = re.compile(r"[-‐‑&/.]")
_PLACES = {"title": "title", "summary": "summary", "body": "body", "promo": "a promo line", "caption": "a caption"}
"""What the zones of an entry are called where a word stands in them and is not asked for there."""


def explain_query(query: ast.Query, text: EntryText) -> tuple[bool, str]:
    """Whether the query holds, and the part that decided."""
    if holds(query, text):
        return True, _why(query, text, TEXT_ZONES, ())
    return False, _why_not(query, text, TEXT_ZONES, ())


def _where(zones: Zones) -> str:
    names = [WORD_FIELDS[index] for index in zones]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _part(query: ast.Query) -> str:
    """A part of a rule as it stands in it: what is several, in its parentheses."""
    text = format_excerpt(query)
    return f"({text})" if isinstance(query, ast.And | ast.Or) else text


def _words_of(mention: Mention, text: EntryText) -> str:
    return excerpt(text.zone(mention.zone).text[mention.start : mention.end].replace("\n", " "))


def _why(query: ast.Query, text: EntryText, zones: Zones, blocked: Blocked) -> str:
    match query:
        case ast.And():
            return "; ".join(_why(operand, text, zones, blocked) for operand in query.operands[:_SHOWN])
        case ast.Or():
            branch = next(operand for operand in query.operands if holds(operand, text, zones, blocked))
            return _why(branch, text, zones, blocked)
        case ast.Not():
            return f"{_part(query.operand)} is not there"
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
            return f"“{_words_of(mention, text)}” stands in {WORD_FIELDS[mention.zone]}"
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
            more = len(query.operands) - _SHOWN
            others = f" and {more} more" if more > 0 else ""
            return f"none of {', '.join(map(format_excerpt, query.operands[:_SHOWN]))}{others} holds"
        case ast.Not():
            return f"{format_excerpt(query)}: {_why(query.operand, text, zones, blocked)}"
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
                return f"@{query.name} stands only inside “{_words_of(exceptions[0], text)}” (but_not)"
            return f"no name of @{query.name} is in {_where(zones)}"
        case ast.Near():
            return _why_not_near(query, text, zones, blocked)
        case ast.AtLeast():
            count = count_apart(mentions_of(query.operand, text, zones, blocked))
            return f"{_part(query.operand)} is there {counted(count, 'time', 'times')}, not {query.count}"
        case ast.First():
            if holds(query.operand, text, zones, blocked):
                first = counted(query.count, "word", "words")
                return f"{_part(query.operand)} is there, but not among the first {first}"
            return _why_not(query.operand, text, zones, blocked)
        case ast.Word() | ast.Phrase() | ast.Regex():
            return _why_no_leaf(query, text, zones)
        case _:
            assert_never(query)


def _why_not_near(query: ast.Near, text: EntryText, zones: Zones, blocked: Blocked) -> str:
    left, right = _part(query.left), _part(query.right)
    if not holds(query.left, text, zones, blocked):
        return _why_not(query.left, text, zones, blocked)
    if query.apart:
        return f"every {left} has {right} close by"
    if not holds(query.right, text, zones, blocked):
        return _why_not(query.right, text, zones, blocked)
    if not any(all(holds(side, text, (zone,), blocked) for side in (query.left, query.right)) for zone in zones):
        return f"{left} and {right} are there, but in different fields"
    unit = {"s": "in one sentence", "p": "in one paragraph"}.get(str(query.reach))
    reach = unit or f"within {counted(int(query.reach), 'word', 'words')}"
    return f"{left} and {right} are there, but not {reach}{' in that order' if query.ordered else ''}"


def _why_no_leaf(leaf: Leaf, text: EntryText, zones: Zones) -> str:
    others = {name: place for name, place in _PLACES.items() if ZONES_OF[name][0] not in zones}
    if elsewhere := [place for name, place in others.items() if text.mentions(leaf, ZONES_OF[name])]:
        return f"{format_excerpt(leaf)} stands only in {' and '.join(elsewhere)}"
    if isinstance(leaf, ast.Phrase) and len(leaf.words) > 1:
        parts = tuple(part for word in leaf.words for part in _INNER_SIGN.split(word) if part)
        if len(parts) > len(leaf.words) and (apart := text.mentions(replace(leaf, words=parts), zones)):  # Kim Jong Un
            return (
                f"{format_excerpt(leaf)} is not in {_where(zones)}, but “{_words_of(apart[0], text)}” is: "
                f'write "{" ".join(parts)}", which finds both'
            )
        words = [ast.Word(text=word, exact=leaf.exact) for word in leaf.words]
        missing = next((word for word in words if not text.mentions(word, zones)), None)
        if missing is None:
            return f"the words of {format_excerpt(leaf)} are there, but not as a phrase"
        return _why_no_leaf(missing, text, zones)
    absent = f"{format_excerpt(leaf)} is not in {_where(zones)}"
    return _otherwise_written(leaf, text, zones, absent) if isinstance(leaf, ast.Word) else absent


def _otherwise_written(word: ast.Word, text: EntryText, zones: Zones, absent: str) -> str:
    """Why a word is not found that stands in the text in another way of writing; `absent`: it does not."""
    wanted = word_patterns(word.text, word.exact)[0]
    if (wanted.capitals or wanted.initial) and text.mentions(ast.Word(text=word.text.lower()), zones):
        how = "in capitals only" if wanted.capitals else "with a capital beginning only"
        return f"{word.text} is found {how}, and stands here in another case"
    if word.exact:
        is_there = text.mentions(ast.Word(text=word.text), zones)
        return f"{format_excerpt(word)} is there, but not in this spelling" if is_there else absent
    parts = tuple(_INNER_SIGN.split(word.text))
    if len(parts) > 1 and all(parts) and (apart := text.mentions(ast.Phrase(words=parts), zones)):  # Coca Cola
        return f'{absent}, but “{_words_of(apart[0], text)}” is: write "{" ".join(parts)}", which finds both'
    plain = "".join(filter(str.isalnum, word.text))
    if (wanted.before or wanted.after) and text.mentions(ast.Word(text=plain), zones):
        return f"{absent}, but {plain} without its sign is"
    longer = ast.Word(text=f"{word.text}*")
    if word.text[-1:].isalpha() and len(word.text) > 1 and (found := text.mentions(longer, zones)):  # Huaweis
        return f"{absent}, but “{_words_of(found[0], text)}” is: {longer.text} finds it"
    return absent
