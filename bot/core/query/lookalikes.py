"""A word in letters of two alphabets that look alike → the word that was meant.

The wrong keyboard, or a word copied from a page that hides from filters: `Huаwei` with a Cyrillic а finds no Huawei,
and nobody sees why.
"""

from __future__ import annotations

import re
import unicodedata

_LATIN = "aeopcyxijskhdqwABEKMHOPCTYXIJSABEZHIKMNOPTYXovpk"
_OTHERS = "аеорсухіјѕкһԁԛԝАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρκ"
_TO_LATIN = dict(zip(_OTHERS, _LATIN, strict=True))
"""Only letters that cannot be told apart: `µTorrent` and `αSyn` are written as they are meant."""
_RUN = re.compile(r"[^\W\d_]+")


def word_meant(word: str) -> tuple[str, str] | None:
    """(the word in one alphabet, what it has of another: `а is Cyrillic`); None: it is in one, or meant as it is."""
    found: list[str] = []

    def in_one(run: re.Match[str]) -> str:
        text = run[0]
        others = [char for char in text if _alphabet(char) in ("CYRILLIC", "GREEK")]
        latin = [char for char in text if _alphabet(char) == "LATIN"]
        if not others or not latin:
            return text
        if all(char in _TO_LATIN for char in others):
            found.append(others[0])
            return "".join(_TO_LATIN.get(char, char) for char in text)
        alphabet = _alphabet(others[0])
        back = {known: char for char, known in _TO_LATIN.items() if _alphabet(char) == alphabet}
        if all(char in back for char in latin):
            found.append(latin[0])
            return "".join(back.get(char, char) for char in text)
        return text

    meant = _RUN.sub(in_one, word)
    return (meant, f"{found[0]} is {_alphabet(found[0]).capitalize()}") if found else None


def _alphabet(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]
