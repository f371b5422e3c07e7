"""The text of an XML feed → feedparser's dictionaries of its whole entries.

The law: no entity is fetched or expanded that is more than a word; parsing stops at the entry limit. An entry that the
end of the document cuts off is left out; malformed documents go to the loose parser.
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import dataclass
from pyexpat import ExpatError, errors
from typing import Any

from bot.core.parse.feed_elements import Enough
from bot.core.parse.feedparsers import LooseParser, StrictParser
from bot.core.parse.markup import without_impossible

_MAX_ENTITY = 200
"""Characters of an entity that a document declares itself; a longer one is not expanded."""

_CUT_ERRORS = {
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?>")
_ROOT_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.*?-->\s*)*$", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"(<title\b[^<>]{0,200}>)(.{1,2000}?)(</title\s*>)", re.IGNORECASE | re.DOTALL)
_NO_TITLE = re.compile(r"<!\[CDATA\[|<(?:item|entry)\b|</(?!(?:title)\b)(?:[a-z]+:)?[a-z]{4,}", re.IGNORECASE)
"""What stands in no title: it has its own brackets already, or has lost its end."""
_BARE_AMPERSAND = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#?\w{1,31};)", re.DOTALL)
"""`R&D`: the loose parser would make `R&D;` of it. Within CDATA it is none."""
_OPEN_CDATA = re.compile(
    r"<!\[CDATA\[((?:(?!\]\]>|<!\[CDATA\[).)*?)\]{0,2}(</(title|description|summary|content|content:encoded)\s*>\s*<)",
    re.DOTALL | re.IGNORECASE,
)
"""CDATA whose end a template has lost (`]]</description>`): it would swallow the items up to the next one's end."""
_TEXTS = ("title", "description", "summary", "subtitle", "content", "itunes:summary")
_OPEN_TEXT = re.compile(
    rf"(<({'|'.join(_TEXTS)}|content:encoded)\b[^<>]*(?<!/)>)"
    r"([^<]*(?:<(?!/?\2\b|/?(?:item|entry|channel|feed|rss|rdf:rdf)\b|!\[CDATA\[)[^<]*)*)(?=</?(?:item|entry|channel)\b)",
    re.IGNORECASE,
)
"""A text whose end is missing where its item ends, or one begins: it would swallow all items up to its next end."""
_SIBLING = re.compile(
    r"<(?:title|link|description|guid|pubDate|category|author|enclosure|id|updated|published|language"
    r"|(?:dc|media|content|atom|itunes):\w+)\b",
    re.IGNORECASE,
)
"""What stands beside an item's text, and ends one that is open."""
_OTHER_END = re.compile(r"</[\w:]+\s*+>$")
"""`<title>A</titel>`: what its end was meant to be."""
_OPEN_COMMENT = re.compile(r"<!--(?=.*<(?:item|entry)\b)", re.DOTALL)
"""A comment that items stand in; where no end follows, it was forgotten."""
_OPEN_INSTRUCTION = re.compile(r"<\?(?!(?:(?!</?(?:item|entry)\b)[\s\S]){0,2000}?\?>)", re.IGNORECASE)
"""`How to use <?php`: no instruction, for it does not end before its item does, and would swallow the next one."""
_MOST_INSTRUCTIONS = 1_000
"""So many are looked at: each costs two thousand characters at most."""
_ALL_IN_ATTRIBUTES = re.compile(
    r"""<(?!(?:item|entry|channel|feed|rss|rdf:rdf)\b)([a-z][\w:.-]*)"""
    r"""((?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))+)\s*>(?=\s*<(?!!))""",
    re.IGNORECASE,
)
"""An element with attributes and no text: `<enclosure url="…">`, `<source url="…">`. Where none of its name has an end,
it would hold all that follows."""
_END = re.compile(r"</([\w:.-]+)")
_END_WITHOUT_SLASH = re.compile(
    r"(<(title|link|description|summary|guid|id|pubDate|published|updated|author|name|category|comments|(?:dc|itunes):\w+)"
    r"\b[^<>]*(?<!/)>(?:<!\[CDATA\[[^<]*?\]\]>|[^<]+))<\2>(?=\s*<(?!!))",
    re.IGNORECASE,
)
"""`<title>A<title><link>`: begun twice, and no text behind the second."""
_CDATA = re.compile(r"<!\[cdata\[", re.IGNORECASE)
_EMPTY_LINK = re.compile(r"<link\s*/>\s*(https?://[^\s<>]+)(?=\s*<)")
"""A link as HTML has it, without an end: what writes a feed with a tool for pages leaves its URL behind it."""
_ROOT_START = re.compile(r"<\w")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]{0,1000}(?:\[.{0,20000}?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w+)\s+(?:"((?:[^"&%<]|&#\w+;)*)"|'((?:[^'&%<]|&#\w+;)*)')\s*>""")
"""Entities that stand for plain text; one that names another (a bomb) or a file is none of them."""


@dataclass(slots=True)
class Raw:
    """What feedparser made of a document. `cut`: it ends before it should; `more`: there were more entries."""

    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    cut: bool = False
    more: bool = False
    malformed: str = ""


def read_xml(text: str, *, base: str, lang: str | None, limit: int) -> Raw:
    """feedparser's reading of `text`, its first `limit` entries. Raises: ParseError for documents made to hurt."""
    version, text, entities = _without_doctype(without_impossible(_DECLARATION.sub("", text, count=1)).lstrip())
    text = _EMPTY_LINK.sub(r"<link>\1</link>", _closed_cdata(text))
    data = text.encode("utf-8")
    strict = StrictParser(base, lang)
    strict.limit = limit
    cut = False
    malformed = ""
    parser: Any = strict
    try:
        strict.parse(data)
    except Enough:
        pass
    except ExpatError as error:
        comment = text.find("<!--", text.rfind("-->") + 1)
        if comment >= 0 and _OPEN_COMMENT.match(text, comment) and _ROOT_END.search(text[-500:]):
            return read_xml(text[:comment] + text[comment:].replace("<!--", ""), base=base, lang=lang, limit=limit)
        if error.code in _CUT_ERRORS and not _ROOT_END.search(text[-500:]):
            cut = True
        else:
            malformed = str(error)
    if malformed:
        parser = LooseParser(base, lang, "utf-8", entities)
        parser.limit = limit
        text = _closed_cdata(_CDATA.sub("<![CDATA[", text))
        if text.count("?>") < text.count("<?") < _MOST_INSTRUCTIONS:
            text = _OPEN_INSTRUCTION.sub("&lt;?", text)
        with suppress(Enough):
            text = _END_WITHOUT_SLASH.sub(r"\1</\2>", text)
            lower = text.lower()
            if any(lower.count(f"<{name}") > lower.count(f"</{name}") for name in _TEXTS):
                # Twice: in an open title another open text may stand.
                text = _OPEN_TEXT.sub(_closed_text, _OPEN_TEXT.sub(_closed_text, text))
            text = _with_ends(text)
            parser.feed(_TITLE.sub(_escaped_title, _BARE_AMPERSAND.sub(_escaped_ampersand, text)))
        cut = not parser.more and bool(parser.inentry) and not _ROOT_END.search(text[-500:])
    entries = parser.entries
    if cut and parser.inentry and entries:
        entries = entries[:-1]
    return Raw(
        version=version or parser.version,
        feed=parser.feeddata,
        entries=entries,
        cut=cut,
        more=parser.more,
        malformed=malformed,
    )


def _closed_cdata(text: str) -> str:
    if text.count("<![CDATA[") <= text.count("]]>"):
        return text
    return _OPEN_CDATA.sub(r"<![CDATA[\1]]>\2", text)


def _closed_text(match: re.Match[str]) -> str:
    start, name, inside = match.groups()
    sibling = _SIBLING.search(inside)
    end = sibling.start() if sibling else len(inside)
    text = inside[:end]
    if name.lower() == "title":
        text = _OTHER_END.sub("", text.rstrip()).rstrip()
    return f"{start}{text}</{name}>{inside[end:]}"


def _with_ends(text: str) -> str:
    ended = {name.lower() for name in _END.findall(text)}

    def closed(match: re.Match[str]) -> str:
        return match[0] if match[1].lower() in ended else f"<{match[1]}{match[2]}/>"

    return _ALL_IN_ATTRIBUTES.sub(closed, text)


def _escaped_ampersand(match: re.Match[str]) -> str:
    return "&amp;" if match[0] == "&" else match[0]


def _escaped_title(title: re.Match[str]) -> str:
    """A title with its angle brackets as text: the loose parser would take `Vec<T>` for a tag and write it small."""
    if "<" not in title[2] or _NO_TITLE.search(title[2]):
        return title[0]
    return f"{title[1]}{title[2].replace('<', '&lt;')}{title[3]}"


def _without_doctype(text: str) -> tuple[str, str, dict[str, str]]:
    """The version that a DOCTYPE names, the document with no more of it than harmless entities, and those entities."""
    start = _ROOT_START.search(text)
    doctype = _DOCTYPE.search(text, 0, start.start()) if start else None
    if doctype is None:
        return "", text, {}
    entities = {
        name: one or other for name, one, other in _ENTITY.findall(doctype[0]) if len(one + other) <= _MAX_ENTITY
    }
    kept = "".join(f'<!ENTITY {name} "{value.replace(chr(34), "&#34;")}">' for name, value in entities.items())
    kept = f"<!DOCTYPE feed [{kept}]>" if entities else ""
    version = "rss091n" if "netscape" in doctype[0].lower() else ""
    plain = {name: html.unescape(value) for name, value in entities.items()}
    return version, text[: doctype.start()] + kept + text[doctype.end() :], plain
