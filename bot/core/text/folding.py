"""A word → its folded form, in which rules and texts are compared, and its spelling, which `=` asks for.

The law of this file (docs/rules.md, "Words"): NFKC, casefold, digits of any script as ASCII. Dropped: marks on Latin
and Greek letters and on ё, stress marks on Cyrillic ones, Arabic vowel signs and tatweel, Hebrew points, join signs
and variation selectors. أ إ آ ٱ are ا, ی is ي, ک is ك.
"""

from __future__ import annotations

import unicodedata

from bot.core.text.apostrophes import APOSTROPHES
from bot.core.text.combining import without_shaping

_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(f"{APOSTROPHES}ʻ", "'"))
_ZEROS = (
    "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u0f20\u1040\u1090\u17e0\u1810"
)
"""The zero of each script that has digits of its own; one to nine follow it."""
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ", strict=True))
"""Letters of phonetics, in which posts set a headline apart: `ʙʀᴇᴀᴋɪɴɢ`."""
_AS_CAPITALS = str.maketrans(_SMALL_CAPITALS)
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ё": "е"}
    | {"ʻ": "", "ʼ": "", "·": ""}  # Catalan ŀ is l· to NFKC
    | {small: capital.lower() for small, capital in _SMALL_CAPITALS.items()}
    | {"ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": ""}
    | {chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)},
)
_ARMENIAN_EW = ("եւ", "եվ")
"""What և is folded to, and what it is in capitals (`ԵՐԵՎԱՆ`)."""
_ARABIC = ("\u0610", "\u08ff")
_HEBREW = ("\u0591", "\u05f4")
_ALEF = "ا"
_MAKSURA = "ى"
_LONGEST_OTHER_WORD = 4
"""Letters of على, إلى, حتى, لدى with و or ف before them."""
_HAMZA = frozenset("\u0654\u0655")
"""Above and below; on و and ي it makes another letter."""
_STRESS = frozenset("\u0300\u0301\u030f\u0311")


def fold(text: str) -> str:
    """The folded form of a word without inner apostrophes."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", without_shaping(text)).casefold())
    if folded.isascii():
        return folded
    folded = folded.translate(_STROKES).replace(*_ARMENIAN_EW)
    decomposed = unicodedata.normalize("NFD", folded)
    if len(decomposed) == len(folded) and not any(map(unicodedata.combining, folded)):
        return _with_ya(folded)
    chars: list[str] = []
    letter = ""
    for char in decomposed:
        if unicodedata.category(char)[0] != "M":
            letter = char
        elif letter and _is_dropped(char, letter):
            continue
        chars.append(char)
    # A letter with a stroke may come out from under a mark: ǽ, ǿ.
    return _with_ya(unicodedata.normalize("NFC", "".join(chars)).translate(_STROKES))


def _with_ya(form: str) -> str:
    """`السيسى`, as Egypt's press writes it, is السيسي; a short word is another one (`على` on, `علي` Ali)."""
    if form[-1:] == _MAKSURA and len(form) > _LONGEST_OTHER_WORD:
        return form[:-1] + "ي"
    return form


def _is_dropped(mark: str, letter: str) -> bool:
    """Whether a combining sign on this letter says how it sounds, and not which letter it is."""
    if letter.isascii() or (name := unicodedata.name(letter, "")).startswith(("LATIN", "GREEK")):
        return True
    if _ARABIC[0] <= letter <= _ARABIC[1]:
        return letter == _ALEF or mark not in _HAMZA
    if _HEBREW[0] <= letter <= _HEBREW[1]:
        return True
    return mark in _STRESS and name.startswith("CYRILLIC")


def spelled(text: str) -> str:
    """A word as it is spelled: NFKC, apostrophes alike."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", without_shaping(text).translate(_ONE_APOSTROPHE).translate(_AS_CAPITALS))
