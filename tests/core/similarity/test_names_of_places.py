"""Names that are words of change in another language: one event in each place, however alike the headlines are."""

from __future__ import annotations

import pytest

from bot.core.similarity.changes import may_tell_alone
from bot.core.similarity.titles import in_place_of, read_headline
from bot.core.similarity.tokens import text_tokens

HEADLINES = (
    "Flood in {} leaves nine people without a home",
    "Court in {} frees mayor after a week",
    "Überschwemmung in {} tötet drei Menschen",
    "Atentado con bomba en {} deja tres muertos",
)


@pytest.mark.parametrize("place", ["Victoria", "Salvador", "La Paz", "Split", "Salta", "Barra", "Cali"])
def test_a_place_whose_name_tells_a_change_elsewhere_is_a_place(place: str) -> None:
    """A flood in Victoria was one in Tasmania: `victoria` is Spanish for what is won."""
    for headline in HEADLINES:
        for before, after in ((place, "Pasto"), ("Pasto", place)):
            old, new = (read_headline(headline.format(name)) for name in (before, after))
            assert in_place_of(old, new), (headline, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nach Rücktritt in Kelmore wird neu gewählt", "Nach Verhaftung in Kelmore wird neu gewählt"),
        ("Talks in Kelmore halted after three days", "Talks in Kelmore resumed after three days"),
        ("Talks In Kelmore Halted After Three Days", "Talks In Kelmore Resumed After Three Days"),
    ],
    ids=["German nouns", "small", "all in capitals"],
)
def test_what_tells_a_change_is_no_name(before: str, after: str) -> None:
    assert in_place_of(read_headline(before), read_headline(after)) == ""


@pytest.mark.parametrize("place", ["Cali", "Bogota", "Lima", "Parma", "Como", "Bath", "Reading", "Nice", "Perm"])
def test_no_list_of_single_words_holds_a_city(place: str) -> None:
    """Where every word has a capital, nothing else would say that it is one."""
    (token,) = text_tokens(place)
    assert not may_tell_alone(token.form, token.capital)
