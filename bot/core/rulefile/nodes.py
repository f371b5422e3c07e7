"""YAML text in, checked nodes out: mappings with known keys, lists, texts; every slip reported where it stands.

The law of this file: scalars are text as written; a key twice, an unknown tag, a second document are errors; nesting
ends at 100 levels, before the C loader sees it (it dies of depth); a file that does not parse is mended where YAML is
known to ambush people (`core.rulefile.yaml_traps`), so that all other problems are found in the same pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import yaml

from bot.core.rulefile.source import Source
from bot.core.rulefile.units import duration, yes_or_no
from bot.core.rulefile.yaml_traps import MENDED, mend
from bot.core.text.suggest import nearest

MAX_NESTING = 100
MAX_MENDS = 100
MAX_ALIASES = 10_000
_KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map", "int", "float", "bool", "null", "timestamp")
)
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_]\w*")

Node = Any
"""A yaml.Node; PyYAML's C loader is not typed."""


def compose(source: Source) -> Node | None:
    """The root node of a file, or None with the reason reported."""
    text = source.text
    deep = too_deep(text)
    if deep:
        source.report("error", *deep, 1, f"nested deeper than {MAX_NESTING} levels", "a rules file needs five")
        return None
    if text.count("*") > MAX_ALIASES and len(re.findall(r"(?<![\w*])\*\w", text)) > MAX_ALIASES:
        source.report("error", 1, 1, 1, f"more than {MAX_ALIASES} aliases", "write the values out")
        return None
    for _ in range(MAX_MENDS):
        loader = yaml.CBaseLoader(text)
        try:
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mended = mend(text, error, source)
            if mended is None:
                return None
            text = source.text = mended
        except yaml.YAMLError as error:
            position = getattr(error, "position", 0) or 0
            line = text.count("\n", 0, position) + 1
            column = position - text.rfind("\n", 0, position)
            char = text[position : position + 1]
            source.report(
                "error",
                line,
                column,
                1,
                f"an invisible character (U+{ord(char):04X}) stands here"
                if char
                else "this is no text that YAML can read",
                "delete it",
            )
            return None
        except RecursionError:
            source.report("error", 1, 1, 1, f"nested deeper than {MAX_NESTING} levels", "a rules file needs five")
            return None
        else:
            if node is not None:
                _check(node, source)
            return node
        finally:
            loader.dispose()
    return None


def too_deep(text: str) -> tuple[int, int] | None:
    """Where nesting passes MAX_NESTING (line, column), if it does: a cheap bound first, then YAML's own events."""
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
    if deepest + levels * 2 <= MAX_NESTING:
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_NESTING:
                    mark = event.start_mark
                    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None
    return None


def _check(root: Node, source: Source) -> None:
    """Tags and duplicate keys of the whole tree, each node once (aliases make it a graph)."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.tag not in _KNOWN_TAGS:
            shown = node.tag.replace("tag:yaml.org,2002:", "!!")
            source.error(node, f"unknown YAML tag {shown}", "put the text in single quotes, or delete the tag")
        if isinstance(node, yaml.MappingNode):
            keys: dict[str, Node] = {}
            for key, value in node.value:
                stack += (key, value)
                if not isinstance(key, yaml.ScalarNode):
                    source.error(key, "a key is a plain word", "")
                    continue
                if key.value in keys:
                    first = keys[key.value].start_mark.line + 1
                    source.error(
                        key, f"the key {key.value} stands here twice", f"the first is in line {first}; keep one"
                    )
                keys.setdefault(key.value, key)
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value


class Reader:
    """Reads nodes as what they should be; reports and returns None where they are not."""

    def __init__(self, source: Source, environ: Mapping[str, str]) -> None:
        self.source = source
        self.environ = environ
        self.variables: dict[str, str] = {}
        """Every variable that the file used, and what it held."""

    def error(self, node: Node, message: str, hint: str = "") -> None:
        self.source.error(node, message, hint)

    def mended(self, node: Node) -> bool:
        """Whether this node's problem is reported already: YAML could not read it, or it has an unknown tag."""
        return (isinstance(node, yaml.ScalarNode) and node.value == MENDED) or node.tag not in _KNOWN_TAGS

    def mapping(self, node: Node, what: str, known: tuple[str, ...]) -> dict[str, tuple[Node, Node]]:
        """The known keys of a mapping with their key and value nodes; other keys are reported."""
        if self.mended(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            if not self.empty(node):
                self.error(node, f"{what} takes keys with values, not {describe(node)}", f"keys are {', '.join(known)}")
            return {}
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            name = key.value
            if name in known:
                found.setdefault(name, (key, value))
                continue
            if name == MENDED:
                continue
            near = nearest(name, known)
            hint = f"did you mean {near}?" if near else f"keys are {', '.join(known)}"
            if name == "<<":
                hint = "merge keys are not read here; write the values out"
            self.error(key, f"{what} has no key {name or '(empty)'}", hint)
        return found

    def named(self, node: Node, what: str) -> Iterator[tuple[str, Node, Node]]:
        """The entries of a mapping whose keys are names that people choose."""
        if self.mended(node) or self.empty(node):
            return
        if not isinstance(node, yaml.MappingNode):
            self.error(node, f"{what} is a mapping of names, not {describe(node)}", f"write name: … under {what}:")
            return
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value not in seen and key.value != MENDED:
                seen.add(key.value)
                yield key.value, key, value

    def items(self, node: Node, what: str, example: str) -> list[Node]:
        """The items of a list; a single value counts as a list of one where that is what was meant."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if self.mended(node) or self.empty(node):
            return []
        self.error(node, f"{what} is a list, not {describe(node)}", f"write it so: {example}")
        return []

    def one_or_more(self, node: Node, what: str) -> list[tuple[str, Node]]:
        """Texts: one, or a list of them."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = []
        for item in nodes:
            text = self.text(item, what)
            if text is not None:
                found.append((text, item))
        return found

    def empty(self, node: Node) -> bool:
        """Nothing written (or YAML's words for nothing)."""
        return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")

    def text(self, node: Node, what: str, *, expand: bool = True) -> str | None:
        """A text, `${VAR}` in it expanded."""
        if self.mended(node):
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.error(node, f"{what} takes text, not {describe(node)}", "")
            return None
        if self.empty(node) or not node.value.strip():
            self.error(node, f"{what} is empty", "write a value or delete the key")
            return None
        return self.expanded(node) if expand else str(node.value)

    def expanded(self, node: Node) -> str | None:
        """The value with its variables; None where one of them is not set."""
        value: str = node.value
        if "${" not in value:
            return value
        whole = True

        def held(match: re.Match[str]) -> str:
            nonlocal whole
            name = match.group(1)
            if not _NAME.fullmatch(name):
                self.source.in_scalar(
                    "error", node, match.start(), match.end(), f"${{{name}}} is no variable", "write ${NAME}"
                )
                whole = False
                return ""
            if name not in self.environ:
                near = nearest(name, tuple(self.environ))
                hint = f"set {name} in the environment" + (f", or did you mean ${{{near}}}?" if near else "")
                message = f"the variable {name} is not set"
                self.source.in_scalar("error", node, match.start(), match.end(), message, hint)
                whole = False
                return ""
            self.variables[name] = self.environ[name]
            return self.environ[name]

        expanded = _VARIABLE.sub(held, value)
        return expanded if whole else None

    def flag(self, node: Node, what: str) -> bool | None:
        """true or false."""
        text = self.text(node, what)
        if text is None:
            return None
        value = yes_or_no(text)
        if value is None:
            self.error(node, f"{what} is true or false, not {text}", "write true or false")
        return value

    def number(self, node: Node, what: str, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        text = self.text(node, what)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,9}", text.strip()) or not least <= int(text) <= most:
            self.error(node, f"{what} is a whole number from {least:,} to {most:,}, not {text}", "")
            return None
        return int(text)

    def choice(self, node: Node, what: str, known: tuple[str, ...]) -> str | None:
        """One of a few words."""
        text = self.text(node, what)
        if text is None:
            return None
        word = text.strip().lower()
        if word in known:
            return word
        near = nearest(word, known)
        hint = f"did you mean {near}?" if near else f"write one of {', '.join(known)}"
        self.error(node, f"{what} is one of {', '.join(known)}, not {text}", hint)
        return None


_DURATIONS = "90s, 5m, 6h or 3d"


def span(reader: Reader, node: Node, what: str, *, zero: bool = False) -> timedelta | None:
    """A duration; `0s` only where `zero` allows it."""
    text = reader.text(node, what)
    if text is None:
        return None
    value = duration(text)
    if value is None:
        reader.error(node, f"{what} is a duration, not {text}", f"write it like {_DURATIONS}")
        return None
    if not value and not zero:
        reader.error(node, f"{what} is more than {text}", f"write it like {_DURATIONS}")
        return None
    return value


def describe(node: Node) -> str:
    """What a node is, for a message."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    value = str(node.value)
    return f"the text {value[:30]}{'…' if len(value) > 30 else ''}" if value else "nothing"
