"""Which rows of tables that a test crosses `make test` leaves to `make test-slow`."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from tests.examples import superfluous


@pytest.mark.parametrize(
    ("lengths", "most"), [((2, 2, 2), 4), ((2, 3, 2, 2), 7), ((2, 4, 2, 2), 8), ((3, 4, 5), 20)], ids=str
)
def test_each_two_values_meet_in_few_rows(lengths: tuple[int, ...], most: int) -> None:
    rows = list(product(*(range(length) for length in lengths)))
    left_out = set(superfluous([(row, set(combinations(list(zip("abcd", row, strict=False)), 2))) for row in rows]))
    kept = [row for row in rows if row not in left_out]
    for one, other in combinations(range(len(lengths)), 2):
        assert {(row[one], row[other]) for row in kept} == set(product(range(lengths[one]), range(lengths[other])))
    assert len(kept) <= most


def test_two_tables_lose_no_row() -> None:
    rows = [(row, set(combinations(list(zip("ab", row, strict=True)), 2))) for row in product(range(3), range(4))]
    assert list(superfluous(rows)) == []
