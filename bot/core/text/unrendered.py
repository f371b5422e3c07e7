r"""What was to become a page's HTML and did not → the HTML that was meant: shortcodes of a content management system
(`[vc_row]`, `[caption width="300"]…[/caption]`), links of Markdown, and what JSON writes of line ends and quotes.

The law: only markup beyond doubt is touched, and no word goes: a shortcode with an end of its own or attributes in
quotes (what it would show of them stays: `[vc_custom_heading text="Port reopens"]`), a link to an address, `\n` where a
line ends before it, another one begins behind it and more of its kind stand in the text. `[Updated]`, `[sic]`, `time
[s]`, `[text](url)`, `C:\new` and `split("\n")` are text; so is everything in a text that shows code.
"""

from __future__ import annotations

import re

_NAME = r"[a-z][\w-]{0,40}"
_QUOTE = r"&(?:quot|\#822[01]|\#0?34);"
_ATTRIBUTE = rf"""\s+[\w-]{{1,60}}=(?:"[^"\[\]<>]*"|'[^'\[\]<>]*'|{_QUOTE}[^&\[\]<>]*{_QUOTE})"""
_SHOWN = re.compile(
    rf"""[\s_-](?:text|(?:sub)?title|heading|headline|caption|content|quote|author|cite|description|label)="""
    rf"""(?:"([^"]*)"|'([^']*)'|{_QUOTE}([^&]*){_QUOTE})"""
)
"""Attributes that a page shows."""
_END = re.compile(rf"\[/({_NAME})\]")
_TAG = re.compile(rf"\[(/?)({_NAME})((?:[\s=][^\[\]]{{0,1500}})?)\]")
_WITH_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE})+\s*/?")
_SHOWS_CODE = re.compile(r"<(?:code|pre|kbd|samp|textarea)\b|```", re.IGNORECASE)
_CAPTIONS = frozenset(("caption", "wp_caption"))
_WITHIN_WORDS = frozenset(("b", "i", "u", "s", "url", "color", "size", "font", "em", "strong"))
"""Of BBCode, what may stand within a word."""
_IMAGE = re.compile(r"""!\[[^\[\]]{0,500}\]\((?:https?:)?/[^\s()]{1,1000}(?:\s+"[^"<>]{0,500}")?\)""")
_LINK = re.compile(
    r"""\[([^\[\]]{1,500})\]\((https?://[^\s()<>"]{1,1000}(?:\([^\s()<>"]{0,200}\))?)(?:\s+"[^"<>]{0,500}")?\)"""
)
_BEGINS = r"(?=\\|[\s<A-Z\d]|\Z|[^\x00-\x7f])"
"""Behind `\n`, what no command of TeX (`\nu`) and no folder (`C:\new`) goes on with."""
_LINE_ENDS = re.compile(
    rf"""(?:(?<=[\w.!?:;,)>»”’…\]])|(?<=[.!?:>]\ )|(?<=[.!?]["'])|\A)(?<!\b[A-Za-z]:)"""
    rf"""(?:\\r)?(?P<ends>\\n(?:\\[nr])*){_BEGINS}"""
)
r"""Not those that a text speaks of: `\n ends a line`, `"\n"`, `C:\N`."""
_ESCAPED = re.compile(rf"""(?<!\\)\\(?:u([0-9a-fA-F]{{4}}(?:\\u[0-9a-fA-F]{{4}})*)|(["/]|[nrt]{_BEGINS}))""")
_MEANT = {"n": "\n", "r": "", "t": " ", '"': '"', "/": "/"}


def shows_code(text: str) -> bool:
    """Whether a text shows code: markup that is escaped in it is what it speaks of."""
    return _SHOWS_CODE.search(text) is not None


def as_rendered(text: str) -> str:
    """A text in HTML, or plain, as it was meant; a shortcode's caption is a `figcaption`."""
    has_brackets = "[" in text and ("[/" in text or '="' in text or "](" in text or "=&" in text or "='" in text)
    if not has_brackets and "\\" not in text:
        return text
    if shows_code(text):
        return text
    if "\\" in text and _is_of_json(text):
        text = _ESCAPED.sub(_unescaped, text)
    if "](" in text:
        text = _LINK.sub(r'<a href="\2">\1</a>', _IMAGE.sub(" ", text))
    return _without_shortcodes(text) if has_brackets else text


def _is_of_json(text: str) -> bool:
    """Whether line ends and quotes are escaped as in JSON, at least two of them."""
    ends = sum(one["ends"].count("n") for one in _LINE_ENDS.finditer(text))
    return ends + text.count('=\\"') + text.count("<\\/") > 1


def _unescaped(escaped: re.Match[str]) -> str:
    if escaped[1] is not None:
        return bytes.fromhex(escaped[1].replace("\\u", "")).decode("utf-16-be", "replace")  # an emoji is two
    return _MEANT[escaped[2]]


def _without_shortcodes(text: str) -> str:
    ended = frozenset(_END.findall(text))
    ended &= {tag[2] for tag in _TAG.finditer(text) if not tag[1]} if ended else ended

    def replaced(tag: re.Match[str]) -> str:
        end, name, attributes = tag.groups()
        has_attributes = bool(attributes) and _WITH_ATTRIBUTES.fullmatch(attributes) is not None
        if not has_attributes and (name not in ended or (len(name) == 1 and _is_unit(tag))):
            return tag[0]
        shown = " ".join(map(_value, _SHOWN.finditer(attributes))) if has_attributes else ""
        if name in _CAPTIONS and name in ended:
            return f"<{end}figcaption>{shown}"
        return f" {shown} " if shown else "" if name in _WITHIN_WORDS else " "

    return _TAG.sub(replaced, text)


def _value(attribute: re.Match[str]) -> str:
    return attribute[1] or attribute[2] or attribute[3] or ""


def _is_unit(tag: re.Match[str]) -> bool:
    """Whether a letter in brackets has no word beside it to mark: `time [s]`, `rate [/s]`."""
    behind, before = tag.string[tag.end() : tag.end() + 1], tag.string[max(0, tag.start() - 1) : tag.start()]
    return not (before.strip() if tag[1] else behind.isalnum() or behind in "<[“\"'")
