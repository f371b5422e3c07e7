"""A word or a text → its folded form, and a word → its stem: the same in every script.

Law: no list of words. Case, marks on Latin, Greek, Cyrillic, Arabic and Hebrew letters, and the letters that one script
writes in two ways fall away; signs that make a word of its own in Indic and Japanese script stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import Prefix

_SPACELESS = (
    "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"  # Han, kana, Hangul
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
)
SPACELESS = re.compile(f"[{_SPACELESS}]")
"""A letter of a script that is compared by pairs of neighbouring characters."""
SPACELESS_CLASS = _SPACELESS
"""The same, as the inside of a class."""

MARK_CLASS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    "\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b01-\u0b4d\u0b82-\u0bcd\u0c00-\u0c4d\u0c81-\u0ccd\u0d00-\u0d4d"
)
"""Combining signs, which belong to the letter before them, as the inside of a class."""
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670]+")
_LATIN_MARKS = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")
_ONE_LETTER = {
    **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": "",
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ё": "е",
    **dict.fromkeys("’ʼ‘＇ʻ", "'"), "ँ": "ं", "़": "",
}  # fmt: skip
_TWO_WAYS = re.compile(f"[{''.join(_ONE_LETTER)}]")
ARABIC = re.compile("[\u0600-\u06ff]")
"""A letter of Arabic script."""
_CLITICS = ("وال", "بال", "فال", "كال", "لل", "ال")
_SUFFIXES = ("ات", "ون", "ين", "ها", "ان", "يه", "ه", "ي")
PREFIX = 3
"""Letters that two endings of one word share at least."""
ENDING = 2
"""Letters that an ending has at most."""
PAIRS = 3
"""Characters of a script without spaces, or pairs of them, that stand for a word (`北京` stands in three pairs,
`เชียงใหม่` in ten)."""
STEM = PREFIX + ENDING
"""Letters that a word is met by: so much of it stays the same through most endings of most languages."""


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """The folded form of a word."""
    return folded_text(text)


def folded_text(text: str) -> str:
    """The folded form of a text; its length may differ from the text's."""
    if text.isascii():
        return text.lower()
    apart = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())
    if apart.isascii():  # as most Latin letters are without their marks
        return apart
    apart = _TWO_WAYS.sub(lambda letter: _ONE_LETTER[letter.group()], apart)
    return unicodedata.normalize("NFC", apart)


def marks_of(word: str) -> str:
    """The marks on a word's Latin letters, in order (`Thành`: a grave accent). A cedilla is a comma below (Romanian is
    written in both), and the dot of a capital I is none."""
    apart = unicodedata.normalize("NFKD", word).replace("I\u0307", "I").replace("\u0327", "\u0326")
    return "".join(_LATIN_MARKS.findall(apart))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What a folded word is met by. Arabic: one clitic and one suffix off (light stemming, Larkey et al. 2002)."""
    if not ARABIC.match(word):
        return word[:STEM]
    for clitic in _CLITICS:
        if word.startswith(clitic) and len(word) - len(clitic) >= 3:
            word = word[len(clitic) :]
            break
    else:
        if word[0] in "وبلفك" and len(word) >= 5:
            word = word[1:]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    return word[:STEM]


def is_hiragana(text: str) -> bool:
    """Whether a text begins with a sign of hiragana, which spells endings and particles: it makes no word alone."""
    return "\u3040" < text < "\u30a0"


def is_ending(one: str, other: str) -> bool:
    """Whether two folded words are one in two endings: all but two letters of each are the same, or all of one."""
    shared = Prefix.similarity(one, other)
    return shared >= PREFIX + (shared < min(len(one), len(other))) and max(len(one), len(other)) - shared <= ENDING
