"""A reading in, where words stand in it out: zones taken apart into words with their places.

The law of this file: places are counted in words within one zone, from 0; offsets are code points of the zone's text.
A `Mention` is what a part of a rule found: its zone, its first and last word and offset, and the spans to show. Nothing
is worked out before it is asked for.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.query.word_patterns import Needle, needles
from bot.core.text.html import without_invisible
from bot.core.text.regex import compile_re2_cached
from bot.core.text.sentences import paragraph_starts, sentence_starts
from bot.core.text.words import ASCII_RUN, RUN, Form, read_run
from bot.model.news import Entry, Reading
from bot.model.query import WORD_FIELDS, Phrase, Query, Regex, Word

MAX_MENTIONS = 20_000
"""Of one part of a rule, in one zone: a text of one word a million times must not cost more than that."""

Span = tuple[int, int]


class Mention(NamedTuple):
    """What a part of a rule found. `zone` indexes WORD_FIELDS; `last` and the span ends: inclusive, exclusive."""

    zone: int
    first: int
    last: int
    start: int
    end: int
    spans: tuple[Span, ...]


class Place(NamedTuple):
    """One occurrence of a form in a zone."""

    first: int
    last: int
    start: int
    end: int
    exact: str


class CjkRun(NamedTuple):
    """A stretch of Chinese, Japanese or Korean: one word."""

    place: int
    form: str
    start: int
    end: int


class Zone:
    """The text of one zone and where its words stand."""

    __slots__ = (
        "_cjk",
        "_holders",
        "_occurrences",
        "_paragraphs",
        "_places",
        "_sentences",
        "_word_starts",
        "all_capitals",
        "index",
        "text",
        "words",
    )

    def __init__(self, index: int, text: str) -> None:
        self.index = index
        self.text = text
        self.all_capitals = text.isupper()
        """There is no case to go by."""
        self._occurrences: dict[str, list[tuple[int, int]]] = {}
        """Of each run: the offset and the number of its first word, for every time it stands there."""
        self._holders: dict[str, list[tuple[str, Form]]] | None = None
        """Of each form: the runs that hold it."""
        self._places: dict[str, list[Place]] = {}
        self._cjk: list[CjkRun] = []
        self._word_starts: list[int] | None = None
        self._paragraphs: list[int] | None = None
        self._sentences: list[int] | None = None
        self.words = 0
        """How many words the zone has."""
        if text:
            self._read()

    def _read(self) -> None:
        occurrences = self._occurrences
        text = self.text
        if text.isascii():
            matches = ASCII_RUN.finditer(text)
        else:
            matches = RUN.finditer(text.replace("_", " "))
        at = 0
        for match in matches:
            raw = match.group()
            known = occurrences.get(raw)
            if known is None:
                occurrences[raw] = [(match.start(), at)]
            else:
                known.append((match.start(), at))
            at += 1 if raw.isalnum() and raw.isascii() else read_run(raw).width
        self.words = at

    @property
    def holders(self) -> dict[str, list[tuple[str, Form]]]:
        """Of each form of this zone: the runs that hold it, and how."""
        if self._holders is None:
            self._holders = {}
            for raw in self._occurrences:
                for form in read_run(raw).forms:
                    if form.cjk:
                        self._cjk += [
                            CjkRun(at + form.first, form.form, base + form.start, base + form.end)
                            for base, at in self._occurrences[raw]
                        ]
                    else:
                        self._holders.setdefault(form.form, []).append((raw, form))
            self._cjk.sort()
        return self._holders

    @property
    def cjk(self) -> list[CjkRun]:
        """The Chinese, Japanese and Korean runs, in order."""
        _ = self.holders
        return self._cjk

    @property
    def word_starts(self) -> list[int]:
        """The offset of every word."""
        if self._word_starts is None:
            self._word_starts = sorted(
                base + form.start
                for raw, found in self._occurrences.items()
                for form in read_run(raw).forms[: read_run(raw).width]
                for base, _ in found
            )
        return self._word_starts

    def places_of(self, form: str) -> list[Place]:
        """Where a folded form stands, in order."""
        known = self._places.get(form)
        if known is not None:
            return known
        made: list[Place] = []
        for raw, part in self.holders.get(form, ())[: MAX_MENTIONS + 1]:
            _, exact, first, last, start, end, _ = part
            # The last full stop of an acronym belongs to it.
            acronym = end == len(raw) > 2 and raw[-2] in ".．" and len(exact) > 1
            for base, at in self._occurrences[raw][: MAX_MENTIONS + 1]:
                stop = base + end
                if acronym and self.text[stop : stop + 1] == ".":
                    stop += 1
                made.append(Place(at + first, at + last, base + start, stop, exact))
        made.sort()
        self._places[form] = made
        return made

    @property
    def sentences(self) -> list[int]:
        """The offsets at which sentences begin."""
        if self._sentences is None:
            self._sentences = sentence_starts(self.text)
        return self._sentences

    def sentence_of(self, offset: int) -> int:
        """The number of the sentence in which an offset lies, from 1."""
        return bisect_right(self.sentences, offset)

    def paragraph_of(self, offset: int) -> int:
        """The number of the paragraph in which an offset lies, from 1."""
        if self._paragraphs is None:
            self._paragraphs = paragraph_starts(self.text)
        return bisect_right(self._paragraphs, offset)

    def find(self, needle: Needle) -> Sequence[Place]:
        """The places of a needle, in order, at most MAX_MENTIONS."""
        if needle.cjk:
            return self._find_cjk(needle)
        if needle.pattern is not None:
            found: list[Place] = []
            fullmatch = needle.pattern.fullmatch
            for form in self.holders:
                if not form.startswith(needle.form):
                    continue
                if needle.exact is not None:
                    found.extend(place for place in self.places_of(form) if fullmatch(place.exact))
                elif fullmatch(form):
                    found.extend(self.places_of(form))
            found.sort()
            return found[:MAX_MENTIONS]
        known: Sequence[Place] = self.places_of(needle.form)
        if needle.exact is not None:
            known = [place for place in known if place.exact == needle.exact]
        elif needle.capitals and not self.all_capitals:
            known = [place for place in known if place.exact.isupper()]
        return known[:MAX_MENTIONS] if len(known) > MAX_MENTIONS else known

    def _find_cjk(self, needle: Needle) -> list[Place]:
        found: list[Place] = []
        for run in self.cjk:
            at = 0
            while len(found) < MAX_MENTIONS:
                if needle.pattern is not None:
                    match = needle.pattern.search(run.form, at)
                    if match is None:
                        break
                    start, end = match.span()
                else:
                    start = run.form.find(needle.form, at)
                    if start < 0:
                        break
                    end = start + len(needle.form)
                low, high = self._raw_span(run, start, end)
                found.append(Place(run.place, run.place, low, high, run.form[start:end]))
                at = max(start + 1, at + 1)
        return found

    def _raw_span(self, run: CjkRun, start: int, end: int) -> Span:
        """Offsets in a run's form as offsets in the zone: NFKC may have changed its length (half-width kana)."""
        if len(run.form) == run.end - run.start:
            return run.start + start, run.start + end
        origin: list[int] = []
        raw = self.text[run.start : run.end]
        index = 0
        while index < len(raw):
            stop = index + 1
            while stop < len(raw) and (raw[stop] in "\uff9e\uff9f" or unicodedata.combining(raw[stop])):
                stop += 1
            origin.extend([index] * len(unicodedata.normalize("NFKC", raw[index:stop])))
            index = stop
        origin.append(len(raw))
        return run.start + origin[min(start, len(origin) - 1)], run.start + origin[min(end, len(origin) - 1)]


class Text:
    """An entry's text, zone by zone, with what has been found in it so far."""

    __slots__ = ("_found", "_zones", "entry", "labels", "reading")

    def __init__(self, entry: Entry, reading: Reading, labels: frozenset[str]) -> None:
        self.entry = entry
        self.reading = reading
        self.labels = labels
        self._zones: list[Zone | None] = [None] * len(WORD_FIELDS)
        self._found: dict[tuple[Query, int], list[Mention]] = {}

    def zone(self, index: int) -> Zone:
        """The zone WORD_FIELDS[index]."""
        known = self._zones[index]
        if known is None:
            known = Zone(index, self.zone_text(index))
            self._zones[index] = known
        return known

    def zone_text(self, index: int) -> str:
        """The text of the zone WORD_FIELDS[index]."""
        name = WORD_FIELDS[index]
        if name == "author":
            return without_invisible(self.entry.author)
        if name == "url":
            return without_invisible(self.entry.url or "")
        return self.reading.zone(name)

    def leaf(self, query: Word | Phrase | Regex, scope: tuple[int, ...]) -> list[Mention]:
        """The mentions of a word, phrase or regular expression in some zones, in order."""
        found: list[Mention] = []
        for index in scope:
            key = (query, index)
            known = self._found.get(key)
            if known is None:
                zone = self.zone(index)
                if isinstance(query, Word):
                    known = _word(zone, query)
                elif isinstance(query, Phrase):
                    known = _phrase(zone, query)
                else:
                    known = _regex(zone, query)
                self._found[key] = known
            found += known
        return found


def _in_zone(zone: Zone, needle: Needle) -> Needle:
    """Addresses are written in small letters: there is no case to go by in `url`."""
    if needle.capitals and WORD_FIELDS[zone.index] == "url":
        return Needle(key=needle.key, form=needle.form)
    return needle


def _word(zone: Zone, query: Word) -> list[Mention]:
    wanted = needles(query.text, query.exact)
    index = zone.index
    if len(wanted) == 1:
        return [
            Mention(index, first, last, start, end, ((start, end),))
            for first, last, start, end, _ in zone.find(_in_zone(zone, wanted[0]))
        ]
    return _side_by_side(zone, wanted, 0)


def _phrase(zone: Zone, query: Phrase) -> list[Mention]:
    wanted = tuple(needle for word in query.words for needle in needles(word, query.exact))
    return _side_by_side(zone, wanted, query.slop)


def _side_by_side(zone: Zone, wanted: tuple[Needle, ...], slop: int) -> list[Mention]:
    """Mentions of needles in order, in one paragraph, with at most `slop` other words between all of them together."""
    columns: list[Sequence[Place]] = []
    for needle in wanted:
        places = zone.find(_in_zone(zone, needle))
        if not places:
            return []
        columns.append(places)
    by_first: list[dict[int, list[Place]]] = []
    for places in columns[1:]:
        lookup: dict[int, list[Place]] = {}
        for place in places:
            lookup.setdefault(place.first, []).append(place)
        by_first.append(lookup)
    firsts = [sorted(lookup) for lookup in by_first]
    found: list[Mention] = []
    for place in columns[0]:
        chain = _follow(place, by_first, firsts, slop)
        if chain is None:
            continue
        start, end = chain[0].start, chain[-1].end
        if zone.paragraph_of(start) != zone.paragraph_of(end - 1):
            continue
        spans: list[Span] = []
        previous: Place | None = None
        for part in chain:
            if previous is not None and part.first <= previous.last + 1:
                spans[-1] = (spans[-1][0], max(spans[-1][1], part.end))
            else:
                spans.append((part.start, part.end))
            previous = part
        found.append(Mention(zone.index, chain[0].first, chain[-1].last, start, end, tuple(spans)))
    return found


def _follow(
    begin: Place,
    by_first: list[dict[int, list[Place]]],
    firsts: list[list[int]],
    slop: int,
) -> list[Place] | None:
    """The chain of places that begins here, or None. Of several words the nearest is taken: it leaves most room."""
    stack: list[tuple[tuple[Place, ...], int]] = [((begin,), slop)]
    steps = 0
    while stack:
        chain, room = stack.pop()
        if len(chain) > len(by_first):
            return list(chain)
        steps += 1
        if steps > 10_000:
            return None
        column = len(chain) - 1
        last = chain[-1]
        lookup = by_first[column]
        # Two terms inside one run of Chinese, Japanese or Korean: the next begins where the last one ended.
        candidates = [place for place in lookup.get(last.last, ()) if place.start == last.end]
        gap = 0
        if not candidates:
            wanted = last.last + 1
            if room:
                at = bisect_left(firsts[column], wanted)
                if at == len(firsts[column]):
                    continue
                gap = firsts[column][at] - wanted
                if gap > room:
                    continue
                wanted += gap
            candidates = lookup.get(wanted, [])
        stack.extend(((*chain, place), room - gap) for place in reversed(candidates))
    return None


def _regex(zone: Zone, query: Regex) -> list[Mention]:
    if not zone.text:
        return []
    found: list[Mention] = []
    starts = zone.word_starts
    for match in compile_re2_cached(query.pattern, query.any_case).finditer(zone.text):
        start, end = match.span()
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_left(starts, end) - 1, first)
        found.append(Mention(zone.index, first, last, start, end, ((start, end),) if end > start else ()))
        if len(found) >= _MAX_REGEX:
            break
    return found


_MAX_REGEX = 1_000
