"""Tokens → the entries that hold them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.core.stories.inverted_index import NEWEST, Words

FILED = st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=30)
WEIGHTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([1.0, 1.5, 2.0]), min_size=2)


def _filed(entries: list[set[str]]) -> Words:
    words = Words()
    for number, tokens in enumerate(entries, 1):
        numbers = words.numbers(sorted(tokens))
        words.begin(dict.fromkeys(numbers, 11))
        words.add(numbers, number)
    return words


@given(FILED, WEIGHTS, st.integers(20, 200))
def test_the_rarest_tokens_vote_first_until_the_budget_is_spent(
    entries: list[set[str]], weights: dict[str, float], budget: int
) -> None:
    words = _filed([*entries, set(weights)])
    by_number = {number: weights[token] for token in weights if (number := words.number(token)) is not None}
    expected: Counter[int] = Counter()
    left = budget
    for token in sorted(weights, key=lambda token: (-weights[token], token)):
        holders = [number for number, tokens in enumerate([*entries, set(weights)], 1) if token in tokens]
        for number in holders[-left:] if left > 0 else ():
            expected[number] += weights[token] ** 2  # type: ignore[assignment]  # a sum of weights
        left -= len(holders)
    assert words.votes(by_number, by_number, budget) == expected


def test_of_an_everyday_word_only_the_newest_vote() -> None:
    words = _filed([*({"harbour"},) * 12, *({"today"},) * NEWEST, {"harbour", "today"}])
    harbour, today = words.numbers(["harbour", "today"])
    weights = {harbour: 3.0, today: 1.0}
    votes = words.votes(weights, weights, 1_000)
    assert sorted(votes) == [*range(1, 13), *range(14, 12 + NEWEST + 2)]
    assert votes[12 + NEWEST + 1] == 10.0
