"""What both of feedparser's parsers do with the elements of an entry otherwise than feedparser.

The law: an entry's own title, link and texts are told from those of other vocabularies and of its parts; dates stay
text, links stay as they stand.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from feedparser.namespaces.georss import Namespace as _Geography

from bot.core.parse.lean_types import LeanDict

XHTML = "application/xhtml+xml"
"""The type of content that is kept with its markup."""
DATES_APART = "\x1f"
"""Between the dates of an entry that has several of one kind; XML holds no such character."""


TRIPS = (IndexError, KeyError, TypeError, ValueError)
"""How feedparser's handler of an element fails where that stands in a wrong place, or lacks what it should have
(`</media:player>` without its beginning, a chapter without `start`): it costs that element, not the feed."""


class Enough(Exception):
    """The entry limit is reached."""


class EntryElements:
    """What both parsers do differently from feedparser's: stop at the limit, leave dates as text, leave links as they
    stand, and keep an entry's own title, link and texts apart from those of its pictures, sounds and parts.
    """

    entries: list[dict[str, Any]]
    basestack: list[str]
    langstack: list[str | None]
    baseuri: str
    lang: str | None
    depth: int
    limit = 0
    more = False
    contentparams: dict[str, Any]
    guidislink: bool
    _entry_depth = 0
    _feed_depth = 0
    """Of the element that the feed's own title and link stand in; 0 before it."""
    says_html = False
    """Whether content was declared as escaped markup."""
    resolve_relative_uris = False
    sanitize_html = False

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        if len(self.entries) >= self.limit:
            self.more = True
            raise Enough
        self._entry_depth = self.depth
        super()._start_item(attrs_d)  # type: ignore[misc]  # feedparser's, behind this class
        self.entries[-1] = LeanDict(self.entries[-1])

    _start_entry = _start_item

    def _start_channel(self, attrs_d: dict[str, str]) -> None:
        self._feed_depth = self.depth
        super()._start_channel(attrs_d)  # type: ignore[misc]  # feedparser's

    def _start_feed(self, attrs_d: dict[str, str]) -> None:
        self._feed_depth = self.depth
        super()._start_feed(attrs_d)  # type: ignore[misc]  # feedparser's

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        with suppress(*TRIPS):
            super().unknown_starttag(tag, attrs)  # type: ignore[misc]  # feedparser's

    def unknown_endtag(self, tag: str) -> None:
        try:
            super().unknown_endtag(tag)  # type: ignore[misc]  # feedparser's
        except TRIPS:
            self._leave()

    def _leave(self) -> None:
        """What an element said of addresses and languages ends with it."""
        if self.basestack:
            self.basestack.pop()
        if self.basestack:
            self.baseuri = self.basestack[-1] or self.baseuri
        if self.langstack:
            self.langstack.pop()
        if self.langstack:
            self.lang = self.langstack[-1]
        self.depth -= 1

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        """feedparser's, which trips over an end whose item has ended before it (`<link></item></link>`)."""
        try:
            return super().pop(element, strip_whitespace)  # type: ignore[misc]  # feedparser's
        except (KeyError, IndexError):
            return None

    def resolve_uri(self, uri: str) -> str:
        """Relative links stay so, unless an `xml:base` is in force: only who knows the whole feed knows their base."""
        if self.baseuri == self.document_base:  # type: ignore[attr-defined]  # feedparser's, and set with the parser
            return uri
        resolved: str = super().resolve_uri(uri)  # type: ignore[misc]  # feedparser's
        return resolved

    def push_content(self, tag: str, attrs_d: dict[str, str], default_content_type: str, expecting_text: int) -> None:
        """Atom content of any XML type is kept with its markup, as XHTML is; by itself it would fall apart."""
        if attrs_d.get("type", "").endswith(("/xml", "+xml")):
            attrs_d["type"] = XHTML
        super().push_content(tag, attrs_d, default_content_type, expecting_text)  # type: ignore[misc]  # feedparser's
        self.contentparams = LeanDict(self.contentparams)
        self.says_html = self.contentparams.get("type") != XHTML

    def _is_nested(self) -> bool:
        """Within a part of an entry (`<image>`, `<activity:object>`) or of the feed (an advertisement, a tombstone):
        the part's title, link, texts and dates are its own."""
        if self.insource or self.incontent:  # type: ignore[attr-defined]  # feedparser's
            return False
        if self.inentry:  # type: ignore[attr-defined]  # feedparser's
            return bool(self.depth > self._entry_depth + 1)
        is_apart = self.inimage or self.intextinput or not self._feed_depth  # type: ignore[attr-defined]  # feedparser's
        return not is_apart and self.depth > self._feed_depth + 1

    def _sync_author_detail(self, key: str = "author") -> None:
        """The name as it is written, its address with it (`joined_names` takes that off): feedparser takes a top-level
        domain to have four letters at most, and looks for one from each letter of a long text anew."""
        context = self._get_context()  # type: ignore[attr-defined]  # feedparser's
        text, details = dict.get(context, key), dict.get(context, f"{key}s") or [{}]
        if not text or details[-1]:
            super()._sync_author_detail(key)  # type: ignore[misc]  # feedparser's
            return
        details[-1]["name"] = text
        context.setdefault(f"{key}_detail", details[-1])

    def _end_guid(self) -> None:
        super()._end_guid()  # type: ignore[misc]  # feedparser's
        if not self.guidislink:
            self._get_context()["guid_is_a_name"] = True  # type: ignore[attr-defined]  # feedparser's

    def _end_published(self) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_dcterms_issued = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_dc_date = _end_dcterms_modified = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    _end_dcterms_created = _end_created

    def _start_time(self, attrs_d: dict[str, str]) -> None:
        """`<pubDate><time datetime="2026-11-24T09:00:00Z">…</time></pubDate>`, as Drupal writes: part of the date."""
        if not self._adds_to_date(f'<time datetime="{attrs_d.get("datetime", "")}">'):
            self.push("time", 0)  # type: ignore[attr-defined]  # feedparser's

    def _end_time(self) -> None:
        if not self._adds_to_date("</time>"):
            self.pop("time")

    def _adds_to_date(self, markup: str) -> bool:
        stack = self.elementstack  # type: ignore[attr-defined]  # feedparser's
        is_in_date = bool(stack) and stack[-1][0] in ("published", "updated", "created")
        if is_in_date:
            stack[-1][2].append(markup)
        return is_in_date

    def _end_expirationdate(self) -> None:
        self.pop("expired")


def keep_apart(parser: type[EntryElements], tag: str, key: str, own: str | None) -> None:
    """Makes `parser` keep the text of `tag` under `key`; with `own`, feedparser's handler, of nested ones only."""
    start, end = (getattr(parser, f"_{what}_{own}", None) for what in ("start", "end"))

    def start_apart(self: Any, attrs_d: dict[str, str]) -> None:
        # `<link rel="enclosure">URL</link>`, without `href`: the file, not the entry's page
        is_other = tag == "link" and "href" not in attrs_d and attrs_d.get("rel", "alternate") != "alternate"
        if start is not None and not is_other and not self._is_nested():
            link = dict.get(self._get_context(), "link") if tag == "link" and "href" in attrs_d else None
            start(self, attrs_d)
            if link and self.version.startswith("rss"):
                self._get_context()["link"] = link  # its own <link> wins over an <atom:link>, a channel's, too
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

    setattr(EntryElements, f"_start_{tag}", start_text)
    setattr(EntryElements, f"_end_{tag}", end_text)


for _method in vars(_Geography):  # fails on positions that are no numbers or stand alone, and took the feed with it
    if _method.startswith(("_start_", "_end_")):
        _as_text(_method.split("_", 2)[2])
