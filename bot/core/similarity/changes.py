"""A text's words → the kinds of change that they tell: somebody `arrested`, something `halted`.

Law: the words are data, one file a language (`core.language`, key `changes`), and every word of a kind tells the same:
what a story calls a strike is no news as a walkout. A word counts in its other endings, too; the longest phrase wins
(`pleads not guilty` is no verdict). The words of a phrase may stand a few words apart: `weist Vorwürfe zurück`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, compress, islice
from operator import itemgetter

from bot.core.similarity.change_phrases import ChangePhrase, change_phrases
from bot.core.similarity.folding import STEM, is_ending, stem, without_conjunction
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.tokens import CHARACTER, KIND_OF, PLAIN_WORD, TextToken

_APART = 4
"""Words that may stand between two of a phrase."""
_ENDING = 2
"""Letters that an ending adds at most."""
_VOWELS = "aeio"
_SEEN = 40
"""Tokens that a language is known by."""
_TELLS = 3
"""Common words of a language from which it is known."""
_LIKELY = 0.6
"""Share of the likeliest language's common words from which another may speak, too."""
_REMEMBERED = 32_768
"""Words of which is remembered whether they tell a change."""
_MARK = "="
"""What stands before a kind in a text's vocabulary: no word begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words that tell a change. `kinds`: of which kinds; `raw`: as they are written."""

    kinds: frozenset[str]
    raw: str


def mark(kind: str) -> str:
    """The unit that stands for a kind of change in the vocabulary of a text that tells one."""
    return _MARK + kind


def languages_of(*texts: Sequence[TextToken]) -> frozenset[str]:
    """Codes of the languages in Latin letters that some texts may be of, by their common words; none: nothing tells."""
    forms = map(itemgetter(1), islice(chain.from_iterable(texts), _SEEN))
    counts = Counter(chain.from_iterable(filter(None, map(lexicon().common_in.get, forms))))
    most = max(counts.values(), default=0)
    return (
        frozenset(code for code, count in counts.items() if count >= _LIKELY * most) if most >= _TELLS else frozenset()
    )


def changes_in(tokens: Sequence[TextToken], languages: frozenset[str] = frozenset()) -> list[Change]:
    """The changes that a text tells, in order. `languages`: as `languages_of` gives them; none: any."""
    forms = [token[1] for token in tokens]
    telling = list(map(_TELLING.__getitem__, forms))
    spaceless = CHARACTER in map(KIND_OF, tokens)
    matches: list[tuple[tuple[int, ...], ChangePhrase]] = []
    run = 0
    for at in range(len(tokens)) if spaceless else compress(range(len(tokens)), telling):
        _, form, _, kind, capital = tokens[at]
        if kind == PLAIN_WORD and telling[at]:
            for phrase in _phrases(form, capital):
                if phrase.latin and phrase.code not in languages and (languages or not phrase.sure):
                    continue
                places = (at,) if phrase.is_word else _places(forms, at, phrase)
                if places is not None:
                    matches.append((places, phrase))
        elif kind == CHARACTER and at >= run:
            run = _run_end(tokens, at)
            matches += _in_run(tokens[at:run], at)
    if not matches:
        return []
    matches.sort(key=lambda match: (_is_apart(match[0]), -len(match[0]), match[0]))
    taken: set[int] = set()
    longest: dict[tuple[int, ...], set[str]] = {}
    for places, phrase in matches:
        # Words that stand apart may be no phrase (`drops plan to …`): they hide no other reading.
        if places in longest or (not taken.issuperset(places) if _is_apart(places) else taken.isdisjoint(places)):
            taken.update(places)
            longest.setdefault(places, set()).add(phrase.kind)
    return [
        Change(kinds=frozenset(kinds), raw=_raw([tokens[place] for place in places]))
        for places, kinds in sorted(longest.items())
    ]


def kinds_in(tokens: Sequence[TextToken], languages: frozenset[str] = frozenset()) -> set[str]:
    """The kinds of change that a text tells."""
    return {kind for change in changes_in(tokens, languages) for kind in change.kinds}


class _Telling(dict[str, bool]):
    """Whether a folded word may tell a change: few do, and news words recur."""

    def __missing__(self, form: str) -> bool:
        if len(self) >= _REMEMBERED:
            self.clear()
        tells = self[form] = bool(_phrases(form, False))  # with a capital it tells no more
        return tells


_TELLING = _Telling()


@lru_cache(maxsize=4_096)
def _phrases(form: str, capital: bool) -> tuple[ChangePhrase, ...]:
    """The phrases of which a folded word is the telling one, or another ending of it. With a capital it may be
    a name (`Erlau`, near `erlaubt`): only a letter that is added to a word is an ending."""
    known, words = change_phrases(), lexicon()
    exact = known.by_word.get(form) or known.by_word.get(without_conjunction(form))
    if exact:
        return exact
    if form in words.function_words or form in words.negations or len(form) < STEM - 1:
        return ()
    endings = (
        phrase
        for other in known.by_start.get(form[:STEM], ())
        if _is_inflected(form, other, capital)
        for phrase in known.by_word[other]
        if phrase.is_word
    )
    return tuple(dict.fromkeys((*known.arabic.get(stem(form), ()), *endings)))


def _is_inflected(form: str, other: str, capital: bool) -> bool:
    """Whether a word is another one with something added or, with no capital, in another ending: of two Latin endings
    only the vowel may differ (`detenido`, `detenida`; `secours` is not `secouru`)."""
    if form.startswith(other):
        return len(form) - len(other) <= (1 if capital else _ENDING)
    if capital:
        return False
    if other.startswith(form):
        return len(other) - len(form) <= _ENDING
    if form.isascii():
        return len(form) > STEM and form[:-1] == other[:-1] and form[-1] in _VOWELS and other[-1] in _VOWELS
    return is_ending(form, other)


def _places(forms: Sequence[str], at: int, phrase: ChangePhrase) -> tuple[int, ...] | None:
    """The places of a phrase's words, of which a telling one stands at `at`; None: they do not all stand there."""
    places = [at]
    place = at
    for word in phrase.behind:
        near = forms[place + 1 : place + 2 + _APART]
        if word not in near:
            return None
        place += 1 + near.index(word)
        places.append(place)
    place = at
    for word in reversed(phrase.before):
        near = forms[max(0, place - 1 - _APART) : place][::-1]
        if word not in near:
            return None
        place -= 1 + near.index(word)
        places.insert(0, place)
    return tuple(places)


def _is_apart(places: tuple[int, ...]) -> bool:
    return places[-1] - places[0] >= len(places)


def _run_end(tokens: Sequence[TextToken], at: int) -> int:
    while at < len(tokens) and tokens[at].kind == CHARACTER:
        at += 1
    return at


def _in_run(run: Sequence[TextToken], start: int) -> Iterator[tuple[tuple[int, ...], ChangePhrase]]:
    """What stands in a run of characters."""
    text = "".join(token.form for token in run)
    by_pair = change_phrases().by_pair
    for at in range(len(text) - 1):
        for word, phrase in by_pair.get(text[at : at + 2], ()):
            if text.startswith(word, at):
                yield tuple(range(start + at, start + at + len(word))), phrase


def _raw(tokens: Sequence[TextToken]) -> str:
    return ("" if tokens[0].kind == CHARACTER else " ").join(token.raw for token in tokens)
