"""Excerpts around what was found."""

from __future__ import annotations

import pytest

from bot.web.marked import around_marks

LONG = "Regulators in Velmora have for months discussed a proposal that "


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("Huawei wins", "Huawei", "<mark>Huawei</mark> wins"),
        (
            f"{LONG}bars Huawei {LONG}",
            "Huawei",
            "… have for months discussed a proposal that bars <mark>Huawei</mark> "
            "Regulators in Velmora have for months discussed …",
        ),
        ("x" * 200 + "Huawei" + "y" * 200, "Huawei", f"… {'x' * 50}<mark>Huawei</mark>{'y' * 50} …"),
        (
            f"<b>{LONG}</b> <i>5G</i>",
            "5G",
            "… for months discussed a proposal that &lt;/b&gt; &lt;i&gt;<mark>5G</mark>&lt;/i&gt;",
        ),
    ],
    ids=["short", "words", "without spaces", "markup"],
)
def test_an_excerpt_has_whole_words(text: str, word: str, shown: str) -> None:
    start = text.index(word)
    assert around_marks(text, [(start, start + len(word))]) == shown
