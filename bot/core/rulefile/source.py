"""A rules file's bytes → its text, lines and places; problems are reported here.

The law of this file: lines and columns are 1-based and count code points; a place in a scalar's value leads back to the
character it came from, whatever the quoting and folding, or to the scalar's beginning where that is not known.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from bot.core.rulefile.problems import excerpt_around
from bot.core.rulefile.quoting import mended_in_quotes
from bot.core.text.secrets import line_without_secrets
from bot.model.watch import Problem

_FOLD = re.compile(r"[ \t]*\n(?:[ \t]*\n)*[ \t]*")
_ESCAPES = {"x": 2, "u": 4, "U": 8}
_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_MAX_EXCERPT = 200
"""Bytes of a line that is no text."""
_SAVE_IT = "save it as UTF-8 (your editor calls it an encoding)"


def decode_rules(data: bytes) -> str | Problem:
    """The text of a rules file (UTF-8, with or without a byte order mark, any line ends), or why it has none."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Problem(line=1, column=1, severity="error", message=f"the file is {name}", hint=_SAVE_IT)
    if b"\x00" in data[:65536]:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        message = "this is no text file: it holds zero bytes"
        return Problem(line=line, column=1, severity="error", message=message, hint="is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        return Problem(
            line=data.count(b"\n", 0, error.start) + 1,
            column=len(data[start : error.start].decode("utf-8", "replace")) + 1,
            severity="error",
            message=f"the file is not UTF-8: byte 0x{data[error.start]:02X} stands here",
            hint=_SAVE_IT,
            excerpt=_without_secrets(data[start : start + _MAX_EXCERPT].split(b"\n")[0].decode("latin-1").rstrip("\r")),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_secrets(text: str) -> str:
    return line_without_secrets([text], 0)


class Source:
    """The text, its lines, and the problems found in it so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.written = text
        """As it was before any repair."""

    @cached_property
    def lines(self) -> list[str]:
        """The lines as they were written; only for a problem, since they take as much memory as the rules."""
        return self.written.split("\n")

    def report(
        self, severity: str, line: int, column: int, width: int, message: str, hint: str = "", whole: str = ""
    ) -> None:
        """Reports a problem at a place (1-based)."""
        excerpt = line_without_secrets(self.lines, line - 1) if 0 < line <= len(self.lines) else ""
        excerpt, skipped = excerpt_around(excerpt, column)
        width = max(1, min(width, max(len(excerpt) - (column - skipped) + 1, 1)))
        problem = Problem(
            line=line,
            column=column,
            severity=severity,
            message=_without_secrets(message),
            hint=_without_secrets(hint),
            whole=_without_secrets(whole or mended_in_quotes(hint)),
            excerpt=excerpt,
            width=width,
            skipped=skipped,
        )
        if problem not in self.problems[-50:]:
            self.problems.append(problem)

    def error(self, node: Any, message: str, hint: str = "", severity: str = "error") -> None:
        """Reports an error, or a `warning`, at a YAML node."""
        start, end = node.start_mark, node.end_mark
        width = end.column - start.column if end.line == start.line else 80
        self.report(severity, start.line + 1, start.column + 1, width, message, hint)

    def in_scalar(
        self, severity: str, node: Any, start: int, end: int, message: str, hint: str, whole: str = ""
    ) -> None:
        """Reports a problem at a stretch of a scalar's value."""
        places = value_places(self.text, node)
        if places is None or start >= len(places):
            at = node.start_mark.index + (1 if node.style in ("'", '"') else 0)
            if places:
                at = places[-1] + 1
            width = 1
        else:
            at = places[start]
            last = places[min(end, len(places)) - 1] if end > start else at
            width = last - at + 1
        stop = self.text.find("\n", at)
        if stop >= 0:
            width = min(width, stop - at)
        self.report(severity, *self.place(at), width, message, hint, whole)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset into the text."""
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)


def value_places(text: str, node: Any) -> list[int] | None:
    """For each character of a scalar's value its offset in the text; None where the two cannot be laid side by side."""
    if node.style in ("|", ">"):
        return _block_places(text, node)
    places = _flow_places(text, node)
    return places if len(places) == len(node.value) else None


def _flow_places(text: str, node: Any) -> list[int]:
    value, style = node.value, node.style
    at = node.start_mark.index + (1 if style in ("'", '"') else 0)
    end = node.end_mark.index
    places: list[int] = []
    index = 0
    while index < len(value) and at < end:
        char = value[index]
        if style == '"' and text[at] == "\\":
            if text[at + 1 : at + 2] == "\n":
                at += 2
                while text[at : at + 1] in (" ", "\t"):
                    at += 1
                continue
            places.append(at)
            at += 2 + _ESCAPES.get(text[at + 1 : at + 2], 0)
            index += 1
            continue
        if style == "'" and text[at : at + 2] == "''":
            places.append(at)
            at += 2
            index += 1
            continue
        if char in " \n":
            fold = _FOLD.match(text, at)
            if fold and fold.end() <= end:
                breaks = max(fold.group().count("\n") - 1, 1)
                places.extend([at] * breaks)
                index += breaks
                at = fold.end()
                continue
        if text[at] != char:
            break
        places.append(at)
        at += 1
        index += 1
    return places[: len(value)]


def _block_places(text: str, node: Any) -> list[int] | None:
    """Literal and folded blocks: the indentation is that of the first line with text, or as the header says."""
    value = node.value
    header_end = text.find("\n", node.start_mark.index)
    if header_end < 0:
        return None
    header = text[node.start_mark.index : header_end].partition("#")[0]
    at = header_end + 1
    first = re.compile(r"(?:[ ]*\n)*([ ]*)[^ \n]").match(text, at)
    if first is None:
        return None
    digit = re.search(r"[1-9]", header)
    indent = len(first.group(1))
    if digit:
        parent = len(re.match(r"[ ]*", text[text.rfind("\n", 0, node.start_mark.index) + 1 :]).group())  # type: ignore[union-attr]  # the pattern matches anything
        indent = min(indent, parent + int(digit.group()))
    places: list[int] = []
    index = 0

    def skip_indent(at: int) -> int:
        stop = at + indent
        while at < stop and text[at : at + 1] == " ":
            at += 1
        return at

    at = skip_indent(at)
    while index < len(value) and at < len(text):
        char = value[index]
        if text[at] == "\n":
            if char not in " \n":
                at = skip_indent(at + 1)
                continue
            places.append(at)
            index += 1
            at = skip_indent(at + 1)
            continue
        if text[at] != char:
            return None
        places.append(at)
        at += 1
        index += 1
    while len(places) < len(value):
        places.append(max(at - 1, 0))
    return places
