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
from bot.core.parse.fingerprints import Fingerprint, Fingerprints, fingerprint_of
from bot.core.parse.slices import slice_entries, slice_items
from bot.core.parse.succession import Succession
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
    return Succession(last, names, whole.entries, names, NOON).new


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


@pytest.mark.parametrize("mark", ["guid", "link"])
def test_addresses_that_the_build_before_wrote_down_are_known(mark: str) -> None:
    """It kept them as they were spelled: after the upgrade each edit of an old item was an arrival, and told again."""

    def document(edit: str, *addresses: str) -> str:
        return rss(
            *(
                f"<item><title>Title {at}</title><{mark}>{address}</{mark}><description>{at}{edit}</description></item>"
                for at, address in enumerate(addresses)
            )
        )

    http, https = ([f"{scheme}://news.example/{at}" for at in (1, 2)] for scheme in ("http", "https"))
    entries = parse(document("", *http).encode(), url=URL, headers={}, seen_at=NOON).entries
    items = tuple(fingerprint_of(entry, as_written=True) for entry in entries)
    before = Fingerprints(items, at=NOON, as_written=True).dump()
    assert Fingerprints.load(before).as_written
    for edit, addresses in (("!", http), ("!!", https)):
        parsed = read(document(edit, *addresses), before)
        assert [(entry.is_arrival, entry.stood_before) for entry in parsed.feed.entries] == [(False, True)] * 2
        assert parsed.comparison.new == 0
        before = parsed.fingerprints
