"""Words that tell a change, and words that leave it open → whether it has happened: `may resign`, `istifa edebilir`.

Law: what leaves a change open is data (`possible`, and `demands` in each language's file: `fordert Rücktritt`), and so
is on which side of it that stands. It is of the nearest change on that side, whatever stands between (`könnte am
Freitag wegen des Hafens zurücktreten`). Read strictly, it stands in the same clause, with no `and` between (`asks for
pardon and resigns`), and between what may happen and its `may` small words and one other, but no name (`could soon be
arrested`); what is demanded is so of somebody (`urges Torvik to resign`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from bot.core.language.tables import LANGUAGES, table_of
from bot.core.language.word_lists import word_list
from bot.core.similarity.change_phrases import GAP
from bot.core.similarity.folding import SPACELESS, is_hiragana, marks_of
from bot.core.similarity.lexicon import folded_forms, lexicon
from bot.core.similarity.tokens import CHARACTER, FIGURE, KIND_OF, TextToken

_FEW = 2
"""Characters that are as little as a small word: `사퇴할 수도`."""

_FORM = itemgetter(1)

Places = tuple[int, ...]


class OpenWords(NamedTuple):
    """Words that leave a change open. `behind`: it; `joined`: right beside it; `demands`: it is demanded, threatened or
    refused; `ends`: the words in their languages with which something else begins (`asks for pardon and resigns`);
    `marks`: the first one's (`könnte`; `konnte` is another word); `further`: those behind the first one."""

    behind: bool
    joined: bool
    demands: bool
    ends: frozenset[str]
    marks: str = ""
    further: tuple[str, ...] = ()


_ENDING = OpenWords(behind=True, joined=False, demands=False, ends=frozenset())
"""Of the change, or of a word behind it: `tutuklanabilir`."""


class OpenMark(NamedTuple):
    """Where words stand that leave a change open."""

    first: int
    last: int
    words: OpenWords


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """Of all languages. `words`: by the first one; `endings`: of a word; `runs`: of characters."""

    words: dict[str, list[OpenWords]]
    endings: tuple[str, ...]
    runs: tuple[tuple[str, OpenWords], ...]


@cache
def _lists() -> _Lists:
    words: dict[str, list[OpenWords]] = {}
    endings: list[str] = []
    runs: list[tuple[str, OpenWords]] = []
    possible = {phrase for table in map(table_of, LANGUAGES) for phrase in table.possible}
    ends_of: dict[str, set[str]] = {}
    for table in map(table_of, LANGUAGES):
        joining = folded_forms(word_list("joining").get(table.code, ()))
        for phrase in table.possible | table.demands:
            ends_of.setdefault(phrase, set()).update(joining)
    for phrase, ends in sorted(ends_of.items()):
        plain = phrase.strip(f"{GAP} ")
        behind = phrase.startswith(GAP)
        joined = phrase.startswith(f"{GAP}{plain}") or phrase.endswith(f"{plain}{GAP}")
        found = OpenWords(behind, joined, demands=phrase not in possible, ends=frozenset(ends))
        if SPACELESS.search(plain):
            runs.append((plain, found))
            continue
        first, *further = folded_forms(plain.split())
        if joined and behind:
            endings.append(first)
        else:
            found = found._replace(marks=marks_of(plain.split()[0]), further=tuple(further))
            words.setdefault(first, []).append(found)
    return _Lists(words=words, endings=tuple(endings), runs=tuple(runs))


def left_open(
    tokens: Sequence[TextToken],
    changes: Iterable[tuple[Places, Iterable[str]]],
    nouns: Container[str],
    clauses: Callable[[], Container[int]] | None = None,
) -> set[Places]:
    """Those of the places of changes in a text at which it may, or must, but has not happened, parts of a phrase with
    it. `changes`: with their kinds; such as are `nouns` may stand between (`könnte nach dem Angriff zurücktreten`).
    `clauses`: read strictly, gives the places at which a clause begins; None: not strictly."""
    marks = marks_in(tokens)
    if not marks:
        return set()
    begins = clauses() if clauses is not None else None
    nearer = {places for places, kinds in changes if any(kind not in nouns for kind in kinds)}
    found = {places for places, _ in changes}
    is_open = {places for places in found for mark in marks if _is_of(mark, places, nearer, tokens, begins)}
    return is_open | {places for places in found if any(set(places) < set(longer) for longer in is_open)}


@lru_cache(maxsize=8_192)
def _phrases_of(form: str) -> tuple[OpenWords, ...] | None:
    """What a word begins, or is by its ending; None: it leaves nothing open, as nearly all."""
    lists = _lists()
    if form in lists.words:
        return tuple(lists.words[form])
    return () if form.endswith(lists.endings) else None


def marks_in(tokens: Sequence[TextToken]) -> list[OpenMark]:
    """Where words of a text leave open what they stand beside."""
    marks: list[OpenMark] = []
    calendar = lexicon().calendar
    for at, phrases in enumerate(map(_phrases_of, map(_FORM, tokens))):
        # Who is called as a month is (`Theresa May resigns`) leaves nothing open.
        if phrases is None or (tokens[at].capital and tokens[at].form in calendar):
            continue
        if not phrases:
            marks.append(OpenMark(at, at, _ENDING))
        for phrase in phrases:
            last = at + len(phrase.further)
            if phrase.further == tuple(map(_FORM, tokens[at + 1 : last + 1])) and (
                marks_of(tokens[at].raw) == phrase.marks or not _writes_marks(tokens)
            ):
                marks.append(OpenMark(at, last, phrase))
    if CHARACTER in map(KIND_OF, tokens):
        # A sign for each token, so that a place in the text is one among the tokens.
        text = "".join(token.form if token.kind == CHARACTER else " " for token in tokens)
        for run, found in _lists().runs:
            at = text.find(run)
            while at >= 0:
                end = at + len(run)
                goes_on = is_hiragana(text[end : end + 1])  # of `逮捕から` it is no ending
                if not (found.joined and goes_on):
                    marks.append(OpenMark(at, end - 1, found))
                at = text.find(run, at + 1)
    return marks


def _writes_marks(tokens: Sequence[TextToken]) -> bool:
    """Whether a text writes marks at all: `PODRIA DIMITIR` does not."""
    return any(marks_of(token.raw) for token in tokens if not token.raw.isascii())


def _is_of(
    mark: OpenMark,
    places: Places,
    nearer: Iterable[Places],
    tokens: Sequence[TextToken],
    clauses: Container[int] | None,
) -> bool:
    """Whether what leaves open is of a change: no other one stands between."""
    words = mark.words
    if mark.first in places:
        return words is _ENDING and mark.first == places[-1]  # of `lehnt ab` it is a part
    # Of a phrase some words may stand on the other side: `Gericht könnte Windpark stoppen`.
    beside = [place for place in places if (place < mark.first if words.behind else place > mark.last)]
    if not beside:
        return False
    begin, end = (beside[-1] + 1, mark.first) if words.behind else (mark.last + 1, beside[0])
    if words.joined and begin < end:
        return False
    if any(begin <= other[0] and other[-1] < end for other in nearer):
        return False
    if clauses is None:
        return True
    if any(place in clauses for place in range(begin, end + 1)):
        return False
    between = tokens[begin:end]
    if _is_ended(words, between):
        return False
    is_inside = places[0] < mark.first and mark.last < places[-1]
    # Behind the change it is mostly a noun, and of the word before it: `port shut over storm threat`.
    return is_inside or _is_small(between, of_somebody=words.demands, most=0 if words.demands and words.behind else 1)


def _is_ended(words: OpenWords, between: Sequence[TextToken]) -> bool:
    """Whether something else begins between."""
    run = "".join(token.form for token in between if token.kind == CHARACTER)
    return any(end in run for end in words.ends) or not words.ends.isdisjoint(map(_FORM, between))


def _is_small(between: Sequence[TextToken], *, of_somebody: bool, most: int) -> bool:
    """Whether no more stands between than small words, days, figures, and `most` other words; `of_somebody`: names,
    too."""
    if any(token.kind == CHARACTER for token in between):
        return of_somebody or sum(not is_hiragana(token.form) for token in between) <= _FEW
    calendar = lexicon().calendar
    others = [token for token in between if token.kind != FIGURE and not token.common_in and token.form not in calendar]
    names = [token for token in others if token.capital]
    return len(others) - len(names) <= most and (of_somebody or not names)
