"""A text → its terms, and where terms and plain phrases stand: the quick look that decides most rules.

The law of this file: what stands between two spaces (a *token*) is taken apart once and remembered: a run never holds
white space; most tokens are plain words and are their own form. Places are those that `matching.positions` would give.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, filterfalse, repeat
from typing import NamedTuple

from bot.core.text.apostrophes import mark_apostrophes
from bot.core.text.words import bigrams, read_run, runs_of
from bot.model.news import Reading

_REMEMBERED = 20_000
"""Tokens."""
_LONG = 40
"""Characters of a token that is worth remembering."""
_BREAK = "\x00"
"""Stands as a token where a paragraph or zone ends."""
_ODD = re.compile(r"[^ \na-z0-9]")
"""Found in nearly every text, early on; a headline may do without."""
_MOST_PLACES = 600
"""Of one term or phrase in a text: more than evidence shows in its zones."""

Place = tuple[int, int]
"""Offsets: the first, and the one behind the last."""


class Token(NamedTuple):
    """A token that is no plain word."""

    terms: tuple[str, ...]
    """Its folded forms, parts and joined ones."""
    cjk: tuple[str, ...]
    """Its Chinese, Japanese and Korean runs, folded."""
    flat: str
    """Its parts, apart by a space."""
    places: tuple[Place, ...]
    """Of its parts."""
    joined: tuple[tuple[str, Place], ...]


_TOKENS: dict[str, Token] = {}


def read_token(text: str) -> Token:
    """Takes a token (in lower case) apart."""
    token = _TOKENS.get(text)
    if token is not None:
        return token
    parts: list[tuple[str, Place]] = []
    joined: list[tuple[str, Place]] = []
    cjk: list[str] = []
    base = 0
    for raw in runs_of(text):
        base = text.find(raw, base)
        run = read_run(raw)
        for number, form in enumerate(run.forms):
            end = base + form.end
            # The last full stop of an acronym belongs to it.
            if form.end == len(raw) > 2 and raw[-2] in ".．" and len(form.exact) > 1 and text[end : end + 1] == ".":
                end += 1
            (parts if number < run.width else joined).append((form.form, (base + form.start, end)))
            if form.cjk:
                cjk.append(form.form)
        base += len(raw)
    token = Token(
        tuple(form for form, _ in parts + joined if form not in cjk),
        tuple(cjk),
        " ".join([form for form, _ in parts]),
        tuple(place for _, place in parts),
        tuple(joined),
    )
    if not cjk and len(text) <= _LONG:
        if len(_TOKENS) >= _REMEMBERED:
            _TOKENS.clear()
        _TOKENS[text] = token
    return token


class TextTerms:
    """The terms of a text; zones and paragraphs in it are apart by a blank line."""

    __slots__ = ("_layout", "_length", "_lower", "_odd", "_tokens", "cjk", "terms")

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._lower = lower = mark_apostrophes(text).lower()
        self._tokens = tokens = lower.replace("\n\n", f" {_BREAK} ").split()
        self.terms = terms = set(tokens)
        terms.discard(_BREAK)
        """The folded forms."""
        self._odd: list[str] = []
        self.cjk: list[str] = []
        """Chinese, Japanese and Korean runs, folded."""
        self._layout: Layout | None = None
        if _ODD.search(lower):
            odd = list(filterfalse(str.isalnum, terms))
            if not lower.isascii():
                odd += [word for word in terms if word.isalnum() and not word.isascii()]
            terms.difference_update(odd)
            for word in odd:
                token = _TOKENS.get(word) or read_token(word)
                terms.update(token[0])
                if token[1]:
                    self.cjk += token[1]
            self._odd = odd

    @property
    def layout(self) -> Layout:
        """Where the terms stand; worked out when it is first asked for."""
        if self._layout is None:
            self._layout = Layout(self._tokens, {word: read_token(word) for word in self._odd})
        return self._layout

    @property
    def can_place(self) -> bool:
        """Whether offsets can be given: lower case is as long as the text, and single spaces stand between tokens."""
        return self._length == len(self._lower) == self.layout.length


class Layout:
    """The parts of a text's tokens in their order, read once for all that asks where something stands."""

    __slots__ = ("_ends", "_flat", "_lengths", "_odd", "_parts", "_places", "_tokens", "joined")

    def __init__(self, tokens: list[str], odd: dict[str, Token]) -> None:
        """`odd`: those of the tokens that are no plain words."""
        self._tokens = tokens
        self._odd = odd
        self.joined = frozenset([form for token in odd.values() for form, _ in token.joined])
        """The joined forms (`nospy` of no-spy), which stand at the place of several parts."""
        words: Iterable[str] = tokens
        if odd:
            flat = {word: token.flat for word, token in odd.items()}
            words = filter(None, map(flat.get, tokens, tokens))
        self._flat = f" {' '.join(words)} "
        self._lengths: list[int] = []
        self._ends: list[int] = []
        self._parts: list[int] = []
        self._places: dict[str, list[Place]] = {}

    def has_phrase(self, phrase: str, words: frozenset[str]) -> bool | None:
        """Whether plain words stand side by side in one paragraph; None: joined forms are among them, look closer."""
        if f" {phrase} " in self._flat:
            return True
        return None if self.joined and not words.isdisjoint(self.joined) else False

    @property
    def length(self) -> int:
        """Of a text that has these tokens with one space between two, two line ends between paragraphs."""
        if not self._ends:
            self._lengths = [0 if token == _BREAK else len(token) for token in self._tokens]
            self._ends = list(accumulate(self._lengths))
            counts = {word: len(token.places) for word, token in self._odd.items() if len(token.places) != 1}
            if counts:
                self._parts = list(accumulate(map(counts.get, self._tokens, repeat(1))))
        return self._ends[-1] + len(self._ends) - 1 if self._ends else 0

    def places(self, words: str) -> list[Place]:
        """Where a folded form, or a phrase of plain parts apart by spaces, stands; asked only where `can_place`."""
        places = self._places.get(words)
        if places is None:
            places = self._places[words] = self._flat_places(words)
            if words in self.joined:
                places += self._joined_places(words)
        return places

    def _flat_places(self, words: str) -> list[Place]:
        flat, wanted = self._flat, f" {words} "
        further = words.count(" ")
        places: list[Place] = []
        number = before = 0
        at = flat.find(wanted)
        while at >= 0 and len(places) < _MOST_PLACES:
            number += flat.count(" ", before, at)
            start, end = self._place(number)
            places.append((start, self._place(number + further)[1] if further else end))
            before = at
            at = flat.find(wanted, at + 1)
        return places

    def _place(self, number: int) -> Place:
        """The place of a part, counted from 0."""
        index = bisect_right(self._parts, number) if self._parts else number
        start = self._ends[index] - self._lengths[index] + index
        token = self._odd.get(self._tokens[index])
        if token is None:
            return start, start + self._lengths[index]
        before = number if not self._parts else self._parts[index - 1] if index else 0
        low, high = token.places[number - before]
        return start + low, start + high

    def _joined_places(self, form: str) -> list[Place]:
        places = {
            word: [place for name, place in token.joined if name == form]
            for word, token in self._odd.items()
            if any(name == form for name, _ in token.joined)
        }
        starts = [
            (word, end - length + index)
            for index, (word, end, length) in enumerate(zip(self._tokens, self._ends, self._lengths, strict=True))
            if word in places
        ]
        return [(start + low, start + high) for word, start in starts[:_MOST_PLACES] for low, high in places[word]]


def index_terms(reading: Reading) -> list[str]:
    """Every term of an entry, in all zones, for a full-text index of the archive; each once, sorted."""
    text = "\n\n".join((reading.title, reading.summary, reading.body, reading.caption, reading.promo))
    text_terms = TextTerms(text)
    return sorted(text_terms.terms.union(*map(bigrams, text_terms.cjk)))
