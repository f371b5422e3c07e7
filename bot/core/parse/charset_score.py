"""Bytes and the name of a character set → a figure for how much they read like text.

The law: what counts is what readers of a script see at once: common characters, whole words of one script, small
letters after capitals. Tags are left out, they are ASCII under every guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from unicodedata import category

_TAGS = re.compile(rb"<[^>]{0,500}>")
_LATIN = (
    "windows-1252", "windows-1250", "windows-1254", "windows-1257", "windows-1258", "iso-8859-2", "iso-8859-15",
    "iso-8859-3", "iso-8859-4", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-16", "mac-roman", "cp850",
    "cp852",
)  # fmt: skip


def score(body: bytes, name: str) -> float:
    """How much `body` reads like text under `name`, about 0 to 1: how many characters above ASCII are common ones."""
    sample = b"".join(_high_parts(body))
    text = sample.decode(name, "ignore")
    letters = [character for character in text if character >= "\x80"]
    if not letters:
        return 0.0
    if name not in _COMMON:
        return _alphabet_score(text, name)
    share = sum(_wide_score(character, name) for character in letters) / len(letters)
    # Hangul's bytes are common characters in gb18030 too; Chinese text is never all hangul under cp949.
    return share + 0.1 if name == "cp949" and share > 0.9 else share


def _wide_score(character: str, name: str) -> float:
    """For encodings of Chinese, Japanese and Korean: whether it is a character that texts under `name` have."""
    if "\u3041" <= character <= "\u30ff":
        return 1.0 if name in ("cp932", "euc-jp", "utf-8") else 0.2
    if "\uac00" <= character <= "\ud7a3":
        return 1.0 if name in ("cp949", "utf-8") else 0.1
    if "\u4e00" <= character <= "\u9fff":
        return _COMMON[name](character)
    if character in "、。，！？：；“”‘’（）《》「」『』【】—…·　￥":
        return 1.0
    if "\uff61" <= character <= "\uff9f" or "\ue000" <= character <= "\uf8ff":
        return -1.0  # half-width kana and private use: nearly always a wrong guess
    return 0.8 if "\uff01" <= character <= "\uff5e" else 0.05


def _alphabet_score(text: str, name: str) -> float:
    """For one-byte encodings: letters inside words in the case that words have."""
    good = total = 0.0
    previous = " "
    foreign = name not in _LATIN
    for index, character in enumerate(text):
        if character >= "\x80":
            total += 1
            after = text[index + 1] if index + 1 < len(text) else " "
            if character.isalpha():
                if foreign and (_is_ascii_letter(previous) or _is_ascii_letter(after)):
                    good -= 0.5  # two scripts in one word
                elif foreign and character < "\u0370":
                    good -= 0.3
                elif previous.islower() and character.isupper():
                    good -= 0.5  # aB: the mark of a wrong table
                elif name == "windows-1252":
                    # In western text letters above ASCII stand alone among ASCII letters.
                    good += 0.8 if previous < "\x80" and after < "\x80" else -0.2
                elif character.islower():
                    good += 0.75
                else:
                    good += 0.5 if not after.isupper() or previous.isupper() else 0.3
            elif foreign and category(character)[0] == "M" and not previous.isascii():
                good += 0.5  # vowels and tones of Thai, points of Hebrew and Arabic: marks on the letter before
            elif character in "«»“”„’‘–—…•€£©®°№·§\xa0":
                good += 0.6
            else:
                good -= 0.6
        previous = character
    return good / total if total else 0.0


def _is_ascii_letter(character: str) -> bool:
    return character < "\x80" and character.isalpha()


def _high_parts(body: bytes) -> Iterable[bytes]:
    """Runs of text with bytes above ASCII, tags left out, about 6 kB of them."""
    size = 0
    for part in _TAGS.split(body[:300_000]):
        if part.isascii():
            continue
        yield part[:2_000]
        size += len(part)
        if size > 6_000:
            return


def _gb(character: str) -> float:
    raw = character.encode("gb18030", "ignore")
    return 1.0 if len(raw) == 2 and 0xB0 <= raw[0] <= 0xD7 and raw[1] >= 0xA1 else 0.1


def _big5(character: str) -> float:
    raw = character.encode("big5", "ignore")
    return 1.0 if len(raw) == 2 and 0xA4 <= raw[0] <= 0xC6 else 0.1


def _jis(character: str) -> float:
    raw = character.encode("euc-jp", "ignore")
    return 0.8 if len(raw) == 2 and 0xB0 <= raw[0] <= 0xCF else 0.1


_COMMON: dict[str, Callable[[str], float]] = {
    "gb18030": _gb,
    "big5hkscs": _big5,
    "cp932": _jis,
    "euc-jp": _jis,
    "cp949": lambda _character: 0.1,
    "utf-8": lambda character: max(_gb(character), _big5(character), _jis(character)),
}
