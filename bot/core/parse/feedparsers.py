"""feedparser's two parsers, made for feeds that come by the thousand: text → dictionaries of entries.

The strict one is driven by expat directly, without what feedparser spends most of its time on (sanitizing, resolving
links in HTML, dates, `urljoin` on every tag, copies of dictionaries). The law: what feedparser's defaults find is
found, but for what `feed_elements` changes.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pyexpat import ParserCreate
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser

from bot.core.parse.feed_elements import DATES_APART, TRIPS, XHTML, EntryElements, keep_apart
from bot.core.parse.lean_types import LeanText
from bot.errors import ParseError

_MAX_ATTRIBUTES = 1_000
"""On one element. No feed needs 20; parsers that keep them in lists take quadratic time."""
_ATOM = "http://www.w3.org/2005/atom"
_PAGES = "http://www.w3.org/1999/xhtml"
_PLAIN_XML = ("rel", "type")
_DATES = frozenset(("published", "updated", "created"))
_LEAN = _DATES | frozenset(("id", "expired", "author", "publisher"))
"""Elements of an entry whose text is kept as it is."""
_ESCAPED = re.compile(r"</[A-Za-z]\w*\s*>|<(?:a|br|hr|img|p)\b[^<>]*>|&(?:#\w{2,7}|[A-Za-z]{2,8});")
"""Markup that was escaped: a tag's end, a tag that needs none or has attributes, a reference."""
_SILENT = re.compile(r"<(/?)(?:script|style|template|iframe|noframes|noembed)\b|<!--|(--!?>)", re.IGNORECASE)
"""Where what no reader sees begins or ends (with a group): without an end it takes the rest of a text with it."""


@lru_cache(maxsize=256)
def _canonical(uri: str) -> str:
    """A namespace as feedparser knows it: publishers write `https` for `http`, and drop or add a final `/` or `#`."""
    return _NAMESPACES.get(_bare(uri), uri)


def _bare(uri: str) -> str:
    return uri.strip().lower().replace("https://", "http://").rstrip("/#")


_NAMESPACES: dict[str, str] = {_bare(uri): uri for uri in StrictFeedParser.namespaces if uri}


class StrictParser(EntryElements, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's strict parser, fed by expat."""

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}  # a guid is a name, not a link

    def __init__(self, base: str, lang: str | None) -> None:
        super().__init__(base, lang, "utf-8")
        self.document_base = base
        self._inline = 0
        """Elements open inside content."""
        self.decls: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._ends: dict[str, tuple[str, Any]] = {}
        """Tag -> the name it is kept under, and what ends it."""
        self._of_root: str | None = None
        """The namespace that RSS bears as a whole: it has none, and some give it that of pages, or of podcasts."""

    def parse(self, data: bytes) -> None:
        """Raises ExpatError, Enough, ParseError."""
        self._expat = expat = ParserCreate("utf-8", " ")
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

    @staticmethod
    def decode_entities(_element: str, data: str) -> str:
        """expat has decoded them."""
        return LeanText(data)

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        """feedparser's, in short for the plain fields of an entry."""
        stack = self.elementstack
        if element not in _LEAN or self.incontent or not self.inentry or self.insource or not stack:
            return super().pop(element, strip_whitespace)
        if stack[-1][0] != element:
            return None
        text = "".join(stack.pop()[2]).strip()
        entry = self.entries[-1]
        depths = self.property_depth_map.setdefault(entry, {})
        if depths.get(element, self.depth) >= self.depth:
            depths[element] = self.depth
            is_second_date = element in _DATES and entry.get(element)
            entry[element] = f"{entry[element]}{DATES_APART}{text}" if is_second_date else text
        return text

    def _expat_namespace(self, prefix: str | None, uri: str | None) -> None:
        if uri:
            self._tags.clear()
            self._ends.clear()
            self.startPrefixMapping(prefix, _canonical(uri))

    def _tag(self, name: str) -> str:
        parts = name.split(" ")
        if len(parts) == 1:
            tag = name.lower()
        else:
            namespace, tag = _canonical(parts[0]), parts[1].lower()
            lower = namespace.lower()
            if tag == "rss" and len(parts) == 2:
                self._of_root = lower
            is_of_root = len(parts) == 2 and lower == self._of_root
            if is_of_root or (lower == _PAGES and tag == "description"):
                self._tags[name] = tag
                return tag
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
            self._begin(tag, {})  # most tags of most feeds
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
            if self.says_html:
                self._expat.CharacterDataHandler = self._mixed_text
        if self.incontent or "base" in attributes or "xml:base" in attributes:
            self.unknown_starttag(tag, list(attributes.items()))
        else:
            self._begin(tag, attributes)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
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
            self.push(name, 1)  # feedparser keeps attributes in place of a text, where there are some
        except TRIPS:
            pass  # and its text is nobody's

    def _mixed_text(self, text: str) -> None:
        """Text among real tags in content that was declared as escaped. feedparser takes it all for XHTML then, and
        escaped what was escaped markup indeed (`&lt;p&gt;One <b>two</b>&lt;/p&gt;`) once more."""
        is_markup = self.says_html and self.contentparams.get("type") == XHTML and _ESCAPED.search(text) is not None
        if is_markup and "<" in text:  # a text that speaks of `<script>` is read to its end
            silent = list(_SILENT.finditer(text))
            is_markup = not silent or bool(silent[-1][1] or silent[-1][2])
        self.handle_data(text, escape=not is_markup)

    def _expat_end(self, name: str) -> None:
        tag = self._tags.get(name) or self._tag(name)
        if self.incontent and self._inline:
            self._inline -= 1
            if self.contentparams.get("type") == XHTML:
                tag = tag.rpartition(":")[2]
                self.handle_data(f"</{tag}>", escape=0)
                self.svgOK -= tag == "svg" and self.svgOK > 0
                self._leave()
                return
        if (self.incontent and self._inline) or self.svgOK:
            self.unknown_endtag(tag)
            return
        name, end = self._ends.get(tag) or self._ending(tag)
        try:
            end()
        except (AttributeError, *TRIPS):
            self.pop(name)
        self._leave()

    def _ending(self, tag: str) -> tuple[str, Any]:
        prefix, colon, local = tag.partition(":")
        prefix = self.namespacemap.get(prefix, prefix) if colon else ""
        name = f"{prefix}_{local}" if prefix else local if colon else tag
        self._ends[tag] = found = (name, getattr(self, f"_end_{name}", None) or partial(self.pop, name))
        return found


class LooseParser(EntryElements, LooseFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's loose parser for documents that are no XML."""

    can_be_relative_uri = LooseFeedParser.can_be_relative_uri - {"id"}

    def __init__(self, base: str, lang: str | None, encoding: str, entities: dict[str, str]) -> None:
        super().__init__(base, lang, encoding, entities)
        self.document_base = base

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """A picture in an entry's text, or its `<source>`, that has lost its end ends with the text, or the entry: it
        swallowed all that followed."""
        if tag in _ENTRIES:
            self.svgOK = self.insource = 0
        super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        if tag in _ENTRIES or tag in _ENTRY_TEXTS:
            self.svgOK = 0
        super().unknown_endtag(tag)


_ENTRIES, _ENTRY_TEXTS = ("item", "entry"), ("description", "summary", "content", "content:encoded")
for _parser in (StrictParser, LooseParser):
    for _tag in ("title", "link", "description", "summary", "url", "uri", "homepage"):
        keep_apart(_parser, _tag, f"nested_{_tag}", _tag)
    for _space in ("rssatom", "dc", "itunes", "media"):
        for _tag in ("title", "summary" if _space in ("rssatom", "itunes") else "description"):
            keep_apart(_parser, f"{_space}_{_tag}", f"other_{_space}_{_tag}", None)
    keep_apart(_parser, "media_text", "other_media_text", None)
for _tag in (
    "pubdate", "published", "issued", "updated", "modified", "created", "dc_date", "dcterms_issued", "dcterms_modified",
    "dcterms_created", "guid", "id", "content", "content_encoded",
):  # fmt: skip
    keep_apart(StrictParser, _tag, f"nested_{_tag}", _tag)  # where tags lack their end, nothing shows what is nested
