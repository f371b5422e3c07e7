"""Benchmarks: our code and its peers side by side in one process run. `python -m bench [NAME ...]` prints the tables.

Each module `bench/<name>.py` has `run() -> list[Row]`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: `ours` against `peer`, and the target that it is held to.

    Figures are text (with their unit), so that each benchmark says what it measures; `ratio` is the number compared.
    """

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
