"""Counts in a row → a picture of one line in block characters.

Unicode's lower blocks (U+2581 to U+2588, Block Elements) are eighths of a line; a count above nothing is never nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

_BLOCKS = "▁▂▃▄▅▆▇█"
_NOTHING = " "


def bar_line(counts: Sequence[int], width: int) -> str:
    """A column for each count, as wide as `width` lets all be alike; with more counts than that, several to a column.

    The tallest column is the largest one.
    """
    if not counts or width < 1:
        return ""
    each = ceil(len(counts) / width)
    columns = [sum(counts[start : start + each]) for start in range(0, len(counts), each)]
    most = max(columns)
    wide = max(width // len(columns), 1)
    return "".join(_block(column, most) * wide for column in columns)


def _block(count: int, most: int) -> str:
    return _BLOCKS[ceil(count * len(_BLOCKS) / most) - 1] if count else _NOTHING
