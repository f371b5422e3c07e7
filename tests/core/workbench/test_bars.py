"""Counts as a line of block characters."""

from __future__ import annotations

import pytest

from bot.core.workbench.bars import bar_line

LINES = [
    ([], 10, ""),
    ([0, 0, 0], 3, "   "),
    ([1, 2, 4, 8], 4, "▁▂▄█"),
    ([0, 1, 1000], 3, " ▁█"),
    ([1, 2], 7, "▄▄▄███"),
    ([1, 1, 2, 2, 0], 3, "▄█ "),
    ([5], 1, "█"),
    ([5], 0, ""),
]


@pytest.mark.parametrize(("counts", "width", "line"), LINES, ids=[str(line[:2]) for line in LINES])
def test_a_line_of_bars(counts: list[int], width: int, line: str) -> None:
    assert bar_line(counts, width) == line
