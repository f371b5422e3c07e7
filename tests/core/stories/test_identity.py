"""Addresses in one form, outlets, keys and content hashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.stories.identity import canonical_url, content_hash, identify, names_an_item, outlet_of
from bot.model import Entry, FeedId, OutletId, Reading

AT = datetime(2026, 5, 4, tzinfo=UTC)

SAME = {
    "scheme and www": ("http://www.paper.example/a/b", "https://paper.example/a/b/"),
    "utm": ("https://paper.example/a?utm_source=rss&utm_medium=x&id=7", "https://paper.example/a?id=7"),
    "number of a campaign": ("https://paper.example/2026/lamps?cid=12345", "https://paper.example/2026/lamps"),
    "number of a session": ("https://p.example/t.php?sid=0f9a8b7c6d5e4f30a1b2c3d4", "https://p.example/t.php"),
    "number beside an id": ("https://p.example/t.php?id=7&source=4", "https://p.example/t.php?id=7"),
    "a signature": (
        "https://cdn.example/2026/a.html?Expires=1795500000&Signature=ab~1&Key-Pair-Id=K2",
        "https://cdn.example/2026/a.html?X-Amz-Date=20261124T120000Z&X-Amz-Signature=0f",
    ),
    "click ids": ("https://paper.example/a?fbclid=1&gclid=2", "https://paper.example/a"),
    "parameter order": ("https://paper.example/a?x=1&y=2", "https://paper.example/a?y=2&x=1"),
    "mobile": ("https://m.paper.example/a", "https://paper.example/a"),
    "amp host": ("https://amp.paper.example/a", "https://paper.example/a"),
    "amp path": ("https://paper.example/a/amp", "https://paper.example/a"),
    "amp extension": ("https://paper.example/a.amp.html", "https://paper.example/a.html"),
    "amp parameter": ("https://paper.example/a?amp=1", "https://paper.example/a"),
    "amp cache": ("https://paper-example.cdn.ampproject.org/c/s/paper.example/a", "https://paper.example/a"),
    "wrapper": ("https://hub.example/url?q=https%3A%2F%2Fpaper.example%2Fa&sa=D", "https://paper.example/a"),
    "wrapper in wrapper": (
        "https://hub.example/r?u=https%3A%2F%2Fgo.example%2Fout%3Fto%3Dhttps%253A%252F%252Fpaper.example%252Fa",
        "https://paper.example/a",
    ),
    "default port": ("https://paper.example:443/a", "https://paper.example/a"),
    "session in path": ("https://paper.example/a;jsessionid=4F2", "https://paper.example/a"),
    "index page": ("https://paper.example/a/index.html", "https://paper.example/a"),
    "double slash": ("https://paper.example//a", "https://paper.example/a"),
    "escapes": ("https://paper.example/caf%c3%a9", "https://paper.example/café"),
    "host case": ("https://Paper.Example/a", "https://paper.example/a"),
    "fragment": ("https://paper.example/a#comments", "https://paper.example/a"),
    "tracking fragment": ("https://paper.example/a#xtor=RSS-1", "https://paper.example/a"),
}
DIFFERENT = {
    "path": ("https://paper.example/a", "https://paper.example/b"),
    "path case": ("https://paper.example/A1", "https://paper.example/a1"),
    "article number": ("https://paper.example/?p=1", "https://paper.example/?p=2"),
    "number called cid": ("https://paper.example/?cid=1", "https://paper.example/?cid=2"),
    "number called sid": ("https://p.example/m.php?name=News&sid=12", "https://p.example/m.php?name=News&sid=13"),
    "number with slashes": (
        "https://p.example/article.pl?sid=26/11/28/34",
        "https://p.example/article.pl?sid=26/11/28/35",
    ),
    "number called source": ("https://p.example/release?source=1001", "https://p.example/release?source=1002"),
    "host": ("https://one.example/a", "https://two.example/a"),
    "subdomain": ("https://news.paper.example/a", "https://sport.paper.example/a"),
    "hash route": ("https://paper.example/#!/a", "https://paper.example/#!/b"),
    "port": ("https://paper.example:8080/a", "https://paper.example/a"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_one_article_has_one_address(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_articles_keep_their_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


SEGMENTS = st.lists(st.sampled_from(["news", "2026", "ferry-sinks-7", "Ü", "a b", "x.html"]), min_size=1, max_size=4)
TRACKERS = st.lists(st.sampled_from(["utm_source=rss", "fbclid=1", "amp=1", "xtor=RSS-1", "ref=home"]), max_size=3)


@given(
    st.sampled_from(["www.paper.example", "m.paper.example", "paper.example", "blog.paper.co.example"]),
    st.lists(
        st.sampled_from(["a", "2026", "amp", "AMP", "a.amp.html", "index.html", "Default.aspx", "x.y", "b-c", "@d"]),
        max_size=4,
    ),
    st.sampled_from(["", "/"]),
)
def test_a_plain_url_has_the_form_that_it_has_with_a_tracker(host: str, path: list[str], end: str) -> None:
    url = "/".join([f"https://{host}", *path]) + end
    assert canonical_url(url) == canonical_url(url + "?utm_source=rss")


@given(
    SEGMENTS,
    TRACKERS,
    st.sampled_from(["https://", "http://", "HTTPS://", "//"]),
    st.sampled_from(["", "www.", "m.", "amp."]),
    st.sampled_from(["", "/", "/amp", "//", "/index.html", ";jsessionid=4F"]),
    st.sampled_from(["", "#comments", "#:~:text=ferry"]),
)
def test_what_is_added_to_an_address_changes_nothing(
    segments: list[str], trackers: list[str], scheme: str, prefix: str, end: str, fragment: str
) -> None:
    path = "/".join(segments)
    added = f"{scheme}{prefix}paper.example/{path}{end}?{'&'.join([*trackers, 'id=7'])}{fragment}"
    plain = canonical_url(f"https://paper.example/{path}?id=7")
    assert canonical_url(added) == plain
    assert canonical_url(plain) == plain


@settings(deadline=None)  # the first look at the list of suffixes reads it
@given(st.text(st.characters(exclude_characters=".?"), max_size=80))
def test_any_text_has_a_form_and_an_outlet(text: str) -> None:
    assert canonical_url(text) == text.strip()
    assert outlet_of(f"https://www.paper.example/{text}") == "paper.example"


@pytest.mark.parametrize("url", ["javascript:void(0)", "http://[::1", "", "mailto:a@b.example", "https://"])
def test_what_is_no_address_stands_as_it_is(url: str) -> None:
    assert canonical_url(url) == url


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


@pytest.mark.parametrize(
    ("mark", "names"),
    [
        ("https://p.example/", False),
        ("https://p.example/weather/current.html", False),
        ("https://p.example/index.php", False),
        ("https://p.example/search?q=lamp", False),
        ("latest", False),
        ("https://p.example", False),
        ("https://p.example/2026/lamp", True),
        ("https://p.example/lamp-law", True),
        ("https://p.example/watch?v=aBcDefGhijk", True),
        ("https://p.example/?lamp-law", True),
        ("https://p.example/#/news/lamp", True),
        ("41", True),
        ("lamp-law", True),
        ("tag:p.example,2026:lamp", True),
        ("aGVsbG9sYW1wbGF3", True),
    ],
)
def test_which_marks_can_be_made_for_one_item(mark: str, names: bool) -> None:
    assert names_an_item(mark) is names


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
