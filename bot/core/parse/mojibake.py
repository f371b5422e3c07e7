"""Text that was encoded as UTF-8 twice → the text as it was meant.

The law: fixed only where every run of characters above ASCII turns into valid UTF-8 again, so text that merely shows
such a sequence beside real accents stays as it is.
"""

from __future__ import annotations

import re

_BYTE_OF = {bytes([byte]).decode("windows-1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
_BYTE_OF.update({chr(byte): byte for byte in range(0x80, 0xA0)})
_LEADS = "".join(character for character, byte in _BYTE_OF.items() if 0xC2 <= byte <= 0xF4)
_TRAILS = "".join(character for character, byte in _BYTE_OF.items() if 0x80 <= byte <= 0xBF)
_DOUBLE = re.compile(f"[{re.escape(_LEADS)}][{re.escape(_TRAILS)}]{{1,3}}")
_LEAD = b"\xc3"
"""What each of `_LEADS` begins with in UTF-8: a text of one language with typographic quotes holds none."""
_RUN = re.compile(r"[^\x00-\x7f]+")


def fix_mojibake(text: str) -> str:
    """Text whose UTF-8 was taken for windows-1252 and encoded again (`itâ€™s`), read right; other text as it is."""
    for _ in range(2):
        if text.isascii() or _LEAD not in text.encode("utf-8", "surrogatepass") or _DOUBLE.search(text) is None:
            return text
        parts: list[str] = []
        last = 0
        for match in _RUN.finditer(text):
            try:
                raw = bytes(_BYTE_OF[character] for character in match[0])
                right = raw.decode("utf-8")
            except (KeyError, UnicodeDecodeError):
                return text
            parts += (text[last : match.start()], right)
            last = match.end()
        text = "".join((*parts, text[last:]))
    return text
