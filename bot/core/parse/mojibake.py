"""Text that was encoded as UTF-8 twice → the text as it was meant.

The law: fixed only where every run of characters above ASCII turns into valid UTF-8 again, so text that merely shows
such a sequence beside real accents stays as it is.
"""

from __future__ import annotations

import re


def _bytes_of(codec: str) -> dict[str, int]:
    table = {bytes([byte]).decode(codec, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
    return {**{chr(byte): byte for byte in range(0x80, 0xA0)}, **table}


def _double(table: dict[str, int], times: int = 1) -> re.Pattern[str]:
    leads = "".join(character for character, byte in table.items() if 0xC2 <= byte <= 0xF4)
    trails = "".join(character for character, byte in table.items() if 0x80 <= byte <= 0xBF)
    return re.compile(f"(?:[{re.escape(leads)}][{re.escape(trails)}]{{1,3}}){{{times}}}")


_LATIN, _CYRILLIC = _bytes_of("windows-1252"), _bytes_of("windows-1251")
_LATIN_DOUBLE = _double(_LATIN)
_CYRILLIC_DOUBLE = _double(_CYRILLIC, times=2)
"""Two letters side by side: what one would be is a Cyrillic letter before a dash or a quotation mark, too (`С–400`)."""
_LEAD = b"\xc3"
"""What each first byte, as windows-1252 has it, begins with in UTF-8: a text of one language with typographic quotes
holds none."""
_RUN = re.compile(r"[^\x00-\x7f]+")


def fix_mojibake(text: str) -> str:
    """Text whose UTF-8 was taken for windows-1252 (`itâ€™s`) or windows-1251 (`РџСЂРёРІРµС‚`) and encoded again, read
    right; other text as it is."""
    for _ in range(2):
        if text.isascii():
            return text
        if _LEAD in text.encode("utf-8", "surrogatepass") and _LATIN_DOUBLE.search(text) is not None:
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
