"""One name, one thing: no public name is defined in two files of `bot`."""

from __future__ import annotations

from bench.house import doubled_names, modules
from tests.conftest import REPOSITORY

DOUBLED = doubled_names(modules(REPOSITORY))

ALLOWED: dict[str, str] = {}
"""Names that may be defined twice, each with its reason."""


def test_a_public_name_is_defined_in_one_file() -> None:
    doubled = {name: files for name, files in DOUBLED.items() if name not in ALLOWED}
    assert not doubled, "defined in several files; rename one, or make it private where it is used in one file only"
