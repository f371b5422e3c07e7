"""OPML → feeds, and back (OPML 2.0, opml.org/spec2.opml).

The law: entity declarations are refused, whatever they hold; an outline is a feed when it has an `xmlUrl`, in any
case; an outline that holds others is a folder and becomes a tag. Nothing is dropped silently: what cannot be a feed, or
has no URL, is returned without one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from html.entities import html5
from pyexpat import ExpatError, ParserCreate, errors
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from bot.core.parse.charset import decode_body
from bot.core.parse.markup import IMPOSSIBLE, plain_line, whole_pairs
from bot.core.parse.webpage import without_feed_scheme
from bot.errors import UsageError
from bot.model import Feed

_MAX_NAME = 200
"""Characters of a feed's name."""
_BEHIND = errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
"""Something stands behind the list: what a web server adds."""
_LEAD = re.compile(r"\A[\ufeff\s\x00]*(?:<\?xml[^>]*?>)?")
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]*);)?")
_XML_CHARACTERS = range(9, 0x110000)
_OUTLINE = re.compile(r"""<outline\b((?:[^<>"']++|"[^"]*+"|'[^']*+'){0,200})>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]*[^\s"'<>/]))""")


_ROOT = re.compile(r"(?:\s|<[?!][^<>]*>)*<([\w:.-]+)")
_OUTLINE_OR_END = re.compile(
    r"""<outline\b((?:[^<>"']|"[^"]*"|'[^']*'){0,4000})>([ \t]*</outline\s*>)?|</outline\s*>""", re.IGNORECASE
)
"""A tag, with the end that follows it in its line: that one is its own, and no folder's."""
_ENDED = re.compile(r"</opml\s*>", re.IGNORECASE)
_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_AROUND = " \t\n\u200b\u2060\ufeff"
_ADDRESSES = re.compile(r"(?:[-*#].*\n\s*){0,50}[-*\s\"']{0,20}https?://", re.IGNORECASE)
"""How a list of addresses begins, one a line."""
_OTHER_NAMES = ("feedurl", "rssurl")
"""What others call `xmlUrl`."""
_DEEPEST = 20
"""Folders around a feed of which it gets tags, the nearest ones: without ends thousands stand around it."""
_FEEDS = ("rss", "feed", "rdf:rdf")
_Start = Callable[[str, dict[str, str]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One feed of a list. `url` None: what stood there (`written`, or nothing) is no http(s) URL with a host."""

    url: str | None
    written: str
    name: str = ""
    tags: tuple[str, ...] = ()


def read_opml(data: bytes) -> tuple[OpmlFeed, ...]:
    """The feeds of an OPML document, in its order. Raises: UsageError when it is none, or declares entities."""
    text, _ = decode_body(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # The declaration speaks of bytes, and these are characters; its place is kept, so that line and column stay true.
    text = _LEAD.sub(lambda lead: re.sub(r"[^\n]", " ", lead.group()), text)
    text = IMPOSSIBLE.sub(" ", text)
    text = whole_pairs(_REFERENCE.sub(_readable, text))
    if not text.lstrip().startswith("<"):
        raise UsageError(f"this is no OPML: {_instead(data, text.strip())}")
    try:
        return _outlines(text, _strictly)
    except ExpatError as error:
        with suppress(ExpatError):
            return _outlines(_OUTLINE.sub(_well_formed, text), _strictly)
        if _ENDED.search(text) is not None:  # whole, but for its nesting
            return _outlines(text, _loosely)
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise UsageError(f"this is no OPML: not well-formed XML in {place}") from None


def _instead(data: bytes, text: str) -> str:
    """What a file is that is no XML, and what to do with it."""
    packed = next((kind for start, kind in _PACKED.items() if data.startswith(start)), "")
    if packed:
        return f"it is packed ({packed}): unpack it first"
    if not text:
        return "it is empty"
    begins = f"it begins “{' '.join(text[:40].split())}”, not with <opml>"
    if _ADDRESSES.match(text) is not None:
        return f"{begins}. Addresses go into the rules file under feeds:, each on a line of its own behind “- ”"
    return f"{begins}. Where it comes from, export the feeds as OPML"


def _well_formed(tag: re.Match[str]) -> str:
    """An outline's tag with every attribute once, in quotes, and without `<` in it."""
    values: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag[1]):
        values.setdefault(name, (double or single or bare).replace("<", "&lt;").replace('"', "&quot;"))
    attributes = "".join(f' {name}="{value}"' for name, value in values.items())
    return f"<outline{attributes}{'/' if tag[1].endswith('/') else ''}>"


def _readable(reference: re.Match[str]) -> str:
    """`&nbsp;`, `&#0;` or a bare `&`: none of them is worth a list of feeds. What XML knows itself stays as it is."""
    name = reference.group(1)
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        if 0xD800 <= number <= 0xDFFF:
            return chr(number)  # half of a pair, as JavaScript writes an emoji
        return reference.group() if number in _XML_CHARACTERS and IMPOSSIBLE.match(chr(number)) is None else " "
    if name in ("amp", "lt", "gt", "quot", "apos"):
        return reference.group()
    return escape(html5[f"{name};"]) if f"{name};" in html5 else f"&amp;{name};"


@dataclass(slots=True, kw_only=True)
class _Outline:
    """An outline on the way. Without a URL it is a folder if it holds others, else an entry that lost its URL."""

    feed: OpmlFeed
    folder: str
    is_link: bool
    holds_others: bool = False


def _strictly(text: str, start: _Start, end: Callable[[str], None]) -> None:
    """Tells of each tag of well-formed XML. Raises: ExpatError; UsageError where it declares entities."""
    expat = ParserCreate("utf-8")

    def declared(*_: object) -> None:
        raise UsageError("this OPML declares entities: refused. A list of feeds needs none")

    expat.StartElementHandler = start
    expat.EndElementHandler = end
    expat.EntityDeclHandler = declared
    try:
        expat.Parse(text.encode("utf-8", "replace"), True)
    except ExpatError as error:
        if error.code != _BEHIND:  # the list was whole
            raise


def _loosely(text: str, start: _Start, end: Callable[[str], None]) -> None:
    """Tells of the root and the outlines of what has lost an end (`<body>` in its place): an outline without others
    in it, and without an end, is none the less one."""
    if (root := _ROOT.match(text)) is not None:
        start(root[1], {})
    for tag in _OUTLINE_OR_END.finditer(text):
        if tag[1] is None:
            end("outline")
            continue
        values = _ATTRIBUTE.findall(tag[1])
        attributes = {name: html.unescape(one or two or bare) for name, one, two, bare in reversed(values)}
        start("outline", attributes)
        if tag[1].endswith("/") or tag[2] or any(name.lower() in ("xmlurl", *_OTHER_NAMES) for name in attributes):
            end("outline")


def _outlines(text: str, parse: Callable[[str, _Start, Callable[[str], None]], None]) -> tuple[OpmlFeed, ...]:
    outlines: list[_Outline] = []
    path: list[_Outline] = []
    roots: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not roots:
            roots.append(tag.lower())
            if roots[0] != "opml":
                mend = ". It is a feed: add its address under feeds:" if roots[0] in _FEEDS else ""
                raise UsageError(f"this is no OPML: it begins with <{tag[:40]}>, not with <opml>{mend}")
        if tag.lower() != "outline":
            return
        values = {name.lower(): value for name, value in attributes.items()}
        kind = values.get("type", "").strip().lower()
        name = plain_line(values.get("title") or values.get("text") or "")[:_MAX_NAME]
        written = values.get("xmlurl", "").strip()
        if not written:
            others = (*_OTHER_NAMES, *(("url",) if kind in ("rss", "atom") else ()))
            written = next(filter(None, (values.get(name, "").strip() for name in others)), "")
        tags = [outline.folder for outline in path[-_DEEPEST:] if outline.folder]
        tags += [plain_line(tag).strip("/") for tag in values.get("category", "").split(",")]
        feed = OpmlFeed(
            url=feed_url(written),
            written=written,
            name=name,
            tags=tuple(dict.fromkeys(tag[:60] for tag in tags if tag)),
        )
        is_part = False
        if path:
            path[-1].holds_others = True
            is_part = bool(path[-1].feed.written)  # episodes that a player keeps with their podcast
        is_link = kind in ("link", "include") or (is_part and not written)
        outline = _Outline(feed=feed, folder="" if written else name, is_link=is_link)
        path.append(outline)
        outlines.append(outline)

    def end(tag: str) -> None:
        if tag.lower() == "outline" and path:
            path.pop()

    parse(text, start, end)
    return tuple(one.feed for one in outlines if one.feed.written or not (one.holds_others or one.is_link))


def feed_url(written: str) -> str | None:
    """An http(s) URL with a host, or None. `${` is refused too: a list must not read our environment."""
    written = written.replace("&amp;", "&").strip(_AROUND)  # escaped twice, and what nobody sees
    bare = without_feed_scheme(written)
    written = f"http:{bare}" if bare != written and bare.startswith("//") else bare
    written = _encoded(written)
    if re.search(r"[\s\x00-\x1f\x7f\"<>]", written) or "${" in written or len(written) > 2_000:
        return None
    try:
        parts = urlsplit(written)
        _ = parts.port
    except ValueError:
        return None
    return written if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def _encoded(url: str) -> str:
    """Spaces and pairs of quotes behind the host as %20 and %22: `search?q="Orbrecht Steel"`, of Google News."""
    begun, slash, rest = url.partition("//")
    host, _, path = rest.partition("/")
    if not (slash and path) or " " in begun + host or '"' in begun + host or path.count('"') % 2:
        return url
    return f"{begun}//{host}/" + path.replace(" ", "%20").replace('"', "%22")


def url_key(url: str) -> str:
    """What two spellings of one URL have in common: scheme and host count in any case."""
    try:
        parts = urlsplit(_encoded(url.strip()))
        port = parts.port
    except ValueError:
        return url.strip()
    scheme = parts.scheme.lower()
    default = {"http": 80, "https": 443}.get(scheme)
    host = (parts.hostname or "").lower() + (f":{port}" if port and port != default else "")
    login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"{scheme}://{login}{host}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def write_opml(feeds: Iterable[Feed], title: str, created: str) -> str:
    """OPML 2.0. URLs stand as the rules file has them: `${VAR}` is not filled in. `created`: an RFC 822 date."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{escape(_clean(title))}</title>",
        f"    <dateCreated>{escape(_clean(created))}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    for feed in feeds:
        name = quoteattr(_clean(feed.name or str(feed.id)))
        category = f" category={quoteattr(_clean(','.join(feed.tags)))}" if feed.tags else ""
        url = quoteattr(_clean(feed.label or feed.url))
        lines.append(f'    <outline type="rss" text={name} title={name} xmlUrl={url}{category}/>')
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return IMPOSSIBLE.sub("", text)
