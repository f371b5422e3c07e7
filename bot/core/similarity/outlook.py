"""A text below a headline → the words of its sentences that tell what has not happened yet, and may.

Law: first reports end in an outlook: `If convicted, he faces 15 years`, `No arrests have been made`, `Teams search the
river`. A story that had told all that its lead names heard of no conviction, arrest or rescue any more. Which words
make one is data (`outlook.txt`, and `negations` in each language's file), and counts from the clause in which it stands
to the end of its sentence (`arrested three men but did not say why`): who reads too much in it tells something twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise

from bot.core.language.tables import table_of
from bot.core.language.word_lists import word_list
from bot.core.similarity.folding import ARABIC, SPACELESS, stem
from bot.core.similarity.headlines import CLAUSE
from bot.core.similarity.lexicon import folded_forms
from bot.core.similarity.tokens import CHARACTER, KIND_OF, TextToken, text_tokens
from bot.core.text.sentences import sentence_starts

_Words = Mapping[str, frozenset[str]]
"""By what a word is met by, the languages in which it says so."""


def outlook_in(text: str, tokens: Sequence[TextToken], languages: frozenset[str]) -> frozenset[int]:
    """The places, among the `tokens` of a text, of the words that tell what has not happened. `languages`: those that
    may speak; where none is known, a word that is one of another language, too, says nothing (`om`)."""
    words, runs, joining = _lists()
    marks = _places(tokens, words, languages)
    if CHARACTER in map(KIND_OF, tokens):
        said = "".join(token.form if token.kind == CHARACTER else " " for token in tokens)
        marks += [found.start() for found in runs.finditer(said)]
    if not marks:
        return frozenset()
    starts = sentence_starts(text)
    offsets = sorted({*starts, *(stop.end() for stop in CLAUSE.finditer(text))})
    counts = (len(text_tokens(text[begin:end])) for begin, end in pairwise(offsets))
    place_of = dict(zip(offsets, accumulate(counts, initial=0), strict=True))
    clauses = {*place_of.values(), *_places(tokens, joining, languages)}
    ahead: set[int] = set()
    for begin, end in pairwise((*map(place_of.__getitem__, starts), len(tokens))):
        if (first := min((mark for mark in marks if begin <= mark < end), default=None)) is not None:
            ahead.update(range(max(clause for clause in clauses if clause <= first), end))
    return frozenset(ahead)


def _places(tokens: Sequence[TextToken], words: _Words, languages: frozenset[str]) -> list[int]:
    forms = [token.form for token in tokens]
    if any(map(ARABIC.match, forms)):
        forms = list(map(_met_by, forms))
    if words.keys().isdisjoint(forms):
        return []
    return [
        at
        for at, (form, token) in enumerate(zip(forms, tokens, strict=True))
        if (codes := words.get(form)) and (codes & languages if languages else codes.issuperset(token.common_in))
    ]


@cache
def _lists() -> tuple[_Words, re.Pattern[str], _Words]:
    """The words that tell it, what does in a script without spaces, and the words that join something else."""
    words: dict[str, set[str]] = {}
    joining: dict[str, set[str]] = {}
    runs: set[str] = set()
    for code, listed in word_list("outlook").items():
        for form in folded_forms((*listed, *table_of(code).negations)):
            if SPACELESS.search(form):
                runs.add(form)
            else:
                words.setdefault(_met_by(form), set()).add(code)
        for form in folded_forms(word_list("joining").get(code, ())):
            joining.setdefault(form, set()).add(code)
    return _frozen(words), re.compile("|".join(map(re.escape, sorted(runs)))), _frozen(joining)


def _frozen(words: Mapping[str, set[str]]) -> _Words:
    return {form: frozenset(codes) for form, codes in words.items()}


def _met_by(form: str) -> str:
    """An Arabic word with its article, or without."""
    return stem(form) if ARABIC.match(form) else form
