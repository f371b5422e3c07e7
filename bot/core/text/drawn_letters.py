"""Signs that are drawn as a letter and are none → the letter, so that what people read is what rules find.

Radicals of Han, which PDF files leave in press releases (`⾦融` for 金融), and letters in circles and squares, three or
more in a row (`🅱🆁🅴🅰🅺🅸🅽🅶`): one alone is a sign (`ⓒ`, `🅿`). Each is one for one, so that offsets stay.
"""

from __future__ import annotations

import re
import unicodedata

_WHOLE_RADICALS = dict(
    zip(
        "⺝⺠⺩⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "月民王虎西见角贝车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
"""Those of the supplement that are drawn as a whole character, as EquivalentUnifiedIdeograph.txt has them; of the
others in Unicode's tables NFKC knows."""
_RADICALS = "\u2e80-\u2fd5"
_ROUND = ((0x24B6, "A"), (0x24D0, "a"), (0x1F130, "A"), (0x1F150, "A"), (0x1F170, "A"))
"""Where the alphabets in circles and squares begin."""
_LETTERS = "\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
SIGNS_OF_LETTERS = f"{_RADICALS}{_LETTERS}"
"""The inside of a character class: all that may be such a sign."""
_DRAWN = re.compile(f"[{_RADICALS}]|[{_LETTERS}](?:\ufe0f?[{_LETTERS}]){{2,}}")
_MEANT = (
    _WHOLE_RADICALS
    | {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (0x2E9F, 0x2EF3, *range(0x2F00, 0x2FD6))}
    | {chr(first + step): chr(ord(letter) + step) for first, letter in _ROUND for step in range(26)}
)


def as_letters(text: str) -> str:
    """A text, as long as it was, with the letters that its signs are drawn as."""
    if text.isascii():
        return text
    return _DRAWN.sub(lambda drawn: "".join([_MEANT.get(sign, sign) for sign in drawn[0]]), text)
