"""A query × an entry's text → whether it holds, and where its words stand.

The law of this file: `holds` decides, `mentions_of` gives places; NEAR, ATLEAST and FIRST work on places. A mention
inside one of an entity's `but_not` phrases is none. What is under NOT is never shown.
"""

from __future__ import annotations

from typing import assert_never

from bot.core.matching.field_values import value_evidence
from bot.core.matching.mentions import BODY, SUMMARY, TEXT_ZONES, ZONES_OF, EntryText, Mention, Zones
from bot.core.matching.proximity import near, not_near
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS
from bot.model.watch import Evidence

Blocked = tuple[Mention, ...]
"""Mentions of `but_not` phrases: a mention inside one of them is none."""
Basis = list[Mention | Evidence]
"""What it is that a match rests on."""


def holds(query: ast.Query, text: EntryText, zones: Zones = TEXT_ZONES, blocked: Blocked = ()) -> bool:
    """Whether the query holds."""
    match query:
        case ast.And():
            return all(holds(operand, text, zones, blocked) for operand in query.operands)
        case ast.Or():
            return any(holds(operand, text, zones, blocked) for operand in query.operands)
        case ast.Not():
            return not holds(query.operand, text, zones, blocked)
        case ast.In() if query.field in VALUE_FIELDS:
            return value_evidence(query.field, query.operand, text) is not None
        case ast.In():
            return holds(query.operand, text, ZONES_OF[query.field], blocked)
        case ast.Entity():
            blocked = blocked + excepted(query, text, zones)
            return any(holds(name, text, zones, blocked) for name in query.names)
        case ast.Regex() if not blocked:
            return text.has_regex(query, zones)
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Near() | ast.AtLeast() | ast.First():
            return bool(mentions_of(query, text, zones, blocked))
        case _:
            assert_never(query)


def basis_of(query: ast.Query, text: EntryText, zones: Zones = TEXT_ZONES, blocked: Blocked = ()) -> Basis | None:
    """What the query rests on, every branch that holds included; None where it does not hold."""
    match query:
        case ast.And():
            together: Basis = []
            for operand in query.operands:
                part = basis_of(operand, text, zones, blocked)
                if part is None:
                    return None
                together += part
            return together
        case ast.Or():
            return _any_of(query.operands, text, zones, blocked)
        case ast.Not():
            return None if holds(query.operand, text, zones, blocked) else []
        case ast.In() if query.field in VALUE_FIELDS:
            evidence = value_evidence(query.field, query.operand, text)
            return None if evidence is None else [*evidence]
        case ast.In():
            return basis_of(query.operand, text, ZONES_OF[query.field], blocked)
        case ast.Entity():
            return _any_of(query.names, text, zones, blocked + excepted(query, text, zones))
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Near() | ast.AtLeast() | ast.First():
            return [*mentions_of(query, text, zones, blocked)] or None
        case _:
            assert_never(query)


def _any_of(branches: tuple[ast.Query, ...], text: EntryText, zones: Zones, blocked: Blocked) -> Basis | None:
    parts = [part for branch in branches if (part := basis_of(branch, text, zones, blocked)) is not None]
    return [item for part in parts for item in part] if parts else None


def excepted(entity: ast.Entity, text: EntryText, zones: Zones) -> Blocked:
    """Where an entity's `but_not` phrases stand."""
    return tuple(mention for query in entity.but_not for mention in mentions_of(query, text, zones, ()))


def mentions_of(query: ast.Query, text: EntryText, zones: Zones, blocked: Blocked) -> list[Mention]:
    """Where the query's words stand, in order, each place once."""
    match query:
        case ast.Word() | ast.Phrase() | ast.Regex():
            mentions = text.mentions(query, zones)
            return _outside(mentions, blocked) if blocked and mentions else mentions
        case ast.Or():
            return _union([mentions_of(operand, text, zones, blocked) for operand in query.operands])
        case ast.Entity():
            blocked = blocked + excepted(query, text, zones)
            return _union([mentions_of(name, text, zones, blocked) for name in query.names])
        case ast.In():
            return mentions_of(query.operand, text, ZONES_OF.get(query.field, ()), blocked)
        case ast.AtLeast():
            mentions = _told_once(mentions_of(query.operand, text, zones, blocked), text)
            return mentions if count_apart(mentions) >= query.count else []
        case ast.First():
            return _among_first(mentions_of(query.operand, text, zones, blocked), text, zones, query.count)
        case ast.Near():
            left = mentions_of(query.left, text, zones, blocked)
            if not left:
                return []
            right = mentions_of(query.right, text, zones, blocked)
            if query.apart:
                return not_near(query, left, right, text)
            return near(query, left, right, text) if right else []
        case ast.And():  # only as a name or a but_not of an entity
            return _all_of(query, text, zones, blocked)
        case ast.Not():
            return []
        case _:
            assert_never(query)


def _told_once(mentions: list[Mention], text: EntryText) -> list[Mention]:
    """The mentions without those in the body that only repeat the summary (see `EntryText.repeats`)."""
    zones = {mention.zone for mention in mentions}
    if SUMMARY not in zones or BODY not in zones or not (repeats := text.repeats()):
        return mentions
    return [
        mention
        for mention in mentions
        if mention.zone != BODY or not any(start <= mention.start < end for start, end in repeats)
    ]


def _all_of(query: ast.And, text: EntryText, zones: Zones, blocked: Blocked) -> list[Mention]:
    mentions: list[Mention] = []
    for operand in query.operands:
        if isinstance(operand, ast.Not):
            if holds(operand.operand, text, zones, blocked):
                return []
            continue
        more = mentions_of(operand, text, zones, blocked)
        if not more:
            return []
        mentions = _union([mentions, more])
    return mentions


def count_apart(mentions: list[Mention]) -> int:
    """How many mentions there are, those that overlap counted once."""
    count = 0
    zone, end = -1, 0
    for mention in sorted(mentions, key=lambda mention: (mention.zone, mention.end)):
        if mention.zone != zone or mention.start >= end:
            count += 1
            zone, end = mention.zone, mention.end
    return count


def _union(columns: list[list[Mention]]) -> list[Mention]:
    filled = [column for column in columns if column]
    if len(filled) <= 1:
        return filled[0] if filled else []
    return sorted({mention for column in filled for mention in column})


def _outside(mentions: list[Mention], blocked: Blocked) -> list[Mention]:
    return [
        mention
        for mention in mentions
        if not any(
            other.zone == mention.zone and other.start <= mention.start and mention.end <= other.end
            for other in blocked
        )
    ]


def _among_first(mentions: list[Mention], text: EntryText, zones: Zones, count: int) -> list[Mention]:
    before = 0
    room: dict[int, int] = {}
    for index in zones:
        room[index] = count - before
        before += text.zone(index).words
    return [mention for mention in mentions if mention.last < room.get(mention.zone, count)]
