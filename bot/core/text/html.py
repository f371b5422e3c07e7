"""HTML or plain text → paragraphs of lines. A scanner, not a tree: linear in the text, whatever it holds.

The law of this file:

- Block tags end a paragraph; `br` ends a line, two of them a paragraph; other tags vanish without a gap, but for what a
  page draws between words (an image, a button), and where one element ends and the next begins (`word_gaps`).
- `script`, `style`, what a form offers to choose from, and their like vanish with what they hold, comments and
  processing instructions alone.
- Text without block tags keeps its own lines; a blank line ends a paragraph.
- Entities are decoded; soft hyphens, zero-width and control characters vanish; white space is one space.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import NamedTuple

from bot.core.late_pattern import late_pattern
from bot.core.text.drawn_letters import SIGNS_OF_LETTERS, as_letters
from bot.core.text.unrendered import as_rendered
from bot.core.text.word_gaps import is_unspaced, with_word_gaps


class Line(NamedTuple):
    """One line of a paragraph, with what HTML says of it."""

    text: str
    listed: bool = False
    """An item of a list."""
    caption: bool = False
    """Inside a figcaption."""
    heading: bool = False
    link: float = 0.0
    """Share of its characters inside links (0–1)."""
    link_at: int = -1
    """Where in `text` its first link begins; -1: it has none."""
    cell: bool = False
    """A cell of a table."""


Paragraph = tuple[Line, ...]

# C0 but tab and line ends, DEL, soft hyphen, Arabic letter mark, Mongolian separator, zero-width space and direction
# marks, word joiner and its kin, byte order mark. Zero-width joiners and variation selectors stay: they shape what
# people read (Persian, Indic scripts, emoji); but not behind Han, where a term is a substring.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0100-\U000e01ef"  # which of its forms a character of Han has
)
_SUSPECT = re.compile(f"[{_INVISIBLE}\u200c\u200d\ufe00-\ufe0f{SIGNS_OF_LETTERS}\U000e0000-\U000e007f]")
"""Found wherever _VANISHING is, or a sign that is drawn as a letter, in a tenth of the time: most texts hold none."""
_SHAPED = f"[^\\s\x01-\x0f{_INVISIBLE}]"
_VANISHING = re.compile(
    f"[{_INVISIBLE}]|(?<=[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\u200c\u200d\ufe00-\ufe0f]"
    f"|(?<!{_SHAPED})[\u200c\u200d\ufe00-\ufe0f]+(?!{_SHAPED})"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+",
)
"""Also what shapes nothing: between blanks, by the hundred, behind the hidden first line of a newsletter; and tags that
are of no flag, with which texts are marked."""
_SUSPECT_DECODED, _VANISHING_DECODED = (
    re.compile(pattern.pattern.replace("\x00-\x08\x0e-", "\x00\x06\x10-")) for pattern in (_SUSPECT, _VANISHING)
)
"""The same where our own marks stand."""
_ASCII_INVISIBLE = bytes((*range(9), *range(14, 32), 127))
_SURROGATES = re.compile("[\ud800-\udfff]")

_BLOCK = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figure footer form
    frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend main menu nav ol optgroup option p pre search section
    select summary table tbody td tfoot th thead title tr ul textarea video audio object""".split(),  # noqa: SIM905 - a list of words reads better so
)
_PARAGRAPH, _LINE, _ITEM, _CAPTION, _CAPTION_END, _LESS_THAN = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
_LINK, _LINK_END, _HEADING, _CELL = "\x07", "\x08", "\x0e", "\x0f"
_GAP, _IMAGE = "\x10", "\x11"
_STRUCK = ("/del", "/s", "/strike")
"""Ends of what was struck out: `<del>12</del><ins>15</ins> dead` is not 1215."""
_DRAWN = ("button", "canvas", "embed", "input", "meter", "progress", "time")
"""What a page draws between words, and what is no part of one."""
_IMAGES = ("img", "picture", "svg")
"""The same, but for what an editor has put into a word (`a<img>nd`, `東<img>京`): it floats beside the text. Elements
of scripts are as these: some are a widget, some only mark a word (`the <x-term>port</x-term>s`)."""
_MARK_OF: dict[str | None, str] = {
    None: "",
    **dict.fromkeys((f"{end}{name}" for name in _BLOCK for end in ("", "/")), _PARAGRAPH),
    **dict.fromkeys(("br", "/br"), _LINE),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _PARAGRAPH + _HEADING),
    "li": _PARAGRAPH + _ITEM,
    **dict.fromkeys(("td", "th"), _PARAGRAPH + _CELL),
    "/li": _PARAGRAPH,
    **dict.fromkeys((f"{end}{name}" for name in _DRAWN for end in ("", "/")), _GAP),
    **dict.fromkeys((f"{end}{name}" for name in _IMAGES for end in ("", "/")), _IMAGE),
    **dict.fromkeys(_STRUCK, _GAP),
    "a": _LINK,
    "/a": _LINK_END,
    "figcaption": _CAPTION,
    "/figcaption": _CAPTION_END,
    "/figure": _PARAGRAPH + _CAPTION_END,
}
"""By a tag's name, what it leaves behind; of others nothing. A link without `href` is none."""
_MARKS = re.compile("[\x01\x04\x05]")
_CAPTION_MARKS = re.compile("[\x04\x05]")
_OPEN_LINK = re.compile("\x07[^\x07\x08]*(?:\x07|\\Z)")
_LINK_AND_END = re.compile("\x07([^\x07\x08]*)(\x08?)")
_LINE_END = re.compile("[\x01\x02]")
_BEFORE_LETTER = re.compile("\x11(?=[\x07\x08\x11]{0,8}([^\\W\\d_]))")
_LINK_AND_IMAGE_MARKS = "\x07\x08\x11"
_NO_GAP = re.compile(
    "\x10(?=[\x07\x08\x10]{0,8}(?:[,.;:!?)\\]»”’…%]|-\\w|'\\w{1,2}\\b))|(?<=[(\\[“„«‘])\x10|(?<=[(\\[“„«‘]\x07)\x10"
)
"""Before and behind signs that stick to a word."""
_LINK_MARKS_KEPT = re.compile("([\x07\x08])")

_LEADS_AWAY = re.compile(r"\bhref(?!\s*=\s*[\"']?#[\w-])", re.IGNORECASE)
"""A link, but for one within the page (a chapter, a note), which leads to what the text says itself; `#` alone is what
buttons have."""
_SILENT = "script|style|template|noframes|noembed"
_MARKUP = late_pattern(
    rf"""
      <!--(?:-?>|.*?--!?>|.*)                                          # a comment, closed or not
    | <!\[CDATA\[ | \]\]>                                              # its content stays
    | <({_SILENT})\b(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?|["'])*+>  # what holds no text: up to its end
      (?:(?<=/>)|.*?</\1\b[^>]*>|.*)
    | <iframe\b(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?|["'])*+>  # with what stands in its place
      (?:(?<=/>)|[^<]{{0,500}}(?:<(?!/?iframe\b)[^<]{{0,500}}){{0,8}}</iframe\b[^>]*>|)
    | <[!?][^>]*>
    | <(/?[a-zA-Z][^\s/>]*+)(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?|["'])*+>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_HAS_BLOCK = re.compile(
    r"<(?:p|div|li|ul|ol|h[1-6]|table|tr|td|section|article|blockquote|pre|figure|dl|dd)\b", re.IGNORECASE
)
_AS_BLOCK = re.compile(
    r"""\sstyle\s*=\s*["'][^"'<>]*(?<![\w-])display\s*:\s*(?:block|flex|grid|table|list-item)""", re.IGNORECASE
)
_CUT_TAG = re.compile(
    r"""<[a-zA-Z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*"""
    r"""\s+(?:[\w:-]+\s*=\s*["'][^\s"'<>]*|(?:alt|class|sizes|srcset|style|title)\s*=\s*(?:"[^"<>]*|'[^'<>]*))\Z"""
)
_CUT_REFERENCE = re.compile(r"&#(?:\d{0,5}|[xX][0-9a-fA-F]{0,5})(?=\s{0,3}(?:…|\.\.\.)?\s{0,3}\Z)")
"""Where a text that was cut for a teaser ends within a tag or a reference: `<a href="https://pap…`, `&#82`."""
_BREAK_AND_END = re.compile(r"(<br\s*+/?>)[ \t]*+\n", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\f\v\xa0]*+\n\s*+")
_FOOTNOTE = re.compile(
    r"(?<=[^\W\d_]{4})<[sS][uU][pP]\b[^<>]*>(?=(?:\s|<(?!/?[sS][uU][pP]\b)[^<>]*>){0,4}"
    r"(?P<note>[\[(]?(?:\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,4}|[A-Z]{1,2}|[a-z])[\])]?)"
    r"(?:\s|<(?!/?[sS][uU][pP]\b)[^<>]*>){0,4}</[sS][uU][pP]\s*>)"
)
"""Figures, a letter or a mark (`TM`) above a long word may be notes on it, and no part of it; `m<sup>2</sup>` is."""
_ROMAN = re.compile(r"(?<![^\W\d_])[IVXLCDM]+\Z")
_CHOICE = re.compile(r"<select\b[^<>]*>[^<]*+(?:<(?!/?select\b)[^<]*+)*</select\s*>", re.IGNORECASE)
"""What a form offers, such as all countries."""
_RUBY = re.compile(r"<(?:rt|rp)\b[^<>]*>[^<]*(?=</?(?:rt|rp|rb|rtc|ruby)\b)", re.IGNORECASE)
"""How a word is read, above it: `東<rt>とう</rt>京<rt>きょう</rt>` is 東京."""
_HEAD = re.compile(r"<head\b[^<>]*>[^<]*(?:<(?!/?(?:head|body)\b)[^<]*)*</head\s*>", re.IGNORECASE)
_HEAD_TITLE = re.compile(r"<title\b[^<>]*>[^<]*</title\s*>", re.IGNORECASE)
"""A whole page as a text (newsletters): the name of its window, `*|MC:SUBJECT|*`, stands on no page."""
_SVG = re.compile(r"<svg\b[^<>]*>[^<]*(?:<(?!/?svg\b)[^<]*)*</svg\s*>", re.IGNORECASE)
_SVG_TITLE = re.compile(r"<(title|desc)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
"""What a drawing is called, which only its tooltip shows: `Port <svg><title>External link</title>…</svg> of Molm`."""
_LEFT_OPEN = {
    "style": re.compile(r"<style\b[^<>]*>[^<]*", re.IGNORECASE),
    "script": re.compile(r"<script\s[^<>]*\bsrc\s*=[^<>]*>", re.IGNORECASE),
}
"""What nothing ends: of a style sheet all up to the next tag is its own, of a script that lies elsewhere nothing."""
_EDGE_SIGNS = re.compile(r"\A[\W_]{1,20}|[\W_]{1,20}\Z")
_TWO_BREAKS = re.compile(r"\x02\s*(?:\x02\s*)+")


def with_notes_apart(text: str) -> str:
    """A text in HTML with a space before what stands above a word as a note or a mark."""
    return _FOOTNOTE.sub(_apart, text) if "<sup" in text or "<SUP" in text else text


def _apart(match: re.Match[str]) -> str:
    """What stands above a word, a space before it; none where it is the word's end: `XVIII<sup>e</sup>`."""
    note, before = match["note"], match.string[max(match.start() - 20, 0) : match.start()]
    # A letter alone is a mark where it is a capital behind a small one: `Huawei<sup>R</sup>`.
    is_mark = len(note) > 1 or (note.isupper() and before[-1].islower())
    is_end = note.isalpha() and (not is_mark or _ROMAN.search(before) is not None)
    return match.group() if is_end else f" {match.group()}"


def without_invisible(text: str) -> str:
    """Without the characters that nobody sees; lone surrogates become U+FFFD."""
    if text.isascii():  # in a tenth of the time
        plain = text.encode().translate(None, _ASCII_INVISIBLE)
        return text if len(plain) == len(text) else plain.decode()
    if _SUSPECT.search(text):
        text = as_letters(_VANISHING.sub("", text))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _SURROGATES.sub("\ufffd", text)
    return text


def decode_entities(text: str) -> str:
    """Entities decoded, once."""
    return html.unescape(text) if "&" in text else text


_ESCAPED_TWICE = re.compile(
    r"&amp;(?=(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,6}|amp|quot|apos|[lr][sd]quo|[nm]dash|hellip);)|(?<=[^\s(])&amp;(?=nbsp;)"
)
"""In a text without tags, what the tool that took them out escaped once more: references that nobody writes about
(`&lt;` is one that people do), and `&nbsp;` behind a word."""
_ABOUT_REFERENCES = re.compile(
    r"&(?!amp;#?\w{2,8};)|&amp;(?:[lg]t|#6[02]|#[xX]3[cCeE]);"
    r"|(?<!\S)&amp;(?:quot|apos|[lr][sd]quo|#(?:3[49]|82(?:1[6-9]|2[01])|[xX]2[27]));(?!\S)"
)
"""What such a text does not hold: anything that was escaped less (`shows &amp;amp; instead of &amp;`), tags, a quote
that stands by itself."""
_UNCLEAN = bytes(range(32)) + b"\x7f<&"
"""Of ASCII, what no line as people read it holds."""


def is_clean_line(text: str) -> bool:
    """Whether a text is one line as people read it: nothing is to be taken out, decoded or joined."""
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        return False
    if text.isascii():  # in a sixth of the time of what follows
        return len(text.encode().translate(None, _UNCLEAN)) == len(text)
    return text.isprintable() and "<" not in text and "&" not in text and not _SUSPECT.search(text)


def one_line(text: str) -> str:
    """Cleaned, entities decoded, white space as single spaces: what a title goes through."""
    if is_clean_line(text):
        return text
    return " ".join(without_invisible(decode_entities(text)).split())


def _mark(match: re.Match[str]) -> str:
    tag: str | None = match.group(2)
    mark = _MARK_OF.get(tag)
    if mark is None and tag is not None:
        mark = _MARK_OF.get(tag.lower())
    if mark:
        return mark if mark != _LINK or _LEADS_AWAY.search(match.group()) is not None else ""
    if tag is None:
        return _GAP if match.group()[1] in "iI" else ""  # an iframe
    if "-" in tag:  # an element of a script's: a picture, a widget
        return _IMAGE
    return _PARAGRAPH if "display" in match.group() and _AS_BLOCK.search(match.group()) else ""


def _image_mark(image: re.Match[str]) -> str:
    """No gap for an image between two small letters, or two of a script without spaces: it stands within a word."""
    before = image.string[max(0, image.start() - 8) : image.start()].rstrip(_LINK_AND_IMAGE_MARKS)[-1:]
    is_within = (before.islower() and image.group(1).islower()) or is_unspaced(before, image.group(1))
    return "" if is_within else _GAP


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a summary or body, each of one line or more; lines hold no line end and are never empty."""
    text = as_rendered(text)
    if is_clean_line(text):
        return [(Line(text),)] if text else []
    text = without_invisible(text).replace("\r\n", "\n").replace("\r", "\n")
    if "&#" in text[-20:]:
        text = text[:-20] + _CUT_REFERENCE.sub("", text[-20:])
    if "<" in text:
        # After the last ">" no tag can end: a "<" there is text (and must not be tried, or many would cost n² time).
        end = text.rfind(">") + 1
        behind = text[end:].partition("<!--")[0]
        text = text[:end] + _CUT_TAG.sub("", behind).replace("<", _LESS_THAN)
        if _HAS_BLOCK.search(text):
            text = text.replace("\n", " ")
        else:
            text = _BREAK_AND_END.sub(r"\1", text)
            text = _BLANK_LINE.sub(_PARAGRAPH, text).replace("\n", _LINE)
        text = with_word_gaps(with_notes_apart(_without_left_open(text)))
        if "</select" in text or "</SELECT" in text:
            text = _CHOICE.sub(_PARAGRAPH, text)
        if "</svg" in text and ("<title" in text or "<desc" in text):
            text = _SVG.sub(lambda svg: _SVG_TITLE.sub("", svg[0]), text)
        if "</head" in text or "</HEAD" in text:
            text = _HEAD.sub(lambda head: _HEAD_TITLE.sub("", head[0]), text)
        if "<r" in text:
            text = _RUBY.sub("", text)
        text = _MARKUP.sub(_mark, text).replace(_LESS_THAN, "<")
    else:
        text = _BLANK_LINE.sub(_PARAGRAPH, text).replace("\n", _LINE)
        if "&amp;" in text and not _ABOUT_REFERENCES.search(text):
            text = _ESCAPED_TWICE.sub("&", text)
    text = decode_entities(text)
    if _IMAGE in text:
        text = _BEFORE_LETTER.sub(_image_mark, text).replace(_IMAGE, _GAP)
    if _GAP in text:
        text = _NO_GAP.sub("", text).replace(_GAP, " ")
    # Entities may have brought in invisible characters, but none of ASCII; our own marks stay.
    if not text.isascii() and _SUSPECT_DECODED.search(text):
        text = as_letters(_VANISHING_DECODED.sub("", text))
    text = _TWO_BREAKS.sub(_PARAGRAPH, text)
    return _split(text)


def _without_left_open(text: str) -> str:
    """A text without what opens a style sheet or a script behind the last end of one: the story stands behind it."""
    for name, opened in _LEFT_OPEN.items():
        if f"<{name}" in text:
            end = text.rfind(f"</{name}") + 1
            text = text[:end] + opened.sub("", text[end:])
    return text


def _split(text: str) -> list[Paragraph]:
    parts: list[Paragraph] = []
    links = _Links()
    if _OPEN_LINK.search(text):
        text = _LINK_AND_END.sub(_ended, text)
    if _CAPTION not in text:
        parts = [_paragraph(part, links) for part in text.replace(_CAPTION_END, "").split(_PARAGRAPH)]
    else:
        marks = list(_CAPTION_MARKS.finditer(text))
        ended = {one.start() for one, other in pairwise(marks) if other.group() == _CAPTION_END}
        in_caption = is_ended = False
        start = 0
        for match in _MARKS.finditer(text):
            parts.append(_paragraph(text[start : match.start()], links, in_caption))
            start = match.end()
            if match.group() == _CAPTION:
                in_caption, is_ended = True, match.start() in ended
            elif match.group() == _CAPTION_END or (parts[-1] and not is_ended):
                in_caption = False  # one that nothing ends is a paragraph: the story stands behind it
        parts.append(_paragraph(text[start:], links, in_caption))
    return [paragraph for paragraph in parts if paragraph]


def _ended(link: re.Match[str]) -> str:
    """A link that nothing ends, ended with its line: the story behind it is none of its words."""
    inside = link.group(1)
    if link.group(2):
        return link.group()
    end = _LINE_END.search(inside)
    at = end.start() if end is not None else len(inside)
    return f"{_LINK}{inside[:at]}{_LINK_END}{inside[at:]}"


class _Links:
    """Where links begin and end, from line to line: one may hold several paragraphs."""

    def __init__(self) -> None:
        self.open = False

    def line(self, text: str) -> tuple[str, float, int]:
        """A line without its marks, its white space as single spaces; the share inside links; where the first is."""
        marked = _LINK in text or _LINK_END in text
        if not marked:
            clean = " ".join(text.split())
            return clean, float(self.open), 0 if self.open else -1
        inside = 0
        first = 0 if self.open else -1
        plain = ""
        for part in _LINK_MARKS_KEPT.split(text):
            if part == _LINK:
                self.open = True
            elif part == _LINK_END:
                self.open = False
            elif part:
                if self.open and (letters := len("".join(part.split()))):
                    inside += letters
                    if first < 0:
                        first = len(" ".join((plain + "x").split())) - 1
                plain += part
        clean = " ".join(plain.split())
        said = _EDGE_SIGNS.sub("", clean) or clean  # ▶ <a>…</a> is nothing but a link
        letters = len(said) - said.count(" ")
        return clean, min(1.0, inside / letters) if letters else 0.0, first


def _paragraph(text: str, links: _Links, caption: bool = False) -> Paragraph:
    """The lines of one paragraph; none where nothing is written."""
    if not text or text.isspace():
        return ()
    listed, heading, cell = _ITEM in text, _HEADING in text, _CELL in text
    if listed or heading or cell:
        text = text.replace(_ITEM, "").replace(_HEADING, "").replace(_CELL, "")
    lines = []
    for raw in text.split(_LINE):
        clean, link, link_at = links.line(raw)
        if clean:
            lines.append(Line(clean, listed, caption, heading, link, link_at, cell))
    return tuple(lines)
