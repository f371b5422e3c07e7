"""A headline → whether it is nothing but what programs say of a page or feed that they could not read, in any language.

The law: every word must be one of that language's machine words (`machine_words.txt`), with one that tells a failure
among them: `Fehler beim Laden der Seite`, not `Fehler im Stromnetz`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.core.language.word_lists import word_list
from bot.core.text.words import CJK_STRETCH, HANGUL

_PARTS = re.compile(r"[:;,.!?()\[\]|…。、，！：；（）「」]+(?:\s|$)|[。、，！：；（）「」…]| [-–—]+ ")
"""What parts a failure from its cause, and from what to do."""
_CODE = re.compile(r"[\W_]*(?:\d[\w.,]*|\S*(?:://|[\w-]\.[a-z]{2}|/)\S*)?[\W_]*")
"""A number, an address, a sign."""
_APOSTROPHES = re.compile(r"\b[^\W\d_]{1,2}['’](?=\w)")
"""`l'`, `d'`, before a word."""
_LONG, _SHORT, _LAST_OF_LONG = 4, 2, "\u0530"
"""Letters of a word that is no small one (`est`): in the Latin, Greek and Cyrillic alphabets, which stand first, and in
others."""
_FEWEST, _SHORT_CAUSE = 2, 4
"""Words of a headline, but for a noun that alone says `error`; a cause of no more is no headline, in whatever words it
says what went wrong, nor is one of so many characters in a script without spaces."""
_STATUS_DIGITS = 3
"""Of a number that says something by itself: `503`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """One language's. `noun`: what is called an error; `any_ending`: beginnings of words; `small`: those of all these
    that say nothing by themselves; `pieces`: of a script without spaces, its words, the longest first."""

    noun: str
    failures: frozenset[str]
    failures_any_ending: tuple[str, ...]
    others: frozenset[str]
    any_ending: tuple[str, ...]
    small: frozenset[str]
    pieces: re.Pattern[str] | None

    def tells_failure(self, word: str) -> bool:
        return word in self.failures or word.startswith(self.failures_any_ending or "\0")

    def names_a_thing(self, word: str) -> bool:
        """`Seite`, `laden`: what stands beside failures only, and no small word (`Resolution failed`)."""
        is_long = len(word) >= (_LONG if word < _LAST_OF_LONG else _SHORT)
        return (
            is_long
            and word not in self.small
            and not self.tells_failure(word)
            and (word in self.others or word.startswith(self.any_ending or "\0"))
        )

    def says_something(self, word: str) -> bool:
        """Whether it is no small word, and stands in what machines say."""
        return self.tells_failure(word) or self.names_a_thing(word)

    def is_known(self, word: str) -> bool:
        known = word in self.others or word.startswith(self.any_ending or "\0")
        return known or self.tells_failure(word) or _CODE.fullmatch(word) is not None


@cache
def _languages() -> Sequence[_Words]:
    return [_words_of(line) for line in word_list("machine_words").values()]


def _is_without_spaces(word: str) -> bool:
    """Korean has spaces."""
    return CJK_STRETCH.match(word) is not None and HANGUL.match(word) is None


def _words_of(line: Sequence[str]) -> _Words:
    failures, others, *small = (part.split() for part in " ".join(line).casefold().split("|"))
    whole = sorted((*failures, *others), key=len, reverse=True)
    return _Words(
        noun=failures[0].rstrip("*"),
        failures=frozenset(word for word in failures if not word.endswith("*")),
        failures_any_ending=tuple(word[:-1] for word in failures if word.endswith("*")),
        others=frozenset(word for word in others if not word.endswith("*")),
        any_ending=tuple(word[:-1] for word in others if word.endswith("*")),
        small=frozenset(*small),
        pieces=re.compile("|".join(map(re.escape, whole))) if _is_without_spaces(failures[0]) else None,
    )


def is_of_machines(headline: str) -> bool:
    """Whether a headline, in lower case, says in some language's machine words that something failed."""
    parts = [part for part in _PARTS.split(_APOSTROPHES.sub("", headline)) if part and part.strip()]
    return any(_says_failure(parts, words) for words in _languages())


def _says_failure(parts: Sequence[str], words: _Words) -> bool:
    if words.pieces is not None:
        found = [piece for part in parts for piece in words.pieces.findall(part)]
        rest = [words.pieces.sub(" ", part) for part in parts]
        split = [*found, *" ".join(rest).split()]
    else:
        split = [word for part in parts for word in part.split()]
    english = _languages()[0]
    if parts and parts[0].strip() == words.noun:  # `Fehler: kein Bereich`, not `Fehler: Bahn gesteht Schuld ein`
        cause = split[len(words.noun.split()) :]
        is_short = len("".join(cause)) <= _SHORT_CAUSE if words.pieces is not None else len(cause) <= _FEWEST
        return is_short or any(map(words.says_something, cause)) or has_machine_word(" ".join(cause))
    if len(split) < _FEWEST or not all(words.is_known(word) or english.is_known(word) for word in split):
        return False
    return any(map(words.tells_failure, split)) and any(map(words.names_a_thing, split))


def has_machine_word(text: str) -> bool:
    """Whether any word of a text, in lower case, is an English one of machines that says something by itself, or the
    number of a status or an address: the cause behind `server error: …`."""
    english = _languages()[0]
    return any(
        word not in english.small and english.is_known(word) and (not word.isdecimal() or len(word) == _STATUS_DIGITS)
        for word in re.split(r"[\s:;,!()]+|\.(?:\s|$)", text)
        if word
    )
