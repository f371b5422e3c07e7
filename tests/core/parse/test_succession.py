"""What a document says of its entries against those of the last one, by their marks and words: the item again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.parse.fingerprints import Fingerprints
from tests.core.parse.test_delta import END, NOON, read, rss, titles

# --- the item again, under another guid and URL ------------------------------------------------------------------

HOURS = timedelta(hours=1)
MOMENT = NOON - timedelta(minutes=7, seconds=7)
"""No date of an hour or a day."""
Rows = list[tuple[str, str, int | None]]
"""(words, key, hours before noon or None)."""


def keyed(words: str, key: str, date: datetime | None = MOMENT - HOURS) -> str:
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
        (
            [("Column", "a", 2), ("Column", "b", 4)],
            [("Column", "c", 2), ("Column", "d", 4), ("Mayor", "e", 1), ("Storm", "f", 1), ("Glacier", "g", 1)],
            3,
        ),
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
        "two of the same words, and others",
    ],
)
def test_what_is_another_item(first: Rows, second: Rows, news: int) -> None:
    documents = [
        rss(*(keyed(words, key, None if hours is None else MOMENT - hours * HOURS) for words, key, hours in rows))
        for rows in (first, second)
    ]
    assert len(again(*documents)) == news


@pytest.mark.parametrize(
    ("second", "news"),
    [
        ([("Gale warning", 0), ("Calm", 3), ("Gale warning", 5)], ["Gale warning"]),
        ([("Gale warning", 0), ("Calm", 3)], []),
        ([("Gale warning", 0), ("Calm", 0), ("Gale warning", 0)], []),
        ([("Gale warning", 5), ("Calm", 3), ("Gale warning", 5)], []),
    ],
    ids=["beside it", "in its place", "the date of the fetch", "twice in the document"],
)
def test_an_item_without_marks_in_the_words_of_another(second: list[tuple[str, int]], news: list[str]) -> None:
    """Today's warning in the words of yesterday's was taken for that one, which stood below it."""

    def document(*rows: tuple[str, int]) -> str:
        items = [keyed(words, "x", NOON - hours * HOURS) for words, hours in rows]
        return rss(*(item.replace("<link>/x</link><guid>x</guid>", "<link>/</link>") for item in items))

    assert again(document(("Gale warning", 5), ("Calm", 3)), document(*second)) == news


@pytest.mark.parametrize(
    ("date", "news"),
    [(NOON.replace(hour=0), 1), (None, 1), (NOON - timedelta(seconds=7_777), 0)],
    ids=["a day", "none", "a moment"],
)
def test_what_a_day_brings_in_few_words_is_another_item(date: datetime | None, news: int) -> None:
    """`Gale warning`, twice on one day: the second was taken for the first, which had just left."""
    first, second = (rss(keyed("Gale warning", key, date), keyed("Calm", "c", date)) for key in "ab")
    assert len(again(first, second)) == news


@pytest.mark.parametrize(
    ("date", "news"),
    [(NOON.replace(hour=0), 1), (None, 1), (NOON - timedelta(seconds=7_777), 0)],
    ids=["a day", "none", "a moment"],
)
def test_a_form_letter_is_another_item(date: datetime | None, news: int) -> None:
    """Two jobs in the words of one form, of one day: the second was taken for the first, which had just left."""
    form = "We are looking for a friendly colleague. " * 30
    first, second = (
        rss(keyed("Nurse", key, date).replace("</item>", f"<description>{form}{ward}</description></item>"))
        for key, ward in (("a", "Ward in Leeds."), ("b", "Ward in Hull."))
    )
    assert len(again(first, second)) == news


def test_an_item_that_keeps_its_guid_or_its_url_is_left_to_the_store() -> None:
    old = keyed("Ferry runs aground", "a")
    for mark in ("<link>/{}", "<guid>{}"):
        second = read(rss(old.replace(mark.format("a"), mark.format("b"))), read(rss(old)).fingerprints)
        assert [(entry.title, entry.is_arrival) for entry in second.feed.entries] == [("Ferry runs aground", False)]


def test_nobody_is_known_by_the_page_that_all_lead_to() -> None:
    items = [keyed(name, name[0]).replace(f"<link>/{name[0]}", "<link>/") for name in NAMES]
    second = read(rss(*items), read(rss(*items[1:])).fingerprints)
    assert [(entry.title, entry.is_arrival) for entry in second.feed.entries] == [(NAMES[0], True)]


def test_what_left_a_whole_document_is_forgotten() -> None:
    second = read(rss(keyed("Mayor resigns", "c")), read(rss(keyed("Ferry", "a"), keyed("Bank", "b"))).fingerprints)
    assert len(Fingerprints.load(second.fingerprints).items) == 1


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


@pytest.mark.parametrize("date", [NOON - HOURS, None], ids=["of another date", "several in one frame"])
def test_other_figures_are_other_items(date: datetime | None) -> None:
    """`Bulletin 17`, `Bulletin 18`; `Cod: 17 crowns`, `Hake: 12 crowns`, and what they cost the next day."""

    def document(day: int) -> str:
        names = ("Cod", "Hake", "Eel", "Sole") if date is not None else ["Bulletin"] * 4
        at = date and date - (3 - day) * 24 * HOURS
        return rss(*(keyed(f"{name} {4 * day + n}", f"b{4 * day + n}", at) for n, name in enumerate(names)))

    second = read(document(2), read(document(1)).fingerprints)
    assert [entry.is_recounted for entry in second.feed.entries] == [False] * 4


def test_figures_do_not_run_where_several_had_them() -> None:
    """Two prices of each fish, and a third one: which of the two has run on?"""
    first = [keyed(f"{name} {n}", f"{name}{n}", None) for name in NAMES for n in (1, 2)]
    second = read(rss(*(keyed(f"{name} 3", f"{name}3", None) for name in NAMES)), read(rss(*first)).fingerprints)
    assert [entry.is_recounted for entry in second.feed.entries] == [False] * 4


def test_a_date_that_was_not_believed_does_not_hide_that_figures_run() -> None:
    rows = [keyed(f"Standing {words(number)}", f"s{number}", NOON - number * HOURS) for number in range(3)]

    def document(views: int) -> str:
        slip = NOON - 400 * 24 * HOURS
        text = f"<description>{views} views</description></item>"
        return rss(*(keyed(name, name[0], slip).replace("</item>", text) for name in NAMES), *rows)

    parsed = [read(rss(*rows))]
    for views in (17, 31):
        parsed.append(read(document(views), parsed[-1].fingerprints))
    assert [[entry.is_recounted for entry in one.feed.entries] for one in parsed[1:]] == [[False] * 4, [True] * 4]


def test_what_stood_behind_a_cut_is_remembered_under_other_figures() -> None:
    def document(views: int) -> str:
        items = [f"<item><title>{name}</title><description>{views} views</description></item>" for name in NAMES]
        return rss(*(item.replace("<item>", "<item><link>/</link>") for item in items))

    half = read(document(31)[: -len(END) - 20], read(document(17)).fingerprints)
    assert [entry.is_recounted for entry in half.feed.entries] == [True] * 3
    assert len(Fingerprints.load(half.fingerprints).items) == 4
