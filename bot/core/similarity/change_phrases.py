"""The languages' files → the phrases that tell a change, ready to be looked for in a text.

Law: a word that is common in another language tells nothing (`lexicon`), unless the text is known to be of its own; of
a phrase the words together do.
"""

from __future__ import annotations

import gc
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from bot.core.language.tables import LANGUAGES, Language, table_of
from bot.core.similarity.folding import ARABIC, MARK_CLASS, SPACELESS, SPACELESS_CLASS, STEM, is_ending, marks_of, stem
from bot.core.similarity.lexicon import folded_forms, lexicon

_KATAKANA = re.compile("[\u30a1-\u30fa][\u30a1-\u30fa\u30fc]+")
"""A word that is read whole in a script without spaces (`tokens`)."""
_PIECES = re.compile(rf"[\u30a1-\u30fa][\u30a1-\u30fa\u30fc]+|[^\W\d_{SPACELESS_CLASS}]+|.")
"""The tokens of a phrase in which characters and words stand side by side (`ミスを認`, `失去AAA`)."""
_WORDS = re.compile(rf"(?:[^\W\d_][{MARK_CLASS}]*)+(?:['’]t\b)?")
"""The words of a phrase, as `tokens` reads them."""
_FIRST = itemgetter(0)
_VOWELS = "aeio"
GAP = "…"
"""What stands in a phrase of a script without spaces for further characters (`下调…评级`), and elsewhere before a word
for one that says something (`… kill`)."""


class ChangePhrase(NamedTuple):
    """A kind of change, the stems that must stand before and behind a telling word, the code of the language that says
    so, whether its letters are Latin, whether it tells without that being known, whether the words must stand side by
    side, as in a script without spaces, and whether a word that says something stands before it (`Storms in Torp kill
    four`; not `plot to kill`)."""

    kind: str
    before: tuple[str, ...]
    behind: tuple[str, ...]
    code: str
    latin: bool
    sure: bool = True
    joined: bool = False
    follows: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is of one word."""
        return not (self.before or self.behind)


class _List(NamedTuple):
    """One list of phrases: the number of its first among all phrases, its language's code, and its kind."""

    first: int
    code: str
    kind: str


class _ByWord(dict[str, tuple[ChangePhrase, ...]]):
    """Phrases by their telling words, made when one is asked for: of 48,000 words a process meets few, and to make all
    phrases took longer than to read the files. `numbers`: of each word's phrases, among those of all `lists`."""

    def __init__(self, numbers: Mapping[str, tuple[int, ...]], lists: Sequence[_List]) -> None:
        super().__init__()
        self._numbers, self._lists = numbers, lists

    def __missing__(self, word: str) -> tuple[ChangePhrase, ...]:
        if word not in self._numbers:
            return ()
        made = map(self._made, self._numbers[word])
        found = self[word] = tuple(dict.fromkeys(filter(None, made)))
        return found

    def _made(self, number: int) -> ChangePhrase | None:
        one = self._lists[bisect_right(self._lists, number, key=_FIRST) - 1]
        table = table_of(one.code)
        return _made(table.changes[one.kind][number - one.first], one.kind, table)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePhrases:
    """Of all languages. `by_word`: by any word, those that it tells; `by_start`: telling words by their first `STEM`
    letters; `spelled`: how lists spell those that bear marks; `arabic`: by stems, since a clitic makes another word of
    one (`الإضراب`); `by_pair`: what is looked for inside a run of characters, by its first two; what must follow
    somewhere stands `behind`."""

    by_word: Mapping[str, tuple[ChangePhrase, ...]]
    by_start: Mapping[str, tuple[str, ...]]
    spelled: Mapping[str, tuple[str, ...]]
    arabic: Mapping[str, tuple[str, ...]]
    by_pair: Mapping[str, tuple[tuple[str, ChangePhrase], ...]]


@cache
def change_phrases() -> ChangePhrases:
    """Read once. They all stay: the collector of cycles would walk through them for a quarter of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return _phrases()
    finally:
        if collects:
            gc.enable()


def _phrases() -> ChangePhrases:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    lists: list[_List] = []
    spelled: defaultdict[str, set[str]] = defaultdict(set)
    bare: set[str] = set()
    runs: defaultdict[str, list[tuple[str, ChangePhrase]]] = defaultdict(list)
    arabic: defaultdict[str, dict[str, None]] = defaultdict(dict)
    first = 0
    for table in map(table_of, LANGUAGES):
        own, single, several, of_characters = _listed(table, first)
        lists += own
        first += len(single) + len(several) + len(of_characters)
        for number, (telling, found) in of_characters.items():
            if found.joined:
                numbers[telling].append(number)
            elif len(telling) > 1:
                runs[telling[:2]].append((telling, found))
        forms = dict(zip(single, folded_forms(single.values()), strict=True))
        for number, form in forms.items():
            numbers[form].append(number)
        bare.update(filter(str.isascii, single.values()))
        for word, form in zip(single.values(), forms.values(), strict=True):
            if not word.isascii():
                spelled[form].add(word)
        form_of = _form_of(chain.from_iterable(several.values()))
        for number, parts in several.items():
            telling = form_of[parts[_telling(parts, form_of, table)] if len(parts) > 1 else parts[0]]
            numbers[telling].append(number)
            if ARABIC.match(telling):
                arabic[stem(telling)][telling] = None
    starts: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(numbers):
        starts[word[:STEM]].append(word)
    return ChangePhrases(
        by_word=_ByWord({word: tuple(sorted(of_word)) for word, of_word in numbers.items()}, lists),
        by_start={start: tuple(words) for start, words in starts.items()},
        spelled={form: tuple(sorted(ways | bare.intersection((form,)))) for form, ways in spelled.items()},
        arabic={root: tuple(words) for root, words in arabic.items()},
        by_pair={pair: tuple(dict.fromkeys(found)) for pair, found in runs.items()},
    )


def _listed(
    table: Language, first: int
) -> tuple[list[_List], dict[int, str], dict[int, list[str]], dict[int, tuple[str, ChangePhrase]]]:
    """The lists of a language, whose first phrase has the number `first`; by their numbers single words in Latin
    letters, other phrases word by word, and those of a script without spaces, each with what it is looked for by."""
    latin = table.script == "Latn"
    lists: list[_List] = []
    single: dict[int, str] = {}
    several: dict[int, list[str]] = {}
    of_characters: dict[int, tuple[str, ChangePhrase]] = {}
    for kind, phrases in table.changes.items():
        lists.append(_List(first, table.code, kind))
        for number, phrase in enumerate(phrases, first):
            if latin and (word := phrase.removeprefix(f"{GAP} ")).isalpha():
                single[number] = word
            elif latin or not _is_of_characters(phrase):
                several[number] = _words_of(phrase)
            else:
                of_characters[number] = _of_characters(phrase, kind, table.code)
        first += len(phrases)
    return lists, single, several, of_characters


def _made(phrase: str, kind: str, table: Language) -> ChangePhrase | None:
    """The phrase as it is looked for; None: alone it tells nothing."""
    code, latin = table.code, table.script == "Latn"
    if not latin and _is_of_characters(phrase):
        return _of_characters(phrase, kind, code)[1]
    words = _words_of(phrase)
    form_of = _form_of(words)
    if len(words) > 1:
        # A number word is a figure in a text (`splits in two`; the `ten` of `ten laste gelegd`).
        numbers = lexicon().numbers
        near = [numbers.get(word) or (form_of[word][:STEM] if latin else stem(form_of[word])) for word in words]
        at = _telling(words, form_of, table)
        return ChangePhrase(kind, tuple(near[:at]), tuple(near[at + 1 :]), code, latin)
    # `nié` is denied, `nie` not in Polish: who writes no marks writes the same.
    common_in = _languages_by_spelling() if latin else lexicon().common_in
    is_sure = code == "en" or all({code}.issuperset(common_in.get(word, ())) for word in (*words, *form_of.values()))
    if not is_sure and not latin:
        return None
    return ChangePhrase(kind, (), (), code, latin, is_sure, follows=phrase.startswith(GAP))


def _is_of_characters(phrase: str) -> bool:
    return SPACELESS.search(phrase) is not None and _KATAKANA.fullmatch(phrase) is None


def _words_of(phrase: str) -> list[str]:
    words = phrase.split(" ")
    return words if "".join(words).isalpha() else _WORDS.findall(phrase)


def _form_of(words: Iterable[str]) -> dict[str, str]:
    once = list(dict.fromkeys(words))
    return dict(zip(once, folded_forms(once), strict=True))


def _telling(words: Sequence[str], form_of: Mapping[str, str], table: Language) -> int:
    """Which word of a phrase tells: the first that is neither common nor a number."""
    numbers, common_in = lexicon().numbers, lexicon().common_in
    for at, word in enumerate(words):
        if word not in numbers and table.code not in common_in.get(form_of[word], ()):
            return at
    return next((at for at, word in enumerate(words) if word not in numbers), 0)


@cache
def _languages_by_spelling() -> dict[str, set[str]]:
    """The languages in Latin letters that a common word is one of as it is spelled: `tähän`, not `tahan`."""
    spelled_in: defaultdict[str, set[str]] = defaultdict(set)
    for table in map(table_of, LANGUAGES):
        for word in table.common if table.script == "Latn" else ():
            spelled_in[word].add(table.code)
    return spelled_in


def _of_characters(phrase: str, kind: str, code: str) -> tuple[str, ChangePhrase]:
    """What a phrase of a script without spaces is looked for by, its run of characters or a word among them, and the
    phrase."""
    # As `tokens` reads a text: the sara am of `จำคุก` is two signs.
    run, *further = (unicodedata.normalize("NFKC", part) for part in phrase.replace(" ", "").split(GAP))
    pieces = _PIECES.findall(run.lower())
    if further or max(map(len, pieces)) == 1:
        return run, ChangePhrase(kind, (), tuple(further), code, latin=False)
    at = max(range(len(pieces)), key=lambda place: len(pieces[place]))
    before, behind = tuple(map(stem, pieces[:at])), tuple(map(stem, pieces[at + 1 :]))
    return pieces[at], ChangePhrase(kind, before, behind, code, latin=False, joined=True)


def begins_as_telling(form: str) -> bool:
    """Whether a folded word begins as one does that tells a change, in some ending; Arabic ones may have something
    before it. Of other words, which are nearly all, `told_by` has nothing."""
    return form[:STEM] in change_phrases().by_start or ARABIC.match(form) is not None


@lru_cache(maxsize=8_192)
def may_tell(form: str) -> bool:
    """Whether a folded word may tell a change, in some ending; with a capital it tells no more."""
    return bool(told_by(form, False))


_WRITTEN_FOR = {"è": "é", "é": "è", "õ": "ő", "ö": "ő", "û": "ű", "ü": "ű"}
"""Letters that stand for another one: in another form of a French verb (`incarcéré`, `incarcère`), and in Hungarian
from a keyboard, or a character set, without its own (`eltünt`, `eltûnt`)."""


def is_spelled_otherwise(raw: str, form: str, *, common: bool) -> bool:
    """Whether a word bears other marks inside than where it is listed (`Förderung`, not `Forderung`; the last letter is
    an ending), or none as a `common` word (`bajo`, not `bajó`); who writes no marks leaves out others, too."""
    listed = change_phrases().spelled.get(form, (form,))
    word = raw.lower()
    if word in listed:
        return False
    if word.isascii():
        return common
    return all(len(one) == len(word) and _bears_others(word[:-1], one) for one in listed)


def _bears_others(word: str, listed: str) -> bool:
    """Whether a letter bears another mark: none that leaves it bare, nor one that is written for the other."""
    return any(
        letter != other and marks_of(letter) not in ("", marks_of(other)) and _WRITTEN_FOR.get(letter) != other
        for letter, other in zip(word, listed, strict=False)
    )


def phrases_told_by(form: str) -> tuple[ChangePhrase, ...]:
    """The phrases of which a folded word is the telling one."""
    exact = change_phrases().by_word[form]
    if any(phrase.is_word for phrase in exact) or not ARABIC.match(form):
        return exact
    return tuple(dict.fromkeys((*exact, *_of_root(form))))


def _of_root(form: str) -> Iterator[ChangePhrase]:
    """The phrases that Arabic words of the stem tell."""
    known = change_phrases()
    return chain.from_iterable(map(known.by_word.__getitem__, known.arabic.get(stem(form), ())))


@lru_cache(maxsize=4_096)
def told_by(form: str, capital: bool) -> tuple[ChangePhrase, ...]:
    """The phrases of which a folded word, or another ending of it, is the telling one. With a capital it may be a name
    (`Erlau`, near `erlaubt`): only a letter that is added to a word is an ending."""
    known, words = change_phrases(), lexicon()
    if form in words.function_words or form in words.negations or len(form) < STEM - 1:
        return phrases_told_by(form)
    endings = (
        phrase
        for other in known.by_start.get(form[:STEM], ())
        if _is_inflected(form, other, capital)
        for phrase in known.by_word[other]
    )
    return tuple(dict.fromkeys((*phrases_told_by(form), *_of_root(form), *endings)))


def _is_inflected(form: str, other: str, capital: bool) -> bool:
    """Whether a word is another one with something added or, with no capital, in another ending: of two Latin endings
    only the vowel may differ (`detenido`, `detenida`; `secours` is not `secouru`)."""
    if capital:
        return form[:-1] == other
    return is_ending(form, other) and (
        not form.isascii()
        or form.startswith(other)
        or other.startswith(form)
        or (form[:-1] == other[:-1] and form[-1] in _VOWELS and other[-1] in _VOWELS)
    )
