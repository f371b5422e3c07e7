"""Addresses in one form, and which of them can be made for one item."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.parse.spellings import canonical_url, names_an_item

SAME = {
    "scheme and www": ("http://www.paper.example/a/b", "https://paper.example/a/b/"),
    "utm": ("https://paper.example/a?utm_source=rss&utm_medium=x&id=7", "https://paper.example/a?id=7"),
    "number of a campaign": ("https://paper.example/2026/lamps?cid=12345", "https://paper.example/2026/lamps"),
    "number behind a slug": (
        "https://paper.example/ferry-line-opens?from=12",
        "https://paper.example/ferry-line-opens",
    ),
    "number behind a number": ("https://p.example/news-12.php?from=12", "https://p.example/news-12.php"),
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
    "wrapper with trackers": (
        "https://hub.example/mail?url=https%3A%2F%2Fpaper.example%2Fa&utm_source=x&utm_medium=y",
        "https://paper.example/a",
    ),
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
    "posts of a live blog": (
        "https://p.example/live/storm-2026?t=1683312440",
        "https://p.example/live/storm-2026?t=1683312441",
    ),
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
    "number of a script": ("https://p.example/news-detail.php?sid=12", "https://p.example/news-detail.php?sid=13"),
    "number of a view": ("https://p.example/viewNews.do?from=12", "https://p.example/viewNews.do?from=13"),
    "number of a list": ("https://p.example/press-release?ref=12", "https://p.example/press-release?ref=13"),
    "number beside a language": (
        "https://p.example/article.php?cid=12&lang=en-us",
        "https://p.example/article.php?cid=13&lang=en-us",
    ),
    "number beside a way on": (
        "https://p.example/read.php?id=12&redirect=https://p.example/start/here",
        "https://p.example/read.php?id=13&redirect=https://p.example/start/here",
    ),
    "number of a link": ("https://p.example/fwlink/?LinkId=12", "https://p.example/fwlink/?LinkId=13"),
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


@given(st.text(st.characters(exclude_characters=".?"), max_size=80))
def test_any_text_has_a_form(text: str) -> None:
    assert canonical_url(text) == text.strip()


@pytest.mark.parametrize("url", ["javascript:void(0)", "http://[::1", "", "mailto:a@b.example", "https://"])
def test_what_is_no_address_stands_as_it_is(url: str) -> None:
    assert canonical_url(url) == url


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
