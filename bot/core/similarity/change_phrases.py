"""The languages' files → the phrases that tell a change, ready to be looked for in a text.

Law: a word that is common in another language tells nothing (`lexicon`), unless the text is known to be of its own; of
a phrase the words together do.
"""

from __future__ import annotations

import gc
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, filterfalse, groupby
from typing import Any, NamedTuple

from bot.core.language.tables import LANGUAGES, table_of
from bot.core.similarity.folding import ARABIC, MARK_CLASS, SPACELESS, SPACELESS_CLASS, STEM, is_ending, marks_of, stem
from bot.core.similarity.lexicon import folded_forms, lexicon

_KATAKANA = re.compile("[\u30a1-\u30fa][\u30a1-\u30fa\u30fc]+")
"""A word that is read whole in a script without spaces (`tokens`)."""
_PIECES = re.compile(rf"[\u30a1-\u30fa][\u30a1-\u30fa\u30fc]+|[^\W\d_{SPACELESS_CLASS}]+|.")
"""The tokens of a phrase in which characters and words stand side by side (`ミスを認`, `失去AAA`)."""
_WORDS = re.compile(rf"(?:[^\W\d_][{MARK_CLASS}]*)+(?:['’]t\b)?")
"""The words of a phrase, as `tokens` reads them."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePhrases:
    """Of all languages. `by_word`: by their telling words; `by_start`: those words by their first `STEM` letters;
    `spelled`: how lists spell those that bear marks; `arabic`: by stems, since a clitic makes another word of one
    (`الإضراب`); `by_pair`: what is looked for inside a run of characters, by its first two; what must follow somewhere
    stands `behind`."""

    by_word: Mapping[str, tuple[ChangePhrase, ...]]
    by_start: Mapping[str, tuple[str, ...]]
    spelled: Mapping[str, tuple[str, ...]]
    arabic: Mapping[str, tuple[ChangePhrase, ...]]
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
    words: defaultdict[str, list[ChangePhrase]] = defaultdict(list)
    spelled: defaultdict[str, set[str]] = defaultdict(set)
    bare: set[str] = set()
    runs: defaultdict[str, list[tuple[str, ChangePhrase]]] = defaultdict(list)
    arabic: defaultdict[str, list[ChangePhrase]] = defaultdict(list)
    once: dict[Any, Any] = {}  # what recurs is kept once: four megabytes less
    folded_in, spelled_in, numbers = lexicon().common_in, _languages_by_spelling(), lexicon().numbers
    for table in map(table_of, LANGUAGES):
        own, changes = {table.code}, dict(table.changes)
        latin = table.script == "Latn"
        words_of = {
            phrase: parts if "".join(parts := phrase.split(" ")).isalpha() else _WORDS.findall(phrase)
            for phrase in chain.from_iterable(changes.values())
        }
        single = list(dict.fromkeys(chain.from_iterable(words_of.values())))
        form_of = dict(zip(single, folded_forms(single), strict=True))
        # A number word is a figure in a text (`splits in two`; the `ten` of `ten laste gelegd`).
        stems = ((word, form[:STEM] if latin else stem(form)) for word, form in form_of.items())
        met_by = {word: numbers.get(word) or once.setdefault(unit, unit) for word, unit in stems}
        everyday = {word for word, form in form_of.items() if word in numbers or table.code in folded_in.get(form, ())}
        if latin:
            alone_in = [parts[0] for parts in words_of.values() if len(parts) == 1]
            bare.update(filter(str.isascii, alone_in))
            for word in filterfalse(str.isascii, alone_in):
                spelled[form_of[word]].add(word)
        for kind, phrases in changes.items():
            # All of a kind's single words tell one of two things: half of the phrases need not be made.
            alone, unsure = (ChangePhrase(kind, (), (), table.code, latin, sure) for sure in (True, False))
            for phrase in phrases:
                if not latin and SPACELESS.search(phrase) and not _KATAKANA.fullmatch(phrase):
                    telling, found = _of_characters(phrase, kind, table.code)
                    if found.joined:
                        words[telling].append(found)
                    elif len(telling) > 1:
                        runs[telling[:2]].append((telling, found))
                    continue
                parts = words_of[phrase]
                if len(parts) > 1:
                    # The first that is neither common nor a number tells.
                    at = 0
                    if parts[0] in everyday:
                        of_numbers = next((at for at, part in enumerate(parts) if part not in numbers), 0)
                        at = next((at for at, part in enumerate(parts) if part not in everyday), of_numbers)
                    near = [met_by[part] for part in parts]
                    telling = form_of[parts[at]]
                    before, behind = (once.setdefault(some, some) for some in (tuple(near[:at]), tuple(near[at + 1 :])))
                    found = ChangePhrase(kind, before, behind, table.code, latin)
                else:
                    telling = form_of[parts[0]]
                    # `nié` is denied, `nie` not in Polish: who writes no marks writes the same.
                    common_in = spelled_in if latin else folded_in
                    is_own = all(own.issuperset(common_in.get(word, ())) for word in (parts[0], telling))
                    is_sure = is_own or table.code == "en"
                    if not is_sure and not latin:
                        continue
                    found = alone if is_sure else unsure
                    found = found._replace(follows=True) if phrase.startswith(GAP) else found
                found = once.setdefault(found, found)
                words[telling].append(found)
                if not latin and ARABIC.match(telling):
                    arabic[stem(telling)].append(found)
    starts = groupby(sorted(words), key=lambda word: word[:STEM])
    return ChangePhrases(
        by_word={word: once.setdefault(all_of := _each_once(phrases), all_of) for word, phrases in words.items()},
        by_start={once.get(start, start): tuple(group) for start, group in starts},
        spelled={form: tuple(sorted(ways | bare.intersection((form,)))) for form, ways in spelled.items()},
        arabic={root: _each_once(phrases) for root, phrases in arabic.items()},
        by_pair={pair: tuple(dict.fromkeys(found)) for pair, found in runs.items()},
    )


def _each_once(phrases: Sequence[ChangePhrase]) -> tuple[ChangePhrase, ...]:
    return tuple(phrases) if len(phrases) == 1 else tuple(dict.fromkeys(phrases))


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


def may_tell(form: str) -> bool:
    """Whether a folded word may tell a change, in some ending; with a capital it tells no more."""
    known = change_phrases()
    if form[:STEM] not in known.by_start and form.isascii():
        return False  # as nearly all
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
    known = change_phrases()
    exact = known.by_word.get(form, ())
    if any(phrase.is_word for phrase in exact) or not ARABIC.match(form):
        return exact
    return tuple(dict.fromkeys((*exact, *known.arabic.get(stem(form), ()))))


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
    return tuple(dict.fromkeys((*phrases_told_by(form), *known.arabic.get(stem(form), ()), *endings)))


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
