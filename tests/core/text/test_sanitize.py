"""What is cut for a message reads well up to its end."""

from __future__ import annotations

import pytest

from bot.core.text.combining import end_of_sign, end_of_word
from bot.core.text.sanitize import short_line

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAGS = "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("plain words", 6, "plain…"),
        ("cafe\u0301s open", 5, "caf…"),
        ("cafe\u0301s open", 6, "cafe\u0301…"),
        (f"ab {FAMILY} cd", 7, "ab…"),
        (f"ab {FAMILY} cd", 9, f"ab {FAMILY}…"),
        ("ab \U0001f44d\U0001f3fd cd", 5, "ab…"),
        (f"{FLAGS} cd", 3, f"{FLAGS[:2]}…"),
        (f"{FLAGS} cd", 4, f"{FLAGS[:2]}…"),
        (f"{FLAGS} cd", 5, f"{FLAGS}…"),
        ("\u0928\u093f\u0930\u094d\u0923\u092f", 5, "\u0928\u093f\u0930\u094d…"),
        ("z" + "\u0301" * 500, 300, "z" + "\u0301" * 258 + "…"),
        ("\u0301" * 9, 3, "…"),
    ],
)
def test_no_sign_is_torn(text: str, limit: int, shown: str) -> None:
    """A flag was cut into a letter in a box, a family into its first half, an accent off its letter."""
    assert short_line(text, limit) == shown


@pytest.mark.parametrize(
    ("text", "end", "shown"),
    [
        ("It goes on at length", 17, "It goes on at"),
        ("It goes on at length", 14, "It goes on at "),
        ("It goes on at length", 13, "It goes on at"),
        ("short", 9, "short"),
        ("华为表示该合同将于明年生效", 5, "华为表示该"),
        (f"at {'x' * 60} end", 50, f"at {'x' * 47}"),
        ("cafe\u0301s open", 4, "caf"),
    ],
    ids=["in a word", "behind its space", "at its end", "no cut", "no spaces", "a long word", "an accent"],
)
def test_a_quote_is_cut_between_words_where_it_has_some(text: str, end: int, shown: str) -> None:
    assert text[: end_of_word(text, end)] == shown


def test_a_text_of_flags_is_cut_in_time_that_grows_with_it() -> None:
    """A run of them was looked for from each flag anew."""
    flags = "\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}" * 200_000
    assert end_of_sign(f"{flags}x{flags}", 400_003) == 400_003
    assert end_of_sign(flags, 399_999) == 399_998
