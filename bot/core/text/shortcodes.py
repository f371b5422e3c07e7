"""What a content management system was to fill in (`[vc_row]`, `[caption width="300"]…[/caption]`) → what stands in it.

The law: only the brackets go, and only those that are markup beyond doubt: with an end of their own, or with attributes
in quotes. `[Updated]`, `[sic]` and `Minister [Holt] said` are text; so is everything in a text that shows code.
"""

from __future__ import annotations

import re

_NAME = r"[a-z][\w-]{0,40}"
_QUOTE = r"&(?:quot|\#822[01]|\#0?34);"
_ATTRIBUTE = rf"""\s+[\w-]{{1,60}}=(?:"[^"\[\]<>]*"|'[^'\[\]<>]*'|{_QUOTE}[^&\[\]<>]*{_QUOTE})"""
_END = re.compile(rf"\[/({_NAME})\]")
_TAG = re.compile(rf"\[(/?)({_NAME})((?:[\s=][^\[\]]{{0,1500}})?)\]")
_WITH_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE})+\s*/?")
_SHOWS_CODE = re.compile(r"<(?:code|pre|kbd|samp|textarea)\b", re.IGNORECASE)
_CAPTIONS = frozenset(("caption", "wp_caption"))
_WITHIN_WORDS = frozenset(("b", "i", "u", "s", "url", "color", "size", "font", "em", "strong"))
"""Of BBCode, what may stand within a word."""


def without_shortcodes(text: str) -> str:
    """A text in HTML, or plain, without the brackets of shortcodes; a caption's are those of a `figcaption`."""
    if "[" not in text or ("[/" not in text and "=" not in text):
        return text
    ended = frozenset(_END.findall(text))
    ended &= {tag[2] for tag in _TAG.finditer(text) if not tag[1]} if ended else ended
    if _SHOWS_CODE.search(text) is not None:
        return text

    def replaced(tag: re.Match[str]) -> str:
        end, name, attributes = tag.groups()
        if name not in ended and _WITH_ATTRIBUTES.fullmatch(attributes) is None:
            return tag[0]
        if name in _CAPTIONS and name in ended:
            return f"<{end}figcaption>"
        return "" if name in _WITHIN_WORDS else " "

    return _TAG.sub(replaced, text)
