"""Entries of a document against those of the last one, by their marks and dates alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.parse.fingerprints import Fingerprint, Fingerprints, from_behind

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def dated(*entries: tuple[int, int]) -> list[Fingerprint]:
    """Fingerprints of entries, each by its number and its date."""
    marks = [(number.to_bytes(4, "big"), number.to_bytes(8, "big"), at) for number, at in entries]
    return [Fingerprint(guid=mark, url=mark, content=content, published=at) for mark, content, at in marks]


@pytest.mark.parametrize(
    ("before", "document", "behind"),
    [
        (dated((1, 50), (2, 40)), dated((1, 50), (2, 40), (3, 45), (4, 30), (5, 0)), dated((4, 30))),
        (dated((1, 50), (2, 40)), dated((4, 30), (1, 50), (2, 40)), []),
        (dated((1, 40), (2, 50)), dated((4, 30), (1, 40), (2, 50), (3, 60)), dated((4, 30))),
        (dated((1, 50)), dated((1, 50), (4, 30)), []),
        (dated((1, 50), (2, 40)), dated((3, 45), (4, 30)), dated((4, 30))),
        (dated((1, 50)), dated((4, 30)), []),
        (dated((1, 50), (2, 10), (3, 40)), dated((1, 50), (2, 10), (3, 40), (4, 5)), []),
    ],
    ids=["older", "on top", "the oldest first", "behind one alone", "another page", "another one alone", "no order"],
)
def test_what_comes_from_behind(
    before: list[Fingerprint], document: list[Fingerprint], behind: list[Fingerprint]
) -> None:
    assert from_behind(Fingerprints(tuple(before), at=NOON), document) == frozenset(behind)
