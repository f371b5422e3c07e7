"""One name, one thing: no public name is defined in two files of `bot`, and no private one is used outside its own."""

from __future__ import annotations

import ast
import re
from collections import Counter

from bench.house import defined_by, doubled_names, modules
from tests.conftest import REPOSITORY

ALLOWED: dict[str, str] = {}
"""Names that may be defined twice, each with its reason."""


def test_a_public_name_is_defined_in_one_file() -> None:
    doubled = {name: places for name, places in doubled_names(modules(REPOSITORY)).items() if name not in ALLOWED}
    assert not doubled, "defined in several files; rename one, or make it private where it is used in one file only"


def test_what_is_allowed_is_needed() -> None:
    assert set(ALLOWED) <= set(doubled_names(modules(REPOSITORY)))


def test_a_private_name_stays_in_its_file() -> None:
    borrowed = [
        f"{module.path}: {node.module}.{alias.name}"
        for module in modules(REPOSITORY)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot")
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert borrowed == []


def test_a_private_name_is_used() -> None:
    unused = [
        f"{module.path}: {name}"
        for module in modules(REPOSITORY)
        for words in [Counter(re.findall(r"\w+", module.text))]
        for statement in module.tree.body
        for name in defined_by(statement)
        if name.startswith("_") and not name.startswith("__") and words[name] == 1
        if not getattr(statement, "decorator_list", ())
    ]
    assert unused == []
