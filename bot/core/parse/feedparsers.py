"""feedparser's two parsers, made for feeds that come by the thousand: text → dictionaries of entries.

The strict one is driven by expat directly, without what feedparser spends most of its time on (sanitizing, resolving
links in HTML, dates, `urljoin` on every tag, copies of dictionaries). The law: what feedparser's defaults find is
found, except that an entry's own title, link and texts are told from those of other vocabularies and of its parts.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pyexpat import ParserCreate
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.namespaces.georss import Namespace as _Geography

from bot.core.parse.lean_types import LeanDict, LeanText
from bot.errors import ParseError

_MAX_ATTRIBUTES = 1_000
"""On one element. No feed needs 20; parsers that keep them in lists take quadratic time."""
_ATOM = "http://www.w3.org/2005/atom"
_PAGES = "http://www.w3.org/1999/xhtml"
_XHTML = "application/xhtml+xml"
_PLAIN_XML = ("rel", "type")
_ADDRESS = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[\w-]{2,63}")
"""An email address."""
_LEAN = frozenset(("id", "published", "updated", "created", "expired", "author", "publisher"))
"""Elements of an entry whose text is kept as it is."""


_DATES = frozenset(("published", "updated", "created"))
DATES_APART = "\x1f"
"""Between the dates of an entry that has several of one kind; XML holds no such character."""


class Enough(Exception):
    """The entry limit is reached."""


class _Shared:
    """What both parsers do differently from feedparser's: stop at the limit, leave dates as text, leave links as they
    stand, and keep an entry's own title, link and texts apart from those of its pictures, sounds and parts.
    """

    entries: list[dict[str, Any]]
    limit = 0
    more = False
    contentparams: dict[str, Any]
    _entry_depth = 0
    resolve_relative_uris = False
    sanitize_html = False

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if len(self.entries) >= self.limit:
            self.more = True
            raise Enough
        self._entry_depth = self.depth  # type: ignore[attr-defined]  # feedparser's
        super()._start_item(attrs_d)  # type: ignore[misc]  # feedparser's, behind this class
        self.entries[-1] = LeanDict(self.entries[-1])

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
        self.contentparams = LeanDict(self.contentparams)

    def _is_nested(self) -> bool:
        """Within a part of an entry (`<image>`, `<activity:object>`): its title, link and texts are not the entry's."""
        is_inside = self.inentry and not self.insource and not self.incontent  # type: ignore[attr-defined]  # feedparser's
        return bool(is_inside and self.depth > self._entry_depth + 1)  # type: ignore[attr-defined]  # feedparser's

    def _sync_author_detail(self, key: str = "author") -> None:
        """Name and address out of `ada@paper.example (Ada Byron)`; feedparser takes a top-level domain to have four
        letters at most, and left the rest of a longer one in the name."""
        context = self._get_context()  # type: ignore[attr-defined]  # feedparser's
        text = dict.get(context, key)
        if not dict.get(context, f"{key}s") or context[f"{key}s"][-1] or not text:
            super()._sync_author_detail(key)  # type: ignore[misc]  # feedparser's
            return
        detail = context[f"{key}s"][-1]
        address = _ADDRESS.search(text)
        if address is not None:
            detail["email"] = address[0]
            text = text.replace(address[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
            text = text.removeprefix("(").removesuffix(")").strip()
        if text:
            detail["name"] = text
        context.setdefault(f"{key}_detail", detail)

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


def _apart(parser: type[_Shared], tag: str, key: str, own: str | None) -> None:
    """Makes `parser` keep the text of `tag` under `key`; with `own`, feedparser's handler, of nested ones only."""
    start, end = (getattr(parser, f"_{what}_{own}", None) for what in ("start", "end"))

    def start_apart(self: Any, attrs_d: dict[str, str]) -> None:
        # `<link rel="enclosure">URL</link>`, without `href`: the file, not the entry's page
        is_other = tag == "link" and "href" not in attrs_d and attrs_d.get("rel", "alternate") != "alternate"
        if start is not None and not is_other and not self._is_nested():
            link = dict.get(self._get_context(), "link") if tag == "link" and "href" in attrs_d else None
            start(self, attrs_d)
            if link and self.inentry and self.version.startswith("rss"):
                self._get_context()["link"] = link  # an item's own <link> wins over an <atom:link>
        else:
            self.push(key, 1)

    def end_apart(self: Any) -> None:
        top = self.elementstack[-1][0] if self.elementstack else ""
        if top == key:
            self.pop(key)
        elif end is not None and not (tag == "title" and self.incontent and top != "title"):  # one within a text
            first = dict.get(self._get_context(), "link") if tag == "link" and self.inentry else None
            end(self)
            if first and first != dict.get(self._get_context(), "id"):  # which feedparser takes for one
                self._get_context()["link"] = first  # a second one leads to an advertisement, or to comments

    setattr(parser, f"_start_{tag}", start_apart)
    setattr(parser, f"_end_{tag}", end_apart)


def _as_text(tag: str) -> None:
    """Makes both parsers keep what stands in `tag` as it is."""

    def start_text(self: Any, _attrs_d: dict[str, str]) -> None:
        self.push(tag, 0)

    def end_text(self: Any) -> None:
        self.pop(tag)

    setattr(_Shared, f"_start_{tag}", start_text)
    setattr(_Shared, f"_end_{tag}", end_text)


for _method in vars(_Geography):  # fails on positions that are no numbers or stand alone, and took the feed with it
    if _method.startswith(("_start_", "_end_")):
        _as_text(_method.split("_", 2)[2])


@lru_cache(maxsize=256)
def _canonical(uri: str) -> str:
    """A namespace as feedparser knows it: publishers write `https` for `http`, and drop or add a final `/` or `#`."""
    return _NAMESPACES.get(_bare(uri), uri)


def _bare(uri: str) -> str:
    return uri.strip().lower().replace("https://", "http://").rstrip("/#")


_NAMESPACES: dict[str, str] = {_bare(uri): uri for uri in StrictFeedParser.namespaces if uri}


class StrictParser(_Shared, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
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
        self._ends: dict[str, tuple[str, Any]] = {}
        """Tag -> the name it is kept under, and what ends it."""
        self._of_root: str | None = None
        """The namespace that RSS bears as a whole: it has none, and some give it that of pages, or of podcasts."""

    def parse(self, data: bytes) -> None:
        """Raises ExpatError, Enough, ParseError."""
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
            if attributes:
                self._get_context()[name] = attributes
            else:
                self.push(name, 1)

    def _expat_end(self, name: str) -> None:
        tag = self._tags.get(name) or self._tag(name)
        if self.incontent and self._inline:
            self._inline -= 1
            if self.contentparams.get("type") == _XHTML:
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
        except AttributeError:
            self.pop(name)
        self._leave()

    def _ending(self, tag: str) -> tuple[str, Any]:
        prefix, colon, local = tag.partition(":")
        prefix = self.namespacemap.get(prefix, prefix) if colon else ""
        name = f"{prefix}_{local}" if prefix else local if colon else tag
        self._ends[tag] = found = (name, getattr(self, f"_end_{name}", None) or partial(self.pop, name))
        return found

    def _leave(self) -> None:
        self.basestack.pop()
        if self.basestack:
            self.baseuri = self.basestack[-1] or self.baseuri
        self.langstack.pop()
        if self.langstack:
            self.lang = self.langstack[-1]
        self.depth -= 1


class LooseParser(_Shared, LooseFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's loose parser for documents that are no XML."""

    can_be_relative_uri = LooseFeedParser.can_be_relative_uri - {"id"}

    def __init__(self, base: str, lang: str | None, encoding: str, entities: dict[str, str]) -> None:
        super().__init__(base, lang, encoding, entities)
        self.document_base = base


for _parser in (StrictParser, LooseParser):
    for _tag in ("title", "link", "description", "summary"):
        _apart(_parser, _tag, f"nested_{_tag}", _tag)
    for _space in ("rssatom", "dc", "itunes", "media"):
        for _tag in ("title", "summary" if _space in ("rssatom", "itunes") else "description"):
            _apart(_parser, f"{_space}_{_tag}", f"other_{_space}_{_tag}", None)
