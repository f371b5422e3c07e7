"""Problems of a rules file → text for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from bot.core.text.plural import counted
from bot.model.watch import Problem

_FIRST = 10
_BRIEF_BYTES = 6_000
"""A log line, with all else that stands in it, stays below 8 kB: what is longer, collectors of logs cut or drop."""
_BRIEF_LINE = 300


def problem_text(path: str, problem: Problem) -> str:
    """A problem as `check` prints it: place, what is wrong, the line, a caret, what to write instead."""
    lines = [f"{path}:{problem.line}:{problem.column}: {problem.severity}: {problem.message}"]
    if problem.excerpt.strip():
        # Tabs stay tabs under the line, so that the caret stands where the eye expects it.
        lead = "".join("\t" if char == "\t" else " " for char in problem.excerpt[: problem.column - 1])
        lines += [f"    {problem.excerpt}", f"    {lead}{'^' * problem.width}"]
    if problem.hint:
        lines.append(f"    {problem.hint}")
    return "\n".join(lines)


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
