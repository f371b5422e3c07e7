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

_PARTS = re.compile(r"[:;,.!?()\[\]|…。、，！：；（）「」]+(?:\s|$)|[。、，！：；（）「」…]| [-–—]+ ")
"""What parts a failure from its cause, and from what to do."""
_CODE = re.compile(r"[\W_]*(?:\d[\w.,]*|\S*(?:://|[\w-]\.[a-z]{2}|/)\S*)?[\W_]*")
"""A number, an address, a sign."""
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_APOSTROPHES = re.compile(r"\b[^\W\d_]{1,2}['’](?=\w)")
"""`l'`, `d'`, before a word."""
_LONG, _SHORT, _LAST_OF_LONG = 4, 2, "\u0530"
"""Letters of a word that is no small one (`est`): in the Latin, Greek and Cyrillic alphabets, which stand first, and in
others."""
_FEWEST = 2
"""Words of a headline, but for a noun that alone says `error`; a cause of no more is no headline, in
whatever words it says what went wrong."""
_SHORT_CAUSE = 4
"""The same in letters, of a script without spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """One language's. `noun`: what is called an error; `any_ending`: beginnings of words."""

    noun: str
    failures: frozenset[str]
    failures_any_ending: tuple[str, ...]
    others: frozenset[str]
    any_ending: tuple[str, ...]
    pieces: re.Pattern[str] | None
    """Of a script without spaces, its words, the longest first."""

    def tells_failure(self, word: str) -> bool:
        return word in self.failures or word.startswith(self.failures_any_ending or "\0")

    def names_a_thing(self, word: str) -> bool:
        """`Seite`, `laden`: what stands beside failures only, and no small word."""
        is_long = len(word) >= (_LONG if word < _LAST_OF_LONG else _SHORT)
        return (
            is_long
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


def _words_of(line: Sequence[str]) -> _Words:
    line = [word.casefold() for word in line]
    at = line.index("|")
    failures, others = line[:at], line[at + 1 :]
    whole = sorted((*failures, *others), key=len, reverse=True)
    return _Words(
        noun=line[0].rstrip("*"),
        failures=frozenset(word for word in failures if not word.endswith("*")),
        failures_any_ending=tuple(word[:-1] for word in failures if word.endswith("*")),
        others=frozenset(word for word in others if not word.endswith("*")),
        any_ending=tuple(word[:-1] for word in others if word.endswith("*")),
        pieces=re.compile("|".join(map(re.escape, whole))) if _SPACELESS.match(line[0]) else None,
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
        not _SMALL.fullmatch(word) and english.is_known(word) and (not word.isdecimal() or len(word) == _STATUS_DIGITS)
        for word in re.split(r"[\s:;,!()]+|\.(?:\s|$)", text)
        if word
    )


_STATUS_DIGITS = 3
_SMALL = re.compile(
    r"an?|the|o[fn]|in|at|for|with|from|by|this|your|to|was|is|be|been|has|not?|too|many|can|could|after|when|while"
    r"|up|out|please|later"
)
"""English ones that stand in any line."""
