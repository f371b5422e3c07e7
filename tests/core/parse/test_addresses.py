"""Links and guids of entries: absolute addresses of the web, or none."""

from __future__ import annotations

import pytest

from tests.core.parse.documents import read, rss


@pytest.mark.parametrize(
    "link, address",
    [
        ("https://other.example/a?b=1&amp;c=2", "https://other.example/a?b=1&c=2"),
        ("/story/1", "https://news.example/story/1"),
        ("story/1", "https://news.example/feeds/story/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        ("?id=1", "https://news.example/feeds/all.xml?id=1"),
        ("  https://other.example/with space ", "https://other.example/with%20space"),
        ("\n/a\n", "https://news.example/a"),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        ("http://[broken", None),
    ],
)
def test_links_are_absolute_web_addresses_or_absent(link: str, address: str | None) -> None:
    assert read(rss(f"<item><title>A</title><link>{link}</link></item>")).entries[0].url == address


def test_xml_base_is_what_links_are_relative_to() -> None:
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/x/"><entry xml:base="y/">'
        "<title>A</title>"
        '<link href="z"/></entry><entry><title>B</title><link href="z"/></entry></feed>'
    )
    assert [entry.url for entry in read(document).entries] == ["https://base.example/x/y/z", "https://base.example/x/z"]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_channel_s_own_link_wins_over_an_atom_link(*, is_first: bool) -> None:
    """A feed on its site that names another feed as its alternate: its relative links led to that feed's host."""
    links = ["<link>https://news.example/</link>", '<atom:link rel="alternate" href="https://feeds.example/opus/"/>']
    feed = read(rss("<item><title>A</title><link>/1</link></item>", "".join(links if is_first else links[::-1])))
    assert (feed.link, feed.entries[0].url) == ("https://news.example/", "https://news.example/1")


@pytest.mark.parametrize(
    "guid, expected",
    [
        ("<guid>https://news.example/p</guid>", ("https://news.example/p", "https://news.example/p")),
        (
            '<guid isPermaLink="false">https://news.example/p</guid>',
            ("https://news.example/p", "https://news.example/p"),
        ),
        ('<guid isPermaLink="false">tag:x</guid>', ("tag:x", None)),
        ("<guid>just-a-name</guid>", ("just-a-name", None)),
        ("<guid></guid>", (None, None)),
        ("", (None, None)),
    ],
    ids=["permalink", "address-but-false", "tag", "name", "empty", "absent"],
)
def test_a_guid_is_kept_as_written_and_may_serve_as_address(guid: str, expected: tuple[str | None, str | None]) -> None:
    entry = read(rss(f"<item><title>A</title>{guid}</item>")).entries[0]
    assert (entry.guid, entry.url) == expected


@pytest.mark.parametrize(
    ("items", "guids", "shares"),
    [
        (("<title>Storm</title><guid>1</guid>", "<title>Flood</title><guid>2</guid>"), ["1", "2"], True),
        (("<title>Storm</title>", "<title>Flood</title>"), [None, None], True),
        (("<title>Re: x</title><description>a</description>", "<title>Re: x</title>"), [None, None], True),
        (("<title>Storm</title><guid>x</guid>", "<title>Flood</title><guid>x</guid>"), [None, None], True),
        (("<title>Storm</title><guid>1</guid>", "<title>Storm</title><guid>2</guid>"), ["1", "2"], False),
        (("<title>A storm</title><guid>1</guid>", "<title>The storm</title><guid>1</guid>"), ["1", "1"], False),
        (
            ("<title>北部地震12人遇难</title><guid>1</guid>", "<title>北部地震15人遇难</title><guid>1</guid>"),
            ["1", "1"],
            False,
        ),
        (
            ("<title>แผ่นดินไหวสิบสองคน</title><guid>1</guid>", "<title>แผ่นดินไหวสิบห้าคน</title><guid>1</guid>"),
            ["1", "1"],
            False,
        ),
        (
            ("<title>首都机场航班取消</title><guid>1</guid>", "<title>央行上调利率</title><guid>1</guid>"),
            [None, None],
            True,
        ),
    ],
)
def test_a_link_that_leads_to_unlike_items_is_known_for_it(
    items: tuple[str, str], guids: list[str | None], shares: bool
) -> None:
    entries = read(rss("".join(f"<item>{one}<link>/now</link></item>" for one in items))).entries
    assert [entry.guid for entry in entries] == guids
    assert [entry.shares_url for entry in entries] == [shares, shares]
    assert [entry.url for entry in entries] == ["https://news.example/now"] * 2


def test_a_guid_on_items_with_different_links_names_none_of_them() -> None:
    items = "".join(
        f"<item><title>{n}</title><link>/{n}</link><guid>{'x' if n < 3 else 'y'}</guid></item>" for n in range(4)
    )
    assert [entry.guid for entry in read(rss(items)).entries] == [None, None, None, "y"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https:/other.example/a", "https://other.example/a"),
        ("https:///other.example/a", "https://other.example/a"),
        ("https:/a/b.html", "https://news.example/a/b.html"),
        ("http://https://other.example/a", "https://other.example/a"),
        ("http//other.example/a", "http://other.example/a"),
        ("https:other.example/a", "https://other.example/a"),
        ("https:a/b.html", "https://news.example/feeds/a/b.html"),
        ("[Port](https://other.example/a)", "https://other.example/a"),
        ("https://other.example/a&amp;#47;b", "https://other.example/a/b"),
        ("\ufeffhttps://other.example/a\u200b", "https://other.example/a"),
        ("https://other.example/http://news.example/", "https://other.example/http://news.example/"),
        ("https://other.example\\a\\b.html?c=\\d", "https://other.example/a/b.html?c=\\d"),
        ("\\a\\b.html", "https://news.example/a/b.html"),
        ('"https://other.example/a"', "https://other.example/a"),
        ("&lt;https://other.example/a&gt;", "https://other.example/a"),
        ('&lt;a href="https://other.example/a"&gt;https://other.example/a&lt;/a&gt;', "https://other.example/a"),
        ("&lt;![CDATA[https://other.example/a]]&gt;", "https://other.example/a"),
        ("https://other.example/?a=1&amp;#038;b=2", "https://other.example/?a=1&b=2"),
        ("https://other.example/?a=1&amp;amp;b=2", "https://other.example/?a=1&b=2"),
        ("https:///a/b.html", "https://news.example/a/b.html"),
        ("news.example/a/b.html", "https://news.example/a/b.html"),
        ("https:\\/\\/news.example\\/a\\/b.html", "https://news.example/a/b.html"),
        ("other.example/b.html", "https://news.example/feeds/other.example/b.html"),
        ("https://news.examplehttps://news.example/a", "https://news.example/a"),
        ("https://news.example/https://news.example/a", "https://news.example/a"),
        ("http://www.news.example/https://files.example/acl.txt?t=1", "https://files.example/acl.txt?t=1"),
        ("https://archive.example/https://files.example/a", "https://archive.example/https://files.example/a"),
        ("http://news.example//https://news.example/a?b=1", "https://news.example/a?b=1"),
        ("https://news.example/?u=https://news.example/a", "https://news.example/?u=https://news.example/a"),
    ],
)
def test_a_link_as_templates_and_people_write_it(written: str, address: str) -> None:
    assert read(rss(f"<item><title>A</title><link>{written}</link></item>")).entries[0].url == address


@pytest.mark.parametrize(
    ("inside", "address"),
    [
        ("<url>/1</url>", "https://news.example/1"),
        ("<comments>/1/comments</comments>", "https://news.example/1/comments"),
        ("<comments>/1/comments</comments><url>/1</url><guid>10423</guid>", "https://news.example/1"),
        ("<url>/2</url><link>/1</link>", "https://news.example/1"),
        ("<url>/2</url><enclosure url='/1.mp3' type='audio/mpeg'/>", "https://news.example/1.mp3"),
        ("<image><url>/logo.png</url></image>", None),
        ("<author><name>Ann</name><uri>https://ann.example/</uri></author>", None),
    ],
)
def test_without_a_link_what_is_called_its_url_serves(inside: str, address: str | None) -> None:
    assert read(rss(f"<item><title>A</title>{inside}</item>")).entries[0].url == address


HOME, PAGE = "https://news.example/", "https://www.news.example/2026/one"


@pytest.mark.parametrize(
    ("inside", "address"),
    [
        (f"<link>{HOME}</link><guid>{PAGE}</guid>", PAGE),
        (f"<guid>{PAGE}</guid><link>http://news.example</link>", PAGE),
        (f"<link>{HOME}</link><guid>{HOME}?p=7</guid>", f"{HOME}?p=7"),
        (f"<link>{HOME}</link><guid isPermaLink='false'>{PAGE}</guid>", HOME),
        (f"<link>{HOME}</link><guid>https://ids.example/1</guid>", HOME),
        (f"<link>{HOME}</link><guid>{HOME}</guid>", HOME),
        (f"<link>{HOME}</link><guid>10423</guid>", HOME),
        (f"<link>{HOME}show</link><guid>{PAGE}</guid>", f"{HOME}show"),
        (f"<link>{HOME}</link><guid>{PAGE}</guid><enclosure url='/1.mp3' type='audio/mpeg'/>", HOME),
        (f"<link>{HOME}</link><guid>{PAGE}</guid><enclosure url='{HOME}1.jpg' type='image/jpeg'/>", PAGE),
        (f"<link>{HOME}</link><guid>{HOME}feeds/all.xml?item=12</guid>", HOME),
        (f"<link>{HOME}</link><guid>{HOME}feed#12</guid>", HOME),
        (f"<link>{HOME}</link><guid>{HOME}1.mp3</guid>", HOME),
        (f"<link>{HOME}</link><guid>{HOME}feedback-on-ports</guid>", f"{HOME}feedback-on-ports"),
    ],
    ids=[
        "page",
        "guid first",
        "query",
        "no address",
        "elsewhere",
        "itself",
        "number",
        "a page linked",
        "its file",
        "a picture",
        "a place in the feed",
        "a place in a feed without an ending",
        "a file that is the guid",
        "a page called like one",
    ],
)
def test_an_item_that_links_to_the_front_page_has_its_guid_s_address(inside: str, address: str) -> None:
    """Readers were sent to the front page, where the item had left by then."""
    assert read(rss(f"<item><title>A</title>{inside}</item>")).entries[0].url == address


def test_so_has_one_of_a_json_feed_and_one_of_atom() -> None:
    item = f'{{"id": "{PAGE}", "url": "{HOME}", "title": "A", "content_text": "B"}}'
    json_feed = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{item}]}}'
    entry = f"<entry><title>A</title><link href='{HOME}'/><id>{PAGE}</id></entry>"
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>"
    assert [read(document).entries[0].url for document in (json_feed, atom)] == [PAGE, PAGE]
    assert read(json_feed.replace(PAGE, f"{HOME}1.mp3")).entries[0].url == HOME
