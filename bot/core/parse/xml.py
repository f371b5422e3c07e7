"""The text of an XML feed → feedparser's dictionaries of its whole entries.

feedparser's own parser class is driven by expat directly, without what it spends half its time on (sanitizing,
resolving links in HTML, dates, `urljoin` on every tag). The law: what feedparser's defaults find is found; parsing
stops at the entry limit, at the first element with an absurd number of attributes, and never fetches or expands an
entity. An entry that the end of the document cuts off is left out; malformed documents go to feedparser's loose
parser.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pyexpat import ExpatError, ParserCreate, errors
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser

from bot.errors import ParseError

_MAX_ATTRIBUTES = 1_000
"""On one element. No feed needs 20; parsers that keep them in lists take quadratic time."""
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
_ROOT_START = re.compile(r"<\w")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w+)\s+(?:"([^"&%<]*|&#\w+;)"|'([^'&%<]*|&#\w+;)')\s*>""")
"""Entities that stand for plain text; one that names another (a bomb) or a file is none of them."""
_IMPOSSIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold (XML 1.0 §2.2); one of them would make the whole document malformed."""
_ATOM = "http://www.w3.org/2005/atom"
_XHTML = "application/xhtml+xml"
_PLAIN_XML = ("rel", "type")


@dataclass(slots=True)
class Raw:
    """What feedparser made of a document. `cut`: it ends before it should; `more`: there were more entries."""

    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    cut: bool = False
    more: bool = False
    malformed: str = ""


class _Enough(Exception):
    """The entry limit is reached."""


class _Limits:
    """What both parsers do differently from feedparser's: stop at the limit, leave dates as text, leave links as they
    stand, and keep an entry's own title, link and texts apart from those of its pictures, sounds and parts.
    """

    entries: list[dict[str, Any]]
    limit = 0
    more = False
    _entry_depth = 0
    resolve_relative_uris = False
    sanitize_html = False

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if len(self.entries) >= self.limit:
            self.more = True
            raise _Enough
        self._entry_depth = self.depth  # type: ignore[attr-defined]  # feedparser's
        super()._start_item(attrs_d)  # type: ignore[misc]  # feedparser's, behind this class

    _start_entry = _start_item

    def resolve_uri(self, uri: str) -> str:
        """Relative links stay so, unless an `xml:base` is in force: only who knows the whole feed knows their base."""
        if self.baseuri == self.document_base:  # type: ignore[attr-defined]  # feedparser's, and set with the parser
            return uri
        resolved: str = super().resolve_uri(uri)  # type: ignore[misc]  # feedparser's
        return resolved

    def push_content(self, tag: str, attrs_d: dict[str, str], default_content_type: str, expecting_text: int) -> None:
        """Atom content of any XML type is kept with its markup, as XHTML is; by itself it would fall apart."""
        if attrs_d.get("type", "").endswith(("/xml", "+xml")):
            attrs_d["type"] = _XHTML
        super().push_content(tag, attrs_d, default_content_type, expecting_text)  # type: ignore[misc]  # feedparser's

    def _is_nested(self) -> bool:
        """Within a part of an entry (`<image>`, `<activity:object>`): its title, link and texts are not the entry's."""
        is_inside = self.inentry and not self.insource and not self.incontent  # type: ignore[attr-defined]  # feedparser's
        return bool(is_inside and self.depth > self._entry_depth + 1)  # type: ignore[attr-defined]  # feedparser's

    def _end_published(self) -> None:
        self.pop("published")  # type: ignore[attr-defined]  # feedparser's

    _end_issued = _end_pubdate = _end_dcterms_issued = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")  # type: ignore[attr-defined]  # feedparser's

    _end_modified = _end_lastbuilddate = _end_dc_date = _end_dcterms_modified = _end_updated

    def _end_created(self) -> None:
        self.pop("created")  # type: ignore[attr-defined]  # feedparser's

    _end_dcterms_created = _end_created

    def _end_expirationdate(self) -> None:
        self.pop("expired")  # type: ignore[attr-defined]  # feedparser's


def _apart(parser: type[_Limits], tag: str, key: str, own: str | None) -> None:
    """Makes `parser` keep the text of `tag` under `key`; with `own`, feedparser's handler, of nested ones only."""
    start, end = (getattr(parser, f"_{what}_{own}", None) for what in ("start", "end"))

    def start_apart(self: Any, attrs_d: dict[str, str]) -> None:
        if start is not None and not self._is_nested():
            link = dict.get(self._get_context(), "link") if tag == "link" and "href" in attrs_d else None
            start(self, attrs_d)
            if link and self.inentry and self.version.startswith("rss"):
                self._get_context()["link"] = link  # an item's own <link> wins over an <atom:link>
        else:
            self.push(key, 1)

    def end_apart(self: Any) -> None:
        if self.elementstack and self.elementstack[-1][0] == key:
            self.pop(key)
        elif end is not None:
            end(self)

    setattr(parser, f"_start_{tag}", start_apart)
    setattr(parser, f"_end_{tag}", end_apart)


@lru_cache(maxsize=256)
def _canonical(uri: str) -> str:
    """A namespace as feedparser knows it: publishers write `https` for `http`, and drop or add a final `/` or `#`."""
    return _NAMESPACES.get(_bare(uri), uri)


def _bare(uri: str) -> str:
    return uri.strip().lower().replace("https://", "http://").rstrip("/#")


_NAMESPACES: dict[str, str] = {_bare(uri): uri for uri in StrictFeedParser.namespaces if uri}


class _Strict(_Limits, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's strict parser, fed by expat."""

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}  # a guid is a name, not a link

    def __init__(self, base: str, lang: str | None) -> None:
        super().__init__(base, lang, "utf-8")
        self.lang: str | None
        self.baseuri: str
        self.document_base = base
        self._inline = 0
        """Elements open inside content."""
        self.decls: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}

    def parse(self, data: bytes) -> None:
        """Raises ExpatError, _Enough, ParseError."""
        expat = ParserCreate("utf-8", " ")
        expat.namespace_prefixes = True
        expat.buffer_text = True
        expat.buffer_size = 65_536
        expat.ordered_attributes = True
        expat.StartElementHandler = self._expat_start
        expat.EndElementHandler = self._expat_end
        expat.CharacterDataHandler = self.handle_data
        expat.StartNamespaceDeclHandler = self._expat_namespace
        expat.SetParamEntityParsing(0)  # XML_PARAM_ENTITY_PARSING_NEVER
        expat.Parse(data, True)

    def _expat_namespace(self, prefix: str | None, uri: str | None) -> None:
        if uri:
            self._tags.clear()
            self.startPrefixMapping(prefix, _canonical(uri))

    def _tag(self, name: str) -> str:
        parts = name.split(" ")
        if len(parts) == 1:
            tag = name.lower()
        else:
            namespace, tag = _canonical(parts[0]), parts[1].lower()
            lower = namespace.lower()
            if "backend.userland.com/rss" in lower:
                namespace = lower = "http://backend.userland.com/rss"
            prefix = self._matchnamespaces.get(lower)
            if lower == _ATOM and tag in ("title", "summary") and self.version.startswith("rss"):
                prefix = "rssatom"  # beside the item's own title; `atom` would be mapped to no prefix
            if prefix:
                tag = f"{prefix.lower()}:{tag}"
            elif namespace and prefix is None:
                for known, uri in self.namespaces_in_use.items():
                    if known and uri == namespace:
                        tag = f"{known}:{tag}"
                        break
        self._tags[name] = tag
        return tag

    def _attribute_keys(self, name: str) -> tuple[str, ...]:
        parts = name.split(" ")
        if len(parts) == 1:
            keys: tuple[str, ...] = (name.lower(),)
        else:
            local = parts[1]
            qualified = f"{parts[2]}:{local}" if len(parts) == 3 else local
            prefix = self._matchnamespaces.get(_canonical(parts[0]).lower(), "")
            keys = tuple(dict.fromkeys(((f"{prefix}:{local}" if prefix else local).lower(), qualified.lower())))
        if len(self._keys) < 1_000:
            self._keys[name] = keys
        return keys

    def _expat_start(self, name: str, listed: list[str]) -> None:
        tag = self._tags.get(name) or self._tag(name)
        if not listed and not self.decls and not self.incontent:
            self._start_bare(tag)
            return
        if len(listed) > 2 * _MAX_ATTRIBUTES:
            raise ParseError(f"an element has {len(listed) // 2:,} attributes: this is no feed that a reader can take")
        attributes: dict[str, str] = self.decls
        self.decls = {}
        if tag in ("math", "svg"):
            attributes["xmlns"] = name.split(" ")[0]
        for index in range(0, len(listed), 2):
            key = listed[index]
            for attribute in self._keys.get(key) or self._attribute_keys(key):
                attributes[attribute] = listed[index + 1]
        if self.incontent:
            self._inline += 1
        if self.incontent or "base" in attributes or "xml:base" in attributes:
            self.unknown_starttag(tag, list(attributes.items()))
        else:
            self._start_lean(tag, attributes)

    def _start_bare(self, tag: str) -> None:
        """A tag without attributes outside content: most tags of most feeds."""
        self._start_lean(tag, {})

    def _start_lean(self, tag: str, attributes: dict[str, str]) -> None:
        """`unknown_starttag` where neither `xml:base` nor inline markup is concerned: the same bookkeeping without
        urljoin.
        """
        self.depth += 1
        for key in _PLAIN_XML:
            if key in attributes:
                attributes[key] = attributes[key].lower()
        lang = attributes.get("xml:lang", attributes.get("lang"))
        if lang is None:
            lang = self.lang
        elif lang == "":
            lang = None
        if lang and tag in ("feed", "rss", "rdf:RDF"):
            self.feeddata["language"] = lang.replace("_", "-")
        self.lang = lang
        self.basestack.append(self.baseuri)
        self.langstack.append(lang)
        prefix, colon, local = tag.partition(":")
        if colon:
            prefix = self.namespacemap.get(prefix, prefix)
            name = f"{prefix}_{local}" if prefix else local
        else:
            local = name = tag
            prefix = ""
        if not prefix:
            if local not in ("title", "link", "description", "name"):
                self.intextinput = 0
            if local not in ("title", "link", "description", "url", "href", "width", "height"):
                self.inimage = 0
        try:
            getattr(self, f"_start_{name}")(attributes)
        except AttributeError:
            if attributes:
                self._get_context()[name] = attributes
            else:
                self.push(name, 1)

    def _expat_end(self, name: str) -> None:
        tag = self._tags.get(name) or self._tag(name)
        if self.incontent and self._inline:
            self._inline -= 1
            if self.contentparams.get("type") == _XHTML:
                self._end_inside_content(tag)
                return
        self.unknown_endtag(tag)

    def _end_inside_content(self, tag: str) -> None:
        """An end tag of inline markup is text, as its start was; `</title>` or `</summary>` there ended the content."""
        if tag == "svg" and self.svgOK:
            self.svgOK -= 1
        self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        self.basestack.pop()
        self.baseuri = self.basestack[-1] or self.baseuri
        self.langstack.pop()
        self.lang = self.langstack[-1]
        self.depth -= 1


class _Loose(_Limits, LooseFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's loose parser for documents that are no XML."""

    can_be_relative_uri = LooseFeedParser.can_be_relative_uri - {"id"}

    def __init__(self, base: str, lang: str | None, encoding: str, entities: dict[str, str]) -> None:
        super().__init__(base, lang, encoding, entities)
        self.document_base = base


for _parser in (_Strict, _Loose):
    for _tag in ("title", "link", "description", "summary"):
        _apart(_parser, _tag, f"nested_{_tag}", _tag)
    for _space in ("rssatom", "dc", "itunes", "media"):
        for _tag in ("title", "summary" if _space in ("rssatom", "itunes") else "description"):
            _apart(_parser, f"{_space}_{_tag}", f"other_{_space}_{_tag}", None)


def read_xml(text: str, *, base: str, lang: str | None, limit: int) -> Raw:
    """feedparser's reading of `text`, its first `limit` entries. Raises: ParseError for documents made to hurt."""
    version, text, entities = _without_doctype(_IMPOSSIBLE.sub("", _DECLARATION.sub("", text, count=1)).lstrip())
    data = text.encode("utf-8")
    strict = _Strict(base, lang)
    strict.limit = limit
    cut = False
    malformed = ""
    parser: Any = strict
    try:
        strict.parse(data)
    except _Enough:
        pass
    except ExpatError as error:
        if error.code in _CUT_ERRORS and not _ROOT_END.search(text[-500:]):
            cut = True
        else:
            malformed = str(error)
    if malformed:
        parser = _Loose(base, lang, "utf-8", entities)
        parser.limit = limit
        with suppress(_Enough):
            parser.feed(text)
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
    return version, text[: doctype.start()] + kept + text[doctype.end() :], entities
