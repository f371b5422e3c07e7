"""A checkout → figures of its layout: lines, folders, names, functions, import rules.

`python -m bench house` measures the checkout it stands in; `python -m bench.house CHECKOUT ...` puts several side by
side, so that a layout can be compared with an earlier one: `git worktree add ../before COMMIT`, then name both.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import Row

_LONG_FUNCTION = 40
_LONG_FILE = 400
_LOGGER = "log"
"""Every module that logs has its own logger under this name, as structlog's documentation has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file of `bot`: its path below the checkout, with slashes, and what is in it."""

    path: str
    lines: int
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The folder it stands in, `bot/core/text`."""
        return self.path.rpartition("/")[0]


def modules(checkout: Path) -> list[Module]:
    """All files of `bot`, by path."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((checkout / "bot").rglob("*.py"))}
    return [
        Module(path=path.relative_to(checkout).as_posix(), lines=text.count("\n"), tree=ast.parse(text))
        for path, text in texts.items()
    ]


def doubled_names(files: list[Module]) -> Mapping[str, list[str]]:
    """Public classes, functions and module-level constants that are defined in more than one file, and in which."""
    places: dict[str, set[str]] = defaultdict(set)
    for file in files:
        for statement in file.tree.body:
            for name in _defined_by(statement):
                if not name.startswith("_") and name != _LOGGER:
                    places[name].add(file.path)
    return {name: sorted(paths) for name, paths in sorted(places.items()) if len(paths) > 1}


def _defined_by(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def function_lengths(files: list[Module]) -> list[tuple[int, str]]:
    """(lines, `path:name`) of every function and method, longest first."""
    return sorted(
        (
            (node.end_lineno - node.lineno + 1, f"{file.path}:{node.name}")
            for file in files
            for node in ast.walk(file.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
        ),
        reverse=True,
    )


def folders(files: list[Module]) -> Mapping[str, tuple[int, int]]:
    """Files and lines of each folder, without those of the folders in it."""
    counts: dict[str, tuple[int, int]] = {}
    for file in files:
        number, lines = counts.get(file.folder, (0, 0))
        counts[file.folder] = (number + 1, lines + file.lines)
    return counts


def import_rules(checkout: Path) -> str:
    """What import-linter says of the checkout's own contracts: `3 kept, 0 broken`."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    printed = subprocess.run(command, cwd=checkout, capture_output=True, text=True).stdout
    said = re.search(r"\d+ kept, \d+ broken", printed)
    return said.group() if said else "could not be checked"


def figures(checkout: Path) -> dict[str, str]:
    """What is measured → the figure, as text."""
    files = modules(checkout)
    functions = function_lengths(files)
    long_functions = sum(length > _LONG_FUNCTION for length, _ in functions)
    table = {
        "lines in `bot`": f"{sum(file.lines for file in files):,}",
        "files in `bot`": f"{len(files)}",
        f"files over {_LONG_FILE} lines": f"{sum(file.lines > _LONG_FILE for file in files)}",
        "import rules": import_rules(checkout),
        "public names defined in two files": f"{len(doubled_names(files))}",
        "longest function, lines": f"{functions[0][0]} (`{functions[0][1]}`)",
        "functions: median lines": f"{median(length for length, _ in functions):.0f}",
        f"functions over {_LONG_FUNCTION} lines": f"{long_functions} of {len(functions):,}",
    }
    return table | {f"`{name}`: files, lines": f"{n}, {lines:,}" for name, (n, lines) in folders(files).items()}


def run() -> list[Row]:
    """The figures of the checkout in the current folder."""
    return [Row(what=what, ours=figure) for what, figure in figures(Path.cwd()).items()]


def main() -> None:
    """Prints a table with a column for each checkout named."""
    checkouts = [Path(name) for name in sys.argv[1:]] or [Path.cwd()]
    columns = [figures(checkout) for checkout in checkouts]
    print("| figure |" + "".join(f" {checkout.resolve().name} |" for checkout in checkouts))
    print("|---|" + "---|" * len(columns))
    for what in dict.fromkeys(what for column in columns for what in column):
        print(f"| {what} |" + "".join(f" {column.get(what, '')} |" for column in columns))


if __name__ == "__main__":
    main()
