"""The text of a rules file and feeds to add → the text with lines for them at the end of `feeds:`.

The law: every line that is there stays as it is (see `text_edits`). The result is read again before it is given: it
holds the old feeds and the new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import yaml

from bot.core.parse.opml import OpmlFeed, feed_url
from bot.core.rulefile.addresses import address_problem, bare_address, meant_address
from bot.core.rulefile.text_edits import compose_rules, pair_of, quoted_scalar, with_items
from bot.errors import UsageError


def urls_in(text: str) -> tuple[str, ...]:
    """The URLs of `feeds:` as written, `${VAR}` unexpanded. Raises: UsageError when the file is no YAML."""
    pair = pair_of(compose_rules(text), "feeds")
    urls = []
    for item in pair.value.value if pair is not None and isinstance(pair.value, yaml.SequenceNode) else ():
        if isinstance(item, yaml.ScalarNode):
            urls.append(str(item.value))
        elif isinstance(item, yaml.MappingNode):
            urls += [str(value.value) for key, value in item.value if key.value == "url"]
    return tuple(urls)


def as_asked(feed: OpmlFeed) -> OpmlFeed:
    """The feed at the address that is meant, as a rules file takes it; without one, where it takes none of it: one such
    line, and no edit of the file came into force any more."""
    written = bare_address(feed.url or feed.written)
    url = feed_url(meant_address(written) or written)
    return replace(feed, url=url if url is not None and address_problem(url, url) is None else None)


def with_feeds(text: str, feeds: Sequence[OpmlFeed]) -> str:
    """`text` with `feeds` added. Raises: UsageError when that cannot be done without touching other lines."""
    if not feeds:
        return text
    if text.startswith("\ufeff"):
        return "\ufeff" + with_feeds(text.removeprefix("\ufeff"), feeds)
    before = urls_in(text)
    added = with_items(text, "feeds", [_item(feed) for feed in feeds])
    if urls_in(added) != (*before, *(feed.url for feed in feeds)):
        raise UsageError("the feeds cannot be added without changing other lines; add a line `- …` by hand first")
    return added


def _item(feed: OpmlFeed) -> str:
    """One feed as YAML that fits on a line."""
    parts = [f"url: {quoted_scalar(feed.url or '')}"]
    if feed.name:
        parts.append(f"name: {quoted_scalar(feed.name)}")
    if feed.tags:
        parts.append(f"tags: [{', '.join(quoted_scalar(tag) for tag in feed.tags)}]")
    return "{" + ", ".join(parts) + "}"
