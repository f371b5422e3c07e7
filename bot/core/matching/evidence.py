"""What a match rests on → evidence for people: spans by zone, and a quote.

The law of this file: spans are sorted and disjoint and count code points of the whole zone; a quote is cut out of
summary or body, never out of the title, which every reader sees anyway.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from bot.core.matching.evaluate import Basis
from bot.core.matching.mentions import EntryText
from bot.core.matching.positions import Span
from bot.model.news import Reading
from bot.model.query import VALUE_FIELDS, WORD_FIELDS
from bot.model.watch import Evidence

_MAX_SPANS = 200
"""Shown in one zone: a word that stands there more often than that is shown this often."""
_QUOTE_LENGTH = 300
"""Code points of a quote, about two sentences."""


Shown = tuple[str, str, tuple[Span, ...]]
"""What a match shows of one zone: its name, its text, the spans. A plain tuple: ten are made in the time of one
Evidence, and `wirewatch match` makes several an entry."""


def evidence_of(basis: Basis, text: EntryText) -> tuple[Shown, ...]:
    """Evidence by zone: title, summary, body, caption, promo, author, url, then whole values."""
    spans: dict[int, set[Span]] = {}
    values: dict[tuple[str, str], Shown] = {}
    for item in basis:
        if isinstance(item, Evidence):
            values.setdefault((item.zone, item.text), (item.zone, item.text, item.spans))
        else:
            spans.setdefault(item.zone, set()).update(item.spans)
    evidence = [
        (WORD_FIELDS[zone], text.zone(zone).text, tuple(_merged(spans[zone])[:_MAX_SPANS]))
        for zone in sorted(spans)
        if spans[zone]
    ]
    evidence.extend(values[key] for key in sorted(values, key=lambda key: VALUE_FIELDS.index(key[0])))
    return tuple(evidence)


def told_once(evidence: tuple[Shown, ...], text: EntryText) -> tuple[Shown, ...]:
    """Evidence without what the body only repeats of the summary, where both have some."""
    zones = [zone for zone, _, _ in evidence]
    if "summary" not in zones or "body" not in zones or not (repeats := text.repeats()):
        return evidence
    once: list[Shown] = []
    for zone, whole, spans in evidence:
        if zone == "body":
            spans = tuple([span for span in spans if not any(start <= span[0] < end for start, end in repeats)])
        if spans or zone != "body":
            once.append((zone, whole, spans))
    return tuple(once)


ZonePlaces = tuple[tuple[str, str, int, int], ...]
"""Zones with text: name, text, and where it begins and ends if title, summary and body follow each other, apart by a
blank line."""


def zone_places(reading: Reading) -> ZonePlaces:
    """The places of title, summary and body."""
    zones = []
    low = 0
    for name, text in (("title", reading.title), ("summary", reading.summary), ("body", reading.body)):
        if text:
            high = low + len(text)
            zones.append((name, text, low, high))
            low = high + 2
    return tuple(zones)


def evidence_in_zones(spans: list[Span], zones: ZonePlaces) -> tuple[Shown, ...]:
    """Evidence of spans, at least one, that count from the beginning of the first zone."""
    if len(spans) == 1:
        start, end = spans[0]
        for name, text, low, high in zones:
            if start < high:
                return ((name, text, ((start - low, end - low),)),)
    spans = _merged(spans)
    first, last = spans[0][0], spans[-1][0]
    evidence: list[Shown] = []
    for name, text, low, high in zones:
        if first < high and low <= last:
            here = tuple([(start - low, end - low) for start, end in spans if low <= start < high])
            if here:
                evidence.append((name, text, here[:_MAX_SPANS]))
    return tuple(evidence)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans sorted, overlapping ones as one."""
    merged: list[Span] = []
    reached = -1
    for span in sorted(spans):
        if span[0] < reached:
            reached = max(reached, span[1])
            merged[-1] = (merged[-1][0], reached)
        else:
            merged.append(span)
            reached = span[1]
    return merged


def quote_of(evidence: tuple[Evidence, ...], text: EntryText) -> Evidence | None:
    """The sentence or two of summary or body that show most of a match; None where none of it stands there."""
    best: tuple[int, bool, int, Evidence] | None = None
    for item in evidence:
        if item.zone not in ("summary", "body"):
            continue
        quote, words = _best_sentences(item, text)
        rank = (words, _tells(quote.text, 0, len(quote.text), quote.spans), -len(quote.text))
        if best is None or rank > best[:3]:
            best = (*rank, quote)
    return best[3] if best else None


def _tells(text: str, low: int, high: int, spans: Iterable[Span]) -> bool:
    """Whether a stretch holds a word besides the words found in it: `Orbrecht.`, the cell of a table, says nothing."""
    at = low
    for start, end in (*spans, (high, high)):
        if any(map(str.isalnum, text[at:start])):
            return True
        at = max(at, end)
    return False


def _best_sentences(item: Evidence, text: EntryText) -> tuple[Evidence, int]:
    """A quote from one zone, and how many different words of the rule it shows.

    Of sentences that show as many the first that says something of them; where none does, with the one behind it (the
    next cell of its table).
    """
    zone = text.zone(WORD_FIELDS.index(item.zone))
    starts = zone.sentences
    by_sentence: dict[int, list[Span]] = {}
    for start, end in item.spans:
        by_sentence.setdefault(bisect_right(starts, start) - 1, []).append((start, end))
    shown = {number: {item.text[a:b].casefold() for a, b in spans} for number, spans in by_sentence.items()}
    tells = {
        number: _tells(item.text, *_bounds(item.text, starts, number), by_sentence[number]) for number in by_sentence
    }
    first = max(shown, key=lambda number: (len(shown[number]), tells[number], -number))
    chosen = [first]
    words = shown[first]
    others = [number for number in shown if shown[number] - words]
    if others:
        second = max(others, key=lambda number: (len(shown[number] - words), -abs(number - first)))
        low, high = sorted((first, second))
        length = sum(
            _bounds(item.text, starts, number)[1] - _bounds(item.text, starts, number)[0] for number in (low, high)
        )
        if length <= _QUOTE_LENGTH:
            chosen = [low, high]
            words = words | shown[second]
    if len(chosen) == 1 and not tells[first] and first + 1 < len(starts):
        low, high = _bounds(item.text, starts, first + 1)
        if high - low <= _QUOTE_LENGTH - (starts[first + 1] - starts[first]):
            chosen.append(first + 1)
    return _quoted(item, starts, chosen, by_sentence), len(words)


def _quoted(
    item: Evidence, starts: Sequence[int], chosen: Sequence[int], by_sentence: Mapping[int, Sequence[Span]]
) -> Evidence:
    """The chosen sentences one behind the other, what is left out marked by `…`, with what was found in each."""
    pieces: list[str] = []
    spans: list[Span] = []
    at = 0
    for place, number in enumerate(chosen):
        low, high = _bounds(item.text, starts, number)
        here = by_sentence.get(number, [])
        cut_low, cut_high = _cut(item.text, low, high, here, _QUOTE_LENGTH)
        if place:
            joint = " " if number == chosen[place - 1] + 1 else " … "
            pieces.append(joint)
            at += len(joint)
        lead = "… " if cut_low > low else ""
        trail = " …" if cut_high < high else ""
        piece = lead + item.text[cut_low:cut_high].replace("\n", " ") + trail
        shift = at + len(lead) - cut_low
        spans.extend((a + shift, min(b, cut_high) + shift) for a, b in here if cut_low <= a < cut_high)
        pieces.append(piece)
        at += len(piece)
    return Evidence(zone=item.zone, text="".join(pieces), spans=tuple(spans))


def _bounds(text: str, starts: Sequence[int], number: int) -> Span:
    low = starts[number]
    high = starts[number + 1] if number + 1 < len(starts) else len(text)
    while high > low and text[high - 1].isspace():
        high -= 1
    return low, high


def _cut(text: str, low: int, high: int, spans: Sequence[Span], length: int) -> Span:
    """A stretch of a long sentence around its first spans, at word boundaries."""
    if high - low <= length:
        return low, high
    start, end = spans[0]
    for _, other in spans[1:]:
        if other - start <= length:
            end = other
    room = max(length - (end - start), 0)
    cut_low = max(low, start - room // 2)
    cut_high = min(high, max(cut_low + length, start + 1))
    if cut_low > low:
        space = text.find(" ", cut_low, start)
        cut_low = space + 1 if space >= 0 else start
    if cut_high < high:
        space = text.rfind(" ", min(end, cut_high), cut_high)
        cut_high = space if space > cut_low else cut_high
    return cut_low, cut_high
