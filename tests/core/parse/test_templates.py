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


@pytest.mark.parametrize(
    "date",
    [
        '<time datetime="2026-11-24T09:00:00Z" class="datetime">Tue, 24/11/2026 - 10:00</time>',
        "<time datetime='2026-11-24T10:00:00+01:00'>24. 11.</time> ",
        "<time>Tue, 24 Nov 2026 09:00:00 GMT</time>",
    ],
)
@pytest.mark.parametrize("stray", ["", " & "], ids=["well-formed", "not"])
def test_a_date_in_html_s_element_for_dates(date: str, stray: str) -> None:
    """As Drupal writes it; escaped, it was read, and as an element of its own the entry had no date."""
    body = f"<title>A{stray}B</title><pubDate>{date}</pubDate><description>x <time>noon</time></description>"
    assert str(entry(body).published_at) == "2026-11-24 09:00:00+00:00"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Search for <math xmlns='http://www.w3.org/1998/Math/MathML'><mi>Z</mi></math> bosons", "Search for Z bosons"),
        ("<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math> ports", "x2 ports"),
        ("<math><mi>x</mi><mspace width='1em'/><mi>y</mi></math> ports", "xy ports"),
        ("<math><semantics><mi>x</mi><annotation>\\xi</annotation></semantics></math> ports", "x ports"),
        ("<inline-formula><tex-math>$x$</tex-math></inline-formula> ports", "$x$ ports"),
        ("The <math> and <my-element> elements", "The <math> and <my-element> elements"),
        ('Use <my-element is="x"> and std::map<a::b>', 'Use <my-element is="x"> and std::map<a::b>'),
        ("Use <my-element></my-element> there", "Use <my-element></my-element> there"),
        ("東<img src='/s.png'>京, a<img src='/s.png'>nd Molm<img src='/s.png'>'s", "東京, and Molm's"),
        ("<span>Eilt</span><span>Hafen öffnet</span>", "Eilt Hafen öffnet"),
        ('Port<img src="/s.png" alt="map">Molm', "Port Molm"),
        ('<svg viewBox="0 0 1 1"><title>Link</title><path d="M0"/></svg> Port of Molm', "Port of Molm"),
        ("How <svg> and </svg> differ", "How and differ"),
    ],
)
def test_formulas_and_parts_of_a_title(title: str, expected: str) -> None:
    """Journals have formulas in titles, sites a kicker; what a title is about stays."""
    assert entry(f"<title><![CDATA[{title}]]></title>").title == expected


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            '<p>One</p>&lt;figure&gt;&lt;img src="/1.jpg"&gt;A ship&lt;/figure&gt; <p>Two</p>',
            '<p>One</p><figure><img src="/1.jpg">A ship</figure> <p>Two</p>',
        ),
        ('<p>One</p>\n&lt;iframe src="/1"&gt;&lt;/iframe&gt;', '<p>One</p>\n<iframe src="/1"></iframe>'),
        *(
            (text, text)
            for text in (
                '<p>Use <code>x</code></p>&lt;iframe src="/1"&gt;&lt;/iframe&gt;',
                '<p>Use &lt;iframe src="/1"&gt;&lt;/iframe&gt; here</p>',
                '<p>Use:</p>&lt;iframe src="/1"&gt; and then &lt;/video&gt;',
                "<p>The</p>&lt;figure&gt;&lt;/figure&gt;<p>element</p>",
            )
        ),
    ],
)
def test_a_picture_escaped_beside_paragraphs_is_one(text: str, summary: str) -> None:
    """What a text is about stands within a sentence, or beside code."""
    assert entry(f"<title>T</title><description><![CDATA[{text}]]></description>").summary == summary


@pytest.mark.parametrize(
    "links",
    [
        '<link rel="enclosure" href="/1.jpg"/><link rel="canonical" href="/1"/>',
        '<link rel="self" href="/1.atom"/><link rel="bookmark" href="/1"/>',
        '<link rel="canonical" href="/2"/><link rel="alternate" href="/1"/>',
        '<link rel="edit" href="/1.atom"/><link rel="self" type="text/html" href="/1"/>',
        '<link rel="edit" type="text/html" href="/e"/><link rel="http://x.example/r" type="text/html" href="/1"/>',
        '<link rel="self" type="text/html" href="/2"/><link rel="via" href="/1"/>',
    ],
)
def test_the_page_of_an_atom_entry_by_its_relation(links: str) -> None:
    (one,) = read(atom(f"<title>A</title>{links}")).entries
    assert one.url == "https://feeds.example/1"


@pytest.mark.parametrize("text", ["null", " undefined\n", "[object Object]", "NaN"])
def test_a_text_that_a_script_writes_of_none_is_none(text: str) -> None:
    one = entry(f"<title>T</title><description>{text}</description><content:encoded>Ships sail</content:encoded>")
    assert (one.summary, one.body) == ("", "Ships sail")
    assert entry(f"<title>T</title><description>The {text}</description>").summary


def test_a_feed_s_own_address_is_no_page_of_an_entry() -> None:
    (one,) = read(atom('<title>A</title><link rel="self" href="/1.atom"/>')).entries
    assert one.url is None
