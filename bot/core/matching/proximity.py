"""Mentions × mentions → those that stand near each other, or apart (NEAR, ONEAR, NOTNEAR).

The law of this file: every step is bounded. A hostile text or rule costs time in proportion to its length, not to its
pairs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from bot.core.matching.mentions import EntryText, Mention
from bot.model import query as ast

_MAX_PAIRS = 5_000
"""Places compared for one NEAR: words that stand a thousand times in a text would take minutes."""
_CROWDED = 1_000
"""In a text that holds more mentions than this, only the nearest _NEIGHBOURS on both sides are looked at."""
_NEIGHBOURS = 3
"""See `_CROWDED`."""


def near(query: ast.Near, left: list[Mention], right: list[Mention], text: EntryText) -> list[Mention]:
    """The pairs that NEAR or ONEAR finds, each as one mention, in order."""
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


def not_near(query: ast.Near, left: list[Mention], right: list[Mention], text: EntryText) -> list[Mention]:
    """The left mentions that NOTNEAR finds: those with no right one that close."""
    return [
        one
        for one, others in _candidates(left, right, query.reach, text)
        if not any(
            (one.start, one.end) != (other.start, other.end)
            and (isinstance(query.reach, str) or _gap(one, other) <= query.reach)
            for other in others
        )
    ]


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


def _unit(mention: Mention, reach: str, text: EntryText) -> int:
    """The number of the sentence or paragraph that a mention lies in; -1 if it lies in several."""
    zone = text.zone(mention.zone)
    number = zone.sentence_of if reach == "s" else zone.paragraph_of
    first = number(mention.start)
    return first if number(max(mention.end - 1, mention.start)) == first else -1


def _candidates(
    left: list[Mention], right: list[Mention], reach: int | str, text: EntryText
) -> Iterator[tuple[Mention, list[Mention]]]:
    """Each left mention with the right ones that may be within reach."""
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
