"""Entries of a document by their dates and their places among those of the last one: late, from behind, remade."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.core.parse import parse_delta
from bot.core.parse.fingerprints import Fingerprint, Fingerprints
from bot.core.parse.succession import Succession
from bot.model import Entry
from tests.core.parse.test_delta import NOON, URL, read, rss


def dated(number: int, *, days: float) -> str:
    date = (NOON - timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    words = f"<title>Title {number}</title><link>/{number}</link><guid>g{number}</guid>"
    return f"<item>{words}<pubDate>{date}</pubDate></item>"


STANDING = [dated(1, days=6), dated(2, days=8), dated(3, days=20)]
UNORDERED = [dated(1, days=8), dated(2, days=6), dated(3, days=20)]
SLIPPED = [dated(8, days=400), *STANDING, dated(4, days=21)]
NEW = 9


@pytest.mark.parametrize(
    ("before", "after", "is_late"),
    [
        (STANDING, [dated(NEW, days=0), *STANDING], False),  # at or after the reading: its date can be believed
        (STANDING, [dated(NEW, days=400), *STANDING], True),  # a wrong year
        (STANDING, [*STANDING[:2], dated(NEW, days=10), STANDING[2]], True),  # dated by the day of the event
        (STANDING, [*STANDING, dated(NEW, days=30)], False),  # comes in from behind: an old one
        (STANDING[::-1], [*STANDING[::-1], dated(NEW, days=400)], True),
        (STANDING[::-1], [dated(NEW, days=30), *STANDING[::-1]], False),
        ([dated(n, days=600) for n in (1, 2, 3)], [dated(n, days=600) for n in (NEW, 1, 2)], True),  # one date for all
        (STANDING, [dated(NEW, days=8), STANDING[0], STANDING[2]], False),  # the second, under other marks
        (UNORDERED, [dated(NEW, days=10), *UNORDERED], False),  # the most read ones: old ones come up, too
        (SLIPPED, [dated(NEW, days=401), *SLIPPED], True),  # one slip does not make it a list of the most read
        (SLIPPED, [*SLIPPED, dated(NEW, days=30)], False),
        ([], [dated(NEW, days=10)], False),
    ],
)
def test_what_comes_in_where_the_document_before_had_nothing_is_late(
    before: list[str], after: list[str], is_late: bool
) -> None:
    last = parse_delta(rss(*before).encode(), url=URL, headers={}, seen_at=NOON - timedelta(hours=1))
    (new,) = [entry for entry in read(rss(*after), last.fingerprints).feed.entries if entry.guid == f"g{NEW}"]
    assert new.is_late is is_late


def test_dates_are_believed_for_as_long_as_their_entries_stand() -> None:
    last = None
    for after in (
        STANDING,
        [dated(4, days=5), *STANDING],
        [dated(4, days=5), STANDING[0], dated(NEW, days=7), *STANDING[1:]],
    ):
        parsed = read(rss(*after), last)
        last = parsed.fingerprints
    assert [entry.is_late for entry in parsed.feed.entries] == [True]


@pytest.mark.parametrize("size", [2, 3, 5, 8, 20])
@pytest.mark.parametrize("wrong", ["NNNNNNNN", "NYNYNYNY", "YNNNNNNN", "YYNYYNYY"])
def test_one_wrong_date_does_not_hide_the_next(wrong: str, size: int) -> None:
    """`N`: a new entry that bears the year before. Small documents soon hold nothing else."""
    standing = [dated(number, days=1 + number) for number in range(size)]
    last = read(rss(*standing)).fingerprints
    late_ones = ""
    for number, believed in enumerate(wrong, 100):
        hour = NOON + timedelta(hours=number)
        date = (hour - timedelta(minutes=10)).replace(year=2026 if believed == "Y" else 2025)
        standing = [dated(number, days=(NOON - date) / timedelta(days=1)), *standing][:size]
        parsed = parse_delta(rss(*standing).encode(), url=URL, headers={}, seen_at=hour, before=last)
        (new,), last = parsed.feed.entries, parsed.fingerprints
        late_ones += "N" if new.is_late else "Y"
    assert late_ones == wrong


def marked(*entries: tuple[int, int]) -> list[Fingerprint]:
    """Fingerprints of entries, each by its number and its date."""
    marks = [(number.to_bytes(4, "big"), number.to_bytes(8, "big"), at) for number, at in entries]
    return [Fingerprint(guid=mark, url=mark, content=content, published=at) for mark, content, at in marks]


def news(before: list[Fingerprint], document: list[Fingerprint]) -> dict[int, Entry]:
    """What is new in a document, by its number."""
    entries = [Entry(title=str(int.from_bytes(item.guid, "big")), seen_at=NOON) for item in document]
    return {
        int(entry.title): entry
        for entry in Succession(Fingerprints(tuple(before), at=NOON), document, entries, document, NOON).new
    }


def lines(poll: int, ages: list[int], now: datetime) -> str:
    """A document of lines that say the same at each poll, under new marks; `ages` in seconds."""
    return rss(
        *(
            f"<item><title>Line {number}</title><link>/{poll}-{number}</link><guid>{poll}-{number}</guid>"
            f"<pubDate>{format_datetime(now - timedelta(seconds=age))}</pubDate></item>"
            for number, age in enumerate(ages)
        )
    )


@pytest.mark.parametrize(
    ("minutes", "before", "after", "is_news"),
    [
        pytest.param(60, [2, 2, 3, 3], [3, 3, 4, 4], False, id="dated by the moment at each poll"),
        pytest.param(5, [2, 62, 122], [3, 63, 123], False, id="dated by the moment, a minute apart"),
        pytest.param(15, [-7203, -7203, -7203], [-7198, -7199, -7198], False, id="in another zone"),
        pytest.param(60, [1507, 1507, 1507], [1507, 1507, 1507], True, id="warnings of each hour"),
        pytest.param(1440, [28807, 28800, 28790], [28811, 28805, 28794], True, id="columns of each day"),
        pytest.param(60, [9, 40, 77, 110], [12, 25, 61, 118], True, id="calls of a fire brigade"),
        pytest.param(60, [0, 0, 0], [0, 0, 0], True, id="dated by a schedule, to the minute"),
        pytest.param(1, [12, 12, 12], [9, 9, 9], True, id="sirens in the same towns a minute later"),
        pytest.param(60, [7, 7, 7], [90, 90, 90], True, id="a gust warning that came a minute before"),
        pytest.param(60, [2, 2], [3, 3], True, id="too few to tell"),
    ],
)
def test_lines_that_come_again_with_later_dates_are_news_unless_their_dates_are_made_at_each_poll(
    minutes: int, before: list[int], after: list[int], is_news: bool
) -> None:
    then = NOON - timedelta(minutes=minutes)
    last = parse_delta(lines(1, before, then).encode(), url=URL, headers={}, seen_at=then)
    entries = read(lines(2, after, NOON), last.fingerprints).feed.entries
    assert len(entries) == (len(after) if is_news else 0)


PINNED = marked((9, 1), (1, 50), (2, 45), (3, 40), (5, 35), (6, 33))


@pytest.mark.parametrize(
    ("before", "document", "behind"),
    [
        (marked((1, 50), (2, 40)), marked((1, 50), (2, 40), (3, 45), (4, 30), (5, 0)), marked((4, 30))),
        (marked((1, 50), (2, 40)), marked((4, 30), (1, 50), (2, 40)), []),
        (marked((1, 40), (2, 50)), marked((4, 30), (1, 40), (2, 50), (3, 60)), marked((4, 30))),
        (marked((1, 50)), marked((1, 50), (4, 30)), []),
        (marked((1, 50), (2, 40)), marked((3, 45), (4, 30)), marked((4, 30))),
        (marked((1, 50)), marked((4, 30)), []),
        (marked((1, 50), (2, 10), (3, 40)), marked((1, 50), (2, 10), (3, 40), (4, 5)), []),
        (PINNED, [*PINNED, *marked((4, 30))], marked((4, 30))),
        (marked((1, 50), (2, 40), (3, 30)), marked((1, 50), (2, 40), (4, 35)), []),
        (marked((1, 50), (2, 40), (3, 30)), marked((2, 40), (3, 30), (4, 20)), marked((4, 20))),
        (marked((1, 50), (2, 40)), marked((1, 50), (2, 40), (4, 40)), []),
        (marked((1, 50), (2, 40)), marked((4, 40), (5, 30)), marked((5, 30))),
        (marked((1, 50), (2, 50)), marked((1, 50), (2, 50), (4, 30)), []),
        (marked((1, 50), (2, 10), (3, 40), (6, 60), (7, 55)), marked((1, 50), (2, 10), (3, 40), (4, 5)), []),
        (marked((1, 0), (2, 50), (3, 40)), marked((1, 5), (2, 50), (3, 40), (4, 30)), marked((4, 30))),
    ],
    ids=[
        "older",
        "on top",
        "the oldest first",
        "behind one alone",
        "another page",
        "another one alone",
        "no order",
        "an old one stands on top",
        "where one that was older stood",
        "the newest has left",
        "of the date of the oldest",
        "another page that goes on there",
        "behind those of one date",
        "no order, and two have left",
        "below a date that was not believed",
    ],
)
def test_what_comes_from_behind(
    before: list[Fingerprint], document: list[Fingerprint], behind: list[Fingerprint]
) -> None:
    flagged = {number for number, entry in news(before, document).items() if entry.is_from_behind}
    assert flagged == {int.from_bytes(item.guid, "big") for item in behind}


@pytest.mark.parametrize(
    ("before", "document", "is_late"),
    [
        (marked((1, 0)), marked((4, 30), (1, 0)), True),
        (marked((1, 0)), marked((1, 0), (4, 30)), False),
        (marked((1, 50)), marked((4, 0), (1, 50)), False),
        (marked((1, 50)), marked((4, 30)), False),
        (marked((1, 50), (2, 40), (3, 40), (5, 30)), marked((1, 50), (4, 40), (5, 30)), True),
        (marked((1, 50), (2, 40), (5, 30)), marked((1, 50), (4, 40), (5, 30)), False),
    ],
    ids=["above an undated one", "below it", "undated", "alone", "of the date of two that left", "of the date of one"],
)
def test_what_is_late_among_few(before: list[Fingerprint], document: list[Fingerprint], *, is_late: bool) -> None:
    assert news(before, document)[4].is_late is is_late


@pytest.mark.parametrize(
    ("before", "document", "may_be"),
    [
        (marked((1, 50), (2, 40)), marked((1, 50), (4, 40)), True),
        (marked((1, 50), (2, 40), (3, 40)), marked((1, 50), (4, 40)), False),
        (marked((1, 50), (2, 40)), marked((4, 40), (5, 40)), False),
        (marked((1, 50), (2, 0)), marked((1, 50), (4, 0)), False),
        (marked((1, 50), (2, 40)), marked((1, 50), (2, 40), (4, 40)), False),
        (marked((1, 50), (2, 40)), marked((2, 30), (4, 40)), False),
        (marked((4, 50), (2, 40)), marked((4, 40), (3, 50)), False),
    ],
    ids=["in its place", "two had it", "two have it", "undated", "it stands", "it stands with another", "known itself"],
)
def test_what_may_be_remade(before: list[Fingerprint], document: list[Fingerprint], *, may_be: bool) -> None:
    edited = [replace(item, content=b"edited") for item in document]
    assert news(before, edited)[4].may_be_remade is may_be


def test_what_stands_with_its_date_may_be_remade() -> None:
    """It may have returned there before, unknown to the archive by what it bears."""
    edited = [replace(item, content=b"edited") for item in marked((4, 40), (5, 30))]
    assert news(marked((4, 40), (5, 35)), edited)[4].may_be_remade
