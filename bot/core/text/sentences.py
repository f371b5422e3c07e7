"""A zone's text → the offsets at which its sentences and paragraphs begin.

The law of this file: a sentence ends at `.`, `!`, `?` or `…` (with closing quotes or brackets) before white space and
something that can begin one (no lower-case letter), at the full stops of other scripts, and at the end of a paragraph.
`Mr.`, `Jan. 5`, initials and the like end none; `U.S.`, `Inc.` and their kind only before a word that often begins one.
The language that is declared, and those that speak in the text, add their abbreviations and ordinals (`z. B.`,
`am 3. März`, `Sra.`, `г. Москва`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.core.language.speaking import speaking
from bot.core.language.tables import LANGUAGES, Language, table_of
from bot.core.language.word_lists import word_list
from bot.core.late_pattern import late_pattern

_END = late_pattern(
    r"(?P<paragraph>\n\n)"
    r"|(?P<mark>[.!?…]+)[\"'”’»“‘«)\]]*(?:[^\S\n]»)?(?:[^\S\n]|\n(?!\n))+(?!»[\s,;:.!?])"  # « Non ! », dit-elle
    r"(?=(?P<next>[\"'“‘«(\[¿¡—–-]*\s*\S))"
    r"|[。！？｡]+[」』”’)）]*|[؟۔।॥։።፧፨။។៕།]+\s*"
    r"|(?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e][\"”’»)]*\s+(?=[\"“‘«(]?[Α-ΩΆΈ-Ώ])",  # Greek asks with ;
)
_BEFORE = re.compile(r"[^\s(\[\"'“‘«]+\Z")
_WORD = re.compile(r"[^\W_]+")
_INITIAL = re.compile(r"[^\W\d_]\.")
_FIGURE = re.compile(r"(?<![^\W\d_])\d[\d.,]*[ \u00a0\u202f]\Z")
_VOWELS = frozenset("aeiouy")
_LONGEST_UNSPOKEN = 5
"""Letters of an abbreviation without vowels."""
_LONGEST_ORDINAL = 2
"""Digits of a day or a century; a year before a full stop ends a sentence."""


def sentence_starts(text: str, declared: str | None = None) -> list[int]:
    """The offsets at which the sentences of a zone begin, the first of them 0.

    `declared`: the language that the entry or its feed names. A zone of few words tells little: `… a la Sra. Gómez`.
    """
    starts = [0]
    tables: list[Language] | None = None
    for match in _END.finditer(text):
        if match.group("mark"):
            if tables is None:
                tables = [table_of(code) for code in speaking(text, declared) if code != "en"]
            if not _ends(text, match, tables):
                continue
        if match.end() < len(text) and match.end() > starts[-1]:
            starts.append(match.end())
    return starts


def _ends(text: str, match: re.Match[str], tables: Sequence[Language]) -> bool:
    following = match.group("next").lstrip("\"'“‘«([¿¡—–- \t\n")
    if following[:1].islower():
        return False
    mark = match.group("mark")
    if mark != ".":
        return True
    before = _BEFORE.search(text, max(0, match.start() - 40), match.start())
    if before is None:
        return True
    token = before.group()
    word = token.rpartition("-")[2].casefold()
    digit = following[:1].isdigit()
    is_initial = len(token) == 1 and token.isupper()  # P. Smith is no page
    if word in _stops("numbered") and not is_initial:
        return not digit
    at = match.end() + len(match.group("next")) - 1
    if word in _stops("never") or any(word in table.abbreviations for table in tables):
        return False
    if 2 <= len(word) <= _LONGEST_UNSPOKEN and _VOWELS.isdisjoint(word) and word in _unspoken():
        return False
    if word in _scales() and _FIGURE.search(text, max(0, before.start() - 20), before.start()) is not None:
        return False  # 3 Mio. Euro, in a sentence too short to tell its language by
    if len(token) == 2 and token.isupper() and token[0] == token[1]:
        return False  # EE. UU., FF. AA.
    if len(token) == 1 and token.isalpha() and _INITIAL.match(text, at):
        return False  # z. B., d. h., т. е.
    if word.isdecimal() and len(word) <= _LONGEST_ORDINAL and _is_ordinal(text, at, tables):
        return False
    if len(token) == 1 and token.isalpha() and token.isupper() and not digit:
        return False
    if word in _stops("seldom") or (len(token) > 2 and token[-2] == "." and token[-1].isalpha()):
        beginner = _WORD.match(text, at)
        return (
            beginner is not None
            and beginner.group()[:1].isupper()
            and beginner.group().casefold() in _stops("beginners")
        )
    return True


def _is_ordinal(text: str, at: int, tables: Sequence[Language]) -> bool:
    """Whether a full stop behind a small number makes it an ordinal: in a language that writes them so, or before one
    of such a language's months, whatever little else there is to tell the language by."""
    following = _WORD.match(text, at)
    return any(table.ordinal_dot for table in tables) or (
        following is not None and following.group().lower() in _months_behind_ordinals()
    )


@cache
def _stops(kind: str) -> frozenset[str]:
    """English words of one kind of `stops.txt`: English is asked in every text, without reading its whole file."""
    return frozenset(word_list("stops")[kind])


@cache
def _unspoken() -> frozenset[str]:
    """The abbreviations of all languages that have no vowel (`bzw.`, `tzv.`): hardly a word of another language."""
    words = frozenset().union(*(table.abbreviations for table in map(table_of, LANGUAGES)))
    return frozenset(word for word in words if word.isascii() and word.isalpha() and _VOWELS.isdisjoint(word))


@cache
def _scales() -> frozenset[str]:
    """What shortens a million and its kin, in all languages: behind a figure it is a word of no other one, but for a
    letter (`waves of 5 m. Police said …`)."""
    tables = map(table_of, LANGUAGES)
    scales = frozenset().union(*(table.abbreviations & {s.rstrip(".") for s in table.scales} for table in tables))
    return frozenset(scale for scale in scales if len(scale) > 1)


@cache
def _months_behind_ordinals() -> frozenset[str]:
    return frozenset().union(*(table.months for table in map(table_of, LANGUAGES) if table.ordinal_dot))


def paragraph_starts(text: str) -> list[int]:
    """The offsets at which the paragraphs of a zone begin."""
    return [0, *(blank.end() for blank in re.finditer("\n\n", text))]
