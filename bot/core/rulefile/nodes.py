"""YAML → checked nodes: mappings with known keys, lists, texts; every slip reported where it stands.

The law of this file: scalars are text as written; a key twice, an unknown tag, a second document are errors; nesting
ends at 100 levels, before the C loader sees it (it dies of depth); a file that does not parse is repaired where YAML is
known to misread rules (`yaml_traps`), so that all other problems are found in the same pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar

import yaml

from bot.core.rulefile.bracket_traps import PLACEHOLDER
from bot.core.rulefile.hints import duration_hint, key_hint
from bot.core.rulefile.quoting import QUOTE_TEXT
from bot.core.rulefile.silent_traps import comment_for_value, escape_trap, plain_signs
from bot.core.rulefile.source import Source
from bot.core.rulefile.units import Ids, duration, yes_or_no
from bot.core.rulefile.variables import variable_content
from bot.core.rulefile.yaml_traps import repair
from bot.core.text.suggest import nearest

NOTHING = ("", "~", "null")
"""How YAML writes nothing."""
_MAX_NESTING = 100
"""Levels: the C loader dies of depth, and a rules file needs five."""
_MAX_REPAIRS = 100
"""Mistakes of YAML in one file that are each told; every one costs a reading of the whole."""
_MAX_ALIASES = 10_000  # each may hold others: ten levels of ten are ten thousand million values
_KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map", "int", "float", "bool", "null", "timestamp")
)
_OTHER_COMMAS = "，、،；;|｜"
"""What stands between the items of a list for people, and not for YAML: `[Huawei， 华为]` is one name."""
_ENDS_OF_NAME = re.compile(r"[^,]+(?:,\s*(?:(?:\w+\.\s*)+|\w{1,2}|\w[a-z]{2})\s*)+")
"""What is one name: `Apple, Inc.`, `Robert Downey, Jr`, `Washington, D.C.`; not `A, ZTE`."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_OTHER_ITEM = re.compile(r"(?:-(?=\w)|[•·–—]\s*|\d+[.)]\s+)(\S+)")
"""`-Huawei`, `• Huawei`, `1. Huawei`: meant as an item of a list."""

_T = TypeVar("_T")
Node = Any
"""A yaml.Node; PyYAML's C loader is not typed."""


class Pair(NamedTuple):
    """A key of a mapping and its value."""

    key: Node
    value: Node


def root_node(source: Source) -> Node | None:
    """The root node of a file, or None with the reason reported."""
    text = source.text = plain_signs(source.text, source)
    deep = too_deep(text)
    if deep:
        source.report("error", *deep, 1, f"nested deeper than {_MAX_NESTING} levels", "a rules file needs five")
        return None
    if text.count("*") > _MAX_ALIASES and len(re.findall(r"(?<![\w*])\*\w", text)) > _MAX_ALIASES:
        source.report("error", 1, 1, 1, f"more than {_MAX_ALIASES} aliases", "write the values out")
        return None
    for _ in range(_MAX_REPAIRS):
        loader = yaml.CBaseLoader(text)
        try:
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            repaired = repair(text, error, source)
            if repaired is None:
                return None
            text = source.text = repaired
        except yaml.YAMLError as error:
            position = getattr(error, "position", 0) or 0
            char = text[position : position + 1]
            message = f"an invisible character (U+{ord(char):04X}) stands here" if char else ""
            source.report(
                "error", *source.place(position), 1, message or "this is no text that YAML can read", "delete it"
            )
            return None
        except RecursionError:
            source.report("error", 1, 1, 1, f"nested deeper than {_MAX_NESTING} levels", "a rules file needs five")
            return None
        else:
            if node is not None:
                _check(node, source)
            return node
        finally:
            loader.dispose()
    return None


def too_deep(text: str) -> tuple[int, int] | None:
    """Where nesting passes _MAX_NESTING (line, column), if it does: a cheap bound first, then YAML's own events."""
    depth = deepest = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if match.group() in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    indents: list[int] = []
    levels = 0
    for match in re.finditer(r"^([ ]*)((?:[-?:][ \t]+)*)\S", text, re.MULTILINE):
        indent = len(match.group(1))
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        levels = max(levels, len(indents) + match.group(2).count(" ") + match.group(2).count("\t"))
    if deepest + levels * 2 <= _MAX_NESTING:
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _MAX_NESTING:
                    mark = event.start_mark
                    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None
    return None


def _nodes(root: Node) -> Iterator[Node]:
    """All nodes of a tree, lists and mappings once each (aliases make it a graph)."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            yield node
            stack += [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]


def _check(root: Node, source: Source) -> None:
    """Tags and duplicate keys of the whole tree."""
    for node in _nodes(root):
        if node.tag not in _KNOWN_TAGS:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            hint = "put the text in single quotes, or delete the tag"
            if tag.startswith("!include"):
                hint = "one file holds everything: write it here"
            source.error(node, f"unknown YAML tag {tag}", hint)
        if isinstance(node, yaml.ScalarNode) and (trap := escape_trap(source.text, node)) is not None:
            source.report("error", *source.place(trap[0]), 2, *trap[1:])
            node.value = PLACEHOLDER
        if isinstance(node, yaml.MappingNode):
            keys: dict[str, Node] = {}
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    source.error(key, "a key is a plain word", "")
                    continue
                if key.value in keys:
                    first = f"the first is in line {line_of(keys[key.value])}; keep one"
                    source.error(key, f"the key {key.value} stands here twice", first)
                keys.setdefault(key.value, key)


@cache
def _listed(sign: str) -> re.Pattern[str]:
    """Words with a sign between them, and nothing of a rule expression."""
    word, sign = r"[^\s\"“”()]", re.escape(sign)
    return re.compile(rf"[^\"“”()]*(?!{sign}){word}\s*{sign}\s*(?!{sign}){word}[^\"“”()]*")


class NodeReader:
    """Reads nodes as what they should be; reports and returns None where they are not.

    A message shows a value as it is written: what a variable holds may be a secret.
    """

    def __init__(self, source: Source, environ: Mapping[str, str]) -> None:
        self.source = source
        self.environ = environ
        self.variables: dict[str, str] = {}
        """Every variable that the file used, and what it held."""

        self.error = source.error

    def is_reported(self, node: Node) -> bool:
        """Whether this node's problem is reported already: YAML could not read it, or it has an unknown tag."""
        return (isinstance(node, yaml.ScalarNode) and node.value == PLACEHOLDER) or node.tag not in _KNOWN_TAGS

    def mapping(
        self, node: Node, what: str, keys: Collection[str], example: Callable[[str], str] | None = None
    ) -> dict[str, Pair]:
        """The known keys of a mapping; other keys are reported. `example`: what to write instead of a text."""
        if self.is_reported(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            if not self.empty(node):
                hint = f"keys are {', '.join(keys)}"
                if example is not None:
                    hint = example(node.value if isinstance(node, yaml.ScalarNode) else "")
                self.error(node, f"{what} takes keys with values, not {describe(node)}", hint)
            return {}
        pairs: dict[str, Pair] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            name = key.value
            if name in keys:
                pairs.setdefault(name, Pair(key, value))
                continue
            if name == PLACEHOLDER:
                continue
            hint = key_hint(name, keys)
            known, _, glued = name.partition(":")
            if known in keys and glued:  # {when:Huawei}
                hint = f"a space is missing behind {known}: write {known}: {glued}"
            elif node.flow_style and key.end_mark.index == value.start_mark.index and self.empty(value):
                hint = "in { } a comma ends a value: put the text before it in quotes"
            self.error(key, f"{what} has no key {name or '(empty)'}", hint)
        return pairs

    def named(self, node: Node | None, what: str) -> Iterator[tuple[str, Node, Node]]:
        """The entries of a mapping whose keys are names that people choose."""
        if node is None or self.is_reported(node) or self.empty(node):
            return
        if not isinstance(node, yaml.MappingNode):
            hint = f"write name: … under {what}:"
            if isinstance(node, yaml.SequenceNode) and node.value and isinstance(node.value[0], yaml.MappingNode):
                hint = f"leave the - out: names are keys of {what}:"
            self.error(node, f"{what} is a mapping of names, not {describe(node)}", hint)
            return
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value not in seen and key.value != PLACEHOLDER:
                seen.add(key.value)
                yield key.value, key, value

    def items(self, node: Node | None, what: str, example: str) -> list[Node]:
        """The items of a list; a single value counts as a list of one where that is what was meant."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if node is None or self.is_reported(node) or self.empty(node):
            return []
        hint = f"write it so: {example}"
        if isinstance(node, yaml.ScalarNode):
            text = item[1] if (item := _OTHER_ITEM.match(node.value)) else node.value[:80]
            hint = f"an item of a list begins with - and a space: - {text}"
        self.error(node, f"{what} is a list, not {describe(node)}", hint)
        return []

    def one_or_more(self, node: Node, what: str, *, names: bool = False) -> list[tuple[str, Node]]:
        """Texts: one, or a list of them. One with commas in it was most likely meant as a list: that is told.

        `names`: of an entity, which hold no variables, and may have a comma of their own.
        """
        for item in items_of(node):
            if not isinstance(item, yaml.ScalarNode) or self.is_reported(item):
                continue
            is_list_item = item is not node  # in which a plain comma stands in quotes, and is meant
            signs = _OTHER_COMMAS if is_list_item and not item.style else "" if is_list_item else f",{_OTHER_COMMAS}"
            sign = next((sign for sign in signs if sign in item.value and _listed(sign).fullmatch(item.value)), "")
            if sign and not (names and _ENDS_OF_NAME.fullmatch(item.value)):
                parts = ", ".join(part.strip() for part in item.value.split(sign))
                message = f"{what} is one text here, commas and all"
                if sign != ",":
                    message = f"{what} is one text here: “{sign}” parts nothing in YAML"
                hint = f'write a list, if several are meant: [{parts}]; if one is: ["{item.value.strip()}"]'
                self.error(item, message, hint, severity="warning")
        texts = [(self.text(item, what, expand=not names), item) for item in items_of(node)]
        return [(text, item) for text, item in texts if text is not None]

    def empty(self, node: Node) -> bool:
        """Nothing written (or YAML's words for nothing)."""
        return isinstance(node, yaml.ScalarNode) and not node.style and node.value in NOTHING

    def text(self, node: Node, what: str, *, expand: bool = True) -> str | None:
        """A text, `${VAR}` in it expanded."""
        if self.is_reported(node):
            return None
        if not isinstance(node, yaml.ScalarNode):
            why = "a : makes it one" if isinstance(node, yaml.MappingNode) else "[ begins a list"
            self.error(node, f"{what} takes text, not {describe(node)}", f"{why}: {QUOTE_TEXT}")
            return None
        if self.empty(node) or not node.value.strip():
            comment = comment_for_value(self.source.lines, node)
            hint = f'# begins a comment in YAML: write "{comment}" in quotes' if comment else ""
            self.error(node, f"{what} is empty", hint or "write a value or delete the key")
            return None
        return self.expanded(node) if expand else str(node.value)

    def expanded(self, node: Node) -> str | None:
        """The value with its variables; None where one of them is not set."""
        value: str = node.value
        if "${" not in value:
            return value
        whole = True

        def content(match: re.Match[str]) -> str:
            nonlocal whole
            name = match.group(1)
            held, message, hint = variable_content(name, self.environ)
            if held is not None:
                self.variables[name] = held
                return held
            whole = False
            self.source.in_scalar("error", node, match.start(), match.end(), message, hint)
            return ""

        expanded = _VARIABLE.sub(content, value)
        return expanded if whole else None

    def variables_of(self, node: Node) -> dict[str, str]:
        """The variables that are used in a node, and what they hold."""
        texts = (part.value for part in _nodes(node) if isinstance(part, yaml.ScalarNode))
        names = (name for text in texts for name in _VARIABLE.findall(text))
        return {name: self.variables[name] for name in names if name in self.variables}

    def value(
        self, node: Node, what: str, read: Callable[[str], _T | None], expected: str, hint: str = ""
    ) -> _T | None:
        """A text as `read` takes it; where that is None, `what` is not as `expected`."""
        text = self.text(node, what)
        value = read(text) if text is not None else None
        if text is not None and value is None:
            self.error(node, f"{what} is {expected}, not {node.value}", hint)
        return value

    def flag(self, node: Node, what: str) -> bool | None:
        return self.value(node, what, yes_or_no, "true or false", "write true or false")

    def choice(self, node: Node, what: str, choices: tuple[str, ...]) -> str | None:
        text = self.text(node, what)
        if text is None:
            return None
        word = text.strip().lower()
        if word in choices:
            return word
        hint = did_you_mean(word, choices, f"write one of {', '.join(choices)}")
        self.error(node, f"{what} is one of {', '.join(choices)}, not {node.value}", hint)
        return None

    def duration(self, node: Node, what: str, *, zero: bool = False) -> timedelta | None:
        """A duration; `0s` only where `zero` allows it."""
        text = self.text(node, what)
        if text is None:
            return None
        value = duration(text)
        if value or (value is not None and zero):
            return value
        message = f"{what} is a duration, not" if value is None else f"{what} is more than"
        self.error(node, f"{message} {node.value}", duration_hint(node.value))
        return None

    def declared_ids(self, drafts: Iterable[Mapping[str, Pair]], what: str) -> Ids:
        """The ids written down under `id`; one that is used again is reported."""
        lines: dict[str, int] = {}
        for pairs in drafts:
            if "id" not in pairs or self.text(pairs["id"].value, "id") is None:
                continue
            node = pairs["id"].value
            name = node.value
            if name in lines:
                self.error(node, f"the {what} id {name} is used twice", f"the first is in line {lines[name]}")
            lines.setdefault(name, line_of(node))
        return Ids(lines)


def items_of(node: Node) -> list[Node]:
    """The items of a list; anything else is the only one."""
    return node.value if isinstance(node, yaml.SequenceNode) else [node]


def line_of(node: Node) -> int:
    """The line in which a node begins, 1-based."""
    line: int = node.start_mark.line
    return line + 1


def did_you_mean(name: str, names: Collection[str], otherwise: str) -> str:
    """The hint that names the nearest known name, or else what `otherwise` says."""
    near = nearest(name, tuple(names))
    return f"did you mean {near}?" if near else otherwise


def describe(node: Node) -> str:
    """What a node is, for a message."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    value = str(node.value)
    return f"the text {value[:30]}{'…' if len(value) > 30 else ''}" if value else "nothing"
