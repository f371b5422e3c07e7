"""The text of a rules file and feeds to add → the text with lines for them at the end of `feeds:`.

The law: every line that is there stays as it is, comments, order and line ends included; only a list written in
brackets on one line has to be opened. The result is read again before it is given: it holds the old feeds and the new.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import yaml

from bot.core.parse.opml import OpmlFeed
from bot.core.rulefile.nodes import NOTHING, Pair, too_deep
from bot.errors import UsageError


def urls_in(text: str) -> tuple[str, ...]:
    """The URLs of `feeds:` as written, `${VAR}` unexpanded. Raises: UsageError when the file is no YAML."""
    pair = _feeds(_compose(text))
    urls = []
    for item in pair.value.value if pair is not None and isinstance(pair.value, yaml.SequenceNode) else ():
        if isinstance(item, yaml.ScalarNode):
            urls.append(str(item.value))
        elif isinstance(item, yaml.MappingNode):
            urls += [str(value.value) for key, value in item.value if key.value == "url"]
    return tuple(urls)


def with_feeds(text: str, feeds: Sequence[OpmlFeed]) -> str:
    """`text` with `feeds` added. Raises: UsageError when that cannot be done without touching other lines."""
    if not feeds:
        return text
    if text.startswith("\ufeff"):
        return "\ufeff" + with_feeds(text.removeprefix("\ufeff"), feeds)
    ending = "\r\n" if "\r\n" in text else "\n"
    root = _compose(text)
    pair = _feeds(root)
    node = pair.value if pair is not None else None
    before = urls_in(text)
    if pair is None:
        start = _end_of(root) if root is not None else len(text)
        added = _insert_lines(text, start, ["feeds:", *(f"  - {_item(feed)}" for feed in feeds)], ending)
    elif isinstance(node, yaml.SequenceNode) and node.flow_style:
        added = _into_brackets(text, node, feeds, ending)
    elif isinstance(node, yaml.SequenceNode) and node.value:
        indent = " " * node.start_mark.column
        added = _insert_lines(text, _end_of(node.value[-1]), [f"{indent}- {_item(feed)}" for feed in feeds], ending)
    elif isinstance(node, yaml.SequenceNode) or (isinstance(node, yaml.ScalarNode) and node.value in NOTHING):
        added = _under_key(text, pair, feeds, ending)
    else:
        raise UsageError("`feeds:` is neither a list nor empty: fix it first (`wirewatch check`)")
    if urls_in(added) != (*before, *(feed.url for feed in feeds)):
        raise UsageError("the feeds cannot be added without changing other lines; add a line `- …` by hand first")
    return added


def _item(feed: OpmlFeed) -> str:
    """One feed as YAML that fits on a line."""
    parts = [f"url: {_quoted(feed.url or '')}"]
    if feed.name:
        parts.append(f"name: {_quoted(feed.name)}")
    if feed.tags:
        parts.append(f"tags: [{', '.join(_quoted(tag) for tag in feed.tags)}]")
    return "{" + ", ".join(parts) + "}"


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar. `${` would be read as a variable."""
    text = text.replace("${", "$ {")
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _compose(text: str) -> yaml.MappingNode | None:
    if too_deep(text):
        raise UsageError("the rules file is nested too deep")
    try:
        root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise UsageError(f"the rules file is not YAML{where}: run `wirewatch check` and fix it first") from None
    except RecursionError:
        raise UsageError("the rules file is nested too deep") from None
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode):
        raise UsageError("the rules file is no mapping (`feeds:`, `rules:` …): run `wirewatch check` and fix it first")
    return root


def _feeds(root: yaml.MappingNode | None) -> Pair | None:
    """`feeds:` and its value."""
    return next((Pair(*pair) for pair in (root.value if root is not None else ()) if pair[0].value == "feeds"), None)


def _end_of(node: yaml.Node) -> int:
    """Where the last thing written of `node` ends (its own end mark comes after comments)."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return _offset(node.end_mark)
    last = node.value[-1]
    return max(_end_of(part) for part in (last if isinstance(last, tuple) else (last,)))


def _offset(mark: yaml.Mark) -> int:
    return int(mark.index)


def _insert_lines(text: str, offset: int, lines: list[str], ending: str) -> str:
    """`lines` after the line that `offset` lies in."""
    if offset > 0 and text[offset - 1] == "\n":  # a block scalar ends behind its line
        split = offset
    else:
        newline = text.find("\n", offset)
        split = len(text) if newline < 0 else newline + 1
    head, tail = text[:split], text[split:]
    if head and not head.endswith("\n"):
        head += ending
    return head + ending.join(lines) + ending + tail


def _into_brackets(text: str, node: yaml.SequenceNode, feeds: Sequence[OpmlFeed], ending: str) -> str:
    """A list in brackets: before its closing one, on lines of their own where the list has several."""
    close = _offset(node.end_mark) - 1
    inside = text[_end_of(node.value[-1]) if node.value else _offset(node.start_mark) + 1 : close]
    has_comma = "," in re.sub(r"#[^\n]*", "", inside)
    items = [_item(feed) for feed in feeds]
    if "\n" in text[_offset(node.start_mark) : close]:
        line_start = text.rfind("\n", 0, close) + 1
        if not text[line_start:close].strip():
            lead = "" if has_comma or not node.value else ", "
            lines = f",{ending}  ".join(items)
            return text[:line_start] + f"  {lead}{lines}{ending}" + text[line_start:]
    lead = "" if not node.value else (" " if has_comma else ", ")
    return text[:close] + lead + ", ".join(items) + text[close:]


def _under_key(text: str, pair: Pair, feeds: Sequence[OpmlFeed], ending: str) -> str:
    """`feeds:` with nothing behind it."""
    key, value = pair
    if isinstance(value, yaml.ScalarNode) and value.value:  # `feeds: null`: the word goes
        text = text[: _offset(value.start_mark)] + text[_offset(value.end_mark) :]
    return _insert_lines(text, _offset(key.end_mark), [f"  - {_item(feed)}" for feed in feeds], ending)
