"""Text that was encoded as UTF-8 twice → the text as it was meant.

The law: fixed only where every run of characters above ASCII turns into valid UTF-8 again, so text that merely shows
such a sequence beside real accents stays as it is.
"""

from __future__ import annotations

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
