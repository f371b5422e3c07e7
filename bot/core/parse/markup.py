"""Titles, names and labels as publishers mark them up → one line of plain text.

The law: tags that HTML knows go, and those of formulas that have their end; entities are decoded once, white space is
folded; anything else in angle brackets (`<!channel>`, `List<int>`, `x < 5`) is text and stays, to be escaped by whoever
prints it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from bot.core.text.html import with_notes_apart
from bot.core.text.word_gaps import is_unspaced, with_word_gaps

_TAGS = frozenset(
    """a abbr acronym article aside b bdi bdo big blink blockquote body br center cite code dd del dfn div dl
    dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd label li mark
    marquee nobr noscript ol p pre q rp rt ruby s samp section small span strike strong sub sup svg table
    tbody td th thead time tr tt u ul var wbr iframe video audio source embed object""".split()  # noqa: SIM905  # reads better as text
)
_FORMULAS = frozenset(
    """math mi mn mo mrow ms mtext mspace msub msup msubsup mfrac msqrt mroot mover munder munderover mmultiscripts
    mprescripts mfenced menclose mpadded mphantom mstyle mtable mtr mtd merror semantics""".split()  # noqa: SIM905  # reads better as text
)
"""Of MathML, which journals have in titles."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*(?:[:-][A-Za-z0-9:-]+)?)((?:\s[^<>]*)?)(/?)>")
_BREAKS = frozenset(("br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "td", "tr"))
"""Tags that part words."""
_STRUCK = frozenset(("del", "s", "strike"))
"""Tags whose end parts words: `<del>12</del><ins>15</ins>`."""
_VOID = frozenset(("br", "hr", "img", "wbr", "embed", "source"))
"""Tags without an end (HTML, "void elements")."""
_PARAGRAPHS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6"))
"""Tags that are markup at the very beginning or end, whatever became of their other half."""
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
"""What stands for an image: its words where it is the whole title, its emoji (WordPress draws them) in any."""
_ATTRIBUTE = re.compile(r"""\s[\w:-]+\s*=\s*(?:"|'|\S)""")
_HIDDEN = re.compile(
    r"<(script|style|svg(?=\s)|annotation|mml:annotation)\b[^<>]*>.{0,4000}?</\1\s*>|<!--.{0,4000}?-->|<!doctype\b[^<>]*>|(?P<ruby><r[tp]>[^<]*</r[tp]>)",
    re.IGNORECASE | re.DOTALL,
)
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
"""A text within CDATA that was escaped, brackets and all."""
_ADDRESS = re.compile(
    r"[(<]?(?:mailto:)?(?<![\w.+-])([\w.+-]+@(?:[\w-]+\.)+[\w-]{2,63})[)>]?(?:\s*\(\s*\))?", re.IGNORECASE
)
"""An email address, in brackets or not, and the brackets of a name that is missing."""
_REFERENCE = re.compile(r"&(?:amp;)?#(?:[xX]0*([0-9a-fA-F]+)|0*(\d+));")
_SURE_REFERENCE = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,6}|amp|quot|apos|[lr][sd]quo|[nm]dash|hellip);")
"""References that nobody writes about; `&lt;` and `&nbsp;` stay, titles are about them."""
IMPOSSIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold (XML 1.0 §2.2); one of them would make the whole document malformed."""
_IMPOSSIBLE_ASCII = bytes((*range(9), 11, 12, *range(14, 32)))
_IMPOSSIBLE_ENDS = ("\ufffe".encode(), "\uffff".encode())
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


_ESCAPED, _QUOTED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+"), re.compile(r"\\(?=['\"])")
"""What JSON and PHP write for accents and quotes (`Caf\\u00e9`, `Don\\'t`), left in a title."""


def _unescaped(written: str) -> str:
    units = bytes.fromhex(written.replace("\\u", ""))
    return units.decode("utf-16-be", "replace")


_IN_MAIL = re.compile(r"=\?[\w.:-]{2,40}\?[BbQq]\?[^?\s]{1,2000}\?=(?:\s+(?==\?[\w.:-]{2,40}\?[BbQq]\?))?")
"""A word as the head of a mail has it (RFC 2047)."""
_SPACES = 2
"""Escaped ones, and no other, in what is no word of figures (`100%20`)."""
_BYTES = {"=": re.compile(r"(?:=[0-9A-F]{2})+"), "%": re.compile(r"(?:%[0-9A-Fa-f]{2})+")}
"""Bytes as the body of a mail (quoted-printable) and an address have them."""


def _in_utf8(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("=", "").replace("%", "")).decode()


def _without_transfer(text: str) -> str:
    """What gateways from mail and makers of feeds leave of how a title came: `=?UTF-8?B?…?=`, `Z=C3=BCrich`,
    `Z%C3%BCrich%20votes`. Left as it is unless it is letters beyond ASCII in UTF-8, or the spaces of a whole title."""
    if "=?" in text and _IN_MAIL.search(text) is not None:
        with suppress(ValueError, LookupError, HeaderParseError):
            return _IN_MAIL.sub(lambda word: str(make_header(decode_header(word[0].strip()))), text)
    for sign, run in _BYTES.items():
        if sign in text and "://" not in text and (sign == "=" or " " not in text):
            with suppress(ValueError):
                plain = run.sub(_in_utf8, text)
                text = text if plain.isascii() and text.count("%20") < _SPACES else plain
    return text


def plain_line(text: str) -> str:
    """One line of text. What the format says of its type is not asked: publishers get it wrong."""
    is_html = False
    if text.endswith("]]>") and "CDATA[" not in text:  # the end of a CDATA whose beginning was lost
        text = text[:-3]
    if "<" in text:
        whole, text = text, _strip_tags(text)
        is_html = text != whole
    if "&" in text:
        text = html.unescape(text)
        if "&" in text:  # escaped by a template, by its database and by XML
            text = _SURE_REFERENCE.sub(lambda match: html.unescape(match[0]), text)
        if "<" in text and not is_html:  # escaped twice; beside tags that are some, it is what the text speaks of
            text = _strip_tags(text)
    if "=" in text or "%" in text:
        text = _without_transfer(text)
    if "\\" in text:
        text = _QUOTED.sub("", _ESCAPED.sub(lambda match: _unescaped(match[0]), text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return " ".join(text.split())


def without_address(name: str) -> str:
    """`Ada Byron` of `ada@paper.example (Ada Byron)`; an address that stands alone is the name."""
    if "@" not in name:
        return name
    rest = _ADDRESS.sub("", name).strip(" ,;")
    if rest[:1] + rest[-1:] == "()":
        rest = rest[1:-1].strip()
    address = _ADDRESS.search(name)
    return rest or (address[1] if address else "")


def without_cdata(text: str) -> str:
    """What stands within CDATA that was escaped, brackets and all; any other text as it is."""
    cdata = _CDATA.fullmatch(text) if "![CDATA[" in text else None
    return cdata[1] if cdata is not None else text


def _strip_tags(text: str) -> str:
    """`text` without what is markup in it: comments, scripts, tags with their end, with attributes, or without need of
    an end, and those of a paragraph around it all. Every other tag is what the text speaks of (`On The <dl>`).
    """
    text = with_word_gaps(with_notes_apart(without_cdata(text)))
    text = _HIDDEN.sub(lambda match: "" if match["ruby"] else " ", text)  # how a word is read stands within it
    tags = [tag for tag in _TAG.finditer(text) if tag[2].lower() in _TAGS or _is_of_another_vocabulary(tag[2])]
    markup = {tag.start() for tag in tags if _is_surely_markup(tag, text)}
    opened: list[re.Match[str]] = []
    for tag in tags:
        if not tag[1]:
            opened.append(tag)
            continue
        partner = next((one for one in reversed(opened) if one[2].lower() == tag[2].lower()), None)
        is_named = partner is not None and partner.end() == tag.start() and "-" in tag[2]
        if partner is not None and not is_named:  # `How to use <model-viewer></model-viewer>` speaks of it
            markup |= {partner.start(), tag.start()}
            opened.remove(partner)

    def without(tag: re.Match[str]) -> str:
        if tag.start() not in markup:
            return tag[0]
        if tag[2].lower() == "img":
            alternative = _alternative(tag)
            return alternative if alternative and not any(map(str.isalnum, alternative)) else _gap_at(tag)
        return " " if tag[2].lower() in _BREAKS or (tag[1] and tag[2].lower() in _STRUCK) else ""

    if not markup:
        return text
    plain = _TAG.sub(without, text)
    return plain if plain.strip() else " ".join(_alternative(tag) for tag in tags if tag[2].lower() == "img")


def _gap_at(image: re.Match[str]) -> str:
    """A space where an image parts two words; none inside a word, or before a sign."""
    text, start, end = image.string, image.start(), image.end()
    before, behind = text[max(0, start - 1) : start], text[end : end + 1]
    is_within = (before.islower() and behind.islower()) or (bool(before) and is_unspaced(before, behind))
    return "" if is_within or behind in "',.;:!?)]’”»%" else " "


def _alternative(image: re.Match[str]) -> str:
    alternative = _ALT.search(image[3])
    return (alternative[1] or alternative[2] or "") if alternative else ""


def _is_of_another_vocabulary(name: str) -> bool:
    """Whether an element is MathML's, of a namespace (`mml:mi`) or a script's (`tex-math`). Alone it is what a title
    speaks of (`<my-element>`); with its end it is markup."""
    return ":" in name or "-" in name or name.lower() in _FORMULAS


def _is_surely_markup(tag: re.Match[str], text: str) -> bool:
    name = tag[2].lower()
    if name not in _TAGS:  # another vocabulary's: without its end it is markup only where it needs none
        return tag[0].endswith("/>") and name.rpartition(":")[2] in _FORMULAS
    if name in _VOID or tag[4] or _ATTRIBUTE.search(tag[3]):
        return True
    is_at_edge = not text[: tag.start()].strip() if not tag[1] else not text[tag.end() :].strip()
    return is_at_edge and name in _PARAGRAPHS


def possible_references(text: str) -> str:
    """`text` with every numeric character reference that XML cannot hold as the character that was meant.

    Two halves of a surrogate pair (`&#55357;&#56833;`, as JavaScript writes an emoji) are one character; a lone half, a
    number beyond Unicode, a control character is U+FFFD. Left alone, one of them makes the whole document malformed.
    """
    if "&#" not in text and "&amp;#" not in text:
        return text
    return whole_pairs(_REFERENCE.sub(_referenced, text))


def without_impossible(text: str) -> str:
    """`text` without what XML cannot hold; whether there is any is seen in a tenth of the time from its bytes."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates
        return IMPOSSIBLE.sub("", text)
    is_whole = len(data.translate(None, _IMPOSSIBLE_ASCII)) == len(data) and not any(
        map(data.__contains__, _IMPOSSIBLE_ENDS)
    )
    return text if is_whole else IMPOSSIBLE.sub("", text)


def whole_pairs(text: str) -> str:
    """`text` with every pair of surrogates as its character, and every half alone as U+FFFD: nothing can store it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _referenced(match: re.Match[str]) -> str:
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    code = int(digits, base) if len(digits) <= 7 else 0x110000
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)
    if code > 0x10FFFF or IMPOSSIBLE.match(chr(code)):
        return "\ufffd"
    return match[0]


def as_html(text: str) -> str:
    """Plain text as HTML: what would read as markup is escaped."""
    if "<" in text or "&" in text:
        return html.escape(text, quote=False)
    return text
