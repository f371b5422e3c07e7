"""Text that was encoded as UTF-8 twice → the text as it was meant.

The law: fixed only where every run of characters above ASCII turns into valid UTF-8 again, so text that merely shows
such a sequence beside real accents stays as it is.
"""

from __future__ import annotations

import html
import re


def _bytes_of(codec: str) -> dict[str, int]:
    table = {bytes([byte]).decode(codec, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
    return {**{chr(byte): byte for byte in range(0x80, 0xA0)}, **table}


def _pairs_of(table: dict[str, int]) -> tuple[list[str], list[str]]:
    """What the first and the further bytes of a letter in UTF-8 are as characters."""
    leads = [character for character, byte in table.items() if 0xC2 <= byte <= 0xF4]
    return leads, [character for character, byte in table.items() if 0x80 <= byte <= 0xBF]


_LATIN, _CYRILLIC = _bytes_of("windows-1252"), _bytes_of("windows-1251")
_LATIN_DOUBLE = re.compile(
    b"".join(b"(?:%b)" % b"|".join(sign.encode() for sign in signs) for signs in _pairs_of(_LATIN)),
)
"""A letter that was encoded twice, as it is in UTF-8: there each first byte begins with the same one, which is looked
for in a tenth of the time."""
_CYRILLIC_DOUBLE = re.compile("(?:[{}][{}]{{1,3}}){{2}}".format(*map(re.escape, map("".join, _pairs_of(_CYRILLIC)))))
"""Two letters side by side: what one would be is a Cyrillic letter before a dash or a quotation mark, too (`С–400`)."""
_RUN = re.compile(r"[^\x00-\x7f]+")
_REFERENCE = r"&(?:[A-Za-z]{2,6}|#0?\d{3}|#[xX][\da-fA-F]{2,4});"
_REFERENCES = re.compile(
    rf"&(?:[aA]circ|Atilde|eth|#0?(?:19[45]|226|240)|#[xX](?:[cC][23]|[eE]2|[fF]0));{_REFERENCE}(?:{_REFERENCE}){{0,2}}"
)
"""As many references as a letter beyond ASCII may have bytes, the first of them the first byte of what is encoded twice
most: of Latin letters, signs and pictures."""


def fix_mojibake(text: str) -> str:
    """Text whose UTF-8 was taken for windows-1252 (`itâ€™s`) or windows-1251 (`РџСЂРёРІРµС‚`) and encoded again, read
    right; other text as it is."""
    for _ in range(2):
        if text.isascii():
            return text
        if _LATIN_DOUBLE.search(text.encode("utf-8", "surrogatepass")) is not None:
            right = _read_again(text, _LATIN)
        elif ("Р" in text or "С" in text) and _CYRILLIC_DOUBLE.search(text) is not None:  # Cyrillic ones
            right = _read_again(text, _CYRILLIC)
        else:
            return text
        if right is None:
            return text
        text = right
    return text


def fix_references(text: str) -> str:
    """HTML whose letters were taken for single bytes, each with a reference of its own (`&acirc;&#128;&#153;`), read
    right; `&Atilde;&nbsp;` may be an end of a word in Portuguese."""
    return _REFERENCES.sub(_letter_of_references, text) if "&" in text else text


def _letter_of_references(run: re.Match[str]) -> str:
    references = re.findall(_REFERENCE, run[0])
    for count in range(len(references), 1, -1):
        signs = html.unescape("".join(references[:count]))
        try:
            letter = bytes(_LATIN[sign] for sign in signs).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            continue
        if len(letter) == 1 and signs != "Ã\xa0":
            return letter + "".join(references[count:])
    return run[0]


def _read_again(text: str, table: dict[str, int]) -> str | None:
    """None where a run of characters above ASCII is no UTF-8."""
    parts: list[str] = []
    last = 0
    for match in _RUN.finditer(text):
        try:
            right = bytes(table[character] for character in match[0]).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            return None
        parts += (text[last : match.start()], right)
        last = match.end()
    return "".join((*parts, text[last:]))
