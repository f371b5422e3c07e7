"""Outlets, keys and content hashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.stories.identity import content_hash, identify, outlet_of
from bot.model import Entry, FeedId, OutletId, Reading

AT = datetime(2026, 5, 4, tzinfo=UTC)


@settings(deadline=None)  # the first look at the list of suffixes reads it
@given(st.text(st.characters(exclude_characters=".?"), max_size=80))
def test_whatever_its_path_an_address_has_an_outlet(text: str) -> None:
    assert outlet_of(f"https://www.paper.example/{text}") == "paper.example"


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://www.abc.net.au/x", "abc.net.au"),
        ("https://news.paper.example/a", "paper.example"),
        ("https://blog.github.io/feed", "github.io"),
        ("https://x.www.ck/feed", "www.ck"),
        ("https://a.b.ck/feed", "a.b.ck"),
        ("https://xn--85x722f.com.cn/feed", "xn--85x722f.com.cn"),
        ("http://192.0.2.7:8000/feed", "192.0.2.7"),
        ("http://localhost/feed", "localhost"),
        (None, None),
        ("", None),
        ("no address", None),
    ],
)
def test_outlet_is_the_registrable_domain(url: str | None, outlet: str | None) -> None:
    assert outlet_of(url) == outlet


def keys(entry: Entry) -> tuple[str, ...]:
    return identify(entry, Reading(title=entry.title)).keys


def test_a_guid_counts_within_its_feed() -> None:
    entry = Entry(title="T", guid="1", feed=FeedId("a"), seen_at=AT)
    assert keys(entry) == keys(replace(entry, title="Other", seen_at=AT))
    assert keys(entry) != keys(replace(entry, feed=FeedId("b")))


def test_an_address_counts_everywhere() -> None:
    entry = Entry(title="T", guid="1", url="https://paper.example/a", feed=FeedId("a"), seen_at=AT)
    again = replace(entry, guid="2", feed=FeedId("b"), url="http://www.paper.example/a/?utm_source=x")
    assert set(keys(entry)) & set(keys(again))


def test_fragments_count_where_guids_tell_by_them() -> None:
    one = Entry(title="T", guid="https://p.example/l#1", url="https://p.example/l#1", seen_at=AT)
    other = replace(one, guid="https://p.example/l#2", url="https://p.example/l#2")
    assert not set(keys(one)) & set(keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://p.example/log#v1", "https://p.example/log#v2"),
        ("https://p.example/t.php?t=7#post1", "https://p.example/t.php?t=7#post2"),
    ],
)
def test_fragments_count_beside_guids_of_another_kind(one: str, other: str) -> None:
    first = Entry(title="T", guid="v1", url=one, seen_at=AT)
    assert not set(keys(first)) & set(keys(replace(first, guid="v2", url=other)))


def test_a_url_that_unlike_items_share_is_no_key() -> None:
    one = Entry(title="T", guid="1", url="https://p.example/2026", feed=FeedId("a"), shares_url=True, seen_at=AT)
    assert not set(keys(one)) & set(keys(replace(one, guid="2")))
    assert keys(replace(one, guid=None)) != keys(replace(one, guid=None, title="U"))


def test_what_it_says_is_a_key_only_beside_its_own_weak_marks() -> None:
    """Two letters of one title and one day, under `/a` and `/b`."""
    one = Entry(title="Letters", guid="a", url="https://p.example/a", feed=FeedId("a"), published_at=AT, seen_at=AT)
    other = replace(one, guid="b", url="https://p.example/b")
    assert not set(keys(one)) & set(keys(other))
    assert len(keys(one)) == 3


def test_without_guid_and_address_title_and_date_are_the_key() -> None:
    entry = Entry(title="T", source=OutletId("one"), published_at=AT, seen_at=AT)
    assert len(keys(entry)) == 1
    assert keys(entry) == keys(replace(entry, seen_at=AT.replace(day=9)))
    assert keys(entry) != keys(replace(entry, title="U"))


def test_content_is_what_is_read_and_never_a_date() -> None:
    entry = Entry(title="T", seen_at=AT)
    reading = Reading(title="A title", summary="Some text.", promo="More news: x")
    same = content_hash(reading)
    assert same == content_hash(replace(reading, promo="More news: y", caption="Photo"))
    assert same == identify(entry, reading).content == identify(replace(entry, published_at=AT), reading).content
    assert same == content_hash(replace(reading, summary="Some  text. "))
    assert same != content_hash(replace(reading, summary="Other text."))
