"""A query and a text in; whether it holds, and where its words stand, out.

The law of this file: `holds` decides, `mentions` gives places; NEAR, ATLEAST and FIRST work on places. A mention inside
one of an entity's `but_not` phrases is none. What is under NOT is never shown. Every step is bounded: a hostile text or
rule costs time in proportion to its length, not to its pairs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from bot.core.matching.field_values import value_evidence
from bot.core.matching.positions import Mention, Text
from bot.model.query import (
    TEXT_FIELDS,
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
from bot.model.watch import Evidence

TEXT_SCOPE = tuple(range(len(TEXT_FIELDS)))
SCOPES: dict[str, tuple[int, ...]] = {name: (index,) for index, name in enumerate(WORD_FIELDS)} | {"text": TEXT_SCOPE}

Blocked = tuple[Mention, ...]
Found = list[Mention | Evidence]

_MAX_PAIRS = 5_000
_CROWDED = 1_000
_NEIGHBOURS = 3


def holds(
    query: Query,
    text: Text,
    scope: tuple[int, ...] = TEXT_SCOPE,
    blocked: Blocked = (),
    found: Found | None = None,
) -> bool:
    """Whether the query holds. With `found`, what it rests on is added there (nothing where it does not hold)."""
    if isinstance(query, And):
        before = len(found) if found is not None else 0
        for operand in query.operands:
            if not holds(operand, text, scope, blocked, found):
                if found is not None:
                    del found[before:]
                return False
        return True
    if isinstance(query, Or):
        any_held = False
        for operand in query.operands:
            if holds(operand, text, scope, blocked, found):
                if found is None:
                    return True
                any_held = True
        return any_held
    if isinstance(query, Not):
        return not holds(query.operand, text, scope, blocked)
    if isinstance(query, In):
        if query.field in VALUE_FIELDS:
            evidence = value_evidence(query.field, query.operand, text)
            if evidence is None:
                return False
            if found is not None:
                found.extend(evidence)
            return True
        return holds(query.operand, text, SCOPES[query.field], blocked, found)
    if isinstance(query, Entity):
        blocked = blocked + excepted(query, text, scope)
        any_held = False
        for name in query.names:
            if holds(name, text, scope, blocked, found):
                if found is None:
                    return True
                any_held = True
        return any_held
    places = mentions(query, text, scope, blocked)
    if not places:
        return False
    if found is not None:
        found.extend(places)
    return True


def excepted(entity: Entity, text: Text, scope: tuple[int, ...]) -> Blocked:
    """Where an entity's `but_not` phrases stand."""
    return tuple(mention for query in entity.but_not for mention in mentions(query, text, scope, ()))


def mentions(query: Query, text: Text, scope: tuple[int, ...], blocked: Blocked) -> list[Mention]:
    """Where the query's words stand, in order, each place once."""
    if isinstance(query, Word | Phrase | Regex):
        places = text.leaf(query, scope)
        return _outside(places, blocked) if blocked and places else places
    if isinstance(query, Or):
        return _union([mentions(operand, text, scope, blocked) for operand in query.operands])
    if isinstance(query, Entity):
        blocked = blocked + excepted(query, text, scope)
        return _union([mentions(name, text, scope, blocked) for name in query.names])
    if isinstance(query, In):
        return mentions(query.operand, text, SCOPES.get(query.field, ()), blocked)
    if isinstance(query, AtLeast):
        places = mentions(query.operand, text, scope, blocked)
        return places if apart(places) >= query.count else []
    if isinstance(query, First):
        return _first(mentions(query.operand, text, scope, blocked), text, scope, query.count)
    if isinstance(query, Near):
        left = mentions(query.left, text, scope, blocked)
        if not left:
            return []
        right = mentions(query.right, text, scope, blocked)
        if query.apart:
            return _not_near(left, right, query.reach, text)
        return _near(left, right, query, text) if right else []
    if isinstance(query, And):  # only as a name or a but_not of an entity
        places = []
        for operand in query.operands:
            if isinstance(operand, Not):
                if holds(operand.operand, text, scope, blocked):
                    return []
                continue
            more = mentions(operand, text, scope, blocked)
            if not more:
                return []
            places = _union([places, more])
        return places
    return []


def apart(places: list[Mention]) -> int:
    """How many mentions there are, those that overlap counted once."""
    count = 0
    zone, end = -1, 0
    for place in sorted(places, key=lambda place: (place.zone, place.end)):
        if place.zone != zone or place.start >= end:
            count += 1
            zone, end = place.zone, place.end
    return count


def _union(columns: list[list[Mention]]) -> list[Mention]:
    filled = [column for column in columns if column]
    if len(filled) <= 1:
        return filled[0] if filled else []
    return sorted({mention for column in filled for mention in column})


def _outside(places: list[Mention], blocked: Blocked) -> list[Mention]:
    return [
        place
        for place in places
        if not any(
            other.zone == place.zone and other.start <= place.start and place.end <= other.end for other in blocked
        )
    ]


def _first(places: list[Mention], text: Text, scope: tuple[int, ...], count: int) -> list[Mention]:
    before = 0
    room: dict[int, int] = {}
    for index in scope:
        room[index] = count - before
        before += text.zone(index).words
    return [place for place in places if place.last < room.get(place.zone, count)]


# --- NEAR -------------------------------------------------------------------------------------------------------------


def _gap(one: Mention, other: Mention) -> int:
    """How many words stand between two mentions of one zone; 0 where they interlock."""
    return max(other.first - one.last - 1, one.first - other.last - 1, 0)


def _overlap(one: Mention, other: Mention) -> bool:
    """Whether two mentions share a character: the same word is not near itself."""
    if one.end <= other.start or other.end <= one.start:
        return False
    return any(low < end and start < high for low, high in one.spans for start, end in other.spans) or (
        one.start == other.start and one.end == other.end
    )


def _unit(mention: Mention, reach: str, text: Text) -> int:
    """The number of the sentence or paragraph that a mention lies in; -1 if it lies in several."""
    zone = text.zone(mention.zone)
    number = zone.sentence_of if reach == "s" else zone.paragraph_of
    first = number(mention.start)
    return first if number(max(mention.end - 1, mention.start)) == first else -1


def _near(left: list[Mention], right: list[Mention], query: Near, text: Text) -> list[Mention]:
    pairs: set[Mention] = set()
    for one, others in _candidates(left, right, query.reach, text):
        for other in others:
            if _overlap(one, other) or (query.ordered and one.end > other.start):
                continue
            if isinstance(query.reach, int) and _gap(one, other) > query.reach:
                continue
            pairs.add(
                Mention(
                    one.zone,
                    min(one.first, other.first),
                    max(one.last, other.last),
                    min(one.start, other.start),
                    max(one.end, other.end),
                    tuple(sorted({*one.spans, *other.spans})),
                ),
            )
        if len(pairs) > _MAX_PAIRS:
            break
    return sorted(pairs)


def _not_near(left: list[Mention], right: list[Mention], reach: int | str, text: Text) -> list[Mention]:
    alone: list[Mention] = []
    for one, others in _candidates(left, right, reach, text):
        for other in others:
            if (one.start, one.end) == (other.start, other.end):
                continue
            if isinstance(reach, str) or _gap(one, other) <= reach:
                break
        else:
            alone.append(one)
    return alone


def _candidates(
    left: list[Mention],
    right: list[Mention],
    reach: int | str,
    text: Text,
) -> Iterator[tuple[Mention, list[Mention]]]:
    """Each left mention with the right ones that may be within reach.

    In a text that holds both thousands of times, only the nearest neighbours on both sides are looked at.
    """
    crowded = len(left) + len(right) > _CROWDED
    if isinstance(reach, str):
        units: dict[tuple[int, int], list[Mention]] = {}
        for other in right:
            unit = _unit(other, reach, text)
            if unit >= 0:
                units.setdefault((other.zone, unit), []).append(other)
        for one in left:
            others = units.get((one.zone, _unit(one, reach, text)), [])
            if crowded and len(others) > 2 * _NEIGHBOURS:
                at = bisect_left(others, one)
                others = others[max(at - _NEIGHBOURS, 0) : at + _NEIGHBOURS]
            yield one, others
        return
    keys = [(other.zone, other.first) for other in right]
    longest = max((other.last - other.first for other in right), default=0)
    for one in left:
        low = bisect_left(keys, (one.zone, one.first - reach - 1 - longest))
        high = bisect_left(keys, (one.zone, one.last + reach + 2))
        if crowded and high - low > 2 * _NEIGHBOURS:
            at = bisect_left(keys, (one.zone, one.first), low, high)
            low, high = max(at - _NEIGHBOURS, low), min(at + _NEIGHBOURS, high)
        yield one, right[low:high]
