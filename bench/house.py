"""A checkout → figures of its layout: lines, folders, names, functions, import rules.

`python -m bench house` measures the checkout it stands in; `python -m bench.house CHECKOUT ...` puts several side by
side, so that a layout can be compared with an earlier one: `git worktree add ../before COMMIT`, then name both.
"""

from __future__ import annotations

import ast
import gc
import io
import re
import subprocess
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from tokenize import generate_tokens

from bench import Row

_LONG_FUNCTION = 40
_LONG_FILE = 400
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_LOGGER = "log"
"""Every module that logs has its own logger under this name, as structlog's documentation has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file of `bot`: its path below the checkout, with slashes, and what is in it."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Of all kinds."""
        return self.text.count("\n")

    @property
    def code_lines(self) -> int:
        """Without blank lines, comments and docstrings."""
        strings = [node for node in ast.walk(self.tree) if isinstance(node, ast.Expr) and _is_text(node)]
        prose = {line for node in strings for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
        tokens = generate_tokens(io.StringIO(self.text).readline)
        code = {
            line for token in tokens if token.type not in _NO_CODE for line in range(token.start[0], token.end[0] + 1)
        }
        return len(code - prose)

    @property
    def folder(self) -> str:
        """The folder below `bot` that it stands in, `core/text`; "" for `bot` itself."""
        return self.path.removeprefix("bot/").rpartition("/")[0]


def _is_text(node: ast.Expr) -> bool:
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def modules(checkout: Path) -> tuple[Module, ...]:
    """All files of `bot`, by path. Read once a process: it takes a second, and three where garbage is looked for in
    half a million nodes that all stay."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((checkout / "bot").rglob("*.py"))}
    looks = gc.isenabled()
    gc.disable()
    try:
        return tuple(
            Module(path=path.relative_to(checkout).as_posix(), text=text, tree=ast.parse(text))
            for path, text in texts.items()
        )
    finally:
        gc.freeze()
        if looks:
            gc.enable()


def doubled_names(files: Sequence[Module]) -> Mapping[str, list[str]]:
    """Public classes, functions and module-level constants that are defined in more than one file, and in which."""
    places: dict[str, set[str]] = defaultdict(set)
    for file in files:
        for statement in file.tree.body:
            for name in defined_by(statement):
                if not name.startswith("_") and name != _LOGGER:
                    places[name].add(file.path)
    return {name: sorted(paths) for name, paths in sorted(places.items()) if len(paths) > 1}


def defined_by(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of a module defines."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def function_lengths(files: Sequence[Module]) -> list[tuple[int, str]]:
    """(lines, name) of every function and method, longest first."""
    return sorted(
        (
            (node.end_lineno - node.lineno + 1, node.name)
            for file in files
            for node in ast.walk(file.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
        ),
        reverse=True,
    )


def folders(files: Sequence[Module]) -> Mapping[str, tuple[int, int]]:
    """Files and lines of each folder, without those of the folders in it."""
    counts: dict[str, tuple[int, int]] = {}
    for file in files:
        number, lines = counts.get(file.folder, (0, 0))
        counts[file.folder] = (number + 1, lines + file.lines)
    return counts


def import_rules(checkout: Path) -> str:
    """What import-linter says of the checkout's own contracts: `3 kept, 0 broken`."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
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
        "without blank lines, comments, docstrings": f"{sum(file.code_lines for file in files):,}",
        "files in `bot`": f"{len(files)}",
        f"files over {_LONG_FILE} lines": f"{sum(file.lines > _LONG_FILE for file in files)}",
        "import rules": import_rules(checkout),
        "public names defined in two files": f"{len(doubled_names(files))}",
        "longest function, lines": f"{functions[0][0]} (`{functions[0][1]}`)",
        "functions: median lines": f"{median(length for length, _ in functions):.0f}",
        f"functions over {_LONG_FUNCTION} lines": f"{long_functions} of {len(functions):,}",
    }
    return table | {_name(folder): f"{n} files, {lines:,} lines" for folder, (n, lines) in folders(files).items()}


def _name(folder: str) -> str:
    return f"`{folder}`" if folder else "`bot` itself"


def run() -> list[Row]:
    """The figures of the checkout in the current folder."""
    return [Row(what=what, ours=figure) for what, figure in figures(Path.cwd()).items()]


def main() -> None:
    """Prints a table with a column for each checkout named."""
    checkouts = [Path(name) for name in sys.argv[1:]] or [Path.cwd()]
    columns = [figures(checkout) for checkout in checkouts]
    print("| figure |" + "".join(f" {checkout.resolve().name} |" for checkout in checkouts))
    print("|---|" + "---|" * len(columns))
    rows = dict.fromkeys(what for column in columns for what in column)
    for what in sorted(rows, key=lambda what: what if what.startswith("`") else ""):
        print(f"| {what} |" + "".join(f" {column.get(what, '')} |" for column in columns))


if __name__ == "__main__":
    main()
