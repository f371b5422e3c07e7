"""What templates of feeds get wrong: ends of CDATA, namespaces of the whole, lists that became maps."""

from __future__ import annotations

import json

import pytest

from bot.core.parse.dates import read_date
from bot.errors import ParseError
from tests.core.parse.test_odd_documents import atom, entry, read, rss

TWO = "<title>One</title><link>/1</link>{}</item><item><title>Two</title><description><![CDATA[def]]></description>"


@pytest.mark.parametrize(
    "text",
    [
        "<description><![CDATA[abc]]</description>",
        "<description><![CDATA[abc]</description>",
        "<description><![CDATA[abc</description>",
        "<description><![cdata[abc]]></description>",
        "<description><![cdata[abc]]</description>",
    ],
)
def test_cdata_without_its_end_swallows_no_other_item(text: str) -> None:
    """To XML the first of them ends where the next one's CDATA does: an item was gone, and nothing was malformed."""
    items = read(rss(TWO.format(text))).entries
    assert [(item.title, item.summary) for item in items] == [("One", "abc"), ("Two", "def")]


def test_the_last_cdata_without_its_end() -> None:
    items = read(rss("<title>One</title></item><item><title>Two</title><description><![CDATA[def]]</description>"))
    assert [item.title for item in items.entries] == ["One", "Two"]


def test_a_text_about_cdata_is_one() -> None:
    text = "Write <![CDATA[ before <title>A</title> and behind it"
    items = read(rss(TWO.format(f"<description><![CDATA[{text}]]></description>"))).entries
    assert [item.title for item in items] == ["One", "Two"]


@pytest.mark.parametrize(
    "space",
    [
        "http://www.w3.org/1999/xhtml",
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "http://purl.org/dc/elements/1.1/",
        "http://search.yahoo.com/mrss/",
        "http://purl.org/rss/1.0/modules/content/",
        "urn:anything",
    ],
)
def test_rss_in_a_namespace_of_something_else_is_rss(space: str) -> None:
    words = "<title>One</title><link>https://p.example/1</link><description>Words</description>"
    document = rss(f"{words}<media:content url='u'><media:title>M</media:title></media:content>")
    (item,) = read(document.replace('version="2.0"', f'version="2.0" xmlns="{space}"')).entries
    assert (item.title, item.url, item.summary) == ("One", "https://p.example/1", "Words")


def test_a_description_that_is_a_page_s_by_its_namespace() -> None:
    item = entry('<title>One</title><description xmlns="http://www.w3.org/1999/xhtml"><p>Words</p></description>')
    assert (item.title, item.summary) == ("One", "<p>Words</p>")


def test_the_url_of_a_file_within_a_link_is_no_page() -> None:
    links = '<link rel="alternate" href="https://p.example/1"/><link rel="enclosure">https://p.example/1.jpg</link>'
    for both in (links, "<link".join(["", *reversed(links.split("<link")[1:])])):
        assert read(atom(f"<title>One</title>{both}")).entries[0].url == "https://p.example/1"


def json_feed(items: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}).encode()


def test_a_list_that_php_made_a_map_is_a_list() -> None:
    feed = read(json_feed({"0": {"id": "1", "title": "A"}, "2": {"id": "2", "title": "B"}}))
    assert [item.title for item in feed.entries] == ["A", "B"]


def test_an_episode_without_a_page_leads_to_its_file() -> None:
    feed = read(json_feed([{"id": "1", "title": "A", "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg"}]}]))
    assert feed.entries[0].url == "https://feeds.example/a.mp3"


def test_an_api_s_list_is_no_feed() -> None:
    posts = [{"id": 5, "link": "https://p.example/1", "title": {"rendered": "A"}, "content": {"rendered": "<p>B</p>"}}]
    with pytest.raises(ParseError, match="this JSON is not a feed"):
        read(json.dumps(posts))


@pytest.mark.parametrize(
    "text", ["2026-11-24T10:00:00\u221205:00", "2026-11-24T15:00:00Z+00:00", "(Tue) 24 Nov 2026 15:00:00 GMT"]
)
def test_signs_around_a_date(text: str) -> None:
    instant = read_date(text)
    assert instant is not None
    assert instant.isoformat() == "2026-11-24T15:00:00+00:00"
