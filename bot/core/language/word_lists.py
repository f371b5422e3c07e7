"""A list (`data/*.txt`) → its words by what the line begins with: a language, or a word of ours.

For what is needed of all languages at once, and would cost the reading of 33 files otherwise; and for what other tools,
and people, call what is ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.core.language.tables import DATA


@cache  # a few lists
def word_list(name: str) -> Mapping[str, tuple[str, ...]]:
    """The words of `data/NAME.txt` by the first of their line."""
    return {first: tuple(words) for first, *words in map(str.split, _lines(name))}


@cache
def said_instead(table: str) -> Mapping[str, str]:
    """Of words that are none of ours, what is said of each: one table of `data/instead.txt`."""
    said: dict[str, str] = {}
    for line in _lines("instead"):
        words, _, sentence = line.partition(": ")
        of_table, *those = words.split()
        said |= dict.fromkeys(those, sentence) if of_table == table else {}
    return said


def _lines(name: str) -> list[str]:
    """Those that begin with `#` say what the list is, and its source."""
    return [line for line in (DATA / f"{name}.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
