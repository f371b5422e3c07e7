"""A list with a line a language (`data/*.txt`) → its words by language.

For what is needed of all languages at once, and would cost the reading of 33 files otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.core.language.tables import DATA


@cache  # a few lists
def word_list(name: str) -> Mapping[str, tuple[str, ...]]:
    """The words of `data/NAME.txt` by language code; lines that begin with `#` say what the list is, and its source."""
    lines = (DATA / f"{name}.txt").read_text("utf-8").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {code: tuple(words) for code, *words in rows}
