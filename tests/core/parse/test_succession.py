"""What a document says of its entries against those of the last one: by their marks, words, dates and order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.parse import parse_delta
from bot.core.parse.fingerprints import Fingerprint, Fingerprints
from bot.core.parse.succession import Succession
from bot.model import Entry
from tests.core.parse.test_delta import END, NOON, URL, read, rss, titles

# --- late, or from behind --------------------------------------------------------------------------------------------


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
    ],
)
def test_what_comes_from_behind(
    before: list[Fingerprint], document: list[Fingerprint], behind: list[Fingerprint]
) -> None:
    entries = [Entry(title=str(number), seen_at=NOON) for number, _ in enumerate(document)]
    new = Succession(Fingerprints(tuple(before), at=NOON), document, entries, document).new
    flagged = [document[int(entry.title)] for entry in new if entry.is_from_behind]
    assert flagged == behind


# --- the item again, under another guid and URL ------------------------------------------------------------------

HOURS = timedelta(hours=1)
Rows = list[tuple[str, str, int | None]]
"""(words, key, hours before noon or None)."""


def keyed(words: str, key: str, date: datetime | None = NOON - HOURS) -> str:
    shown = f"<pubDate>{date.strftime('%a, %d %b %Y %H:%M:%S GMT')}</pubDate>" if date is not None else ""
    return f"<item><title>{words}</title><link>/{key}</link><guid>{key}</guid>{shown}</item>"


def again(first: str, second: str) -> list[str]:
    return titles(read(second, read(first).fingerprints))


def test_an_item_under_a_new_guid_and_url_is_the_item_again() -> None:
    first = read(rss(keyed("Ferry runs aground", "a"), keyed("Bank raises rates", "b")))
    second = read(rss(keyed("Ferry runs aground", "c"), keyed("Mayor resigns", "d"), keyed("Bank raises rates", "b")),
                  first.fingerprints)  # fmt: skip
    assert titles(second) == ["Mayor resigns"]
    assert (second.comparison.total, second.comparison.new) == (3, 1)
    third = read(rss(keyed("Ferry runs aground", "e"), keyed("Mayor resigns", "f")), second.fingerprints)
    assert titles(third) == []
    assert not third.comparison.rolled_over, "nothing was missed"


def test_markup_and_urls_are_no_words() -> None:
    texts = ("At &lt;b&gt;sea&lt;/b&gt; http://a.example/1?t=1", "<![CDATA[<p>At sea</p>http://a.example/1?t=2]]>")
    old, new = (
        rss(keyed("Ferry &amp;amp; pilot", key).replace("</item>", f"<description>{text}</description></item>"))
        for key, text in zip("ab", texts, strict=True)
    )
    assert again(old, new) == []


@pytest.mark.parametrize(
    ("first", "second", "news"),
    [
        ([("Column", "a", 2)], [("Column", "b", 1), ("Column", "a", 2)], 1),
        ([("Column", "a", 2)], [("Column", "b", -1)], 1),
        ([("Column", "a", 2)], [("Column", "b", 1)], 1),
        ([("Column", "a", None)], [("Column", "b", None)], 1),
        ([("Column", "a", 2)], [("Column", "b", 2), ("Column", "c", 2)], 2),
        ([("Column", "a", 2), ("Column", "b", 2)], [("Column", "c", 2), ("Column", "d", 2)], 0),
        ([("Ferry", "a", None), ("Bank", "b", None)], [("Ferry", "c", None), ("Bank", "d", None)], 0),
        ([("Ferry", "a", None), ("Bank", "b", None)], [("Ferry", "c", None), ("Bank", "b", None)], 1),
        ([("word " * 30, "a", None)], [("word " * 30, "b", None)], 0),
        ([("Ferry", "a", 2)], [("Ferry Edited", "b", 2)], 1),
        ([("राम का घर", "a", 2)], [("राम की घर", "b", 2)], 1),
        ([("“Ferry” – aground", "a", 2)], [("'Ferry' - aground", "b", 2)], 0),
        ([("Column", "a", 2), ("Notes", "b", 2)], [("Column", "c", -1), ("Notes", "d", -1)], 2),
        ([("word " * 30, "a", 2)], [("word " * 30, "b", 1)], 1),
        (
            [("Ferry", "a", None), ("Bank", "b", None)],
            [(words, words.lower(), None) for words in ("Ferry", "Bank", "Mayor", "Storm", "Glacier")],
            5,
        ),
        ([("***", "a", 2)], [("***", "b", 2)], 1),
        ([("Column", "a", 2), ("Column", "b", 2)], [("Column", "a", 2), ("Column", "c", 2)], 1),
        ([("Open", "a", 2), ("Shut", "b", 2)], [("Shut", "a", 2)], 1),
    ],
    ids=[
        "both stand in the document",
        "its date is after the last poll",
        "a later date than it had",
        "a short one without a date",
        "more than there were",
        "two of the same words",
        "all of them without dates",
        "one of them without a date",
        "a long one without a date",
        "other words",
        "another vowel sign",
        "other quotation marks",
        "all of them after the last poll",
        "a long one of a later date",
        "two among five without dates",
        "signs alone",
        "one of two still stands",
        "under the marks of one that stood",
    ],
)
def test_what_is_another_item(first: Rows, second: Rows, news: int) -> None:
    documents = [
        rss(*(keyed(words, key, None if hours is None else NOON - hours * HOURS) for words, key, hours in rows))
        for rows in (first, second)
    ]
    assert len(again(*documents)) == news


def test_an_item_that_keeps_its_guid_or_its_url_is_left_to_the_store() -> None:
    old = keyed("Ferry runs aground", "a")
    assert again(rss(old), rss(old.replace("<link>/a", "<link>/b"))) == ["Ferry runs aground"]
    assert again(rss(old), rss(old.replace("<guid>a", "<guid>b"))) == ["Ferry runs aground"]


def test_a_guid_by_position_without_urls() -> None:
    names = ["Ferry runs aground", "Bank raises rates", "Mayor resigns", "Storm nears"]
    rows = [keyed(name, "x").replace("<link>/x</link>", "") for name in names]
    numbered = [[row.replace("<guid>x", f"<guid>{place}") for place, row in enumerate(part)]
                for part in (rows[1:], rows)]  # fmt: skip
    assert again(rss(*numbered[0]), rss(*numbered[1])) == ["Ferry runs aground"]


def at_one_page(*names: str, hours: tuple[int, ...] = ()) -> str:
    """Items whose guid is their place, and that one URL leads to; undated, or so many hours old."""
    dates = [None if not hours else NOON - hours[place] * HOURS for place in range(len(names))]
    items = [keyed(name, f"item{place}", date) for place, (name, date) in enumerate(zip(names, dates, strict=True))]
    return rss(*(item.replace(f"<link>/item{place}</link>", "<link>/</link>") for place, item in enumerate(items)))


@pytest.mark.parametrize(
    ("first", "second", "news"),
    [
        (at_one_page("Ferry"), at_one_page("Bank", "Ferry"), ["Bank"]),
        (at_one_page("Bank", "Ferry"), at_one_page("Ferry"), []),
        (at_one_page("Ferry", "Mayor"), at_one_page("Bank", "Ferry", "Mayor"), ["Bank"]),
        (at_one_page("Ferry", "Mayor"), at_one_page("Mayor", "Ferry"), ["Mayor", "Ferry"]),
        (at_one_page("Storm", "Ferry", "Mayor"), at_one_page("Storm", "Bank", "Ferry"), ["Bank"]),
        (at_one_page("Ferry", "Bank", hours=(4, 5)), at_one_page("Mayor", "Ferry", hours=(1, 2)), ["Mayor", "Ferry"]),
    ],
    ids=["a second one", "one alone is left", "on top", "two change places", "below one that stands", "a later date"],
)
def test_guids_that_number_the_places_of_one_page(first: str, second: str, news: list[str]) -> None:
    assert again(first, second) == news


# --- cut documents ----------------------------------------------------------------------------------------------------


def test_what_stood_behind_a_cut_is_remembered_under_other_guids() -> None:
    """Guids that are made with each fetch: all that had been shown stayed in memory a second time, under the old ones,
    and what an edit had touched was told once more."""

    def document(fetch: int, *numbers: int) -> str:
        return rss(*(keyed(f"Ferry {n} aground", f"{fetch}-{n}", NOON - n * HOURS) for n in numbers))

    whole = read(document(1, 1, 2, 3, 4))
    anew = document(2, 1, 2, 3, 4).replace("Ferry 2 aground", "Ferry 2 is afloat")
    half = read(anew[: -len(END) - 100], whole.fingerprints)
    assert titles(half) == ["Ferry 2 is afloat"]
    assert len(Fingerprints.load(half.fingerprints).items) == 4
    anew = document(3, 1, 2, 3, 4).replace("Ferry 2 aground", "Ferry 2 is afloat")
    edited = read(anew.replace("Ferry 1 aground", "Ferry 1 is afloat"), half.fingerprints)
    assert [(entry.title, entry.may_be_remade) for entry in edited.feed.entries] == [("Ferry 1 is afloat", True)]


@pytest.mark.parametrize("numbers", [range(100), range(60)], ids=["as far as it reached", "fifty at least"])
def test_what_a_cut_hides_is_remembered(numbers: range) -> None:
    whole = read(rss(*(keyed(f"Ferry {words(n)}", f"f{n}") for n in numbers)))
    half = read(rss(*(keyed(f"Ferry {words(n)}", f"f{n}") for n in numbers[:12]))[: -len(END) - 20], whole.fingerprints)
    assert len(Fingerprints.load(half.fingerprints).items) == len(numbers)


def words(number: int) -> str:
    """A number that is no figure."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_an_edit_above_the_cut_of_a_document_is_read() -> None:
    """The texts of a cut document are not told apart by their place in it."""
    first, second = (rss(keyed("Ferry aground", "a").replace("</item>", f"<description>{text}</description></item>"),
                         keyed("Bank", "b"))[: -len(END) - 20] for text in ("Calm.", "Storm."))  # fmt: skip
    assert titles(read(second, read(first).fingerprints)) == ["Ferry aground"]


def test_a_date_that_was_not_believed_is_not_believed_later() -> None:
    hours = [NOON - n * HOURS for n in range(1, 6)]
    rows = [keyed(f"Ferry {words(n)}", f"f{n}", at) for n, at in enumerate(hours)]
    slip = keyed("Storm", "s", NOON - 400 * 24 * HOURS)
    last = read(rss(*rows)).fingerprints
    for head in ("", "<ttl>60</ttl>", "<ttl>90</ttl>"):
        last = read(rss(slip, *rows, head=head), last).fingerprints
        assert Fingerprints.load(last).items[0].published == 0


def test_nothing_has_arrived_in_a_first_document() -> None:
    first = read(rss(keyed("Ferry", "a")))
    second = read(rss(keyed("Bank", "b"), keyed("Ferry", "a")), first.fingerprints)
    assert [[entry.is_arrival for entry in parsed.feed.entries] for parsed in (first, second)] == [[False], [True]]


# --- figures that run -------------------------------------------------------------------------------------------------

NAMES = ("Ferry aground", "Bank raises rates", "Mayor resigns", "Storm nears")


@pytest.mark.parametrize(
    ("counted", "standing", "is_recounted"),
    [(3, 0, True), (3, 3, True), (3, 4, False), (2, 0, False), (4, 0, True)],
    ids=["three", "as many stand", "more stand", "two", "four"],
)
def test_figures_that_most_of_a_document_has_anew_are_counted(
    counted: int, standing: int, *, is_recounted: bool
) -> None:
    def document(views: int) -> str:
        texts = [f"<description>{views * number + views} views</description></item>" for number in range(counted)]
        moving = [keyed(NAMES[number], f"m{number}").replace("</item>", text) for number, text in enumerate(texts)]
        return rss(*moving, *(keyed(f"Standing {words(number)}", f"s{number}") for number in range(standing)))

    second = read(document(31), read(document(17)).fingerprints)
    assert [entry.is_recounted for entry in second.feed.entries] == [is_recounted] * counted


def test_other_figures_in_one_frame_are_other_items() -> None:
    """`Bulletin 17`, `Bulletin 18`."""
    first, second = (rss(*(keyed(f"Bulletin {n}", f"b{n}") for n in numbers)) for numbers in (range(4), range(2, 6)))
    assert [entry.is_recounted for entry in read(second, read(first).fingerprints).feed.entries] == [False, False]
