"""`feeds:` of a rules file: checked nodes → feeds."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import yaml

from bot.core.rulefile.addresses import address_oddity, address_problem, bare_address
from bot.core.rulefile.hints import meant_key
from bot.core.rulefile.kinds import (
    DURATION,
    FLAG,
    ONE_TEXT,
    TEXT_SCHEMA,
    TEXTS,
    Keys,
    Kind,
    mapping_schema,
    read_values,
)
from bot.core.rulefile.nodes import Node, NodeReader, Pair, line_of
from bot.core.rulefile.units import Ids, slug
from bot.core.text.sanitize import short_line
from bot.core.text.times import span_text
from bot.model import Settings
from bot.model.news import Feed, FeedId


def read_feeds(reader: NodeReader, node: Node | None, settings: Settings) -> tuple[Feed, ...]:
    """`feeds:`; ids made from URLs never take a declared one. `settings` say which addresses are allowed, and how often
    a feed may be asked."""
    drafts: list[tuple[Node, dict[str, Pair]]] = []
    for item in reader.items(node, "feeds", "- https://example.org/news.xml"):
        if reader.is_reported(item):
            continue
        if isinstance(item, yaml.MappingNode):
            if (named := _named_url(item)) is not None:
                reader.error(item, "a feed is an address, or keys with values", f"write {named}")
                continue
            pairs = reader.mapping(item, "a feed", _FEED)
            if "url" in pairs:
                drafts.append((item, pairs))
            elif not any(meant_key(str(key.value), _FEED) == "url" for key, _ in item.value):
                reader.error(item, "this feed has no url", 'add url: "https://…"')
        elif reader.text(item, "a feed", expand=False) is not None:
            drafts.append((item, {"url": Pair(item, item)}))
    ids = reader.declared_ids((pairs for _, pairs in drafts), "feed")
    feeds: list[Feed] = []
    declared: dict[str, Node] = {}
    for item, pairs in drafts:
        feed = _feed(reader, item, pairs, ids)
        if feed is None:
            continue
        first = declared.setdefault(_comparable(feed.url), item)
        if first is not item:
            hint = f"the first is in line {line_of(first)}; delete one"
            reader.error(pairs["url"].value, "this address is declared twice", hint, "warning")
        if (odd := address_oddity(feed.label, private_allowed=settings.allow_private_hosts)) is not None:
            reader.error(pairs["url"].value, *odd, severity="warning")
        if feed.every is not None and feed.every < settings.fetch.min:
            least, node = span_text(settings.fetch.min), pairs["every"].value
            message = f"every: {node.value} is shorter than settings.fetch.min: the feed is asked every {least}"
            reader.error(node, message, "to ask it more often, lower settings.fetch.min, too", severity="warning")
        feeds.append(feed)
    return tuple(feeds)


def _named_url(item: Node) -> str | None:
    """`BBC: https://…` as a feed with a name; None: it is none of these."""
    if len(item.value) != 1 or meant_key(str(item.value[0][0].value), _FEED):
        return None
    key, value = item.value[0]
    if not isinstance(value, yaml.ScalarNode) or "://" not in value.value or "${" in value.value:
        return None
    return f'{{url: "{value.value.strip()}", name: "{key.value}"}}'


def _feed(reader: NodeReader, item: Node, pairs: dict[str, Pair], ids: Ids) -> Feed | None:
    node = pairs["url"].value
    if isinstance(node, yaml.SequenceNode):
        reader.error(node, "url takes one address, not a list", "write one feed for each: - https://…")
        return None
    url = reader.text(node, "url")
    values = read_values(reader, pairs, _FEED)
    if url is None:
        return None
    url, label = bare_address(url), bare_address(node.value)
    problem = address_problem(url, label)
    if problem:
        reader.error(node, f"{problem[0]}: {short_line(node.value, 100)}", problem[1])
        return None
    host, path = _host_and_path(label)
    if "id" in pairs:
        identifier = str(pairs["id"].value.value).strip()
    else:
        identifier = ids.make(slug(f"{host} {path}"))
    variables = reader.variables_of(item)
    return Feed(
        id=FeedId(identifier),
        url=url,
        label=label,
        variables=variables,
        is_named="name" in values,
        **{"name": values.get("outlet") or host or identifier, **values},
    )


def _host_and_path(label: str) -> tuple[str, str]:
    """Of a URL as it is written: a host that a variable names is not shown."""
    try:
        parts = urlsplit(label)
        host = parts.netloc.rpartition("@")[2] if "${" in parts.netloc else parts.hostname
    except ValueError:  # a variable in brackets, as of an IPv6 address
        return "", label
    return host or "", parts.path


def _read_headers(reader: NodeReader, node: Node, what: str) -> dict[str, str]:
    headers = {}
    for name, key, value in reader.named(node, what):
        text = reader.text(value, f"the header {name}")
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            reader.error(key, f"{name} is no name of a header", "letters, digits and - only")
        elif text is not None and re.search(r"[\r\n\x00]", text):
            reader.error(value, f"the header {name} holds a line end", "write it on one line")
        elif text is not None:
            headers[name] = text
    return headers


def _comparable(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}?{parts.query}"


_FEED: Keys = {
    "url": Kind(schema={"type": "string"}).about("http or https; ${VAR} is filled in from the environment."),
    "id": Kind(schema=TEXT_SCHEMA).about("What rules and commands call the feed."),
    "name": ONE_TEXT.about("What digests call the feed; absent: the outlet."),
    "outlet": ONE_TEXT.about("What counts as one source; absent: the domain of each entry."),
    "tags": TEXTS.about("Names that a rule's `feeds:` may use."),
    "every": DURATION.about("Fixes the interval between polls."),
    "headers": Kind(schema={"type": ["object", "null"], "additionalProperties": TEXT_SCHEMA}, read=_read_headers).about(
        "Sent along with every request; ${VAR} is filled in."
    ),
    "full_text": FLAG.about("Whether articles are fetched, where the feed holds only their beginning."),
}
FEEDS_SECTION = Kind(
    schema={"type": ["array", "null"], "items": {"anyOf": [{"type": "string"}, mapping_schema(_FEED, "url")]}}
).about("Each a URL, or a mapping with `url`.")
