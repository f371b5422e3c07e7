"""The text of a rules file, composed → splices: stretches of it to be replaced, so that every other byte stays.

The law of this file: offsets are those of the text as it stands, whatever its line ends; splices of one text do not
overlap, and are put in from the last to the first.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import yaml

from bot.core.rulefile.nodes import NOTHING, Pair, too_deep
from bot.core.text.combining import without_shaping
from bot.errors import UsageError

_SIGN = re.compile(r"[^\w ]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Splice(NamedTuple):
    """`text` stands from now on where [start, end) stood."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all of them put in."""
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def unified_diff(before: str, after: str, name: str, new_name: str) -> str:
    """A unified diff of two texts, as `patch` and `git apply` take it; "" where they are alike."""
    # A line ends with a line feed alone: other separators (U+2028, form feed) are characters to `patch`.
    lines = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), name, new_name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def compose_rules(text: str) -> yaml.MappingNode | None:
    """The nodes of a rules file; None: it is empty. Raises: UsageError when it is no YAML, or no mapping."""
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


def pair_of(node: yaml.Node | None, name: str) -> Pair | None:
    """A key of a mapping, and its value."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((Pair(*pair) for pair in pairs if pair[0].value == name), None)


def line_ending(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def double_quoted(text: str) -> str:
    """A double-quoted YAML scalar on one line; what cannot be seen in it is written out."""
    return _SIGN.sub(_written_out, json.dumps(text, ensure_ascii=False))


def _written_out(char: re.Match[str]) -> str:
    if _is_seen(char[0]):
        return char[0]
    return f"\\u{ord(char[0]):04x}" if char[0] <= "\uffff" else f"\\U{ord(char[0]):08x}"


def _is_seen(text: str) -> bool:
    """Whether people see what stands there, be it in how other letters are shaped."""
    return without_shaping(text).isprintable()


def quoted_scalar(text: str) -> str:
    """The same, whole: `${` would be read as a variable."""
    return double_quoted(text.replace("${", "$ {"))


def single_quoted(text: str) -> str:
    """A YAML scalar on one line as people write rules: in single quotes, where it can be."""
    return "'" + text.replace("'", "''") + "'" if _is_seen(text) else double_quoted(text)


def end_of(node: yaml.Node) -> int:
    """Where the last thing written of `node` ends (its own end mark comes after comments)."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return offset(node.end_mark)
    last = node.value[-1]
    return max(end_of(part) for part in (last if isinstance(last, tuple) else (last,)))


def offset(mark: yaml.Mark) -> int:
    return int(mark.index)


def lines_after(text: str, at: int, lines: Sequence[str]) -> Splice:
    """Lines behind the one that the offset `at` lies in."""
    ending = line_ending(text)
    if at > 0 and text[at - 1] == "\n":  # a block scalar ends behind its line
        split = at
    else:
        newline = text.find("\n", at)
        split = len(text) if newline < 0 else newline + 1
    head = ending if split and text[split - 1] != "\n" else ""
    return Splice(split, split, head + ending.join(lines) + ending)


def into_brackets(text: str, node: yaml.CollectionNode, items: Sequence[str]) -> Splice:
    """Items at the end of a list or mapping in brackets; on lines of their own where it has several."""
    close = offset(node.end_mark) - 1
    last = node.value[-1] if node.value else None
    last = last[1] if isinstance(last, tuple) else last
    inside = text[end_of(last) if last is not None else offset(node.start_mark) + 1 : close]
    has_comma = "," in re.sub(r"#[^\n]*", "", inside)
    if "\n" in text[offset(node.start_mark) : close]:
        line_start = text.rfind("\n", 0, close) + 1
        if not text[line_start:close].strip():
            ending = line_ending(text)
            lead = "" if has_comma or last is None else ", "
            lines = f",{ending}  ".join(items)
            return Splice(line_start, line_start, f"  {lead}{lines}{ending}")
    lead = "" if last is None else (" " if has_comma else ", ")
    return Splice(close, close, lead + ", ".join(items))


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """`text` with `items`, each YAML on one line, at the end of the list under `key`: only a list written in brackets
    on one line is opened.

    Raises: UsageError when the file is no YAML, or has something else there.
    """
    root = compose_rules(text)
    pair = pair_of(root, key)
    if pair is None:
        start = end_of(root) if root is not None else len(text)
        return spliced(text, [lines_after(text, start, [f"{key}:", *(f"  - {item}" for item in items)])])
    node = pair.value
    if isinstance(node, yaml.SequenceNode) or (isinstance(node, yaml.ScalarNode) and node.value in NOTHING):
        return spliced(text, into_list(text, pair, items))
    raise UsageError(f"`{key}:` is neither a list nor empty: fix it first (`wirewatch check`)")


def _stands_alone(text: str, key: int, start: int, end: int) -> bool:
    """Whether key and value fill one line, but for a comment."""
    line = text.rfind("\n", 0, key) + 1
    behind = text[end:].partition("\n")[0].strip()
    return not text[line:key].strip() and "\n" not in text[key:end] and (not behind or behind.startswith("#"))


def into_list(text: str, pair: Pair, items: Sequence[str]) -> list[Splice]:
    """Items at the end of the list under a key: in brackets or a line each, as it is written; one value, or nothing,
    becomes a list.

    Items that begin lines stand as deep as those that are there, else two deeper than the key.
    """
    key, node = pair
    start, end = offset(node.start_mark), offset(node.end_mark)
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        has_mark = text[start] != "["  # `feeds: &mine []`: others may name it
        if node.value or has_mark or not _stands_alone(text, offset(key.start_mark), start, end):
            return [into_brackets(text, node, items)]
        indent = " " * (key.start_mark.column + 2)  # forty feeds in the brackets of `feeds: []` are nothing to read
        return [
            Splice(text.index(":", offset(key.end_mark)) + 1, end, ""),
            lines_after(text, end, [f"{indent}- {item}" for item in items]),
        ]
    if isinstance(node, yaml.SequenceNode) and node.value:
        indent = " " * node.start_mark.column
        return [lines_after(text, end_of(node.value[-1]), [f"{indent}- {item}" for item in items])]
    if isinstance(node, yaml.ScalarNode) and not node.style and node.value in NOTHING:
        gone = [Splice(start, end, "")] if node.value else []  # `feeds: null`: the word goes
        indent = " " * (key.start_mark.column + 2)
        return [*gone, lines_after(text, offset(key.end_mark), [f"{indent}- {item}" for item in items])]
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        raise UsageError(f"{key.value}: holds one text of several lines; make it a list first")
    written = double_quoted(node.value) if isinstance(node, yaml.ScalarNode) else text[start:end]
    return [Splice(start, end, f"[{', '.join((written, *items))}]")]
