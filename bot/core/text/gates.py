"""Whole sentences that say nothing of the news → whether a line is made of them.

Two lists hold them: where a text is broken off (`Article continues below`), and what a text or its newsroom says of
itself (`4 min read`, `Found an error? Write to us`). The law of this file: every word of a sentence must be foreseen;
one that is not is the story's (`We use cookies to spy on voters, the party admitted`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.core.language.word_lists import word_list
from bot.core.text.words import normal_line

ANY_FIGURE = "#"
"""Stands for figures that a line begins with, and for those in a sentence (`# min read`, `残り #文字`)."""
_LISTS = ("gates", "notices")
_MOST_WORDS = 12
"""Words for which `…` may stand."""
_SMALL = 4
"""Letters of an everyday word that may stand in any notice."""
_SLOTS = frozenset((_FEW_WORDS := "…", _ONE_WORD := "_"))
_FIGURE = re.compile(r"\d[\d.,:]{0,9}")
_FIGURES = re.compile(r"\d+")
SENTENCES = re.compile(r"(?<=[^\d][.])\s+|(?<=[!?؟;])\s+|\s[|–—-]\s|[。！]|(?<=？)")
"""What parts a line into sentences, more finely than `sentences` does."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


class Gate(NamedTuple):
    """A sentence, word by word; `between`: a few of them may stand for `…`. As a regular expression, all of a process's
    took a quarter of a second to compile."""

    parts: tuple[str, ...]
    between: frozenset[str]

    def is_all_of(self, words: Sequence[str]) -> bool:
        """Whether a sentence says nothing else. `words`: of `normal_line`."""
        ends = {0}
        for part in self.parts:
            if part == _FEW_WORDS:
                ends = {end for start in ends for end in self._ends_between(words, start)}
            else:
                ends = {at + 1 for at in ends if at < len(words) and _is_part(part, words[at])}
            if not ends:
                return False
        return len(words) in ends

    def _ends_between(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Where the few words may end that stand for `…` from a place on."""
        yield start
        for at, word in enumerate(words[start : start + _MOST_WORDS], start + 1):
            if word not in self.between and _FIGURE.fullmatch(word) is None:
                return
            yield at


def _is_part(part: str, word: str) -> bool:
    return part in (word, _ONE_WORD) or (ANY_FIGURE in part and _FIGURES.sub(ANY_FIGURE, word) == part)


class Gates(NamedTuple):
    """What some languages have of them."""

    by_beginning: Mapping[str, tuple[Gate, ...]]
    """By the two words that they begin with, or the one where anything may stand behind it; of figures, by `ANY_FIGURE`
    in their place."""
    openings: frozenset[str]
    """How they begin: by one word, or by two where that is an everyday one with which every third sentence of its
    language begins (`The`), or a figure."""

    def are_all_of(self, text: str, normal: str) -> bool:
        """Whether every sentence of a line is one. `normal`: the line as `normal_line` has it. Most lines begin with
        no word of one."""
        if not self._of(normal.split(None, 2)):
            return False
        without = _ADDRESS.sub("", text) if "@" in text else text
        first, *others = list(filter(None, map(normal_line, SENTENCES.split(without)))) or [""]
        # A line of nothing but figures is the table's.
        return self._has(first) and all(_FIGURE.fullmatch(one) or self._has(one) for one in others)

    def may_begin(self, words: Sequence[str]) -> bool:
        """Whether a line may begin with one, by its first words (of `normal_line`, or in nothing but lower case)."""
        first = words[0]
        if first[:1].isdigit():
            return ANY_FIGURE in self.openings or (len(words) > 1 and f"# {words[1]}" in self.openings)
        return first in self.openings or (len(words) > 1 and f"{first} {words[1]}" in self.openings)

    def _has(self, sentence: str) -> bool:
        words = sentence.split(" ")
        return any(gate.is_all_of(words) for gate in self._of(words))

    def _of(self, words: Sequence[str]) -> Sequence[Gate]:
        """Those that begin as a sentence does."""
        first = ANY_FIGURE if _FIGURES.search(words[0]) else words[0]
        pair = self.by_beginning.get(f"{first} {words[1]}", ()) if len(words) > 1 else ()
        return (*pair, *self.by_beginning.get(first, ()))


def gates_of_language(code: str, common: frozenset[str]) -> Gates:
    """What the lists have of one language. `common`: its everyday words."""
    by_beginning: defaultdict[str, list[Gate]] = defaultdict(list)
    openings: set[str] = set()
    for name in _LISTS:
        written, _, words = " ".join(word_list(name).get(code, ())).partition("|")
        between = frozenset(map(_normal_word, (*words.split(), *word_list("gates")["any"][1:])))
        if name == "notices":  # each of them says much of its own
            between = between.union(_normal_word(word) for word in common if len(word) <= _SMALL)
        phrases = [phrase.split() for phrase in written.split("/") if phrase.strip()]
        normal = {word: word if word in _SLOTS else _normal(word) for phrase in phrases for word in phrase}
        for phrase in phrases:
            _add([normal[word] for word in phrase], between, by_beginning)
        openings.update(_openings(phrases, between, common))
    return Gates({word: tuple(gates) for word, gates in by_beginning.items()}, frozenset(openings))


def merged(of_languages: Iterable[Gates]) -> Gates:
    """What several languages have together."""
    by_beginning: dict[str, tuple[Gate, ...]] = {}
    openings: set[str] = set()
    for gates in of_languages:
        openings |= gates.openings
        for word, of_word in gates.by_beginning.items():
            by_beginning[word] = (*by_beginning.get(word, ()), *of_word)
    return Gates(by_beginning, frozenset(openings))


def _add(parts: Sequence[str], between: frozenset[str], by_beginning: defaultdict[str, list[Gate]]) -> None:
    gate = Gate(tuple(parts), between)
    begins = [part for part in parts if part != _FEW_WORDS]
    beginning = _shown(begins[0])
    if len(parts) > 1 and parts[0] != _FEW_WORDS and parts[1] not in _SLOTS and ANY_FIGURE not in parts[1]:
        beginning = f"{beginning} {parts[1]}"
    by_beginning[beginning].append(gate)
    for word in {*between, ANY_FIGURE} - {beginning} if parts[0] == _FEW_WORDS else ():
        by_beginning[word].append(gate)


def _shown(word: str) -> str:
    return ANY_FIGURE if ANY_FIGURE in word or _FIGURES.search(word) else word


def _openings(phrases: Iterable[Sequence[str]], between: frozenset[str], common: frozenset[str]) -> Iterator[str]:
    for phrase in phrases:
        first, *others = phrase[phrase[0] == _FEW_WORDS :]
        if phrase[0] == _FEW_WORDS:
            yield from (ANY_FIGURE, *between)
        first = _shown(first)
        is_pair = (first in common or first == ANY_FIGURE) and others and others[0] not in _SLOTS
        opening = f"{first} {others[0]}" if is_pair and ANY_FIGURE not in others[0] else first
        yield from (opening, _normal(opening))


def _normal(text: str) -> str:
    """As `normal_line` has it, with `ANY_FIGURE` where it stands."""
    return " ".join(map(_normal_word, text.split(" ")))


def _normal_word(word: str) -> str:
    if word.isascii() and word.isalpha():
        return word.lower()
    return ANY_FIGURE.join(map(normal_line, word.split(ANY_FIGURE)))
