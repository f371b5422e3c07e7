"""A name in another's place tells one event from another, also where a place is a word of change elsewhere."""

from __future__ import annotations

import pytest

from bot.core.similarity.changes import may_tell_alone
from bot.core.similarity.headlines import read_headline
from bot.core.similarity.in_place import in_place_of
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


@pytest.mark.parametrize(
    "headline",
    [
        "Quake in {}: three dead",
        "{} quake: three dead and ten hurt",
        "Inondation à {} : trois morts et dix blessés",
        "Überschwemmung in {}: drei Tote",
        "Terremoto en {}: tres muertos y diez heridos",
    ],
)
def test_a_label_that_tells_what_happened_tells_where(headline: str) -> None:
    """What stood behind the colon was the same, so they were one event."""
    for before, after in (("Kelmore", "Tessaly"), ("Bogota", "Pasto")):
        old, new = (read_headline(headline.format(name)) for name in (before, after))
        assert in_place_of(old, new) == f"“{after}” stands in the place of “{before}”"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Sky News", "Fox News"),
        ("Live updates", "Live blog"),
        ("Exclusive", "Video"),
        ("The Times of India", "The Times of Israel"),
        ("Kelmore", "Reuters"),
    ],
)
def test_a_label_that_tells_who_says_so_tells_nothing_apart(before: str, after: str) -> None:
    old, new = (read_headline(f"{label}: quake kills three people on the coast") for label in (before, after))
    assert in_place_of(old, new) == ""


@pytest.mark.parametrize("after", ["Earthquake in Kelmore", "Kelmora quake", "Quake in Kelmore harbour"])
def test_another_wording_of_such_a_label_is_one_event(after: str) -> None:
    before = "Kelmore quake" if after == "Kelmora quake" else "Quake in Kelmore"
    old, new = (read_headline(f"{label}: three dead and ten hurt") for label in (before, after))
    assert in_place_of(old, new) == ""


IN_PLACE = {
    "days before a colon": ("Monday: Kolbi markets open flat", "Tuesday: Kolbi markets open flat", "Tuesday"),
    "two of one publisher": ("Sky News: Kolbi mayor resigns", "Sky Sport: Kolbi mayor resigns", ""),
    "who it was is told": ("Police in Kolbi arrest man over fire", "Police in Kolbi arrest Torvik over fire", ""),
    "who it was is left out": ("Police in Kolbi arrest Torvik over fire", "Police in Kolbi arrest man over fire", ""),
    "other words, all in capitals": (
        "Two Killed As Bus Overturns Near Derby",
        "Two Killed When Coach Rolls Over Near Derby",
        "",
    ),
    "a name of two words, and what he is": (
        "El Madrid ficha al lateral Juan Sorrosa",
        "El Madrid ficha al portero Pablo Llanes",
        "Pablo Llanes",
    ),
    "initials without small words": ("United States of America quits pact", "USA quits pact", ""),
    "initials of all words": ("Bank of England raises rates again", "BoE raises rates again", ""),
    "company": ("Orlan raises forecast after strong quarter", "Velm raises forecast after strong quarter", "Velm"),
    "German city": (
        "Polizei ermittelt nach Angriff in Hamburg",
        "Polizei ermittelt nach Angriff in Leipzig",
        "Leipzig",
    ),
    "order": ("Arvenia invades Norland today", "Norland invades Arvenia today", "another order"),
    "Arabic": ("الشرطة تحقق في حادث بمحطة القاهرة", "الشرطة تحقق في حادث بمحطة بيروت", "بيروت"),
    "synonym": ("Storm leaves 60,000 homes without power", "Storm leaves 60,000 houses without power", ""),
    "figure": ("Nine dead in Varno blast this week", "12 dead in Varno blast this week", ""),
    "spelling": ("Rebel leader Qaramov agrees to talks", "Rebel leader Karamov agrees to talks", ""),
}


@pytest.mark.parametrize(("one", "other", "what"), IN_PLACE.values(), ids=IN_PLACE)
def test_what_stands_in_the_place_of_what(one: str, other: str, what: str) -> None:
    why = in_place_of(read_headline(one), read_headline(other))
    assert what in why if what else not why
