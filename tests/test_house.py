"""The tree tells the truth: maps name what is there, paths in prose exist, files stay short, nothing leads outside."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bench.house import modules
from tests.conftest import REPOSITORY

FOLDERS = sorted(path.parent for path in (REPOSITORY / "bot").rglob("__init__.py"))
MAP_LINE = re.compile(r"^((?:`\w+`(?:, )?)+) +\S", re.MULTILINE)
"""A line of a map: one name or several, then what they do."""

PROSE = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "bot/**/*.py", "bench/**/*.py", "tests/**/*.py")
    for path in REPOSITORY.glob(pattern)
)
PATH = re.compile(r"(?<![\w./-])(?:bot|docs|bench|tests)/[\w*][\w./*-]*")
SECTION = re.compile(r"(docs/[\w/-]+\.md), \"([^\"]+)\"")
"""A page and one of its sections, as docstrings name them."""
IGNORE = re.compile(r"# (?:noqa|type: ignore)\b")
REASONED = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])(?:  #| --?) \S")
OUTSIDE = re.compile(
    r"\.\./shared|\b(?:FEEDS|STORIES|SLACK|OPERATIONS|HOUSE|RULES|TEXT|DESK|WORKBENCH)\.md|\bCONTRACT\b"
)

MAX_LINES = 400
"""Of a file: beyond that a room wants a wall."""


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_folders_map_names_exactly_what_is_in_it(folder: Path) -> None:
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    mapped = [name for line in MAP_LINE.findall(docstring) for name in re.findall(r"\w+", line)]
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    rooms = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert sorted(mapped) == sorted(files | rooms)


def test_every_path_that_is_named_exists() -> None:
    named_by = {
        (path.rstrip("./").replace("NNNN_name", "*"), named(page))
        for page in PROSE
        for path in PATH.findall(page.read_text(encoding="utf-8"))
    }
    absent = {path for path in {path for path, _ in named_by} if not any(REPOSITORY.glob(path))}
    assert sorted((path, page) for path, page in named_by if path in absent) == []


def test_every_section_that_is_named_exists() -> None:
    named_by = [
        (path, section, named(page))
        for page in PROSE
        for path, section in SECTION.findall(page.read_text(encoding="utf-8"))
    ]
    assert [row for row in named_by if f"# {row[1]}\n" not in (REPOSITORY / row[0]).read_text(encoding="utf-8")] == []


def test_nothing_refers_to_a_document_outside_the_repository() -> None:
    pages = {named(page): page for page in PROSE if named(page).startswith(("bot/", "docs/"))}
    assert [name for name, page in pages.items() if OUTSIDE.search(page.read_text(encoding="utf-8"))] == []


def test_every_ignore_carries_its_reason() -> None:
    bare = [
        f"{named(page)}: {line.strip()}"
        for page in PROSE
        if page.suffix == ".py"
        for line in page.read_text(encoding="utf-8").splitlines()
        if IGNORE.search(line) and not REASONED.search(line)
    ]
    assert bare == []


def test_no_pattern_has_a_possessive_group() -> None:
    """CPython before 3.11.5 may match `(?:a|b)*+` wrongly (gh-106052), and Debian 12 has 3.11.2.

    The one of `text/html.py` reads 150,000 made-up texts there as it does on later ones.
    """
    groups = re.compile(r"(?<!\()\)(?:[*+?]|\{\d+,?\d*\})\+(?!\?)")
    assert [
        f"{module.path}: {node.value[:60]!r}"
        for module in modules(REPOSITORY)
        if module.path != "bot/core/text/html.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and groups.search(node.value)
    ] == []


def test_no_file_is_long() -> None:
    files = [page for page in PROSE if page.suffix == ".py"]
    lengths = {named(page): len(page.read_text(encoding="utf-8").splitlines()) for page in files}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}
