"""Problems of a rules file → text for people."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.watch import Problem


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
