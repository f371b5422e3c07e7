"""Text that was encoded as UTF-8 twice in, the text as it was meant out.

The law: mended only where every run of characters above ASCII turns into valid UTF-8 again, so text that merely shows
such a sequence beside real accents stays as it is.
"""

from __future__ import annotations

import re

_BYTE_OF = {bytes([byte]).decode("windows-1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
_BYTE_OF.update({chr(byte): byte for byte in range(0x80, 0xA0)})
_LEADS = "".join(character for character, byte in _BYTE_OF.items() if 0xC2 <= byte <= 0xF4)
_TRAILS = "".join(character for character, byte in _BYTE_OF.items() if 0x80 <= byte <= 0xBF)
_DOUBLE = re.compile(f"[{re.escape(_LEADS)}][{re.escape(_TRAILS)}]{{1,3}}")
_RUN = re.compile(r"[^\x00-\x7f]+")


def mend_double(text: str) -> str:
    """Text whose UTF-8 was taken for windows-1252 and encoded again (`itâ€™s`), read right; other text as it is.

    Mended only where every run of characters above ASCII is valid UTF-8 when turned back into bytes, so text that
    merely shows such a sequence beside real accents stays.
    """
    for _ in range(2):
        if text.isascii() or _DOUBLE.search(text) is None:
            return text
        mended: list[str] = []
        last = 0
        for match in _RUN.finditer(text):
            try:
                raw = bytes(_BYTE_OF[character] for character in match[0])
                right = raw.decode("utf-8")
            except (KeyError, UnicodeDecodeError):
                return text
            mended += (text[last : match.start()], right)
            last = match.end()
        text = "".join((*mended, text[last:]))
    return text
