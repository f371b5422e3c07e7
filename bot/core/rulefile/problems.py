"""Problems of a rules file → text for people."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence

from bot.core.text.plural import counted
from bot.core.text.sanitize import visible
from bot.model.watch import Problem

_FIRST = 10
"""Errors told in a log line or a message; `check` tells all."""
_MAX_EXCERPT = 200
"""Characters of a line that are shown around a mistake."""
_WIDE_SPACE = "\u3000"
_BRIEF_BYTES = 6_000
"""A log line, with all else that stands in it, stays below 8 kB: what is longer, collectors of logs cut or drop."""
_BRIEF_LINE = 300
"""Characters of one line of a message."""


def problem_text(path: str, problem: Problem) -> str:
    """A problem as `check` prints it: place, what is wrong, the line, a caret, what to write instead."""
    lines = [f"{path}:{problem.line}:{problem.column}: {problem.severity}: {problem.message}"]
    if problem.excerpt.strip():
        at = problem.column - problem.skipped - 1
        lead = "".join(map(_blank, problem.excerpt[:at]))
        caret = "".join(
            "^" * len(_blank(char).replace(_WIDE_SPACE, "  ")) for char in problem.excerpt[at:][: problem.width]
        )
        # What a terminal would obey is left blank: the sign meant is named above, and the caret stays in its place.
        shown = "".join(char if visible(char) == char else _blank(char) for char in problem.excerpt)
        lines += [f"    {shown}", f"    {lead}{caret or '^'}"]
    if problem.hint:
        lines.append(f"    {problem.hint}")
    if problem.whole:
        lines.append(f"    the whole rule: {problem.whole}")
    return "\n".join(lines)


def _blank(char: str) -> str:
    """White space as wide as a character, so that the caret stands where the eye expects it: a tab stays one, Chinese,
    Japanese and Korean characters are twice as wide as others, signs above and below letters have no width."""
    if char == "\t":
        return char
    if unicodedata.east_asian_width(char) in "WF":
        return _WIDE_SPACE
    return "" if unicodedata.category(char) in ("Mn", "Me", "Cf") else " "


def excerpt_around(line: str, column: int) -> tuple[str, int]:
    """What is shown of a line: all of it, or of a long one what stands around `column`; the characters left out before
    that, but for the sign that says so."""
    if len(line) <= _MAX_EXCERPT:
        return line, 0
    begin = max(0, min(column - 1 - _MAX_EXCERPT // 2, len(line) - _MAX_EXCERPT))
    end = begin + _MAX_EXCERPT
    return f"{'…' if begin else ''}{line[begin:end]}{'…' if end < len(line) else ''}", max(0, begin - 1)


def problems_text(path: str, problems: Iterable[Problem]) -> str:
    """All problems as `check` prints them."""
    return "\n".join(problem_text(path, problem) for problem in problems)


def problems_in_brief(path: str, problems: Sequence[Problem]) -> str:
    """The first ten errors, then how many problems there are besides: for a log line and for ops."""
    errors = [problem for problem in problems if problem.severity == "error"] or problems
    texts: list[str] = []
    size = 0
    for problem in errors[:_FIRST]:
        lines = problem_text(path, problem).split("\n")
        text = "\n".join(line if len(line) <= _BRIEF_LINE else f"{line[: _BRIEF_LINE - 1]}…" for line in lines)
        size += len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if size > _BRIEF_BYTES:
            break
        texts.append(text)
    left = len(problems) - len(texts)
    if left:
        texts.append(f"… and {counted(left, 'more problem', 'more problems')}: `wirewatch check` prints them all")
    return "\n".join(texts)
