"""The text of a rules file and items for one of its lists → the text with lines for them at the end of that list.

The law: every line that is there stays as it is, comments, order and line ends included; only a list written in
brackets on one line has to be opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import yaml

from bot.core.rulefile.nodes import NOTHING, Pair, too_deep
from bot.errors import UsageError


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """`text` with `items`, each YAML on one line, at the end of the list under `key`.

    Raises: UsageError when the file is no YAML, or has something else there.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    root = compose_rules(text)
    pair = section_of(root, key)
    if pair is None:
        start = _end_of(root) if root is not None else len(text)
        return _insert_lines(text, start, [f"{key}:", *(f"  - {item}" for item in items)], ending)
    node = pair.value
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        return _into_brackets(text, node, items, ending)
    if isinstance(node, yaml.SequenceNode) and node.value:
        indent = " " * node.start_mark.column
        return _insert_lines(text, _end_of(node.value[-1]), [f"{indent}- {item}" for item in items], ending)
    if isinstance(node, yaml.SequenceNode) or (isinstance(node, yaml.ScalarNode) and node.value in NOTHING):
        return _under_key(text, pair, items, ending)
    raise UsageError(f"`{key}:` is neither a list nor empty: fix it first (`wirewatch check`)")


def quoted_scalar(text: str) -> str:
    """A double-quoted YAML scalar. `${` would be read as a variable."""
    text = text.replace("${", "$ {")
    return json.dumps(text, ensure_ascii=not text.isprintable())


def compose_rules(text: str) -> yaml.MappingNode | None:
    """The mapping that a rules file is; None: it is empty. Raises: UsageError when it is none."""
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


def section_of(root: yaml.MappingNode | None, key: str) -> Pair | None:
    """The key and its value."""
    return next((Pair(*pair) for pair in (root.value if root is not None else ()) if pair[0].value == key), None)


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


def _into_brackets(text: str, node: yaml.SequenceNode, items: Sequence[str], ending: str) -> str:
    """A list in brackets: before its closing one, on lines of their own where the list has several."""
    close = _offset(node.end_mark) - 1
    inside = text[_end_of(node.value[-1]) if node.value else _offset(node.start_mark) + 1 : close]
    has_comma = "," in re.sub(r"#[^\n]*", "", inside)
    if "\n" in text[_offset(node.start_mark) : close]:
        line_start = text.rfind("\n", 0, close) + 1
        if not text[line_start:close].strip():
            lead = "" if has_comma or not node.value else ", "
            lines = f",{ending}  ".join(items)
            return text[:line_start] + f"  {lead}{lines}{ending}" + text[line_start:]
    lead = "" if not node.value else (" " if has_comma else ", ")
    return text[:close] + lead + ", ".join(items) + text[close:]


def _under_key(text: str, pair: Pair, items: Sequence[str], ending: str) -> str:
    """A key with nothing behind it."""
    key, value = pair
    if isinstance(value, yaml.ScalarNode) and value.value:  # `feeds: null`: the word goes
        text = text[: _offset(value.start_mark)] + text[_offset(value.end_mark) :]
    return _insert_lines(text, _offset(key.end_mark), [f"  - {item}" for item in items], ending)
