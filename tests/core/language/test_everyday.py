"""The words that are common in some language, gathered from the languages' files.

`python -m tests.core.language.test_everyday` writes `data/common.txt` anew.
"""

from __future__ import annotations

import textwrap

import pytest

from bot.core.language.everyday import SHORTEST, is_everyday
from bot.core.language.tables import DATA, LANGUAGES, table_of
from bot.core.text.folding import fold

FILE = DATA / "common.txt"
HEAD = "# What the `common` lists of the languages' files hold in Latin letters, folded. Sources and licences: there.\n"


def gathered() -> str:
    folded = (fold(word.replace("'", "")) for code in LANGUAGES for word in table_of(code).common)
    words = sorted({word for word in folded if word.isascii() and word.isalpha() and len(word) >= SHORTEST})
    return HEAD + textwrap.fill(" ".join(words), 120) + "\n"


def test_the_file_holds_what_the_languages_hold() -> None:
    assert FILE.read_text("ascii") == gathered(), "write it anew: python -m tests.core.language.test_everyday"


@pytest.mark.parametrize(
    ("word", "everyday"),
    [("start", True), ("pour", True), ("nicht", True), ("para", True), ("apple", False), ("orbrecht", False)],
)
def test_what_is_everyday(word: str, everyday: bool) -> None:
    assert is_everyday(word) is everyday


if __name__ == "__main__":
    FILE.write_text(gathered(), "ascii")
