"""A text → its terms, and where terms and plain phrases stand: the quick look that decides most rules.

The law of this file: signs that are never inside a word become spaces, each for one, so that offsets stay and most
words (*tokens*, between two spaces) are their own form; the others are taken apart once and remembered. A place is
looked for when it is asked for. Places are those that `matching.positions` would give.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import filterfalse
from typing import NamedTuple

from bot.core.text.apostrophes import APOSTROPHES, mark_apostrophes
from bot.core.text.words import bigrams, ends_in_initial, read_run, runs_of, with_plain_joiners
from bot.model.news import Reading

_REMEMBERED = 20_000
"""Tokens."""
_LONG = 40
"""Characters of a token that is worth remembering."""
_INSIDE = "-'&/.\x01"
"""ASCII signs that may stand inside a run, and what fills one up (see `with_plain_joiners`)."""
_ASCII = bytes(
    ord(chr(code).lower() if chr(code).isalnum() or chr(code) in _INSIDE else " ") if code < 128 else code
    for code in range(256)
)
"""Lower case, with separators as spaces."""
_ALIKE = (("’", "'"), ("‘", "'"), ("–", "-"), *((sign, " ") for sign in "“”„«»—…"))
"""Signs and what is read alike: with few others, English is ASCII then, which is read quickest."""
_SEPARATORS = "\n,:;!?()[]"
"""What most often stands between words, and never inside one."""
_GERSHAYIM = re.compile("(?<=[\u05d0-\u05ea])”(?=[\u05d0-\u05ea])")
_OTHER_SPACE = re.compile(r"[^\S ]")

Place = tuple[int, int]
"""Offsets: the first, and the one behind the last."""


def plain_phrase(words: tuple[str, ...]) -> str:
    """Plain words that are to stand side by side in one paragraph: more than one, a space around each."""
    return f" {' '.join(words)} "


class Token(NamedTuple):
    """A token that is no plain word."""

    terms: tuple[str, ...]
    """Its folded forms, parts and joined ones."""
    cjk: tuple[str, ...]
    """Its Chinese, Japanese and Korean runs, folded."""
    places: tuple[tuple[str, Place], ...]
    """Of its terms."""
    row: str
    """Its parts, apart by a space."""
    joined: frozenset[str]
    """Its joined forms (`nospy` of no-spy), which stand at the place of several parts."""


_TOKENS: dict[str, Token] = {}


def _read_token(text: str) -> Token:
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
            if form.end == len(raw) > 2 and ends_in_initial(raw) and len(form.exact) > 1 and text[end : end + 1] == ".":
                end += 1
            if form.cjk:
                cjk.append(form.form)
            else:
                (parts if number < run.width else joined).append((form.form, (base + form.start, end)))
        base += len(raw)
    places = (*parts, *joined)
    token = Token(
        terms=tuple([form for form, _ in places]),
        cjk=tuple(cjk),
        places=places,
        row=" ".join([form for form, _ in parts]),
        joined=frozenset([form for form, _ in joined]),
    )
    if not cjk and len(text) <= _LONG:
        if len(_TOKENS) >= _REMEMBERED:
            _TOKENS.clear()
        _TOKENS[text] = token
    return token


def _spaced(text: str) -> str:
    """The text in lower case between two spaces, its separators as spaces."""
    spaced = f" {text} "
    if not spaced.isascii():
        spaced = spaced.lower()
        if "”" in spaced:
            spaced = _GERSHAYIM.sub('"', spaced)
        for sign, plain in _ALIKE:
            spaced = spaced.replace(sign, plain)
    if spaced.isascii():
        return spaced.encode().translate(_ASCII).decode().replace(". ", "  ")
    for sign in _SEPARATORS:
        spaced = spaced.replace(sign, " ")
    # Between Hebrew letters a quote is a sign of abbreviation.
    return spaced.replace('" ', "  ").replace(' "', "  ").replace(". ", "  ")


class TextTerms:
    """The terms of a text; zones and paragraphs in it are apart by a blank line."""

    __slots__ = (
        "_can_place", "_holders", "_joined", "_odd", "_places", "_row", "_spaced", "_text", "_tokens", "cjk", "terms",
        "wildcards",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        text = with_plain_joiners(text)
        if "'" in text or not text.isascii():
            text = mark_apostrophes(text)
        self._text = text
        self._spaced = spaced = _spaced(text)
        self._tokens = spaced.split()
        self.terms = terms = set(self._tokens)
        """The folded forms."""
        self.wildcards: dict[str, list[str]] = {}
        """Wildcards of rules, which are among `terms` then, with the forms that match: the rule index adds them."""
        self.cjk: list[str] = []
        """Chinese, Japanese and Korean runs, folded."""
        self._odd: set[str] = set()
        """The tokens that are no plain words."""
        self._row: str | None = None
        """The words one after the other, paragraphs or not."""
        self._places: dict[str, list[Place]] = {}
        """Of forms, and of phrases with a space before and behind."""
        self._holders: dict[str, list[str]] | None = None
        self._joined: set[str] = set()
        plain = spaced.isascii()
        self._can_place: bool | None = plain or None
        if not plain or "-" in spaced or "'" in spaced or "." in spaced or "&" in spaced or "/" in spaced:
            self._odd = odd = set(filterfalse(str.isalnum, terms))
            if not plain:
                odd.update(filterfalse(str.isascii, terms))
            terms.difference_update(odd)
            for word in odd:
                token = _TOKENS.get(word) or _read_token(word)
                terms.update(token[0])
                if token[1]:
                    self.cjk += token[1]

    @property
    def can_place(self) -> bool:
        """Whether offsets can be given: lower case is as long as the text, and only spaces part its tokens."""
        if self._can_place is None:
            spaced = self._spaced
            same_length = len(spaced) == len(self._text) + 2
            self._can_place = same_length and (spaced.isascii() or not _OTHER_SPACE.search(spaced))
        return self._can_place

    def has_phrase(self, phrase: str) -> bool | None:
        """Whether a phrase (see `plain_phrase`) is there; None: look closer."""
        if phrase in self._spaced and (not self._odd or self._odd.isdisjoint(phrase.split())):
            return True
        places = self.phrase_places(phrase)
        return None if places is None else bool(places)

    def places(self, form: str) -> list[Place]:
        """Where a folded form (or wildcard) stands, in order; asked only where `can_place`."""
        places = self._places.get(form)
        if places is None:
            odd = self._odd
            places = self._places_of(f" {form} ") if form not in odd else []
            if odd:
                holders = self._read_odd() if self._holders is None else self._holders
                if form in holders:
                    for token in holders[form]:
                        places += self._places_inside(token, form)
                    places.sort()
            if form in self.wildcards:
                places = sorted([place for term in self.wildcards[form] for place in self.places(term)])
            self._places[form] = places
        return places

    def phrase_places(self, phrase: str) -> list[Place] | None:
        """Where a phrase stands; []: nowhere; None: look closer."""
        places = self._places.get(phrase)
        if places is not None:
            return places
        spaced = self._spaced
        at = spaced.find(phrase)
        if at >= 0 and not self._odd and self.can_place:
            # With its last word nowhere else in the text, there is no further one, with a sign in it.
            end = at + len(phrase)
            last = phrase[phrase.rindex(" ", 0, -1) :]
            if spaced.find(last, 0, end - 1) < 0 and spaced.find(last, end - 1) < 0:
                places = self._places[phrase] = [(at, end - 2)]
                return places
        words = phrase.split()
        if not self.terms.issuperset(words):
            return []
        odd = self._odd
        in_parts = not odd or self._joined_forms().isdisjoint(words)
        if in_parts and phrase not in self._words_in_row():
            places = []
        elif in_parts and self.can_place:
            places = self._side_by_side([self.places(word) for word in words])
        else:
            return None
        self._places[phrase] = places
        return places

    def _words_in_row(self) -> str:
        if self._row is None:
            words: Iterable[str] = self._tokens
            if self._odd:
                rows = {word: _read_token(word).row for word in self._odd}
                words = filter(None, map(rows.get, self._tokens, self._tokens))
            self._row = f" {' '.join(words)} "
        return self._row

    def _places_of(self, padded: str) -> list[Place]:
        """Where words stand that are written so, with spaces around and between them."""
        find, length = self._spaced.find, len(padded) - 2
        places: list[Place] = []
        at = find(padded)
        while at >= 0:
            places.append((at, at + length))
            at = find(padded, at + 1)
        return places

    def _joined_forms(self) -> set[str]:
        if self._holders is None:
            self._read_odd()
        return self._joined

    def _read_odd(self) -> dict[str, list[str]]:
        """Of each form the odd tokens that hold it."""
        holders: dict[str, list[str]] = {}
        for word in self._odd:
            token = _read_token(word)
            self._joined |= token.joined
            for form in set(token.terms):
                holders.setdefault(form, []).append(word)
        self._holders = holders
        return holders

    def _places_inside(self, word: str, form: str) -> list[Place]:
        places: list[Place] = []
        for start, end in self._places_of(f" {word} "):
            # The full stop behind an acronym was taken for the end of a sentence.
            token = _read_token(word + "." if "." in word and self._text[end : end + 1] == "." else word)
            places += [(start + low, start + high) for name, (low, high) in token.places if name == form]
        return places

    def _side_by_side(self, columns: list[list[Place]]) -> list[Place]:
        """Words in this order with none in between: looked for from the rarest of them on."""
        rarest = min(range(len(columns)), key=lambda number: len(columns[number]))
        places: list[Place] = []
        for place in columns[rarest]:
            first = last = place
            for column in reversed(columns[:rarest]):
                at = bisect_left(column, first) - 1
                if at < 0 or not self._adjoin(column[at][1], first[0]):
                    break
                first = column[at]
            else:
                for column in columns[rarest + 1 :]:
                    at = bisect_left(column, (last[1],))
                    if at == len(column) or not self._adjoin(last[1], column[at][0]):
                        break
                    last = column[at]
                else:
                    places.append((first[0], last[1]))
        return places

    def _adjoin(self, end: int, start: int) -> bool:
        """Whether no word stands between a word that ends and one that begins, and no paragraph ends there."""
        gap = self._text[end:start]
        if gap == " ":
            return True
        if gap[:1] in APOSTROPHES and gap[1:2] in "sS":
            gap = gap[2:]
        return "\n\n" not in gap and not any(map(str.isalnum, gap))


def reading_terms(reading: Reading) -> TextTerms:
    """The terms of what people read of an entry first: title, summary and body."""
    return TextTerms("\n\n".join(filter(None, (reading.title, reading.summary, reading.body))))


def index_terms(reading: Reading, first: TextTerms | None = None) -> list[str]:
    """Every term of an entry, in all zones, for a full-text index of the archive; each once, sorted. `first`: its
    `reading_terms`, where they are at hand."""
    first = first or reading_terms(reading)
    parts = [first]
    if reading.caption or reading.promo:
        parts.append(TextTerms(f"{reading.caption}\n\n{reading.promo}"))
    return sorted(set().union(*(part.terms for part in parts), *(bigrams(run) for part in parts for run in part.cjk)))
