"""Related names: what stands with a rule's names and hardly elsewhere."""

from __future__ import annotations

import pytest

from bot.core.query.format import format_query
from bot.core.query.parser import parse_query
from bot.core.workbench.related_names import Learnt, background_of, exchanged, name_groups, related_names
from bot.model import Query, Reading
from bot.model import query as ast

ENTITIES: dict[str, Query] = {
    "fund": ast.Entity(name="fund", names=(ast.Phrase(words=("Monetary", "Fund")), ast.Word(text="Orbfund"))),
}


@pytest.mark.parametrize(
    ("when", "groups"),
    [
        pytest.param("Orbrecht", ["Orbrecht"], id="word"),
        pytest.param("@fund AND loan*", ["@fund"], id="topic-words-name-nothing"),
        pytest.param("(Orbrecht OR Velmora) AND strike", ["Orbrecht OR Velmora"], id="either"),
        pytest.param("title:@fund NEAR/5 Karsholm NOT Velmora", ["@fund", "Karsholm"], id="not-under-not"),
        pytest.param("(Orbrecht AND 5G) OR @fund", ["Orbrecht", "5G", "@fund"], id="branches"),
        pytest.param("/Orb[a-z]+/ OR lang:EN", [], id="no-words"),
    ],
)
def test_groups_of_names(when: str, groups: list[str]) -> None:
    assert list(map(format_query, name_groups(parse_query(when, ENTITIES)))) == groups


def test_a_name_takes_the_place_of_a_group() -> None:
    query = parse_query("title:(@fund AND loan) NOT @fund", ENTITIES)
    other = exchanged(query, ENTITIES["fund"], ast.Word(text="Orbtel"))
    assert format_query(other) == "title:(Orbtel AND loan) AND NOT @fund"


def learnt(*stories: str, group: str = "@fund") -> Learnt:
    one = Learnt(parse_query(group, ENTITIES))
    for story in stories:
        one.add([Reading(title=title) for title in story.split(" / ")])
    return one


STORIES = (
    "Orbfund chief Ada Moreau resigns / Moreau leaves the Orbfund",
    "Loan of the Monetary Fund: Moreau travels to Karsholm",
    "Why the Monetary Fund (MF) waits for Ada Moreau, by our staff in Karsholm",
    "Karsholm gets its loan from the MF / Monetary Fund pays",
    "The MF and the loan / Orbfund looks away",
)


def test_what_stands_with_them_in_several_stories_may_be_one() -> None:
    candidates = dict(learnt(*STORIES).candidates({}, 0.01))
    assert {"moreau", "mf", "karsholm"} <= candidates.keys()
    assert candidates["mf"] == "MF"
    assert "loan" not in candidates, "no name"
    assert "orbfund" not in candidates, "a name of the rule's own"


def test_a_word_that_stands_everywhere_is_not_asked_about() -> None:
    assert "karsholm" not in dict(learnt(*STORIES).candidates({"karsholm": 0.3}, 0.01))
    assert "karsholm" in dict(learnt(*STORIES).candidates({"karsholm": 0.3}, 0.1)), "so do the names"


def test_a_related_name_stands_with_them_in_a_fifth_of_its_entries() -> None:
    one = learnt(*STORIES)
    written = dict(one.candidates({}, 0.01))
    assert "ada moreau" in written
    counts = {"moreau": (9, 4), "ada moreau": (4, 3), "mf": (12, 3), "karsholm": (40, 4)}
    found = [(each.written, each.together, each.entries) for each in related_names(one, counts, written)]
    twice = [each.written for each in related_names(one, {"moreau": (6, 2), "mf": (5, 2)}, written)]
    assert twice == ["MF"], "two are chance more often"
    assert found == [("Ada Moreau", 3, 4), ("Moreau", 4, 9), ("MF", 3, 12)]


def test_words_of_one_or_two_texts_are_not_known_to_be_common() -> None:
    shares = background_of([Reading(title="Karsholm votes")] * 3 + [Reading(title="Veyra votes")])
    assert shares == {"karsholm": 0.75, "votes": 1.0}


def test_capitals_of_headlines_that_have_nothing_else_say_nothing_where_others_do() -> None:
    headlines = ["Orbfund Moves Faster Than Karsholm Hoped", "Why The Orbfund Moves Faster Than Karsholm"]
    one = learnt(*headlines, "The Orbfund moves, faster than Karsholm")
    assert dict(one.candidates({}, 0.01)).keys() & {"faster", "karsholm"} == {"karsholm"}
    assert {"faster", "karsholm"} <= dict(learnt(*headlines).candidates({}, 0.01)).keys(), "nobody knows"


def test_a_capital_at_the_beginning_of_a_sentence_says_nothing_where_others_do() -> None:
    """`Check`, `Continue` and `Easily` were offered as names: sentences began with them."""
    stories = ["Check what the Orbfund did", "Check who the Orbfund pays. Karsholm waits", "They check the Orbfund"]
    assert "check" not in dict(learnt(*stories).candidates({}, 0.01))
    assert "karsholm" in dict(learnt(*stories, "Karsholm asks the Orbfund").candidates({}, 0.01)), "nobody knows"


def test_a_part_of_a_name_may_stand_alone_more_often() -> None:
    one = learnt(*["Ada Moreau meets Karsholm"] * 4, group='"Ada Moreau"')
    written = dict(one.candidates({}, 0.01))
    counts = {"moreau": (40, 4), "karsholm": (40, 4)}
    assert [each.written for each in related_names(one, counts, written)] == ["Moreau"]
