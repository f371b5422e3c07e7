"""A document against the one before: the same outcome as parsed it whole, without parsing what is known."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.parse import DeltaParse, ParsedFeed, parse, parse_delta
from bot.core.parse.fingerprints import Fingerprint, Fingerprints, changed, fingerprint_of, from_behind, late, remade
from bot.core.parse.slices import slice_entries, slice_items
from bot.errors import ParseError
from bot.model import Entry
from tests.examples import examples

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed"
START = '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://news.example/</link>'
END = "</channel></rss>"


def read(text: str, before: str | None = None) -> DeltaParse:
    return parse_delta(text.encode(), url=URL, headers={}, seen_at=NOON, before=before)


def item(number: int, body: str = "") -> str:
    date = (NOON - timedelta(hours=number)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return (
        f"<item><title>Title {number}</title><link>/{number}</link><guid>g{number}</guid><pubDate>{date}</pubDate>"
        f"<description>{body or f'Text {number}'}</description></item>"
    )


def rss(*items: str, head: str = "") -> str:
    return f"{START}{head}{''.join(items)}{END}"


def titles(parsed: DeltaParse) -> list[str]:
    return [entry.title for entry in parsed.feed.entries]


def test_only_what_is_new_or_changed_comes_out() -> None:
    first = read(rss(item(1), item(2), item(3)))
    assert titles(first) == ["Title 1", "Title 2", "Title 3"]
    second = read(rss(item(4), item(1), item(2, "Edited"), item(3)), first.fingerprints)
    assert titles(second) == ["Title 4", "Title 2"]
    assert (second.comparison.total, second.comparison.new) == (4, 1)
    assert second.dates == tuple(NOON - timedelta(hours=number) for number in range(1, 5))
    assert titles(read(rss(item(4), item(1), item(2, "Edited"), item(3)), second.fingerprints)) == []


def test_what_stood_behind_a_cut_is_remembered_as_far_as_the_feed_reached() -> None:
    """In a feed that is cut each time nothing was ever forgotten."""
    cut = len(END) + 20
    whole = read(rss(*map(item, range(100, 120))))
    half = read(rss(*map(item, range(98, 112)))[:-cut], whole.fingerprints)
    assert titles(half) == ["Title 98", "Title 99"]
    again = read(rss(*map(item, range(98, 118))), half.fingerprints)
    assert (titles(again), again.comparison.new) == ([], 0)
    parsed = whole
    for first in range(97, 0, -1):
        parsed = read(rss(*map(item, range(first, first + 9)))[:-cut], parsed.fingerprints)
    assert len(Fingerprints.load(parsed.fingerprints).items) == 8 + 50


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


def test_a_new_entry_at_the_url_of_a_known_one_is_known_for_it() -> None:
    old, new = (
        "<item><title>Storm</title><link>/now</link></item>",
        "<item><title>Ice</title><link>/now</link></item>",
    )
    second = read(rss(new, old), read(rss(old)).fingerprints)
    assert [(entry.title, entry.shares_url) for entry in second.feed.entries] == [("Ice", True)]


def test_a_new_build_date_does_not_make_anything_new() -> None:
    first = read(rss(item(1), head="<lastBuildDate>Tue, 24 Nov 2026 10:00:00 GMT</lastBuildDate>"))
    second = read(rss(item(1), head="<lastBuildDate>Tue, 24 Nov 2026 11:00:00 GMT</lastBuildDate>"), first.fingerprints)
    assert titles(second) == []


def test_another_base_makes_everything_anew() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{}"><entry><title>A</title><link href="x"/></entry></feed>'
    )
    first = read(atom.format("https://one.example/"))
    second = read(atom.format("https://two.example/"), first.fingerprints)
    assert [entry.url for entry in second.feed.entries] == ["https://two.example/x"]


def test_a_guid_that_comes_to_stand_on_two_links_names_neither() -> None:
    one, two = (f"<item><title>T{n}</title><link>/{n}</link><guid>same</guid></item>" for n in (1, 2))
    first = read(rss(one))
    second = read(rss(two, one), first.fingerprints)
    assert {entry.guid for entry in second.feed.entries} == {None}


def test_a_changed_date_alone_is_no_change() -> None:
    first = read(rss(item(1)))
    assert titles(read(rss(item(1).replace("11:00:00", "11:30:00")), first.fingerprints)) == []


@pytest.mark.parametrize("before", ["", "rubbish", "AAAA", "x" * 100, None])
def test_a_memory_that_is_none_forgets_nothing(before: str | None) -> None:
    assert titles(read(rss(item(1)), before)) == ["Title 1"]


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel></channel></rss>",
        "<item><item></item></item>",
        "</item><item></item>",
        "<item>",
        "<item/>",
        "",
    ],
)
def test_what_cannot_be_cut_apart_is_not(text: str) -> None:
    assert slice_entries(text) is None


def test_tags_in_cdata_and_comments_do_not_count() -> None:
    slices = slice_entries(
        rss("<item><description><![CDATA[</item><item>]]></description><!-- <item> --></item>", item(2))
    )
    assert slices is not None
    assert len(slices.items) == 2


DOCUMENT = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from(["", "Other", "&lt;b&gt;x&lt;/b&gt;", "<![CDATA[<item>]]>", "é", "&amp;amp;"]),
    ),
    max_size=8,
)


def expected_of(last: Fingerprints, whole: ParsedFeed, names: list[Fingerprint]) -> tuple[Entry, ...]:
    late_ones, made, behind = late(last, names), remade(last, names), from_behind(last, names)
    return changed(last, whole.entries, names, latecomers=late_ones, may_be_remade=made, behind=behind)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(DOCUMENT, min_size=2, max_size=4))
def test_the_outcome_is_that_of_reading_the_whole(documents: list[list[tuple[int, str]]]) -> None:
    before: str | None = None
    for document in documents:
        text = rss(*(item(number, body) for number, body in document))
        whole = parse(text.encode(), url=URL, headers={}, seen_at=NOON)
        last = Fingerprints.load(before)
        parsed = read(text, before)
        names = [fingerprint_of(entry) for entry in whole.entries]
        expected = expected_of(last, whole, names)
        assert parsed.feed.entries == expected
        assert parsed.comparison.total == len(whole.entries)
        before = parsed.fingerprints or before


def test_the_measuring_data_reads_the_same_in_two_steps(shared_data: Path) -> None:
    """Each document first without its first entries, then whole: what comes out is what was left out."""
    compared = 0
    for path in sorted((shared_data / "feeds").glob("*.xml"))[::3]:
        body = path.read_bytes()
        try:
            text = body.decode("utf-8")
            whole = parse(body, url=URL, headers={}, seen_at=NOON)
        except (UnicodeDecodeError, ParseError):
            continue
        slices = slice_entries(text)
        if slices is None or len(slices.items) < 3 or len(slices.items) != len(whole.entries):
            continue
        part = slices.only(frozenset(range(2, len(slices.items))))
        first = parse_delta(part.encode(), url=URL, headers={}, seen_at=NOON)
        second = parse_delta(body, url=URL, headers={}, seen_at=NOON, before=first.fingerprints)
        names = [fingerprint_of(entry) for entry in whole.entries]
        last = Fingerprints.load(first.fingerprints)
        expected = expected_of(last, whole, names)
        assert second.feed.entries == expected, path.name
        assert second.feed.title == whole.title
        compared += 1
    assert compared > 30


# --- JSON Feeds, and feeds longer than what is taken at once ---------------------------------------------------------


def json_feed(*numbers: int) -> str:
    items = [
        {"id": f"{n}", "title": f"Title {n}", "url": f"/{n}", "date_published": f"2026-11-24T{n:02}:00:00Z"}
        for n in numbers
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, "title": "T"}, indent=1)


def test_of_a_json_feed_only_what_is_new_is_read() -> None:
    first = read(json_feed(1, 2, 3))
    second = read(json_feed(4, 1, 2, 3), first.fingerprints)
    assert (titles(second), second.comparison.new, second.comparison.total) == (["Title 4"], 1, 4)
    assert second.dates[0] == NOON - timedelta(hours=8)
    assert titles(read(json_feed(4, 1, 2, 3), second.fingerprints)) == []


def test_a_json_feed_without_a_version_stays_one_when_nothing_is_new() -> None:
    text = json_feed(1, 2).replace('"version": "https://jsonfeed.org/version/1.1",', "")
    assert titles(read(text, read(text).fingerprints)) == []


@pytest.mark.parametrize(
    "text",
    ['{"items": []}', '{"items": [1, 2', '{"author": {"items": [1]}, "items": [2]}', '{"items": [}]}', "{}"],
)
def test_json_that_cannot_be_cut_apart_is_not(text: str) -> None:
    assert slice_items(text) is None


def long_read(text: str, before: str | None = None) -> DeltaParse:
    return parse_delta(text.encode(), url=URL, headers={}, seen_at=NOON, before=before, max_entries=3)


@pytest.mark.parametrize("document", [lambda *n: rss(*map(item, n)), json_feed], ids=["rss", "json"])
def test_of_a_long_feed_those_never_seen_come_first(document: Callable[..., str]) -> None:
    first = long_read(document(1, 2, 3, 4, 5))
    assert (titles(first), first.unread) == (["Title 1", "Title 2", "Title 3"], 0)
    second = long_read(document(1, 2, 3, 4, 5, 6, 7), first.fingerprints)
    assert (titles(second), second.unread) == (["Title 6", "Title 7"], 0)
    third = long_read(document(*range(1, 13)), second.fingerprints)
    assert (titles(third), third.unread) == (["Title 8", "Title 9", "Title 10"], 2)
    fourth = long_read(document(*range(1, 13)), third.fingerprints)
    assert (titles(fourth), fourth.unread) == (["Title 11", "Title 12"], 0)


def test_a_long_feed_under_a_new_head_is_not_all_new() -> None:
    first = long_read(rss(*map(item, range(1, 7)), head="<ttl>60</ttl>"))
    second = long_read(rss(*map(item, range(1, 8)), head="<ttl>90</ttl>"), first.fingerprints)
    assert titles(second) == ["Title 7"]


@pytest.mark.parametrize("version", [1, 2])
def test_fingerprints_of_the_builds_before_are_read(version: int) -> None:
    first = read(rss(item(1), item(2)))
    last = Fingerprints.load(first.fingerprints)
    items = b"".join(one.guid + one.url + one.content + one.source for one in last.items)
    count = len(last.items).to_bytes(4, "big") if version == 2 else b""
    before = b64encode(bytes([version]) + last.head + count + items).decode()
    second = read(rss(item(3), item(1), item(2)), before)
    assert titles(second) == ["Title 3"]
    assert Fingerprints.load(second.fingerprints).at == NOON
    assert all(any(one.words) for one in Fingerprints.load(second.fingerprints).items), "all was read once more"


# --- the item again, under another guid and URL --------------------------------------------------------------------

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
