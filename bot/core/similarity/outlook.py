"""A text below a headline → the words of its sentences that tell what has not happened yet, and may.

Law: first reports end in an outlook: `If convicted, he faces 15 years`, `No arrests have been made`, `Teams search the
river`. A story that had told all that its lead names heard of no conviction, arrest or rescue any more. Which words
make one is data (`outlook.txt`, and `negations` in each language's file), and so is of what each one speaks:
who reads too much in it tells something twice (`Crews evacuated 300`, `cancelled over fears of a storm`), and who reads
too little is silent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import NamedTuple

from bot.core.language.tables import table_of
from bot.core.language.word_lists import word_list
from bot.core.similarity.change_phrases import GAP
from bot.core.similarity.folding import ARABIC, SPACELESS, is_hiragana, stem
from bot.core.similarity.headlines import CLAUSE
from bot.core.similarity.lexicon import folded_forms
from bot.core.similarity.tokens import CHARACTER, KIND_OF, TextToken, text_tokens
from bot.core.text.sentences import sentence_starts

_NEAR = 1
"""How many words stand right before one."""


class _Reach(Enum):
    """Of which words of its sentence a word says that they have not happened."""

    CLAUSE = "its clause and all behind: denials, and where no order of words is fixed"
    BEHIND = "all behind it, and the word right before: `evacuation plans`"
    BEFORE = "all before it, from the clause of the sentence's first such word on: where verbs come last"
    RIGHT_BEFORE = "`rescue teams`"
    RIGHT_BEHIND = "`equipos de rescate`"


_Words = Mapping[str, Mapping[str, _Reach]]
"""By what a word is met by, the languages in which it says so, and of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """The words of all languages that tell it, and what does in a script without spaces; `joining`: the words, with
    their languages, that join something else; `turning`: those of them that say `but`; `persons`: denials that are the
    subject of their clause."""

    words: _Words
    runs: _Words
    joining: Mapping[str, Set[str]]
    turning: frozenset[str]
    persons: frozenset[str]


class _Mark(NamedTuple):
    """Where such a word stands, and of what it speaks."""

    at: int
    reach: _Reach


def outlook_in(text: str, tokens: Sequence[TextToken], languages: frozenset[str]) -> frozenset[int]:
    """The places, among the `tokens` of a text, of the words that tell what has not happened. `languages`: those that
    may speak; where none is known, a word that is one of another language, too, says nothing (`om`)."""
    lists = _lists()
    spoken = (
        _Mark(at, reach)
        for at, word, codes in _spoken(tokens, lists.words, languages)
        for reach in {lists.words[word][code] for code in codes}
    )
    marks = sorted((*spoken, *_in_runs(tokens, lists.runs)), key=itemgetter(0))
    if not marks:
        return frozenset()
    starts = sentence_starts(text)
    offsets = sorted({*starts, *(stop.end() for stop in CLAUSE.finditer(text))})
    counts = (len(text_tokens(text[begin:end])) for begin, end in pairwise(offsets))
    place_of = dict(zip(offsets, accumulate(counts, initial=0), strict=True))
    joined = [
        place
        for place, _, _ in _spoken(tokens, lists.joining, languages)
        if tokens[place].raw.isascii() == tokens[place].form.isascii()  # `è` is no `e`
    ]
    clauses = {*place_of.values(), *joined}
    turns = [place for place in joined if tokens[place].form in lists.turning]
    ahead: set[int] = set()
    for begin, end in pairwise((*map(place_of.__getitem__, starts), len(tokens))):
        inside = [mark for mark in marks if begin <= mark.at < end]
        for at, reach in inside:
            opens = inside[0].at if reach is _Reach.BEFORE else at
            clause = max(place for place in clauses if place <= opens)
            # `Nobody was hurt and the fire was put out`; `no deal between A and B`
            ends = joined if tokens[at].form in lists.persons else turns
            ahead.update(_span(tokens, at, reach, clause, next((place for place in ends if at < place < end), end)))
    return frozenset(ahead)


def _span(tokens: Sequence[TextToken], at: int, reach: _Reach, clause: int, end: int) -> range:
    """The places of which the word at `at` speaks. `clause`: where its clause begins; `end`: where its sentence ends,
    or turns (`nobody was hurt, but …`; `and` may join two between whom nothing has been agreed)."""
    match reach:
        case _Reach.CLAUSE:
            return range(clause, end)
        case _Reach.BEHIND:
            return range(max(clause, at - _NEAR), end)
        case _Reach.BEFORE:
            return range(clause, at + 1)
        case _Reach.RIGHT_BEFORE:
            return range(max(clause, at - _NEAR), at)
        case _Reach.RIGHT_BEHIND:
            behind = (place for place in range(at + 1, end) if not tokens[place].common_in)
            return range(at, next(behind, at) + 1)


def _spoken(
    tokens: Sequence[TextToken], words: Mapping[str, Collection[str]], languages: frozenset[str]
) -> list[tuple[int, str, Set[str]]]:
    """Where words of a list stand: the place, what the word is met by, and the languages in which it speaks there."""
    forms = [token.form for token in tokens]
    if any(map(ARABIC.match, forms)):
        forms = list(map(_met_by, forms))
    if words.keys().isdisjoint(forms):
        return []
    found = ((at, form, set(words[form])) for at, form in enumerate(forms) if form in words)
    return [
        (at, form, codes & languages or codes)
        for at, form, codes in found
        if (codes & languages if languages else codes.issuperset(tokens[at].common_in))
    ]


def _in_runs(tokens: Sequence[TextToken], runs: _Words) -> Iterator[_Mark]:
    """What stands in scripts without spaces. Japanese has kana somewhere: `最高` says so in Chinese alone."""
    if CHARACTER not in map(KIND_OF, tokens):
        return
    said = "".join(token.form if token.kind == CHARACTER else " " for token in tokens)
    foreign = "zh" if any(map(is_hiragana, said)) else "ja"
    for run, reaches in runs.items():
        if reach := next((reach for code, reach in reaches.items() if code != foreign), None):
            at = said.find(run)
            while at >= 0:
                last = at + len(run) - 1 if reach is _Reach.BEFORE else at
                yield _Mark(last, reach)
                at = said.find(run, at + 1)


@cache
def _lists() -> _Lists:
    words: dict[str, dict[str, _Reach]] = {}
    runs: dict[str, dict[str, _Reach]] = {}
    joining: dict[str, set[str]] = {}
    listed = word_list("outlook")
    of_all = {code: reach for reach in (_Reach.BEHIND, _Reach.BEFORE) for code in listed[reach.name.lower()]}
    for code in listed.keys() - {"behind", "before", "turning", "persons"}:
        reach = of_all.get(code, _Reach.CLAUSE)
        denials = dict.fromkeys(table_of(code).negations, _Reach.CLAUSE)
        own = {word.strip(GAP): _reach(word, reach) for word in listed[code]}
        for word, of in (denials | own).items():
            for form in folded_forms([word]):
                if not SPACELESS.search(form):
                    words.setdefault(_met_by(form), {}).setdefault(code, of)
                elif len(form) > 1 or word in own:  # `莫`, `非` and `無` deny, and begin Moscow, Africa, drones
                    runs.setdefault(form, {}).setdefault(code, of)
        for form in folded_forms(word_list("joining").get(code, ())):
            joining.setdefault(form, set()).add(code)
    turning, persons = (frozenset(folded_forms(listed[key])) for key in ("turning", "persons"))
    return _Lists(words=words, runs=runs, joining=joining, turning=turning, persons=persons)


def _reach(word: str, other: _Reach) -> _Reach:
    """Of a listed word; `other`: of its language."""
    if word.startswith(GAP):
        return _Reach.RIGHT_BEFORE
    return _Reach.RIGHT_BEHIND if word.endswith(GAP) else other


def _met_by(form: str) -> str:
    """An Arabic word with its article, or without."""
    return stem(form) if ARABIC.match(form) else form
