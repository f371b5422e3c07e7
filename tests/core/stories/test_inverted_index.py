"""Tokens → the entries that hold them: what is left out of the votes is never among those that are looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.stories.inverted_index import NEWEST, Words

FILED = st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=30)
WEIGHTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([1.0, 1.1, 1.2, 2.0]), min_size=2)


def _filed(entries: list[set[str]]) -> Words:
    words = Words()
    for number, tokens in enumerate(entries, 1):
        numbers = words.numbers(sorted(tokens))
        words.begin(dict.fromkeys(numbers, 11))
        words.add(numbers, number)
    return words


def _best(votes: dict[int, float], most: int) -> list[tuple[int, float]]:
    """The first of them, ties to what came up first."""
    return sorted(votes.items(), key=lambda row: -row[1])[:most]


@given(FILED, WEIGHTS, st.integers(20, 200), st.integers(1, 3), st.sampled_from([0.0, 1.5, 3.0, 6.0]))
def test_the_most_voted_are_the_same_whoever_is_left_out(
    entries: list[set[str]], weights: dict[str, float], budget: int, most: int, enough: float
) -> None:
    words = _filed([*entries, set(weights)])
    by_number = {number: weights[token] for token in weights if (number := words.number(token)) is not None}
    all_of_them = words.votes(by_number, by_number, budget, len(entries) + 1, 0.0)
    some = words.votes(by_number, by_number, budget, most, enough)
    kept, expected = ([row for row in _best(votes, most) if row[1] >= enough] for votes in (some, all_of_them))
    assert kept == expected


def test_what_comes_up_too_late_to_have_enough_is_left_out() -> None:
    words = _filed([{"harbour"}, {"today"}, {"harbour", "today"}])
    harbour, today = words.numbers(["harbour", "today"])
    weights = {harbour: 3.0, today: 1.0}
    assert words.votes(weights, weights, 200, 12, 1.0) == {1: 9.0, 3: 10.0, 2: 1.0}
    assert words.votes(weights, weights, 200, 12, 1.1) == {1: 9.0, 3: 10.0}


def test_an_everyday_word_brings_nobody_beside_rarer_ones() -> None:
    words = _filed([*({"harbour"},) * 12, *({"today"},) * NEWEST, {"harbour", "today"}])
    harbour, today = words.numbers(["harbour", "today"])
    weights = {harbour: 3.0, today: 1.0}
    votes = words.votes(weights, weights, 200, 12, 0.0)
    assert sorted(votes) == [*range(1, 13), 12 + NEWEST + 1]
    assert votes[12 + NEWEST + 1] == 10.0


def test_two_words_that_follow_outweigh_the_first() -> None:
    words = _filed([{"harbour"}, {"ferry", "pilot"}])
    weights = {
        words.numbers([token])[0]: weight for token, weight in (("harbour", 1.1), ("ferry", 1.0), ("pilot", 1.0))
    }
    assert _best(words.votes(weights, weights, 200, 1, 0.0), 1) == [(2, 2.0)]
