"""An entry's text × a word, phrase or regular expression → its mentions.

The law of this file: a `Mention` is what a part of a rule found: its zone, its first and last word and offset, and the
spans to show. What was found once in a zone is remembered for every other rule that asks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, assert_never

from bot.core.matching.positions import Position, Span, Zone
from bot.core.query.values import readable_url
from bot.core.query.word_patterns import WordPattern, leaf_patterns
from bot.core.text.html import without_invisible
from bot.core.text.regex import compile_re2_cached
from bot.core.text.words import folded_words
from bot.model import query as ast
from bot.model.news import Entry, Reading
from bot.model.query import TEXT_FIELDS, WORD_FIELDS

Zones = tuple[int, ...]
"""Where something is looked for, as indexes of WORD_FIELDS."""
TEXT_ZONES: Zones = tuple(range(len(TEXT_FIELDS)))
ZONES_OF: dict[str, Zones] = {name: (index,) for index, name in enumerate(WORD_FIELDS)} | {"text": TEXT_ZONES}

Leaf = ast.Word | ast.Phrase | ast.Regex

_MAX_REGEX = 1_000
"""Mentions of one regular expression in one zone."""
_MAX_STEPS = 10_000
"""Of following one phrase from one beginning: a text of its words thousands of times costs no more."""
_URL = WORD_FIELDS.index("url")
SUMMARY, BODY = WORD_FIELDS.index("summary"), WORD_FIELDS.index("body")
_ENDS_CUT_OFF = re.compile(r"\w\s?(?:…|\.\.\.|[\[(](?:…|\.\.\.)[\])])\Z")
"""Found in a teaser that breaks off."""


class Mention(NamedTuple):
    """What a part of a rule found. `zone` indexes WORD_FIELDS; `last` and the span ends: inclusive, exclusive."""

    zone: int
    first: int
    last: int
    start: int
    end: int
    spans: tuple[Span, ...]


class EntryText:
    """An entry's text, zone by zone, with what has been found in it so far."""

    __slots__ = ("_mentions", "_repeats", "_zones", "entry", "labels", "reading")

    def __init__(self, entry: Entry, reading: Reading, labels: frozenset[str]) -> None:
        """`labels`: the id and tags of the entry's feed."""
        self.entry = entry
        self.reading = reading
        self.labels = labels
        self._zones: list[Zone | None] = [None] * len(WORD_FIELDS)
        self._mentions: dict[tuple[Leaf, int], list[Mention]] = {}
        self._repeats: list[Span] | None = None

    def zone(self, index: int) -> Zone:
        """The zone WORD_FIELDS[index]."""
        zone = self._zones[index]
        if zone is None:
            zone = self._zones[index] = Zone(index, self.zone_text(index), self.entry.lang)
        return zone

    def zone_text(self, index: int) -> str:
        """The text of the zone WORD_FIELDS[index]."""
        name = WORD_FIELDS[index]
        if name == "author":
            return without_invisible(self.entry.author)
        if name == "url":
            return without_invisible(readable_url(self.entry.url or ""))
        return self.reading.zone(name)

    def _text_for(self, leaf: Leaf, index: int) -> str:
        """As `zone_text`, but for a regular expression with a % in it: that asks for a URL as it is written."""
        if index == _URL and isinstance(leaf, ast.Regex) and "%" in leaf.pattern:
            return without_invisible(self.entry.url or "")
        return self.zone_text(index)

    def _zone_for(self, leaf: Leaf, index: int) -> Zone:
        if index == _URL and isinstance(leaf, ast.Regex) and "%" in leaf.pattern:
            return Zone(index, self._text_for(leaf, index))
        return self.zone(index)

    def repeats(self) -> list[Span]:
        """Where the body says what the summary says, word for word: whole sentences, and the beginning of one at which
        the summary breaks off. Feeds repeat the one in the other, and nobody has said it twice."""
        if self._repeats is None:
            self._repeats = list(_repeats(self.zone(SUMMARY), self.zone(BODY)))
        return self._repeats

    def has_regex(self, regex: ast.Regex, zones: Zones) -> bool:
        """Whether a regular expression stands in one of some zones: where, and how often, is much more to find out."""
        compiled = compile_re2_cached(regex.pattern, regex.any_case)
        texts = (self._text_for(regex, index) for index in zones)
        return any(text and compiled.search(text) is not None for text in texts)

    def mentions(self, leaf: Leaf, zones: Zones) -> list[Mention]:
        """The mentions of a word, phrase or regular expression in some zones, in order."""
        mentions: list[Mention] = []
        for index in zones:
            here = self._mentions.get((leaf, index))
            if here is None:
                here = self._mentions[leaf, index] = _in_zone(self._zone_for(leaf, index), leaf)
            mentions += here
        return mentions


def _in_zone(zone: Zone, leaf: Leaf) -> list[Mention]:
    match leaf:
        case ast.Word():
            wanted = leaf_patterns(leaf, leaf.exact)
            if len(wanted) > 1:
                return _side_by_side(zone, wanted, 0)
            return [
                Mention(zone.index, first, last, start, end, ((start, end),))
                for first, last, start, end, _ in _find(zone, wanted[0])
            ]
        case ast.Phrase():
            return _side_by_side(zone, leaf_patterns(leaf, leaf.exact), leaf.slop)
        case ast.Regex():
            return _regex(zone, leaf)
        case _:
            assert_never(leaf)


def _find(zone: Zone, wanted: WordPattern) -> Sequence[Position]:
    if (wanted.capitals or wanted.initial) and zone.index == _URL:
        # URLs are written in lower case: there is no case to go by.
        wanted = WordPattern(key=wanted.key, form=wanted.form)
    return zone.find(wanted)


def _side_by_side(zone: Zone, wanted: Sequence[WordPattern], slop: int) -> list[Mention]:
    """Mentions of words in order, in one paragraph, with at most `slop` other words between all of them together."""
    columns: list[Sequence[Position]] = []
    for pattern in wanted:
        positions = _find(zone, pattern)
        if not positions:
            return []
        columns.append(positions)
    by_first: list[dict[int, list[Position]]] = []
    for positions in columns[1:]:
        lookup: dict[int, list[Position]] = {}
        for position in positions:
            lookup.setdefault(position.first, []).append(position)
        by_first.append(lookup)
    firsts = [sorted(lookup) for lookup in by_first]
    mentions: list[Mention] = []
    for begin in columns[0]:
        chain = _follow(begin, by_first, firsts, slop)
        if chain is None:
            continue
        start, end = chain[0].start, chain[-1].end
        if zone.paragraph_of(start) == zone.paragraph_of(end - 1):
            mentions.append(Mention(zone.index, chain[0].first, chain[-1].last, start, end, _spans(chain)))
    return mentions


def _spans(chain: Sequence[Position]) -> tuple[Span, ...]:
    """What to show of words in order: those side by side as one span."""
    spans = [(chain[0].start, chain[0].end)]
    for previous, position in pairwise(chain):
        if position.first <= previous.last + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], position.end))
        else:
            spans.append((position.start, position.end))
    return tuple(spans)


def _follow(
    begin: Position,
    by_first: list[dict[int, list[Position]]],
    firsts: list[list[int]],
    slop: int,
) -> tuple[Position, ...] | None:
    """The chain of positions that begins here, or None. Of several words the nearest is taken: it leaves most room."""
    stack: list[tuple[tuple[Position, ...], int]] = [((begin,), slop)]
    for _ in range(_MAX_STEPS):
        chain, room = stack.pop()
        column = len(chain) - 1
        if column == len(by_first):
            return chain
        last = chain[-1]
        # Two terms inside one run of Chinese, Japanese or Korean: the next begins where the last one ended.
        candidates = [position for position in by_first[column].get(last.last, ()) if position.start == last.end]
        gap = 0
        if not candidates:
            wanted = last.last + 1
            if room:
                at = bisect_left(firsts[column], wanted)
                gap = firsts[column][at] - wanted if at < len(firsts[column]) else room + 1
            if gap <= room:
                candidates = by_first[column].get(wanted + gap, [])
        stack.extend(((*chain, position), room - gap) for position in reversed(candidates))
        if not stack:
            break
    return None


def _regex(zone: Zone, regex: ast.Regex) -> list[Mention]:
    if not zone.text:
        return []
    mentions: list[Mention] = []
    starts: Sequence[int] = ()
    for match in compile_re2_cached(regex.pattern, regex.any_case).finditer(zone.text):
        # Placing the words is most of the work, and most texts hold no match: 500 µs an entry, 25 s for an archive.
        starts = starts or zone.word_starts
        start, end = match.span()
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_left(starts, end) - 1, first)
        mentions.append(Mention(zone.index, first, last, start, end, ((start, end),) if end > start else ()))
        if len(mentions) >= _MAX_REGEX:
            break
    return mentions


def _repeats(summary: Zone, body: Zone) -> Iterator[Span]:
    """See `EntryText.repeats`."""
    said = {tuple(folded_words(text)): text for text, _, _ in _sentences(summary)}
    teasers = [words for words, text in said.items() if words and _ENDS_CUT_OFF.search(text.strip())]
    first_words = tuple([words[0] for words in said if words])
    for text, start, end in _sentences(body):
        # Most sentences of a long body begin with another word: to read one word of each is quick.
        if (beginning := folded_words(text.split(None, 1)[0])) and not beginning[0].startswith(first_words):
            continue
        words = tuple(folded_words(text))
        if words in said:
            yield start, end
        elif teaser := max((teaser for teaser in teasers if _begins(words, teaser)), key=len, default=()):
            yield start, start + Zone(body.index, text).word_starts[len(teaser) - 1] + len(teaser[-1])


def _begins(words: tuple[str, ...], teaser: tuple[str, ...]) -> bool:
    """Whether a teaser breaks off in these words, or in the midst of one."""
    *whole, cut = teaser
    return words[: len(whole)] == tuple(whole) and words[len(whole) :] != () and words[len(whole)].startswith(cut)


def _sentences(zone: Zone) -> Iterator[tuple[str, int, int]]:
    """(sentence, where it begins, where it ends)."""
    for start, end in pairwise([*zone.sentences, len(zone.text)]):
        if zone.text[start:end].strip():
            yield zone.text[start:end], start, end
