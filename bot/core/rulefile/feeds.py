"""`feeds:` of a rules file: checked nodes in, feeds out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import yaml

from bot.core.rulefile.nodes import Node, Reader, span
from bot.core.rulefile.units import Ids, slug
from bot.model.news import Feed, FeedId

FEED_KEYS = ("url", "id", "name", "outlet", "tags", "every", "headers", "full_text")


def read_feeds(reader: Reader, node: Node | None) -> tuple[Feed, ...]:
    """`feeds:`; ids made from addresses never take a declared one."""
    if node is None:
        return ()
    drafts: list[tuple[Node, dict[str, tuple[Node, Node]], Node]] = []
    for item in reader.items(node, "feeds", "- https://example.org/news.xml"):
        if reader.mended(item):
            continue
        if isinstance(item, yaml.MappingNode):
            found = reader.mapping(item, "a feed", FEED_KEYS)
            if "url" not in found:
                reader.error(item, "this feed has no url", 'add url: "https://…"')
                continue
            drafts.append((item, found, found["url"][1]))
        elif reader.text(item, "a feed", expand=False) is not None:
            drafts.append((item, {}, item))
    taken: dict[str, int] = {}
    for _, found, _ in drafts:
        if "id" in found:
            name = reader.text(found["id"][1], "id")
            if name is None:
                continue
            if name in taken:
                reader.error(found["id"][1], f"the feed id {name} is used twice", f"the first is in line {taken[name]}")
            taken.setdefault(name, found["id"][1].start_mark.line + 1)
    used = Ids(taken)
    feeds: list[Feed] = []
    addresses: dict[str, int] = {}
    for item, found, url_node in drafts:
        feed = _feed(reader, found, url_node, used)
        if feed is None:
            continue
        line = item.start_mark.line + 1
        known = addresses.setdefault(_same_address(feed.url), line)
        if known != line:
            reader.source.warning(
                url_node, "this address is declared twice", f"the first is in line {known}; delete one"
            )
        feeds.append(feed)
    return tuple(feeds)


def _feed(reader: Reader, found: dict[str, tuple[Node, Node]], url_node: Node, used: Ids) -> Feed | None:
    url = reader.text(url_node, "url")
    values: dict[str, object] = {}
    for key in ("name", "outlet"):
        if key in found:
            values[key] = reader.text(found[key][1], key)
    if "tags" in found:
        values["tags"] = tuple(text for text, _ in reader.one_or_more(found["tags"][1], "tags"))
    if "every" in found:
        values["every"] = span(reader, found["every"][1], "every")
    if "full_text" in found:
        values["full_text"] = reader.flag(found["full_text"][1], "full_text")
    if "headers" in found:
        headers = {}
        for name, key, value in reader.named(found["headers"][1], "headers"):
            text = reader.text(value, f"the header {name}")
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                reader.error(key, f"{name} is no name of a header", "letters, digits and - only")
            elif text is not None and re.search(r"[\r\n\x00]", text):
                reader.error(value, f"the header {name} holds a line end", "write it on one line")
            elif text is not None:
                headers[name] = text
        values["headers"] = headers
    if url is None:
        return None
    url = url.strip()
    problem = address_problem(url)
    if problem:
        reader.error(url_node, f"{problem[0]}: {_shown(url_node.value)}", problem[1])
        return None
    parts = urlsplit(url)
    if "id" in found:
        identifier = str(found["id"][1].value).strip()
    else:
        label = urlsplit(url_node.value.strip())
        identifier = used.make(slug(f"{label.hostname or parts.hostname} {label.path}"))
    return Feed(
        id=FeedId(identifier),
        url=url,
        name=str(values.pop("name", None) or parts.hostname or identifier),
        label=url_node.value.strip(),
        **{key: value for key, value in values.items() if value is not None},  # type: ignore[arg-type]  # each value was read as its field's type
    )


def _shown(url: str) -> str:
    return url if len(url) <= 100 else url[:100] + "…"


def _same_address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}?{parts.query}"


def address_problem(url: str) -> tuple[str, str] | None:
    """What is wrong with a feed's address, and what to do; None: nothing."""
    if re.search(r"\s", url):
        return "an address has no spaces", "write %20, or delete the space"
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "this is no address", "write https://host/path"
    if parts.scheme.lower() not in ("http", "https"):
        if parts.scheme.lower() == "feed":
            return "this address begins with feed:", "write https:// instead"
        return "a feed's address begins with http:// or https://", "write the whole address"
    if not host:
        return "this address has no host", "write https://host/path"
    return None
